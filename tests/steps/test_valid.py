"""Answers against the form that was asked for."""

from __future__ import annotations

from typing import Any

import pytest

from ftdata.findings import Drop
from ftdata.steps.valid import Valid
from tests.steps.making import data

SCHEMA = {"type": "object", "properties": {"queue": {"enum": ["a", "b"]}}, "required": ["queue"]}
BY_SCHEMA = {"type": "json_schema", "json_schema": {"name": "route", "schema": SCHEMA}}
TOOL = {"type": "function", "function": {"name": "route", "parameters": SCHEMA}}


def calling(arguments: str, name: str = "route") -> dict[str, Any]:
    return {"tool_calls": [{"id": "1", "type": "function", "function": {"name": name, "arguments": arguments}}]}


NO_JSON = "the answer is not JSON, as its response_format asks"
MISFIT = "the answer does not fit the schema of its response_format"
CASES: dict[str, tuple[Any, dict[str, Any], str]] = {
    "nothing asked": (None, {"content": "a"}, ""),
    "text": ({"type": "text"}, {"content": "a"}, ""),
    "an object": ({"type": "json_object"}, {"content": "{}"}, ""),
    "no object": (
        {"type": "json_object"},
        {"content": "[]"},
        "the answer is not a JSON object, as its response_format asks",
    ),
    "no JSON": ({"type": "json_object"}, {"content": "a"}, NO_JSON),
    "fits": (BY_SCHEMA, {"content": '{"queue": "a"}'}, ""),
    "does not fit": (BY_SCHEMA, {"content": '{"queue": "c"}'}, MISFIT),
    "cut off": (BY_SCHEMA, {"content": '{"queue": "c'}, NO_JSON),
    "a fence": (BY_SCHEMA, {"content": '```json\n{"queue": "a"}\n```'}, NO_JSON),
    "parts": (BY_SCHEMA, {"content": [{"type": "text", "text": '{"queue": "a"}'}]}, ""),
    "beside the type": ({"type": "json_schema", "schema": SCHEMA}, {"content": "{}"}, MISFIT),
    "a refusal": (BY_SCHEMA, {"content": None, "refusal": "No."}, "the answer refuses in place of the requested JSON"),
    "a call has no form": (BY_SCHEMA, calling('{"queue": "a"}'), ""),
    "arguments": (None, calling('{"queue": "c"}'), "the arguments of a call do not fit the function's parameters"),
    "broken arguments": (None, calling('{"queue'), "the arguments of a call are not JSON"),
    "an unknown function": (None, calling("{}", "other"), "the answer calls a function that was not defined"),
    "a thought before JSON": (BY_SCHEMA, {"content": '<think>b?</think>\n{"queue": "a"}'}, ""),
    "a thought without its opening": (BY_SCHEMA, {"content": 'b?\n</think>\n\n{"queue": "a"}'}, ""),
    "a thought alone": (BY_SCHEMA, {"content": "<think>b?</think>"}, NO_JSON),
}


def chat(asked: Any, answer: dict[str, Any]) -> dict[str, Any]:
    turns = [{"role": "user", "content": "q"}, {"role": "assistant", **answer}]
    return {"messages": turns, "tools": [TOOL], "metadata": {"response_format": asked} if asked else {}}


@pytest.mark.parametrize(("asked", "answer", "why"), CASES.values(), ids=CASES.keys())
def test_answers(asked: Any, answer: dict[str, Any], why: str) -> None:
    example = chat(asked, answer)
    assert Valid()(example) == (Drop(why) if why else example)


def test_an_untrained_answer_is_not_judged() -> None:
    assert isinstance(Valid()(chat(BY_SCHEMA, {"content": "a", "weight": 0})), dict)


def test_a_schema_that_is_none_is_counted() -> None:
    broken = {"type": "json_schema", "json_schema": {"schema": {"type": 5}}}
    outcome = list(data([chat(broken, {"content": "{}"})]).valid())
    assert len(outcome) == 1
    from collections import Counter

    changes: Counter[str] = Counter()
    Valid().counting(changes)(chat(broken, {"content": "{}"}))
    assert changes.total() == 1


TEXT = {"content": "a"}
NO_CALL = "the answer is text where a call was required"
OTHER = "the answer calls another function than the one that was required"
CHOICES: dict[str, tuple[Any, dict[str, Any], str]] = {
    "auto": ("auto", TEXT, ""),
    "required": ("required", TEXT, NO_CALL),
    "any": ({"type": "any"}, TEXT, NO_CALL),
    "a function": ({"type": "function", "function": {"name": "route"}}, TEXT, NO_CALL),
    "a function, flat": ({"type": "function", "name": "route"}, calling('{"queue": "a"}'), ""),
    "another function": ({"type": "tool", "name": "ask"}, calling('{"queue": "a"}'), OTHER),
    "some functions": ({"type": "allowed_tools", "mode": "required", "tools": []}, TEXT, NO_CALL),
    "required and called": ("required", calling('{"queue": "a"}'), ""),
    "none": ("none", calling('{"queue": "a"}'), "the answer calls a function where none was to be called"),
    "none and text": ("none", TEXT, ""),
}


@pytest.mark.parametrize(("choice", "answer", "why"), CHOICES.values(), ids=CHOICES.keys())
def test_calls_that_were_required(choice: Any, answer: dict[str, Any], why: str) -> None:
    example = chat(None, answer) | {"metadata": {"parameters": {"tool_choice": choice}}}
    assert Valid()(example) == (Drop(why) if why else example)


def test_a_call_where_nothing_was_defined() -> None:
    example = chat(None, calling("{}"))
    del example["tools"]
    assert Valid()(example) == Drop("the answer calls a function, and none was defined")
