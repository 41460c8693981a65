"""Captured clients of the real SDK against a server on this machine."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from openai.types.chat import ChatCompletionChunk
from pydantic import BaseModel

import ftdata
from ftdata.distill.capture.log import without
from tests.distill.server import (
    Asked,
    Reply,
    Server,
    chunk,
    completion,
    events,
    piece,
    response,
    serving,
    spoken,
)

KEY = "sk-proj-0123456789abcdef0123456789"
HELLO: Any = {"model": "gpt-4.1", "messages": [{"role": "user", "content": "Hi"}]}
ASK: Any = {"model": "gpt-4.1", "input": "Hi"}


class City(BaseModel):
    name: str


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(answer) as running:
        yield running


def answer(asked: Asked) -> Reply:
    streams = asked.body.get("stream")
    if asked.path.endswith("/responses"):
        return Reply(events=events("He", "llo"), done=False) if streams else Reply(response("Hello"))
    return Reply(events=spoken("He", "llo")) if streams else Reply(completion("Hello"))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "calls.jsonl"


@pytest.fixture
def client(server: Server, log: Path) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=server.url, api_key=KEY, max_retries=0) as plain:
        yield ftdata.capture(plain, log)


def lines(log: Path) -> list[dict[str, Any]]:
    gc.collect()
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


def only(log: Path) -> dict[str, Any]:
    (line,) = lines(log)
    return line


# -- what is written ----------------------------------------------------------------------------------------------------


def test_a_call_is_a_line(client: openai.OpenAI, server: Server, log: Path) -> None:
    made = client.chat.completions.create(
        **HELLO, temperature=0, extra_body={"top_k": 3}, extra_headers={"X-Who": "me"}
    )
    assert made.choices[0].message.content == "Hello"
    line = only(log)
    assert list(line) == ["id", "created", "seconds", "url", "request", "response", "status", "error"]
    assert line["request"] == server.asked[0].body == {**HELLO, "temperature": 0, "top_k": 3}
    assert (line["url"], line["status"], line["error"]) == ("/v1/chat/completions", 200, None)
    assert line["response"] == completion("Hello")
    assert list(line["response"]["choices"][0]["message"]) == ["role", "content", "refusal"], "in the order answered"
    assert line["created"].endswith("Z") and 0 <= line["seconds"] < 60
    text = log.read_text(encoding="utf-8")
    assert KEY not in text and "X-Who" not in text


def test_every_call_has_an_id_of_its_own(client: openai.OpenAI, log: Path) -> None:
    for _ in range(3):
        client.chat.completions.create(**HELLO)
    assert len({line["id"] for line in lines(log)}) == 3


def test_what_is_no_json_is_written_as_it_is_sent(client: openai.OpenAI, server: Server, log: Path) -> None:
    server.reply = lambda asked: Reply(completion('{"name":"Oslo"}'))
    tool = openai.pydantic_function_tool(City, name="look_up")
    parsed = client.chat.completions.parse(
        **HELLO, response_format=City, tools=[tool], seed=openai.omit, user=openai.omit
    )
    assert parsed.choices[0].message.parsed == City(name="Oslo")
    line = only(log)
    assert line["request"] == server.asked[0].body
    assert line["request"]["response_format"]["type"] == "json_schema"
    assert line["response"] == completion('{"name":"Oslo"}'), "without what the SDK parsed out of it"


def test_an_answer_that_cannot_be_parsed_is_written_with_the_error(
    client: openai.OpenAI, server: Server, log: Path
) -> None:
    server.reply = lambda asked: Reply(completion('{"name":', finish="length"))
    with pytest.raises(openai.LengthFinishReasonError):
        client.chat.completions.parse(**HELLO, response_format=City)
    line = only(log)
    assert line["response"]["choices"][0]["finish_reason"] == "length"
    assert line["error"]["type"] == "LengthFinishReasonError"


def test_tool_calls_and_choices(client: openai.OpenAI, server: Server, log: Path) -> None:
    calls = [
        {"id": f"call_{n}", "type": "function", "function": {"name": "look_up", "arguments": '{"a":1}'}}
        for n in range(2)
    ]
    body = completion(None, None, finish="tool_calls", tool_calls=calls)
    server.reply = lambda asked: Reply(body)
    client.chat.completions.create(**HELLO, n=2)
    assert only(log)["response"] == body


def test_responses(client: openai.OpenAI, server: Server, log: Path) -> None:
    assert client.responses.create(**ASK).output_text == "Hello"
    assert client.responses.parse(**ASK).output_text == "Hello"
    first, second = lines(log)
    assert (first["url"], first["request"]) == ("/v1/responses", ASK)
    assert first["response"] == second["response"] == response("Hello")
    assert '"created_at":1767225600,' in log.read_text(encoding="utf-8"), "not the SDK's 1767225600.0"


def test_other_calls_pass_unlogged(client: openai.OpenAI, server: Server, log: Path) -> None:
    server.reply = lambda asked: Reply({"object": "list", "data": [], "model": "m", "usage": {}})
    client.embeddings.create(model="m", input="x", encoding_format="float")
    assert lines(log) == []


# -- streams ------------------------------------------------------------------------------------------------------------


def test_a_stream_is_put_together(client: openai.OpenAI, server: Server, log: Path) -> None:
    stream = client.chat.completions.create(**HELLO, stream=True)
    assert isinstance(stream, openai.Stream)
    seen = list(stream)
    assert all(isinstance(item, ChatCompletionChunk) for item in seen)
    assert [item.to_dict() for item in seen] == spoken("He", "llo")
    line = only(log)
    assert line["request"] == {**HELLO, "stream": True}
    assert line["response"] == {key: value for key, value in completion("Hello").items() if key != "service_tier"}
    assert (line["status"], line["error"]) == (200, None)
    assert line["response"]["choices"] == completion("Hello")["choices"]


def test_tool_calls_in_pieces_and_choices_in_turns(client: openai.OpenAI, server: Server, log: Path) -> None:
    def part(index: int, text: str, **more: Any) -> dict[str, Any]:
        function = {"arguments": text, **({"name": f"f{index}"} if more else {})}
        return {"index": index, **more, "function": function}

    server.reply = lambda asked: Reply(
        events=[
            chunk(piece(0, role="assistant", content=None, tool_calls=[part(0, "", id="call_a", type="function")])),
            chunk(piece(1, role="assistant", content="Hm")),
            chunk(piece(0, tool_calls=[part(0, '{"a"')])),
            chunk(piece(0, tool_calls=[part(1, "", id="call_b", type="function")])),
            chunk(piece(0, tool_calls=[part(0, ":1}"), part(1, "{}")]), piece(1, content="!")),
            chunk(piece(1, "stop")),
            chunk(piece(0, "tool_calls")),
        ]
    )
    for _ in client.chat.completions.create(**HELLO, n=2, stream=True):
        pass
    first, second = only(log)["response"]["choices"]
    assert first["message"]["tool_calls"] == [
        {"id": "call_a", "type": "function", "function": {"arguments": '{"a":1}', "name": "f0"}},
        {"id": "call_b", "type": "function", "function": {"arguments": "{}", "name": "f1"}},
    ]
    assert (first["finish_reason"], second["finish_reason"]) == ("tool_calls", "stop")
    assert second["message"]["content"] == "Hm!"


def test_a_stream_of_events(client: openai.OpenAI, server: Server, log: Path) -> None:
    kinds = [event.type for event in client.responses.create(**ASK, stream=True)]
    assert kinds[-1] == "response.completed"
    with client.responses.stream(**ASK) as stream:
        assert stream.get_final_response().output_text == "Hello"
    for line in lines(log):
        assert (line["response"], line["error"]) == (response("Hello"), None)


def test_the_streaming_helper(client: openai.OpenAI, log: Path) -> None:
    with client.chat.completions.stream(**HELLO) as stream:
        assert stream.get_final_completion().choices[0].message.content == "Hello"
    assert only(log)["response"]["choices"][0]["message"]["content"] == "Hello"
    with client.chat.completions.stream(**HELLO) as stream:
        next(iter(stream))
    assert lines(log)[1]["error"]["type"] == "IncompleteStream", "closed by the helper, though it is still held"


def closed(stream: openai.Stream[ChatCompletionChunk]) -> None:
    next(stream)
    next(stream)
    stream.close()


def left(stream: openai.Stream[ChatCompletionChunk]) -> None:
    for item in stream:
        if item.choices[0].delta.content:
            break


def in_a_block(stream: openai.Stream[ChatCompletionChunk]) -> None:
    with stream:
        left(stream)


@pytest.mark.parametrize("leave", [closed, left, in_a_block])
def test_a_stream_that_is_left(leave: Any, client: openai.OpenAI, log: Path) -> None:
    leave(client.chat.completions.create(**HELLO, stream=True))
    line = only(log)
    choice = line["response"]["choices"][0]
    assert choice["message"]["content"] in ("", "He")
    assert choice["finish_reason"] is None
    assert line["error"]["type"] == "IncompleteStream"


def test_a_stream_that_is_never_read(client: openai.OpenAI, log: Path) -> None:
    client.chat.completions.create(**HELLO, stream=True)
    line = only(log)
    assert (line["response"], line["error"]["type"]) == (None, "IncompleteStream")


def test_a_stream_left_behind_its_last_word_is_complete(client: openai.OpenAI, log: Path) -> None:
    for item in client.chat.completions.create(**HELLO, stream=True):
        if item.choices[0].finish_reason:
            break
    assert only(log)["error"] is None


def test_a_stream_that_breaks(client: openai.OpenAI, server: Server, log: Path) -> None:
    server.reply = lambda asked: Reply(events=spoken("He", "llo")[:2], breaks=True)
    with pytest.raises(openai.APIConnectionError):
        list(client.chat.completions.create(**HELLO, stream=True))
    line = only(log)
    assert line["response"]["choices"][0]["message"]["content"] == "He"
    assert line["response"]["choices"][0]["finish_reason"] is None
    assert (line["error"]["type"], line["status"]) == ("APIConnectionError", 200)


def test_a_stream_that_ends_too_early(client: openai.OpenAI, server: Server, log: Path) -> None:
    server.reply = lambda asked: Reply(events=spoken("He", "llo")[:2], done=False)
    list(client.chat.completions.create(**HELLO, stream=True))
    assert only(log)["error"]["type"] == "IncompleteStream"


def test_a_stream_of_events_that_breaks(client: openai.OpenAI, server: Server, log: Path) -> None:
    server.reply = lambda asked: Reply(events=events("He", last=""), done=False)
    list(client.responses.create(**ASK, stream=True))
    line = only(log)
    assert line["response"]["status"] == "in_progress"
    assert line["response"]["output"][0]["content"][0]["text"] == "He"
    assert line["error"]["type"] == "IncompleteStream"


def test_an_error_inside_a_stream(client: openai.OpenAI, server: Server, log: Path) -> None:
    server.reply = lambda asked: Reply(events=[*spoken("He")[:2], {"error": {"message": "overloaded"}}])
    with pytest.raises(openai.APIError, match="overloaded"):
        list(client.chat.completions.create(**HELLO, stream=True))
    line = only(log)
    assert line["error"] == {"type": "APIError", "message": "overloaded", "status": None}
    assert line["response"]["choices"][0]["message"]["content"] == "He"
    server.reply = lambda asked: Reply(
        events=[*events("He", last=""), {"type": "error", "code": "x", "message": "gone", "sequence_number": 9}],
        done=False,
    )
    list(client.responses.create(**ASK, stream=True))
    assert lines(log)[1]["error"] == {"type": "StreamError", "message": "gone", "status": None}


def test_the_connection_is_given_back(client: openai.OpenAI, log: Path) -> None:
    stream = client.chat.completions.create(**HELLO, stream=True)
    next(stream)
    response = stream.response
    stream.close()
    assert response.is_closed
    stream = client.chat.completions.create(**HELLO, stream=True)
    next(stream)
    response = stream.response
    del stream
    gc.collect()
    assert response.is_closed, "though the response is still held"
    assert len(lines(log)) == 2


# -- failures of the call -----------------------------------------------------------------------------------------------


def test_errors_are_written_and_raised(client: openai.OpenAI, server: Server, log: Path) -> None:
    server.reply = lambda asked: Reply({"error": {"message": f"slow down, {KEY}", "type": "requests"}}, status=429)
    with pytest.raises(openai.RateLimitError, match=KEY) as raised:
        client.chat.completions.create(**HELLO)
    assert raised.value.status_code == 429
    line = only(log)
    assert (line["response"], line["status"], line["request"]) == (None, 429, HELLO)
    assert (line["error"]["type"], line["error"]["status"]) == ("RateLimitError", 429)
    assert "slow down, ***" in line["error"]["message"]


def test_a_call_that_is_tried_again_is_one_line(client: openai.OpenAI, server: Server, log: Path) -> None:
    replies = iter([Reply({"error": {"message": "busy"}}, status=500), Reply(completion("Hello"))])
    server.reply = lambda asked: next(replies)
    client.with_options(max_retries=1).chat.completions.create(**HELLO)
    assert len(server.asked) == 2
    assert only(log)["error"] is None


def test_timeouts_and_refused_connections(client: openai.OpenAI, server: Server, log: Path) -> None:
    server.reply = lambda asked: Reply(completion("late"), wait=0.5)
    with pytest.raises(openai.APITimeoutError):
        client.chat.completions.create(**HELLO, timeout=0.05)
    with pytest.raises(openai.APIConnectionError):
        client.with_options(base_url="http://127.0.0.1:1/v1").responses.create(**ASK)
    first, second = lines(log)
    assert (first["error"]["type"], first["status"]) == ("APITimeoutError", None)
    assert (second["error"]["type"], second["url"]) == ("APIConnectionError", "/v1/responses")


class UnspeakableError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("it cannot be said")


def test_an_exception_of_the_callers_own(server: Server, log: Path) -> None:
    class Refusing(openai.OpenAI):
        def _prepare_options(self, options: Any) -> Any:
            raise UnspeakableError

    with Refusing(base_url=server.url, api_key=KEY) as given, pytest.raises(UnspeakableError):
        ftdata.capture(given, log).chat.completions.create(**HELLO)
    assert only(log)["error"] == {"type": "UnspeakableError", "message": "", "status": None}


def test_a_stream_of_something_else(
    client: openai.OpenAI, server: Server, log: Path, caplog: pytest.LogCaptureFixture
) -> None:
    words: Any = ["He", "llo"]
    server.reply = lambda asked: Reply(events=words)
    seen: Any = list(client.chat.completions.create(**HELLO, stream=True))
    assert seen == words
    assert lines(log) == []
    assert "a piece of the stream is not a JSON object" in caplog.text


def test_an_answer_that_is_no_json(client: openai.OpenAI, server: Server, log: Path) -> None:
    server.reply = lambda asked: Reply("<h1>Welcome</h1>")
    client.chat.completions.create(**HELLO)
    line = only(log)
    assert (line["response"], line["error"]["type"]) == (None, "NoJSON")


# -- clients ------------------------------------------------------------------------------------------------------------


def test_the_given_client_is_left_as_it_is(server: Server, log: Path) -> None:
    with openai.OpenAI(base_url=server.url, api_key=KEY) as given:
        client = ftdata.capture(given, log)
        assert isinstance(client, openai.OpenAI)
        assert type(client).__name__ == "OpenAI"
        assert type(given) is openai.OpenAI
        given.chat.completions.create(**HELLO)
        assert lines(log) == []
        client.with_options(timeout=30).copy().chat.completions.create(**HELLO)
        assert len(lines(log)) == 1


def test_two_logs(client: openai.OpenAI, log: Path, tmp_path: Path) -> None:
    both = ftdata.capture(client, tmp_path / "second.jsonl")
    both.chat.completions.create(**HELLO)
    list(both.chat.completions.create(**HELLO, stream=True))
    for path in (log, tmp_path / "second.jsonl"):
        assert [line["response"]["choices"][0]["message"]["content"] for line in lines(path)] == ["Hello", "Hello"]


def test_raw_responses(client: openai.OpenAI, log: Path, caplog: pytest.LogCaptureFixture) -> None:
    raw = client.chat.completions.with_raw_response.create(**HELLO)
    assert raw.status_code == 200
    assert len(lines(log)) == 1, "whether it is parsed or not"
    assert raw.parse().choices[0].message.content == "Hello"
    for _ in client.chat.completions.with_raw_response.create(**HELLO, stream=True).parse():
        pass
    with client.chat.completions.with_streaming_response.create(**HELLO) as streamed:
        assert streamed.parse().choices[0].message.content == "Hello"
    with client.chat.completions.with_streaming_response.create(**HELLO, stream=True) as streaming:
        assert len(list(streaming.parse())) == 5
    for line in lines(log):
        assert line["response"]["choices"] == completion("Hello")["choices"]
    assert len(lines(log)) == 4
    assert not caplog.records
    with client.chat.completions.with_streaming_response.create(**HELLO) as streamed:
        assert "Hello" in streamed.text()
    del streamed
    assert len(lines(log)) == 4
    (record,) = caplog.records
    assert (record.name, "read as text" in record.getMessage()) == ("ftdata", True)


def test_azure(server: Server, log: Path) -> None:
    with openai.AzureOpenAI(
        azure_endpoint=server.url.removesuffix("/v1"), api_key=KEY, api_version="2024-10-21"
    ) as azure:
        client = ftdata.capture(azure, log)
        assert isinstance(client, openai.AzureOpenAI)
        client.with_options(max_retries=0).chat.completions.create(**HELLO)
    assert server.asked[0].path.startswith("/openai/deployments/gpt-4.1/chat/completions")
    assert only(log)["url"] == "/v1/chat/completions"


def test_async(server: Server, log: Path) -> None:
    async def calls() -> None:
        async with openai.AsyncOpenAI(base_url=server.url, api_key=KEY, max_retries=0) as given:
            client = ftdata.capture(given, log)
            assert isinstance(client, openai.AsyncOpenAI)
            await asyncio.gather(*[client.chat.completions.create(**HELLO, user=str(n)) for n in range(8)])
            stream = await client.chat.completions.create(**HELLO, stream=True)
            assert isinstance(stream, openai.AsyncStream)
            assert len([item async for item in stream]) == 5
            async with client.chat.completions.stream(**HELLO) as helper:
                assert (await helper.get_final_completion()).choices[0].message.content == "Hello"
            assert (await client.responses.create(**ASK)).output_text == "Hello"
            async for _ in await client.responses.create(**ASK, stream=True):
                pass
            raw = await client.chat.completions.with_raw_response.create(**HELLO)
            assert raw.parse().choices[0].message.content == "Hello"
            async with client.chat.completions.with_streaming_response.create(**HELLO) as streamed:
                assert (await streamed.parse()).choices[0].message.content == "Hello"

    asyncio.run(calls())
    found = lines(log)
    assert sorted(line["request"].get("user", "") for line in found)[-8:] == [str(n) for n in range(8)]
    assert len(found) == 14
    assert all(line["error"] is None for line in found)


def test_async_streams_that_are_left(server: Server, log: Path) -> None:
    async def calls() -> None:
        async with openai.AsyncOpenAI(base_url=server.url, api_key=KEY, max_retries=0) as given:
            client = ftdata.capture(given, log)
            async with await client.chat.completions.create(**HELLO, stream=True) as stream:
                async for _ in stream:
                    break
            assert len(lines(log)) == 1
            held = await client.chat.completions.create(**HELLO, stream=True)
            await anext(held)
            await held.close()
            server.reply = lambda asked: Reply(completion("late"), wait=0.5)
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.chat.completions.create(**HELLO), 0.1)
            server.reply = lambda asked: Reply({"error": {"message": "no"}}, status=400)
            with pytest.raises(openai.BadRequestError):
                await client.chat.completions.create(**HELLO)

    asyncio.run(calls())
    kinds = [line["error"]["type"] for line in lines(log)]
    assert kinds == ["IncompleteStream", "IncompleteStream", "CancelledError", "BadRequestError"]


@pytest.mark.parametrize("thing", [object(), {}, "client", threading.Thread()], ids=lambda thing: type(thing).__name__)
def test_what_is_no_client(thing: object, log: Path) -> None:
    with pytest.raises(ftdata.UsageError, match="not a client of the OpenAI SDK"):
        ftdata.capture(thing, log)


def test_what_cannot_be_a_log(client: openai.OpenAI, tmp_path: Path) -> None:
    with pytest.raises(ftdata.UsageError, match=r"name it \.jsonl"):
        ftdata.capture(client, tmp_path / "log.jsonl.gz")
    with pytest.raises(ftdata.OutputError, match="cannot write"):
        ftdata.capture(client, tmp_path / "nowhere" / "log.jsonl")

    async def hook(record: dict[str, Any]) -> dict[str, Any]:
        return record

    hooks: Any = hook
    with pytest.raises(ftdata.UsageError, match="async"):
        ftdata.capture(client, tmp_path / "log.jsonl", redact=hooks)


# -- redaction, metadata, failures of ours ------------------------------------------------------------------------------


def test_redaction(client: openai.OpenAI, tmp_path: Path) -> None:
    def redact(record: dict[str, Any]) -> dict[str, Any] | None:
        if record["request"].get("user") == "secret":
            return None
        record["request"]["messages"][0]["content"] = "…"
        record["response"]["choices"].clear()
        return record

    log = tmp_path / "redacted.jsonl"
    hooked = ftdata.capture(client, log, redact=redact)
    messages = [{"role": "user", "content": "Hi"}]
    made = hooked.chat.completions.create(model="gpt-4.1", messages=messages)  # type: ignore[arg-type]
    hooked.chat.completions.create(**HELLO, user="secret")
    assert only(log)["request"]["messages"] == [{"role": "user", "content": "…"}]
    assert messages == [{"role": "user", "content": "Hi"}], "the hook has a copy"
    assert made.choices[0].message.content == "Hello"


def test_a_stream_that_is_collected_while_a_line_is_written(client: openai.OpenAI, tmp_path: Path) -> None:
    held: list[Any] = []

    def redact(record: dict[str, Any]) -> dict[str, Any]:
        if held:
            held.clear()
            gc.collect()
        return record

    log = tmp_path / "log.jsonl"
    hooked = ftdata.capture(client, log, redact=redact)
    held.append(hooked.chat.completions.create(**HELLO, user="left", stream=True))
    hooked.chat.completions.create(**HELLO, user="whole")
    assert [line["request"]["user"] for line in lines(log)] == ["whole", "left"]


@pytest.mark.parametrize("key, said", [(KEY, b"key *** is"), ("none", b"key none is"), (None, b"key None is")])
def test_keys_are_made_unreadable_and_words_are_not(key: str | None, said: bytes) -> None:
    assert without(f"key {key} is".encode(), [key, None]) == said


def test_what_the_caller_changes_later_is_not_written(client: openai.OpenAI, log: Path) -> None:
    messages: list[Any] = [{"role": "user", "content": "Hi"}]
    stream = client.chat.completions.create(model="gpt-4.1", messages=messages, stream=True)
    messages[0]["content"] = "changed"
    messages.append({"role": "assistant", "content": "Hello"})
    list(stream)
    assert only(log)["request"]["messages"] == [{"role": "user", "content": "Hi"}]


def test_metadata(client: openai.OpenAI, tmp_path: Path) -> None:
    log = tmp_path / "metadata.jsonl"
    ftdata.capture(client, log, metadata={"run": 7, "at": Path("a") / "b"}).chat.completions.create(**HELLO)
    sessions = iter(["s1", "s2"])
    calling = ftdata.capture(client, log, metadata=lambda: {"session": next(sessions)})
    calling.chat.completions.create(**HELLO)
    list(calling.chat.completions.create(**HELLO, stream=True))
    assert [line["metadata"] for line in lines(log)] == [
        {"run": 7, "at": str(Path("a") / "b")},
        {"session": "s1"},
        {"session": "s2"},
    ]


def broken(record: dict[str, Any]) -> dict[str, Any]:
    raise ValueError(f"what was private: {record['request']}")


def text(record: dict[str, Any]) -> Any:
    return json.dumps(record)


def unwritable(record: dict[str, Any]) -> dict[str, Any]:
    return {**record, "when": object()}


@pytest.mark.parametrize(
    "redact, said",
    [(broken, "redact raised ValueError at"), (text, "redact gave str"), (unwritable, "is not JSON")],
    ids=["raises", "no dict", "no JSON"],
)
def test_what_cannot_be_logged_never_reaches_the_caller(
    redact: Any, said: str, client: openai.OpenAI, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    log = tmp_path / "none.jsonl"
    hooked = ftdata.capture(client, log, redact=redact)
    for _ in range(11):
        assert hooked.chat.completions.create(**HELLO).choices
    assert len(list(hooked.chat.completions.create(**HELLO, stream=True))) == 5
    assert lines(log) == [], "nothing of a call whose redaction failed"
    first, tenth = (record.getMessage() for record in caplog.records)
    assert said in first and "1 call was not logged" in first
    assert "10 calls were not logged" in tenth
    assert "private" not in caplog.text
    assert vars(type(hooked))["ftdata_log"].lost == 12


def test_metadata_that_raise(client: openai.OpenAI, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    log = tmp_path / "none.jsonl"
    hooked = ftdata.capture(client, log, metadata=lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    assert hooked.chat.completions.create(**HELLO).choices
    assert lines(log) == []
    assert "metadata raised ZeroDivisionError" in caplog.text


def test_a_handler_that_raises(client: openai.OpenAI, tmp_path: Path) -> None:
    class Raises(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise RuntimeError("nobody listens")

    handler = Raises()
    logging.getLogger("ftdata").addHandler(handler)
    try:
        assert ftdata.capture(client, tmp_path / "x.jsonl", redact=broken).chat.completions.create(**HELLO).choices
    finally:
        logging.getLogger("ftdata").removeHandler(handler)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk(client: openai.OpenAI, caplog: pytest.LogCaptureFixture) -> None:
    hooked = ftdata.capture(client, "/dev/full")
    assert hooked.chat.completions.create(**HELLO).choices
    assert "No space left on device" in caplog.text


def test_threads(client: openai.OpenAI, log: Path) -> None:
    def calls(name: str) -> None:
        for number in range(10):
            client.chat.completions.create(**HELLO, user=f"{name}-{number}")

    threads = [threading.Thread(target=calls, args=(str(n),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {line["request"]["user"] for line in lines(log)} == {f"{n}-{m}" for n in range(8) for m in range(10)}
