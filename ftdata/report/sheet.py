"""A table for review: a spreadsheet with drop-downs and instructions, or CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from ftdata.errors import MissingPackageError, UsageError
from ftdata.files.opening import BOM
from ftdata.steps.sheets import SHEET, By, columns, harmless

_LISTS = {"keep": ["keep", "drop"], "score": ["1", "2", "3", "4", "5"], "train": ["yes", "no"]}
_WIDTHS = {
    "place": 16, "turn": 6, "role": 14, "keep": 8, "score": 8, "train": 8, "label": 16, "note": 24, "findings": 40,
    "id": 18, "was": 18,
}  # fmt: skip
_LAST = 1_048_575
"""The last row of a sheet. Source: Microsoft's page on Excel's limits."""

_TOLD = (
    "How to review",
    "Each row is an example, or a turn of one. Read it, then write in the columns that are not grey:",
    "keep: choose drop to leave the example out. Empty means that it stays.",
    "score: a number; 1 to 5 can be chosen, others can be written.",
    "label, note: anything. Both go into the example's metadata; the note of a dropped example is its reason.",
    "system, prompt, answer, text, calls, train: edit what stands there. Calls are JSON.",
    "Leave place, id and was alone: they say which example a row is, and whether it has changed since.",
    "Rows may be sorted, filtered and deleted. Then: ftdata apply review.xlsx FILE -o OUT.",
)


def sheet(path: str, by: By, rows: Iterable[dict[str, str]]) -> bytes:
    """The bytes of the table.

    Raises:
        UsageError: If the name ends in neither .xlsx nor .csv.
        MissingPackageError: If a spreadsheet is written and xlsxwriter is not installed.
    """
    name = path.lower()
    if name.endswith(".csv"):
        return _csv(by, rows)
    if name.endswith(".xlsx"):
        return _xlsx(by, rows)
    raise UsageError("a review is a table", hint="Use a name that ends in .xlsx or .csv.")


def _csv(by: By, rows: Iterable[dict[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns(by))
    writer.writerows([harmless(row[name]) for name in columns(by)] for row in rows)
    return bytes(BOM + text.getvalue().encode())


def _xlsx(by: By, rows: Iterable[dict[str, str]]) -> bytes:
    try:
        import xlsxwriter
    except ImportError:
        raise MissingPackageError("writing .xlsx files", "xlsxwriter", "excel") from None
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    names = columns(by)
    page = book.add_worksheet(SHEET)
    last = _fill(book, page, names, iter(rows))
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, last, len(names) - 1)
    for column, choices in _LISTS.items():
        if column in names:
            at = names.index(column)
            # A warning and no refusal: a score may be any number.
            page.data_validation(1, at, _LAST, at, {"validate": "list", "source": choices, "error_type": "information"})
    told = book.add_worksheet("how to review")
    told.set_column(0, 0, 110)
    for number, line in enumerate(_TOLD):
        told.write_string(number, 0, line)
    book.close()
    return stream.getvalue()


def _fill(book: Any, page: Any, names: list[str], rows: Iterator[dict[str, str]]) -> int:
    """Write the rows, and return the number of the last one."""
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    grey = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#EEEEEE", "font_color": "#555555"})
    bold = book.add_format({"bold": True})
    fixed = {"place", "turn", "role", "findings", "id", "was"}
    for at, name in enumerate(names):
        page.set_column(at, at, _WIDTHS.get(name, 50), grey if name in fixed else wrapped)
        page.write_string(0, at, name, bold)
    number = 0
    for number, row in enumerate(rows, 1):
        if number > _LAST:
            raise UsageError("a sheet holds 1,048,575 rows", hint="Write a .csv file, or review a sample.")
        for at, name in enumerate(names):
            page.write_string(number, at, row[name], grey if name in fixed else wrapped)
    return number
