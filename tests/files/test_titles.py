"""Titles above a table and footers below it: noticed, read as asked, counted."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

import ftdata
from ftdata.errors import InputError, RowError, UsageError
from ftdata.files.titles import cut_footer, header_row, without_footer

ROWS = [[f"How do I do {n}?", f"So {n}.", "faq"] for n in range(8)]
NAMES = ["Question", "Answer", "Topic"]
TITLES = {
    "padded": [["Our FAQ", "", ""], ["as of 2024-05-01", "", ""], ["", "", ""]],
    "bare": [["Our FAQ"], [""]],
    "groups": [["Asked", "", ""]],
}
MADE_OF: dict[str, list[list[str]]] = {"none": [], **TITLES}


def csv_of(rows: list[list[str]], delimiter: str = ",") -> str:
    """A CSV file's text."""
    return "".join(delimiter.join(row) + "\n" for row in rows)


def xlsx(path: Path, rows: list[list[str]], sheets: tuple[str, ...] = ("S",)) -> Path:
    """A workbook with the rows in each sheet."""
    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        for name in sheets:
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell:
                        sheet.write(at, column, cell)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("title", MADE_OF)
def test_a_title_is_noticed_and_the_option_named(
    tmp_path: Path, title: str, delimiter: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "t.csv").write_text(csv_of([*MADE_OF[title], NAMES, *ROWS], delimiter), encoding="utf-8")
    with caplog.at_level(logging.WARNING, "ftdata"):
        found = ftdata.read(tmp_path / "t.csv").look().to_dict()
    line = len(MADE_OF[title]) + 1
    assert found["format"]["name"] == "layouts"
    assert found["examples"]["kinds"] == {"chat": 8}
    assert (f"--header-row {line}" in found["commands"][0]) == bool(MADE_OF[title])
    assert (f"--header-row {line} reads it so" in caplog.text) == bool(MADE_OF[title])


@pytest.mark.parametrize("title", TITLES)
def test_a_table_below_a_title_is_read_as_asked(tmp_path: Path, title: str) -> None:
    footer = [["Total", "8"], [""]]
    (tmp_path / "t.csv").write_text(csv_of([*TITLES[title], NAMES, *ROWS, *footer]), encoding="utf-8")
    data = ftdata.read(tmp_path / "t.csv", header_row=len(TITLES[title]) + 1, skip=2, skip_footer=1)
    assert data.columns() == tuple(NAMES)
    result = data.to_chat(user="Question", assistant="Answer").write(tmp_path / "o.jsonl")
    assert result.tally.written == 6
    assert result.tally.read == 6 + len(TITLES[title]) + 3
    assert result.tally.to_dict()["dropped"]["read"] == {
        "above the names of the columns": len(TITLES[title]), "first rows, as asked": 2, "a footer, as asked": 1,
    }  # fmt: skip
    assert next(iter(data.source.rows()))[0].line == len(TITLES[title]) + 4


@pytest.mark.parametrize("title", ["padded", "groups"])
def test_a_sheet_below_a_title(tmp_path: Path, title: str) -> None:
    path = xlsx(tmp_path / "t.xlsx", [*TITLES[title], NAMES, *ROWS, ["Total", "8"]])
    assert f"--header-row {len(TITLES[title]) + 1}" in ftdata.read(path).look().to_dict()["commands"][0]
    data = ftdata.read(path, header_row=len(TITLES[title]) + 1, skip_footer=1)
    assert data.columns() == tuple(NAMES)
    assert data.to_chat(user="Question", assistant="Answer").count() == 8


@pytest.mark.parametrize(("asked", "rows"), [("*", 24), ("A,C", 16), ("B", 8)])
def test_several_sheets(tmp_path: Path, asked: str, rows: int) -> None:
    path = xlsx(tmp_path / "t.xlsx", [NAMES, *ROWS], ("A", "B", "C"))
    assert ftdata.read(path, sheet=asked).to_chat(user="Question", assistant="Answer").count() == rows
    with pytest.raises(InputError, match="has no sheet"):
        ftdata.read(path, sheet="A,X")


@pytest.mark.parametrize("records", [
    [(1, ["a", "b"]), (2, ["1", "2"]), (3, ["3", "4"])],
    [(1, ["q", ""]), (2, ["x", "1"]), (3, ["y", "2"])],
    [(1, ["only"]), (2, ["x"]), (3, ["y"])],
    [(1, ["t", "", ""]), (2, ["1", "2", "3"]), (3, ["4", "5", "6"])],
    [],
])  # fmt: skip
def test_what_is_no_title(records: list[tuple[int, list[str]]]) -> None:
    assert header_row(records) is None


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_a_footer_is_cut_whatever_the_pieces(size: int) -> None:
    text = b"".join(b"row %d,%s\n" % (n, b"x" * 50) for n in range(5000))
    whole = text + b"Total,1\n\nEnd\n\n"
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)] if size > 1 else [whole]
    assert b"".join(without_footer(iter(pieces), 2, "t.csv")).rstrip() == text.rstrip()
    assert cut_footer(b"a\nb\nc", 1, "t.csv") == b"a\nb\n"
    with pytest.raises(InputError, match="no 4 lines of a footer"):
        cut_footer(b"a\nb\nc", 4, "t.csv")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_large_file_with_a_footer_is_read_in_blocks(tmp_path: Path, workers: int) -> None:
    body = "".join(f"question {n},{'y' * 300}\n" for n in range(50_000))
    (tmp_path / "t.csv").write_text(f"Title,\nq,a\n{body}Total: 50000\n", encoding="utf-8")
    data = ftdata.read(tmp_path / "t.csv", header_row=2, skip_footer=1).to_chat(user="q", assistant="a")
    result = data.write(tmp_path / f"o{workers}.jsonl", workers=workers)
    assert (result.tally.written, result.tally.rejected.total()) == (50_000, 0)
    assert sum(result.tally.dropped.values()) == 2


def test_without_the_option_a_footer_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(csv_of([NAMES, *ROWS, ["Total"]]), encoding="utf-8")
    with pytest.raises(RowError, match=r"t.csv:10: expected 3 fields, found 1"):
        ftdata.read(tmp_path / "t.csv").to_chat(user="Question", assistant="Answer").count()


def test_what_cannot_be_meant(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(csv_of([NAMES, *ROWS]), encoding="utf-8")
    (tmp_path / "t.jsonl").write_text('{"a": 1}\n', encoding="utf-8")
    with pytest.raises(UsageError, match="columns names the columns"):
        ftdata.read(tmp_path / "t.csv", columns=["a", "b", "c"], header_row=2)
    with pytest.raises(UsageError, match="header_row is for CSV files and spreadsheets"):
        ftdata.read(tmp_path / "t.jsonl", header_row=2)
    with pytest.raises(InputError, match="has fewer than 100 lines"):
        ftdata.read(tmp_path / "t.csv", header_row=100)
    with pytest.raises(InputError, match="has fewer than 50 rows"):
        ftdata.read(tmp_path / "t.csv", skip=50)
