"""A sheet's extent is looked at before it is read."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from ftdata.errors import InputError
from ftdata.files.source import open_source


def _workbook(path: Path, cells: list[tuple[int, int]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("s")
    for row, column in [(0, 0), (0, 1), (1, 0), (1, 1), *cells]:
        sheet.write_string(row, column, "text")
    book.close()
    return path


@pytest.mark.parametrize("corner", [(1_048_575, 16_383), (99_999, 701), (1_048_575, 2), (1, 16_383)])
def test_a_stray_cell_takes_no_memory(tmp_path: Path, corner: tuple[int, int]) -> None:
    path = _workbook(tmp_path / "t.xlsx", [corner])
    if (corner[0] + 1) * (corner[1] + 1) < 2_000_000:
        assert sum(1 for _ in open_source([path]).rows()) == 1
        return
    with pytest.raises(InputError, match=r"reaches over .* cells, of which 5 are filled"):
        open_source([path])


def test_a_full_sheet_is_read(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "t.xlsx", [(row, column) for row in range(2, 300) for column in range(30)])
    assert sum(1 for _ in open_source([path]).rows()) == 299


def test_a_part_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "t.xlsx", [])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book, book.open("xl/more.xml", "w") as part:
        for _ in range(80):
            part.write(b" " * (1 << 20))
    with pytest.raises(InputError, match="unpacks to 83,886,080 bytes"):
        open_source([path])


def test_damage_anywhere_is_an_error_or_no_harm(tmp_path: Path) -> None:
    whole = _workbook(tmp_path / "t.xlsx", [(2, 0), (2, 1)]).read_bytes()
    refused = 0
    for place in range(0, len(whole), 41):
        damaged = tmp_path / "d.xlsx"
        damaged.write_bytes(whole[:place] + bytes([whole[place] ^ 0x15]) + whole[place + 1 :])
        try:
            list(open_source([damaged]).rows())
        except InputError:
            refused += 1
    assert refused
