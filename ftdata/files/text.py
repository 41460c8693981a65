r"""Plain text of which each line is a row's text; lines end at the byte \n only."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass
from ftdata.codec import encode
from ftdata.errors import RowError
from ftdata.files.jsonl import JSONLines

if TYPE_CHECKING:
    from ftdata.files.blocks import Block, Row
    from ftdata.files.opening import Opening


@dataclass(frozen=True, slots=True)
class TextLines(JSONLines):
    """The container of .txt files that were asked to be read so: lines with nothing in them are no rows.

    Attributes:
        columns: The keys of a row: the last one holds the line, the others are empty.
    """

    columns: tuple[str, ...] = ("text",)
    name: ClassVar[str] = "txt"

    def read(self, opening: Opening, block: Block) -> TextReader:  # type: ignore[override] # a reader as well
        """The rows of the lines that start in the block."""
        return TextReader(JSONLines.read(self, opening, block).texts(), self.columns)


class TextReader:
    """The rows of lines; afterwards `lines` is how many there were."""

    def __init__(self, lines: list[bytes], columns: tuple[str, ...]) -> None:
        self._lines = lines
        self._others: dict[str, Any] = dict.fromkeys(columns[:-1], "")
        self._column = columns[-1]
        self.lines = len(lines)

    def columns(self, names: Collection[str]) -> None:
        """Rows are made one by one."""
        return

    def line_of(self, number: int) -> int:
        """A row's number is its line's."""
        return number

    def __iter__(self) -> Iterator[Row]:
        for number, line in enumerate(self._lines, 1):
            if not line or line.isspace():
                continue
            try:
                row = {**self._others, self._column: line.removesuffix(b"\r").decode("utf-8")}
            except UnicodeDecodeError as error:
                hint = "Save the file as UTF-8, or give its encoding, such as --encoding gb18030 or --encoding cp1252."
                yield number, line, RowError(f"bytes that are not UTF-8, at byte {error.start + 1}", hint=hint)
            else:
                yield number, encode(row), row
