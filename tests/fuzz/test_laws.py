"""A quick share of the laws, and that nothing which is registered stays outside of them."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from ftdata.formats import FORMATS
from tests.fuzz import options, verbs
from tests.fuzz.golden import golden
from tests.fuzz.laws import LAWS
from tests.fuzz.running import Outcome, run, run_case

QUICK = {
    "rows": 120,
    "examples": 25,
    "expressions": 25,
    "fixes": 15,
    "methods": 20,
    "foreign": 15,
    "twice": 15,
    "chains": 4,
    "commands": 25,
    "same": 10,
    "bytes": 40,
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_golden_row(name: str) -> None:
    assert golden().get(name), f"add a row of {name} to tests/formats, so that the laws can try it"


def test_every_option_has_a_value() -> None:
    for command, param in options.walk():
        found = options.values(command, param)
        assert found or getattr(param, "is_flag", False)


def test_an_option_without_a_value_fails_the_walk() -> None:
    with pytest.raises(LookupError, match="no value is known for convert --new"):
        options.values("convert", click.Option(["--new"], metavar="SOMETHING"))


def test_every_parameter_of_the_library_has_a_value() -> None:
    for method in verbs.methods():
        for owner, param in verbs.params(method):
            assert param.name in verbs.OTHERS or verbs.values(owner, param)


@pytest.mark.parametrize("name", LAWS)
def test_a_law_on_a_few_mutants(name: str, tmp_path: Path) -> None:
    outcome = Outcome()
    for number in range(QUICK[name]):
        run_case(name, number, "quick", tmp_path, outcome)
    assert not outcome.failures, "\n".join(f"{one.place}: {one.label}: {one.rows}" for one in outcome.failures.values())


def test_the_same_seed_gives_the_same_cases() -> None:
    first, again = (run(["expressions", "fixes"], "1", rows=80) for _ in range(2))
    assert (first.cases, first.rows, [*first.failures]) == (again.cases, again.rows, [*again.failures])
