"""The bodies of the Responses API: a request with its input, and the response.

Source: OpenAI's API reference, "Create a model response" and "The response object" (2026).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ftdata.errors import RowError, shown
from ftdata.formats.transcripts.exchange import Choice, Exchange, answered, asked
from ftdata.formats.transcripts.items import answer as answer_of
from ftdata.formats.transcripts.items import folded

UNFINISHED = ("failed", "cancelled", "in_progress", "queued")
"""The states of a response that holds no whole answer; "incomplete" tells its reason apart."""

_ITEMS = ("message", "reasoning", "function_call", "custom_tool_call")
_ECHOED = ("instructions", "tools", "text", "max_output_tokens", "conversation", "previous_response_id", "prompt",
           "metadata")  # fmt: skip
"""What a response says of its request that the example needs, where the request itself was not logged whole."""


def is_response(answer: Any) -> bool:
    """Whether it is a response, or its output alone."""
    if type(answer) is dict:
        return answer.get("object") == "response" or (type(answer.get("output")) is list and "choices" not in answer)
    return type(answer) is list and bool(answer) and type(answer[0]) is dict and answer[0].get("type") in _ITEMS


def choices(answer: Any, path: str, repaired: Counter[str]) -> list[Choice]:
    """The one answer of a response.

    Raises:
        RowError: The output holds what is no item of the assistant's.
    """
    body = answer if type(answer) is dict else {"output": answer}
    output, path = body.get("output"), f"{path}.output" if type(answer) is dict else path
    if type(output) is not list:
        if output is not None or type(body.get("output_text")) is not str:
            raise RowError(f"expected a list of items; got {shown(output)}", json_path=path)
        output = [{"role": "assistant", "content": body["output_text"]}]
    said = answer_of(output, path, repaired)
    return [Choice(said, _finish(body, said), path)]


def _finish(body: Mapping[str, Any], said: Mapping[str, Any] | None) -> Any:
    status = body.get("status")
    if status == "incomplete":
        details = body.get("incomplete_details")
        return (details.get("reason") if type(details) is dict else None) or "length"
    if status in UNFINISHED:
        return "error"
    if status == "completed":
        return "tool_calls" if said and "tool_calls" in said else "stop"
    return None


def exchange(
    request: Mapping[str, Any],
    answer: Any,
    found: list[Choice],
    repaired: Counter[str],
    *,
    input_path: str,
    newest_first: bool = False,
) -> Exchange:
    """The exchange of a request and the answers found for it.

    Args:
        request: Its body: the input, instructions, tools, …
        answer: The response; what it says of the request stands in for what the request does not say.
        found: The answers.
        repaired: Counts what is put right or left out.
        input_path: Where the input stands.
        newest_first: Whether the input's last item comes first.

    Raises:
        RowError: The input cannot be read, or what was said before it is not in the row.
    """
    body = answer if type(answer) is dict else {}
    asks = {key: value for key, value in request.items() if value is not None}
    asks |= {key: body[key] for key in _ECHOED if key not in asks and body.get(key) is not None}
    turns = _turns(asks.get("input"), input_path, repaired, newest_first=newest_first)
    _refuse_parts_of_prompts(asks, turns, input_path)
    text, own = asks.get("text"), asks.get("metadata")
    text = text if type(text) is dict else {}
    settings = {key: asks[key] for key in asks if key not in ("text", "conversation", "previous_response_id")}
    if rest := {key: value for key, value in text.items() if key != "format" and value is not None}:
        settings["text"] = rest
    facts = {**asked(settings), **answered(body)}
    facts |= {"session": _id(asks.get("conversation")), "parent": asks.get("previous_response_id")}
    facts["response_format"] = _response_format(text.get("format")) or facts.get("response_format")
    return Exchange(
        messages=[*_instructions(asks.get("instructions"), input_path, repaired), *turns],
        choices=found,
        path=input_path,
        tools=asks.get("tools"),
        tools_path=f"{input_path.rpartition('.')[0] or '$'}.tools",
        parallel_tool_calls=asks.get("parallel_tool_calls"),
        facts=facts,
        own=own if type(own) is dict else {},
    )


def _turns(given: Any, path: str, repaired: Counter[str], *, newest_first: bool) -> list[dict[str, Any]]:
    if type(given) is str and given:
        return [{"role": "user", "content": given}]
    items = given if type(given) is list else [given] if type(given) is dict else []
    if not items:
        raise RowError(f"expected an input, text or items; got {shown(given)}", json_path=path)
    numbered = list(enumerate(items))
    return folded(reversed(numbered) if newest_first else numbered, path, repaired)


def _instructions(given: Any, path: str, repaired: Counter[str]) -> list[dict[str, Any]]:
    if type(given) is list:
        return folded(enumerate(given), path.rpartition(".")[0] + ".instructions", repaired)
    if given is not None and type(given) is not str:
        raise RowError(f"expected instructions, text or items; got {shown(given)}", json_path=path)
    return [{"role": "system", "content": given}] if given else []


def _refuse_parts_of_prompts(asks: Mapping[str, Any], turns: list[dict[str, Any]], path: str) -> None:
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
