"""Laws of every target's judge: what its writer writes it passes, what it passes its reader reads, and it tells all.

Over the suite's own rows, over examples of every kind, and over rows with one fault each.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.codec import decode, encode
from ftdata.errors import RowError, UnknownFormatError
from ftdata.findings import Severity
from ftdata.formats import FORMATS, Format
from ftdata.formats.gate import gate
from ftdata.formats.targets import TARGETS, Target
from ftdata.rules import RULES
from ftdata.rules.held import Held
from tests import strategies
from tests.formats.test_golden import READ
from tests.rules.cases import CASES
from tests.rules.test_services import REFUSED, TAKEN
from tests.strategies import tries

Row = dict[str, Any]

WIDER = ("set", "file", "against")
KINDS = {
    "chat": strategies.chats,
    "preference": strategies.preferences,
    "completion": strategies.completions,
    "reinforcement": strategies.reinforcements,
}
FAULTS: list[Any] = [
    None, 5, 0.5, True, "", "x", [], {}, ["x"], {"a": 1}, [{"type": "text", "text": "t"}], [[{"role": "user"}]],
]  # fmt: skip
"""What stands in a value's place."""


def own_of(target: Target) -> Format:
    return FORMATS[target.format or "openai"]


def errors(target: Target, data: ftdata.Dataset) -> list[str]:
    """What `check --for` finds in a file of a row alone, but for what is of files and sets."""
    counts = data.check(target=target.name, workers=1).counts
    return [slug for slug in counts if RULES[slug].severity >= Severity.ERROR and RULES[slug].over not in WIDER]


def reads(target: Target, row: Row, data: ftdata.Dataset) -> None:
    """Read a row as the target does, given a file of it alone.

    Raises:
        RowError: The format cannot.
    """
    try:
        known = data.detected().format
    except UnknownFormatError:
        known = None  # of two formats: it is judged as the target's
    own = own_of(target)
    if own.goes_beyond(row):
        return  # the trainer takes it, and no example can be made of it
    if known is not None and known.native and target.lines:
        return  # lines of OpenAI's shape beside its own
    as_own = known is None or not target.own or (known.native and own.dialect_of == "openai")
    reader = own if as_own else known
    assert reader is not None
    reader.read(row, Counter())


def suite() -> Iterator[Row]:
    """The rows of the suite's own tables, those of a few megabytes left out."""
    rows: list[Any] = [row for _, row, _ in READ.values()]
    rows += [row for _, row in TAKEN] + [row for _, _, row in REFUSED]
    files = [file for cases in CASES.values() for file in (*cases.bad, *cases.good) if isinstance(file, list)]
    rows += [row for file in files for row in file]
    yield from (row for row in rows if isinstance(row, dict) and len(encode(row)) < 10_000)


SUITE = list({encode(row): row for row in suite()}.values())


def shape(value: Any) -> Any:
    """What tells a row from others but for its prose: keys, names, and values that are no text."""
    if isinstance(value, dict):
        return tuple((key, shape(item)) for key, item in value.items())
    if isinstance(value, list):
        return tuple(map(shape, value))
    if isinstance(value, str):
        return value if re.fullmatch(r"[\w./:-]{1,30}", value) else bool(value.strip())
    return type(value), value


@cache
def kept(at: int) -> ftdata.Dataset:
    """A row of the suite alone; what it finds out about it serves all targets."""
    return ftdata.read([SUITE[at]])


@cache
def shaped() -> dict[Any, int]:
    """The first row of the suite of each shape."""
    return {shape(SUITE[at]): at for at in reversed(range(len(SUITE)))}


def held(target: Target, example: Row) -> Row | None:
    """The row that a conversion writes for a target; None where it rejects the example."""
    try:
        written: Row = decode(encode(Held(own_of(target).dump, target)(example, Counter())))
        return written
    except RowError:
        return None


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@tries(15)
def test_what_a_writer_writes_its_judge_passes(kind: str, data: st.DataObject) -> None:
    example = data.draw(KINDS[kind])
    for name, target in TARGETS.items():
        row = held(target, example)
        if row is not None:
            alone = ftdata.read([row])
            assert errors(target, alone) == [], name
            reads(target, row, alone)


