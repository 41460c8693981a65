"""Responses of the Responses API: items folded into turns, bodies as pairs, and responses with their input items."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given

from ftdata.errors import RowError
from ftdata.findings import Drop
from ftdata.formats import FORMATS, detect, named
from ftdata.formats.transcripts.bodies import items, media, parts
from ftdata.formats.transcripts.bodies.shape import Reading
from ftdata.formats.transcripts.repair import NULLS
from tests import strategies
from tests.formats import example_of

Row = dict[str, Any]
PAIRS, RESPONSES = FORMATS["openai-pairs"], FORMATS["openai-responses"]
HERE = Path(__file__).parent / "rows"
ROWS = [json.loads(line) for line in (HERE / "openai-responses.jsonl").read_text().splitlines()]
LOGGED = json.loads((HERE / "openai-pairs.jsonl").read_text().splitlines()[5])


def said(text: str, **more: Any) -> Row:
    return {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}], **more}


def called(id: str, name: str = "f", **more: Any) -> Row:
    return {"type": "function_call", "id": f"fc_{id}", "call_id": id, "name": name, "arguments": "{}", **more}


def result(id: str, output: Any = "r") -> Row:
    return {"type": "function_call_output", "call_id": id, "output": output}


def call(id: str, name: str = "f") -> Row:
    return {"id": id, "type": "function", "function": {"name": name, "arguments": "{}"}}


USER: Row = {"role": "user", "content": "q"}
ASKED: Row = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "q"}]}
PICTURE: Row = {"type": "input_image", "image_url": "https://example.com/a.png"}
CUSTOM: Row = {"type": "custom_tool_call", "call_id": "a", "name": "shell", "input": "ls"}
THOUGHT: Row = {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "hm"}]}

FOLDED: dict[str, tuple[list[Row], list[Row], dict[str, int]]] = {
    "messages": ([USER, ASKED, said("a")], [USER, USER, {"role": "assistant", "content": "a"}], {}),
    "calls one after another": (
        [called("a"), called("b"), result("a"), result("b")],
        [
            {"role": "assistant", "tool_calls": [call("a"), call("b")]},
            {"role": "tool", "tool_call_id": "a", "content": "r"},
            {"role": "tool", "tool_call_id": "b", "content": "r"},
        ],
        {},
    ),
    "text before a call": (
        [said("x"), called("a")],
        [{"role": "assistant", "content": "x", "tool_calls": [call("a")]}],
        {},
    ),
    "text behind a call": (
        [called("a"), said("x"), result("a")],
        [
            {"role": "assistant", "tool_calls": [call("a")], "content": "x"},
            {"role": "tool", "tool_call_id": "a", "content": "r"},
        ],
        {},
    ),
    "text on both sides": (
        [said("x"), called("a"), said("y")],
        [{"role": "assistant", "content": "x\n\ny", "tool_calls": [call("a")]}],
        {items.JOINED: 1},
    ),
    "results between calls": (
        [called("a"), result("a"), called("b")],
        [
            {"role": "assistant", "tool_calls": [call("a")]},
            {"role": "tool", "tool_call_id": "a", "content": "r"},
            {"role": "assistant", "tool_calls": [call("b")]},
        ],
        {},
    ),
    "texts as results": (
        [called("a"), result("a", [{"type": "input_text", "text": "r"}])],
        [
            {"role": "assistant", "tool_calls": [call("a")]},
            {"role": "tool", "tool_call_id": "a", "content": "r"},
        ],
        {},
    ),
    "custom tools": (
        [CUSTOM, {"type": "custom_tool_call_output", "call_id": "a", "output": "x.py"}],
        [
            {
                "role": "assistant",
                "tool_calls": [{"id": "a", "type": "custom", "custom": {"name": "shell", "input": "ls"}}],
            },
            {"role": "tool", "tool_call_id": "a", "content": "x.py"},
        ],
        {},
    ),
    "reasoning": (
        [THOUGHT, called("a")],
        [{"role": "assistant", "tool_calls": [call("a")], "reasoning_content": "hm"}],
        {},
    ),
    "reasoning that is hidden": (
        [{**THOUGHT, "summary": [], "encrypted_content": "gAAA"}, {**THOUGHT, "summary": []}, said("a")],
        [{"role": "assistant", "content": "a"}],
        {parts.ENCRYPTED: 1, items.WORDLESS: 1},
    ),
    "OpenAI's own tools": (
        [{"type": "mcp_list_tools", "tools": []}, {"type": "web_search_call", "id": "ws", "action": {"query": "q"}},
         {"type": "mcp_call", "id": "m", "name": "roll", "arguments": "{}", "output": "4"},
         {"type": "mcp_approval_response"}, said("a")],
        [{"role": "assistant", "tool_calls": [
            {"id": "ws", "type": "function", "function": {"name": "web_search", "arguments": '{"query":"q"}'}},
            {"id": "m", "type": "function", "function": {"name": "roll", "arguments": "{}"}}]},
         {"role": "tool", "tool_call_id": "m", "content": "4"}, {"role": "assistant", "content": "a"}],
        {'items left out: "mcp_approval_response"': 1},
    ),
    "a refusal": (
        [{"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}]}],
        [{"role": "assistant", "refusal": "No."}],
        {},
    ),
    "images and files": (
        [{"role": "user", "content": [
            {"type": "input_text", "text": "q"}, {**PICTURE, "detail": "low"}, {**PICTURE, "detail": "original"},
            {"type": "input_file", "filename": "a.pdf", "file_data": "data:x", "file_id": None}]}],
        [{"role": "user", "content": [
            {"type": "text", "text": "q"},
            {"type": "image_url", "image_url": {"url": PICTURE["image_url"], "detail": "low"}},
            {"type": "image_url", "image_url": {"url": PICTURE["image_url"]}},
            {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:x"}}]}],
        {media.ORIGINAL: 1},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "turns", "counts"), FOLDED.values(), ids=FOLDED.keys())
def test_items_become_turns(given: list[Row], turns: list[Row], counts: dict[str, int]) -> None:
    reading = Reading()
    assert items.folded(enumerate(given), "$", reading) == turns
    assert reading == counts


UNREADABLE: dict[str, tuple[Any, str, str]] = {
    "no item": (1, "expected an item of the Responses API; got 1", "$.input[0]"),
    "a kind that nobody knows": ({"type": "mesage"}, 'expected an item of the Responses API; got "mesage"',
                                 "$.input[0].type"),
    "an item elsewhere": ({"type": "item_reference", "id": "msg_1"}, 'an item is only named here, "msg_1"', "$.input[0]"),
    "an image elsewhere": ({"role": "user", "content": [{"type": "input_image", "file_id": "file-1"}]},
                           'the image is not in the row; got "file-1"', "$.input[0].content[0]"),
    "a role that nobody has": ({"role": "narrator", "content": "x"}, "expected one of", "$.input[0].role"),
    "a call without a name": ({"type": "function_call", "call_id": "a"}, "expected a call with its name",
                              "$.input[0].name"),
}  # fmt: skip


@pytest.mark.parametrize(("item", "message", "path"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_folded_is_told_with_its_place(item: Any, message: str, path: str) -> None:
    with pytest.raises(RowError) as raised:
        items.folded([(0, item)], "$.input", Reading())
    assert raised.value.message.startswith(message)
    assert raised.value.json_path == path


def test_a_logged_request_and_its_response() -> None:
    assert detect([LOGGED], FORMATS).format is PAIRS
    example = example_of(PAIRS, LOGGED)
    assert [turn["role"] for turn in example["messages"]] == ["system", "user", "assistant", "tool", "assistant"]
    assert example["messages"][0]["content"] == "You look up the weather."
    assert example["tools"][0]["function"]["name"] == "forecast"
    assert example["metadata"] == {
        "id": "resp_05", "model": "gpt-4.1-2025-04-14", "created": "2026-01-31T12:00:00Z", "finish_reason": "stop",
        "max_tokens": 200, "prompt_tokens": 88, "completion_tokens": 41, "status": 200,
        "parameters": {"text": {"verbosity": "low"}}, "seconds": 0.9,
    }  # fmt: skip


def paired(answer: Any, **asked: Any) -> Row:
    return {"request": {"model": "m", "input": "q", **asked}, "response": answer}


def response(*output: Row, **more: Any) -> Row:
    return {"id": "resp_1", "object": "response", "status": "completed", "output": list(output), **more}


ENDS: dict[str, tuple[Row, Any]] = {
    "completed": (response(said("a")), "stop"),
    "calls": (response(called("a")), "tool_calls"),
    "too long": (response(said("a"), status="incomplete", incomplete_details={"reason": "max_output_tokens"}), "length"),
    "filtered": (response(said("a"), status="incomplete", incomplete_details={"reason": "content_filter"}),
                 "content_filter"),
    "not told": (response(said("a"), status=None), None),
}  # fmt: skip


@pytest.mark.parametrize(("answer", "reason"), ENDS.values(), ids=ENDS.keys())
def test_how_a_response_ended(answer: Row, reason: Any) -> None:
    assert example_of(PAIRS, paired(answer))["metadata"].get("finish_reason") == reason


DROPPED: dict[str, tuple[Row, str]] = {
    "failed": (response(status="failed", error={"code": "server_error"}), "the request failed: server_error"),
    "cancelled": (response(status="cancelled"), "the request failed: cancelled"),
    "cut off": (response(said("a"), status="in_progress"), "the request failed: in_progress"),
    "empty": (response({"type": "reasoning", "summary": []}), "nothing was answered"),
}


@pytest.mark.parametrize(("answer", "reason"), DROPPED.values(), ids=DROPPED.keys())
def test_what_nobody_answered_is_dropped(answer: Row, reason: str) -> None:
    assert PAIRS.read(paired(answer), Counter()) == Drop(reason)
    assert RESPONSES.read({"response": answer, "input_items": [ASKED]}, Counter()) == Drop(reason)


def test_the_format_of_the_text_is_the_response_format() -> None:
    schema: Row = {"type": "json_schema", "name": "n", "schema": {}, "strict": None}
    known = example_of(PAIRS, paired(response(said("{}")), text={"format": schema}))["metadata"]
    assert known["response_format"] == {"type": "json_schema", "json_schema": {"name": "n", "schema": {}}}
    assert "parameters" not in known


PARTIAL: dict[str, tuple[Row, Row]] = {
    "a response before": ({"previous_response_id": "resp_0"}, {"parent": "resp_0"}),
    "a conversation": ({"conversation": "conv_1"}, {"session": "conv_1"}),
    "a conversation's object": ({"conversation": {"id": "conv_1"}}, {"session": "conv_1"}),
}


@pytest.mark.parametrize(("asked", "known"), PARTIAL.values(), ids=PARTIAL.keys())
def test_a_prompt_in_part_is_refused_unless_its_turns_are_there(asked: Row, known: Row) -> None:
    with pytest.raises(RowError, match="the prompt is only in part here: the turns before it are kept under") as raised:
        PAIRS.read(paired(response(said("b")), **asked), Counter())
    assert raised.value.json_path == "$.request.input"
    whole = paired(response(said("b")), **asked, input=[USER, said("a"), USER])
    found = example_of(PAIRS, whole)["metadata"]
    assert {key: found[key] for key in known} == known


def test_a_stored_prompt_is_told_by_the_response() -> None:
    row = paired(response(said("a")), prompt={"id": "pmpt_1"})
    with pytest.raises(RowError, match="the rest is the stored prompt"):
        PAIRS.read(row, Counter())
    row["response"]["instructions"] = [{"role": "developer", "content": "Be brief."}]
    assert example_of(PAIRS, row)["messages"][0] == {"role": "developer", "content": "Be brief."}


def test_rows_of_responses_with_their_input_items() -> None:
    assert all(detect([row], FORMATS).format is RESPONSES for row in ROWS)
    repaired: Counter[str] = Counter()
    first = example_of(RESPONSES, ROWS[0], repaired)
    assert [turn["role"] for turn in first["messages"]] == ["system", "user", "assistant", "tool", "tool", "assistant"]
    assert [one["id"] for one in first["messages"][2]["tool_calls"]] == ["call_a", "call_b"]
    assert (first["metadata"]["team"], first["metadata"]["queue"]) == ("weather", "q1")
    assert repaired == {items.WORDLESS: 1}
    assert example_of(RESPONSES, ROWS[1])["metadata"]["finish_reason"] == "length"
    assert RESPONSES.read(ROWS[2], Counter()) == Drop("the request failed: server_error")


ORDERS: dict[str, tuple[list[Row], str, list[str]]] = {
    "newest first": ([{**USER, "content": "2"}, said("1"), {**USER, "content": "0"}], "openai-responses", ["0", "1", "2"]),
    "as it is said": ([{**USER, "content": "0"}, said("1"), {**USER, "content": "2"}], "openai-responses:asc",
                      ["0", "1", "2"]),
    "a system prompt first": ([{"role": "system", "content": "0"}, said("1"), {**USER, "content": "2"}],
                              "openai-responses", ["0", "1", "2"]),
}  # fmt: skip


@pytest.mark.parametrize(("listed", "name", "contents"), ORDERS.values(), ids=ORDERS.keys())
def test_the_order_of_input_items(listed: list[Row], name: str, contents: list[str]) -> None:
    row = {**response(said("3")), "input_items": {"object": "list", "data": listed}}
    known = named(FORMATS, name)
    assert [turn["content"] for turn in example_of(known, row)["messages"]] == [*contents, "3"]


def test_calls_tell_the_order_of_input_items() -> None:
    said_first = [USER, called("a"), result("a")]
    made = [
        example_of(RESPONSES, {"response": response(said("x")), "input_items": listed})["messages"]
        for listed in (said_first, said_first[::-1])
    ]
    assert made[0] == made[1]


def test_a_response_without_its_input_is_told_what_to_do() -> None:
    with pytest.raises(RowError, match=r"Put the list from GET /responses/\{id\}/input_items under input_items"):
        RESPONSES.read(response(said("a")), Counter())


def dumped(turn: Row) -> list[Row]:
    """The items that say what a turn says."""
    kinds = {"assistant": "output_text"}
    role, content = turn["role"], turn.get("content")
    if role == "tool":
        return [result(turn["tool_call_id"], content)]
    made: list[Row] = []
    if type(content) is list:
        content = [_dumped_part(part, kinds.get(role, "input_text")) for part in content]
    if turn.get("refusal"):
        content = [{"type": "refusal", "refusal": turn["refusal"]}]
    if content:
        made.append({"type": "message", "role": role, "content": content})
    return made + [
        called(one["id"], one["function"]["name"], arguments=one["function"]["arguments"])
        for one in turn.get("tool_calls", ())
    ]


def _dumped_part(part: Row, kind: str) -> Row:
    if part["type"] == "text":
        return {"type": kind, "text": part["text"]}
    if part["type"] == "image_url":
        return {"type": "input_image", "image_url": part["image_url"]["url"],
                "detail": part["image_url"].get("detail")}  # fmt: skip
    return part


def normal(turn: Row) -> Row:
    """The turn with one word for what can be said in several ways."""
    made = {key: turn[key] for key in ("role", "tool_calls", "tool_call_id", "refusal") if turn.get(key) is not None}
    content = turn.get("content")
    if type(content) is list and len(content) == 1 and content[0]["type"] in ("text", "refusal"):
        kind = content[0]["type"]
        content = content[0][kind] if kind == "text" else None
        if kind == "refusal" and turn["content"][0]["refusal"]:
            made["refusal"] = turn["content"][0]["refusal"]
    return {**made, "content": content} if content or (content == "" and turn["role"] == "tool") else made


@given(strategies.conversations())
def test_a_conversation_comes_back(turns: list[Row]) -> None:
    assume(all(turn["role"] != "function" and "function_call" not in turn for turn in turns))
    apart: list[Row] = []
    for turn in turns:
        if apart and turn["role"] == apart[-1]["role"] == "assistant":
            apart.append({"role": "user", "content": "go on"})
        apart.append(turn)
    normals = [normal(turn) for turn in apart]
    assume(all(len(turn) > 1 for turn in normals))
    *asked, last = apart
    row = {
        "request": {"input": [item for turn in asked for item in dumped(turn)]},
        "response": {"object": "response", "output": dumped(last)},
    }
    repaired: Counter[str] = Counter()
    made = PAIRS.read(row, repaired)
    assume(not repaired.keys() - {NULLS})
    assert type(made) is dict
    assert [normal(turn) for turn in made["messages"]] == normals
