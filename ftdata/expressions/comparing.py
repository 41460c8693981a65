"""Tests that compare an answer with what was expected: as text, numbers, JSON, sets or calls, or by a schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ftdata.codec import canonical, decode
from ftdata.errors import RowError
from ftdata.expressions.finding import last_number, number, parsed, search
from ftdata.lazily import pattern

if TYPE_CHECKING:
    import jsonschema_rs

_ITEMS = pattern(r"[,;\n]")
_LATEX = ((r"\dfrac", r"\frac"), (r"\tfrac", r"\frac"), (r"\left", ""), (r"\right", ""), (r"\!", ""), (r"\,", ""))


def same_text(value: Any, other: Any) -> bool:
    """Whether two texts are the same but for case and white space; numbers by their value.

    Examples:
        >>> same_text("Billing ", "billing")
        True
    """
    one, two = number(value), number(other)
    if one is not None and two is not None:
        return one == two
    return value is not None and other is not None and _folded(value) == _folded(other)


def _folded(value: Any) -> str:
    text = value if isinstance(value, str) else canonical(value).decode()
    return " ".join(text.casefold().split())


def same_math(value: Any, other: Any) -> bool:
    r"""Whether two results are the same: as numbers, or as LaTeX without what only spaces it.

    Examples:
        >>> same_math(r"\dfrac{1}{2}", r"$\frac12$") or same_math(r"\dfrac{1}{2}", r"$\frac{1}{2}$")
        True
    """
    one, two = number(value), number(other)
    if one is not None and two is not None:
        return one == two
    return isinstance(value, str) and isinstance(other, str) and _spaceless(value) == _spaceless(other)


def _spaceless(text: str) -> str:
    for was, now in _LATEX:
        text = text.replace(was, now)
    return re.sub(r"\s|\$|\\ |\.\Z", "", text)


def close(value: Any, other: Any, tolerance: float = 1e-6) -> bool:
    """Whether two numbers differ by no more than a tolerance; of text, the last number in it.

    Examples:
        >>> close("about 3.14", 3.14159, 0.01)
        True
    """
    one, two = last_number(value), last_number(other)
    return one is not None and two is not None and abs(one - two) <= tolerance


def same_json(value: Any, other: Any, fields: Sequence[str] = ()) -> bool:
    """Whether two values, or the JSON in two texts, are equal; of objects these fields alone, where they are named.

    Examples:
        >>> same_json('{"queue": "billing", "why": "money"}', {"queue": "billing"}, ["queue"])
        True
    """
    one, two = parsed(value), parsed(other)
    if one is None or two is None:
        return False
    for field in fields:
        if not (isinstance(one, dict) and isinstance(two, dict) and field in one and field in two):
            return False
    if fields:
        one, two = ({field: of[field] for field in fields} for of in (one, two))
    return canonical(_even(one)) == canonical(_even(two))


def _even(value: Any) -> Any:
    """The value so that 1 and 1.0 are equal, as in JSON Schema."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list | tuple):
        return [_even(item) for item in value]
    return {key: _even(item) for key, item in value.items()} if isinstance(value, dict) else value


def same_set(value: Any, other: Any) -> bool:
    """Whether two lists hold the same items in any order; of text, what stands between commas or in lines.

    Examples:
        >>> same_set("b, a", ["a", "b"])
        True
    """
    one, two = _items(value), _items(other)
    return one is not None and one == two


def _items(value: Any) -> set[str] | None:
    held = parsed(value) if isinstance(value, str) and value.lstrip()[:1] in ("[", "`") else value
    if isinstance(held, str):
        held = [item for item in _ITEMS.split(held) if item.strip()]
    return {_folded(_even(item)) for item in held} if isinstance(held, list | tuple) else None


def same_calls(value: Any, other: Any) -> bool:
    """Whether two lists of calls call the same functions with the same arguments, in any order."""
    one, two = _calls(value), _calls(other)
    return one is not None and one == two


def _calls(value: Any) -> list[bytes] | None:
    held = parsed(value)
    if not isinstance(held, list) or not all(isinstance(call, dict) for call in held):
        return None
    return sorted(canonical(_even([call.get("name"), _arguments(call.get("arguments"))])) for call in held)


def _arguments(given: Any) -> Any:
    if not isinstance(given, str):
        return given or {}
    try:
        return decode(given.encode()) if given.strip() else {}
    except (RowError, UnicodeEncodeError):
        return given


def matching(value: Any, pattern: str) -> bool:
    """Whether a regular expression finds something in a text."""
    return isinstance(value, str) and search(value, pattern) is not None


def fitting(value: Any, schema: Any) -> bool:
    """Whether a value, or the JSON in a text, fits a JSON Schema, or the schema of a response_format."""
    held = parsed(value)
    if held is None or not isinstance(schema, dict):
        return False
    for key in ("json_schema", "schema"):  # as response formats wrap it
        inner = schema.get(key)
        schema = inner if isinstance(inner, dict) else schema
    return _validator(canonical(schema)).is_valid(held)


@lru_cache(maxsize=256)
def _validator(schema: bytes) -> jsonschema_rs.Validator:
    import jsonschema_rs

    try:
        return jsonschema_rs.validator_for(decode(schema))
    except (ValueError, TypeError) as error:
        raise ValueError(f"the schema cannot be used: {error}") from None


TESTS: dict[str, Callable[..., bool]] = {
    "same_text": same_text, "same_math": same_math, "close": close, "same_json": same_json, "same_set": same_set,
    "same_calls": same_calls, "matching": matching, "fitting": fitting,
}  # fmt: skip
"""What expressions may ask of a value, such as ``answer is same_json(expected)``."""
