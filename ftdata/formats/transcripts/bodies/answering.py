"""Answers: the body that one was logged in, or whatever else of it was logged: a message, a list, text, a stream."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.errors import RowError, shown
from ftdata.formats.transcripts.bodies import parts
from ftdata.formats.transcripts.bodies.ai_sdk import AI_SDK
from ftdata.formats.transcripts.bodies.items import is_item
from ftdata.formats.transcripts.bodies.langchain import LANGCHAIN
from ftdata.formats.transcripts.bodies.messages import alone, body_of, turns, turns_of
from ftdata.formats.transcripts.bodies.openai import OPENAI
from ftdata.formats.transcripts.bodies.pydantic_ai import PYDANTIC_AI
from ftdata.formats.transcripts.bodies.responses import RESPONSES
from ftdata.formats.transcripts.bodies.shape import BodyShape, LoggedAnswer, LoggedTurn, Message, Reading, unread
from ftdata.formats.transcripts.exchange import Choice
from ftdata.formats.transcripts.repair import NULLS, UNWRAPPED, unwrapped
from ftdata.formats.transcripts.streams import together
from ftdata.lazily import pattern

_USUAL = frozenset(("role", "content", "refusal", "annotations"))
_PRINTED = pattern(r"(ChatCompletion|ChatCompletionMessage|ModelResponse|Response|Message|AIMessage)\((id|content)=")


def answers(answer: Any, path: str, reading: Reading) -> LoggedTurn:
    """The answers in a body, or in what else an answer was logged as.

    Raises:
        RowError: If it has no known body.
    """
    if type(answer) is dict and type(answer.get("choices")) is list:
        return OPENAI.choices(answer, path, reading)
    answer = together(opened(answer, reading), path, reading)
    if answer is None or answer == [] or answer == {}:
        return LoggedTurn([LoggedAnswer(None, None, path)])
    if type(answer) is str:
        return LoggedTurn([LoggedAnswer(answer, None, path)])
    if type(answer) is list and all(type(one) is str for one in answer):
        return LoggedTurn([LoggedAnswer(one, None, f"{path}[{index}]") for index, one in enumerate(answer)])
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


def _wrapper(answer: Any) -> BodyShape | None:
    """A message with its reason beside it is a choice alone."""
    return OPENAI if type(answer) is dict and type(answer.get("message")) is dict else None


def _listed(answer: list[Any], path: str, reading: Reading) -> LoggedTurn:
    """A list of items, parts, choices or messages; messages of the assistant's alone are choices."""
    if all(type(one) is dict and type(one.get("message")) is dict for one in answer):
        return OPENAI.choices(answer, path, reading)
    if RESPONSES.recognises(answer):
        return RESPONSES.choices(answer, path, reading)
    if len(answer) == 1 and type(answer[0]) is dict and "role" not in answer[0] and AI_SDK.recognises(answer[0]):
        said = AI_SDK.choices(answer[0], f"{path}[0]", reading)
        said.answers[0].plain = False
        return said
    if all(map(parts.is_part, answer)) and not any("role" in one for one in answer):
        return LoggedTurn([LoggedAnswer({"role": "assistant", "content": answer}, None, path, plain=False)])
    if AI_SDK.recognises(answer) and not any("role" in one for one in answer):
        return AI_SDK.choices(answer, path, reading)
    found = [body_of(one) for one in answer]
    if None in found or not all(type(one) is dict for one in answer):
        strange = [one for one, body in zip(answer, found, strict=True) if body is None or type(one) is not dict]
        raise unread(strange[0], path, "an answer")
    if all(_is_assistants(one) for one in answer):
        made = [body.choices(one, f"{path}[{index}]", reading)
                for index, (one, body) in enumerate(zip(answer, found, strict=True)) if body]  # fmt: skip
        return LoggedTurn([one for said in made for one in said.answers], made[-1].facts)
    last = found[-1].choices(answer[-1], f"{path}[{len(answer) - 1}]", reading) if found[-1] else LoggedTurn([])
    finish = last.answers[-1].finish if last.answers else None
    return LoggedTurn([LoggedAnswer(answer, finish, path)], last.facts)


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


def choice_of(answer: LoggedAnswer, reading: Reading) -> Choice:
    """An answer with its turns.

    Raises:
        RowError: If it is not a message of the assistant's.
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
    if is_usual(said):
        reading[NULLS] += 1
        return Choice([{"role": "assistant", "content": said["content"]}], answer.finish, path)
    if "role" not in said and not LANGCHAIN.recognises(said) and not PYDANTIC_AI.recognises(said):
        said = {"role": "assistant", **said}
    found = turns_of(said, path, reading)
    return Choice(found if answer.plain else list(map(alone, found)), answer.finish, path)


def is_usual(said: dict[str, Any]) -> bool:
    """Whether a message is text alone in the shape that the API gives nearly all of its answers."""
    return (
        said.keys() == _USUAL
        and said["role"] == "assistant"
        and type(said["content"]) is str
        and said["content"] != ""
        and said["refusal"] is None
        and said["annotations"] == []
    )
