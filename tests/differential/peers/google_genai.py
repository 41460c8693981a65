"""Google's types of contents and tools, which know no other keys; a row for tuning is made of them."""

from __future__ import annotations

from pathlib import Path

from google.genai.types import Content, Tool

from tests.differential.peers import RefusedError, Row, rows_of, serve


def content(value: object) -> None:
    if type(value) is not dict:
        raise RefusedError("a content is no object")
    Content.model_validate(value)


def read_row(row: Row) -> None:
    for name in ("systemInstruction", "system_instruction"):
        if name in row:
            content(row[name])
    for value in row["contents"]:
        content(value)
    for tool in row.get("tools") or ():
        Tool.model_validate(tool)
    for one in row.get("completions", ()):
        content(one["completion"])


def read(path: Path) -> None:
    for row in rows_of(path):
        read_row(row)


if __name__ == "__main__":
    serve("google-genai", read)
