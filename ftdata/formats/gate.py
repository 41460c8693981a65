"""The shape gate: whether a row's containers and types are right enough to work with.

Roles are known, strings stand where strings belong, lists and objects likewise. Everything else (weights, names, ids,
links, limits) is for rules to judge. Facts: OpenAI's schemas for chat, preference, reinforcement and completion lines.
"""

from __future__ import annotations

from typing import Any

from ftdata.codec import member
from ftdata.errors import RowError, did_you_mean, shown
from ftdata.example.parts import kind_of
from ftdata.example.shapes import ROLES

_ROLES = frozenset(ROLES)
_CALLING = frozenset(("role", "content", "weight", "tool_calls"))
_TEXT_ONLY = frozenset(("role", "content", "weight"))


def gate(row: dict[str, Any]) -> None:
    """Refuse a row that is no example of any kind.

    Raises:
        RowError: With the JSON path of what is wrong.
    """
    turns = row.get("messages")
    if type(turns) is list:
        if not turns:
            raise RowError("expected at least one message; got []", json_path="$.messages")
        check_messages(turns, "$.messages")
        if len(row) > 1:
            _check_definitions(row, "$")
        return
    _check_other(row)


def check_messages(turns: list[Any], path: str, start: int = 0) -> None:
    """Refuse a list of messages with one that cannot be worked with; the first has the number `start`."""
    for index, turn in enumerate(turns, start):
        try:
            if len(turn) == 2 and turn["role"] in _ROLES and type(turn["content"]) is str:
                continue  # as most are
        except (TypeError, KeyError):
            pass
        if not _plain(turn):
            _check_message(turn, f"{path}[{index}]")


def _plain(turn: Any) -> bool:
    """Whether a quick look is enough to let a message pass; the others get a careful look, and an error."""
    if type(turn) is not dict or type(role := turn.get("role")) is not str or role not in _ROLES:
        return False
    content = turn.get("content")
    if type(content) is str:
        if len(turn) == 2 or _TEXT_ONLY.issuperset(turn):
            return True
        if len(turn) == 3 and type(turn.get("tool_call_id")) is str:
            return True
    calls = turn.get("tool_calls")
    return (
        type(calls) is list
        and len(calls) > 0
        and role == "assistant"
        and (content is None or type(content) is str)
        and _CALLING.issuperset(turn)
        and all(map(_plain_call, calls))
    )


def _check_message(turn: object, path: str) -> None:
    if not isinstance(turn, dict):
        raise RowError(f"expected a message, an object with a role; got {shown(turn)}", json_path=path)
    role = turn.get("role")
    if not isinstance(role, str) or role not in _ROLES:
        raise _wrong_role(turn, path)
    _check_content(turn, f"{path}.content")
    if "tool_calls" in turn:
        _check_calls(turn["tool_calls"], f"{path}.tool_calls")
    if turn.get("function_call") is not None:
        _check_function(turn["function_call"], f"{path}.function_call")
    for key in ("name", "tool_call_id"):
        if not isinstance(turn.get(key, ""), str | None):
            raise _expected("a string", turn[key], f"{path}.{key}")


def _wrong_role(turn: dict[str, Any], path: str) -> RowError:
    if "role" not in turn:
        return RowError(f"expected a role; got the keys {', '.join(map(shown, turn))}", json_path=path)
    role = turn["role"]
    hint = "Rename it, or name the format of the rows: --from." if isinstance(role, str) else ""
    if isinstance(role, str) and role.casefold() in _ROLES:
        hint = did_you_mean(role, ROLES)
    return RowError(f"expected one of {', '.join(ROLES)}; got {shown(role)}", hint=hint, json_path=f"{path}.role")


def _check_content(turn: dict[str, Any], path: str) -> None:
    content = turn.get("content")
    if isinstance(content, str):
        return
    if content is None:
        # Without content an assistant may call or refuse; a function's result may be null.
        if turn["role"] == "assistant" and (
            turn.get("tool_calls") or turn.get("function_call") or turn.get("refusal") or turn.get("audio")
        ):
            return
        if turn["role"] == "function" and "content" in turn:
            return
        raise RowError("expected text; got " + ("null" if "content" in turn else "no content"), json_path=path)
    if not isinstance(content, list):
        hint = "Content is text, or a list of parts." if not isinstance(content, dict) else "Parts stand in a list."
        raise RowError(f"expected text; got {shown(content)}", hint=hint, json_path=path)
    for index, part in enumerate(content):
        _check_part(part, f"{path}[{index}]")


def _check_part(part: object, path: str) -> None:
    if not isinstance(part, dict) or not isinstance(part.get("type"), str):
        raise RowError(f'expected a part such as {{"type": "text", "text": "…"}}; got {shown(part)}', json_path=path)
    if part["type"] in ("text", "refusal") and not isinstance(part.get(part["type"]), str):
        kind = part["type"]
        if kind not in part:
            keys = ", ".join(map(shown, part))
            raise RowError(f"expected {kind}; got the keys {keys}", json_path=path)
        raise _expected("a string", part[kind], f"{path}.{kind}")


