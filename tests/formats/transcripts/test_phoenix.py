"""Spans with OpenInference's attributes, and examples of Phoenix."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ftdata.errors import RowError
from ftdata.findings import Drop
from ftdata.formats import FORMATS, detect
from ftdata.formats.arguments import PYTHON
from ftdata.formats.transcripts import repair
from tests.formats import example_of
from tests.formats.transcripts import same

Row = dict[str, Any]
PHOENIX = FORMATS["phoenix"]
ROWS = [json.loads(line) for line in (Path(__file__).parent / "rows/phoenix.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("row", ROWS)
def test_they_are_told(row: Row) -> None:
    assert detect([row], FORMATS).format is PHOENIX


def test_calls_and_what_is_known_of_them() -> None:
    repaired: Counter[str] = Counter()
    example = example_of(PHOENIX, ROWS[0], repaired)
    assert example["messages"][0] == {"role": "user", "content": "Rain in Oslo and Bergen?"}
    calls = example["messages"][1]["tool_calls"]
    assert [(call["id"], call["function"]["arguments"]) for call in calls] == [
        ("call_a1", '{"city":"Oslo"}'),
        ("call_b2", '{"city":"Bergen"}'),
    ]
    assert example["tools"][0]["function"]["name"] == "forecast"
    assert example["metadata"] == {
        "id": "chatcmpl-P1", "model": "gpt-4.1-2025-04-14", "created": "2026-01-31T12:00:00.250000Z",
        "finish_reason": "tool_calls", "max_tokens": 300, "prompt_tokens": 88, "completion_tokens": 41,
        "session": "s-1", "trace": "pt-1", "parent": "ps-0", "scores": {"correct": 1}, "score": 1, "tags": ["prod"],
        "parameters": {"temperature": 0.2}, "team": "weather",
    }  # fmt: skip
    assert repaired == {}


def test_lists_of_dotted_names_with_damage() -> None:
    repaired: Counter[str] = Counter()
    system, _, calling, result, answer = example_of(PHOENIX, ROWS[1], repaired)["messages"]
    assert system["role"] == "system"
    assert calling["tool_calls"][0]["function"]["arguments"] == '{"a":23,"b":87}'
    assert result["tool_call_id"] == calling["tool_calls"][0]["id"]
    assert answer["content"] == "2001."
    assert repaired == {PYTHON: 1, repair.MADE: 1}


def test_what_is_no_answer_is_a_drop() -> None:
    assert PHOENIX.read(ROWS[2], Counter()) == Drop('a span of the kind "RETRIEVER" is not a model call')
    assert PHOENIX.read(ROWS[4], Counter()) == Drop("the request failed: RateLimitError")
    unanswered = {key: value for key, value in ROWS[0]["attributes"].items() if "output" not in key}
    assert PHOENIX.read({"attributes": unanswered}, Counter()) == Drop("the request has no answer")


def test_an_example_of_a_dataset() -> None:
    example = example_of(PHOENIX, ROWS[3])
    assert example["messages"][-1] == {"role": "assistant", "content": "The Volga."}
    assert example["metadata"] == {"id": "DatasetExample:1", "reviewer": "b"}


def as_columns(row: Row) -> Row:
    named = {f"attributes.{key}": value for key, value in row["attributes"].items()}
    return {**named, "context.trace_id": "pt-1", "context.span_id": "ps-1", "parent_id": "ps-0",
            "start_time": row["start_time"], "annotations": row["annotations"]}  # fmt: skip


def as_protocol(row: Row) -> Row:
    attributes = []
    for key, value in row["attributes"].items():
        wrapped: Row = {"stringValue": value}
        if isinstance(value, int):
            wrapped = {"intValue": str(value)}
        if isinstance(value, list):
            wrapped = {"arrayValue": {"values": [{"stringValue": one} for one in value]}}
        attributes.append({"key": key, "value": wrapped})
    span = {"traceId": "pt-1", "spanId": "ps-1", "parentSpanId": "ps-0", "startTimeUnixNano": "1769860800250000000",
            "attributes": attributes, "status": {"code": 1}}  # fmt: skip
    return {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}


SHAPES: dict[str, Callable[[Row], Row]] = {
    "columns": as_columns,
    "the protocol": as_protocol,
    "JSON text": lambda row: {**row, "attributes": json.dumps(row["attributes"])},
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_however_it_was_exported(shape: Callable[[Row], Row]) -> None:
    row = shape(ROWS[0])
    given = copy.deepcopy(row)
    assert detect([row], FORMATS).format is PHOENIX
    example, expected = example_of(PHOENIX, row), example_of(PHOENIX, ROWS[0])
    without = ("scores", "score")  # the protocol has no place for annotations
    for one in (example, expected):
        one["metadata"] = {key: value for key, value in one["metadata"].items() if key not in without}
    assert example == expected
    assert row == given


def test_bodies_where_there_are_no_messages() -> None:
    request, answer = {"messages": [{"role": "user", "content": "Hi"}]}, {"choices": [{"message": {"content": "Yo"}}]}
    row = {"attributes": {"openinference.span.kind": "LLM", "llm.model_name": "m", "input.value": json.dumps(request),
                          "output.value": json.dumps(answer)}}  # fmt: skip
    assert example_of(PHOENIX, row)["messages"][-1] == {"role": "assistant", "content": "Yo"}


def test_items_of_the_responses_api_are_one_answer() -> None:
    row = {"attributes": {
        "llm.input_messages.0.message.role": "user", "llm.input_messages.0.message.content": "Hi",
        "llm.output_messages.0.message.role": "assistant", "llm.output_messages.0.message.content": "I look.",
        "llm.output_messages.1.message.role": "assistant",
        "llm.output_messages.1.message.tool_calls.0.tool_call.id": "c1",
        "llm.output_messages.1.message.tool_calls.0.tool_call.function.name": "f",
        "llm.output_messages.1.message.tool_calls.0.tool_call.function.arguments": "{}",
        "output.value": '{"id":"resp_1","object":"response","output":[]}',
    }}  # fmt: skip
    answer = example_of(PHOENIX, row)["messages"][-1]
    assert answer["content"] == "I look."
    assert answer["tool_calls"][0]["id"] == "c1"


@pytest.mark.parametrize(
    "row", [{"x": 1}, {"attributes": {"a": 1}}, {"input": {"messages": 1}, "output": {"messages": []}}]
)
def test_what_cannot_be_read(row: Row) -> None:
    with pytest.raises(RowError, match="expected"):
        PHOENIX.read(row, Counter())


def flat(turn: Row, prefix: str) -> Row:
    """A message as OpenInference's instrumentations flatten it."""
    made = {f"{prefix}.message.{key}": turn[key] for key in ("role", "name", "tool_call_id") if turn.get(key)}
    content = turn.get("content")
    if isinstance(content, str):
        made[f"{prefix}.message.content"] = content
    for index, part in enumerate(content if isinstance(content, list) else ()):
        here = f"{prefix}.message.contents.{index}.message_content"
        made[f"{here}.type"] = "image" if part["type"] == "image_url" else "text"
        if part["type"] == "image_url":
            made[f"{here}.image.image.url"] = part["image_url"]["url"]
        else:
            made[f"{here}.text"] = part["text"]
    for index, call in enumerate(turn.get("tool_calls", ())):
        here = f"{prefix}.message.tool_calls.{index}.tool_call"
        made |= {f"{here}.id": call["id"], f"{here}.function.name": call["function"]["name"],
                 f"{here}.function.arguments": call["function"]["arguments"]}  # fmt: skip
    if "function_call" in turn:
        made[f"{prefix}.message.function_call_name"] = turn["function_call"]["name"]
        made[f"{prefix}.message.function_call_arguments_json"] = turn["function_call"]["arguments"]
    return made


