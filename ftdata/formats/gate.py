"""The gate: a row passes exactly if it has a shape of `ftdata.example.shapes`."""

from __future__ import annotations

from typing import Any

from ftdata.codec import member
from ftdata.errors import RowError, did_you_mean, shown
from ftdata.example.parts import kind_of
from ftdata.example.words import INSTEAD_OF_CONTENT, ROLES

_ROLES = frozenset(ROLES)
_CALLING = frozenset(("role", "content", "weight", "tool_calls"))
_DEFINING = frozenset(("tools", "functions", "parallel_tool_calls"))
_NOTHING: dict[str, Any] = {}
_TEXT_ONLY = frozenset(("role", "content", "weight"))


def gate(row: dict[str, Any]) -> None:
    """Refuse a row that is not an example of any kind.

    Raises:
        RowError: With the JSON path of what is wrong.
    """
    turns = row.get("messages")
    if type(turns) is list:
        if not turns:
            raise RowError("expected at least one message; got []", json_path="$.messages")
        check_messages(turns, "$.messages")
        if len(row) > 1:
            if not _DEFINING.isdisjoint(row):
                _check_definitions(row, "$")
            _check_metadata(row)
        return
    _check_other(row)


def check_messages(turns: list[Any], path: str, start: int = 0) -> None:
    """Refuse a list of messages with one that cannot be worked with; the first has the number `start`."""
    for index, turn in enumerate(turns, start):
        try:
            # Asking for forgiveness is the fastest check there is for a message of role and content.
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
    # The shapes that nearly all messages have are let through by a few type checks; the rest takes the slow path.
    if type(content) is str:
        if len(turn) == 2 or _TEXT_ONLY.issuperset(turn):
            return True
        if len(turn) == 3 and type(turn.get("tool_call_id")) is str:
            return True
    elif type(content) is list and len(turn) == 2:
        return all(map(_plain_part, content))
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
    if turn.get("tool_calls") is not None:
        _check_calls(turn["tool_calls"], f"{path}.tool_calls")
    if turn.get("function_call") is not None:
        _check_function(turn["function_call"], f"{path}.function_call")
    for key in ("name", "refusal", "reasoning_content"):
        if _odd(turn.get(key), str):
            raise _expected("a string", turn[key], f"{path}.{key}")
    if not isinstance(turn.get("tool_call_id", ""), str):
        raise _expected("a string", turn["tool_call_id"], f"{path}.tool_call_id")
    if _odd(turn.get("audio"), dict):
        raise _expected("an object", turn["audio"], f"{path}.audio")


def _wrong_role(turn: dict[str, Any], path: str) -> RowError:
    if "role" not in turn:
        return RowError(f"expected a role; got the keys {', '.join(map(shown, turn))}", json_path=path)
    role = turn["role"]
    hint = "Rename it, or set the format of the rows with --from." if isinstance(role, str) else ""
    if isinstance(role, str) and role.casefold() in _ROLES:
        hint = did_you_mean(role, ROLES)
    return RowError(f"expected one of {', '.join(ROLES)}; got {shown(role)}", hint=hint, json_path=f"{path}.role")


def _check_content(turn: dict[str, Any], path: str) -> None:
    content = turn.get("content")
    if isinstance(content, str):
        return
    if content is None:
        # Without content an assistant may call or refuse; a function's result may be null.
        if turn["role"] == "assistant" and any(turn.get(key) for key in INSTEAD_OF_CONTENT):
            return
        if turn["role"] == "function" and "content" in turn:
            return
        raise RowError("expected text; got " + ("null" if "content" in turn else "no content"), json_path=path)
    if not isinstance(content, list):
        hint = "Content is text or a list of parts." if not isinstance(content, dict) else "Parts go in a list."
        raise RowError(f"expected text; got {shown(content)}", hint=hint, json_path=path)
    for index, part in enumerate(content):
        _check_part(part, f"{path}[{index}]")


def _check_part(part: object, path: str) -> None:
    if not isinstance(part, dict) or not isinstance(part.get("type"), str):
        raise RowError(f'expected a part such as {{"type": "text", "text": "…"}}; got {shown(part)}', json_path=path)
    kind = part["type"]
    if kind in ("text", "refusal"):
        if kind not in part:
            keys = ", ".join(map(shown, part))
            raise RowError(f"expected {kind}; got the keys {keys}", json_path=path)
        _check_string(part, kind, path)
    elif kind == "image_url":
        _check_image(part.get("image_url"), f"{path}.image_url")


def _plain_part(part: Any) -> bool:
    """As `_plain`, for a part."""
    try:
        kind = part["type"]
        if kind == "text":
            return type(part["text"]) is str
        image = part["image_url"]
        if kind != "image_url" or type(image["url"]) is not str or not image["url"]:
            return False
        return len(image) == 1 or type(image["detail"]) is str
    except (TypeError, KeyError):
        return False


