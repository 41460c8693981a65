"""Bespoke Curator's responses."""

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
from tests.formats import example_of
from tests.formats.transcripts import same

Row = dict[str, Any]
CURATOR = FORMATS["curator"]
ROWS = [json.loads(line) for line in (Path(__file__).parent / "rows/curator.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("row", ROWS)
def test_they_are_told(row: Row) -> None:
    assert detect([row], FORMATS).format is CURATOR


def test_columns_come_along() -> None:
    example = example_of(CURATOR, ROWS[0])
    assert example["messages"][-1] == {"role": "assistant", "content": "The Volga."}
    assert example["metadata"] == {
        "id": "chatcmpl-C1", "model": "gpt-4.1-2025-04-14", "created": "2026-01-31T12:00:00.250000Z",
        "finish_reason": "stop", "prompt_tokens": 11, "completion_tokens": 4, "cost": 0.0001,
        "parameters": {"temperature": 0.7}, "topic": "rivers",
    }  # fmt: skip


def test_a_structured_answer_is_json_text() -> None:
    example = example_of(CURATOR, ROWS[1])
    assert example["messages"][-1] == {"role": "assistant", "content": '{"river":"Volga"}'}
    assert example["metadata"]["response_format"] == {"type": "object"}
    assert example["metadata"]["finish_reason"] == "stop"


def test_what_is_no_answer_is_a_drop() -> None:
    assert CURATOR.read(ROWS[2], Counter()) == Drop("the request failed: RateLimitError")
    waiting: Row = {"generic_request": {"messages": []}, "response_message": None}
    assert CURATOR.read(waiting, Counter()) == Drop("the request has no answer")


def test_the_output_of_a_batch() -> None:
    raw = {"custom_id": "0", "response": {"status_code": 200, "body": ROWS[0]["raw_response"]}}
    assert example_of(CURATOR, {**ROWS[0], "raw_request": None, "raw_response": raw})["metadata"]["id"] == "chatcmpl-C1"


def test_what_cannot_be_read() -> None:
    with pytest.raises(RowError, match=r"\$\.generic_request: expected a generic_request"):
        CURATOR.read({"response_message": "x"}, Counter())


@given(same.exchanges())
def test_a_logged_conversation_comes_back(turns: list[Row]) -> None:
    row = {"generic_request": {"messages": turns[:-1]}, "raw_response": {"choices": [{"message": turns[-1]}]}}
    same.comes_back(CURATOR, row, same.without(turns))
