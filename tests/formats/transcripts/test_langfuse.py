"""Langfuse's observations and dataset items."""

from __future__ import annotations

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
from ftdata.formats.transcripts.envelopes.langfuse import OBJECTS
from ftdata.formats.transcripts.repair import NULLS, UNWRAPPED
from tests import strategies
from tests.formats import example_of
from tests.formats.transcripts import same

Row = dict[str, Any]
LANGFUSE = FORMATS["langfuse"]
ROWS = {
    row["id"]: row
    for row in map(json.loads, (Path(__file__).parent / "rows/langfuse.jsonl").read_text(encoding="utf-8").splitlines())
}
ASKED: list[Row] = [{"role": "user", "content": "Hi"}]
SAID: Row = {"role": "assistant", "content": "Hello"}
TOOL: Row = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}


def observed(input: Any, output: Any, **more: Any) -> Row:
    return {"id": "o", "trace_id": "t", "type": "GENERATION", "input": input, "output": output, **more}


@pytest.mark.parametrize("id", ROWS)
def test_every_row_is_told(id: str) -> None:
    assert detect([ROWS[id]], FORMATS).format is LANGFUSE


def test_a_row_of_the_blob_export() -> None:
    repaired: Counter[str] = Counter()
    example = example_of(LANGFUSE, ROWS["obs-1"], repaired)
    assert [turn["role"] for turn in example["messages"]] == ["system", "user", "assistant"]
    assert example["messages"][-1]["tool_calls"][0]["id"] == "call_7"
    assert [tool["function"]["name"] for tool in example["tools"]] == ["order_status"]
    assert example["metadata"] == {
        "id": "obs-1", "model": "gpt-4.1", "created": "2026-01-31T12:00:00.250000Z", "max_tokens": 400,
        "prompt_tokens": 61, "completion_tokens": 18, "cost": 0.00026, "session": "s-4", "trace": "tr-1",
        "tags": ["orders", "vip"], "parameters": {"temperature": 0.2}, "name": "answer", "user_id": "u-9",
        "environment": "production", "prompt_name": "shop", "prompt_version": 3, "trace_name": "support",
        "queue": "orders",
    }  # fmt: skip
    assert repaired == {UNWRAPPED: 1, NULLS: 1}


def test_calls_stand_beside_an_output_that_has_none() -> None:
    answer = example_of(LANGFUSE, ROWS["obs-3"])["messages"][-1]
    assert answer["tool_calls"][0]["function"] == {"name": "order_status", "arguments": '{"id":"B-17"}'}
    assert answer["tool_calls"][0]["id"]


def test_a_row_of_the_api() -> None:
    example = example_of(LANGFUSE, ROWS["obs-6"])
    assert [tool["function"]["name"] for tool in example["tools"]] == ["order_status"]
    known = example["metadata"]
    assert (known["max_tokens"], known["completion_tokens"], known["cost"]) == (64, 64, 0.0009)
    assert known["parameters"] == {"tool_choice": "auto", "temperature": 1}
    assert known["team"] == "shop"


def test_a_completion_as_the_output_tells_how_it_ended() -> None:
    example = example_of(LANGFUSE, ROWS["obs-7"])
    assert example["functions"][0]["name"] == "order_status"
    assert example["metadata"]["finish_reason"] == "function_call"
    assert example["metadata"]["completion_tokens"] == 12


def test_a_row_of_a_csv_file() -> None:
    example = example_of(LANGFUSE, ROWS["obs-8"])
    assert example["messages"][-1]["content"] == '{"queue":"returns","urgent":true}'
    known = example["metadata"]
    assert (known["cost"], known["prompt_tokens"], known["tags"], known["queue"]) == (1e-5, 20, ["beta"], "returns")
    assert "session" not in known
    assert "tools" not in example


def test_a_row_of_a_table_that_was_exported() -> None:
    row = {
        "id": "o", "traceId": "t", "name": "answer", "startTime": "2026-02-02T10:00:00Z", "level": "DEFAULT",
        "model": "gpt-4.1", "inputUsage": "20", "outputUsage": "7", "totalCost": "0.002", "scores": '{"helpful": [0.5]}',
        "input": json.dumps(ASKED), "output": "Hello",
    }  # fmt: skip
    assert detect([row], FORMATS).format is LANGFUSE
    known = example_of(LANGFUSE, row)["metadata"]
    assert (known["prompt_tokens"], known["completion_tokens"], known["cost"]) == (20, 7, 0.002)
    assert (known["scores"], known["score"]) == ({"helpful": 0.5}, 0.5)


