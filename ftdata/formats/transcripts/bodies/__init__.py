"""Bodies: what a model was asked and answered, in the shape of each API, whoever logged it.

One module an API. `exchange` puts the request of any of them together with the answer of any: logs mix them, and
hardly any log says which API it was.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from ftdata.errors import RowError, shown
from ftdata.example.shapes import ROLES
from ftdata.formats.gate import check_messages
from ftdata.formats.transcripts.bodies import parts
from ftdata.formats.transcripts.bodies.ai_sdk import AI_SDK
from ftdata.formats.transcripts.bodies.anthropic import ANTHROPIC
from ftdata.formats.transcripts.bodies.converse import CONVERSE
from ftdata.formats.transcripts.bodies.gemini import GEMINI
from ftdata.formats.transcripts.bodies.items import folded, is_item
from ftdata.formats.transcripts.bodies.langchain import LANGCHAIN
from ftdata.formats.transcripts.bodies.openai import OPENAI
from ftdata.formats.transcripts.bodies.otel import OTEL
from ftdata.formats.transcripts.bodies.pydantic_ai import PYDANTIC_AI
from ftdata.formats.transcripts.bodies.responses import RESPONSES
from ftdata.formats.transcripts.bodies.shape import Answer, Asked, Body, Message, Reading, Said, unread
from ftdata.formats.transcripts.exchange import Choice, Exchange
from ftdata.formats.transcripts.repair import NULLS, UNWRAPPED, unwrapped
from ftdata.formats.transcripts.streams import together

BODIES = (PYDANTIC_AI, GEMINI, LANGCHAIN, RESPONSES, OTEL, AI_SDK, CONVERSE, ANTHROPIC, OPENAI)
"""The special ones first: what is of several bodies is of the first that it is of."""

_ROLES = frozenset(ROLES)
_USUAL = frozenset(("role", "content", "refusal", "annotations"))
_TEXTS = ("text", "completion", "output", "response", "answer", "generated_text", "output_text", "content")
_PRINTED = re.compile(r"(ChatCompletion|ChatCompletionMessage|ModelResponse|Response|Message|AIMessage)\((id|content)=")


def body_of(value: Any) -> Body | None:
    """The body that a request, an answer or a message is of; None where it is of none."""
    if type(value) is dict and _is_usual_body(value):
        return OPENAI  # as most are
    return next((body for body in BODIES if body.recognises(value)), None)


def _is_usual_body(value: dict[str, Any]) -> bool:
    """Whether a request, an answer or a message is surely of Chat Completions, without asking every body."""
    if type(value.get("choices")) is list:
        return True
    if value.keys() <= _CHAT_MESSAGE:
        return "role" in value and type(value.get("content")) is not list
    turns = value.get("messages")
    if type(turns) is list and turns and not _SPECIAL & value.keys():
        return all(map(_is_plain, turns[:2]))
    return False


_CHAT_MESSAGE = frozenset(("role", "content", "name", "tool_calls", "tool_call_id", "function_call", "refusal",
                           "annotations", "audio", "reasoning_content"))  # fmt: skip
_SPECIAL = frozenset(("system", "contents", "input", "prompt", "tools", "anthropic_version", "inferenceConfig",
                      "toolConfig", "modelId", "schemaVersion", "output"))  # fmt: skip
"""What requests of other bodies have beside their messages; tools may be Anthropic's."""


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
        RowError: Request or answer is of no body, or cannot be read; with the JSON path.
    """
    reading = Reading()
    said = answers(answer, answer_path, reading)
    if said.echoed:
        request = {**said.echoed, **{key: value for key, value in request.items() if value is not None}}
    if not said.answers:
        raise RowError("expected an answer; got none", hint="Without an answer there is nothing to learn.",
                       json_path=answer_path)  # fmt: skip
    found = _asked(request, request_path, reading, messages_path)
    found.choices = [_choice(one, reading) for one in said.answers]
    found.facts |= said.facts
    return _read(found, reading, repaired)


def prompt(request: dict[str, Any], path: str, repaired: Counter[str]) -> Exchange:
    """The exchange of a request that has no answer yet.

    Raises:
        RowError: It is of no body, or cannot be read; with the JSON path.
    """
    reading = Reading()
    return _read(_asked(request, path, reading), reading, repaired)


def choices(answer: Any, path: str, repaired: Counter[str]) -> list[Choice]:
    """The answers in a body.

    Raises:
        RowError: It is of no body.
    """
    reading = Reading()
    found = [_choice(one, reading) for one in answers(answer, path, reading).answers]
    reading.add_to(repaired)
    return found


def conversation(messages: Any, path: str, repaired: Counter[str]) -> Exchange:
    """The exchange of messages of any body, without an answer.

    Raises:
        RowError: They are no messages, or one cannot be read; with the JSON path.
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


