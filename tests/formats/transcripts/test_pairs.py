"""Pairs of request and response."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given

from ftdata.errors import RowError
from ftdata.findings import Drop
from ftdata.formats import FORMATS, detect
from ftdata.formats.transcripts.repair import NULLS, PARTS
from tests import strategies
from tests.formats import example_of

Row = dict[str, Any]
PAIRS = FORMATS["openai-pairs"]
ROWS = [json.loads(line) for line in (Path(__file__).parent / "rows/openai-pairs.jsonl").read_text().splitlines()]
ASKED: Row = {"model": "gpt-4.1", "messages": [{"role": "user", "content": "Hi"}]}
MESSAGE: Row = {"role": "assistant", "content": "Hello"}
ANSWER: Row = {"id": "chatcmpl-1", "choices": [{"index": 0, "message": MESSAGE, "finish_reason": "stop"}]}


def test_calls_and_what_is_known_of_them() -> None:
    repaired: Counter[str] = Counter()
    example = example_of(PAIRS, ROWS[0], repaired)
    assert [call["id"] for call in example["messages"][-1]["tool_calls"]] == ["call_a1", "call_b2"]
    assert "content" not in example["messages"][-1]
    assert example["tools"] == ROWS[0]["request"]["tools"]
    assert example["metadata"] == {
        "id": "chatcmpl-B9a", "model": "gpt-4.1-2025-04-14", "created": "2026-01-31T12:00:00Z",
        "finish_reason": "tool_calls", "max_tokens": 300, "prompt_tokens": 88, "completion_tokens": 41, "status": 200,
        "parameters": {"temperature": 0.2}, "seconds": 1.25, "team": "weather",
    }  # fmt: skip
    assert repaired == {NULLS: 2}


def test_choices_stand_in_the_order_of_their_index() -> None:
    made = PAIRS.read(ROWS[1], Counter())
    assert type(made) is list
    found = [
        (one["messages"][-1]["content"], one["metadata"]["choice"], one["metadata"]["finish_reason"])
        for one in made
        if type(one) is dict
    ]
    assert found == [("Ultrama", 0, "length"), ("Green", 1, "stop")]


def test_a_failed_request_is_a_drop() -> None:
    assert PAIRS.read(ROWS[2], Counter()) == Drop("the request failed: status 429: RateLimitError")


def test_a_response_beside_the_messages() -> None:
    example = example_of(PAIRS, ROWS[3])
    assert example["messages"][-1] == {"role": "assistant", "content": "The Volga."}
    assert example["metadata"] == {"model": "gpt-4o", "team": "rivers"}


def test_functions_stay_in_their_style() -> None:
    example = example_of(PAIRS, ROWS[4])
    assert example["functions"][0]["name"] == "forecast"
    assert example["messages"][-1]["function_call"] == {"name": "forecast", "arguments": '{"city":"Rome"}'}


NAMED: dict[str, Row] = {
    "request and response": {"request": ASKED, "response": ANSWER},
    "input and output": {"input": ASKED, "output": ANSWER},
    "messages alone as the input": {"input": ASKED["messages"], "output": MESSAGE},
    "a message as the output": {"request": ASKED, "completion": MESSAGE},
    "text as the output": {"request": ASKED, "output": "Hello"},
    "bodies in envelopes": {"request": {"body": ASKED}, "response": {"status_code": 200, "body": ANSWER}},
    "all in one": {**ASKED, **ANSWER},
    "an empty answer beside the chunks": {
        "request": ASKED,
        "response": None,
        "chunks": [
            {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": MESSAGE, "finish_reason": "stop"}]}
        ],
    },
    "a stored completion": {"completion": ANSWER, "messages": {"object": "list", "data": ASKED["messages"]}},
    "JSON text": {"request": json.dumps(ASKED), "response": json.dumps(ANSWER)},
}


@pytest.mark.parametrize("row", NAMED.values(), ids=NAMED.keys())
def test_the_usual_names(row: Row) -> None:
    assert detect([row], FORMATS).format is PAIRS
    assert example_of(PAIRS, row)["messages"] == [*ASKED["messages"], MESSAGE]


def test_a_stored_completion_says_what_was_requested() -> None:
    repaired: Counter[str] = Counter()
    made = PAIRS.read(ROWS[9], repaired)
    assert type(made) is list
    first, second = [one for one in made if type(one) is dict]
    assert [one["messages"][-1]["content"] for one in (first, second)] == ["The Volga.", "The Danube."]
    assert first["messages"][1] == {"role": "user", "content": [{"type": "text", "text": "Name a river."}]}
    assert first["metadata"]["team"] == "rivers"
    assert first["metadata"]["parameters"] == {
        "temperature": 0.5, "top_p": 1.0, "seed": 7, "presence_penalty": 0.0, "frequency_penalty": 0.0,
    }  # fmt: skip
    assert repaired[PARTS] == 1
    row = json.loads(json.dumps(ROWS[9]))
    row["completion"] |= {"tools": ROWS[0]["request"]["tools"], "response_format": {"type": "json_object"}}
    made = PAIRS.read(row, Counter())
    assert type(made) is list
    assert type(made[0]) is dict
    assert made[0]["tools"] == ROWS[0]["request"]["tools"]
    assert made[0]["metadata"]["response_format"] == {"type": "json_object"}


RESPONSE: Row = {"object": "response", "output": [{"type": "message", "role": "assistant", "content": "Hello"}]}
NAMED_RESPONSES: dict[str, Row] = {
    "request and response": {"request": {"input": "Hi"}, "response": RESPONSE},
    "its output alone": {"request": {"input": [{"role": "user", "content": "Hi"}]}, "output": RESPONSE["output"]},
    "bodies in envelopes": {"request": {"body": {"input": "Hi"}}, "response": {"status_code": 200, "body": RESPONSE}},
    "items under messages": {"messages": ASKED["messages"], "response": RESPONSE},
    "JSON text": {"request": '{"input": "Hi"}', "response": json.dumps(RESPONSE)},
}


@pytest.mark.parametrize("row", NAMED_RESPONSES.values(), ids=NAMED_RESPONSES.keys())
def test_the_usual_names_of_responses(row: Row) -> None:
    assert detect([row], FORMATS).format is PAIRS
    assert example_of(PAIRS, row)["messages"] == [*ASKED["messages"], MESSAGE]


def test_a_request_with_an_input_that_failed() -> None:
    row = {"url": "/v1/responses", "request": {"input": "Hi"}, "response": None, "error": {"type": "APIError"}}
    assert detect([row], FORMATS).format is PAIRS
    assert PAIRS.read(row, Counter()) == Drop("the request failed: APIError")


@pytest.mark.parametrize(
    "row",
    [
        {"input": {"input": "q"}, "output": {"output": "a"}},
        {"input": {"question": "q"}, "output": "a"},
        {"instruction": "i", "input": "", "output": "o"},
    ],
)
def test_other_inputs_and_outputs_are_no_pairs(row: Row) -> None:
    assert not PAIRS.fits(row)
    assert not FORMATS["openai-responses"].fits(row)


@pytest.mark.parametrize("said", ['{"label": "x"}', '{"content": "x"}', "[1]", '[{"a": 1}]'])
def test_an_answer_that_is_json_itself_stays_text(said: str) -> None:
    row = {"request": ASKED, "response": said}
    assert detect([row], FORMATS).format is PAIRS
    assert example_of(PAIRS, row)["messages"][-1] == {"role": "assistant", "content": said}


REFUSED: dict[str, tuple[Row, str, str]] = {
    "no answer at all": ({"request": ASKED}, "expected a response beside the request; got none", "$"),
    "no messages": ({"request": {"model": "m"}, "response": ANSWER}, "expected a request with messages", ""),
    "no completion": ({"request": ASKED, "response": {"x": 1}}, "expected a chat completion", "$.response"),
    "a message that is none": (
        {"request": {"messages": [1]}, "response": ANSWER}, "expected a message", "$.request.messages[0]",
    ),
    "an unknown role": (
        {"request": {"messages": [{"role": "narrator", "content": "x"}]}, "response": ANSWER},
        "expected one of", "$.request.messages[0].role",
    ),
    "an answer of somebody else": (
        {"request": ASKED, "response": {"role": "user", "content": "x"}}, "expected the assistant's message",
        "$.response",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("row", "message", "path"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_read_is_told_with_its_place(row: Row, message: str, path: str) -> None:
    with pytest.raises(RowError) as raised:
        PAIRS.read(row, Counter())
    assert raised.value.message.startswith(message)
    assert raised.value.json_path == path


@given(strategies.conversations())
def test_a_logged_conversation_comes_back(turns: list[Row]) -> None:
    """Without its nulls; ids are another law: see the tests of repairs."""
    *asked, said = turns
    assume(asked and said["role"] == "assistant")
    row = {"request": {"messages": asked}, "response": {"choices": [{"message": said, "finish_reason": "stop"}]}}
    repaired: Counter[str] = Counter()
    made = PAIRS.read(row, repaired)
    if isinstance(made, Drop):
        assert not (said.get("content") or said.get("tool_calls") or said.get("refusal"))
        return
    assert type(made) is dict
    assume(not repaired.keys() - {NULLS})
    whole = [turn if turn["role"] == "function" else {k: v for k, v in turn.items() if v is not None} for turn in turns]
    assert made["messages"] == whole


@pytest.mark.parametrize("name", ["prompt", "request", "input"])
@pytest.mark.parametrize("said", ["Hello", MESSAGE])
def test_messages_alone_with_the_rest_of_the_request_beside_them(name: str, said: Any) -> None:
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
    row = {name: ASKED["messages"], "response": said, "tools": [tool], "model": "gpt-4.1", "temperature": 0.2, "who": 1}
    assert detect([row], FORMATS).format is PAIRS
    example = example_of(PAIRS, row)
    assert [message["content"] for message in example["messages"]] == ["Hi", "Hello"]
    assert example["tools"] == [tool]
    assert example["metadata"] == {"model": "gpt-4.1", "parameters": {"temperature": 0.2}, "who": 1}


def test_what_stands_beside_a_request_and_is_none_of_it() -> None:
    row = {"request": ASKED, "response": "Hello", "tools": "search", "model": "gpt-4.1-mini"}
    example = example_of(PAIRS, row)
    assert "tools" not in example
    assert example["metadata"] == {"model": "gpt-4.1", "tools": "search"}
    columns = {"prompt": ASKED["messages"], "completion": [MESSAGE]}
    assert detect([columns], FORMATS).format is FORMATS["trl"]


def test_a_status_that_a_table_wrote_as_text() -> None:
    assert PAIRS.read({"request": ASKED, "response": "Bad gateway", "status": "502"}, Counter()) == Drop(
        "the request failed: status 502"
    )
    assert example_of(PAIRS, {"request": ASKED, "response": "Hello", "status": "200"})["metadata"]["status"] == 200


def test_the_settings_of_a_stored_completion_stand_in_its_order() -> None:
    settings: Row = {"seed": 1, "top_p": 1.0, "temperature": 0.5, "presence_penalty": 0, "frequency_penalty": 0}
    example = example_of(PAIRS, {"messages": {"data": ASKED["messages"]}, "completion": {**ANSWER, **settings}})
    assert list(example["metadata"]["parameters"]) == list(settings)


@pytest.mark.parametrize("said", ["ChatCompletion(id='x', choices=[])", "AIMessage(content='Hello', id='run-1')"])
def test_an_answer_that_python_printed_is_no_answer(said: str) -> None:
    with pytest.raises(RowError, match="the text of a Python object"):
        PAIRS.read({"request": ASKED, "response": said}, Counter())
    assert (
        example_of(PAIRS, {"request": ASKED, "response": "Message(id) (or so)"})["messages"][-1]["role"] == "assistant"
    )
