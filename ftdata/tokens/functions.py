"""The tokens of function definitions. How they are billed is not public, so both ways here are estimates.

- **notebook**: the constants of OpenAI's cookbook (How_to_count_tokens_with_tiktoken), for flat parameters that all
  have a type and a description: it covers nothing else.
- **typescript**: the definitions as the TypeScript namespace that the models are shown (known from gpt-oss's published
  format and measured by hmarr/openai-chat-tokens), for everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from ftdata.classes import dataclass
from ftdata.example.typescript import namespace

Method = Literal["notebook", "typescript"]


@dataclass(frozen=True)
class Constants:
    """What the notebook adds: for each function, its properties, each property, enums, and once at the end."""

    function: int
    properties: int = 3
    key: int = 3
    enum: int = -3
    item: int = 3
    end: int = 12


CONSTANTS = {"gpt-4o": Constants(7), "gpt-4": Constants(10)}
"""By the name that a model table's ``functions`` has; gpt-4 stands for gpt-3.5-turbo too."""

TYPESCRIPT_END = 9
"""Tokens that the namespace costs beyond its own text."""

TYPESCRIPT_SYSTEM = -4
"""What is saved where the definitions join a system message, which then ends in a new line."""


def method_for(definitions: Sequence[Mapping[str, Any]]) -> Method:
    """The way to count these definitions."""
    return "notebook" if all(map(_flat, definitions)) else "typescript"


def _flat(definition: Mapping[str, Any]) -> bool:
    parameters = definition.get("parameters") or {}
    if not isinstance(definition.get("description"), str) or not isinstance(parameters, dict):
        return False
    properties = parameters.get("properties") or {}
    return isinstance(properties, dict) and all(map(_plain, properties.values()))


def _plain(schema: object) -> bool:
    if not isinstance(schema, dict):
        return False
    kind, choices = schema.get("type"), schema.get("enum", [])
    described = isinstance(schema.get("description"), str) and isinstance(choices, list)
    return (
        described and isinstance(kind, str) and kind in _SCALARS and all(isinstance(choice, str) for choice in choices)
    )


_SCALARS = {"string", "number", "integer", "boolean"}


def notebook_tokens(definitions: Sequence[Mapping[str, Any]], count: Callable[[str], int], constants: Constants) -> int:
    """The tokens of flat definitions by the notebook's constants."""
    total = 0
    for definition in definitions:
        total += constants.function + count(f"{definition['name']}:{definition['description'].removesuffix('.')}")
        properties = (definition.get("parameters") or {}).get("properties") or {}
        if properties:
            total += constants.properties
        for key, schema in properties.items():
            total += constants.key
            if "enum" in schema:
                total += constants.enum + sum(constants.item + count(choice) for choice in schema["enum"])
            total += count(f"{key}:{schema['type']}:{schema['description'].removesuffix('.')}")
    return total + constants.end if definitions else 0


def typescript_tokens(definitions: Sequence[Mapping[str, Any]], count: Callable[[str], int]) -> int:
    """The tokens of any definitions, rendered as a namespace."""
    return count(namespace(definitions)) + TYPESCRIPT_END if definitions else 0
