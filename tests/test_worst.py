"""Rows at their worst, for every command: four times the rows may take about four times the steps, never sixteen.

Steps are calls of functions, Python's and C's, as the interpreter counts them: the same on every machine, unlike time.
"""

from __future__ import annotations

import cProfile
import json
from pathlib import Path

import pytest

from tests.bench.growth import lines
from tests.bench.shapes import SHAPES, write_all
from tests.cli.running import ftdata
from tests.cli.test_matrix import FILES

pytestmark = pytest.mark.slow

START, FEW, MANY = 8, 32, 104
MOST = 1.5 * (MANY - START) / (FEW - START)
FIRST = 5_000
"""Calls of what is imported, or begun, at some number of rows."""
LINES = dict(lines([]))
FIRST_LINES = {
    words[0]: name for name, words in reversed(LINES.items()) if "in.jsonl" in words and words[0] != "places"
}
"""The first line of each command that reads chats; `places` is eleven checks."""
CASES = [("chats", name) for name in LINES] + [
    (shape, name) for shape in SHAPES if shape != "chats" for name in FIRST_LINES.values()
]


def steps(folder: Path, words: list[str], shape: str, rows: int) -> int:
    """Calls that a command makes on so many rows."""
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    write_all(folder, rows, shape, words if "--source" not in words else None)
    counted = cProfile.Profile()
    done = counted.runcall(ftdata, folder, *words)
    assert done.code in (0, 1, 2, 3), done.err  # some shapes cannot be split, or leave nothing to write
    return sum(entry.callcount for entry in counted.getstats())


@pytest.mark.parametrize(("shape", "name"), CASES, ids=["-".join(case).replace(" ", "-") for case in CASES])
def test_steps_grow_with_the_rows(tmp_path: Path, shape: str, name: str) -> None:
    words = LINES[name]
    steps(tmp_path / "imports", words, shape, 1)
    start, few, many = (steps(tmp_path / str(rows), words, shape, rows) for rows in (START, FEW, MANY))
    assert many - start < MOST * max(few - start, FIRST)


MANY_OF = {
    "files": [["convert", "-o", "out.jsonl"], ["check"], ["stats"], ["dedupe", "-o", "out.jsonl"]],
    "columns": [["look", "in.csv"], ["check", "in.csv"], ["convert", "in.csv", "--user", "c0", "--assistant", "c1", "-o", "out.jsonl"]],
}  # fmt: skip


def steps_of_many(folder: Path, words: list[str], what: str, number: int) -> int:
    """Calls that a command makes on so many files of a row each, or on a table of so many columns."""
    folder.mkdir()
    if what == "files":
        names = [f"{at}.jsonl" for at in range(number)]
        for at, row in enumerate(SHAPES["chats"](number)):
            (folder / names[at]).write_text(json.dumps(row) + "\n", encoding="utf-8")
    else:
        names, columns = [], range(number)
        lines = (",".join(f"{begin}{at}" for at in columns) for begin in "cxyz")
        (folder / "in.csv").write_text("\n".join(lines), encoding="utf-8")
    counted = cProfile.Profile()
    done = counted.runcall(ftdata, folder, words[0], *names, *words[1:])
    assert done.code in (0, 1), done.err
    return sum(entry.callcount for entry in counted.getstats())


@pytest.mark.parametrize(("what", "words"), [(what, words) for what, tried in MANY_OF.items() for words in tried])
def test_steps_grow_with_files_and_columns(tmp_path: Path, what: str, words: list[str]) -> None:
    steps_of_many(tmp_path / "imports", words, what, START)
    start, few, many = (steps_of_many(tmp_path / str(n), words, what, n) for n in (START, FEW, MANY))
    assert many - start < MOST * max(few - start, FIRST)