def _check_calls(calls: object, path: str) -> None:
    if calls is None:
        return
    if not isinstance(calls, list):
        raise _expected("a list of calls", calls, path)
    for index, call in enumerate(calls):
        if _plain_call(call):
            continue
        here = f"{path}[{index}]"
        if not isinstance(call, dict):
            raise _expected("a call", call, here)
        if not isinstance(call.get("id", ""), str | None):
            raise _expected("a string", call["id"], f"{here}.id")
        if call.get("type", "function") == "function":
            _check_function(call.get("function"), f"{here}.function")


def _plain_call(call: Any) -> bool:
    """As `_plain`, for a call."""
    try:
        function = call["function"]
        return (
            call["type"] == "function"
            and type(call["id"]) is type(function["name"]) is type(function["arguments"]) is str
            and type(function) is dict
        )
    except (TypeError, KeyError):
        return False


def _check_function(function: object, path: str) -> None:
    if not isinstance(function, dict):
        raise _expected("a function's name and arguments", function, path)
    if not isinstance(function.get("name"), str):
        raise _expected("a string", function.get("name"), f"{path}.name")
    arguments = function.get("arguments")
    if not isinstance(arguments, str):
        hint = "Arguments are JSON text in a string." if isinstance(arguments, dict) else ""
        raise _expected("a string", arguments, f"{path}.arguments", hint)


def _check_definitions(row: dict[str, Any], path: str) -> None:
    if row.get("tools") is not None:
        for index, tool in enumerate(_list(row["tools"], f"{path}.tools")):
            if _plain_tool(tool):
                continue
            here = f"{path}.tools[{index}]"
            if not isinstance(tool, dict):
                raise _expected("a tool", tool, here)
            if tool.get("type", "function") == "function":
                _check_definition(tool.get("function"), f"{here}.function")
    if row.get("functions") is not None:
        for index, function in enumerate(_list(row["functions"], f"{path}.functions")):
            _check_definition(function, f"{path}.functions[{index}]")
    if row.get("metadata") is not None and not isinstance(row["metadata"], dict):
        raise _expected("an object", row["metadata"], f"{path}.metadata")


def _plain_tool(tool: Any) -> bool:
    """As `_plain`, for a tool."""
    try:
        function = tool["function"]
        return tool["type"] == "function" and type(function["name"]) is str and type(function["parameters"]) is dict
    except (TypeError, KeyError):
        return False


def _check_definition(function: object, path: str) -> None:
    if not isinstance(function, dict):
        raise _expected("a function's definition", function, path)
    if not isinstance(function.get("name"), str):
        raise _expected("a string", function.get("name"), f"{path}.name")
    if not isinstance(function.get("parameters", {}), dict | None):
        raise _expected("a JSON Schema", function["parameters"], f"{path}.parameters")


def _check_other(row: dict[str, Any]) -> None:
    """The kinds that have no messages at the top."""
    kind = kind_of(row)
    if kind == "completion":
        for key in ("prompt", "completion"):
            if not isinstance(row[key], str):
                raise _expected("text", row[key], f"$.{key}")
    elif kind == "preference":
        _check_preference(row)
    elif "messages" in row:
        raise _expected("a list of messages", row["messages"], "$.messages")
    elif "preferred_completion" in row or "non_preferred_completion" in row:
        hint = "Rename preferred_completion to preferred_output, and non_preferred_completion likewise."
        raise RowError("expected preferred_output and non_preferred_output; got older names", hint=hint, json_path="$")
    else:
        keys = ", ".join(map(shown, row)) or "none"
        hint = "A table's columns become a chat with --user and --assistant."
        raise RowError(f"expected messages, or prompt and completion; got the keys {keys}", hint=hint, json_path="$")
    _check_definitions(row, "$")


def _check_preference(row: dict[str, Any]) -> None:
    given = row["input"]
    if not isinstance(given, dict) or not isinstance(given.get("messages"), list):
        hint = 'Wrap the list: {"input": {"messages": […]}}.' if isinstance(given, list) else ""
        raise _expected("an object with messages", given, "$.input", hint)
    if not given["messages"]:
        raise RowError("expected at least one message; got []", json_path="$.input.messages")
    check_messages(given["messages"], "$.input.messages")
    _check_definitions(given, "$.input")
    for key in ("preferred_output", "non_preferred_output"):
        if key not in row:
            raise RowError(f"expected {key}; got none", json_path="$")
        check_messages(_list(row[key], member("$", key)), member("$", key))


def _list(value: object, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise _expected("a list", value, path)
    return value


def _expected(what: str, got: object, path: str, hint: str = "") -> RowError:
    return RowError(f"expected {what}; got {shown(got)}", hint=hint, json_path=path)
