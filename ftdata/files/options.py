"""What the user says of files: how they are cut, what is left out."""

from __future__ import annotations

from ftdata.classes import dataclass
from ftdata.files.sizes import MAX_RECORD

ABOVE, FIRST, FOOTER = "above the names of the columns", "first rows, as asked", "a footer, as asked"
"""Where lines stand that are left out."""

DIALOGUE = "dialogue"
"""The format of dialogues that are written as text."""


@dataclass(frozen=True, slots=True)
class FileOptions:
    """What the user said of the files.

    Attributes:
        delimiter: One character of a CSV file, or its name.
        columns: The columns' names, if the file has no header.
        max_record: Bytes that one record may have.
        rows_at: Where in a JSON file the rows are, such as ``$.result.items``.
        sheet: The sheet of a spreadsheet.
        format: The rows' format, by its name.
        roles: Who is who in dialogues: names and what they mean.
        between: A pattern of the lines between dialogues.
        lines: The columns of the rows that lines of plain text are read as, the last one the line's; none to refuse it.
        quote: What opens a cell of a CSV file, or ``none``.
        escape: What stands before a quote that is text, in place of another quote.
        header_row: The line, or the row of a sheet, with the names of the columns; what is above it is left out.
        skip: How many rows below the names are left out.
        skip_footer: How many rows at the end are left out.
    """

    delimiter: str | None = None
    columns: tuple[str, ...] = ()
    max_record: int = MAX_RECORD
    rows_at: str | None = None
    sheet: str | None = None
    format: str | None = None
    roles: tuple[tuple[str, str], ...] = ()
    between: str | None = None
    lines: tuple[str, ...] = ()
    quote: str | None = None
    escape: str | None = None
    header_row: int = 1
    skip: int = 0
    skip_footer: int = 0

    @property
    def left_out(self) -> tuple[tuple[str, int], ...]:
        """What is skipped, by position."""
        parts = ((ABOVE, self.header_row - 1), (FIRST, self.skip), (FOOTER, self.skip_footer))
        return tuple((name, count) for name, count in parts if count)
