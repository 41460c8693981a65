"""Schemas in strict mode: what a service takes that promises calls to follow their schema, and how to come to it.

Source: OpenAI's guide on structured outputs (2026): each object has additionalProperties: false and requires all of its
properties; an optional one may be null; the root is an object; allOf, not, if, dependentRequired and their kin, and
defaults are refused; at most ten levels deep.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ftdata.errors import UsageError, shown

DEEPEST = 10
"""Levels of objects."""

REFUSED = ("allOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "patternProperties",
           "unevaluatedProperties", "propertyNames", "minProperties", "maxProperties", "contains", "uniqueItems",
           "default")  # fmt: skip
"""Keywords that no strict schema has."""

_NAMED = ("properties", "$defs", "definitions")
_ONE = ("items", "additionalProperties")
_SEVERAL = ("anyOf", "oneOf", "prefixItems")


def refusals(schema: Any, path: str = "", depth: int = 1) -> Iterator[tuple[str, str]]:
    """What strict mode refuses in a schema: (path inside it, why)."""
    if type(schema) is not dict:
        return
    if not path and (schema.get("type") != "object" or "anyOf" in schema):
        yield path, "the root must be an object, without anyOf"
    properties = schema.get("properties")
    if schema.get("type") == "object" or type(properties) is dict:
        if schema.get("additionalProperties") is not False:
            yield path, "an object without additionalProperties: false"
        names = list(properties) if type(properties) is dict else []
        required = schema.get("required")
        missing = [name for name in names if type(required) is not list or name not in required]
        if missing:
            yield path, f"required does not name {', '.join(map(shown, missing[:3]))}"
        if depth > DEEPEST:
            yield path, f"more than {DEEPEST} levels of objects"
            return
    for keyword in REFUSED:
        if keyword in schema:
            yield path, f'"{keyword}" is not taken'
    for where, inner in _inside(schema):
        yield from refusals(inner, f"{path}{where}", depth + (1 if where.startswith(".properties") else 0))


def _inside(schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for keyword in _NAMED:
        if type(schema.get(keyword)) is dict:
            for name, inner in schema[keyword].items():
                yield f".{keyword}.{name}", inner
    for keyword in _ONE:
        if type(schema.get(keyword)) is dict:
            yield f".{keyword}", schema[keyword]
    for keyword in _SEVERAL:
        if type(schema.get(keyword)) is list:
            for index, inner in enumerate(schema[keyword]):
                yield f".{keyword}[{index}]", inner


def strict(schema: dict[str, Any], name: str) -> dict[str, Any]:
    """The schema as strict mode takes it: what may be left out may be null instead.

    Raises:
        UsageError: If an object in it takes any keys, which no strict schema can say.
    """
    made: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _NAMED and type(value) is dict:
            made[key] = {one: strict(inner, f"{name}.{one}") for one, inner in value.items()}
        elif key in _SEVERAL and type(value) is list:
            made[key] = [strict(inner, name) if type(inner) is dict else inner for inner in value]
        elif key == "items" and type(value) is dict:
            made[key] = strict(value, f"{name}[]")
        elif key != "default":
            made[key] = value
    open_ended = schema.get("type") == "object" and "properties" not in schema and name.count(".")
    if open_ended or type(schema.get("additionalProperties")) is dict or schema.get("additionalProperties") is True:
        raise UsageError(f"{name} takes arbitrary keys, which strict mode cannot express",
                         hint="Use a model with named fields, or omit strict.")  # fmt: skip
    if schema.get("type") == "object":
        optional = made.setdefault("properties", {}).keys() - set(schema.get("required", ()))
        made["properties"] = {one: _or_null(inner) if one in optional else inner
                              for one, inner in made["properties"].items()}  # fmt: skip
        made["required"] = list(made["properties"])
        made["additionalProperties"] = False
    return made


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    kind = schema.get("type")
    if type(kind) is str and kind != "null":
        made = {**schema, "type": [kind, "null"]}
        return {**made, "enum": [*schema["enum"], None]} if type(schema.get("enum")) is list else made
    choices = schema.get("anyOf")
    if type(choices) is list:
        known = any(type(one) is dict and one.get("type") == "null" for one in choices)
        return schema if known else {**schema, "anyOf": [*choices, {"type": "null"}]}
    said = {"description": schema["description"]} if "description" in schema else {}
    inner = {key: value for key, value in schema.items() if key != "description"}
    return {**said, "anyOf": [inner, {"type": "null"}]}
