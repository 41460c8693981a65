"""Definitions of tools: wrapped as chat examples hold them, bare, or as JSON text of either."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from ftdata.codec import encode
from ftdata.errors import RowError, shown
from ftdata.formats.arguments import read
from ftdata.formats.schemas import schema_of

EMPTY = "empty lists of tools left out"
_SCHEMA = ("properties", "$defs", "definitions")
_DATA = ("type", "default", "enum", "const", "example", "examples")  # no schema, whatever they hold


def read_tools(value: object, path: str, repaired: Counter[str]) -> list[dict[str, Any]]:
    """Wrapped definitions of a list (or JSON text of one) of wrapped or bare ones.

    Raises:
        RowError: If it holds something else.
    """
    if type(value) is str:
        if not value.strip():
            return []
        value = read(value, path, repaired)
    if value is None:
        return []
    if type(value) is dict:
        value = [value]
    if type(value) is not list:
        raise RowError(f"expected a list of tools; got {shown(value)}", json_path=path)
    if not value:
        repaired[EMPTY] += 1
    return [wrapped(tool, f"{path}[{index}]") for index, tool in enumerate(value)]


def wrapped(tool: object, path: str) -> dict[str, Any]:
    """The definition with its type, however it came.

    Raises:
        RowError: If it has no name.
    """
    if type(tool) is dict:
        flat = type(tool.get("name")) is str
        function = tool if flat else tool.get("function")
        if type(function) is dict and type(function.get("name")) is str:
            if not flat:
                return tool if "type" in tool else {"type": "function", "function": function}
            if function.get("type") == "function":  # flat, as the Responses API has them
                function = {key: item for key, item in function.items() if key != "type"}
            return {"type": "function", "function": function}
    raise RowError(f"expected a function definition; got {shown(tool)}", json_path=path)


def with_schemas(tools: list[dict[str, Any]], repaired: Counter[str]) -> list[dict[str, Any]]:
    """The definitions with parameters that are JSON Schemas, however a data set writes them."""
    made = []
    for tool in tools:
        function = tool.get("function", {})
        given = function.get("parameters")
        schema = schema_of(given, repaired)
        made.append(tool if schema is given else {**tool, "function": {**function, "parameters": schema}})
    return made


def bare(tools: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The functions without their wrapping."""
    return [tool.get("function", tool) for tool in tools]


def bare_text(tools: list[dict[str, Any]]) -> str:
    """JSON text of the functions without their wrapping."""
    return encode(bare(tools)).decode()


def retyped(schema: Any, retype: Callable[[str], str], *, named: bool = False) -> Any:
    """A JSON Schema with each ``type`` in another spelling; a property *called* type stays."""
    if type(schema) is list:
        return [retyped(item, retype) for item in schema]
    if type(schema) is not dict:
        return schema
    if named:
        return {key: retyped(item, retype) for key, item in schema.items()}
    return {
        key: retyped(item, retype, named=key in _SCHEMA) if key not in _DATA and type(item) in (dict, list)
        else _type(item, retype) if key == "type" else item
        for key, item in schema.items()
    }  # fmt: skip


def _type(item: Any, retype: Callable[[str], str]) -> Any:
    if type(item) is str:
        return retype(item)
    return [retype(one) if type(one) is str else one for one in item] if type(item) is list else item
