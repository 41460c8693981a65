"""Requests of Anthropic's and Gemini's batches: written, answered and joined."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.errors import UsageError

Row = dict[str, Any]
TOOL: Row = {"type": "function", "function": {"name": "lookup", "parameters": {"type": "object", "properties": {}}}}
ASKED: Row = {
    "messages": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Name a river."},
        {"role": "assistant", "content": "Volga"},
    ],
    "tools": [TOOL],
}


def written(path: Path, **options: Any) -> list[Row]:
    ftdata.requests([ASKED], path, **options)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_requests_of_anthropic(tmp_path: Path) -> None:
    (row,) = written(tmp_path / "in.jsonl", service="anthropic", model="claude-x", max_tokens=90, temperature=0.5)
    assert row["params"] == {
        "model": "claude-x", "system": "Be brief.", "messages": [{"role": "user", "content": "Name a river."}],
        "tools": [{"name": "lookup", "input_schema": {"type": "object", "properties": {}}}],
        "max_tokens": 90, "temperature": 0.5,
    }  # fmt: skip


def test_requests_of_those_that_take_openais_chats(tmp_path: Path) -> None:
    options = {"model": "mine", "max_tokens": 9, "temperature": 0.5}
    (openai,) = written(tmp_path / "o.jsonl", **options)
    (azure,) = written(tmp_path / "a.jsonl", service="azure", **options)
    (together,) = written(tmp_path / "t.jsonl", service="together", **options)
    assert azure == {**openai, "url": "/chat/completions"}
    body = {key: value for key, value in openai["body"].items() if key != "max_completion_tokens"}
    assert together == {"custom_id": openai["custom_id"], "body": {**body, "max_tokens": 9}}


def test_a_price_is_the_places_own(tmp_path: Path) -> None:
    tuned = "ft:gpt-4.1-2025-04-14:acme::x"
    found = {
        name: ftdata.requests([ASKED], model=tuned, service=name).estimate.price_in for name in ("openai", "azure")
    }
    assert found == {"openai": 1.5, "azure": None}


def test_requests_of_gemini(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"river": {"type": "string"}}}
    (row,) = written(tmp_path / "in.jsonl", service="gemini", model="gemini-x", n=2, response_format=schema)
    assert row["request"]["contents"] == [{"role": "user", "parts": [{"text": "Name a river."}]}]
    assert row["request"]["tools"][0]["functionDeclarations"][0]["name"] == "lookup"
    assert row["request"]["generationConfig"] == {
        "candidateCount": 2, "responseMimeType": "application/json", "responseJsonSchema": schema,
    }  # fmt: skip


ANSWERS: dict[str, Callable[[Row], Row]] = {
    "anthropic": lambda row: {"custom_id": row["custom_id"], "result": {"type": "succeeded", "message": {
        "id": "m", "type": "message", "role": "assistant", "model": "claude-x", "stop_reason": "end_turn",
        "stop_sequence": None, "content": [{"type": "text", "text": "Loire"}], "usage": {}}}},
    "gemini": lambda row: {"key": row["key"], "response": {
        "candidates": [{"content": {"parts": [{"text": "Loire"}], "role": "model"}, "finishReason": "STOP"}]}},
}  # fmt: skip


@pytest.mark.parametrize("service", ANSWERS)
def test_answers_are_joined_with_what_was_asked(service: str, tmp_path: Path) -> None:
    (row,) = written(tmp_path / "in.jsonl", service=service, model="m", max_tokens=90)
    (tmp_path / "out.jsonl").write_text(json.dumps(ANSWERS[service](row)) + "\n", encoding="utf-8")
    (made,) = list(ftdata.read(tmp_path / "out.jsonl").join(tmp_path / "in.jsonl"))
    assert [turn["content"] for turn in made["messages"]] == ["Be brief.", "Name a river.", "Loire"]
    assert made["tools"] == [TOOL]


@pytest.mark.parametrize("service", ANSWERS)
def test_answers_are_compared(service: str, tmp_path: Path) -> None:
    (row,) = written(tmp_path / "in.jsonl", service=service, model="m", max_tokens=90)
    (tmp_path / "out.jsonl").write_text(json.dumps(ANSWERS[service](row)) + "\n", encoding="utf-8")
    compared = ftdata.compare([ASKED], {"m": tmp_path / "out.jsonl"})
    (model,) = compared.to_dict()["models"]
    assert (model["name"], model["answered"]) == ("m", 1)


REFUSED: dict[str, tuple[Row, str]] = {
    "no maximum": ({"service": "anthropic"}, "need max_tokens"),
    "several answers": ({"service": "anthropic", "max_tokens": 9, "n": 2}, "one answer per request"),
    "a response format": ({"service": "anthropic", "max_tokens": 9, "response_format": {"type": "object"}}, "is for OpenAI"),
    "an endpoint of Azure": ({"service": "azure", "endpoint": "responses"}, "azure has one API"),
    "an endpoint": ({"service": "gemini", "endpoint": "responses"}, "has one API"),
    "a setting twice": ({"service": "gemini", "settings": {"contents": []}}, "has its own option"),
    "no token": ({"service": "gemini", "max_tokens": 0}, "of at least one token"),
}  # fmt: skip


@pytest.mark.parametrize(("options", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_what_a_service_has_not_is_refused(options: Row, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        ftdata.requests([ASKED], model="m", **options)
