"""The header of a CSV file: its delimiter, its columns' names, and where the records begin."""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from ftdata.errors import InputError, did_you_mean
from ftdata.files import titles
from ftdata.files.csv import CSV, text_lines
from ftdata.files.encodings import guess
from ftdata.files.opening import BOM, record_too_large
from ftdata.files.options import FileOptions
from ftdata.files.quoting import PLAIN, Quoting, Records, quoting_of, reader, told
from ftdata.files.titles import lines_above, title_above
from ftdata.lazily import pattern

log = logging.getLogger("ftdata")

DELIMITERS = (",", ";", "\t", "|")
_COMPARED = 20  # records
_TITLED = 1 << 14  # bytes in which a title is looked for
_SEPARATOR_LINE = pattern(rb"sep=([^\r\n])\r?\n")  # how Excel names the delimiter, in a line before the header


def sniff(path: str, head: bytes, asked: FileOptions = FileOptions(), *, whole: bool = True) -> CSV:
    """The container of one file, from its first bytes (with the byte order mark); `whole` if they are all there are.

    Raises:
        InputError: If there is no header, or it is not a CSV.
    """
    limit = asked.max_record
    mark = len(BOM) if head.startswith(BOM) else 0
    named = _SEPARATOR_LINE.match(head, mark)
    if named:
        mark = named.end()
    above = lines_above(head[mark:], asked.header_row - 1 - bool(named), path)
    mark += len(above)
    body = head[mark:]
    said = named[1].decode() if named else "\t" if ".tsv" in path.lower() else ""
    delimiter = _chosen(asked.delimiter) or said
    titled = _titled(path, body, delimiter, asked, bool(named), whole=whole)
    delimiter = delimiter or _delimiter(body, whole=whole)
    lines: list[str] = []  # those that were read so far
    rest = _kept(text_lines(body), lines)
    records = reader(chain(rest, (CSV((), delimiter).end,)), delimiter, limit)
    try:
        cells = next(filter(None, records), None)
    except csv.Error:
        raise record_too_large(path, limit) from None
    if not body.strip():
        raise InputError("is empty; a CSV file starts with a line of column names", path=path)
    _skip(records, asked, path)
    header = lines[: records.line_num]
    ended = whole or next(rest, None) is not None
    if cells is None or cells[-1].endswith(CSV((), delimiter).end) or not ended:
        raise InputError("has a header that does not end", hint="A quote in the first line may be unclosed.", path=path)
    quoting = quoting_of(asked.quote, asked.escape)
    if quoting is None:
        first = 0 if asked.columns else records.line_num
        quoting = _quoting(path, body, first, len(cells), delimiter, whole=whole)
    if asked.columns:
        mark += len(lines_above(body, asked.skip, path))
        bare = (bool(named) + asked.skip, limit, quoting, asked.left_out, asked.skip_footer)
        return _headerless(path, cells, CSV(unique([*asked.columns]), delimiter, mark, *bare))
    size = mark + sum(len(line.encode("utf-8", "surrogateescape")) for line in header)
    _refuse_undecodable(cells, body, path)
    before = records.line_num + above.count(b"\n") + bool(named)
    return CSV(unique(cells), delimiter, size, before, limit, quoting, asked.left_out, asked.skip_footer, titled)


def _titled(path: str, body: bytes, delimiter: str, asked: FileOptions, named: bool, *, whole: bool) -> int:
    """The line of the names if a title is above them, with a notice; 0 if the first line has the names."""
    if asked.header_row > 1 or asked.columns:
        return 0
    some = body[:_TITLED]
    found = title_above(some, [delimiter] if delimiter else DELIMITERS, whole=whole and len(body) <= _TITLED)
    if found is None:
        return 0
    line = found[0] + named
    log.warning("%s: %s", path, titles.said(line))
    return line


def _skip(records: Records, asked: FileOptions, path: str) -> None:
    """Skip the rows below the names that are to be left out."""
    count = 0 if asked.columns else asked.skip
    if sum(1 for _ in islice(records, count)) < count:
        raise InputError(f"has fewer than {count:,} rows to skip", path=path)


def _refuse_undecodable(cells: Sequence[str], body: bytes, path: str) -> None:
    """Refuse column names that are not UTF-8, with the probable encoding."""
    if any("\udc80" <= char <= "\udcff" for cell in cells for char in cell):
        found = guess(body)
        named_so = f"{found.said}. Give its encoding: --encoding {found.encoding}." if found else ""
        hint = (
            named_so or "Save the file as UTF-8, or give its encoding, such as --encoding cp1252 or --encoding gb18030."
        )
        raise InputError("has column names that are not UTF-8", hint=hint, path=path, line=1)


def _quoting(path: str, body: bytes, first: int, width: int, delimiter: str, *, whole: bool) -> Quoting:
    """How the first records are quoted, after that many lines of the header; reports anything unusual."""
    if b'"' not in body:
        return PLAIN
    lines = list(text_lines(body))[first:]
    if not whole:
        lines.pop()
        while lines and sum(line.count('"') for line in lines) % 2:
            lines.pop()  # the last record may be cut off
    quoting, said = told(lines, width, delimiter, first)
    if said:
        log.info("%s: %s", path, said)
    return quoting


def _kept(lines: Iterator[str], read: list[str]) -> Iterator[str]:
    """The lines, each of them kept when it was read."""
    for line in lines:
        read.append(line)
        yield line


def _headerless(path: str, cells: list[str], container: CSV) -> CSV:
    if len(cells) != len(container.columns):
        raise InputError(
            f"has {len(cells)} columns in its first record, and {len(container.columns)} were named", path=path, line=1
        )
    return container


def _chosen(delimiter: str | None) -> str | None:
    """The chosen delimiter; ``tab`` and similar names are understood."""
    named = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
    delimiter = named.get(delimiter or "", delimiter)
    if delimiter and len(delimiter) != 1:
        raise InputError(f"a delimiter is one character; got {delimiter!r}", hint=did_you_mean(delimiter, named))
    return delimiter


def _delimiter(body: bytes, *, whole: bool) -> str:
    """The delimiter with which most of the first records have as many fields as the header, and several of them."""

    def agreement(candidate: str) -> tuple[int, int]:
        records = reader(text_lines(body), candidate, len(body))
        widths = [len(cells) for cells in islice(records, _COMPARED) if cells]
        if len(widths) > 1 and not whole and next(records, None) is None:
            widths.pop()  # it may be cut off
        return (widths.count(widths[0]) if widths and widths[0] > 1 else 0), max(widths[:1], default=0)

    return max(DELIMITERS, key=agreement)


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """Usable column names: stripped, empty ones named by position, duplicates numbered."""
    given = [name.strip() or f"column_{place}" for place, name in enumerate(names, 1)]
    taken: set[str] = set()
    unique = []
    for name in given:
        number, free = 1, name
        # A number that makes the name of another column is passed over.
        while free in taken or (number > 1 and free in given):
            number += 1
            free = f"{name}_{number}"
        taken.add(free)
        unique.append(free)
    return tuple(unique)
