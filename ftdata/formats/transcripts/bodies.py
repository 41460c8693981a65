"""The bodies of requests and answers put together, as pairs, batches and vendors log them: OpenAI's and others'.

Chat Completions: messages and a completion. The Responses API: `responses`. Anthropic's and Gemini's: `other_bodies`.
"""

from __future__ import annotations

from collections import Counter
from operator import itemgetter
from typing import Any

from ftdata.errors import RowError, shown
from ftdata.formats.transcripts import other_bodies, responses
from ftdata.formats.transcripts.exchange import Choice, Exchange, answered, asked
from ftdata.formats.transcripts.repair import UNWRAPPED, unwrapped
from ftdata.formats.transcripts.streams import together

_STORED = frozenset(("tools", "response_format", "metadata", "temperature", "top_p", "seed", "presence_penalty",
                     "frequency_penalty", "tool_choice"))  # fmt: skip
"""What a stored completion says of its request, which other completions do not."""

_IDS = {"id": None, "custom_id": None}  # what a reader looks for first stands first
_BODY = frozenset(("choices", "candidates", "role", "tool_calls", "function_call", "body"))


def exchange(
    request: dict[str, Any],
    answer: Any,
    repaired: Counter[str],
    *,
    request_path: str = "$.request",
    answer_path: str = "$.response",
) -> Exchange:
    """The exchange of a request and what it was answered.

    That is a completion, the message of one, or its text; a response of the Responses API; or either as it was
    streamed.

    Raises:
        RowError: The answer is no such thing.
    """
    if type(answer) is not dict:
        answer = together(opened(answer, repaired), answer_path, repaired)
    if other := other_bodies.exchange(request, answer, repaired, request_path, answer_path):
        return other
    if responses.is_response(answer) or ("messages" not in request and "input" in request):
        found = answers(answer, answer_path, repaired)
        key = "input" if "messages" not in request else "messages"
        asks = {**request, "input": request.get(key)}
        return responses.exchange(asks, answer, found, repaired, input_path=f"{request_path}.{key}")
    if type(answer) is dict and not _STORED.isdisjoint(answer):
        stored = {key: value for key, value in answer.items() if key in _STORED and value is not None}
        if stored:
            request = {**stored, **{key: value for key, value in request.items() if value is not None}}
    own = request.get("metadata")
    return Exchange(
        messages=request.get("messages"),
        choices=choices(answer, answer_path),
        path=f"{request_path}.messages",
        tools=request.get("tools"),
        tools_path=f"{request_path}.tools",
        functions=request.get("functions"),
        parallel_tool_calls=request.get("parallel_tool_calls"),
        facts=_IDS | asked(request) | (answered(answer) if type(answer) is dict else {}),
        own=own if type(own) is dict else {},
    )


def answers(answer: Any, path: str, repaired: Counter[str]) -> list[Choice]:
    """The answers in a body of either API.

    Raises:
        RowError: It is no such body.
    """
    return responses.choices(answer, path, repaired) if responses.is_response(answer) else choices(answer, path)


def opened(answer: Any, repaired: Counter[str]) -> Any:
    """The body that JSON text holds; an answer that is JSON itself, as a structured one is, stays text."""
    if type(answer) is str:
        found = unwrapped(answer, Counter())
        if _is_body(found[0] if type(found) is list and found else found):
            repaired[UNWRAPPED] += 1
            return found
    return answer


def _is_body(found: Any) -> bool:
    return type(found) is dict and (
        bool(_BODY & found.keys())
        or type(found.get("message")) is dict
        or type(found.get("error")) is dict
        or found.get("type") == "message"
        or found.get("object") in ("chat.completion", "chat.completion.chunk", "text_completion", "response")
        or str(found.get("type")).startswith("response.")
    )


def choices(answer: Any, path: str) -> list[Choice]:
    """The answers of a chat completion in the order of their index; of a message or text the one that it is.

    Raises:
        RowError: It is none of them.
    """
    if type(answer) is str:
        return [Choice(answer, path=path)]
    if type(answer) is dict:
        given = answer.get("choices")
        if type(given) is list:
            found = [_choice(one, f"{path}.choices[{index}]") for index, one in enumerate(given)]
            if len(found) > 1:
                found.sort(key=itemgetter(0))
            return [choice for _, choice in found]
        if "content" in answer or "tool_calls" in answer or "function_call" in answer:
            return [Choice(answer, answer.get("finish_reason"), path)]
        if type(answer.get("message")) is dict:
            return [Choice(answer["message"], answer.get("finish_reason"), f"{path}.message")]
    raise RowError(f"expected a chat completion with choices; got {shown(answer)}", json_path=path)


def _choice(choice: Any, path: str) -> tuple[int, Choice]:
    if type(choice) is not dict:
        raise RowError(f"expected a choice with a message; got {shown(choice)}", json_path=path)
    index = choice.get("index")
    return index if type(index) is int else 0, Choice(
        choice.get("message", choice.get("text")), choice.get("finish_reason"), f"{path}.message"
    )
