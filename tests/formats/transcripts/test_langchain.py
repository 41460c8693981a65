"""Dumps of LangChain's messages."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ftdata.errors import RowError
from ftdata.formats import FORMATS, detect
from ftdata.formats.arguments import PYTHON
from ftdata.formats.transcripts import whole
from ftdata.formats.transcripts.bodies import langchain as langchain_messages
from ftdata.formats.transcripts.bodies import parts
from tests.formats import example_of
from tests.formats.transcripts import same

Row = dict[str, Any]
LANGCHAIN = FORMATS["langchain"]
ROWS = [json.loads(line) for line in (Path(__file__).parent / "rows/langchain.jsonl").read_text().splitlines()]
HUMAN: Row = {"type": "human", "data": {"content": "Hi"}}
AI: Row = {"type": "ai", "data": {"content": "Hello"}}
TYPES = {"user": "human", "assistant": "ai"}
CLASSES = {"user": "HumanMessage", "assistant": "AIMessage", "system": "SystemMessage", "tool": "ToolMessage",
           "function": "FunctionMessage"}  # fmt: skip


def fields(turn: Row) -> Row:
    """The fields that LangChain has for a message of a request, its calls parsed."""
    made: Row = {"content": turn.get("content") or "", "additional_kwargs": {}, "response_metadata": {}, "id": None}
    if turn.get("name"):
        made["name"] = turn["name"]
    if turn["role"] == "tool":
        made["tool_call_id"] = turn["tool_call_id"]
    if turn["role"] == "assistant":
        for key in ("function_call", "refusal"):
            if turn.get(key):
                made["additional_kwargs"][key] = turn[key]
        made |= {"tool_calls": [], "invalid_tool_calls": []}
        if not same.objects([turn]):
            made["additional_kwargs"]["tool_calls"] = turn["tool_calls"]  # or their order is lost
        for call in turn.get("tool_calls", ()):
            args = same.value(call)
            good = isinstance(args, dict)
            made["tool_calls" if good else "invalid_tool_calls"].append(
                {"name": call["function"]["name"], "args": args, "id": call["id"], "type": "tool_call"}
            )
    return made


def as_dict(turn: Row) -> Row:
    return {"type": TYPES.get(turn["role"], turn["role"]), "data": fields(turn)}


def as_constructor(turn: Row) -> Row:
    path = ["langchain", "schema", "messages", CLASSES[turn["role"]]]
    return {"lc": 1, "type": "constructor", "id": path, "kwargs": fields(turn)}


def as_model(turn: Row) -> Row:
    return {**fields(turn), "type": TYPES.get(turn["role"], turn["role"])}


def test_calls_in_their_own_words() -> None:
    repaired: Counter[str] = Counter()
    example = example_of(LANGCHAIN, ROWS[0], repaired)
    assert [call["function"]["arguments"] for call in example["messages"][2]["tool_calls"]] == [
        '{"city": "Oslo"}',
        '{"city":"Bergen"}',
    ]
    assert example["messages"][3] == {"role": "tool", "tool_call_id": "call_a1", "content": "Rain"}
    assert example["messages"][-1]["content"] == "Rain in both."
    assert example["metadata"] == {
        "id": "chatcmpl-L2", "model": "gpt-4.1-2025-04-14", "finish_reason": "stop", "prompt_tokens": 120,
        "completion_tokens": 6, "thread": "t1",
    }  # fmt: skip
    assert repaired == {}


def test_constructors_with_blocks() -> None:
    repaired: Counter[str] = Counter()
    example = example_of(LANGCHAIN, ROWS[1], repaired)
    assert example["messages"][0] == {"role": "system", "content": "Look it up."}
    answer = example["messages"][2]
    assert answer["content"] == "I will look."
    assert answer["reasoning_content"] == "A city is meant."
    assert answer["tool_calls"] == [
        {"id": "toolu_1", "type": "function", "function": {"name": "forecast", "arguments": '{"city":"Rome"}'}}
    ]
    assert repaired == {whole.AFTER: 1, parts.SIGNATURES: 1}


def test_invalid_calls_stay_for_check_to_find() -> None:
    repaired: Counter[str] = Counter()
    example = example_of(LANGCHAIN, ROWS[2], repaired)
    assert example["messages"][-1]["tool_calls"][0]["function"]["arguments"] == '{"city": '
    assert repaired == {langchain_messages.INVALID: 1}


def test_literals_are_put_right() -> None:
    assert detect([ROWS[3]], FORMATS).format is LANGCHAIN
    repaired: Counter[str] = Counter()
    example = example_of(LANGCHAIN, ROWS[3], repaired)
    assert example["messages"][1]["tool_calls"][0]["function"]["arguments"] == '{"city":"Paris"}'
    assert repaired[PYTHON] == 1


PLACES: dict[str, Row] = {
    "messages": {"messages": [HUMAN, AI]},
    "history": {"chat_history": [HUMAN, AI], "user": "u1"},
    "a state": {"values": {"messages": [HUMAN, AI]}},
    "input and output": {"input": [HUMAN], "output": AI},
    "JSON text": {"messages": json.dumps([HUMAN, AI])},
    "pieces of a stream": {
        "messages": [{"type": "HumanMessageChunk", "content": "Hi"}, {"type": "AIMessageChunk", "content": "Hello"}],
    },
    "a role of one's own": {"messages": [{"type": "chat", "role": "user", "content": "Hi"}, AI]},
}  # fmt: skip


@pytest.mark.parametrize("row", PLACES.values(), ids=PLACES.keys())
def test_where_they_stand(row: Row) -> None:
    assert detect([row], FORMATS).format is LANGCHAIN
    assert example_of(LANGCHAIN, row)["messages"] == [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"},
    ]


BLOCKS: dict[str, tuple[Row, str]] = {
    "OpenAI's": ({"type": "image_url", "image_url": "https://e.com/a.png"}, "https://e.com/a.png"),
    "Anthropic's": (
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA"}},
        "data:image/png;base64,AA",
    ),
    "v0": ({"type": "image", "source_type": "url", "url": "https://e.com/a.png"}, "https://e.com/a.png"),
    "v1": ({"type": "image", "base64": "AA", "mime_type": "image/gif"}, "data:image/gif;base64,AA"),
}


@pytest.mark.parametrize(("block", "url"), BLOCKS.values(), ids=BLOCKS.keys())
def test_pictures(block: Row, url: str) -> None:
    row = {"messages": [{"type": "human", "content": ["What is it?", block]}, AI]}
    assert example_of(LANGCHAIN, row)["messages"][0]["content"] == [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": url}},
    ]


REFUSED: dict[str, tuple[Row, str, str]] = {
    "no messages": ({"x": 1}, "expected a list of messages", "$"),
    "no answer": ({"messages": [HUMAN]}, "expected an answer of the assistant", "$.messages"),
    "no fields": (
        {"messages": [{"lc": 1, "type": "not_implemented", "id": ["m"], "repr": "x"}, AI]},
        "expected a message with its fields", "$.messages[0]",
    ),
    "an unknown block": (
        {"messages": [{"type": "human", "content": [{"type": "video", "url": "u"}]}, AI]},
        "the video is not in the row", "$.messages[0].content[0]",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("row", "message", "path"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_read_is_told_with_its_place(row: Row, message: str, path: str) -> None:
    with pytest.raises(RowError) as raised:
        LANGCHAIN.read(row, Counter())
    assert raised.value.message.startswith(message)
    assert raised.value.json_path == path


def spoken(turns: list[Row]) -> list[Row]:
    """The messages that LangChain has: content is never null, and empty text beside a call stands for none."""
    assume(all(turn.get("content") is not None for turn in turns if turn["role"] == "function"))
    return [
        {key: item for key, item in turn.items()
         if key != "content" or item or not {"tool_calls", "function_call", "refusal"} & turn.keys()}
        for turn in same.without(turns, "weight")
    ]  # fmt: skip


@given(same.exchanges(), st.sampled_from([as_dict, as_constructor, as_model]))
def test_a_conversation_comes_back(turns: list[Row], dumped: Any) -> None:
    turns = spoken(turns)
    row = {"messages": [dumped(turn) for turn in turns]}
    same.comes_back(LANGCHAIN, row, turns, usual=[langchain_messages.INVALID])
