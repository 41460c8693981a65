"""Remove nulls that a table filled in for absent keys, as Arrow and Hugging Face datasets do in every message."""

from __future__ import annotations

from typing import Any

from ftdata.codec import decode, encode
from ftdata.errors import RowError

_OF_MESSAGES = ("messages", "conversations", "prompt", "completion", "chosen", "rejected", "preferred_output",
                "non_preferred_output")  # fmt: skip
_OF_TOOLS = ("tools", "functions")
_BY_NAME = ("properties", "$defs", "definitions")  # what they hold is named by the schema's author
_DATA = ("default", "const", "enum", "example", "examples")  # what they hold is no schema, and null a value
_MAY_BE_NULL = ("default", "const", "example")
_DEEPEST = 2  # extra.invocation_params.tools
PRUNED = "null keys left out"
"""How the pruning is counted."""
UNDECLARED = "null arguments left out that the function does not declare"


def prune(row: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """The row without its null keys, those of its messages and of its tools, and how many they were.

    A table gives every tool the properties of all the others, as nulls, which no schema may hold; a tool's
    ``default: null`` is data. The row that was given is not changed, and is returned where there are none.
    """
    count = 0
    pruned = row
    if None in row.values():
        pruned = {key: value for key, value in row.items() if value is not None}
        count = len(row) - len(pruned)
    for key in _OF_MESSAGES:
        turns = pruned.get(key)
        if type(turns) is list and turns:
            kept, left_out = _messages(turns)
            if left_out:
                pruned = {**pruned, key: kept}
                count += left_out
    pruned, left_out = _of_tools(pruned, _DEEPEST)
    count += left_out
    given = pruned.get("input")
    if type(given) is dict:
        inner, left_out = prune(given)
        if left_out:
            pruned = {**pruned, "input": inner}
            count += left_out
    return pruned, count


def without_null_definitions(holder: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """What holds tools without the nulls in their definitions, and how many they were."""
    return _of_tools(holder, 0)


def argument_names(parameters: Any) -> frozenset[str] | None:
    """The arguments that a function's parameters declare; None where they allow others, or say nothing of them."""
    if type(parameters) is not dict or not _OPEN.isdisjoint(parameters) or parameters.get("additionalProperties"):
        return None
    properties = parameters.get("properties")
    return frozenset(properties) if type(properties) is dict else None


_OPEN = frozenset(("patternProperties", "allOf", "anyOf", "oneOf", "$ref", "if", "unevaluatedProperties"))


def without_null_arguments(example: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """The example without null arguments that the called function does not declare, and how many they were.

    A table that merges the arguments of all functions into one type fills them in. An argument that is declared may be
    null, and stays.
    """
    given = example.get("input") if "messages" not in example else None
    holder: dict[str, Any] = given if type(given) is dict else example
    tools = holder.get("tools")
    if (
        type(tools) is not list
        or not tools
        or not _may_be_null(*((holder,) if holder is example else (holder, example)))
    ):
        return example, 0
    declared = {
        tool["function"]["name"]: argument_names(tool["function"].get("parameters"))
        for tool in tools
        if type(tool) is dict and type(tool.get("function")) is dict and type(tool["function"].get("name")) is str
    }
    count, made = 0, example
    for owner, keys in ((holder, ("messages",)), (example, ("preferred_output", "non_preferred_output"))):
        for key in keys:
            turns = owner.get(key)
            kept, left_out = _less_arguments(turns, declared) if type(turns) is list else (turns, 0)
            if left_out and owner is example:
                made = {**made, key: kept}
            elif left_out:
                made = {**made, "input": {**holder, key: kept}}
            count += left_out
    return made, count


def _may_be_null(*owners: dict[str, Any]) -> bool:
    """Whether the arguments of any call speak of null: few do, and of others what is declared need not be known."""
    for owner in owners:
        for key in ("messages", "preferred_output", "non_preferred_output"):
            turns = owner.get(key)
            for turn in turns if type(turns) is list else ():
                calls = turn.get("tool_calls") if type(turn) is dict else None
                for call in calls if type(calls) is list else ():
                    function = call.get("function") if type(call) is dict else None
                    text = function.get("arguments") if type(function) is dict else None
                    if type(text) is str and "null" in text:
                        return True
    return False


def _less_arguments(turns: list[Any], declared: dict[str, frozenset[str] | None]) -> tuple[list[Any], int]:
    count = 0
    made = []
    for turn in turns:
        calls = turn.get("tool_calls") if type(turn) is dict else None
        if type(calls) is list:
            called = [_call(call, declared) for call in calls]
            if left_out := sum(number for _, number in called):
                turn = {**turn, "tool_calls": [call for call, _ in called]}
                count += left_out
        made.append(turn)
    return (made if count else turns), count


def _call(call: Any, declared: dict[str, frozenset[str] | None]) -> tuple[Any, int]:
    function = call.get("function") if type(call) is dict else None
    if type(function) is not dict or type(function.get("name")) is not str:
        return call, 0
    text, names = function.get("arguments"), declared.get(function["name"])
    # Decoding every call's arguments would cost more than all else here, and few texts contain a null.
    if names is None or type(text) is not str or "null" not in text:
        return call, 0
    try:
        value = decode(text.encode())
    except (RowError, UnicodeEncodeError):
        return call, 0
    if type(value) is not dict or not (gone := [key for key in value if value[key] is None and key not in names]):
        return call, 0
    kept = encode({key: item for key, item in value.items() if key not in gone}).decode()
    return {**call, "function": {**function, "arguments": kept}}, len(gone)


def _of_tools(holder: dict[str, Any], deep: int) -> tuple[dict[str, Any], int]:
    """What holds tools, or an object that does, without the nulls in their definitions."""
    count = 0
    for key, value in holder.items():
        kept, left_out = value, 0
        if key in _OF_TOOLS and type(value) is list:
            definitions = [_definition(tool) for tool in value]
            left_out = sum(number for _, number in definitions)
            kept = [tool for tool, _ in definitions]
        # Tools may lie in an inner object, such as the input of a preference pair; `deep` bounds the search.
        elif deep and type(value) is dict:
            kept, left_out = _of_tools(value, deep - 1)
        if left_out:
            holder = {**holder, key: kept}
            count += left_out
    return holder, count


def _definition(tool: Any) -> tuple[Any, int]:
    """A function's definition, wrapped or not, without its null keys, and how many they were."""
    if type(tool) is not dict:
        return tool, 0
    if type(tool.get("function")) is dict:
        inner, count = _definition(tool["function"])
        return ({**tool, "function": inner} if count else tool), count
    return _schema(tool) if type(tool.get("name")) is str else (tool, 0)


def _schema(node: Any, *, named: bool = False) -> tuple[Any, int]:
    """A definition or JSON Schema without its null keys, and how many they were; itself when there are none.

    Args:
        node: The schema, or a list of them.
        named: Whether it holds schemas by names, which may be words that mean something in a schema.
    """
    count = 0
    if type(node) is list:
        walked = [_schema(one) for one in node]
        count = sum(left_out for _, left_out in walked)
        return ([kept for kept, _ in walked] if count else node), count
    if type(node) is not dict:
        return node, 0
    made = {}
    for key, value in node.items():
        if value is None and (named or key not in _MAY_BE_NULL):
            count += 1
            continue
        left_out = 0
        if named or key not in _DATA:
            value, left_out = _schema(value, named=key in _BY_NAME and not named)
        made[key] = value
        count += left_out
    return (made if count else node), count


def _messages(turns: list[Any]) -> tuple[list[Any], int]:
    count = 0
    kept = []
    for turn in turns:
        if type(turn) is dict and None in turn.values():
            # Without text and without calls the null is all that says so: a refusal, or a mistake to be told.
            whole = {key: value for key, value in turn.items() if value is not None}
            count += len(turn) - len(whole)
            turn = whole
        kept.append(turn)
    return kept, count
