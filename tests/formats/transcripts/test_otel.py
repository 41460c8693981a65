"""OpenTelemetry's spans."""

from __future__ import annotations

import copy
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.errors import RowError
from ftdata.findings import Drop
from ftdata.formats import FORMATS, detect
from tests.formats import example_of
from tests.formats.transcripts import same

Row = dict[str, Any]
OTEL = FORMATS["otel"]
ROWS = [json.loads(line) for line in (Path(__file__).parent / "rows/otel.jsonl").read_text().splitlines()]
ASKED = [{"role": "user", "parts": [{"type": "text", "content": "Hi"}]}]
SAID = [{"role": "assistant", "parts": [{"type": "text", "content": "Yo"}], "finish_reason": "stop"}]


@pytest.mark.parametrize("row", ROWS)
def test_they_are_told(row: Row) -> None:
    assert detect([row], FORMATS).format is OTEL


def test_a_row_of_many_spans() -> None:
    repaired: Counter[str] = Counter()
    given = copy.deepcopy(ROWS[0])
    made = OTEL.read(ROWS[0], repaired)
    assert ROWS[0] == given
    assert isinstance(made, list)
    http, example, tool = made
    assert http == Drop('a span named "GET /" is not a model call')
    assert tool == Drop('a span of the operation "execute_tool" is not a model call')
    assert isinstance(example, dict)
    system, user, answer = example["messages"]
    assert system == {"role": "system", "content": "You look up the weather."}
    assert user == {"role": "user", "content": "Rain in Oslo and Bergen?"}
    assert answer["reasoning_content"] == "Two cities."
    assert [(call["id"], call["function"]["arguments"]) for call in answer["tool_calls"]] == [
        ("call_a1", '{"city":"Oslo"}'),
        ("call_b2", '{"city":"Bergen"}'),
    ]
    assert example["tools"] == [
        {"type": "function", "function": {
            "name": "forecast", "description": "The forecast",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}},
        }},
    ]  # fmt: skip
    assert example["metadata"] == {
        "id": "chatcmpl-O1", "model": "gpt-4.1-2025-04-14", "created": "2026-01-31T12:00:00.250000Z",
        "finish_reason": "tool_calls", "max_tokens": 300, "prompt_tokens": 88, "completion_tokens": 41,
        "session": "s-1", "trace": "ot-1", "parent": "os-0", "scores": {"relevance": 0.75}, "score": 0.75,
        "parameters": {"temperature": 0.2}, "app": {"team": "weather"},
    }  # fmt: skip
    assert repaired == {}


def test_parts_results_and_choices() -> None:
    made = OTEL.read(ROWS[1], Counter())
    assert isinstance(made, list)
    one, two = (one for one in made if isinstance(one, dict))
    user, calling, first, second, answer = one["messages"]
    assert user["content"][1]["image_url"]["url"] == "data:image/png;base64,AA"
    assert [call["function"]["arguments"] for call in calling["tool_calls"]] == ["{}", '{"by":2}']
    assert first == {"role": "tool", "tool_call_id": "c1", "content": '{"ok":true}'}
    assert second == {"role": "tool", "tool_call_id": "c2", "content": "done"}
    assert answer["content"] == "A cat"
    assert [(e["metadata"]["choice"], e["metadata"]["finish_reason"]) for e in (one, two)] == [
        (0, "stop"),
        (1, "length"),
    ]


def test_numbered_attributes() -> None:
    example = example_of(OTEL, ROWS[2])
    assert example["messages"][-1]["tool_calls"][0] == {
        "id": "call_c3", "type": "function", "function": {"name": "forecast", "arguments": '{"city": "Rome"}'},
    }  # fmt: skip
    assert example["tools"][0]["function"]["parameters"] == {"type": "object", "properties": {}}
    assert example["metadata"]["finish_reason"] == "tool_calls"
    assert example["metadata"]["prompt_tokens"] == 9


def test_parts_as_text_in_numbered_attributes() -> None:
    parts = [{"type": "text", "text": "Hi"}, {"type": "image_url", "image_url": {"url": "https://e.com/a.png"}}]
    row = {"attributes": {"gen_ai.prompt.0.role": "user", "gen_ai.prompt.0.content": json.dumps(parts),
                          "gen_ai.completion.0.content": "Yo"}}  # fmt: skip
    assert example_of(OTEL, row)["messages"][0]["content"] == parts


def event(name: str, **attributes: Any) -> Row:
    return {"name": name, "timestamp": "2026-01-31T12:00:00Z", "attributes": attributes}


