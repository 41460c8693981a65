"""What a JSON Schema asks of a value and what was found, in our own words: the validator's are in English only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ftdata.errors import shown

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

_TYPES: Mapping[str, str] = {
    "string": "text", "number": "a number", "integer": "an integer", "boolean": "true or false", "object": "an object",
    "array": "a list", "null": "null",
}  # fmt: skip
_EXPECTED: Mapping[str, str] = {
    "additionalItems": "at most {} items",
    "additionalProperties": "no keys beside those that are declared",
    "unevaluatedProperties": "no keys beside those that are declared",
    "unevaluatedItems": "no items beside those that are declared",
    "contains": "the items that the schema asks for under contains",
    "contentEncoding": "text encoded as {}",
    "contentMediaType": "text of the type {}",
    "exclusiveMaximum": "a number below {}",
    "exclusiveMinimum": "a number above {}",
    "falseSchema": "nothing here",
    "format": "text in the format {}",
    "maximum": "a number of at most {}",
    "maxItems": "at most {} items",
    "maxLength": "at most {} characters",
    "maxProperties": "at most {} keys",
    "minimum": "a number of at least {}",
    "minItems": "at least {} items",
    "minLength": "at least {} characters",
    "minProperties": "at least {} keys",
    "multipleOf": "a multiple of {}",
    "pattern": "text that matches {}",
    "propertyNames": "other names of keys",
    "required": "the key {}",
    "uniqueItems": "no item twice",
    "$ref": "a reference that points into the schema itself",
}
"""What is expected, by the keyword that was not met; with its value in the hole."""
_ANY = "a value that fits the schema, by its keyword {}"
_WITHOUT = frozenset(("required", "$ref"))
"""Keywords of which the whole object was found; to show it says nothing."""
_UNEXPECTED = frozenset(("additionalProperties", "unevaluatedProperties"))
"""Keywords of which only the keys are shown that are too many."""
_CHOICES = frozenset(("type", "enum", "const"))
_MOST = 5
"""Keys that are shown."""


class Mismatch(NamedTuple):
    """A value that a schema does not allow.

    Attributes:
        place: Where it stands in what was checked, as in ``.a[0]``.
        expected: What the schema asks for, in words.
        got: What was found, as far as that is shown.
    """

    place: str
    expected: str
    got: str

    @property
    def text(self) -> str:
        """The message, without its place."""
        return f"expected {self.expected}; got {self.got}" if self.got else f"expected {self.expected}"


def mismatch(error: ValidationError) -> Mismatch:
    """What a validator found, in our own words."""
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path)
    keyword, value = error.kind.name, error.kind.value
    if keyword in _WITHOUT:
        return Mismatch(place, _expected(error), "")
    got = ", ".join(map(shown, value[:_MOST])) if keyword in _UNEXPECTED else shown(error.instance)
    return Mismatch(place, _expected(error), got)


def _expected(error: ValidationError) -> str:
    keyword, value = error.kind.name, error.kind.value
    if keyword == "type":
        return _types(value)
    if keyword == "enum":
        return _one_of(value)
    if keyword == "const":
        return shown(value)
    if keyword in ("anyOf", "oneOf") and all(value):
        return _either(error, [branch[0] for branch in value]) or _ANY.format(keyword)
    return _EXPECTED.get(keyword, _ANY).format(keyword if keyword not in _EXPECTED else shown(value))


def _types(names: Collection[str]) -> str:
    return " or ".join(said for name, said in _TYPES.items() if name in names)


def _either(error: ValidationError, firsts: list[ValidationError]) -> str:
    """What several schemas ask of the value itself; empty where one asks for more than a type or a choice."""
    if any(one.instance_path != error.instance_path or one.kind.name not in _CHOICES for one in firsts):
        return ""
    types = [name for one in firsts if one.kind.name == "type" for name in one.kind.value]
    others = dict.fromkeys(_expected(one) for one in firsts if one.kind.name != "type")
    return " or ".join([*others, *([_types(types)] if types else [])])


def _one_of(options: list[Any]) -> str:
    said = ", ".join(map(shown, options))
    return f"one of {said}" if len(said) <= 200 else f"one of {said[:199]}…"
