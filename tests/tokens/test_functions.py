"""Function definitions: the cookbook's self-checks, and the namespace for what its constants do not cover."""

from __future__ import annotations

from typing import Any

import pytest

import ftdata
from ftdata.example.typescript import namespace
from ftdata.tokens import functions

from .texts import JARGON, WEATHER


@pytest.mark.parametrize(
    "model, tokens",
    [("gpt-4o", 124), ("gpt-4o-mini", 124), ("gpt-3.5-turbo", 129), ("gpt-4", 129), ("gpt-3.5-turbo-0301", 127)],
)
def test_the_cookbooks_messages(model: str, tokens: int) -> None:
    assert ftdata.count_tokens(JARGON, model=model) == tokens


@pytest.mark.parametrize(
    "model, tokens", [("gpt-4o", 101), ("gpt-4o-mini", 101), ("gpt-3.5-turbo", 105), ("gpt-4", 105)]
)
def test_the_cookbooks_function(model: str, tokens: int) -> None:
    counted = ftdata.count_tokens(WEATHER, model=model)
    assert counted == tokens
    assert counted.estimated == ("function definitions by the cookbook's constants",)
    assert not counted.exact


@pytest.mark.parametrize("model, tokens", [("gpt-4o", 101), ("gpt-3.5-turbo", 105)])
def test_the_namespace_agrees_on_the_cookbooks_function(
    model: str, tokens: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(functions, "method_for", lambda definitions: "typescript")
    from ftdata.tokens.counting import ChatCounter
    from ftdata.tokens.models import model_table

    assert ChatCounter(model_table()[model].profile).example(WEATHER).total == tokens


def definition(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "f", "description": "Do.", "parameters": {"type": "object", "properties": properties, **more}}


FLAT = {"type": "string", "description": "x"}


@pytest.mark.parametrize(
    "found, method",
    [
        (definition({"a": FLAT}), "notebook"),
        (definition({}), "notebook"),
        ({"name": "f", "description": "Do."}, "notebook"),
        ({"name": "f"}, "typescript"),
        (definition({"a": {"type": "string"}}), "typescript"),
        (definition({"a": {"type": "array", "description": "x", "items": FLAT}}), "typescript"),
        (definition({"a": {"type": "object", "description": "x", "properties": {"b": FLAT}}}), "typescript"),
        (definition({"a": {"type": "integer", "description": "x", "enum": [1, 2]}}), "typescript"),
        (definition({"a": {"anyOf": [FLAT, {"type": "null"}]}}), "typescript"),
    ],
    ids=["flat", "no properties", "no parameters", "no description", "bare", "array", "object", "numbers", "union"],
)
def test_each_definition_is_counted_by_a_way_that_covers_it(found: dict[str, Any], method: str) -> None:
    assert functions.method_for([found]) == method
    assert ftdata.count_tokens({**WEATHER, "tools": [{"type": "function", "function": found}]}, model="gpt-4o") > 40


def test_the_namespace() -> None:
    nested = definition(
        {
            "city": {"type": "string", "description": "Where"},
            "days": {"type": "integer"},
            "unit": {"type": "string", "enum": ["c", "f"]},
            "steps": {"type": "array", "items": {"type": "number"}},
            "any": {"type": "array"},
            "at": {"type": "object", "properties": {"lat": {"type": "number"}}, "required": ["lat"]},
            "maybe": {"type": ["string", "null"]},
            "either": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
        },
        required=["city"],
    )
    assert namespace([nested]).splitlines() == [
        "namespace functions {",
        "",
        "// Do.",
        "type f = (_: {",
        "// Where",
        "city: string,",
        "days?: number,",
        'unit?: "c" | "f",',
        "steps?: number[],",
        "any?: any[],",
        "at?: {",
        "  lat: number,",
        "},",
        "maybe?: string | null,",
        "either?: boolean | null,",
        "}) => any;",
        "",
        "} // namespace functions",
    ]


@pytest.mark.parametrize(
    "parameters", [None, [], "x", {"properties": []}, {"properties": {"a": 1}}, {"properties": {"a": {"type": 3}}}]
)
def test_broken_schemas_are_counted_all_the_same(parameters: Any) -> None:
    found = {"name": "f", "description": "Do.", "parameters": parameters}
    assert ftdata.count_tokens({**WEATHER, "tools": [{"type": "function", "function": found}]}, model="gpt-4o") > 40
