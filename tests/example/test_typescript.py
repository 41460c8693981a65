"""Definitions as TypeScript: what is written is read again, and says the same where TypeScript can say it."""

from __future__ import annotations

from typing import Any

import pytest

from ftdata.errors import RowError
from ftdata.example.typescript import BEGIN, definitions, namespace

SCHEMAS: dict[str, tuple[dict[str, Any], str]] = {
    "text": ({"type": "string"}, "string"),
    "words": ({"type": "string", "enum": ["a", "b | c"]}, '"a" | "b | c"'),
    "numbers": ({"enum": [1, 2.5, True]}, "1 | 2.5 | true"),
    "kinds": ({"type": ["string", "null"]}, "string | null"),
    "one of": ({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "number"}}]}, "string | number[]"),
    "lists of words": ({"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}, '("a" | "b")[]'),
    "lists of lists": ({"type": "array", "items": {"type": "array", "items": {"type": "boolean"}}}, "boolean[][]"),
    "anything": ({}, "any"),
    "default": ({"type": "boolean", "default": False}, "boolean, // default: false"),
    "text beside nulls": ({"type": ["string", "null"], "default": "x"}, "string | null, // default: x"),
    "inner": (
        {"type": "object", "properties": {"a": {"type": "string", "description": "A."}}, "required": ["a"]},
        "{\n  // A.\n  a: string,\n}",
    ),
}


@pytest.mark.parametrize(("schema", "written"), SCHEMAS.values(), ids=SCHEMAS.keys())
def test_a_schema_is_written_and_read(schema: dict[str, Any], written: str) -> None:
    function = {
        "name": "f",
        "description": "Do it.\n\nWell.",
        "parameters": {"type": "object", "properties": {"p": schema, "q": {"type": "null"}}, "required": ["q"]},
    }
    text = namespace([function, {"name": "g"}], harmony=True)
    assert f"p?: {written}" in text
    assert "// Do it.\n// \n// Well.\n" in text
    assert definitions(text) == [function, {"name": "g"}]


@pytest.mark.parametrize("text", ["", BEGIN, BEGIN + "\ntype f = (_: {", BEGIN + "\ntype f = (_: Date) => any;"])
def test_what_is_no_namespace_is_an_error(text: str) -> None:
    with pytest.raises(RowError, match="in the definitions"):
        definitions(text)