def _instructions(asked: Asked, reading: Reading) -> list[Message]:
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


# -- messages ---------------------------------------------------------------------------------------------------------


def turns(given: Any, path: str, reading: Reading, *, plain: bool = True) -> list[Message]:
    """The turns of a list of messages, each of any body, or of the JSON text of one.

    A text that is the only part of its message stays a part only where the API is Chat Completions (`plain`).

    Raises:
        RowError: It is no list of messages, or one of them cannot be read; with the JSON path.
    """
    given = unwrapped(given, reading)
    if type(given) is not list:
        raise RowError(f"expected a list of messages; got {shown(given)}", json_path=path)
    made: list[Message] = []
    for index, one in enumerate(given):
        if _is_plain(one):
            made.append(one)
        elif is_item(one):
            return _checked(folded(enumerate(given), path, reading), path)
        else:
            found = turns_of(one, f"{path}[{index}]", reading)
            check_messages(found, path, index)
            made += found
    return made if plain else list(map(_alone, made))


def _checked(made: list[Message], path: str) -> list[Message]:
    check_messages(made, path)
    return made


def _alone(turn: Message) -> Message:
    """The turn with its text in place of a list of one part."""
    content = turn.get("content")
    if type(content) is list and len(content) == 1 and content[0].get("type") == "text":
        return {**turn, "content": content[0]["text"]}
    return turn


def _is_plain(one: Any) -> bool:
    """Whether nothing has to be done for a message."""
    return (
        type(one) is dict
        and type(one.get("content")) is str
        and type(role := one.get("role")) is str
        and role in _ROLES
        and (len(one) == 2 or (len(one) == 3 and type(one.get("tool_call_id")) is str))
    )


def turns_of(one: Any, path: str, reading: Reading) -> list[Message]:
    """The turns that one message of any body comes to.

    Raises:
        RowError: It is of no body, or cannot be read.
    """
    if type(one) is str:
        return [{"role": "user", "content": one}]
    if type(one) is list and len(one) == 2 and all(type(text) is str for text in one):
        one = {"role": one[0], "content": one[1]}  # LangChain's pair
    if type(one) is not dict:
        raise RowError(f"expected a message, an object with a role; got {shown(one)}", json_path=path)
    if is_item(one):
        return folded([(0, one)], path, reading)
    body = body_of(one)
    if body is None:
        if parts.is_typed(one) or "role" not in one:
            raise unread(one, path)
        body = OPENAI
    return body.turns(one, path, reading)


# -- answers ----------------------------------------------------------------------------------------------------------


def answers(answer: Any, path: str, reading: Reading) -> Said:
    """The answers in a body, or in what else an answer was logged as.

    Raises:
        RowError: It is of no body.
    """
    if type(answer) is dict and type(answer.get("choices")) is list:
        return OPENAI.choices(answer, path, reading)
    answer = together(opened(answer, reading), path, reading)
    if answer is None or answer == [] or answer == {}:
        return Said([Answer(None, None, path)])
    if type(answer) is str:
        return Said([Answer(answer, None, path)])
    if type(answer) is list and all(type(one) is str for one in answer):
        return Said([Answer(one, None, f"{path}[{index}]") for index, one in enumerate(answer)])
    if type(answer) is dict and type(answer.get("messages")) is list and "choices" not in answer:
        answer, path = answer["messages"], f"{path}.messages"
    if type(answer) is list:
        return _listed(answer, path, reading)
    if type(answer) is dict and answer.get("error") and "choices" not in answer:
        raise RowError(f"expected an answer; got the error {shown(answer['error'])}", json_path=path)
    body = body_of(answer) or _wrapper(answer)
    if body is None:
        raise unread(answer, path, "a chat completion with choices, or an answer of another API")
    if body is OPENAI and "choices" in answer and type(answer["choices"]) is not list:
        raise unread(answer, path, "a chat completion with choices, or an answer of another API")
    said = body.choices(answer, path, reading)
    if body not in (OPENAI, LANGCHAIN):
        for one in said.answers:
            one.plain = False
    return said


