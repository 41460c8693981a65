"""Calls of W&B Weave."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from ftdata.errors import RowError
from ftdata.findings import Drop
from ftdata.formats import FORMATS, detect
from ftdata.formats.transcripts import repair
from tests.formats import example_of
from tests.formats.transcripts import same

Row = dict[str, Any]
WEAVE = FORMATS["weave"]
ROWS = [json.loads(line) for line in (Path(__file__).parent / "rows/weave.jsonl").read_text().splitlines()]
OP = "weave:///team/weather/op/openai.chat.completions.create:Kj3"


@pytest.mark.parametrize("row", ROWS)
def test_they_are_told(row: Row) -> None:
    assert detect([row], FORMATS).format is WEAVE


def test_calls_and_what_is_known_of_them() -> None:
    repaired: Counter[str] = Counter()
    example = example_of(WEAVE, ROWS[0], repaired)
    one, two = example["messages"][-1]["tool_calls"]
    assert one["id"] == "call_a1" != two["id"]
    assert example["tools"] == ROWS[0]["inputs"]["tools"]
    assert example["metadata"] == {
        "id": "chatcmpl-W1", "model": "gpt-4.1-2025-04-14", "created": "2026-01-31T12:00:00.250000Z",
        "finish_reason": "tool_calls", "prompt_tokens": 88, "completion_tokens": 41, "cost": 0.0005, "trace": "wt-1",
        "parent": "w-0", "scores": {"exact": 1, "reaction": ":thumbsup:"}, "score": 1,
        "parameters": {"temperature": 0.2}, "team": "weather",
    }  # fmt: skip
    assert repaired == {repair.NULLS: 1, repair.TOLD_APART: 1}


def test_what_is_no_answer_is_a_drop() -> None:
    assert WEAVE.read(ROWS[1], Counter()) == Drop("the request failed: RateLimitError")
    assert WEAVE.read(ROWS[2], Counter()) == Drop('a call of the op "answer_question" is not a model call')
    embedding = {"op_name": "openai.embeddings.create", "inputs": {"input": "x"}, "output": {"data": []}}
    assert WEAVE.read(embedding, Counter()) == Drop('a call of the op "openai.embeddings.create" is not a model call')
    assert WEAVE.read({"op_name": OP, "inputs": {}, "output": None}, Counter()) == Drop("the request has no answer")


def test_bodies_of_anthropic() -> None:
    example = example_of(WEAVE, ROWS[3])
    assert example["messages"][0] == {"role": "system", "content": "Be short."}
    assert example["messages"][-1] == {
        "role": "assistant", "content": "The Volga.", "reasoning_content": "A long one.",
    }  # fmt: skip
    assert example["metadata"]["finish_reason"] == "length"


def test_what_cannot_be_read_is_told_with_its_place() -> None:
    with pytest.raises(RowError, match=r"\$\.op_name: expected a call with its op_name"):
        WEAVE.read({"inputs": {}}, Counter())
    with pytest.raises(RowError, match=r"\$\.inputs: expected the inputs of a call"):
        WEAVE.read({"op_name": OP, "inputs": "x", "output": "y"}, Counter())


@given(same.exchanges())
def test_a_logged_conversation_comes_back(turns: list[Row]) -> None:
    row = {"op_name": OP, "inputs": {"messages": turns[:-1]}, "output": {"choices": [{"message": turns[-1]}]}}
    same.comes_back(WEAVE, row, same.without(turns))
