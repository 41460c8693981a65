"""Requests of Helicone."""

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
HELICONE = FORMATS["helicone"]
ROWS = [json.loads(line) for line in (Path(__file__).parent / "rows/helicone.jsonl").read_text().splitlines()]
ABOUT: Row = {"request_id": "hr", "request_created_at": "2026-01-31T12:00:00Z", "response_status": 200}


@pytest.mark.parametrize("row", ROWS)
def test_they_are_told(row: Row) -> None:
    assert detect([row], FORMATS).format is HELICONE


def test_calls_and_what_is_known_of_them() -> None:
    repaired: Counter[str] = Counter()
    example = example_of(HELICONE, ROWS[0], repaired)
    calls = example["messages"][-1]["tool_calls"]
    assert [call["function"]["arguments"] for call in calls] == ['{"city":"Oslo"}', '{"city":"Bergen"}']
    assert len({call["id"] for call in calls}) == 2
    assert example["tools"] == ROWS[0]["request_body"]["tools"]
    assert example["metadata"] == {
        "id": "chatcmpl-H1", "model": "gpt-4.1-2025-04-14", "created": "2026-01-31T12:00:00.250000Z",
        "finish_reason": "tool_calls", "prompt_tokens": 88, "completion_tokens": 41, "cost": 0.0005, "status": 200,
        "session": "s-1", "scores": {"feedback": 1}, "score": 1, "parameters": {"temperature": 0}, "team": "weather",
        "Helicone-Session-Id": "s-1", "provider": "OPENAI", "user": "u-1",
    }  # fmt: skip
    assert repaired == {repair.NULLS: 2, repair.OBJECTS: 2, repair.MADE: 2}


def test_a_failed_request_is_a_drop() -> None:
    assert HELICONE.read(ROWS[1], Counter()) == Drop("the request failed: status 429: rate_limit_exceeded")
    assert HELICONE.read({**ABOUT, "response_status": -3}, Counter()) == Drop("the request failed: status -3")


def test_bodies_of_anthropic() -> None:
    example = example_of(HELICONE, ROWS[2])
    assert [turn["role"] for turn in example["messages"]] == ["system", "user", "assistant", "tool", "assistant"]
    assert example["tools"][0]["function"]["parameters"] == {"type": "object", "properties": {}}
    assert example["metadata"]["finish_reason"] == "stop"
    assert example["metadata"]["score"] == 90


@pytest.mark.parametrize("body", [None, "", {}, {"heliconeMessage": "omitted"}])
def test_bodies_that_were_not_exported(body: Any) -> None:
    row = {**ABOUT, "request_body": body, "response_body": body, "signed_body_url": "https://e.com/x"}
    with pytest.raises(RowError, match=r"expected the request's body; got none.*--include-body"):
        HELICONE.read(row, Counter())


@given(same.exchanges())
def test_a_logged_conversation_comes_back(turns: list[Row]) -> None:
    row = {**ABOUT, "request_body": {"messages": turns[:-1]}, "response_body": {"choices": [{"message": turns[-1]}]}}
    same.comes_back(HELICONE, row, same.without(turns))
