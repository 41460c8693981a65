"""The functions that an example declares: checked and compiled once for each distinct list of definitions."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import orjson

from ftdata.classes import dataclass, field
from ftdata.codec import canonical, encode
from ftdata.example.content import HASH_BYTES
from ftdata.formats.gate import is_plain_tool
from ftdata.formats.mismatches import mismatch
from ftdata.formats.nulls import argument_names
from ftdata.formats.targets import NAME

if TYPE_CHECKING:
    import jsonschema_rs

NAMED = re.compile(NAME)

MOST = 2048
"""Distinct lists of definitions that are remembered."""

MOST_BYTES = 64 << 20
"""Bytes that they take."""


@dataclass(slots=True)
class Declared:
    """One function.

    Attributes:
        parameters: Its JSON Schema.
        schema_error: What is wrong with the schema, or nothing.
        validator: What checks arguments against it; None if there is no schema, or a wrong one.
        plain: Whether its name is one, so that calls need no look at theirs.
        names: The arguments that it declares; None where its parameters allow others.
    """

    parameters: Any
    schema_error: tuple[str, str] | None = None
    validator: jsonschema_rs.Validator | None = None
    plain: bool = True
    names: frozenset[str] | None = None


@dataclass(slots=True)
class Toolbox:
    """The functions of an example.

    Attributes:
        functions: By name.
        problems: What the rules over definitions found, once they have looked: (rule, problem) each.
        size: Bytes of the definitions.
        odd: Whether they are none that examples may have.
        mark: A hash that they share with equal definitions alone, whatever the order of keys.
        plain: Whether no rule finds an error in them, as one quick look tells: most need no rule, which takes a worker
            a tenth of a second to import.
        text: The tools among them as text, once it was asked for.
    """

    functions: dict[str, Declared] = field(default_factory=dict)
    problems: list[Any] | None = None
    size: int = 0
    odd: bool = False
    mark: bytes = b""
    plain: bool = False
    text: str = ""


EMPTY = Toolbox(problems=[])


class Toolboxes:
    """Toolboxes by the bytes of their definitions.

    Args:
        compiles: Whether schemas are compiled, for the rules that look at them and at arguments.
    """

    def __init__(self, *, compiles: bool = True) -> None:
        self._compiles = compiles
        self._known: dict[bytes, Toolbox] = {}
        self._bytes = 0

    def of(self, tools: Any, functions: Any) -> Toolbox:
        """The toolbox of these definitions, made when they are first seen."""
        try:
            key = orjson.dumps(tools if functions is None else (tools, functions))
        except TypeError:  # integers over 64 bits
            key = encode([tools, functions])
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= MOST or self._bytes > MOST_BYTES:
                self._known.clear()
                self._bytes = 0
            known = self._known[key] = _made(tools, functions, len(key), self._compiles)
            self._bytes += 8 * len(key)  # a compiled schema is several times as large as its text
        return known


def definitions(tools: Any, functions: Any) -> list[tuple[str, Any]]:
    """(Path inside the holder, function) of each definition, whatever it is."""
    found = []
    for index, tool in enumerate(tools if type(tools) is list else ()):
        if type(tool) is dict and "function" in tool:
            found.append((f"tools[{index}].function", tool["function"]))
    for index, function in enumerate(functions if type(functions) is list else ()):
        found.append((f"functions[{index}]", function))
    return found


def _plain(tools: Any) -> bool:
    return type(tools) is list and len(tools) > 0 and all(map(_plain_tool, tools))


def _plain_tool(tool: Any) -> bool:
    if not is_plain_tool(tool) or type(tool) is not dict or len(tool) != 2:
        return False
    function = tool["function"]
    return type(function) is dict and NAMED.fullmatch(function["name"]) is not None


def _made(tools: Any, functions: Any, size: int, compiles: bool) -> Toolbox:
    given = [("tools", tools), ("functions", functions)]
    mark = blake2b(canonical([one for one in given if one[1] is not None]), digest_size=HASH_BYTES).digest()
    toolbox = Toolbox(size=size, mark=mark, plain=functions is None and _plain(tools))
    for _, function in definitions(tools, functions):
        if type(function) is dict and type(function.get("name")) is str:
            name = function["name"]
            declared = toolbox.functions.setdefault(name, _declared(function.get("parameters"), compiles))
            declared.plain = NAMED.fullmatch(name) is not None
            declared.names = argument_names(declared.parameters)
    return toolbox


def _declared(parameters: Any, compiles: bool) -> Declared:
    if type(parameters) is not dict or not compiles:
        return Declared(parameters)
    try:
        return Declared(parameters, None, compiled(parameters))
    except ValueError as error:
        return Declared(parameters, _explained(error))


def compiled(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    """What checks values against a schema; it fetches nothing, and its patterns take linear time.

    Raises:
        ValueError: If it is not JSON Schema.
    """
    import jsonschema_rs

    for pattern in (jsonschema_rs.RegexOptions(), jsonschema_rs.FancyRegexOptions(backtrack_limit=10_000)):
        try:
            return jsonschema_rs.validator_for(schema, retriever=_refuse, pattern_options=pattern)
        except ValueError as error:
            failed = error
    raise failed


def _refuse(address: str) -> Any:
    raise ValueError("schemas elsewhere are not fetched")


def _explained(error: ValueError) -> tuple[str, str]:
    """(Path inside the parameters, what is wrong)."""
    import jsonschema_rs

    if isinstance(error, jsonschema_rs.ValidationError):
        found = mismatch(error)
        return found.place, found.text
    return "", str(error).split("\n")[0][:200]
