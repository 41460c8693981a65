"""Fireworks' types of a request: those of messages and tools stand for the lines of fine-tuning, which have none."""

from __future__ import annotations

from pathlib import Path
from typing import Required

from fireworks.types.shared_params.chat_completion_tool import ChatCompletionTool
from fireworks.types.shared_params.chat_message import ChatMessage
from pydantic import TypeAdapter
from typing_extensions import TypedDict

from tests.differential.peers import rows_of, serve, settle


class Input(TypedDict, total=False):
    messages: Required[list[ChatMessage]]
    tools: list[ChatCompletionTool]


class Pair(TypedDict):
    input: Input
    preferred_output: list[ChatMessage]
    non_preferred_output: list[ChatMessage]


_CHAT, _PAIR = TypeAdapter(Input), TypeAdapter(Pair)


def read(path: Path) -> None:
    for row in rows_of(path):
        adapter = _PAIR if "messages" not in row and {"input", "preferred_output"} & row.keys() else _CHAT
        settle(adapter.validate_python(row))


if __name__ == "__main__":
    serve("fireworks-ai", read)
