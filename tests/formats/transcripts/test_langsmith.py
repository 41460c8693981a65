"""Runs and dataset examples of LangSmith."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ftdata.errors import RowError
from ftdata.findings import Drop
from ftdata.formats import FORMATS, detect
from ftdata.formats.arguments import PYTHON
from ftdata.formats.transcripts.bodies import langchain as langchain_messages
from tests.formats import example_of
from tests.formats.transcripts import same
from tests.formats.transcripts.test_langchain import as_constructor, as_dict, spoken

Row = dict[str, Any]
LANGSMITH = FORMATS["langsmith"]
ROWS = [json.loads(line) for line in (Path(__file__).parent / "rows/langsmith.jsonl").read_text().splitlines()]
ASKED = [{"role": "user", "content": "Hi"}]
SAID: Row = {"role": "assistant", "content": "Hello"}
HELLO: Row = {"type": "ai", "content": "Hello"}


@pytest.mark.parametrize("row", ROWS)
def test_they_are_told(row: Row) -> None:
    assert detect([row], FORMATS).format is LANGSMITH


def test_calls_and_what_is_known_of_them() -> None:
    repaired: Counter[str] = Counter()
    example = example_of(LANGSMITH, ROWS[0], repaired)
    assert [turn["role"] for turn in example["messages"]] == ["system", "user", "assistant"]
    assert [call["function"]["arguments"] for call in example["messages"][-1]["tool_calls"]] == [
        '{"city": "Oslo"}',
        '{"city":"Bergen"}',
    ]
    assert example["tools"] == ROWS[0]["extra"]["invocation_params"]["tools"]
    assert example["metadata"] == {
        "id": "r-1", "model": "gpt-4.1-2025-04-14", "created": "2026-01-31T12:00:00.250000Z",
        "finish_reason": "tool_calls", "max_tokens": 300, "prompt_tokens": 88, "completion_tokens": 41,
        "cost": 0.000504, "session": "th-9", "trace": "t-1", "parent": "r-0",
        "scores": {"user_score": 0.5, "tone": "warm"}, "score": 0.5, "tags": ["prod"],
        "parameters": {"temperature": 0.2}, "thread_id": "th-9", "team": "a", "name": "ChatOpenAI",
        "project": "weather",
    }  # fmt: skip
    assert repaired == {}


def test_a_wrapped_client_logs_bodies() -> None:
    made = LANGSMITH.read(ROWS[1], Counter())
    assert isinstance(made, list)
    found = [(one["messages"][-1]["content"], one["metadata"]["finish_reason"]) for one in made if type(one) is dict]
    assert found == [("Red", "stop"), ("Ultrama", "length")]


def test_a_failed_run_is_a_drop() -> None:
    assert LANGSMITH.read(ROWS[2], Counter()) == Drop("the request failed: RateLimitError")


def test_an_example_of_a_dataset() -> None:
    repaired: Counter[str] = Counter()
    example = example_of(LANGSMITH, ROWS[3], repaired)
    assert example["messages"][-1]["function_call"]["arguments"] == '{"city":"Rome"}'
    assert example["functions"][0]["name"] == "forecast"
    assert example["metadata"] == {"id": "e-1", "created": "2026-01-31T12:00:00Z", "reviewer": "b"}
    assert repaired[PYTHON] == 1


def test_a_trace_holds_its_runs() -> None:
    made = LANGSMITH.read(ROWS[4], Counter())
    assert isinstance(made, list)
    drop, example = made
    assert drop == Drop('a run of the type "tool" is not a model call')
    assert isinstance(example, dict)
    assert example["messages"] == [
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": "Name a river."},
        {"role": "assistant", "content": "The Volga."},
    ]
    assert example["metadata"]["finish_reason"] == "stop"
    assert example["metadata"]["max_tokens"] == 50


OUTPUTS: dict[str, Row] = {
    "generations of generations": {"generations": [[{"message": HELLO}]]},
    "generations": {"generations": [{"message": HELLO}]},
    "a generation of text": {"generations": [[{"text": "Hello"}]]},
    "a message": SAID,
    "LangChain's message": HELLO,
    "under output": {"output": HELLO},
    "text under output": {"output": "Hello"},
    "messages": {"messages": [SAID]},
    "choices": {"choices": [{"index": 0, "message": SAID}]},
}


@pytest.mark.parametrize("outputs", OUTPUTS.values(), ids=OUTPUTS.keys())
def test_where_answers_stand(outputs: Row) -> None:
    row = {"run_type": "llm", "id": "r", "inputs": {"messages": ASKED}, "outputs": outputs}
    assert example_of(LANGSMITH, row)["messages"] == [*ASKED, SAID]


INPUTS: dict[str, Row] = {
    "lists of lists": {"messages": [[{"type": "human", "content": "Hi"}]]},
    "pairs": {"messages": [["user", "Hi"]]},
    "a prompt": {"prompts": ["Hi"]},
    "text": {"input": "Hi"},
}


@pytest.mark.parametrize("inputs", INPUTS.values(), ids=INPUTS.keys())
def test_where_messages_stand(inputs: Row) -> None:
    row = {"run_type": "llm", "id": "r", "inputs": inputs, "outputs": {"generations": [[{"message": HELLO}]]}}
    assert example_of(LANGSMITH, row)["messages"] == [*ASKED, SAID]


def test_several_were_asked_at_once() -> None:
    row = {"run_type": "llm", "inputs": {"prompts": ["a", "b"]}, "outputs": {"generations": [[{"text": "A"}], [{"text": "B"}]]}}  # fmt: skip
    made = LANGSMITH.read(row, Counter())
    assert isinstance(made, list)
    assert [[turn["content"] for turn in one["messages"]] for one in made if isinstance(one, dict)] == [
        ["a", "A"],
        ["b", "B"],
    ]


DROPPED: dict[str, tuple[Row, str]] = {
    "another type": ({"run_type": "retriever", "inputs": {}}, 'a run of the type "retriever" is not a model call'),
    "no answer": ({"run_type": "llm", "inputs": {"messages": ASKED}}, "the request has no answer"),
    "an error in words": ({"run_type": "llm", "inputs": {}, "error": "cut off"}, "the request failed"),
}


@pytest.mark.parametrize(("row", "reason"), DROPPED.values(), ids=DROPPED.keys())
def test_what_is_no_answer_is_a_drop(row: Row, reason: str) -> None:
    assert LANGSMITH.read(row, Counter()) == Drop(reason)


REFUSED: dict[str, tuple[Row, str, str]] = {
    "no run": ({"inputs": {}}, "expected a run with its run_type", "$"),
    "columns of one's own": ({"inputs": {"q": "x"}, "outputs": {"a": "y"}}, "expected messages or prompts", "$.inputs"),
    "no generations": (
        {"inputs": {"messages": ASKED}, "outputs": {"x": 1}},
        "expected generations or a message",
        "$.outputs",
    ),
    "no message": (
        {"inputs": {"messages": [[1]]}, "outputs": {"output": "x"}},
        "expected a message",
        "$.inputs.messages[0][0]",
    ),
}


@pytest.mark.parametrize(("row", "message", "path"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_read_is_told_with_its_place(row: Row, message: str, path: str) -> None:
    with pytest.raises(RowError) as raised:
        LANGSMITH.read(row, Counter())
    assert raised.value.message.startswith(message)
    assert raised.value.json_path == path


@given(same.exchanges(), st.sampled_from([as_dict, as_constructor]))
def test_a_logged_conversation_comes_back(turns: list[Row], dumped: Any) -> None:
    turns = spoken(turns)
    row = {
        "run_type": "llm",
        "inputs": {"messages": [[dumped(turn) for turn in turns[:-1]]]},
        "outputs": {"generations": [[{"message": dumped(turns[-1])}]]},
    }
    same.comes_back(LANGSMITH, row, turns, usual=[langchain_messages.INVALID])


@given(same.exchanges())
def test_the_bodies_of_a_wrapped_client_come_back(turns: list[Row]) -> None:
    assume(len(turns) > 1)
    row = {"run_type": "llm", "inputs": {"messages": turns[:-1]}, "outputs": {"choices": [{"message": turns[-1]}]}}
    same.comes_back(LANGSMITH, row, same.without(turns))
