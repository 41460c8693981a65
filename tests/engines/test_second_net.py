"""The second net: whatever ftdata fails at, it is one row's reject or finding, and the run goes on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from ftdata.codec import encode
from ftdata.engines.checking import check
from ftdata.engines.local import Local
from ftdata.engines.plan import Outcome, Plan, Rejected
from ftdata.errors import FtdataError, InternalError, RowError, StepError, UsageError, row_error
from ftdata.files.source import Source, open_source
from ftdata.formats import FORMATS
from ftdata.formats.parsing import Parse
from ftdata.rules import RULES
from ftdata.rules.checker import Checker
from ftdata.steps import Step
from ftdata.steps.primitives import Kept, Made
from ftdata.steps.primitives import Mapped as Mapped_
from ftdata.steps.selection import Selection

from ..rules.cases import answers
from .steps import FirstOnly, Hashes, example, text_of

FTDATA = FORMATS["ftdata"]
BAD = "boom"
ROWS = [example(BAD if n in (3, 4, 250) else f"text {n}", f"c{n}") for n in range(400)]
Row = dict[str, Any]


def fails(example: Row) -> Row:
    """As a bug would have it."""
    if text_of(example) == BAD:
        return example["no such key"]  # type: ignore[no-any-return]
    return example


@dataclass(frozen=True)
class Mapped:
    name: ClassVar[str] = "maps"

    def __call__(self, example: Row) -> Row:
        return fails(example)


@dataclass(frozen=True)
class Counted(Mapped):
    def counting(self, changes: Counter[str]) -> Callable[[Row], Row]:
        return fails


@dataclass(frozen=True)
class Twice:
    """Makes two of each, so that what follows sees members of lists."""

    name: ClassVar[str] = "twice"

    def __call__(self, example: Row) -> Mapped_:
        return [example, example]


@dataclass
class Torn(Hashes):
    """A summary that has already taken in half of what it then fails at."""

    def add(self, example: Row) -> None:
        self.data += b"half"
        fails(example)
        del self.data[-4:]
        super().add(example)


@dataclass(frozen=True)
class Surveyed(FirstOnly):
    def survey(self) -> Hashes:
        return Torn()


@dataclass(frozen=True)
class Deciding(FirstOnly):
    def decide(self, summary: Hashes) -> Any:
        return lambda example, position: fails(example)


@dataclass(frozen=True)
class Gathered:
    """A gather that fails in one of its rooms."""

    room: str
    name: ClassVar[str] = "gathers"

    def key(self, example: Row) -> Any:
        return text_of(fails(example) if self.room == "key" else example)

    def work(self, group: list[Row]) -> Sequence[Made]:
        if self.room == "kept":
            return [Kept(at, rank="\ud800" if text_of(one) == BAD else None) for at, one in enumerate(group)]
        if self.room == "rank":
            return group
        return [Kept(at, fails(one) if self.room == "work" else None) for at, one in enumerate(group)]

    def rank(self, example: Row) -> Any:
        return fails(example) and None if self.room == "rank" else None


def failing_writer(example: Row, lost: Counter[str]) -> Row:
    return fails(example)


FAILING = replace(FTDATA, name="fails", dump=failing_writer)

CASES: dict[str, tuple[tuple[Step, ...], Any]] = {
    "map": ((Mapped(),), FTDATA),
    "counting map": ((Counted(),), FTDATA),
    "map of lists": ((Twice(), Mapped()), FTDATA),
    "survey": ((Surveyed(),), FTDATA),
    "survey behind a map": ((Twice(), Surveyed()), FTDATA),
    "decision": ((Deciding(),), FTDATA),
    "gather's key": ((Gathered("key"),), FTDATA),
    "gather's work": ((Gathered("work"),), FTDATA),
    "gather's rank": ((Gathered("rank"),), FTDATA),
    "gather's own rank": ((Gathered("kept"),), FTDATA),
    "map behind a gather": ((Gathered(""), Mapped()), FTDATA),
    "survey behind a gather": ((Gathered(""), Surveyed()), FTDATA),
    "writer": ((), FAILING),
    "writer behind a gather": ((Gathered(""),), FAILING),
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    path = tmp_path_factory.mktemp("net") / "in.jsonl"
    path.write_bytes(b"".join(encode(row) + b"\n" for row in ROWS))
    return open_source([path])


def run(plan: Plan, block_size: int = 3000, workers: int = 1) -> tuple[bytes, Outcome, list[Rejected]]:
    rejects: list[Rejected] = []
    outcome = Outcome(on_reject=rejects.append)
    output = b"".join(lines for _, lines, _ in Local(workers, block_size=block_size).map(plan, outcome))
    assert outcome.tally.balanced
    assert outcome.tally.rejected.total() == len(rejects)
    return output, outcome, rejects


@pytest.mark.parametrize("case", CASES)
def test_a_bug_is_its_rows_reject(case: str, source: Source) -> None:
    steps, writes = CASES[case]
    plan = Plan(source, (Parse(FTDATA), *steps), FTDATA, writes)
    output, outcome, rejects = run(plan)
    times = 2 if any(isinstance(step, Twice) for step in steps) else 1
    lines = [line for line in (4, 5, 251) for _ in range(times)]
    assert [reject.origin.line for reject in rejects] == lines
    assert outcome.tally.internal == len(lines)
    assert all(reject.error.message.startswith("a bug in ftdata (") for reject in rejects)
    assert all(json.loads(reject.raw) == ROWS[reject.origin.line - 1] for reject in rejects)
    kept = [text_of(json.loads(line)) for line in output.splitlines()]
    good = [text_of(row) for row in ROWS if text_of(row) != BAD]
    assert kept == [text for text in good for _ in range(kept.count(text))]
    assert set(kept) == set(good)
    assert isinstance(outcome.bug, InternalError)
    assert str(outcome.bug).startswith(f"{source.files[0].name}:4: a bug in ftdata (")
    assert "Traceback" in outcome.bug.trace


@pytest.mark.parametrize("case", ["map", "survey", "gather's work", "writer"])
def test_workers_tell_the_same(case: str, source: Source) -> None:
    steps, writes = CASES[case]
    plan = Plan(source, (Parse(FTDATA), *steps), FTDATA, writes)
    alone, together = run(plan), run(plan, workers=2)
    assert alone[0] == together[0]
    assert [str(one.error) for one in alone[2]] == [str(one.error) for one in together[2]]


def test_a_survey_that_chooses_outputs_leaves_out_what_it_could_not_see(source: Source) -> None:
    @dataclass(frozen=True)
    class Route(Surveyed):
        def decide(self, summary: Hashes) -> Any:
            count = len(summary.data) // 16
            return Selection(bytes(n % 2 for n in range(count)), ("other",))

    plan = Plan(source, (Parse(FTDATA),), FTDATA, FTDATA, route=Route(), outputs=2)
    outcome = Outcome(on_reject=lambda reject: None)
    parts: dict[int, list[str]] = {0: [], 1: []}
    for _, number, lines, _ in Local(1, block_size=3000).route(plan, outcome):
        parts[number] += [text_of(json.loads(line)) for line in lines.splitlines()]
    good = [text_of(row) for row in ROWS if text_of(row) != BAD]
    assert parts == {0: good[::2], 1: good[1::2]}
    assert outcome.tally.balanced
    # The room is the last of ftdata's on the way to the test's own step.
    assert outcome.tally.rejected == {("first_only", "a bug in ftdata (KeyError 'no such key' in engines/jobs)"): 3}


def test_row_errors_in_surveys_are_rejects_too(source: Source) -> None:
    @dataclass
    class Refusing(Hashes):
        def add(self, example: Row) -> None:
            if text_of(example) == BAD:
                raise RowError("has no number", json_path="$.metadata.score")
            super().add(example)

    @dataclass(frozen=True)
    class Numbered(FirstOnly):
        def survey(self) -> Hashes:
            return Refusing()

    _, outcome, rejects = run(Plan(source, (Parse(FTDATA), Numbered()), FTDATA, FTDATA))
    assert outcome.tally.rejected == {("first_only", "has no number"): 3}
    assert outcome.tally.internal == 0
    assert rejects[0].error.json_path == "$.metadata.score"


def test_a_rule_that_fails_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"".join(encode(row) + b"\n" for row in answers("fine", BAD, "well", BAD)))

    def test(row: Row, look: Any) -> list[Any]:
        if row["messages"][-1]["content"] == BAD:
            return [row["no such key"]]
        return []

    broken = replace(RULES["example-weight"], slug="broken", test=test, over="row", near=lambda look: True)
    source = open_source([path])
    for rows in (True, False):
        steps = () if rows else (Parse(FORMATS["openai"]),)
        plan = Plan(source, steps, None if rows else FORMATS["openai"], FORMATS["openai"])
        done = check(Local(1), plan, Checker((broken,)), rows=rows)
        told = [(one.rule, one.origin.line if one.origin else 0) for one in done.findings]
        assert told == [("internal-error", 2), ("internal-error", 4)]
        assert done.rows == 4
        assert "KeyError" in done.trace


def test_what_is_no_rows_fault_passes_the_net() -> None:
    for error in (StepError("yours"), UsageError("asked wrongly"), FtdataError("ends the run"), MemoryError()):
        with pytest.raises(type(error)):
            row_error(error)
    row = RowError("a row")
    assert row_error(row) is row


def test_a_bug_shows_little_of_the_data() -> None:
    try:
        raise ValueError("x" * 500 + "\x1b")
    except ValueError as error:
        found = row_error(error)
    assert len(found.message) < 200
    assert found.message.isprintable()
