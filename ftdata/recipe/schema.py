"""The JSON Schema of recipes, for editors: what they complete, explain and underline is read from the declarations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ftdata.recipe.keys import Keys, checks, counts, mixing, outputs, sources, splitting, steps

if TYPE_CHECKING:
    from ftdata.verbs import Option

_TEXT = {"type": "string"}
_VARIABLE = {"type": "string", "pattern": r"^\$\{[^{}]+\}$"}
"""What may stand in place of any value."""


def schema() -> dict[str, Any]:
    """The schema, as JSON values."""
    flow = _flow()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A recipe of ftdata",
        "type": "object",
        "additionalProperties": False,
        "required": ["read"],
        "properties": {
            "$schema": _TEXT,
            "vars": {
                "description": "Variables and their values; ${name} stands for one. One that is null must be given: "
                "ftdata run --set name=value.",
                "type": "object",
                "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
            },
            "read": _one_or_several(
                "source", "The files that are read, and how examples are made of their rows; or several sources."
            ),
            "mix": _object(mixing()),
            **flow,
        },
        "$defs": {
            "source": _or_text(sources()),
            "output": _or_text(outputs()),
            "step": _step(),
            "flow": {"type": "object", "additionalProperties": False, "properties": flow},
        },
    }


def _flow() -> dict[str, Any]:
    """What a recipe says of its examples, and each branch of its own."""
    return {
        "steps": {
            "description": "What is done with the examples, in this order.",
            "type": "array",
            "items": {"anyOf": [{"enum": [*steps(), "split"]}, {"$ref": "#/$defs/step"}]},
        },
        "write": _one_or_several("output", "Where the examples go: a path, or the path and how; or several of them."),
        "check": {"description": "Check what is written.", **_or_text(checks())},
        "stats": {"description": "Count the tokens of what is written.", **_or_text(counts())},
        "branches": {
            "description": "By name: what becomes of each part of a split, or of all examples where the steps end with "
            "no split. A path alone is where they go; null leaves a part out.",
            "type": "object",
            "additionalProperties": {"anyOf": [_TEXT, {"type": "null"}, {"$ref": "#/$defs/flow"}]},
        },
    }


def _one_or_several(name: str, about: str) -> dict[str, Any]:
    one = {"$ref": f"#/$defs/{name}"}
    return {"description": about, "anyOf": [one, {"type": "array", "items": one}]}


def _step() -> dict[str, Any]:
    every = {name: step.keys for name, step in steps().items()} | {"split": splitting()}
    return {
        "type": "object",
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
        "properties": {name: {"anyOf": [{"type": "null"}, *_ways(keys)]} for name, keys in every.items()},
    }


def _or_text(keys: Keys) -> dict[str, Any]:
    return {"anyOf": _ways(keys)}


def _ways(keys: Keys) -> list[dict[str, Any]]:
    """The object, or what may stand alone."""
    return [*([_option(keys.options[keys.first])] if keys.first else []), _object(keys)]


def _object(keys: Keys) -> dict[str, Any]:
    """The object with these keys; those with dashes may have underscores too."""
    underscored = {f"^{key.replace('-', '_')}$": _option(one) for key, one in keys.options.items() if "-" in key}
    required = [key for key, one in keys.options.items() if one.required and "-" not in key]
    return {
        "description": keys.about,
        "type": "object",
        "additionalProperties": False,
        "properties": {key: _option(one) for key, one in keys.options.items()},
        **({"patternProperties": underscored} if underscored else {}),
        **({"required": required} if required else {}),
    }


def _option(one: Option) -> dict[str, Any]:
    value: Mapping[str, Any] = one.kind.schema
    kinds: list[Mapping[str, Any]] = [value]
    if one.kind.repeated or value.get("type") == "array":
        kinds.append({"type": "string"})
    if one.kind.repeated and value.get("type") == "object":
        kinds.append({"type": "array", "items": {"type": "string"}})
    default = [*one.default] if isinstance(one.default, tuple) else one.default
    shown = {} if one.required or default in (None, [], "", 0, False) else {"default": default}
    return {"description": one.about.replace("``", "").replace("`", ""), "anyOf": [*kinds, _VARIABLE], **shown}
