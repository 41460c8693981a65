"""ToolACE: conversations whose calls are written ``[Name(a="x", n=2)]``, definitions in the system prompt.

Source: the data set Team-ACE/ToolACE. Read only. Names with spaces or brackets, which no service takes, are changed in
definitions and calls alike.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from json import JSONDecoder
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.codec import check_json, encode
from ftdata.errors import RowError, shown
from ftdata.formats import sharegpt
from ftdata.formats.definitions import read_tools, with_schemas
from ftdata.formats.dumping import carried
from ftdata.formats.registry import Format, only_read
from ftdata.formats.turns import Function, Turns
from ftdata.lazily import pattern

if TYPE_CHECKING:
    from ftdata.example.words import Example, Kind

_KINDS: tuple[Kind, ...] = ("chat",)
_KNOWN = frozenset(("system", "conversations", "tools"))
_INVOKED = "functions in JSON format that you can invoke"
_ILLEGAL = pattern(r"[^a-zA-Z0-9_-]+")
_CALLS = pattern(r"\s*\[\s*[^\[\]\"'=]+\(.*\)\s*\]\s*\Z", re.DOTALL)


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """A chat example.

    Raises:
        RowError: If a turn or a call cannot be read; with the JSON path.
    """
    given, system = row.get("conversations"), row.get("system") or ""
    if type(given) is not list or not given or type(system) is not str:
        raise RowError(f"expected system and conversations; got {shown(given)}", json_path="$.conversations")
    turns = Turns()
    tools = _definitions(system, repaired)
    names = sorted((tool["function"]["name"] for tool in tools), key=len, reverse=True)
    if system:
        turns.say("system", system)
    for index, turn in enumerate(given):
        path = f"$.conversations[{index}]"
        text = turn.get("value") if type(turn) is dict else None
        speaks = sharegpt.ROLES.get(str(turn.get("from"))) if type(turn) is dict else None
        if speaks == "assistant" and type(text) is str and names and _CALLS.match(text):
            functions = _functions(text.strip()[1:-1], names, f"{path}.value")
            turns.call([(_legal(name, repaired), given) for name, given in functions])
        else:
            sharegpt.read(turns, [turn], "$.conversations", repaired, start=index)
    example: Example = {"messages": turns.messages}
    if tools:
        example["tools"] = [_renamed(tool, repaired) for tool in tools]
    return carried(row, _KNOWN, example)


def _definitions(system: str, repaired: Counter[str]) -> list[dict[str, Any]]:
    start = system.find("[{", max(system.find(_INVOKED), 0))
    if start < 0:
        return []
    try:
        value, _ = JSONDecoder().raw_decode(system[start:])
    except (ValueError, RecursionError):  # a very long number is a ValueError
        raise RowError("expected JSON of the functions in the system prompt; got none", json_path="$.system") from None
    return with_schemas(read_tools(value, "$.system", repaired), repaired)


def _renamed(tool: dict[str, Any], repaired: Counter[str]) -> dict[str, Any]:
    function = {key: value for key, value in tool["function"].items() if key in ("name", "description", "parameters")}
    function["name"] = _legal(function["name"], repaired)
    return {"type": "function", "function": function}


def _legal(name: str, repaired: Counter[str]) -> str:
    legal = _ILLEGAL.sub("_", name).strip("_")[:64] or "function"
    if legal != name:
        repaired["names of functions made legal"] += 1
    return legal


def _functions(text: str, names: list[str], path: str) -> list[Function]:
    """The calls one behind the other, by the names that are defined, since names may hold brackets."""
    found: list[Function] = []
    while text := text.strip().removeprefix(",").strip():
        name = next((name for name in names if text.startswith(name + "(")), text.partition("(")[0].strip())
        end = _end(text, len(name))
        found.append((name, _arguments(text[len(name) + 1 : end], path)))
        text = text[end + 1 :]
    return found


def _end(text: str, start: int) -> int:
    """Where the bracket that opens at the start is closed; brackets in quotes do not count."""
    depth, quote, at = 0, "", start
    while at < len(text):
        char = text[at]
        if quote:
            if char == "\\":
                at += 1
            elif char == quote:
                quote = ""
        elif char in "\"'":
            quote = char
        else:
            depth += (char in "([{") - (char in ")]}")
            if depth == 0:
                return at
        at += 1
    return len(text)


class _Constants(ast.NodeTransformer):
    """JSON's constants as Python's."""

    _KNOWN: ClassVar = {"true": True, "false": False, "null": None}

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(self._KNOWN[node.id]) if node.id in self._KNOWN else node


def _arguments(text: str, path: str) -> str:
    try:
        call = _Constants().visit(ast.parse(f"f({text})", mode="eval")).body
        given = {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg}
        check_json(given)
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError, RowError):
        raise RowError(f"expected arguments such as a=1; got {shown(text)}", json_path=path) from None
    return encode(given).decode()


def _recognised(row: dict[str, Any]) -> bool:
    if row.get("tools"):
        return False  # its definitions have been taken out of the system prompt's text
    return type(row.get("system")) is str and _INVOKED in row["system"] and sharegpt.SHAREGPT.recognises(row)


TOOLACE = Format(
    name="toolace",
    about='ToolACE: calls as [Name(a="x")], definitions in the system prompt (read only)',
    kinds=_KINDS,
    parse=parse,
    dump=only_read("toolace"),
    recognises=_recognised,
    sign="a system prompt that lists functions in JSON",
    dialect_of="sharegpt",
    writes=False,
    source="Team-ACE/ToolACE",
)