def _check_image(image: object, path: str) -> None:
    if not isinstance(image, dict):
        hint = 'Wrap it: {"image_url": {"url": "…"}}.' if isinstance(image, str) else ""
        raise _expected("an object with a url", image, path, hint)
    _check_string(image, "url", path)
    if not image["url"]:
        raise _expected("the path or URL of an image", "", f"{path}.url")
    if _odd(image.get("detail"), str):
        raise _expected("a string", image["detail"], f"{path}.detail")


def _check_calls(calls: object, path: str) -> None:
    if not isinstance(calls, list):
        raise _expected("a list of calls", calls, path)
    for index, call in enumerate(calls):
        if _plain_call(call):
            continue
        here = f"{path}[{index}]"
        if not isinstance(call, dict):
            raise _expected("a call", call, here)
        if not isinstance(call.get("id", ""), str):
            raise _expected("a string", call["id"], f"{here}.id")
        if _kind(call, here) == "custom":
            _check_custom_call(call.get("custom"), f"{here}.custom")
        else:
            _check_function(call.get("function"), f"{here}.function")


def _kind(tool: dict[str, Any], path: str) -> str:
    """Whether a tool or a call is a function's or a custom one."""
    kind = tool.get("type", "function")
    if kind in ("function", "custom"):
        return str(kind)
    raise _expected("function or custom", kind, f"{path}.type")


def _check_custom_call(custom: object, path: str) -> None:
    if not isinstance(custom, dict):
        raise _expected("a custom tool's name and input", custom, path)
    _check_string(custom, "name", path)
    _check_string(custom, "input", path)


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
    _check_string(function, "name", path)
    arguments = function.get("arguments")
    if not isinstance(arguments, str):
        hint = "Arguments are JSON text in a string." if isinstance(arguments, dict) else ""
        raise _expected("a string", arguments, f"{path}.arguments", hint)


def _check_definitions(holder: dict[str, Any], path: str) -> None:
    tools = holder.get("tools")
    if tools is not None and (type(tools) is not list or not all(map(is_plain_tool, tools))):
        for index, tool in enumerate(_list(tools, f"{path}.tools")):
            _check_tool(tool, f"{path}.tools[{index}]")
    if holder.get("functions") is not None:
        for index, function in enumerate(_list(holder["functions"], f"{path}.functions")):
            _check_definition(function, f"{path}.functions[{index}]")
    if "parallel_tool_calls" in holder and _odd(holder["parallel_tool_calls"], bool):
        raise _expected("true or false", holder["parallel_tool_calls"], f"{path}.parallel_tool_calls")


def _check_metadata(row: dict[str, Any]) -> None:
    if "metadata" in row and _odd(row["metadata"], dict):
        raise _expected("an object", row["metadata"], "$.metadata")


def is_plain_tool(tool: Any) -> bool:
    """As `_plain`, for a tool."""
    try:
        function = tool["function"]
        return (
            tool["type"] == "function"
            and type(function["name"]) is type(function.get("description", "")) is str
            and type(function.get("parameters", _NOTHING)) is dict
            and type(function.get("strict", False)) is bool
        )
    except (TypeError, KeyError, AttributeError):
        return False


def _check_tool(tool: object, path: str) -> None:
    if not isinstance(tool, dict):
        raise _expected("a tool", tool, path)
    if _kind(tool, path) == "custom":
        _check_custom_tool(tool.get("custom"), f"{path}.custom")
    else:
        _check_definition(tool.get("function"), f"{path}.function")


def _check_custom_tool(custom: object, path: str) -> None:
    if not isinstance(custom, dict):
        raise _expected("a custom tool's definition", custom, path)
    _check_string(custom, "name", path)
    if _odd(custom.get("description"), str):
        raise _expected("a string", custom["description"], f"{path}.description")
    if _odd(custom.get("format"), dict):
        raise _expected("an object", custom["format"], f"{path}.format")


def _check_definition(function: object, path: str) -> None:
    if not isinstance(function, dict):
        raise _expected("a function definition", function, path)
    _check_string(function, "name", path)
    if _odd(function.get("description"), str):
        raise _expected("a string", function["description"], f"{path}.description")
    if _odd(function.get("parameters"), dict):
        raise _expected("a JSON Schema", function["parameters"], f"{path}.parameters")
    if _odd(function.get("strict"), bool):
        raise _expected("true or false", function["strict"], f"{path}.strict")


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
    _check_metadata(row)


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


def _odd(value: object, kind: type) -> bool:
    """Whether a value that may be null is of another type."""
    return type(value) is not kind and value is not None


def _check_string(holder: dict[str, Any], key: str, path: str) -> None:
    if not isinstance(holder.get(key), str):
        raise _expected("a string", holder.get(key), f"{path}.{key}")


def _list(value: object, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise _expected("a list", value, path)
    return value


def _expected(what: str, got: object, path: str, hint: str = "") -> RowError:
    return RowError(f"expected {what}; got {shown(got)}", hint=hint, json_path=path)
