"""Bodies: what a model was asked and answered, in the shape of each API, whoever logged it.

One module an API. `exchange` puts the request of any of them together with the answer of any: logs mix them, and
hardly any log says which API it was.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.errors import RowError, shown
from ftdata.formats.transcripts.bodies import parts
from ftdata.formats.transcripts.bodies.answering import answers, choice_of, is_body, is_usual, opened
from ftdata.formats.transcripts.bodies.messages import BODIES, SPECIAL, body_of, turns, turns_of
from ftdata.formats.transcripts.bodies.openai import OPENAI, STORED
from ftdata.formats.transcripts.bodies.shape import LoggedPrompt, Message, Reading, unread
from ftdata.formats.transcripts.exchange import Choice, Exchange
from ftdata.formats.transcripts.facts import answered as answered_facts
from ftdata.formats.transcripts.facts import asked as asked_facts
from ftdata.formats.transcripts.repair import NULLS, is_plain, unwrapped


def exchange(
    request: dict[str, Any],
    answer: Any,
    repaired: Counter[str],
    *,
    request_path: str = "$.request",
    answer_path: str = "$.response",
    messages_path: str = "",
) -> Exchange:
    """The exchange of a request and what it was answered, whatever body each of them is of.

    An answer is a body with its choices, a message, some of either, text; or one of these as it was streamed.

    Raises:
        RowError: If request or answer is of no body, or cannot be read; with the JSON path.
    """
    if usual := _usual(request, answer, repaired, messages_path or f"{request_path}.messages", answer_path):
        return usual
    reading = Reading()
    said = answers(answer, answer_path, reading)
    if said.echoed:
        request = {**said.echoed, **{key: value for key, value in request.items() if value is not None}}
    if not said.answers:
        raise RowError("expected an answer; got none", hint="Without an answer there is nothing to learn.",
                       json_path=answer_path)  # fmt: skip
    found = _asked(request, request_path, reading, messages_path)
    found.choices = [choice_of(one, reading) for one in said.answers]
    found.facts |= said.facts
    return _read(found, reading, repaired)


def _usual(
    request: dict[str, Any], answer: Any, repaired: Counter[str], path: str, answer_path: str
) -> Exchange | None:
    """The exchange of texts alone in the shape that nearly all have, at once; None of any other."""
    given = answer.get("choices") if type(answer) is dict else None
    if type(given) is not list or len(given) != 1 or not STORED.isdisjoint(answer) or "tools" in request:
        return None
    one, messages = given[0], request.get("messages")
    said = one.get("message") if type(one) is dict else None
    if type(said) is not dict or type(messages) is not list or not messages or not SPECIAL.isdisjoint(request):
        return None
    if not (is_usual(said) and all(map(is_plain, messages))):
        return None
    repaired[NULLS] += 1
    turn = {"role": "assistant", "content": said["content"]}
    choice = Choice([turn], one.get("finish_reason"), f"{answer_path}.choices[0].message")
    own = request.get("metadata")
    return Exchange(messages=messages, choices=[choice], path=path, functions=request.get("functions"),
                    parallel_tool_calls=request.get("parallel_tool_calls"),
                    facts=_IDS | asked_facts(request) | answered_facts(answer),
                    own=own if type(own) is dict else {})  # fmt: skip


def prompt(request: dict[str, Any], path: str, repaired: Counter[str]) -> Exchange:
    """The exchange of a request that has no answer yet.

    Raises:
        RowError: If it has no known body, or cannot be read; with the JSON path.
    """
    reading = Reading()
    return _read(_asked(request, path, reading), reading, repaired)


def choices(answer: Any, path: str, repaired: Counter[str]) -> list[Choice]:
    """The answers in a body.

    Raises:
        RowError: If it has no known body.
    """
    reading = Reading()
    found = [choice_of(one, reading) for one in answers(answer, path, reading).answers]
    reading.add_to(repaired)
    return found


def conversation(messages: Any, path: str, repaired: Counter[str]) -> Exchange:
    """The exchange of messages of any body, without an answer.

    Raises:
        RowError: If they are not messages, or one cannot be read; with the JSON path.
    """
    reading = Reading()
    return _read(Exchange(turns(messages, path, reading), [], path), reading, repaired)


def define(found: Exchange, holder: Any, path: str) -> None:
    """Look for the definitions of an exchange that has none in what stands around it: settings, parameters, metadata.

    Args:
        found: The exchange.
        holder: An object that may hold them, under any of the names that APIs and logs give them.
        path: Where it stands.
    """
    if found.tools or found.functions or type(holder) is not dict or _TOLD.isdisjoint(holder):
        return
    for name in filter(holder.__contains__, _TOOLS):
        given = unwrapped(holder.get(name), Counter())
        if type(given) is dict and name in _HOLDERS:
            define(found, given, f"{path}.{name}")
        elif given and _are_definitions(given):
            found.tools, found.tools_path = given, f"{path}.{name}"
        if found.tools:
            return
    if holder.get("functions") and _are_definitions(holder["functions"]):
        found.functions = holder["functions"]


_HOLDERS = ("kwargs", "model_request_parameters", "invocation_params", "toolConfig", "model_parameters", "parameters",
            "modelParameters", "options", "metadata", "config")  # fmt: skip
_TOOLS = ("tools", "tool_definitions", "function_tools", "available_tools", *_HOLDERS)
_TOLD = frozenset((*_TOOLS, "functions"))


def _are_definitions(given: Any) -> bool:
    """Whether these are definitions, and no mere names."""
    listed = list(given.values()) if type(given) is dict and not {"name", "function"} & given.keys() else given
    listed = listed if type(listed) is list else [listed]
    return bool(listed) and all(type(unwrapped(one, Counter())) is dict for one in listed)


_IDS = {"id": None, "custom_id": None}  # what a reader looks for first stands first


def _asked(request: dict[str, Any], path: str, reading: Reading, messages_path: str = "") -> Exchange:
    body = body_of(request)
    if body is None:
        raise unread(request, path, "a request with messages")
    asked = body.prompt(request, path, reading)
    asked.path = messages_path or asked.path
    return Exchange(
        messages=[*_instructions(asked, reading), *turns(asked.messages, asked.path, reading, plain=body is OPENAI)],
        choices=[],
        path=asked.path,
        tools=asked.tools,
        tools_path=asked.tools_path,
        functions=asked.functions,
        parallel_tool_calls=asked.parallel_tool_calls,
        facts=_IDS | asked.facts,
        own=asked.own,
        prefills=asked.prefills,
    )


def _instructions(asked: LoggedPrompt, reading: Reading) -> list[Message]:
    """The turns of instructions that stand outside the messages."""
    given, path = asked.system, asked.system_path
    if not given:
        return []
    if type(given) is list and given and any(type(one) is dict and "role" in one for one in given):
        return turns(given, path, reading)
    if type(given) not in (str, list):
        raise RowError(f"expected instructions, text or items; got {shown(given)}", json_path=path)
    text = given if type(given) is str else parts.written(given, path, reading)
    if type(text) is not str or (type(given) is list and not all(map(parts.is_part, given))):
        raise RowError(f"expected text or blocks of text; got {shown(given)}", json_path=path)
    return [{"role": "system", "content": text}]


def _read(found: Exchange, reading: Reading, repaired: Counter[str]) -> Exchange:
    """The exchange with what reading it brought along."""
    if reading:
        reading.add_to(repaired)
    if reading.hosted or reading.defined or reading.missing:
        found.missing = [*reading.missing.values()]
        found.defined, found.inferred = reading.defined, reading.hosted
    if reading.summarised:
        found.facts["reasoning"] = "summary"
    return found


__all__ = ["BODIES", "body_of", "choices", "conversation", "define", "exchange", "is_body", "opened", "parts", "prompt",
           "turns", "turns_of"]  # fmt: skip
