"""The arguments of calls: an object, or JSON text of one, as a format has them."""

from __future__ import annotations

import ast
from collections import Counter
from typing import Any

from ftdata.codec import check_json, decode, encode
from ftdata.errors import RowError, shown

PYTHON = "Python literals read as JSON"
"""How the reading of single-quoted dicts is counted."""


def as_text(arguments: object) -> str:
    """JSON text; what is text already stays as it is, and nothing is an empty object."""
    if type(arguments) is str:
        return arguments
    return "{}" if arguments is None else encode(arguments).decode()


def as_object(arguments: str, path: str) -> dict[str, Any]:
    """The object that JSON text holds; an empty text is an empty object.

    Raises:
        RowError: If it holds none.
    """
    value = value_of(arguments)
    if type(value) is dict:
        return value
    if not arguments.strip():
        return {}
    raise RowError(f"expected JSON text of an object; got {shown(arguments)}", json_path=path)


def value_of(arguments: str) -> dict[str, Any] | str:
    """The object that JSON text holds, or the text itself when it holds none."""
    try:
        value = decode(arguments.encode())
    except RowError:
        return arguments
    return value if type(value) is dict else arguments


def read(text: str, path: str, repaired: Counter[str]) -> Any:
    """The value of JSON text, or of a Python literal in its place.

    Raises:
        RowError: If it is neither.
    """
    try:
        return decode(text.encode())
    except RowError as error:
        value = _literal(text)
        if value is None:
            # The hints of a file's lines are untrue of a text within a row.
            raise RowError(error.message, json_path=path) from None
        repaired[PYTHON] += 1
        return value


def functions_of(value: object, path: str) -> list[tuple[str, str]]:
    """The calls of ``{"name", "arguments"}`` or a list of such objects.

    Raises:
        RowError: If it is something else.
    """
    calls = value if type(value) is list else [value]
    found = []
    for call in calls:
        if type(call) is dict and type(call.get("function")) is dict:
            call = call["function"]
        if type(call) is not dict or type(call.get("name")) is not str:
            raise RowError(f"expected a call with name and arguments; got {shown(call)}", json_path=path)
        found.append((call["name"], as_text(call.get("arguments", call.get("parameters")))))
    if not found:
        raise RowError("expected a call; got []", json_path=path)
    return found


def _literal(text: str) -> Any:
    try:
        value = ast.literal_eval(text.strip())
        check_json(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError, TypeError, RowError):
        return None
    return value if isinstance(value, dict | list) else None
