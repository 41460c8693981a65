"""OpenPipe's datasets, and dumps that are OpenAI's lines already."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from ftdata.errors import RowError
from ftdata.formats import FORMATS, detect
from ftdata.formats.transcripts import repair
from tests.formats import example_of
from tests.formats.transcripts import same

Row = dict[str, Any]
OPENPIPE = FORMATS["openpipe"]
ROWS = [json.loads(line) for line in (Path(__file__).parent / "rows/openpipe.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("row", ROWS)
def test_they_are_told(row: Row) -> None:
    assert detect([row], FORMATS).format is OPENPIPE


def test_empty_ids_are_made() -> None:
    repaired: Counter[str] = Counter()
    example = example_of(OPENPIPE, ROWS[0], repaired)
    one, two = example["messages"][-1]["tool_calls"]
    assert "" != one["id"] != two["id"]
    assert example["metadata"] == {"parameters": {"tool_choice": "auto"}, "split": "TRAIN"}
    assert repaired == {repair.MADE: 2, repair.NULLS: 1}


def test_a_rejected_answer_makes_a_preference() -> None:
    assert example_of(OPENPIPE, ROWS[1]) == {
        "input": {"messages": [{"role": "user", "content": "Name a river."}]},
        "preferred_output": [{"role": "assistant", "content": "The Volga."}],
        "non_preferred_output": [{"role": "assistant", "content": "Lake Ladoga."}],
        "metadata": {"split": "TEST", "prompt_id": "p-1"},
    }


def test_what_cannot_be_read() -> None:
    with pytest.raises(RowError, match="expected messages; got none"):
        OPENPIPE.read({"split": "TRAIN"}, Counter())


@given(same.exchanges())
def test_a_conversation_comes_back(turns: list[Row]) -> None:
    same.comes_back(OPENPIPE, {"messages": turns, "split": "TRAIN"}, same.without(turns))


CALL = {"name": "Answer", "arguments": '{"a":"\\u00e9"}'}
DEFINITION = {"name": "Answer", "description": "d", "parameters": {"type": "object", "properties": {}}}
ALREADY: dict[str, Row] = {
    "LlamaIndex": {
        "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "", "function_call": CALL}],
        "functions": [DEFINITION],
    },
    "instructor": {
        "messages": [{"role": "system", "content": "Predict"}, {"role": "user", "content": "Return `f(1)`"},
                     {"role": "assistant", "function_call": CALL}],
        "functions": [DEFINITION],
    },
    "DSPy": {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]},
}  # fmt: skip


@pytest.mark.parametrize("row", ALREADY.values(), ids=ALREADY.keys())
def test_dumps_that_are_lines_of_openai_already(row: Row) -> None:
    repaired: Counter[str] = Counter()
    assert detect([row], FORMATS).format is FORMATS["openai"]
    assert FORMATS["openai"].read(row, repaired) == row
    assert not repaired
