"""Spreadsheets: .xlsx, .xlsm, .xlsb, .xls and .ods, read by calamine.

The first row that is not empty names the columns. Whole numbers become integers, dates ISO text, and empty cells empty
text, as in a CSV file.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass
from ftdata.codec import encode
from ftdata.errors import InputError, MissingPackageError, did_you_mean
from ftdata.files import extent, titles
from ftdata.files.blocks import Block, Undivided
from ftdata.files.extensions import SPREADSHEETS
from ftdata.files.header import unique
from ftdata.files.json import ValueReader
from ftdata.files.opening import Opening, random_access
from ftdata.files.zipped import no_spreadsheet

if TYPE_CHECKING:
    from ftdata.files.options import FileOptions

log = logging.getLogger("ftdata")

_ROWS_A_BLOCK = 2000
_LOOKED_AT = 30  # rows below the names


@dataclass(frozen=True, slots=True)
class Excel(Undivided):
    """One sheet of a spreadsheet.

    Attributes:
        sheet: Its name.
        columns: The header's names; duplicate names get a number, empty ones their position.
        first: The row number of the first record.
        left_out: The number of skipped rows around the table, by their position.
        footer: How many of them are at the end.
        titled: The row that seems to have the names, below a title; 0 if the first row does.
        asked: Whether the sheet was chosen by name.
    """

    sheet: str
    columns: tuple[str, ...]
    first: int = 2
    left_out: tuple[tuple[str, int], ...] = ()
    footer: int = 0
    titled: int = 0
    asked: bool = False
    name: ClassVar[str] = "spreadsheet"
    binary: ClassVar[bool] = True

    def blocks(self, opening: Opening, file: int, block_size: int) -> Iterator[Block]:
        """Blocks of rows as JSON, each with its number in the sheet."""
        rows: list[tuple[int, bytes]] = []
        before = start = size = 0
        number = 0
        for number, cells in self._filled(opening):
            raw = encode(dict(zip(self.columns, map(_plain, cells), strict=False)))
            rows.append((number - before, raw))
            size += len(raw)
            if len(rows) >= _ROWS_A_BLOCK or size >= block_size:
                yield Block(file, start, start + size, values=(rows, number - before))
                before, start, size, rows = number, start + size, 0, []
        yield Block(file, start, start + size, values=(rows, max(number - before, 0)))

    def read(self, opening: Opening, block: Block) -> ValueReader:
        """The rows of a block."""
        reader = ValueReader(*(block.values or ([], 0)))
        reader.left_out = dict(self.left_out) if block.start == 0 else {}
        return reader

    def _filled(self, opening: Opening) -> Iterator[tuple[int, list[Any]]]:
        """The rows that are not empty, with their numbers, without a footer."""
        held: deque[tuple[int, list[Any]]] = deque()
        for number, cells in enumerate(_rows(opening, self.sheet), 1):
            if number >= self.first and any(cell != "" for cell in cells):
                held.append((number, cells))
                if len(held) > self.footer:
                    yield held.popleft()


def sheets_asked(path: str, sheet: str | None) -> list[str | None]:
    """The sheets that are asked for: all with cells for ``*``, or several names with commas between them.

    Raises:
        InputError: If the file cannot be read as a spreadsheet.
    """
    if sheet is None or (sheet != "*" and "," not in sheet) or Path(path).suffix.lower() not in SPREADSHEETS:
        return [sheet]
    book = Opening(path)
    names = list(_book(book).sheet_names)
    if sheet == "*":
        return [name for name in names if _first_row(book, name) is not None] or [None]
    return [sheet] if sheet in names else [name.strip() for name in sheet.split(",") if name.strip()]


def excel(opening: Opening, asked: FileOptions) -> Excel:
    """The container of one spreadsheet: the sheet that was asked for, or the first one with cells.

    Raises:
        InputError: If it cannot be read, has no such sheet, or is empty.
        MissingPackageError: If python-calamine is not installed.
    """
    if Path(opening.path).suffix.lower() in extent.EXTENSIONS:
        extent.check_extent(random_access(opening.path), opening.path)
    sheet, columns = asked.sheet, asked.columns
    book = _book(opening)
    names = list(book.sheet_names)
    if sheet is not None and sheet not in names:
        raise InputError(f"has no sheet {sheet!r}", hint=did_you_mean(sheet, names), path=opening.path)
    for chosen in [sheet] if sheet is not None else names:
        first = _first_row(opening, chosen)
        if first is None:
            continue
        if sheet is None and len(names) > 1:
            others = ", ".join(name for name in names if name != chosen)
            log.info('%s: the sheet "%s" is read, not %s; choose one with --sheet', opening.path, chosen, others)
        _tell_odd_cells(opening, chosen)
        number, cells = first
        if columns:
            bare = Excel(chosen, columns, number + asked.skip, asked.left_out, asked.skip_footer)
            return _headerless(opening, bare, cells)
        return _named(opening, chosen, asked, number)
    which = "no sheet has cells" if sheet is None else f"the sheet {sheet!r} has no cells"
    raise InputError(f"is empty: {which}", path=opening.path)


def _named(opening: Opening, sheet: str, asked: FileOptions, first: int) -> Excel:
    """The first sheet with a row of column names: the first row that is not empty, or the one that was chosen."""
    begin = list(islice(enumerate(_rows(opening, sheet), 1), max(asked.header_row, first) + _LOOKED_AT))
    number = first if asked.header_row == 1 else asked.header_row
    cells = next((cells for at, cells in begin if at == number), None)
    if cells is None or not any(cell != "" for cell in cells):
        raise InputError(f"has no column names in row {number}", hint="Check --header-row.", path=opening.path)
    titled = 0
    if asked.header_row == 1:
        texts = [(at, [str(_plain(cell)) for cell in row]) for at, row in begin if at >= first]
        titled = titles.header_row(texts) or 0
        if titled:
            log.warning("%s: %s", opening.path, titles.said(titled).replace(" line ", " row "))
    columns = unique([str(_plain(cell)) for cell in cells])
    named = asked.sheet is not None
    return Excel(sheet, columns, number + 1 + asked.skip, asked.left_out, asked.skip_footer, titled, named)


def _tell_odd_cells(opening: Opening, sheet: str) -> None:
    """Report the cells that do not hold what the sheet shows."""
    from ftdata.files.sheetcells import odd_cells

    odd = odd_cells(opening.path, sheet)
    if odd.errors:
        told = ", ".join(f"{count:,} {name}" for name, count in odd.errors.most_common(5))
        cells = f"{odd.errors.total():,} cell{'' if odd.errors.total() == 1 else 's'}"
        log.warning("%s: %s of the sheet %s with an error (%s), read as empty", opening.path, cells, sheet, told)
    if odd.formulas.count:
        message = (
            "%s: the sheet %s has formulas without a saved value, read as empty, in %s. Open the file in a spreadsheet "
            "program and save it."
        )
        log.warning(message, opening.path, sheet, odd.formulas)
    if odd.rounded.count:
        message = (
            "%s: the sheet %s has whole numbers of more than 15 digits, which spreadsheets round, in %s. Export ids as "
            "text."
        )
        log.warning(message, opening.path, sheet, odd.rounded)


def _first_row(opening: Opening, sheet: str) -> tuple[int, list[Any]] | None:
    """The number and cells of the first row that is not empty."""
    rows = enumerate(_rows(opening, sheet), 1)
    return next(((number, cells) for number, cells in rows if any(cell != "" for cell in cells)), None)


def _headerless(opening: Opening, container: Excel, cells: list[Any]) -> Excel:
    if len(cells) != len(container.columns):
        message = f"has {len(cells)} columns in its first row, and {len(container.columns)} were named"
        raise InputError(message, path=opening.path, line=container.first)
    return container


def _book(opening: Opening) -> Any:
    try:
        import python_calamine
    except ImportError:
        raise MissingPackageError("reading spreadsheets", "python-calamine", "excel") from None
    source = random_access(opening.path)
    with _understood(opening.path, python_calamine.CalamineError, OSError, ValueError):
        return python_calamine.load_workbook(source)


@contextmanager
def _understood(path: str, *errors: type[Exception]) -> Iterator[None]:
    """Turn an exception of the spreadsheet reader into an error of the file."""
    try:
        yield
    except InputError:
        raise
    except BaseException as error:
        # A panic of the reader's is no Exception, and its class cannot be imported.
        if not isinstance(error, errors) and type(error).__name__ != "PanicException":
            raise
        raise no_spreadsheet(error, path) from None


def _rows(opening: Opening, sheet: str) -> Iterator[list[Any]]:
    """The rows from the first one of the sheet on, each with a cell for every column."""
    # Empty rows above the first cell are given too; empty columns to the left of it are not, and name nothing.
    import python_calamine

    book = _book(opening)
    with _understood(opening.path, python_calamine.CalamineError):
        rows = book.get_sheet_by_name(sheet).iter_rows()
    yield from rows


def _plain(cell: Any) -> Any:
    """A cell as a JSON value."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1 << 53:
        return int(cell)
    if isinstance(cell, date | time):
        return cell.isoformat()
    return cell if isinstance(cell, str | bool | int | float) else str(cell)
