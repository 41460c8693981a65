"""Create a dataset from anything that can be read."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftdata.dataset.dataset import Dataset
from ftdata.dataset.peeking import LOOKED_AT
from ftdata.errors import UsageError, option
from ftdata.files.extensions import SPREADSHEETS
from ftdata.files.sizes import MAX_RECORD
from ftdata.formats.transcripts.options import Reads
from ftdata.verbs import verb
from ftdata.verbs.types import Bytes, Count, HostedTools, Number, Roles

if TYPE_CHECKING:
    from ftdata.files.given import ArrowData, Collectable
    from ftdata.files.source import Source
    from ftdata.files.streams import Readable
    from ftdata.formats import Format

PathLike = str | os.PathLike[str]

log = logging.getLogger("ftdata")
_LINES = ("prompt", "completion")
"""The row for a line of plain text read as completions: one without a prompt."""


@verb(
    metavars={"format": "FORMAT", "delimiter": "CHAR", "quote": "CHAR", "escape": "CHAR", "encoding": "NAME",
              "rows_at": "JSONPATH", "sheet": "NAME",              "split": "NAME", "between": "REGEX"},
    flags={"format": "--from"},
    old={"roles": "role_map"},
    hidden=("source",),
)  # fmt: skip
def read(
    source: PathLike
    | Sequence[PathLike]
    | Iterable[Mapping[str, object]]
    | Mapping[str, Any]
    | ArrowData
    | Collectable
    | Readable,
    *,
    format: str | None = None,
    delimiter: str | None = None,
    quote: str | None = None,
    escape: str | None = None,
    columns: Sequence[str] = (),
    encoding: str | None = None,
    max_record: Bytes = MAX_RECORD,
    rows_at: str | None = None,
    sheet: str | None = None,
    split: str | None = None,
    role_map: Roles | None = None,
    between: str | None = None,
    hosted_tools: HostedTools = "drop",
    infer_tools: bool = True,
    redact: bool = True,
    header_row: Count = 1,
    skip: Number = 0,
    skip_footer: Number = 0,
) -> Dataset:
    """Read files, or rows in memory, as a dataset.

    Args:
        source: A path, a pattern, a folder, a URL (s3://, gs://, az://, https://, hf://datasets/owner/name), ``-`` for
            stdin, or several of them; a file object, read from its current position; a Hugging Face dataset; a pandas,
            Polars or pyarrow table or anything else that exports Arrow data; any iterable of dicts. Dicts are copied as
            JSON immediately, so later changes have no effect. Data classes, models and other objects with fields are
            rows too; dates become ISO text, decimals their digits, bytes base64, NaN null, and a value that JSON cannot
            hold rejects its row. A folder with Langfuse's observations, scores and traces is read joined.
        format: The format of the rows, such as openai or sharegpt. Detected from the rows by default. With
            ``completion`` the lines of a .txt file are completions without prompts.
        delimiter: The delimiter of a CSV file. By default it is told by the first rows.
        quote: The quote character of a CSV file: ``"``, or ``none`` if quotes are text. By default it is told by the
            first rows.
        escape: The escape character of a CSV file: a backslash, if it precedes quotes in text. By default it is told by
            the first
            rows.
        columns: Names for the columns of a CSV file or sheet that has no header.
        encoding: The encoding of the files, such as gb18030, or several to try line by line, such as utf-8,cp1252. By
            default UTF-8, or UTF-16 where the first bytes show it.
        max_record: The largest record to accept, such as 256MiB.
        rows_at: The JSON path of the rows in a JSON file, such as $.result.items. By default the file's own values, or
            what
            stands under data, rows, examples, items or train.
        sheet: The sheet of a spreadsheet, several separated by commas, or ``*`` for all. By default the first.
        split: The split of a Hugging Face dataset that has several.
        role_map: Roles by speaker, in messages and in dialogues written as text, such as Alice=user,Bob=assistant. Also
            ``drop``, which leaves turns out, and ``text``, which says that a word is nobody's name.
        between: A regular expression for the lines that separate dialogues in text files. By default it is told by the
            file.
        hosted_tools: What to do with logged answers that used a hosted tool, such as web search, whose results were not
            logged.
        infer_tools: Do not infer tool definitions from calls when a log has no definitions.
        redact: Do not redact secrets and personal data in agent sessions.
        header_row: The line of a CSV file, or the row of a sheet, that holds the column names. What stands above it is
            left out.
        skip: Skip this many rows below the header of a CSV file or sheet.
        skip_footer: Skip this many rows at the end of a CSV file or sheet.

    Raises:
        InputError: If a file cannot be read.
        MissingPackageError: If the package that reads this kind of file is not installed.
        UnknownFormatError: If the format is unknown.
        UsageError: If there are several splits and none is chosen, or roles are given for a format without them.

    Examples:
        >>> read([{"question": "2 + 2?", "answer": "4"}]).to_chat(user="question", assistant="answer").head(1)
        [{'messages': [{'role': 'user', 'content': '2 + 2?'}, {'role': 'assistant', 'content': '4'}]}]
    """
    from ftdata.dataset.applying import refuse_unused
    from ftdata.files.paths import parts_of_export, splits_of
    from ftdata.files.source import open_source
    from ftdata.files.splits import is_hub

    if columns and header_row > 1:
        raise UsageError(f"{option('columns')} names the columns, and {option('header_row')} names a row that does",
                         hint="Use only one of them. To skip rows above the table, use skip.")  # fmt: skip
    asked = {"delimiter": delimiter, "quote": quote, "escape": escape, "columns": columns, "encoding": encoding,
             "rows_at": rows_at, "sheet": sheet, "between": between, "header_row": header_row - 1, "skip": skip,
             "skip_footer": skip_footer}  # fmt: skip
    known = _named(format) if format else None
    named_format = known
    if role_map and (known is None or known.name == "dialogue"):
        from ftdata.formats.transcripts.dialogue import with_roles

        known = with_roles(role_map)
    logs = Reads(hosted_tools, infer_tools, redact)
    items: Any = [source] if isinstance(source, str | os.PathLike) else source
    opening = partial(
        open_source, delimiter=delimiter, quote=quote, escape=escape, columns=columns, encoding=encoding,
        max_record=max_record, rows_at=rows_at, sheet=sheet, split=split, format=known.name if known else None,
        roles=tuple((role_map or {}).items()), between=between,
        lines=_LINES if known and known.name == "completion" else (), header_row=header_row, skip=skip,
        skip_footer=skip_footer,
    )  # fmt: skip
    if isinstance(items, list | tuple) and items and all(isinstance(item, str | os.PathLike) for item in items):
        paths = list(map(os.fspath, items))
        hub = [path for path in paths if is_hub(path)]
        if hub:
            return Dataset(_of_hub(hub, len(items), split), reads=known, logs=logs)
        if len(paths) == 1 and format in (None, "langfuse") and (parts := parts_of_export(Path(paths[0]))):
            return _of_export(parts, opening, Dataset.why if known else "a folder with an export of traces")
        if split is not None and not any(splits_of(Path(path)) for path in paths):
            raise UsageError(f"{option('split')} is for datasets with several splits, but {paths[0]} is none")
        opened = opening(paths)
    else:
        opened = _held(items, opening, split)
    refuse_unused(opened, asked)
    if not role_map:
        return Dataset(opened, reads=known, logs=logs)
    return Dataset(opened, reads=_speaking(opened, role_map, named_format) or known, logs=logs)


def _named(format: str) -> Format:
    from ftdata.formats import FORMATS, named

    return named(FORMATS, format)


def _held(items: Any, opening: Callable[[Sequence[str]], Source], split: str | None) -> Source:
    """The source of rows that are no files: a file object, a dataset, a data frame, any iterable."""
    from ftdata.files.given import given
    from ftdata.files.streams import is_readable, source_of

    return source_of(items, opening) if is_readable(items) else given(items, split)


def _speaking(opened: Source, roles: Mapping[str, str], known: Format | None) -> Format | None:
    """The format of rows with named speakers; None for dialogues written as text.

    Raises:
        UsageError: If the rows have no turns and are not dialogues.
    """
    from ftdata.files.source import peek
    from ftdata.formats import FORMATS
    from ftdata.formats.speaking import speaking

    if known is not None and known.name == "dialogue":
        return None
    found = speaking(known, roles, (row for _, _, row in peek(opened, LOOKED_AT)), FORMATS)
    if found is None and known is not None:
        raise UsageError(f"{option('role_map')} is for rows with turns and dialogues written as text, not for these")
    return found


_BY_KIND = {
    "delimiter": (".csv", ".tsv"),
    "quote": (".csv", ".tsv"),
    "escape": (".csv", ".tsv"),
    "columns": (".csv", ".tsv", *SPREADSHEETS),
    "rows_at": (".json",),
    "sheet": SPREADSHEETS,
    "header_row": (".csv", ".tsv", *SPREADSHEETS),
    "skip": (".csv", ".tsv", *SPREADSHEETS),
    "skip_footer": (".csv", ".tsv", *SPREADSHEETS),
    "split": (),
    "between": (),
    "role_map": (),
    "hosted_tools": (),
    "infer_tools": (),
    "redact": (),
}
"""Reading options that only some files can use, by their extensions."""

OWN_FORMAT = ("scores", "traces")
"""Options whose files have their own format, whatever the format of the data."""


def usable_beside(paths: Sequence[str], reading: Mapping[str, Any], *, own_format: bool = False) -> dict[str, Any]:
    """The reading options that additional files can use, which may be of another kind than the data.

    Args:
        paths: The additional files.
        reading: The options, as `read` takes them.
        own_format: Whether they have their own format.
    """
    from ftdata.files.extensions import extension_of

    extension = extension_of(paths[0])
    useless = {name for name, used_by in _BY_KIND.items() if extension not in used_by}
    useless |= {"format"} if own_format else set()
    return {name: value for name, value in reading.items() if name not in useless}


def read_splits(source: PathLike | Mapping[str, Any], *, format: str | None = None) -> dict[str, Dataset]:
    """Return a dataset for each split of a Hugging Face DatasetDict, a folder it was saved to, or a Hub dataset.

    Raises:
        InputError: If it cannot be read.
        UsageError: If it has no splits.

    Examples:
        >>> import datasets
        >>> rows = datasets.Dataset.from_dict({"prompt": ["2 + 2?"], "completion": ["4"]})
        >>> read_splits(datasets.DatasetDict(train=rows, test=rows))
        {'train': Dataset(<Dataset>), 'test': Dataset(<Dataset>)}
    """
    from ftdata.files.paths import splits_of
    from ftdata.files.splits import is_hub, load_hub

    if isinstance(source, str | os.PathLike):
        path = os.fspath(source)
        if not is_hub(path):
            names = splits_of(Path(path))
            if not names:
                raise UsageError("has no splits", hint="Read it with read().", path=path)
            return {name: read(Path(path) / name, format=format) for name in names}
        found: Mapping[str, Any] = load_hub(path, None)
    else:
        found = source
    return {name: read(part, format=format) for name, part in found.items()}


def _of_export(parts: Mapping[str, str], opening: Callable[[Sequence[str]], Source], why: str) -> Dataset:
    """The generations of an export of traces, with their scores and traces."""
    from ftdata.formats import FORMATS

    others = [Dataset(opening([parts[name]])) if name in parts else None for name in ("scores", "traces")]
    log.info("an export of traces: %s", ", joined with ".join(parts.values()))
    return Dataset(opening([parts["observations"]]), reads=FORMATS["langfuse"], why=why).join_scores(*others)


def _of_hub(paths: list[str], count: int, split: str | None) -> Source:
    from ftdata.files.given import given
    from ftdata.files.splits import load_hub

    if count > 1:
        raise UsageError("a dataset of the hub is read alone", path=paths[0])
    return given(load_hub(paths[0], split), split)
