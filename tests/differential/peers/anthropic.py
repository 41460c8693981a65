"""Anthropic's types of a request."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Required

from anthropic.types import MessageParam, TextBlockParam, ToolUnionParam
from pydantic import TypeAdapter
from typing_extensions import TypedDict

from tests.differential.peers import rows_of, serve, settle


class Request(TypedDict, total=False):
    messages: Required[list[MessageParam]]
    system: str | Iterable[TextBlockParam]
    tools: list[ToolUnionParam]


_REQUEST = TypeAdapter(Request)


def read(path: Path) -> None:
    for row in rows_of(path):
        settle(_REQUEST.validate_python(row))


if __name__ == "__main__":
    serve("anthropic", read)
