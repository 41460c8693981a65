"""Definitions of functions as their calls tell them: names, the arguments' types, and which of them always stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from ftdata.formats.arguments import value_of

Message = dict[str, Any]

_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object",
          type(None): "null"}  # fmt: skip


def inferred(messages: Iterable[Message], names: Collection[str]) -> list[Message]:
    """A definition of each of these functions that is called, in the order of their first calls.

    An argument that every call gives is required. Its schema is the type that its values had; several types stand as a
    list.
    """
    given: dict[str, list[Message] | None] = {}
    for turn in messages:
        for call in turn.get("tool_calls") or ():
            function, custom = call.get("function"), call.get("custom")
            if type(custom) is dict and custom.get("name") in names:
                given.setdefault(custom["name"], None)  # it takes free text
            elif type(function) is dict and function.get("name") in names:
                value = value_of(function.get("arguments") or "{}")
                if (calls := given.setdefault(function["name"], [])) is not None:
                    calls.append(value if type(value) is dict else {})
    return [
        {"type": "custom", "custom": {"name": name}} if calls is None else _definition(name, calls)
        for name, calls in given.items()
    ]


def _definition(name: str, calls: list[Message]) -> Message:
    values: dict[str, list[Any]] = {}
    for call in calls:
        for key, value in call.items():
            values.setdefault(key, []).append(value)
    properties = {key: _schema(found) for key, found in values.items()}
    parameters: Message = {"type": "object", "properties": properties}
    if required := [key for key, found in values.items() if len(found) == len(calls)]:
        parameters["required"] = required
    return {"type": "function", "function": {"name": name, "parameters": parameters}}


def _schema(values: list[Any]) -> Message:
    kinds = list(dict.fromkeys(_TYPES.get(type(value), "string") for value in values))
    if "number" in kinds and "integer" in kinds:
        kinds.remove("integer")
    made: Message = {"type": kinds[0] if len(kinds) == 1 else kinds}
    if "array" in kinds and (items := [item for value in values if type(value) is list for item in value]):
        made["items"] = _schema(items)
    return made
