"""Every body in every envelope: one expected example of each case, whoever logged it."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ftdata.errors import RowError
from ftdata.findings import Drop
from ftdata.formats import FORMATS, detect
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.exchange import HELD
from tests.formats.transcripts import same
from tests.formats.transcripts.written import BODIES, CASES, ENVELOPES, TOOL, Case, Row

SQUARE = [(body, envelope) for envelope in ENVELOPES for body in BODIES if body not in ENVELOPES[envelope].without]


def logged(body: str, envelope: str, case: Case) -> tuple[Any, Row]:
    """The format of an envelope, and its row of a case."""
    api = BODIES[body]
    return FORMATS[envelope.partition(",")[0]], ENVELOPES[envelope].row(api.request(case), api.answer(case))


def told(turn: Row, *, ids: bool) -> Row:
    """A turn with what every API has: a text alone is text, arguments are values."""
    made = {key: value for key, value in turn.items() if key not in ("tool_calls", "tool_call_id")}
    content = made.get("content")
    if isinstance(content, list) and len(content) == 1 and content[0]["type"] == "text":
        made["content"] = content[0]["text"]
    if content is None or content == "":
        made.pop("content", None)
    if ids and "tool_call_id" in turn:
        made["tool_call_id"] = turn["tool_call_id"]
    if "tool_calls" in turn:
        made["tool_calls"] = [
            (one["id"] if ids else None, one["function"]["name"], json.loads(one["function"]["arguments"]))
            for one in turn["tool_calls"]
        ]
    return made


def expected(case: Case, answer: Row, *, ids: bool) -> list[Row]:
    system = [{"role": "system", "content": case.system}] if case.system else []
    return [told(turn, ids=ids) for turn in (*system, *case.asked, answer)]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize(("body", "envelope"), SQUARE)
def test_one_exchange_is_the_same_whoever_logged_it(body: str, envelope: str, name: str) -> None:
    api, case = BODIES[body], CASES[name]
    if name in api.without:
        return
    known, row = logged(body, envelope, case)
    repaired: Counter[str] = Counter()
    made = known.read(row, repaired)
    examples = made if isinstance(made, list) else [made]
    assert not [one for one in examples if isinstance(one, Drop)]
    for example, answer, end in zip(examples, case.answers, case.ends, strict=True):
        turns = [told(turn, ids=api.ids) for turn in example["messages"]]
        assert turns == expected(case, answer, ids=api.ids)
        if case.tools:
            (tool,) = example["tools"]
            assert tool["function"] == TOOL
        ends = ("stop", "tool_calls") if end == "tool_calls" else (end,)  # Gemini stops to call
        assert example["metadata"]["finish_reason"] in ends
    assert repaired[HELD] == (1 if case.held else 0)


@pytest.mark.parametrize("envelope", ENVELOPES)
@pytest.mark.parametrize("body", BODIES)
def test_every_envelope_is_told(body: str, envelope: str) -> None:
    known, row = logged(body, envelope, CASES["text"])
    assert detect([row], FORMATS).format is known


@pytest.mark.parametrize("body", BODIES)
def test_a_body_knows_its_own(body: str) -> None:
    for name, case in CASES.items():
        if name not in BODIES[body].without:
            assert bodies.body_of(BODIES[body].request(case)) is not None
            assert bodies.is_body(BODIES[body].answer(case))


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


def damaged(value: Any, place: tuple[Any, ...], wreck: Any) -> Any:
    if not place:
        return wreck
    key, *rest = place
    made = dict(value) if isinstance(value, dict) else list(value)
    made[key] = damaged(value[key], tuple(rest), wreck)
    return made


WRECKS: list[Any] = [None, 7, "", [], {}, True, [None], {"type": "mystery", "value": 1}, {"type": "text"}, [[]], "word"]


@given(st.sampled_from(SQUARE), st.sampled_from(sorted(CASES)), st.data())
def test_damage_is_an_example_a_drop_or_a_reject(square: tuple[str, str], name: str, data: st.DataObject) -> None:
    body, envelope = square
    if name in BODIES[body].without:
        return
    known, row = logged(body, envelope, CASES[name])
    place = data.draw(st.sampled_from(places(row)[1:]))
    wreck = data.draw(st.sampled_from(WRECKS))
    try:
        made = known.read(damaged(row, place, wreck), Counter())
    except RowError:
        return
    for example in made if isinstance(made, list) else [made]:
        if isinstance(example, dict):
            for turn in example["messages"]:
                content = turn.get("content")
                assert not (turn["role"] != "tool" and isinstance(content, str) and '"type":' in content)


@given(same.plain_exchanges(), st.sampled_from(SQUARE))
def test_a_conversation_comes_back(turns: list[Row], square: tuple[str, str]) -> None:
    assume(turns[-2]["role"] != "assistant")  # which would begin the answer
    body, envelope = square
    *asked, answer = turns
    system = str(asked.pop(0)["content"]) if asked[0]["role"] == "system" else ""
    case = Case(tuple(asked), (answer,), system=system)
    known, row = logged(body, envelope, case)
    made = known.read(row, Counter())
    assert isinstance(made, dict)
    ids = BODIES[body].ids
    assert [told(turn, ids=ids) for turn in made["messages"]] == expected(case, answer, ids=ids)


TWO = {"role": "user", "content": "Really?"}


@pytest.mark.parametrize(("body", "envelope"), SQUARE)
def test_later_turns_in_a_prompt_are_refused(body: str, envelope: str) -> None:
    case = CASES["text"]
    later = Case((*case.asked, *case.answers, TWO, {"role": "assistant", "content": "Yes."}), case.answers)
    known, row = logged(body, envelope, later)
    with pytest.raises(RowError, match="stands earlier in its own prompt"):
        known.read(row, Counter())


@pytest.mark.parametrize(("body", "envelope"), SQUARE)
def test_what_no_body_has_is_named(body: str, envelope: str) -> None:
    known, row = logged(body, envelope, CASES["text"])
    api = BODIES[body]
    row = ENVELOPES[envelope].row(api.request(CASES["text"]), {"type": "tool-sonata", "tune": 1, "role": "assistant"})
    try:
        made = known.read(row, Counter())
    except RowError:
        return
    assert isinstance(made, Drop)
