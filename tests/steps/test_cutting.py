"""Turns: split, kept, merged, and cut to a limit of tokens."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.errors import RowError, UsageError
from ftdata.example.parts import trained
from ftdata.findings import Drop
from ftdata.steps.cutting import Fit
from ftdata.steps.turning import DropTrailing, LastTurns, MergeTurns, PerAnswer
from ftdata.tokens.counting import counter_of
from ftdata.tokens.models import model_table
from tests import strategies
from tests.steps.counters import BYTES
from tests.strategies import tries


def turn(said: str, **more: Any) -> dict[str, Any]:
    """A message of one letter for its role, such as "u hello"."""
    role = {"s": "system", "u": "user", "a": "assistant", "t": "tool"}[said[0]]
    made: dict[str, Any] = {"role": role, "content": said[2:]}
    if role == "tool":
        made["tool_call_id"] = "1"
    if said[2:] == "call":
        made = {
            "role": role,
            "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
        }
    return {**made, **more}


def chat(*said: str) -> dict[str, Any]:
    """A chat of such messages; one that ends in "-" is not trained."""
    return {"messages": [turn(one.removesuffix("-"), **({"weight": 0} if one.endswith("-") else {})) for one in said]}


TALK = ("s be kind", "u one", "a first", "u two", "a call", "t result", "a second")


@pytest.mark.parametrize(
    "step, before, after",
    [
        (PerAnswer(), chat(*TALK), [chat(*TALK[:3]), chat("s be kind", "u one", "a first-", "u two", "a call"),
                                  chat("s be kind", "u one", "a first-", "u two", "a call-", "t result", "a second")]),
        (PerAnswer("out"), chat(*TALK), [chat(*TALK[:3]), chat("s be kind", "u two", "a call"),
                                       chat("s be kind", "u two", "a call-", "t result", "a second")]),
        (PerAnswer(), chat("u one", "a x-", "u two", "a y", "u three"), chat("u one", "a x-", "u two", "a y")),
        (PerAnswer(), chat("u one", "a x-"), Drop("no answer is trained")),
        (LastTurns(1), chat(*TALK), chat("s be kind", "u two", "a call", "t result", "a second")),
        (LastTurns(2), chat(*TALK), chat(*TALK)),
        (LastTurns(1), chat("u one", "a x", "u two", "a y-"), Drop("the trained answer is not among the turns that stay")),
        (MergeTurns(), chat("u one", "u two", "a x", "a y", "a z-"), chat("u one\n\ntwo", "a x\n\ny", "a z-")),
        (MergeTurns(), chat("u one", "a call", "t r", "t r", "a x"), chat("u one", "a call", "t r", "t r", "a x")),
        (DropTrailing(), chat("u one", "a x", "u two", "s three"), chat("u one", "a x")),
        (DropTrailing(), chat("u one"), Drop("nobody answers")),
    ],
)  # fmt: skip
def test_what_becomes_of_turns(step: Any, before: dict[str, Any], after: Any) -> None:
    assert step(before) == after


def test_parts_are_merged_as_parts() -> None:
    image = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    example = {"messages": [turn("u one"), {"role": "user", "content": [image]}, turn("a x")]}
    merged = MergeTurns()(example)["messages"][0]["content"]
    assert merged == [{"type": "text", "text": "one"}, {"type": "text", "text": "\n\n"}, image]


LONG = chat("s be kind", "u one", "a first", "u two", "a call", "t result", "a second", "u three", "a third", "u four")


@pytest.mark.parametrize(
    "cut, limit, kept",
    [
        ("start", 1000, LONG),
        ("start", 165, chat("s be kind", "u two", "a call", "t result", "a second", "u three", "a third")),
        ("start", 70, chat("s be kind", "u three", "a third")),
        ("middle", 100, chat("s be kind", "u one", "a first", "u three", "a third")),
        ("start", 20, Drop("has more than 20 tokens even without earlier turns")),
    ],
)
def test_where_it_is_cut(cut: Literal["start", "middle"], limit: int, kept: Any) -> None:
    assert Fit(limit, BYTES, cut)(LONG) == kept


def test_windows_lose_no_answer() -> None:
    windows = Fit(165, BYTES, "windows")(LONG)
    assert windows == [
        chat("s be kind", "u one", "a first", "u two", "a call", "t result", "a second"),
        chat("s be kind", "u three", "a third", "u four"),
    ]
    assert Fit(40, BYTES, "windows")(chat("u one", "a first", "u two", "a second-", "u three", "a third")) == [
        chat("u one", "a first"),
        Drop("a window in which nothing is trained"),
        chat("u three", "a third"),
    ]


def test_calls_go_with_their_results_where_one_exchange_is_too_long() -> None:
    example = chat("u go", "a call-", "t " + "x" * 50, "a call-", "t " + "y" * 20, "a done")
    assert Fit(140, BYTES)(example) == chat("u go", "a call-", "t " + "y" * 20, "a done")
    assert Fit(30, BYTES)(example) == chat("u go", "a done")


def linked(turns: list[dict[str, Any]]) -> bool:
    """Whether each result follows its call, or another result of it."""
    ids: set[Any] = set()
    for message in turns:
        if message["role"] == "tool":
            if message["tool_call_id"] not in ids:
                return False
        else:
            ids = {call["id"] for call in message.get("tool_calls") or ()}
    return True


@tries(150)
@given(strategies.conversations(), st.integers(10, 400), st.sampled_from(["start", "middle", "windows"]))
def test_never_over_the_limit_never_without_the_answer_never_parted(turns: Any, limit: int, cut: Any) -> None:
    found = Fit(limit, BYTES, cut)({"messages": turns})
    results = found if isinstance(found, list) else [found]
    last = next((one for one in reversed(turns) if trained(one)), None)
    kept = [one for one in results if isinstance(one, dict)]
    for one in kept:
        assert BYTES.example(one).total <= limit
        assert linked(one["messages"]) >= linked(turns)
    if cut != "windows" and kept and last is not None:
        assert any(message is last for message in kept[0]["messages"])
    if cut == "windows" and kept and last is not None and not any(isinstance(one, Drop) for one in results):
        assert any(message is last for one in kept for message in one["messages"])


@tries(30)
@given(strategies.conversations(), st.integers(20, 200))
def test_never_over_the_limit_of_a_model(turns: Any, limit: int) -> None:
    counter = counter_of(model_table()["gpt-4.1"].profile)
    found = Fit(limit, counter)({"messages": turns})
    if isinstance(found, dict):
        assert counter.example(found).total <= limit


@pytest.mark.parametrize("step", [PerAnswer(), LastTurns(1), DropTrailing(), Fit(1, BYTES)])
def test_only_chats(step: Any) -> None:
    pair = {"input": {"messages": [turn("u one")]}, "preferred_output": [turn("a x")], "non_preferred_output": []}
    with pytest.raises(RowError, match="takes chat examples; got a preference example"):
        step(pair)


@pytest.mark.parametrize(
    "make",
    [lambda: PerAnswer("x"), lambda: LastTurns(0), lambda: Fit(0, BYTES), lambda: Fit(1, BYTES, "end")],  # type: ignore[arg-type]
)
def test_what_cannot_be_meant(make: Any) -> None:
    with pytest.raises(UsageError):
        make()
