"""A spreadsheet's extent, looked at before it is read."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from ftdata.errors import InputError
from ftdata.files.extent import check_extent


def sheet(path: Path, cells: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{cells}</sheetData></worksheet>")
    return path


@pytest.mark.parametrize("corner", ["XFD1048576", "ZZ100000", "A9999999"])
def test_a_stray_cell_far_out_is_refused(corner: str, tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", f'<c r="A1"/><c r="{corner}"/>')
    with pytest.raises(InputError, match=r"a\.xlsx: its sheet1\.xml has 2 cells in .* rows"):
        check_extent(str(path), str(path))


def test_a_full_sheet_is_read(tmp_path: Path) -> None:
    rows = "".join(f'<row><c r="A{row}"/><c r="B{row}"/></row>' for row in range(1, 50_000))
    path = sheet(tmp_path / "a.xlsx", rows)
    check_extent(str(path), str(path))


def test_a_damaged_file_is_an_error(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", '<c r="A1"/>' * 1000)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(InputError, match="cannot be read as a spreadsheet"):
        check_extent(str(path), str(path))
