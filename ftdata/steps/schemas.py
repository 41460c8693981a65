"""JSON Schemas of functions' parameters without what only explains. What stays is a valid definition.

OpenAI's fine-tuning guide saves tokens by leaving descriptions, properties or whole functions out. Its API refuses an
object without ``properties`` ("object schema missing properties"), so they are emptied, not removed.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.steps.editing import mapped

EXTRAS = frozenset(
    ("title", "examples", "example", "default", "deprecated", "readOnly", "writeOnly", "$comment", "$schema",
     "markdownDescription", "externalDocs")
)  # fmt: skip
"""Annotations: they say something to people, and nothing about which arguments are valid."""

_NAMED = ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas")
"""Keywords that hold schemas by name: the names in them are the user's own."""

_NESTED = frozenset(
    ("items", "prefixItems", "additionalItems", "contains", "unevaluatedItems", "additionalProperties",
     "unevaluatedProperties", "propertyNames", "anyOf", "oneOf", "allOf", "not", "if", "then", "else")
)  # fmt: skip
"""Keywords that hold a schema, or a list of them. All others hold data (enum, const, default)."""

_OF_PROPERTIES = frozenset(
    ("required", "additionalProperties", "unevaluatedProperties", "patternProperties", "propertyNames",
     "minProperties", "maxProperties", "dependentRequired", "dependentSchemas", "dependencies", "$defs", "definitions",
     "$ref", "anyOf", "oneOf", "allOf", "not", "if", "then", "else")
)  # fmt: skip
"""Keywords that would make no sense, or demand the impossible, without properties."""


def without(schema: Any, *, descriptions: bool, extras: bool, changes: Counter[str]) -> Any:
    """The schema without descriptions or annotations, at every depth; the very same one if it has none."""
    if type(schema) is not dict:
        return schema
    kept: dict[str, Any] = {}
    same = True
    for key, value in schema.items():
        if descriptions and key == "description" and type(value) is str:
            changes["parameter descriptions removed"] += 1
            same = False
            continue
        if extras and (key in EXTRAS or key.startswith("x-")):
            changes["schema extras removed"] += 1
            same = False
            continue
        kept[key] = _inside(key, value, descriptions, extras, changes)
        same = same and kept[key] is value
    return schema if same else kept


def _inside(key: str, value: Any, descriptions: bool, extras: bool, changes: Counter[str]) -> Any:
    def inner(schema: Any) -> Any:
        return without(schema, descriptions=descriptions, extras=extras, changes=changes)

    if key in _NAMED and type(value) is dict:
        named = {name: inner(schema) for name, schema in value.items()}
        return value if all(named[name] is value[name] for name in value) else named
    if key in _NESTED:
        return mapped(value, inner) if type(value) is list else inner(value)
    return value


def emptied(parameters: dict[str, Any]) -> dict[str, Any]:
    """An object schema without its properties and what speaks of them; the very same one if it has none."""
    if not parameters.get("properties") and _OF_PROPERTIES.isdisjoint(parameters):
        return parameters
    kept = {key: value for key, value in parameters.items() if key not in _OF_PROPERTIES}
    return {"type": "object", **kept, "properties": {}} if "type" not in kept else {**kept, "properties": {}}
