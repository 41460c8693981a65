"""Function definitions as the TypeScript namespace that the models are shown, and read again.

Source: docs/format.md of openai/harmony. A namespace says less than a JSON Schema: an integer is a number in it, and
limits, formats and patterns have no place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ftdata.codec import decode, encode
from ftdata.errors import RowError, shown
from ftdata.lazily import pattern

BEGIN, END = "namespace functions {", "} // namespace functions"


def namespace(definitions: Sequence[Mapping[str, Any]], *, harmony: bool = False) -> str:
    """The definitions as a TypeScript namespace; in harmony's with defaults, and a mark on each line of a description.

    Examples:
        >>> print(namespace([{"name": "now"}]))
        namespace functions {
        <BLANKLINE>
        type now = () => any;
        <BLANKLINE>
        } // namespace functions
    """
    lines = [BEGIN, ""]
    for definition in definitions:
        lines += _comment(definition, "", harmony)
        properties = _properties(definition.get("parameters"))
        if properties:
            required = _required(definition.get("parameters"))
            lines += [
                f"type {definition.get('name')} = (_: {{",
                *_members(properties, required, "", harmony),
                "}) => any;",
                "",
            ]
        else:
            lines += [f"type {definition.get('name')} = () => any;", ""]
    return "\n".join([*lines, END])


def _comment(schema: Mapping[str, Any], indent: str, harmony: bool) -> list[str]:
    described = schema.get("description")
    if not isinstance(described, str) or not described:
        return []
    return [f"{indent}// {line}" for line in (described.split("\n") if harmony else [described])]


def _default(schema: Mapping[str, Any]) -> str:
    default = schema.get("default")
    if default is None:
        return ""
    plain = isinstance(default, str) and "\n" not in default
    return f" // default: {default if plain else encode(default).decode()}"


def _properties(schema: object) -> dict[str, Any]:
    found = schema.get("properties") if isinstance(schema, dict) else None
    return found if isinstance(found, dict) else {}


def _required(schema: object) -> list[Any]:
    found = schema.get("required") if isinstance(schema, dict) else None
    return found if isinstance(found, list) else []


def _members(properties: dict[str, Any], required: list[Any], indent: str, harmony: bool) -> list[str]:
    lines = []
    for name, schema in properties.items():
        known = schema if isinstance(schema, dict) else {}
        mark = "" if name in required else "?"
        default = _default(known) if harmony else ""
        lines += [*_comment(known, indent, harmony), f"{indent}{name}{mark}: {_type(known, indent, harmony)},{default}"]
    return lines


def _type(schema: Mapping[str, Any], indent: str, harmony: bool) -> str:
    choices = schema.get("enum")
    if isinstance(choices, list) and choices:
        return " | ".join(encode(choice).decode() for choice in choices)
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(_type({**schema, "type": one}, indent, harmony) for one in kind)
    if kind == "array":
        items = schema.get("items")
        one = _type(items, indent, harmony) if isinstance(items, dict) and items else "any"
        return f"({one})[]" if harmony and " | " in one and not one.startswith("{") else f"{one}[]"
    if kind == "object" or (kind is None and "properties" in schema):
        members = _members(_properties(schema), _required(schema), indent + "  ", harmony)
        return "\n".join(["{", *members, "}"])
    if kind is None:
        return _union(schema, indent, harmony)
    return "number" if kind == "integer" else str(kind)


def _union(schema: Mapping[str, Any], indent: str, harmony: bool) -> str:
    choices = schema.get("anyOf") or schema.get("oneOf")
    if isinstance(choices, list) and choices:
        return " | ".join(_type(one, indent, harmony) for one in choices if isinstance(one, dict))
    return "any"


# -- reading ----------------------------------------------------------------------------------------------------------

_COMMENT = pattern(r"\s*// ?([^\n]*)")
_TYPE = pattern(r"\s*type ([^\s=]+) = \(")
_MEMBER = pattern(r"\s*([^\s:?][^\n:?]*)(\?)?:")
_DEFAULT = pattern(r"[ \t]*// default: ([^\n]*)")
_LITERAL = pattern(r'"(?:[^"\\\n]|\\.)*"|-?\d[\d.eE+-]*|(?:true|false)\b')
_WORD = pattern(r"string|number|integer|boolean|null|object|any")


def definitions(text: str) -> list[dict[str, Any]]:
    """The functions that a namespace defines, without their wrapping.

    Raises:
        RowError: If it is no such namespace; with the place in it.
    """
    return _Reader(text).functions()


def _value(text: str) -> Any:
    try:
        return decode(text.encode())
    except RowError:
        return text


class _Reader:
    __slots__ = ("at", "text")

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def functions(self) -> list[dict[str, Any]]:
        self.expect(BEGIN)
        found = []
        while not self.take(END):
            described = self.comments()
            function = {"name": self.match(_TYPE, "type NAME = (")[1]}
            if described:
                function["description"] = described
            if self.take("_:"):
                function["parameters"] = self.type()
            self.expect(")")
            self.expect("=> any;")
            found.append(function)
        return found

    def comments(self) -> str:
        lines = []
        while found := _COMMENT.match(self.text, self.at):
            lines.append(found[1])
            self.at = found.end()
        return "\n".join(lines)

    def type(self) -> dict[str, Any]:
        """The schema of one type, or of several between bars."""
        kinds = [self.one()]
        while self.take("|"):
            kinds.append(self.one())
        values = [kind["const"] for kind in kinds if "const" in kind]
        if len(values) == len(kinds):
            same = {"type": "string"} if all(type(value) is str for value in values) else {}
            return {**same, "enum": values}
        if len(kinds) == 1:
            return kinds[0]
        if all(kind.keys() == {"type"} for kind in kinds):
            return {"type": [kind["type"] for kind in kinds]}
        return {"anyOf": kinds}

    def one(self) -> dict[str, Any]:
        schema: dict[str, Any]
        if self.take("("):
            schema = self.type()
            self.expect(")")
        elif self.take("{"):
            schema = self.members()
        elif found := _LITERAL.match(self.text, self.at):
            self.at = found.end()
            schema = {"const": decode(found[0].encode())}
        else:
            word = self.match(_WORD, "a type")[0]
            schema = {} if word == "any" else {"type": word}
        while self.take("[]"):
            schema = {"type": "string", "enum": [schema["const"]]} if "const" in schema else schema
            schema = {"type": "array", "items": schema} if schema else {"type": "array"}
        return schema

    def members(self) -> dict[str, Any]:
        properties: dict[str, Any] = {}
        required = []
        while True:
            described = self.comments()
            if self.take("}"):
                break
            found = self.match(_MEMBER, "NAME: TYPE")
            self.space()
            schema = self.type()
            self.take(",")
            if default := _DEFAULT.match(self.text, self.at):
                self.at = default.end()
                schema["default"] = default[1] if schema.get("type") == "string" else _value(default[1])
            if described:
                schema["description"] = described
            properties[found[1]] = schema
            if not found[2]:
                required.append(found[1])
        return {"type": "object", "properties": properties, **({"required": required} if required else {})}

    def space(self) -> None:
        while self.text[self.at : self.at + 1].isspace():
            self.at += 1

    def take(self, mark: str) -> bool:
        start = self.at
        self.space()
        if self.text.startswith(mark, self.at):
            self.at += len(mark)
            if mark in "|(_:":
                self.space()
            return True
        self.at = start
        return False

    def expect(self, mark: str) -> None:
        if not self.take(mark):
            raise self.wrong(mark)

    def match(self, pattern: re.Pattern[str], wanted: str) -> re.Match[str]:
        found = pattern.match(self.text, self.at)
        if not found:
            raise self.wrong(wanted)
        self.at = found.end()
        return found

    def wrong(self, wanted: str) -> RowError:
        return RowError(f"expected {wanted} in the definitions; got {shown(self.text[self.at : self.at + 60])}")
