"""The bodies of requests and answers as OpenAI's API has them, put together: pairs, batches and vendors log these.

Chat Completions: messages and a completion. The Responses API: see `responses`.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.errors import RowError, shown
from ftdata.formats.transcripts import responses
from ftdata.formats.transcripts.exchange import Choice, Exchange, answered, asked
from ftdata.formats.transcripts.repair import unwrapped
from ftdata.formats.transcripts.streams import together

_STORED = ("tools", "response_format", "metadata", "temperature", "top_p", "seed", "presence_penalty",
           "frequency_penalty", "tool_choice")  # fmt: skip
"""What a stored completion says of its request, which other completions do not."""


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
    answer = together(unwrapped(answer, repaired), answer_path, repaired)
    is_response = responses.is_response(answer)
    if is_response or ("messages" not in request and "input" in request):
        found = responses.choices(answer, answer_path, repaired) if is_response else choices(answer, answer_path)
        key = "input" if "messages" not in request else "messages"
        asks = {**request, "input": request.get(key)}
        return responses.exchange(asks, answer, found, repaired, input_path=f"{request_path}.{key}")
    if type(answer) is dict:
        stored = {key: answer[key] for key in _STORED if answer.get(key) is not None}
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
        facts={**asked(request), **(answered(answer) if type(answer) is dict else {})},
        own=own if type(own) is dict else {},
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
            return [choice for _, choice in sorted(found, key=lambda item: item[0])]
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
