"""Cells of spreadsheets that do not hold what the sheet shows."""

from __future__ import annotations

import logging
import zipfile
from pathlib import Path

import pytest

import ftdata
from ftdata.errors import InputError
from ftdata.files.sheetcells import odd_cells


def test_cells_with_an_error_are_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "e.xlsx") as book:
        sheet = book.add_worksheet("Jan & Feb")
        sheet.write_row(0, 0, ["q", "a"])
        for at, value in enumerate(("#N/A", "#DIV/0!", "#N/A"), 1):
            sheet.write(at, 0, "why?")
            sheet.write_formula(at, 1, "=1/0", None, value)
    with caplog.at_level(logging.WARNING, "ftdata"):
        ftdata.read(tmp_path / "e.xlsx")
    assert "3 cells of the sheet Jan & Feb with an error (2 #N/A, 1 #DIV/0!), read as empty" in caplog.text


VALUES = {
    "nothing computed": ("=1+1", "", "formulas"),
    "a number computed": ("=1+1", 2, ""),
    "an empty text computed": ("=T(0)", None, ""),
    "an id of 19 digits": (1674947091321123456, None, "rounded"),
    "a card's 16 digits": (4111111111111111, None, "rounded"),
    "a formula's long number": ("=B1", 1674947091321123456, "rounded"),
    "a large round number": (1e20, None, ""),
    "15 digits": (123456789012345, None, ""),
    "an id as text": ("1674947091321123456", None, ""),
    "a text like an error": ("#N/A", None, ""),
    "an error": ("=NA()", "#N/A", "errors"),
}


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("piece", [1, 100, 1 << 20])
def test_odd_cells_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, piece: int) -> None:
    import xlsxwriter

    monkeypatch.setattr("ftdata.files.sheetcells._PIECE", piece)
    rows = 3
    value, computed, expected = VALUES[kind]
    with xlsxwriter.Workbook(tmp_path / "t.xlsx", {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("S")
        sheet.write_row(0, 0, ["q", "a"])
        for at in range(1, rows + 1):
            sheet.write(at, 0, f"row {at}")
        if isinstance(value, str) and value.startswith("="):
            sheet.write_formula(rows, 1, value, None, computed)
        elif isinstance(value, str):
            sheet.write_string(rows, 1, value)
        else:
            sheet.write_number(rows, 1, value)
    odd = odd_cells(str(tmp_path / "t.xlsx"), "S")
    cell = [f"B{rows + 1}"]
    assert odd.formulas.first == (cell if expected == "formulas" else [])
    assert odd.rounded.first == (cell if expected == "rounded" else [])
    assert odd.errors.total() == (expected == "errors")


def test_formulas_that_a_program_left_uncomputed_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.create_sheet("S", 0)
    for row in [["q", "a"], *[["row", "=A2"]] * 5, ["id", 1674947091321123456]]:
        sheet.append(row)
    book.save(tmp_path / "t.xlsx")
    with caplog.at_level(logging.WARNING, "ftdata"):
        ftdata.read(tmp_path / "t.xlsx")
    assert "formulas without a saved value, read as empty, in 5 cells (B2, B3, B4, …)" in caplog.text
    assert "whole numbers of more than 15 digits, which spreadsheets round, in 1 cell (B7)" in caplog.text


def test_every_part_of_a_damaged_spreadsheet_is_an_error_of_the_file(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "d.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("One").write_row(0, 0, ["q", "a"])
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: info.header_offset + 30 + len(info.filename) for info in archive.infolist()}
    failed = set()
    for name, at in parts.items():
        path.write_bytes(whole[:at] + bytes(byte ^ 0xFF for byte in whole[at : at + 8]) + whole[at + 8 :])
        try:
            odd_cells(str(path), "One")
        except InputError as error:
            assert str(path) in str(error), name
            failed.add(name)
    assert failed >= {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"}