def grouped(turn: Row) -> Row:
    """The same as an object of a list, with the names of its parts before dots."""
    made = {
        f"message.{key}": turn[key] for key in ("role", "content", "name", "tool_call_id") if turn.get(key) is not None
    }
    if "tool_calls" in turn:
        made["message.tool_calls"] = [
            {"tool_call.id": call["id"], "tool_call.function.name": call["function"]["name"],
             "tool_call.function.arguments": call["function"]["arguments"]} for call in turn["tool_calls"]
        ]  # fmt: skip
    return made


@given(same.exchanges(), st.booleans())
def test_a_logged_conversation_comes_back(turns: list[Row], lists: bool) -> None:
    turns = [
        {key: value for key, value in turn.items() if key not in ("weight", "refusal") and value is not None}
        for turn in turns
    ]
    for turn in turns:
        for part in turn["content"] if isinstance(turn.get("content"), list) else ():
            assume(part["type"] != "refusal")
            part.get("image_url", {}).pop("detail", None)
    assume(all(turn["role"] != "function" or "content" in turn for turn in turns))
    assume(all(len(turn) > 1 for turn in turns))
    assume(not any("function_call" in turn for turn in turns) or not lists)
    attributes: Row = {"openinference.span.kind": "LLM"}
    if lists:
        attributes["llm.input_messages"] = [grouped(turn) for turn in turns[:-1]]
        attributes["llm.output_messages"] = [grouped(turns[-1])]
    else:
        for index, turn in enumerate(turns[:-1]):
            attributes |= flat(turn, f"llm.input_messages.{index}")
        attributes |= flat(turns[-1], "llm.output_messages.0")
    same.comes_back(PHOENIX, {"attributes": attributes}, turns)
