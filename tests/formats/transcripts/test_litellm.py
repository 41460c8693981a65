"""LiteLLM's payloads."""

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
from ftdata.formats.transcripts.repair import NULLS
from tests.formats import example_of
from tests.formats.transcripts import same

Row = dict[str, Any]
LITELLM = FORMATS["litellm"]
ROWS = [json.loads(line) for line in (Path(__file__).parent / "rows/litellm.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("row", ROWS)
def test_they_are_told(row: Row) -> None:
    assert detect([row], FORMATS).format is LITELLM


def test_calls_and_what_is_known_of_them() -> None:
    repaired: Counter[str] = Counter()
    example = example_of(LITELLM, ROWS[0], repaired)
    assert [call["id"] for call in example["messages"][-1]["tool_calls"]] == ["call_a1", "call_b2"]
    assert example["tools"] == ROWS[0]["model_parameters"]["tools"]
    assert example["metadata"] == {
        "id": "chatcmpl-L1", "model": "gpt-4.1-2025-04-14", "created": "2026-01-31T12:00:00.250000Z",
        "finish_reason": "tool_calls", "max_tokens": 300, "prompt_tokens": 88, "completion_tokens": 41,
        "cost": 0.0005, "session": "s-1", "trace": "lt-1", "tags": ["prod"], "parameters": {"temperature": 0.2},
        "team": "weather", "session_id": "s-1", "end_user": "u-1",
    }  # fmt: skip
    assert repaired == {NULLS: 2, "provider_specific_fields of messages left out": 1}


def test_what_is_no_answer_is_a_drop() -> None:
    assert LITELLM.read(ROWS[1], Counter()) == Drop("the request failed: RateLimitError")
    assert LITELLM.read(ROWS[2], Counter()) == Drop('a call of the type "aembedding" is not a model call')
    waiting: Row = {"call_type": "acompletion", "messages": [], "response": None}
    assert LITELLM.read(waiting, Counter()) == Drop("the request has no answer")


def test_text_as_the_response() -> None:
    example = example_of(LITELLM, ROWS[3])
    assert example["messages"][-1] == {"role": "assistant", "content": "The Volga."}
    assert example["metadata"]["id"] == "l-4"


def test_text_as_the_messages() -> None:
    row = {"call_type": "text_completion", "messages": "Hi", "response": {"choices": [{"text": "Hello"}]}}
    assert example_of(LITELLM, row)["messages"] == [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Hello"},
    ]


def test_what_cannot_be_read_is_told_with_its_place() -> None:
    with pytest.raises(RowError, match="expected a payload with call_type"):
        LITELLM.read({"messages": [], "response": "x"}, Counter())
    with pytest.raises(RowError, match=r"\$\.messages: expected messages; got 1"):
        LITELLM.read({"call_type": "acompletion", "messages": 1, "response": "x"}, Counter())


@given(same.exchanges())
def test_a_logged_conversation_comes_back(turns: list[Row]) -> None:
    row = {"call_type": "completion", "messages": turns[:-1], "response": {"choices": [{"message": turns[-1]}]}}
    same.comes_back(LITELLM, row, same.without(turns))


def test_a_row_of_the_table_of_spend_has_its_request_elsewhere() -> None:
    asked = [{"role": "user", "content": "Hi"}]
    answer = {"choices": [{"message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}]}
    row = {"request_id": "r1", "call_type": "acompletion", "spend": 0.01, "model": "gpt-4.1", "messages": {},
           "proxy_server_request": json.dumps({"messages": asked, "temperature": 0.5}), "response": answer}  # fmt: skip
    example = example_of(FORMATS["litellm"], row)
    assert [message["content"] for message in example["messages"]] == ["Hi", "Hello"]
    assert example["metadata"]["parameters"] == {"temperature": 0.5}
