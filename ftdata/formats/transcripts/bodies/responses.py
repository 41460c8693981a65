"""The Responses API: a request with its input and instructions, and a response with items.

Source: OpenAI's API reference, "Create a model response" and "The response object" (2026).
"""

from __future__ import annotations

from typing import Any

from ftdata.errors import RowError, shown
from ftdata.formats.transcripts.bodies.items import appended, folded, is_item
from ftdata.formats.transcripts.bodies.shape import BodyShape, LoggedAnswer, LoggedPrompt, LoggedTurn, Message, Reading
from ftdata.formats.transcripts.facts import answered, asked

UNFINISHED = ("failed", "cancelled", "in_progress", "queued")
"""The states of a response that holds no whole answer; "incomplete" tells its reason apart."""

NEWEST_FIRST = "newest_first"
"""A mark in a request whose input's last item comes first."""

_ECHOED = ("instructions", "tools", "text", "max_output_tokens", "conversation", "previous_response_id", "prompt",
           "metadata")  # fmt: skip
"""What a response says of its request that the example needs, where the request itself was not logged whole."""
_BESIDE = frozenset(("choices", "messages", "candidates", "generations"))


def is_response(answer: Any) -> bool:
    """Whether it is a response, its output alone, or one item of that."""
    if type(answer) is dict:
        if answer.get("object") == "response" or is_item(answer) or _is_message(answer):
            return True
        output = answer.get("output")
        return type(output) is list and _BESIDE.isdisjoint(answer) and all(map(_is_output, output))
    return type(answer) is list and bool(answer) and all(map(_is_output, answer)) and any(map(_is_marked, answer))


def _is_output(one: Any) -> bool:
    return is_item(one) or (type(one) is dict and one.get("type", "message") == "message" and "role" in one)


def _is_marked(one: Any) -> bool:
    return is_item(one) or _is_message(one)


def _is_message(one: Any) -> bool:
    """Whether it is a message as an item; Anthropic's has a reason why it ends."""
    return type(one) is dict and one.get("type") == "message" and "role" in one and "stop_reason" not in one


def _recognises(value: Any) -> bool:
    if type(value) is dict and "input" in value and "messages" not in value and "output" not in value:
        return not {"run_type", "contents"} & value.keys()
    return is_response(value)


def _turns(given: Any, path: str, reading: Reading) -> list[Message]:
    return folded([(0, given)], path.removesuffix("[0]"), reading)


def _prompt(request: Message, path: str, reading: Reading) -> LoggedPrompt:
    asks = {key: value for key, value in request.items() if value is not None and key != NEWEST_FIRST}
    turns = _asked(asks.get("input"), f"{path}.input", reading, newest_first=bool(request.get(NEWEST_FIRST)))
    _refuse_parts_of_prompts(asks, turns, f"{path}.input")
    text, own = asks.get("text"), asks.get("metadata")
    text = text if type(text) is dict else {}
    settings = {key: asks[key] for key in asks if key not in ("text", "conversation", "previous_response_id")}
    if rest := {key: value for key, value in text.items() if key != "format" and value is not None}:
        settings["text"] = rest
    facts = asked(settings)
    facts |= {"session": _id(asks.get("conversation")), "parent": asks.get("previous_response_id")}
    facts["response_format"] = _response_format(text.get("format")) or facts.get("response_format")
    return LoggedPrompt(
        messages=turns,
        path=f"{path}.input",
        system=asks.get("instructions"),
        system_path=f"{path}.instructions",
        tools=asks.get("tools"),
        tools_path=f"{path}.tools",
        parallel_tool_calls=asks.get("parallel_tool_calls"),
        facts=facts,
        own=own if type(own) is dict else {},
    )


def _asked(given: Any, path: str, reading: Reading, *, newest_first: bool) -> list[Message]:
    if type(given) is str and given:
        return [{"role": "user", "content": given}]
    items = given if type(given) is list else [given] if type(given) is dict else []
    if not items:
        raise RowError(f"expected an input, text or items; got {shown(given)}", json_path=path)
    numbered = list(enumerate(items))
    return folded(reversed(numbered) if newest_first else numbered, path, reading)


def _refuse_parts_of_prompts(asks: Message, turns: list[Message], path: str) -> None:
    """Refuse an input before which the API put what it had kept: earlier turns, or a prompt that is named only."""
    prompt = asks.get("prompt")
    if prompt and not asks.get("instructions"):
        message = f"the prompt is only in part here: the rest is the stored prompt {shown(_id(prompt))}"
        raise RowError(message, hint="Put its text in the request's instructions.", json_path=path)
    earlier = asks.get("previous_response_id") or _id(asks.get("conversation"))
    if earlier and not any(turn["role"] == "assistant" for turn in turns):
        hint = (
            "Put the earlier items before the input: those of the responses before it, or the conversation's "
            "(GET /conversations/{id}/items)."
        )
        message = f"the prompt is only in part here: the turns before it are kept under {shown(earlier)}"
        raise RowError(message, hint=hint, json_path=path)


def _id(given: Any) -> Any:
    return given.get("id") if type(given) is dict else given


def _response_format(given: Any) -> dict[str, Any] | None:
    """The format of an answer's text, as a chat's request has it; None for plain text, which goes without saying."""
    if type(given) is not dict or given.get("type") in (None, "text"):
        return None
    if given["type"] != "json_schema":
        return given
    schema = {key: value for key, value in given.items() if key != "type" and value is not None}
    return {"type": "json_schema", "json_schema": schema}


def _choices(answer: Any, path: str, reading: Reading) -> LoggedTurn:
    whole = type(answer) is dict and ("output" in answer or answer.get("object") == "response")
    body = answer if whole else {"output": answer if type(answer) is list else [answer]}
    output, place = body.get("output"), f"{path}.output" if whole else path
    if type(output) is not list:
        if output is not None or type(body.get("output_text")) is not str:
            raise RowError(f"expected a list of items; got {shown(output)}", json_path=place)
        output = [{"role": "assistant", "content": body["output_text"]}]
    said = _said(output, place, reading)
    echoed = {key: body[key] for key in _ECHOED if body.get(key) is not None}
    return LoggedTurn([LoggedAnswer(said, _finish(body, said), place)], answered(body) if whole else {}, echoed)


def _said(items: list[Any], path: str, reading: Reading) -> list[Message] | None:
    """The turns that an output comes to: one of the assistant's, unless results stand between several."""
    turns: list[Message] = []
    for turn in folded(enumerate(items), path, reading):
        if turn["role"] not in ("assistant", "tool"):
            raise RowError(f"expected the assistant's items; got {shown(turn['role'])}", json_path=path)
        if turns and turn["role"] == turns[-1]["role"] == "assistant":
            appended(turns[-1], turn, reading)
        else:
            turns.append(turn)
    return turns or None


def _finish(body: Message, said: list[Message] | None) -> Any:
    status = body.get("status")
    if status == "incomplete":
        details = body.get("incomplete_details")
        return (details.get("reason") if type(details) is dict else None) or "length"
    if status in UNFINISHED:
        return "error"
    if status == "completed":
        return "tool_calls" if said and "tool_calls" in said[-1] else "stop"
    return None


RESPONSES = BodyShape("the Responses API", _recognises, _turns, _prompt, _choices)
