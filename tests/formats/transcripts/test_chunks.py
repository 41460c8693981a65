"""Streamed answers, put together."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.errors import RowError
from ftdata.formats.transcripts.chunks import assembled, assembled_response
from tests.distill.server import chunk, events, piece, response, spoken
from tests.strategies import functions, names, texts

Row = dict[str, Any]

# -- a completion, cut into chunks at random ----------------------------------------------------------------------------

calls: st.SearchStrategy[Row] = st.one_of(
    st.fixed_dictionaries({"id": names, "type": st.just("function"), "function": functions}),
    st.fixed_dictionaries(
        {
            "id": names,
            "type": st.just("custom"),
            "custom": st.fixed_dictionaries({"name": names, "input": texts}),
        }
    ),
)
messages: st.SearchStrategy[Row] = st.fixed_dictionaries(
    {"role": st.just("assistant"), "content": st.one_of(st.none(), texts)},
    optional={
        "refusal": st.one_of(st.none(), texts),
        "tool_calls": st.lists(calls, min_size=1, max_size=3),
        "function_call": functions,
        "reasoning_content": texts,
    },
)
tokens = st.fixed_dictionaries({"token": texts, "logprob": st.floats(-9, 0), "bytes": st.none()})
logprobs = st.one_of(
    st.none(), st.fixed_dictionaries({"content": st.one_of(st.none(), st.lists(tokens, min_size=1, max_size=3))})
)


@st.composite
def completions(draw: st.DrawFn) -> Row:
    choices = [
        {
            "index": index,
            "message": draw(messages),
            "logprobs": draw(logprobs),
            "finish_reason": draw(st.sampled_from(["stop", "length", "tool_calls", None])),
        }
        for index in range(draw(st.integers(1, 3)))
    ]
    body = {"id": draw(names), "object": "chat.completion", "created": 1767225600, "model": "m", "choices": choices}
    return body | draw(
        st.fixed_dictionaries({}, optional={"usage": st.just({"total_tokens": 3}), "system_fingerprint": names})
    )


def cut(draw: st.DrawFn, text: str) -> list[str]:
    at = sorted(draw(st.lists(st.integers(0, len(text)), max_size=3)))
    return [text[a:b] for a, b in zip([0, *at], [*at, len(text)], strict=True)]


def deltas(draw: st.DrawFn, message: Row) -> list[Row]:
    """The pieces of a message: what is whole first, then texts and arguments in pieces."""
    first: Row = {"role": "assistant"}
    later: list[list[Row]] = []
    for key, value in message.items():
        if key == "tool_calls":
            for number, call in enumerate(value):
                kind = call["type"]
                field = "arguments" if kind == "function" else "input"
                head, *rest = cut(draw, call[kind][field])
                start = {"index": number, **call, kind: {**call[kind], field: head}}
                pieces = [start, *({"index": number, kind: {field: part}} for part in rest)]
                later.append([{"tool_calls": [part]} for part in pieces])
        elif key == "function_call":
            head, *rest = cut(draw, value["arguments"])
            pieces = [{**value, "arguments": head}, *({"arguments": part} for part in rest)]
            later.append([{"function_call": part} for part in pieces])
        elif key != "role" and value is not None:
            later.append([{key: part} for part in cut(draw, value)])
        elif key != "role":
            first[key] = None
    return [first, *shuffled_together(draw, later)]


def shuffled_together(draw: st.DrawFn, queues: list[list[Row]]) -> list[Row]:
    """All of them, each queue in its own order."""
    order = draw(st.permutations([number for number, queue in enumerate(queues) for _ in queue]))
    iterators = [iter(queue) for queue in queues]
    return [next(iterators[number]) for number in order]


@st.composite
def cuttings(draw: st.DrawFn) -> tuple[Row, list[Row]]:
    whole = draw(completions())
    queues = []
    for choice in whole["choices"]:
        queue = [piece(choice["index"], **delta) for delta in deltas(draw, choice["message"])]
        if choice["logprobs"]:
            content = choice["logprobs"]["content"]
            queue += [piece(choice["index"]) | {"logprobs": {"content": part}} for part in parts(draw, content)]
        queues.append([*queue, piece(choice["index"], choice["finish_reason"])])
    head = {key: value for key, value in whole.items() if key in ("id", "created", "model")}
    chunks = [chunk(choice, **head) for choice in shuffled_together(draw, queues)]
    tail = {key: value for key, value in whole.items() if key in ("usage", "system_fingerprint")}
    return whole, [*chunks, chunk(**head, **tail)]


def parts(draw: st.DrawFn, content: list[Row] | None) -> list[list[Row] | None]:
    if content is None:
        return [None]
    at = draw(st.integers(0, len(content)))
    return [content[:at], content[at:]]


@given(cuttings())
def test_a_completion_cut_into_chunks_comes_back_the_same(cutting: tuple[Row, list[Row]]) -> None:
    whole, chunks = cutting
    before = json.dumps(chunks)
    assert assembled(chunks) == whole
    assert json.dumps(chunks) == before, "the chunks are left as they were"


# -- what other servers do ----------------------------------------------------------------------------------------------


def tool(index: int | None, arguments: str, **more: Any) -> Row:
    name = more.pop("name", None)
    place = {} if index is None else {"index": index}
    return {**place, **more, "function": {"arguments": arguments, **({"name": name} if name else {})}}


@pytest.mark.parametrize(
    "pieces",
    [
        [tool(0, "{}", id="a", name="f"), tool(1, '{"x', id="b", name="g"), tool(1, '":1}')],
        [tool(0, "{}", id="a", name="f"), tool(0, '{"x', id="b", name="g"), tool(0, '":1}')],
        [tool(None, "{}", id="a", name="f"), tool(None, '{"x":1}', id="b", name="g")],
        [tool(1, '{"x', id="b", name="g"), tool(0, "{}", id="a", name="f"), tool(1, '":1}')],
        [tool(0, "{}", id="a", name="f"), tool(1, '{"x', id="b", name="g"), tool(1, '":1}', id="c", name=None)],
        [tool(0, "{}", id="a", name="f"), tool(1, '{"x', id="b", name="g"), tool(1, '":1}', id="b", name="g")],
    ],
    ids=["as OpenAI", "one index for all", "no index", "in another order", "another id a piece", "name repeated"],
)
def test_tool_calls(pieces: list[Row]) -> None:
    body = assembled([chunk(piece(tool_calls=[part])) for part in pieces])
    assert body["choices"][0]["message"]["tool_calls"] == [
        {"id": "a", "function": {"arguments": "{}", "name": "f"}},
        {"id": "b", "function": {"arguments": '{"x":1}', "name": "g"}},
    ]


def test_an_empty_first_chunk_and_a_role_in_every_piece() -> None:
    first = {**chunk(prompt_filter_results=[]), "id": "", "model": "", "created": 0}
    body = assembled([first, *[chunk(piece(role="assistant", content=word)) for word in ("a", "b")]])
    assert (body["id"], body["model"], body["prompt_filter_results"]) == ("chatcmpl-1", "gpt-4.1-2025-04-14", [])
    assert body["choices"][0]["message"] == {"role": "assistant", "content": "ab"}


def test_a_stream_that_broke_has_no_reason() -> None:
    body = assembled(spoken("He", "llo")[:2])
    assert body["choices"][0]["message"]["content"] == "He"
    assert body["choices"][0]["finish_reason"] is None


BAD: list[tuple[Any, str]] = [
    ([], ""),
    (["x"], "$[0]"),
    ([chunk(), {"choices": 3}], "$[1].choices"),
    ([{"choices": ["x"]}], "$[0].choices[0]"),
    ([{"choices": [{"index": "0"}]}], "$[0].choices[0].index"),
    ([{"choices": [{"delta": []}]}, {"choices": [{"delta": 3}]}], "$[1].choices[0].delta"),
    ([chunk(piece(tool_calls={}))], "$[0].choices[0].delta.tool_calls"),
    ([chunk(piece(tool_calls=["x"]))], "$[0].choices[0].delta.tool_calls[0]"),
    ([chunk(piece(content="x")), chunk(piece(content=["y"]))], "$[1].choices[0].delta.content"),
    ([chunk(piece(tool_calls=[tool(0, "{", name="f")])), chunk(piece(tool_calls=[tool(0, "", name=5)]))],
     "$[1].choices[0].delta.tool_calls[0].function.name"),
]  # fmt: skip


@pytest.mark.parametrize("chunks, path", BAD)
def test_what_is_no_stream_of_chunks(chunks: Any, path: str) -> None:
    with pytest.raises(RowError) as raised:
        assembled(chunks)
    assert raised.value.json_path == path


# -- the Responses API --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("last", ["response.completed", "response.incomplete", "response.failed"])
def test_the_last_event_holds_the_response(last: str) -> None:
    assert assembled_response(events("He", "llo", last=last)) == response("Hello", last.split(".")[1])


def test_what_came_of_a_response() -> None:
    call = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "f", "arguments": ""}
    more: list[Row] = [
        {"type": "response.output_item.added", "output_index": 1, "item": call},
        {"type": "response.function_call_arguments.delta", "output_index": 1, "delta": '{"a"'},
        {"type": "response.function_call_arguments.delta", "output_index": 1, "delta": ":1"},
    ]
    body = assembled_response([*events("He", "llo", last=""), *more])
    assert body["status"] == "in_progress"
    assert body["output"][0]["content"] == [{"type": "output_text", "text": "Hello", "annotations": []}]
    assert body["output"][1] == {**call, "arguments": '{"a":1'}
    done = {"type": "response.output_item.done", "output_index": 1, "item": {**call, "arguments": "{}"}}
    assert assembled_response([*events(last=""), *more, done])["output"][1]["arguments"] == "{}"


@pytest.mark.parametrize("given", [[], [{"type": "response.output_text.delta"}], ["x"], [{"response": 3}]], ids=str)
def test_what_is_no_stream_of_events(given: Any) -> None:
    with pytest.raises(RowError):
        assembled_response(given)


keys = st.sampled_from(
    [
        "choices",
        "delta",
        "index",
        "content",
        "tool_calls",
        "function",
        "arguments",
        "name",
        "id",
        "logprobs",
        "part",
        "type",
        "item",
        "output_index",
        "content_index",
        "response",
        "output",
        "text",
    ]
)
kinds = st.sampled_from(
    ["response.output_text.delta", "response.function_call_arguments.delta", "response.completed", "response.created"]
)
rubbish: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-1, 2), st.just("x"), kinds),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys, inner, max_size=5)),
    max_leaves=20,
)


@given(
    st.lists(st.dictionaries(keys, rubbish, max_size=6), max_size=4), st.sampled_from([assembled, assembled_response])
)
def test_rubbish_is_refused_by_name(rows: list[Row], together: Any) -> None:
    try:
        assert type(together(rows)) is dict
    except RowError as error:
        assert error.message
