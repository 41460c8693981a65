"""OpenAI's types of a request: those of messages and tools stand for the lines of fine-tuning, which have none."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Required

from openai.types.chat import (
    ChatCompletionAssistantMessageParam,
    ChatCompletionMessageParam,
    ChatCompletionToolParam,
)
from openai.types.chat.completion_create_params import Function
from pydantic import TypeAdapter
from typing_extensions import TypedDict

from tests.differential.peers import RefusedError, Row, rows_of, serve, settle


class Input(TypedDict, total=False):
    messages: Required[list[ChatCompletionMessageParam]]
    tools: list[ChatCompletionToolParam]
    functions: list[Function]
    parallel_tool_calls: bool


class Pair(TypedDict):
    input: Input
    preferred_output: list[ChatCompletionAssistantMessageParam]
    non_preferred_output: list[ChatCompletionAssistantMessageParam]


class Completion(TypedDict):
    prompt: str
    completion: str


_CHAT, _PAIR, _COMPLETION = TypeAdapter(Input), TypeAdapter(Pair), TypeAdapter(Completion)


def adapter_of(row: Row) -> TypeAdapter[Any]:
    """The type that a row is meant to have."""
    if "messages" in row:
        return _CHAT
    if "input" in row or "preferred_output" in row:
        return _PAIR
    return _COMPLETION if "prompt" in row or "completion" in row else _CHAT


def read(path: Path) -> None:
    for row in rows_of(path):
        if type(row) is not dict:
            raise RefusedError("no object")
        settle(adapter_of(row).validate_python(row))


if __name__ == "__main__":
    serve("openai", read)
