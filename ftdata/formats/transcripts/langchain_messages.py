"""LangChain's messages in each of their serialisations, read as chat examples hold messages.

`messages_to_dict` wraps the fields in ``{"type": "human", "data": {…}}``, `dumpd` in a constructor's ``kwargs``,
`model_dump` leaves them flat. Arguments of calls are objects there; the text that the model wrote often stands in
`additional_kwargs`, and is taken from it.

Source: langchain-core's messages and load modules (2026).
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from ftdata.errors import RowError, shown
from ftdata.formats.arguments import value_of
from ftdata.formats.transcripts import blocks
from ftdata.formats.transcripts.exchange import first

ROLES = {"human": "user", "ai": "assistant", "system": "system", "developer": "developer", "tool": "tool",
         "function": "function", "chat": "", "generic": ""}  # fmt: skip
"""The roles of LangChain's types; a chat message says its own."""

INVALID = "calls whose arguments are no JSON object kept as they are"

_CLASS = re.compile("message(chunk)?$")

Message = dict[str, Any]


def is_message(given: Any) -> bool:
    """Whether this is one of LangChain's messages in any of their forms."""
    return type(given) is dict and _opened(given) is not None


def _opened(given: dict[str, Any]) -> tuple[Any, dict[str, Any]] | None:
    """The role and the fields of one of LangChain's messages; None of anything else."""
    kind, fields = given.get("type"), given
    if kind == "constructor" and "lc" in given and type(given.get("kwargs")) is dict:
        names = given.get("id")
        kind, fields = names[-1] if type(names) is list and names else None, given["kwargs"]
    elif type(given.get("data")) is dict:
        fields = given["data"]
    elif "content" not in given:
        return None
    if type(kind) is not str:
        return None
    role = ROLES.get(_CLASS.sub("", kind.casefold()))
    if role is None:
        return None
    return role or fields.get("role"), fields


def conversation(given: Any, path: str, repaired: Counter[str]) -> list[Message]:
    """Messages as they would stand in a request; those that are not LangChain's stay as they are.

    Raises:
        RowError: There is none; or a message was dumped without its fields, or has a block that cannot be read.
    """
    if type(given) is not list or not given:
        raise RowError(f"expected a list of messages; got {shown(given)}", json_path=path)
    return [message(one, f"{path}[{index}]", repaired) for index, one in enumerate(given)]


def message(given: Any, path: str, repaired: Counter[str]) -> Any:
    """One message, its pair of role and text, or its text alone (then the user's), as it would stand in a request.

    Raises:
        RowError: It was dumped without its fields, or has a block that cannot be read.
    """
    if type(given) is str:
        return {"role": "user", "content": given}
    if type(given) is list and len(given) == 2:
        return {"role": given[0], "content": given[1]}
    if type(given) is not dict:
        return given
    opened = _opened(given)
    if opened is not None:
        return _message(*opened, path, repaired)
    if "lc" in given:
        hint = "It was not serialisable; dump it with messages_to_dict."
        raise RowError(f"expected a message with its fields; got {shown(given)}", hint=hint, json_path=path)
    if type(given.get("content")) is list and "role" in given:
        return _with_blocks(given, path, repaired)
    return given


def _with_blocks(given: Message, path: str, repaired: Counter[str]) -> Message:
    """A message of a request whose content may be blocks of another vendor's."""
    found = blocks.read(given["content"], given["role"], f"{path}.content", repaired)
    if found.plain:
        return given
    made = {**given, "content": found.content}
    if found.calls and not made.get("tool_calls"):
        made["tool_calls"] = found.calls
    if found.thoughts:
        made["reasoning_content"] = "\n\n".join(found.thoughts)
    return made


def _message(role: Any, fields: dict[str, Any], path: str, repaired: Counter[str]) -> Message:
    more = fields.get("additional_kwargs")
    more = more if type(more) is dict else {}
    content, found = fields.get("content"), blocks.Blocks()
    if type(content) is list:
        found = blocks.read(content, role, f"{path}.content", repaired)
        content = found.content
    made: Message = {"role": more.get("__openai_role__") or role, "content": content}
    if role == "tool":
        made["tool_call_id"] = fields.get("tool_call_id")
    if fields.get("name") and not made.get("tool_call_id"):
        made["name"] = fields["name"]
    if calls := _calls(fields, more, repaired) or found.calls:
        made["tool_calls"] = calls
    elif more.get("function_call"):
        made["function_call"] = more["function_call"]
    if more.get("refusal"):
        made["refusal"] = more["refusal"]
    if thought := "\n\n".join(found.thoughts) or more.get("reasoning_content"):
        made["reasoning_content"] = thought
    if not content and any(key in made for key in ("tool_calls", "function_call", "refusal")):
        del made["content"]  # LangChain's content is never null: empty text stands for none
    return made


def _calls(fields: dict[str, Any], more: dict[str, Any], repaired: Counter[str]) -> list[Any]:
    """The calls with the text of their arguments as the model wrote it, where that was kept."""
    raw = more.get("tool_calls") or []
    parsed = fields.get("tool_calls") or []
    invalid = [one for one in fields.get("invalid_tool_calls") or () if one.get("name")]
    if invalid:
        repaired[INVALID] += len(invalid)
    if not parsed and not invalid:
        return list(raw)
    written = {one.get("id"): one["function"]["arguments"] for one in raw if type(one.get("function")) is dict}
    order = {id: number for number, id in enumerate(written)}
    found = sorted((*parsed, *invalid), key=lambda one: order.get(one.get("id"), len(order)))
    return [_call(one, written) for one in found]


def _call(one: Any, written: dict[Any, Any]) -> Any:
    if type(one) is not dict or type(one.get("name")) is not str:
        return one
    text = written.get(one.get("id"))
    made = blocks.call(one)
    if type(text) is str and value_of(text) == one.get("args"):
        made["function"]["arguments"] = text
    return made


def facts(given: Any) -> dict[str, Any]:
    """What one of LangChain's answers says of its call, and `finish`: why it ends."""
    opened = _opened(given) if type(given) is dict else None
    if opened is None:
        return {}
    fields = opened[1]
    meta, usage = _dict(fields.get("response_metadata")), _dict(fields.get("usage_metadata"))
    logged = _dict(first(meta, "token_usage", "usage"))
    return {
        "id": first(meta, "id") or fields.get("id"),
        "model": first(meta, "model_name", "model", "model_id"),
        "prompt_tokens": first({**logged, **usage}, "prompt_tokens", "input_tokens"),
        "completion_tokens": first({**logged, **usage}, "completion_tokens", "output_tokens"),
        "finish": first(meta, "finish_reason", "stop_reason", "stopReason", "done_reason"),
    }


def _dict(given: Any) -> dict[str, Any]:
    return given if type(given) is dict else {}
