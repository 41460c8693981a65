"""Error cells of .xlsx files, such as #N/A, which the spreadsheet reader returns as empty."""

from __future__ import annotations

import html
import re
import zipfile
from collections import Counter
from pathlib import Path

from ftdata.files.opening import is_regular, random_access
from ftdata.lazily import pattern

_EXTENSIONS = (".xlsx", ".xlsm")
_ERROR = pattern(rb'<c\b[^>]*\bt="e"[^>]*>(?:(?!</c>).)*?<v>([^<]{1,20})</v>', re.DOTALL)
_PIECE = 1 << 20
_OVERLAP = 4096  # a cell with an error is no longer
_SHEET = pattern(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = pattern(rb"<(?:\w+:)?Relationship\b[^>]*>")


def errors_of(path: str, sheet: str) -> Counter[str]:
    """The number of error cells in a sheet, by error; empty if the file type does not tell (.xls, .ods, …)."""
    found: Counter[str] = Counter()
    if Path(path).suffix.lower() not in _EXTENSIONS or not is_regular(path):
        return found
    with zipfile.ZipFile(random_access(path)) as book:
        name = _part(book, sheet)
        if name is None:
            return found
        held = b""
        with book.open(name) as stream:
            while piece := stream.read(_PIECE):
                held += piece
                end = 0
                for cell in _ERROR.finditer(held):
                    found[cell[1].decode("utf-8", "replace")] += 1
                    end = cell.end()
                held = held[max(end, len(held) - _OVERLAP) :]
    return found


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
