"""Definitions of tools and functions. Equal lists of definitions are judged once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

from ftdata.errors import shown
from ftdata.formats.nulls import without_null_definitions
from ftdata.formats.targets import MAX_TOOLS
from ftdata.rules.mending import holders_of
from ftdata.rules.registry import CHAT, Problem, fixes, rule
from ftdata.rules.rewording import reword
from ftdata.rules.toolbox import NAMED, Toolbox, definitions

_SCHEMA = "OpenAI's API description, July 2025"
Holder = dict[str, Any]
_FUNCTION_KEYS = frozenset(("name", "description", "parameters", "strict"))


@rule(
    "tools-list", "error", "Tools that are not a list of function definitions",
    over="definitions", kinds=CHAT,
    why="A tool that the server cannot read fails the file.",
    fix='Write {"type": "function", "function": {"name": …, "parameters": {…}}} for each tool.',
    source=f"{_SCHEMA}: ChatCompletionTool: type and function.name are required",
)  # fmt: skip
def tools_list(holder: Holder, path: str, box: Toolbox) -> Iterator[Problem]:
    """Other values than lists, and tools without their parts."""
    for key in ("tools", "functions"):
        value = holder.get(key)
        if value is not None and type(value) is not list:
            hint = "It is JSON text: write the list itself." if type(value) is str else ""
            yield Problem(f"{path}.{key}", "expected a list", value, hint)
    tools = holder.get("tools")
    for index, tool in enumerate(tools if type(tools) is list else ()):
        here = f"{path}.tools[{index}]"
        if type(tool) is not dict or type(tool.get("function")) is not dict:
            flat = type(tool) is dict and "name" in tool
            hint = 'A bare function: wrap it in {"type": "function", "function": {…}}.' if flat else ""
            yield Problem(here, "expected a function definition", tool, hint)
        elif tool.get("type") != "function":
            yield Problem(f"{here}.type", 'expected "function"', tool.get("type"))
    functions = holder.get("functions")
    for index, function in enumerate(functions if type(functions) is list else ()):
        if type(function) is not dict:
            yield Problem(f"{path}.functions[{index}]", "expected a function definition", function)
    for here, function in definitions(tools, functions):
        if type(function) is dict and type(function.get("description")) not in (str, type(None)):
            yield Problem(f"{path}.{here}.description", "expected text", function["description"])


@fixes("tools-list", safe=True)
def wrap_tools(row: dict[str, Any], kind: str) -> None:
    """Bare functions are wrapped, JSON text is read, absent types are written."""
    reword(row, kind)
    for holder in holders_of(row):
        tools: Any = holder.get("tools")
        for index, tool in enumerate(tools if type(tools) is list else ()):
            if type(tool) is not dict or tool.get("type", "function") != "function":
                continue
            if type(tool.get("function")) is dict and "type" not in tool:
                tools[index] = {"type": "function", **tool}
            elif type(tool.get("name")) is str and "function" not in tool:
                function = {key: value for key, value in tool.items() if key != "type"}
                tools[index] = {"type": "function", "function": function}


@rule(
    "tool-name", "error", "A function's name with other characters than letters, digits, _ and -, or over 64",
    over="definitions", kinds=CHAT,
    why="The server takes no other names; dots and slashes fail.",
    fix="Rename the function, in its definition and in its calls.",
    source="OpenAI: 'does not match '^[a-zA-Z0-9_-]{1,64}$'', seen",
)  # fmt: skip
def tool_name(holder: Holder, path: str, box: Toolbox) -> Iterator[Problem]:
    """Names that the pattern refuses, absent ones too."""
    for here, function in definitions(holder.get("tools"), holder.get("functions")):
        if type(function) is dict:
            name = function.get("name")
            if type(name) is not str or not NAMED.fullmatch(name):
                what = "expected a name of letters, digits, _ and -, at most 64"
                yield Problem(f"{path}.{here}.name", what, name)


@rule(
    "tool-parameters", "error", "A function's parameters that are not an object",
    over="definitions", kinds=CHAT,
    why="Parameters are a JSON Schema, an object.",
    fix="Write the schema as an object, or leave parameters out for a function that takes none.",
    source=f"{_SCHEMA}: FunctionParameters is an object",
)  # fmt: skip
def tool_parameters(holder: Holder, path: str, box: Toolbox) -> Iterator[Problem]:
    """Text, lists and other values."""
    for here, function in definitions(holder.get("tools"), holder.get("functions")):
        if type(function) is dict and type(function.get("parameters")) not in (dict, type(None)):
            hint = "It is JSON text: write the object itself." if type(function["parameters"]) is str else ""
            yield Problem(f"{path}.{here}.parameters", "expected a JSON Schema", function["parameters"], hint)


@rule(
    "tool-schema", "warning", "A function's parameters that are not a valid JSON Schema",
    over="definitions", kinds=CHAT,
    why="Nobody can say which arguments are right, and services that compile schemas refuse them.",
    fix="Write an object with properties, of the types object, array, string, number, integer, boolean and null.",
    source="JSON Schema 2020-12; whether the fine-tuning check compiles schemas is not verified",
)  # fmt: skip
def tool_schema(holder: Holder, path: str, box: Toolbox) -> Iterator[Problem]:
    """What a compiler of JSON Schemas refuses."""
    for here, function in definitions(holder.get("tools"), holder.get("functions")):
        known = box.functions.get(function["name"]) if _named(function) else None
        if known and known.schema_error and known.parameters == function.get("parameters"):
            inside, said = known.schema_error
            yield Problem(f"{path}.{here}.parameters{inside}", f"no valid JSON Schema: {said}")
        elif type(function) is dict and (said := _no_object(function.get("parameters"))):
            yield Problem(f"{path}.{here}.parameters", said)


def _no_object(parameters: Any) -> str:
    """What is wrong with a schema that says nothing of an object, as the parameters of functions are one."""
    if type(parameters) is not dict or not parameters or parameters.get("type") == "object":
        return ""
    if "$ref" in parameters or "anyOf" in parameters or "allOf" in parameters or "oneOf" in parameters:
        return ""
    if "type" in parameters and type(parameters["type"]) is not dict:
        return f'expected "type": "object"; got {shown(parameters["type"])}'
    names = [name for name, given in parameters.items() if type(given) is dict]
    if names and "properties" not in parameters:
        return f"a map of parameters ({shown(names[0])}, …): they belong into properties of an object"
    return 'expected "type": "object"; got none'


@rule(
    "tool-strict", "warning", "A strict function whose schema strict mode refuses",
    over="definitions", kinds=CHAT,
    why="With strict: true the service compiles the schema, and refuses the request where it cannot.",
    fix="Require every property, add additionalProperties: false to each object, or leave strict out.",
    source="OpenAI's guide on structured outputs (2026); whether the fine-tuning check looks is not verified",
)  # fmt: skip
def tool_strict(holder: Holder, path: str, box: Toolbox) -> Iterator[Problem]:
    """What a strict schema may not have."""
    from ftdata.example.strict import refusals

    for here, function in definitions(holder.get("tools"), holder.get("functions")):
        if type(function) is dict and function.get("strict") is True:
            for inside, why in islice(refusals(function.get("parameters")), 3):
                yield Problem(f"{path}.{here}.parameters{inside}", f"strict mode refuses it: {why}")


@fixes("tool-schema", safe=True)
def without_nulls(row: dict[str, Any], kind: str) -> None:
    """Leave out the nulls that a table filled in for the properties of other functions."""
    for holder in holders_of(row):
        holder.update(without_null_definitions(holder)[0])


def _named(function: Any) -> bool:
    return type(function) is dict and type(function.get("name")) is str


@rule(
    "duplicate-tool", "warning", "Two functions with the same name",
    over="definitions", kinds=CHAT,
    why="A call cannot say which of the two it means.",
    fix="Keep one of them.",
    source="OpenAI's API: names are unique; not verified for training",
)  # fmt: skip
def duplicate_tool(holder: Holder, path: str, box: Toolbox) -> Iterator[Problem]:
    """Names that stand twice."""
    seen: Counter[str] = Counter()
    for here, function in definitions(holder.get("tools"), holder.get("functions")):
        if _named(function):
            seen[function["name"]] += 1
            if seen[function["name"]] == 2:
                yield Problem(f"{path}.{here}.name", "this function is defined twice", function["name"])


@rule(
    "many-tools", "warning", "More than 128 functions in an example",
    over="definitions", kinds=CHAT,
    why="That is the limit of a request.",
    fix="Leave out what is not called.",
    source=f"{_SCHEMA}: functions has at most 128 items; the API takes 128 tools; not verified for training",
)  # fmt: skip
def many_tools(holder: Holder, path: str, box: Toolbox) -> Iterator[Problem]:
    """Long lists of definitions."""
    for key in ("tools", "functions"):
        value = holder.get(key)
        if type(value) is list and len(value) > MAX_TOOLS:
            yield Problem(f"{path}.{key}", f"{len(value):,} functions, and {MAX_TOOLS} are allowed")


@rule(
    "empty-tools", "warning", "An empty list of tools",
    over="definitions", kinds=("chat", "reinforcement"),
    why="It says the same as no list, and the server may refuse it.",
    fix="Leave the key out: --fix does.",
    source=f"{_SCHEMA}: functions has at least one item; preference examples of the guide have tools: []; not verified",
)  # fmt: skip
def empty_tools(holder: Holder, path: str, box: Toolbox) -> Iterator[Problem]:
    """Lists of nothing."""
    for key in ("tools", "functions"):
        if holder.get(key) == []:
            yield Problem(f"{path}.{key}", "an empty list")


@fixes("empty-tools", safe=True)
def drop_empty(row: dict[str, Any], kind: str) -> None:
    """Leave the keys out."""
    for key in ("tools", "functions"):
        if row.get(key) == []:
            del row[key]


@rule(
    "tool-key", "warning", "A key in a tool or function that it does not have",
    over="definitions", kinds=CHAT,
    why="It is not rendered for the model, and the server may reject it.",
    fix="Remove it.",
    source=f"{_SCHEMA}: type and function; name, description, parameters, strict; not verified",
)  # fmt: skip
def tool_key(holder: Holder, path: str, box: Toolbox) -> Iterator[Problem]:
    """Keys beside those of the schema."""
    tools = holder.get("tools")
    for index, tool in enumerate(tools if type(tools) is list else ()):
        if type(tool) is dict and type(tool.get("function")) is dict:
            for key in sorted(tool.keys() - {"type", "function"}):
                yield Problem(f"{path}.tools[{index}]", f"a tool has no {shown(key)}")
    for here, function in definitions(tools, holder.get("functions")):
        for key in sorted(function.keys() - _FUNCTION_KEYS) if type(function) is dict else ():
            yield Problem(f"{path}.{here}", f"a function's definition has no {shown(key)}")