def _wrapper(answer: Any) -> Body | None:
    """A message with its reason beside it is a choice alone."""
    return OPENAI if type(answer) is dict and type(answer.get("message")) is dict else None


def _listed(answer: list[Any], path: str, reading: Reading) -> Said:
    """A list of items, parts, choices or messages; messages of the assistant's alone are choices."""
    if all(type(one) is dict and type(one.get("message")) is dict for one in answer):
        return OPENAI.choices(answer, path, reading)
    if RESPONSES.recognises(answer):
        return RESPONSES.choices(answer, path, reading)
    if all(map(parts.is_part, answer)) and not any("role" in one for one in answer):
        return Said([Answer({"role": "assistant", "content": answer}, None, path)])
    if AI_SDK.recognises(answer) and not any("role" in one for one in answer):
        return AI_SDK.choices(answer, path, reading)
    found = [body_of(one) for one in answer]
    if None in found or not all(type(one) is dict for one in answer):
        raise unread(next(one for one, body in zip(answer, found, strict=True) if body is None), path, "an answer")
    if all(_is_assistants(one) for one in answer):
        made = [body.choices(one, f"{path}[{index}]", reading)
                for index, (one, body) in enumerate(zip(answer, found, strict=True)) if body]  # fmt: skip
        return Said([one for said in made for one in said.answers], made[-1].facts)
    last = found[-1].choices(answer[-1], f"{path}[{len(answer) - 1}]", reading) if found[-1] else Said([])
    finish = last.answers[-1].finish if last.answers else None
    return Said([Answer(answer, finish, path)], last.facts)


def _is_assistants(one: Message) -> bool:
    role = one.get("role") or one.get("type")
    return type(role) is str and role.casefold() in ("assistant", "model", "ai", "aimessage", "aimessagechunk")


def opened(answer: Any, repaired: Counter[str]) -> Any:
    """The body that JSON text holds; an answer that is JSON itself, as a structured one is, stays text."""
    if type(answer) is str:
        found = unwrapped(answer, Counter())
        if is_body(found):
            repaired[UNWRAPPED] += 1
            return found
    return answer


def is_body(found: Any) -> bool:
    """Whether a value is an answer of some body, or a list of such: and no object that a model wrote."""
    one = found[0] if type(found) is list and found else found
    if type(one) is not dict:
        return False
    if parts.is_typed(one) or is_item(one) or type(one.get("error")) is dict:
        return True
    if str(one.get("type")).startswith("response.") or one.get("object") == "chat.completion.chunk":
        return True
    body = body_of(one)
    if body is OPENAI:
        return bool(_MARKED & one.keys())
    return body is not None or type(one.get("message")) is dict


_MARKED = frozenset(("choices", "candidates", "role", "tool_calls", "function_call", "body"))


def _choice(answer: Answer, reading: Reading) -> Choice:
    """An answer with its turns.

    Raises:
        RowError: It is no message of the assistant's.
    """
    said, path = answer.said, answer.path
    if said is None or said == "" or said == []:
        return Choice([], answer.finish, path)
    if type(said) is str:
        if said[-1:] == ")" and _PRINTED.match(said):
            raise RowError(f"expected an answer; got the text of a Python object, {shown(said[:40])}",
                           hint="Log response.model_dump_json() in place of str(response).",
                           json_path=path)  # fmt: skip
        return Choice([{"role": "assistant", "content": said}], answer.finish, path)
    if type(said) is list:
        return Choice(turns(said, path, reading, plain=answer.plain), answer.finish, path)
    if _is_usual(said):
        reading[NULLS] += 1
        return Choice([{"role": "assistant", "content": said["content"]}], answer.finish, path)
    if "role" not in said and not LANGCHAIN.recognises(said) and not PYDANTIC_AI.recognises(said):
        said = {"role": "assistant", **said}
    found = turns_of(said, path, reading)
    return Choice(found if answer.plain else list(map(_alone, found)), answer.finish, path)


def _is_usual(said: dict[str, Any]) -> bool:
    """Whether a message is text alone in the shape that the API gives nearly all of its answers."""
    return (
        said.keys() == _USUAL
        and said["role"] == "assistant"
        and type(said["content"]) is str
        and said["content"] != ""
        and said["refusal"] is None
        and said["annotations"] == []
    )
