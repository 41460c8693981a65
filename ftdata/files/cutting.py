r"""Cutting a piece of CSV into its cells at once, where it is quoted by the book: for speed alone.

There is no step for each byte or record here, as in a reader or a pattern: a piece is split at its quotes, so that
every other part is text that was quoted. Of the others a mark for each quoted cell makes the skeleton, a table without
quotes, which is split at its delimiters. It is exact, since nothing is taken that is not proven:

- The parts outside quotes hold no quotes; where a mark is all there is in its cell, a delimiter or a line's end stands
  on both sides of the cell, and quotes with nothing between them were a doubled one.
- Without all that is no delimiter and no line's end, the skeleton is one record after the other as they must be.

Cells can be had as they stand between the quotes of JSON: to escape all of them at once takes no time, and their text
need not be made.
"""

from __future__ import annotations

from ftdata.codec import are_utf8, escaped, escapes

_MARK, _BETWEEN = b'"', b"\0"
_BYTES = bytes(range(256))


class CutCells:
    """The cells of a piece."""

    def __init__(self, cells: list[bytes], texts: list[bytes], width: int, lines: int) -> None:
        """Of cells, one record after the other, with marks for the texts.

        Args:
            cells: All of them, a mark for each that was quoted.
            texts: Those that were quoted.
            width: How many cells a record has.
            lines: How many lines the piece has.
        """
        self.lines = lines
        self._cells, self._texts, self._width = cells, texts, width

    def column(self, number: int) -> list[bytes]:
        """The cells of a column, counted from 0."""
        cells = self._cells[number :: self._width]
        marked = cells.count(_MARK) if self._texts else 0
        if not marked:
            return cells
        if marked < len(self._texts):
            # Other columns have quoted cells too.
            self._cells, self._texts = _filled(self._cells, self._texts), []
            return self._cells[number :: self._width]
        return self._texts if marked == len(cells) else _filled(cells, self._texts)


def cut(data: bytes, delimiter: bytes, width: int, *, quoted: bool = True, as_json: bool = False) -> CutCells | None:
    """The cells of records of this width; None where the csv module's reader must look at them.

    Args:
        data: Whole lines; the last one may have no end.
        delimiter: What stands between cells.
        width: How many cells a record has.
        quoted: Whether quotes are more than text.
        as_json: Whether cells are given as they stand between the quotes of a JSON text.
    """
    if not data.endswith(b"\n"):
        data += b"\n"
    alone = b"\r" in data and any(part[:1] != b"\n" for part in data.split(b"\r")[1:])
    # A carriage return alone ends a line too. A delimiter must not be what escapes are made of.
    if alone or len(delimiter) > 1 or delimiter in b'\0\\"' or delimiter.isalnum():
        return None
    if as_json:
        data = escaped(data, b"\r\n" + delimiter + (_MARK if quoted else b""))
    parts = data.split(_MARK) if quoted else [data]
    if len(parts) % 2 == 0:
        return None  # a quote is open
    texts, breaks = _texts(parts, delimiter, as_json) if len(parts) > 1 else ([], 0)
    skeleton = _skeleton(parts)
    cells = _cells(skeleton, delimiter, width)
    if cells is None or (quoted and cells.count(_MARK) != len(texts)) or not are_utf8([skeleton, *texts]):
        return None
    return CutCells(cells, texts, width, len(cells) // width + breaks)


def _texts(parts: list[bytes], delimiter: bytes, as_json: bool) -> tuple[list[bytes], int]:
    """The texts that were quoted, of parts between quotes, and how many newlines are in them.

    There are too many where they hold what stands between them here.
    """
    quote = b'\\"' if as_json else _MARK
    joined = parts[1:-1]
    joined[1::2] = [_BETWEEN if part else quote for part in parts[2:-1:2]]
    text = b"".join(joined)
    if not as_json:
        return text.split(_BETWEEN), text.count(b"\n")
    unbroken = text
    text = text.replace(b"\n", escapes(ord("\n")))
    breaks = len(text) - len(unbroken)
    for byte in b"\r" + delimiter:
        if escapes(byte) != bytes((byte,)):
            text = text.replace(bytes((byte,)), escapes(byte))
    return text.split(_BETWEEN), breaks


def _skeleton(parts: list[bytes]) -> bytes:
    """What stands outside of quotes, with a mark for each cell that is quoted."""
    outside = parts[::2]
    if len(outside) == 1:
        return outside[0]
    return _MARK.join((outside[0], *filter(None, outside[1:])))


def _cells(skeleton: bytes, delimiter: bytes, width: int) -> list[bytes] | None:
    """The cells of a table without quotes; None where a record has another width."""
    if b"\r" in skeleton:
        skeleton = skeleton.replace(b"\r", b"")
    shape = skeleton.translate(None, _BYTES.translate(None, delimiter + b"\n"))
    if shape != (delimiter * (width - 1) + b"\n") * shape.count(b"\n"):
        return None
    cells = skeleton[:-1].replace(b"\n", delimiter).split(delimiter)
    return None if width == 1 and b"" in cells else cells  # that would be a blank line


def _filled(cells: list[bytes], texts: list[bytes]) -> list[bytes]:
    its = iter(texts)
    return [next(its) if cell == _MARK else cell for cell in cells]