def test_an_item_of_a_dataset() -> None:
    example = example_of(LANGFUSE, ROWS["item-1"])
    assert example["messages"][-1] == {"role": "assistant", "content": "Let me look it up."}
    assert {name: example["metadata"][name] for name in ("id", "trace", "parent", "by")} == {
        "id": "item-1", "trace": "tr-1", "parent": "obs-1", "by": "Ann",
    }  # fmt: skip


LEFT_OUT: dict[str, tuple[Row, str]] = {
    "a span": (ROWS["obs-4"], "the observation is not a generation: SPAN"),
    "an error": (ROWS["obs-5"], "the request failed"),
    "an archived item": ({**ROWS["item-1"], "status": "ARCHIVED"}, "the dataset item is archived"),
    "without input": (observed("", "x"), "the observation has no input"),
    "without output": (observed(ASKED, ""), "nothing was answered"),
}


@pytest.mark.parametrize(("row", "reason"), LEFT_OUT.values(), ids=LEFT_OUT.keys())
def test_what_has_no_example_is_a_drop(row: Row, reason: str) -> None:
    assert LANGFUSE.read(row, Counter()) == Drop(reason)


ENDS: dict[str, tuple[Any, Any, dict[str, int]]] = {
    "text": ("Hello", "Hello", {}),
    "a message": (SAID, "Hello", {}),
    "JSON text of a message": (json.dumps(SAID), "Hello", {}),
    "JSON text of text": ('"Hello"', "Hello", {UNWRAPPED: 1}),
    "a list of one message": ([SAID], "Hello", {}),
    "messages under their key": ({"messages": [SAID]}, "Hello", {}),
    "text under a key": ({"text": "Hello"}, "Hello", {}),
    "content alone": ({"content": "Hello"}, "Hello", {}),
    "an object": ({"content": "x", "title": "y"}, '{"content":"x","title":"y"}', {OBJECTS: 1}),
    "JSON text of an object": ('{ "a": 1 }', '{ "a": 1 }', {}),
    "JSON text of a list": ("[1, 2]", "[1, 2]", {}),
    "broken JSON": ('{"role": "assi', '{"role": "assi', {}),
}


@pytest.mark.parametrize(("output", "said", "counts"), ENDS.values(), ids=ENDS.keys())
def test_outputs(output: Any, said: str, counts: dict[str, int]) -> None:
    repaired: Counter[str] = Counter()
    example = example_of(LANGFUSE, observed(ASKED, output), repaired)
    assert example["messages"] == [*ASKED, {"role": "assistant", "content": said}]
    assert repaired == counts


STARTS: dict[str, Any] = {
    "text": "Hi",
    "messages": ASKED,
    "JSON text of messages": json.dumps(ASKED),
    "a body": {"messages": ASKED},
    "one message": ASKED[0],
    "a prompt": {"prompt": "Hi"},
}


@pytest.mark.parametrize("input", STARTS.values(), ids=STARTS.keys())
def test_inputs(input: Any) -> None:
    assert example_of(LANGFUSE, observed(input, "Hello"))["messages"] == [*ASKED, SAID]


def test_several_choices_are_several_examples() -> None:
    choices = [{"index": n, "message": SAID, "finish_reason": "stop"} for n in range(2)]
    made = LANGFUSE.read(observed(ASKED, {"choices": choices}), Counter())
    assert type(made) is list
    assert [one["metadata"]["choice"] for one in made if isinstance(one, dict)] == [0, 1]


@pytest.mark.parametrize(("given", "kept"), [("words", "words"), ("{}", None), ([1], [1]), ('{"metadata": 2}', 2)])
def test_metadata_that_are_no_object(given: Any, kept: Any) -> None:
    assert example_of(LANGFUSE, observed(ASKED, "x", metadata=given))["metadata"].get("metadata") == kept


def test_pairs_of_columnar_files() -> None:
    known = example_of(LANGFUSE, observed(ASKED, "x", usage_details=[["input", 3], ["output", 4]]))["metadata"]
    assert (known["prompt_tokens"], known["completion_tokens"]) == (3, 4)


