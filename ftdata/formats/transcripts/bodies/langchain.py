"""LangChain's messages in each of their serialisations, read as chat examples hold messages.

`messages_to_dict` wraps the fields in ``{"type": "human", "data": {…}}``, `dumpd` in a constructor's ``kwargs``,
`model_dump` leaves them flat. Arguments of calls are objects there; the text that the model wrote often stands in
`additional_kwargs`, and is taken from it.

Source: langchain-core's messages and load modules (2026).
"""

from __future__ import annotations

from typing import Any

from ftdata.errors import RowError, shown
from ftdata.formats.arguments import value_of
from ftdata.formats.transcripts.bodies import parts
from ftdata.formats.transcripts.bodies.shape import BodyShape, LoggedAnswer, LoggedPrompt, LoggedTurn, Message, Reading
from ftdata.formats.transcripts.facts import asked, first
from ftdata.formats.transcripts.repair import message
from ftdata.lazily import pattern

ROLES = {"human": "user", "ai": "assistant", "system": "system", "developer": "developer", "tool": "tool",
         "function": "function", "chat": "", "generic": ""}  # fmt: skip
"""The roles of LangChain's types; a chat message says its own."""

INVALID = "calls whose arguments are not a JSON object kept as they are"

_CLASS = pattern("message(chunk)?$")


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


def _recognises(value: Any) -> bool:
    if type(value) is dict and type(value.get("generations")) is list:
        return True
    one = value[0] if type(value) is list and value else value
    return is_message(one) or (type(one) is dict and "lc" in one)


def _turns(given: Any, path: str, reading: Reading) -> list[Message]:
    found = _opened(given)
    if found is None:
        hint = "It was not serialisable; dump it with messages_to_dict."
        raise RowError(f"expected a message with its fields; got {shown(given)}", hint=hint, json_path=path)
    role, fields = found
    more = fields.get("additional_kwargs")
    more = more if type(more) is dict else {}
    content = fields.get("content")
    before: list[Message] = []
    said: Message = {}
    if type(content) is list and role != "tool":
        made = parts.turns(content, role, f"{path}.content", reading, whole=True)
        before, said = made[:-1], made[-1] if made else {}
        content = said.get("content")
    elif role == "tool":
        content = parts.written(content, f"{path}.content", reading)
    return [*before, _message(role, fields, more, content, said, reading)]


def _message(
    role: Any, fields: dict[str, Any], more: dict[str, Any], content: Any, said: Message, reading: Reading
) -> Message:
    made: Message = {"role": more.get("__openai_role__") or role, "content": content}
    if role == "tool":
        made["tool_call_id"] = fields.get("tool_call_id")
    if fields.get("name") and not made.get("tool_call_id"):
        made["name"] = fields["name"]
    if calls := _calls(fields, more, reading) or said.get("tool_calls"):
        made["tool_calls"] = calls
    elif more.get("function_call"):
        made["function_call"] = more["function_call"]
    if refusal := more.get("refusal") or said.get("refusal"):
        made["refusal"] = refusal
    if thought := said.get("reasoning_content") or more.get("reasoning_content"):
        made["reasoning_content"] = thought
    if not content and any(key in made for key in ("tool_calls", "function_call", "refusal")):
        del made["content"]  # LangChain's content is never null: empty text stands for none
    return message(made, "$", reading)


def _calls(fields: dict[str, Any], more: dict[str, Any], reading: Reading) -> list[Any]:
    """The calls with the text of their arguments as the model wrote it, where that was kept."""
    raw = more.get("tool_calls") or []
    parsed = fields.get("tool_calls") or []
    invalid = [one for one in fields.get("invalid_tool_calls") or () if one.get("name")]
    if invalid:
        reading[INVALID] += len(invalid)
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
    made = parts.call(one)
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


def _prompt(request: Message, path: str, reading: Reading) -> LoggedPrompt:
    return LoggedPrompt(messages=[request], path=path, facts=asked({}))


def _choices(body: Any, path: str, reading: Reading) -> LoggedTurn:
    if type(body) is dict and "generations" in body:
        return _generated(body, path)
    given = body if type(body) is list else [body]
    known = facts(given[-1])
    finish = known.pop("finish", None)
    return LoggedTurn(
        [LoggedAnswer(body, finish, path)], {key: value for key, value in known.items() if value is not None}
    )


def _generated(body: dict[str, Any], path: str) -> LoggedTurn:
    """The answers of an LLMResult: lists of generations, or the one list of a single prompt."""
    given, path = body["generations"], f"{path}.generations"
    if given and type(given[0]) is list:
        given, path = given[0], f"{path}[0]"
    answers, found = [], _of_model(body.get("llm_output"))
    for index, one in enumerate(given):
        said = first(one, "message", "text")
        known = facts(said)
        info = _dict(one.get("generation_info"))
        finish = first(info, "finish_reason", "stop_reason", "done_reason") or known.pop("finish", None)
        known.pop("finish", None)
        known.pop("id", None)  # the run's says more
        found = {**{key: value for key, value in known.items() if value is not None}, **found}
        answers.append(LoggedAnswer(said, finish, f"{path}[{index}].message"))
    return LoggedTurn(answers, found)


def _of_model(output: Any) -> dict[str, Any]:
    if type(output) is not dict:
        return {}
    usage = _dict(first(output, "token_usage", "usage"))
    known = {
        "model": first(output, "model_name", "model"),
        "prompt_tokens": first(usage, "prompt_tokens", "input_tokens"),
        "completion_tokens": first(usage, "completion_tokens", "output_tokens"),
    }
    return {key: value for key, value in known.items() if value is not None}


LANGCHAIN = BodyShape("LangChain's messages", _recognises, _turns, _prompt, _choices)
