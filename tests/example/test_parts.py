from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from ftdata.example import answer, answers, kind_of, messages, prompt, system_prompt, text_of, tools, trained
from ftdata.example.parts import called, calls
from tests import strategies


def _say(role: str, content: object = "x", **more: Any) -> dict[str, Any]:
    return {"role": role, "content": content, **more}


def _calling(*names: str, **more: Any) -> dict[str, Any]:
    made = [{"id": n, "type": "function", "function": {"name": n, "arguments": "{}"}} for n in names]
    return {"role": "assistant", "tool_calls": made, **more}


PAIR: dict[str, Any] = {
    "input": {"messages": [_say("system", "s"), _say("user", "q")], "tools": [{"function": {"name": "t"}}]},
    "preferred_output": [_say("assistant", "good")],
    "non_preferred_output": [_say("assistant", "bad")],
}


@pytest.mark.parametrize(
    ("example", "kind"),
    [
        ({"messages": [_say("user"), _say("assistant")]}, "chat"),
        ({"messages": [_say("user"), _say("assistant")], "reference": 1}, "chat"),
        ({"messages": [_say("user")]}, "chat"),
        ({"messages": [_say("user")], "tools": [], "metadata": {}}, "chat"),
        ({"messages": []}, "chat"),
        ({"messages": [_say("user")], "reference": 1}, "reinforcement"),
        ({"messages": [_say("developer"), _say("user")]}, "reinforcement"),
        ({"messages": ["x"]}, "chat"),
        ({"prompt": "p", "completion": "c"}, "completion"),
        (PAIR, "preference"),
        ({"input": {}, "non_preferred_output": []}, "preference"),
        ({"input": {}}, None),
        ({"prompt": "p"}, None),
        ({"messages": "x"}, None),
        ({"messages": None, "prompt": "p", "completion": "c"}, "completion"),
        ({}, None),
    ],
)
def test_kinds(example: dict[str, Any], kind: str | None) -> None:
    assert kind_of(example) == kind


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("a", "a"),
        (None, ""),
        ([], ""),
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "ab"),
        ([{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": "u"}}], "a"),
        ([{"type": "refusal", "refusal": "no"}], "no"),
        ([{"type": "text", "text": None}], ""),
    ],
    ids=str,
)
def test_text_of_content(content: object, text: str) -> None:
    assert text_of(content) == text


@pytest.mark.parametrize(
    ("message", "learnt"),
    [
        (_say("assistant"), True),
        (_say("assistant", weight=1), True),
        (_say("assistant", weight=0), False),
        (_say("assistant", weight=None), True),
        (_say("user"), False),
        (_say("user", weight=1), False),
    ],
)
def test_whether_training_learns_a_message(message: dict[str, Any], learnt: bool) -> None:
    assert trained(message) is learnt


@pytest.mark.parametrize(
    ("example", "text"),
    [
        ({"messages": [_say("assistant", "1"), _say("assistant", "2")]}, "2"),
        ({"messages": [_say("assistant", "1"), _say("assistant", "2", weight=0)]}, "1"),
        ({"messages": [_say("assistant", "1", weight=0), _say("assistant", "2", weight=0)]}, "2"),
        ({"messages": [_say("user", "1")]}, ""),
        ({"messages": [_calling("f")]}, ""),
        (PAIR, "good"),
        ({"prompt": "p", "completion": "c"}, "c"),
        ({}, ""),
    ],
)
def test_the_answer(example: dict[str, Any], text: str) -> None:
    assert answer(example) == text


@pytest.mark.parametrize(
    ("example", "asked", "instructions"),
    [
        ({"messages": [_say("system", "s"), _say("user", "1"), _say("assistant"), _say("user", "2")]}, "1\n\n2", "s"),
        ({"messages": [_say("developer", "d"), _say("system", "s")]}, "", "d\n\ns"),
        (PAIR, "q", "s"),
        ({"prompt": "p", "completion": "c"}, "p", ""),
    ],
)
def test_prompts(example: dict[str, Any], asked: str, instructions: str) -> None:
    assert prompt(example) == asked
    assert system_prompt(example) == instructions


@pytest.mark.parametrize(
    ("example", "names"),
    [
        ({"messages": [], "tools": [{"type": "function", "function": {"name": "a"}}]}, ["a"]),
        ({"messages": [], "functions": [{"name": "b"}]}, ["b"]),
        ({"messages": [], "tools": [{"function": {"name": "a"}}], "functions": [{"name": "b"}]}, ["a", "b"]),
        ({"messages": [], "tools": None, "functions": None}, []),
        ({"messages": [], "tools": [{"type": "custom", "custom": {"name": "x"}}]}, []),
        (PAIR, ["t"]),
        ({"messages": [], "input": "a further key of a reinforcement", "tools": [{"function": {"name": "a"}}]}, ["a"]),
        ({"prompt": "p", "completion": "c"}, []),
    ],
)
def test_tools(example: dict[str, Any], names: list[str]) -> None:
    assert [definition["name"] for definition in tools(example)] == names


@pytest.mark.parametrize(
    ("message", "names"),
    [
        (_calling("f", "g"), ["f", "g"]),
        (_say("assistant", None, function_call={"name": "h", "arguments": ""}), ["h"]),
        (_calling("f", function_call={"name": "h", "arguments": ""}), ["f", "h"]),
        (_say("assistant", tool_calls=None, function_call=None), []),
        ({"role": "assistant", "tool_calls": [{"id": "1", "type": "custom", "custom": {"name": "x"}}]}, []),
    ],
)
def test_calls_in_either_style(message: dict[str, Any], names: list[str]) -> None:
    assert [call["name"] for call in calls(message)] == names
    assert called({"messages": [_say("user"), message, _calling("later")]}) == (names or ["later"])[0]


def test_nothing_called() -> None:
    assert called({"messages": [_say("user"), _say("assistant")]}) == ""


@given(strategies.examples)
def test_reading_serves_every_kind(example: dict[str, Any]) -> None:
    assert kind_of(example) in ("chat", "completion", "preference", "reinforcement")
    spoken = [text_of(turn.get("content")) for turn in answers(example)]
    assert answer(example) in [*spoken, ""]
    assert (answer(example) == "") or spoken
    said = [text_of(turn["content"]) for turn in messages(example) if turn["role"] == "user"]
    assert prompt(example) == example.get("prompt", "\n\n".join(said))
    assert all(isinstance(definition["name"], str) for definition in tools(example))
    assert called(example) in [call["name"] for turn in answers(example) for call in calls(turn)] + [""]


@given(strategies.examples)
def test_reading_gives_copies_of_the_lists(example: dict[str, Any]) -> None:
    before = repr(example)
    messages(example).clear()
    answers(example).clear()
    tools(example).clear()
    assert repr(example) == before
