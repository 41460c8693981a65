"""Answers that were logged as they were streamed."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ftdata.errors import RowError
from ftdata.findings import Drop
from ftdata.formats import FORMATS, detect
from ftdata.formats.transcripts.streams import BROKEN, STREAMED, is_stream, together
from tests.formats import example_of

Row = dict[str, Any]
PAIRS = FORMATS["openai-pairs"]
LINES = (Path(__file__).parent / "rows/openai-pairs.jsonl").read_text().splitlines()


@pytest.mark.parametrize("row", [json.loads(line) for line in LINES[6:9]], ids=["chunks", "text", "text of events"])
def test_streams_in_the_place_of_the_answer(row: Row) -> None:
    assert detect([row], FORMATS).format is PAIRS
    repaired: Counter[str] = Counter()
    example = example_of(PAIRS, row, repaired)
    assert example["messages"][-1] == {"role": "assistant", "content": "The Volga."}
    assert example["metadata"]["finish_reason"] == "stop"
    assert example["metadata"]["completion_tokens"] in (3, 41)
    assert repaired == {STREAMED: 1}


def chunk(text: str, finish: str | None = None) -> Row:
    return {
        "object": "chat.completion.chunk",
        "choices": [{"index": 0, "delta": {"content": text}, "finish_reason": finish}],
    }


def read(answer: Any) -> Any:
    return PAIRS.read({"request": {"messages": [{"role": "user", "content": "q"}]}, "response": answer}, Counter())


def text_of(*pieces: Any, end: str = "\n") -> str:
    return "".join(f": ping{end}data: {json.dumps(piece)}{end}{end}" for piece in pieces)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_lines_of_a_stream(end: str) -> None:
    assert read(text_of(chunk("a"), chunk("b", "stop"), end=end))["messages"][-1]["content"] == "ab"


def test_texts_of_chunks_are_chunks() -> None:
    assert read([json.dumps(chunk("a")), json.dumps(chunk("b", "stop"))])["messages"][-1]["content"] == "ab"


def test_a_stream_that_breaks_off_ended_with_an_error() -> None:
    repaired: Counter[str] = Counter()
    body = together([chunk("a")], "$", repaired)
    assert body["choices"][0]["finish_reason"] == "error"
    assert repaired == {STREAMED: 1, BROKEN: 1}


def test_an_error_in_a_stream_is_a_failed_request() -> None:
    assert read(text_of(chunk("a"), {"error": {"code": "overloaded"}})) == Drop("the request failed: overloaded")
    event = {"type": "error", "code": "server_error", "message": "x"}
    started = {"type": "response.created", "response": {"status": "in_progress", "output": []}}
    assert read([started, event]) == Drop("the request failed: server_error")
    assert read([started]) == Drop("the request failed: in_progress")


@pytest.mark.parametrize(
    ("answer", "path"),
    [([chunk("a"), 1], "$.response[1]"), (text_of(chunk("a")) + "data: {oh\n\n", "$.response")],
)
def test_a_broken_stream_is_told_with_its_place(answer: Any, path: str) -> None:
    with pytest.raises(RowError) as raised:
        read(answer)
    assert raised.value.json_path == path


@pytest.mark.parametrize(
    "answer", ["data: all of it", "event: a wedding\nPlace: {x}", "", None, [], ["x"], {"choices": []}, [{"role": "x"}]]
)
def test_other_answers_are_no_streams(answer: Any) -> None:
    assert not is_stream(answer)
    assert together(answer, "$", Counter()) is answer