@pytest.mark.parametrize("name", TARGETS)
def test_what_a_judge_passes_of_the_suite_its_reader_reads(name: str) -> None:
    """Each shape of a row is judged by every target, and a row that differs in its prose alone by one of them."""
    target, turn = TARGETS[name], list(TARGETS).index(name)
    chosen = {*shaped().values(), *range(turn, len(SUITE), len(TARGETS))}
    assert len(chosen) > 450
    for at in sorted(chosen):
        if not errors(target, kept(at)):
            reads(target, SUITE[at], kept(at))


@cache
def bases(name: str) -> list[Row]:
    """Rows that a target takes."""
    chats = [row for row in SUITE if set(row) <= {"messages", "tools"} and is_example(row)]
    written = [held(TARGETS[name], row) for row in chats[:40]]
    lying = [row for target, row in TAKEN if target == name]
    return [*lying, *[row for row in written if row is not None]]


def is_example(row: Row) -> bool:
    try:
        gate(row)
    except RowError:
        return False
    return True


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


@st.composite
def faulty(draw: st.DrawFn, name: str) -> Row:
    """A row that is taken, with one fault: a value of another type, none, or one twice."""
    row = copy.deepcopy(draw(st.sampled_from(bases(name))))
    *way, last = draw(st.sampled_from(list(places(row))))
    holder: Any = row
    for key in way:
        holder = holder[key]
    how = draw(st.sampled_from(["another", "gone", "twice"]))
    if how == "gone":
        del holder[last]
    elif how == "twice" and isinstance(holder, list):
        holder.insert(last, copy.deepcopy(holder[last]))
    else:
        holder[last] = draw(st.sampled_from(FAULTS))
    return row


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.data())
@tries(60)
def test_what_a_judge_passes_of_faulty_rows_its_reader_reads(name: str, data: st.DataObject) -> None:
    row = data.draw(faulty(name))
    alone = ftdata.read([row])
    if not errors(TARGETS[name], alone):
        reads(TARGETS[name], row, alone)


def said(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a text in what a row's turns say and call."""
    for place in places(value, path):
        held = value
        for key in place[len(path) :]:
            held = held[key]
        if isinstance(held, str) and len(place) > 2 and place[-1] in ("content", "value", "text", "arguments", "name"):
            yield place


def changed(row: Row, *faults: tuple[Any, ...]) -> Row:
    """The row with a number at each of the places, no two alike."""
    row = copy.deepcopy(row)
    for number, (*way, last) in enumerate(faults, 5):
        holder: Any = row
        for key in way:
            holder = holder[key]
        holder[last] = number
    return row


def refused_at(target: Target, good: Row, row: Row) -> set[str]:
    """The places of a row's errors, in a file that has a good one before it."""
    found = ftdata.read([good, row]).check(target=target.name, workers=1).findings
    errors = [one for one in found if one.severity >= Severity.ERROR and RULES[one.rule].over not in WIDER]
    return {one.json_path for one in errors if one.origin and one.origin.line == 2}


@st.composite
def twice_faulty(draw: st.DrawFn, name: str) -> tuple[Row, Row, Row, Row]:
    """A good row, with a fault in one turn, with a fault in another, and with both."""
    row = draw(st.sampled_from([row for row in bases(name) if len({place[:2] for place in said(row)}) > 1]))
    one = draw(st.sampled_from(list(said(row))))
    other = draw(st.sampled_from([place for place in said(row) if place[:2] != one[:2]]))
    return row, changed(row, one), changed(row, other), changed(row, one, other)


@pytest.mark.parametrize("name", TARGETS)
@given(data=st.data())
@tries(30)
def test_one_fault_hides_no_other(name: str, data: st.DataObject) -> None:
    good, one, other, both = data.draw(twice_faulty(name))
    target = TARGETS[name]
    assert refused_at(target, good, both) >= refused_at(target, good, one) | refused_at(target, good, other)
