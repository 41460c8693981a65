"""A stand-in for who answers a batch: lines of its output and errors, made of its input."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def lines(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def write(path: Path, rows: Iterable[Row]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def chat(prompt: str, answer: Any = None, *, system: str = "", **more: Any) -> Row:
    turns: list[Row] = [{"role": "system", "content": system}] if system else []
    turns.append({"role": "user", "content": prompt})
    if answer is not None:
        turns.append(answer if isinstance(answer, dict) else {"role": "assistant", "content": answer})
    return {"messages": turns, **more}


def calling(*calls: tuple[str, str]) -> Row:
    made = [
        {"id": f"c{at}", "type": "function", "function": {"name": name, "arguments": arguments}}
        for at, (name, arguments) in enumerate(calls)
    ]
    return {"role": "assistant", "tool_calls": made}


def answered(custom_id: str, *answers: Any, finish_reason: str = "stop") -> Row:
    messages = [one if isinstance(one, dict) else {"role": "assistant", "content": one} for one in answers]
    choices = [
        {"index": at, "message": {"tool_calls": None, **one}, "finish_reason": finish_reason}
        for at, one in enumerate(messages)
    ]
    body = {"id": "chatcmpl-1", "object": "chat.completion", "model": "m", "choices": choices}
    response = {"status_code": 200, "request_id": "r", "body": body}
    return {"id": "batch_req_1", "custom_id": custom_id, "response": response, "error": None}


def failed(custom_id: str, status: int = 500, code: str = "server_error") -> Row:
    response = {"status_code": status, "request_id": "r", "body": {"error": {"code": code, "message": "…"}}}
    return {"id": "batch_req_2", "custom_id": custom_id, "response": response, "error": None}


def expired(custom_id: str) -> Row:
    error = {"code": "batch_expired", "message": "This request could not be executed."}
    return {"id": "batch_req_3", "custom_id": custom_id, "response": None, "error": error}
