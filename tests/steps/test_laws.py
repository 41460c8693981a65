"""What holds of every step: valid examples stay valid, nothing is copied or changed in place without need."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import cloudpickle
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

import ftdata
from ftdata.codec import check_json, encode
from ftdata.errors import RowError
from ftdata.example import kind_of
from ftdata.expressions import Predicate
from ftdata.findings import Drop, Severity
from ftdata.formats.gate import gate
from ftdata.rules import RULES
from ftdata.rules.checker import Checker
from ftdata.steps.calling import Tools
from ftdata.steps.cleaning import Text
from ftdata.steps.cutting import Fit
from ftdata.steps.filtering import NoRefusals, Where, Within, characters, turns, words
from ftdata.steps.finished import Finished
from ftdata.steps.fixing import found_in
from ftdata.steps.prompting import Edit, PromptRule, System
from ftdata.steps.redacting import Redact
from ftdata.steps.selecting import Select
from ftdata.steps.stripping import Strip
from ftdata.steps.turning import DropTrailing, LastTurns, MergeTurns, PerAnswer
from ftdata.steps.valid import Valid
from ftdata.steps.weighting import Weights
from tests import strategies
from tests.steps.counters import BYTES
from tests.strategies import tries

Example = dict[str, Any]

IDEMPOTENT: dict[str, Any] = {
    "strip descriptions": Strip(function_descriptions=True, parameter_descriptions=True),
    "strip properties": Strip(properties=True),
    "strip extras": Strip(schema_extras=True),
    "strip functions": Strip(functions=True),
    "strip all but some": Strip(keep=("a",)),
    "strip everything": Strip(True, True, True, True),
    "system set": System(text="Be brief."),
    "system add": System(add="Be brief."),
    "system removed": System(remove=True),
    "system shortened": System(rules=(PromptRule("short", pattern=".+"),)),
    "weights last": Weights("last"),
    "weights all": Weights("all"),
    "weights of calls": Weights("all", calling=True),
    "weights none": Weights("none", where=Predicate("calls > 0")),
    "tools": Tools(style="tools"),
    "functions": Tools(style="functions"),
    "tools defined": Tools(undeclared="define"),
    "tools dropped": Tools(undeclared="drop"),
    "tools ids": Tools(ids=True),
    "tools arguments": Tools(arguments=True),
    "tools results": Tools(shorten_results=40),
    "text": Text(unicode="NFC", zero_width=True, white_space=True),
    "text think": Text(think="field"),
    "text think last": Text(think="last"),
    "redact": Redact(),
    "redact metadata": Redact(metadata=True),
    "last turns": LastTurns(1),
    "merge": MergeTurns(),
    "drop trailing": DropTrailing(),
    "per turn": PerAnswer(),
    "per turn alone": PerAnswer("out"),
    "fit": Fit(60, BYTES),
    "fit middle": Fit(60, BYTES, "middle"),
    "fit windows": Fit(60, BYTES, "windows"),
    "where": Where(Predicate("turns > 2 and tokens < 500"), words(BYTES)),
    "within": Within("characters", characters, 3, 50),
    "turns": Within("turns", turns, 1, 3),
    "refusals": NoRefusals(),
    "finished": Finished(),
    "select": Select(not_tags=("a",), min_score=0.5, keep_unknown=True),
    "valid": Valid(),
}
OTHERS: dict[str, Any] = {
    "system edited": System(edits=(Edit("a", "aa"), Edit("(b)", r"\1\1", is_pattern=True))),
    "system from user": System(from_user="^[^ ]+ "),
    "text html": Text(html=True, quotes=True, unicode="NFKC"),
    "text replaced": Text(edits=(Edit("a", "ab"),), roles=("user",)),
    "text think out": Text(think="text"),
}
STEPS = {**IDEMPOTENT, **OTHERS}


def each(steps: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """One example is handed to all of them: to draw one takes longer than what they do with it."""
    for name, step in steps.items():
        note(f"step: {name}")
        yield name, step


def made(step: Any, example: Example) -> list[Example]:
    """The examples that come of one; none if it is dropped or refused."""
    try:
        found = step(example)
    except RowError as error:
        assert error.message
        return []
    return [one for one in (found if isinstance(found, list) else [found]) if not isinstance(one, Drop)]


examples = st.one_of(strategies.examples, strategies.chats)


@tries(60)
@given(example=examples)
def test_valid_examples_stay_valid_and_nothing_changes_in_place(example: Example) -> None:
    before = deepcopy(example)
    for name, step in each(STEPS):
        results = made(step, example)
        assert repr(example) == repr(before), name
        for result in results:
            gate(result)
            check_json(result)
            if encode(result) == encode(before):
                assert result is example, "what does not change is the very object"


ERRORS = tuple(
    rule for rule in RULES.values() if rule.severity is Severity.ERROR and rule.over not in ("line", "set", "file")
)


def errors_in(example: Example) -> set[str]:
    """The rules of `ftdata check` that find an error."""
    kind = kind_of(example)
    assert kind
    return set(found_in(Checker(ERRORS, kind, most=0), example))


@tries(60)
@given(example=examples)
def test_a_step_brings_no_error_into_an_example(example: Example) -> None:
    before = errors_in(example)
    for name, step in each(STEPS):
        for result in made(step, example):
            assert result is example or errors_in(result) <= before, name


@tries(60)
@given(example=examples)
def test_doing_it_twice_is_doing_it_once(example: Example) -> None:
    for name, step in each(IDEMPOTENT):
        for once in made(step, example):
            (again,) = made(step, once)
            assert again is once, name


@pytest.mark.parametrize("name", STEPS)
def test_steps_travel_to_workers(name: str) -> None:
    step = STEPS[name]
    travelled = pickle.loads(cloudpickle.dumps(step))  # type: ignore[no-untyped-call]
    example = {
        "messages": [{"role": "user", "content": "a@x.org"}, {"role": "assistant", "content": "I can't help with"}]
    }
    assert travelled.name == step.name
    assert travelled(example) == step(example)


# The others only take out or split, which the account tells.
COUNTING = {name: step for name, step in STEPS.items() if hasattr(step, "counting")}


@tries(60)
@given(example=examples)
def test_what_changes_is_counted(example: Example) -> None:
    for _, step in each(COUNTING):
        changes: Counter[str] = Counter()
        try:
            result = step.counting(changes)(example)
        except RowError:
            continue
        if result is example:
            assert not {what: count for what, count in changes.items() if "left as they are" not in what}
        elif isinstance(result, dict):
            assert changes.total() > 0


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("laws") / "out.jsonl"


RUNS: list[Callable[[ftdata.Dataset], ftdata.Dataset]] = [
    lambda data: data.strip(descriptions=True, unused=True).weights("last").per_answer(),
    lambda data: data.tools(style="tools", undeclared="drop").merge_turns().drop_trailing(),
    lambda data: data.system("x", replace_all=True).redact().text(white_space=True).shuffle(),
    lambda data: data.fit(60, cut="windows").sample(share=0.5).first(1),
    lambda data: ftdata.mix([(data, 1), (data, 2)], total=5, repeat=True),
]


@pytest.mark.parametrize("run", RUNS)
@tries(8)
@given(rows=st.lists(examples, min_size=1, max_size=5))
def test_runs_balance(output: Path, run: Callable[[ftdata.Dataset], ftdata.Dataset], rows: list[Example]) -> None:
    result = run(ftdata.read(rows, format="ftdata")).write(output, max_rejects="100%", force=True, allow_empty=True)
    tally = result.tally
    assert tally.read + tally.added.total() == (
        tally.written + tally.dropped.total() + tally.rejected.total() + tally.merged.total()
    )
    assert tally.written == (len(output.read_bytes().splitlines()) if result.written else 0)