REFUSED: dict[str, tuple[Any, str]] = {
    "an object": ({"city": "Oslo"}, "$.input"),
    "a number": (7, "$.input"),
    "no messages": ({"messages": [1]}, "$.input.messages[0]"),
    "an unknown role": ([{"role": "narrator", "content": "x"}], "$.input.messages[0].role"),
}


@pytest.mark.parametrize(("input", "path"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_read_is_told_with_its_place(input: Any, path: str) -> None:
    with pytest.raises(RowError) as raised:
        LANGFUSE.read(observed(input, "x"), Counter())
    assert raised.value.json_path == path


def test_a_table_is_not_taken_for_a_dataset() -> None:
    assert detect([{"instruction": "a", "input": "b", "expected_output": "c"}], FORMATS).format is None
    assert detect([{"input": "b", "expected_output": "c"}], FORMATS).format is LANGFUSE


def _exported(asked: list[Row], said: Row, tools: list[Row]) -> Row:
    definitions = {tool["function"]["name"]: json.dumps(tool["function"]) for tool in tools}
    calls = [json.dumps({"id": call["id"], **call["function"]}) for call in said.get("tool_calls", ())]
    return observed(json.dumps(asked), json.dumps(said), tool_definitions=definitions, tool_calls=calls)


def _in_csv(asked: list[Row], said: Row, tools: list[Row]) -> Row:
    row = {**_exported(asked, said, tools), "session_id": "", "metadata": "", "level": "DEFAULT"}
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in row.items()}


def _of_the_api(asked: list[Row], said: Row, tools: list[Row]) -> Row:
    given = {"messages": asked, "tools": tools} if tools else asked
    return {"id": "o", "traceId": "t", "type": "GENERATION", "input": given, "output": said, "modelParameters": {}}


@pytest.mark.parametrize("dump", [_exported, _in_csv, _of_the_api])
@given(turns=strategies.conversations(), tools=st.sampled_from([[], [TOOL]]))
def test_a_logged_conversation_comes_back(
    dump: Callable[[list[Row], Row, list[Row]], Row], turns: list[Row], tools: list[Row]
) -> None:
    """Without its nulls; ids are another law: see the tests of repairs."""
    *asked, said = turns
    assume(asked and said["role"] == "assistant" and not same.repeats(turns))
    repaired: Counter[str] = Counter()
    made = LANGFUSE.read(dump(asked, said, tools), repaired)
    if isinstance(made, Drop):
        assert not (said.get("content") or said.get("tool_calls") or said.get("refusal"))
        return
    assert type(made) is dict
    assume(not repaired.keys() - {NULLS, UNWRAPPED})
    whole = [turn if turn["role"] == "function" else {k: v for k, v in turn.items() if v is not None} for turn in turns]
    assert made["messages"] == whole
    assert made.get("tools", []) == tools


def test_a_trace_with_its_observations_in_it() -> None:
    asked = [{"role": "user", "content": "Hi"}]
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
    call = {"id": "o1", "traceId": "t1", "type": "GENERATION", "startTime": "2026-01-01T00:00:00Z", "model": "gpt-4.1",
            "input": {"messages": asked, "tools": [tool]}, "output": {"role": "assistant", "content": "Hello"}}  # fmt: skip
    span = {"id": "o2", "traceId": "t1", "type": "SPAN", "startTime": "2026-01-01T00:00:00Z"}
    scores = [{"name": "good", "value": 1}, {"name": "other", "value": 0, "observationId": "o9"}]
    row = {"id": "t1", "timestamp": "2026-01-01T00:00:00Z", "input": asked, "output": "Hello", "sessionId": "s1",
           "tags": ["a"], "observations": [span, call], "scores": scores}  # fmt: skip
    known = FORMATS["langfuse"]
    assert detect([row], FORMATS).format is known
    made = known.read(row, Counter())
    assert isinstance(made, list)
    dropped, example = made
    assert dropped == Drop("the observation is not a generation: SPAN")
    assert isinstance(example, dict)
    assert [message["content"] for message in example["messages"]] == ["Hi", "Hello"]
    assert example["tools"] == [tool]
    said = {key: example["metadata"][key] for key in ("id", "trace", "session", "tags", "scores")}
    assert said == {"id": "o1", "trace": "t1", "session": "s1", "tags": ["a"], "scores": {"good": 1}}
