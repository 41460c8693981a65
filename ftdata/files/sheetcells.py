"""Cells of .xlsx files that do not hold what the sheet shows: errors, formulas without a value, rounded numbers."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ftdata.classes import dataclass, field
from ftdata.files.opening import is_regular, random_access
from ftdata.files.zipped import spreadsheet
from ftdata.lazily import pattern

if TYPE_CHECKING:
    import zipfile

_EXTENSIONS = (".xlsx", ".xlsm")
# A formula, then nothing, an error, or a number of 16 digits or more. A cell is named by its attributes.
_CELL = pattern(
    rb"<c\b([^>]*)>\s*(<f\b[^>]*(?:/>|>[^<]*</f>)\s*)?"
    rb"(?:(?:<v\s*/>|<v></v>)?\s*</c>|<v>(#[^<]{1,20}|-?\d{16,}|-?\d\.\d{10,}[eE]\+?(?:1[5-9]|[2-9]\d))</v>)"
)
_NAMED = 3
_PIECE = 1 << 20
_OVERLAP = 4096  # such a cell is no longer
_SHEET = pattern(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = pattern(rb"<(?:\w+:)?Relationship\b[^>]*>")


@dataclass(slots=True)
class CellNames:
    """How many cells there are, and the names of the first: of a sheet that nobody computed they may be millions."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, name: str) -> None:
        """Count one more."""
        self.count += 1
        if self.count <= _NAMED:
            self.first.append(name)

    def __str__(self) -> str:
        names = ", ".join(self.first)
        plural, more = "" if self.count == 1 else "s", ", …" if self.count > _NAMED else ""
        return f"{self.count:,} cell{plural} ({names}{more})"


@dataclass(slots=True)
class OddCells:
    """What was found in a sheet.

    Attributes:
        errors: The number of cells with an error, which the spreadsheet reader returns as empty, by error.
        formulas: Cells with a formula whose value was never computed, which are read as empty; programs that write
            files without computing them leave such cells.
        rounded: Cells with a whole number of more digits than a spreadsheet keeps (15).
    """

    errors: Counter[str] = field(default_factory=Counter)
    formulas: CellNames = field(default_factory=CellNames)
    rounded: CellNames = field(default_factory=CellNames)


def odd_cells(path: str, sheet: str) -> OddCells:
    """The cells of a sheet that do not hold what it shows; none if the file type does not tell (.xls, .ods, …)."""
    found = OddCells()
    if Path(path).suffix.lower() not in _EXTENSIONS or not is_regular(path):
        return found
    with spreadsheet(random_access(path), path) as book:
        name = _part(book, sheet)
        for cell in _cells(book, name) if name is not None else ():
            _sort(cell, found)
    return found


def _cells(book: zipfile.ZipFile, name: str) -> Iterator[re.Match[bytes]]:
    """The cells that may be odd, of a part that is read piece by piece."""
    held = b""
    with book.open(name) as stream:
        while piece := stream.read(_PIECE):
            held += piece
            end = 0
            for cell in _CELL.finditer(held):
                yield cell
                end = cell.end()
            held = held[max(end, len(held) - _OVERLAP) :]


def _sort(cell: re.Match[bytes], found: OddCells) -> None:
    attributes, formula, value = cell.groups()
    kind = _attribute(attributes, b"t")
    if value is None:
        # With a type, nothing is the value: the empty text.
        if formula and not kind:
            found.formulas.add(_attribute(attributes, b"r"))
    elif kind == "e":
        found.errors[value.decode("utf-8", "replace")] += 1
    elif kind in ("", "n") and not value.startswith(b"#"):
        found.rounded.add(_attribute(attributes, b"r"))


def _part(book: zipfile.ZipFile, sheet: str) -> str | None:
    """The part of the file that contains a sheet."""
    names = set(book.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    # Read by patterns: these parts are lists of flat elements, and a parser of XML would have to be a safe one.
    sheets = {_unescaped(one): _attribute(one, b"r:id") for one in _SHEET.findall(book.read("xl/workbook.xml"))}
    relations = _RELATION.findall(book.read("xl/_rels/workbook.xml.rels"))
    targets = {_attribute(one, b"Id"): _attribute(one, b"Target") for one in relations}
    target = targets.get(sheets.get(sheet, ""), "")
    part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return part if part in names else None


def _attribute(element: bytes, name: bytes) -> str:
    found = re.search(rb"\b" + name + rb"\s*=\s*\"([^\"]*)\"", element)
    return found[1].decode("utf-8", "replace") if found else ""


def _unescaped(element: bytes) -> str:
    return html.unescape(_attribute(element, b"name"))
