"""That the examination sees what it looks for, and makes inputs small."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ftdata.formats.gate import gate
from tests.fuzz.commands import held
from tests.fuzz.failures import Broken, Case, failures_of, internal
from tests.fuzz.files import lines
from tests.fuzz.golden import EXAMPLES
from tests.fuzz.laws import LAWS
from tests.fuzz.mutants import accepted, mutated
from tests.fuzz.running import Outcome, run_case

Row = dict[str, Any]


def _fragile(rows: list[Row]) -> None:
    for row in rows:
        if "a" in row:
            raise Broken("no a") if row["a"] else KeyError("a")


def test_each_place_comes_with_its_smallest_input() -> None:
    rows: list[Row] = [{"b": [1, 2]}, {"a": {"deep": [1]}, "b": 2}, {"a": 0, "c": "long"}, {"c": 3}]
    found = failures_of(Case("fragile", rows, _fragile), set())
    assert [failure.rows for failure in found] == [[{"a": {"deep": []}}], [{"a": 0}]]
    assert found[0].place == "no a"
    assert found[1].place.startswith("KeyError tests/fuzz/test_failures.py:")


def test_a_bug_that_is_told_is_one() -> None:
    assert internal("a bug in ftdata (KeyError 'name' in formats/gemini)") == "KeyError … in formats/gemini"
    assert internal("This is a bug in ftdata, not in your data.") == "unplaced"
    assert internal("expected text; got 1") == ""


def test_a_bug_that_is_told_of_a_row_breaks_the_law(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(lines(EXAMPLES[:1]))
    (tmp_path / "out.rejects.jsonl").write_text(
        json.dumps({"reason": "a bug in ftdata (KeyError 'name' in formats/gemini)"})
    )
    with pytest.raises(Broken, match="told: KeyError … in formats/gemini"):
        held(tmp_path, ["head", "in.jsonl"])


def test_an_unforeseen_exception_of_a_writer_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(example: Row, lost: Any) -> Row:
        raise KeyError("name")

    monkeypatch.setattr("tests.fuzz.laws.written_formats", lambda: {"x": type("X", (), {"dump": staticmethod(broken)})})
    outcome = Outcome()
    run_case("examples", 0, "0", tmp_path, outcome)
    (place,) = outcome.failures
    assert place.startswith("KeyError tests/fuzz/test_failures.py:")


def test_mutants_are_told_by_their_seed_and_leave_the_row_alone() -> None:
    before = json.dumps(EXAMPLES)
    for number in range(200):
        row = mutated(EXAMPLES[number % len(EXAMPLES)], Random(number))
        assert json.dumps(row) == json.dumps(mutated(EXAMPLES[number % len(EXAMPLES)], Random(number)))
        gate(accepted(Random(number)))
    assert json.dumps(EXAMPLES) == before


@pytest.mark.parametrize("name", LAWS)
def test_a_case_is_told_by_its_number(name: str, tmp_path: Path) -> None:
    first, again = (LAWS[name].draw(7, Random("7"), tmp_path) for _ in range(2))
    assert (first.label, json.dumps(first.rows)) == (again.label, json.dumps(again.rows))
