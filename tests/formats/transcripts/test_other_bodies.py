"""Pairs of Anthropic's and of Gemini's bodies."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import assume, given

from ftdata.errors import RowError
from ftdata.findings import Drop
from ftdata.formats import FORMATS, detect
from tests.formats import example_of
from tests.formats.transcripts import same

Row = dict[str, Any]
PAIRS = FORMATS["openai-pairs"]
PICTURE: Row = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AA"}}
ASKED: Row = {
    "model": "claude-x", "max_tokens": 300, "temperature": 0.2, "system": "Be short.", "metadata": {"user_id": "u-1"},
    "tools": [{"name": "forecast", "input_schema": {"type": "object", "properties": {}}},
              {"type": "web_search_20250305", "name": "web_search"}],
    "messages": [{"role": "user", "content": [{"type": "text", "text": "Rain here?"}, PICTURE]}],
}  # fmt: skip
SAID: Row = {
    "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x-1", "stop_reason": "tool_use",
    "content": [{"type": "thinking", "thinking": "Oslo?", "signature": "s"}, {"type": "text", "text": "I look."},
                {"type": "tool_use", "id": "toolu_1", "name": "forecast", "input": {"city": "Oslo"}},
                {"type": "tool_use", "id": "toolu_2", "name": "forecast", "input": {"city": "Bergen"}}],
    "usage": {"input_tokens": 88, "output_tokens": 41},
}  # fmt: skip
CONTENTS: Row = {
    "systemInstruction": {"parts": [{"text": "Be short."}]},
    "tools": [{"functionDeclarations": [{"name": "forecast", "parameters": {"type": "OBJECT", "properties": {}}}]},
              {"googleSearch": {}}],
    "generationConfig": {"temperature": 0.2, "maxOutputTokens": 300},
    "contents": [{"role": "user", "parts": [{"text": "Rain in Oslo?"}]}],
}  # fmt: skip
CANDIDATES: Row = {
    "candidates": [{"content": {"role": "model", "parts": [
        {"text": "Oslo.", "thought": True}, {"functionCall": {"name": "forecast", "args": {"city": "Oslo"}}},
        {"functionCall": {"name": "forecast", "args": {"city": "Bergen"}}}]}, "finishReason": "STOP", "index": 0}],
    "usageMetadata": {"promptTokenCount": 20, "candidatesTokenCount": 9},
    "modelVersion": "gemini-x-001", "responseId": "g-1",
}  # fmt: skip


def pair(request: Row, response: Any) -> Row:
    return {"request": request, "response": response}


def test_messages_of_anthropic() -> None:
    row = pair(ASKED, SAID)
    assert detect([row], FORMATS).format is PAIRS
    repaired: Counter[str] = Counter()
    example = example_of(PAIRS, row, repaired)
    system, user, answer = example["messages"]
    assert system == {"role": "system", "content": "Be short."}
    assert user["content"][1] == {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}}
    assert answer["reasoning_content"] == "Oslo?"
    assert [call["id"] for call in answer["tool_calls"]] == ["toolu_1", "toolu_2"]
    assert [tool["function"]["name"] for tool in example["tools"]] == ["forecast"]
    assert example["metadata"] == {
        "id": "msg_1", "model": "claude-x-1", "finish_reason": "tool_calls", "max_tokens": 300, "prompt_tokens": 88,
        "completion_tokens": 41, "parameters": {"temperature": 0.2}, "user_id": "u-1",
    }  # fmt: skip
    assert repaired == {"signatures of thoughts left out": 1}


def test_contents_of_gemini() -> None:
    row = pair(CONTENTS, CANDIDATES)
    assert detect([row], FORMATS).format is PAIRS
    example = example_of(PAIRS, row)
    assert [turn["role"] for turn in example["messages"]] == ["system", "user", "assistant"]
    answer = example["messages"][-1]
    assert answer["reasoning_content"] == "Oslo."
    assert [call["function"]["arguments"] for call in answer["tool_calls"]] == ['{"city":"Oslo"}', '{"city":"Bergen"}']
    assert example["tools"][0]["function"]["parameters"]["type"] == "object"
    assert example["metadata"] == {
        "id": "g-1", "model": "gemini-x-001", "finish_reason": "stop", "max_tokens": 300, "prompt_tokens": 20,
        "completion_tokens": 9, "parameters": {"temperature": 0.2},
    }  # fmt: skip


def test_the_python_sdk_of_gemini() -> None:
    config = {"system_instruction": "Be short.", "max_output_tokens": 5, "top_p": 0.5}
    answer = {"candidates": [{"content": {"parts": [{"text": "The"}]}, "finish_reason": "FinishReason.MAX_TOKENS"}]}
    example = example_of(PAIRS, pair({"model": "gemini-x", "contents": "A river?", "config": config}, answer))
    assert [turn["content"] for turn in example["messages"]] == ["Be short.", "A river?", "The"]
    assert example["metadata"] == {
        "model": "gemini-x", "finish_reason": "length", "max_tokens": 5, "parameters": {"top_p": 0.5},
    }  # fmt: skip


def test_nothing_was_said() -> None:
    blocked = {"candidates": [{"finishReason": "SAFETY"}]}
    assert PAIRS.read(pair(CONTENTS, blocked), Counter()) == Drop("nothing was answered")
    assert PAIRS.read(pair(ASKED, {**SAID, "content": []}), Counter()) == Drop("nothing was answered")


REFUSED: dict[str, tuple[Row, str]] = {
    "a block": (pair({**ASKED, "messages": [{"role": "user", "content": [{"type": "x"}]}]}, SAID),
                "$.request.messages[0].content[0]"),
    "an answer's block": (pair(ASKED, {**SAID, "content": [{"type": "x"}]}), "$.response.content[0]"),
    "a part": (pair({"contents": [{"parts": [{"x": 1}]}]}, CANDIDATES), "$.request.contents[0].parts[0]"),
    "an answer's part": (pair(CONTENTS, {"candidates": [{"content": {"parts": [1]}}]}),
                         "$.response.candidates[0].content.parts[0]"),
    "no candidates": (pair(CONTENTS, {"choices": []}), "$.response"),
}  # fmt: skip


@pytest.mark.parametrize(("row", "path"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_read_is_told_with_its_place(row: Row, path: str) -> None:
    with pytest.raises(RowError) as raised:
        PAIRS.read(row, Counter())
    assert raised.value.json_path == path


@given(same.plain_exchanges())
def test_a_conversation_with_anthropic_comes_back(turns: list[Row]) -> None:
    row = FORMATS["anthropic"].dump({"messages": turns}, Counter())
    *asked, said = row["messages"]
    content = said["content"] if isinstance(said["content"], list) else [{"type": "text", "text": said["content"]}]
    row = pair({**row, "messages": asked}, {**SAID, "content": content})
    same.comes_back(PAIRS, row, turns)


@given(same.plain_exchanges())
def test_a_conversation_with_gemini_comes_back(turns: list[Row]) -> None:
    assume(not same.repeats(turns))
    row = FORMATS["gemini"].dump({"messages": turns}, Counter())
    *asked, said = row["contents"]
    made = PAIRS.read(pair({**row, "contents": asked}, {"candidates": [{"content": said}]}), Counter())
    assert isinstance(made, dict)
    assert words(made["messages"]) == words(turns)


def words(turns: list[Row]) -> list[Any]:
    """What was said and called; Gemini has no ids, and its results are objects."""
    return [
        (turn["role"], turn.get("content"), [(call["function"]["name"], same.value(call)) for call in turn.get("tool_calls", ())])
        for turn in turns if turn["role"] != "tool"
    ]  # fmt: skip


def test_json_text() -> None:
    row = {"request_body": json.dumps(ASKED), "response_body": json.dumps(SAID)}
    assert example_of(PAIRS, row)["messages"][-1]["content"] == "I look."