CALLS = [{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
EVENTS: dict[str, Row] = {
    "attributes of events": {"attributes": {"gen_ai.system": "openai"}, "events": [
        event("gen_ai.user.message", content="Hi"), event("gen_ai.assistant.message", tool_calls=CALLS),
        event("gen_ai.tool.message", id="c1", content="x"),
        event("gen_ai.choice", index=0, finish_reason="stop", message={"content": "Yo"}),
    ]},
    "JSON text in events": {"attributes": {"gen_ai.system": "openai"}, "events": [
        event("gen_ai.user.message", **{"gen_ai.event.content": '{"content": "Hi"}'}),
        event("gen_ai.assistant.message", **{"gen_ai.event.content": json.dumps({"tool_calls": CALLS})}),
        event("gen_ai.tool.message", **{"gen_ai.event.content": '{"id": "c1", "content": "x"}'}),
        event("gen_ai.choice", **{"gen_ai.event.content": '{"finish_reason": "stop", "message": {"content": "Yo"}}'}),
    ]},
    "an attribute of events": {"attributes": {"gen_ai.system": "openai", "events": json.dumps([
        {"event.name": "gen_ai.user.message", "content": "Hi", "role": "user"},
        {"event.name": "gen_ai.assistant.message", "tool_calls": CALLS},
        {"event.name": "gen_ai.tool.message", "id": "c1", "content": "x"},
        {"event.name": "gen_ai.choice", "finish_reason": "stop", "message": {"role": "assistant", "content": "Yo"}},
    ])}},
}  # fmt: skip


@pytest.mark.parametrize("row", EVENTS.values(), ids=EVENTS.keys())
def test_messages_as_events(row: Row) -> None:
    example = example_of(OTEL, row)
    assert example["messages"] == [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "tool_calls": CALLS},
        {"role": "tool", "content": "x", "tool_call_id": "c1"},
        {"role": "assistant", "content": "Yo"},
    ]
    assert example["metadata"] == {"finish_reason": "stop"}


PLACES: dict[str, Row] = {
    "attributes alone": {"gen_ai.input.messages": ASKED, "gen_ai.output.messages": SAID},
    "nested": {"attributes": {"gen_ai": {"input": {"messages": ASKED}, "output": {"messages": SAID}}}},
    "half nested": {"attributes": {"gen_ai": {"input": {"messages": ASKED}}, "gen_ai.output.messages": SAID}},
    "an event of details": {
        "attributes": {"gen_ai.operation.name": "chat"},
        "events": [event("gen_ai.client.inference.operation.details",
                         **{"gen_ai.input.messages": ASKED, "gen_ai.output.messages": SAID})],
    },
    "a record of a log": {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"attributes": [
        {"key": "gen_ai.input.messages", "value": {"stringValue": json.dumps(ASKED)}},
        {"key": "gen_ai.output.messages", "value": {"stringValue": json.dumps(SAID)}},
    ]}]}]}]},
    "messages as the API has them": {"attributes": {
        "gen_ai.input.messages": '[{"role": "user", "content": "Hi"}]',
        "gen_ai.output.messages": '[{"role": "assistant", "content": "Yo", "finish_reason": "stop"}]',
    }},
}  # fmt: skip


@pytest.mark.parametrize("row", PLACES.values(), ids=PLACES.keys())
def test_where_they_stand(row: Row) -> None:
    given = copy.deepcopy(row)
    assert detect([row], FORMATS).format is OTEL
    example = example_of(OTEL, row)
    assert [turn["content"] for turn in example["messages"]] == ["Hi", "Yo"]
    assert example["metadata"] == {"finish_reason": "stop"}
    assert row == given


def test_what_is_no_answer_is_a_drop() -> None:
    assert OTEL.read(ROWS[3], Counter()) == Drop("the request failed: RateLimitError")
    assert OTEL.read({"attributes": {"gen_ai.input.messages": ASKED}}, Counter()) == Drop("the request has no answer")
    http = {"name": "GET /", "trace_id": "t", "span_id": "s", "attributes": {"http.method": "GET"}}
    assert OTEL.read(http, Counter()) == Drop('a span named "GET /" is not a model call')
    silent: Row = {"attributes": {"gen_ai.system": "openai"}}
    spans = {"resourceSpans": [{"scopeSpans": [{"spans": [silent, silent]}]}]}
    assert OTEL.read(spans, Counter()) == [Drop("the messages were not captured")] * 2


REFUSED: dict[str, tuple[Row, str, str]] = {
    "no span": ({"x": 1}, "expected a span", "$"),
    "other attributes": ({"attributes": {"colour": "red"}}, "expected a span", "$"),
    "not captured": ({"attributes": {"gen_ai.system": "openai"}}, "expected the messages of a call", "$.attributes"),
    "a part": (
        {"attributes": {"gen_ai.input.messages": [{"role": "user", "parts": [{"type": "video"}]}],
                        "gen_ai.output.messages": SAID}},
        "the video is not in the row", "$.attributes.gen_ai.input.messages[0].parts[0]",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("row", "message", "path"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_read_is_told_with_its_place(row: Row, message: str, path: str) -> None:
    with pytest.raises(RowError) as raised:
        OTEL.read(row, Counter())
    assert raised.value.message.startswith(message)
    assert raised.value.json_path == path


def parts(turn: Row) -> Row:
    """A message after the conventions."""
    if turn["role"] == "tool":
        return {"role": "tool", "parts": [
            {"type": "tool_call_response", "id": turn["tool_call_id"], "response": turn["content"]}]}  # fmt: skip
    said = [{"type": "text", "content": turn["content"]}] if "content" in turn else []
    calls = [{"type": "tool_call", "id": call["id"], "name": call["function"]["name"], "arguments": same.value(call)}
             for call in turn.get("tool_calls", ())]  # fmt: skip
    return {"role": turn["role"], "parts": [*said, *calls]}


@given(same.plain_exchanges(), st.booleans())
def test_a_logged_conversation_comes_back(turns: list[Row], text: bool) -> None:
    *asked, said = [parts(turn) for turn in turns]
    row = {"attributes": {"gen_ai.input.messages": json.dumps(asked) if text else asked,
                          "gen_ai.output.messages": json.dumps([said]) if text else [said]}}  # fmt: skip
    same.comes_back(OTEL, row, turns)
