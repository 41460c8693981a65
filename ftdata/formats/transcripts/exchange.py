"""An exchange, a request and its answers, and the examples that come of it: the same whatever vendor logged it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from math import isfinite
from typing import Any

from ftdata.errors import RowError, shown
from ftdata.example.shapes import Example
from ftdata.findings import Drop
from ftdata.formats.gate import check_messages
from ftdata.formats.registry import Parsed
from ftdata.formats.transcripts.repair import NULLS, conversation, linked, message, tools, unwrapped

FACTS = ("id", "custom_id", "model", "created", "finish_reason", "max_tokens", "prompt_tokens", "completion_tokens",
         "cost", "status", "choice", "session", "trace", "parent", "scores", "score", "tags", "response_format",
         "parameters")  # fmt: skip
"""What an example's metadata says of its call, whatever the vendor; only what was logged."""

REASONS = {
    "end_turn": "stop", "stop_sequence": "stop", "eos": "stop", "complete": "stop", "completed": "stop",
    "max_tokens": "length", "max_output_tokens": "length", "model_length": "length",
    "tool_use": "tool_calls", "tool_call": "tool_calls",
    "model_context_window_exceeded": "length",
    "malformed_function_call": "error",
    "safety": "content_filter", "recitation": "content_filter", "blocklist": "content_filter",
    "prohibited_content": "content_filter", "spii": "content_filter", "refusal": "content_filter",
    "content_filtered": "content_filter", "guardrail_intervened": "content_filter",
}  # fmt: skip
"""Other words for why an answer ends, in small letters: Anthropic's, Bedrock's, Gemini's, OpenTelemetry's."""

SETTINGS = frozenset((
    "temperature", "top_p", "seed", "stop", "tool_choice", "presence_penalty", "frequency_penalty", "logit_bias",
    "logprobs", "top_logprobs", "reasoning_effort", "reasoning", "service_tier", "user", "verbosity", "modalities",
    "prediction", "web_search_options", "text", "truncation", "include", "function_call", "previous_response_id",
))  # fmt: skip
"""A request's settings, to tell them from what else stands beside its messages."""

_PRINTED = re.compile(r"(ChatCompletion|ChatCompletionMessage|ModelResponse|Response|Message|AIMessage)\((id|content)=")
_NUMBERS = ("max_tokens", "prompt_tokens", "completion_tokens", "cost", "status")
_USUAL = frozenset(("role", "content", "refusal", "annotations"))
_REQUEST = frozenset(("model", "messages", "input", "tools", "functions", "metadata", "response_format", "max_tokens",
                      "max_completion_tokens", "max_output_tokens", "parallel_tool_calls", "stream", "stream_options",
                      "store", "n", "instructions"))  # fmt: skip


@dataclass(slots=True)
class Choice:
    """One answer.

    Attributes:
        message: The assistant's, as logged: an object, or its text.
        finish: Why it ends, if that was logged.
        path: Where it stands, for errors.
    """

    message: Any
    finish: Any = None
    path: str = "$"


@dataclass(slots=True)
class Exchange:
    """A request and its answers, as a vendor's parser finds them in a row.

    Attributes:
        messages: The request's, as logged.
        choices: The answers.
        path: Where the messages stand, for errors.
        tools: Definitions in any shape.
        tools_path: Where they stand.
        functions: Definitions in the deprecated style.
        parallel_tool_calls: As requested, if it was.
        facts: What is known of the call, under the names of `FACTS`; nothing is said by None.
        own: The user's own metadata.
    """

    messages: Any
    choices: list[Choice]
    path: str = "$.messages"
    tools: Any = None
    tools_path: str = "$.tools"
    functions: Any = None
    parallel_tool_calls: Any = None
    facts: dict[str, Any] = field(default_factory=dict)
    own: Mapping[str, Any] = field(default_factory=dict)

    def know(self, **facts: object) -> None:
        """Add what else is known of the call, over what was; None says nothing."""
        self.facts |= {name: value for name, value in facts.items() if value is not None}

    def examples(self, repaired: Counter[str]) -> Parsed:
        """A chat example of each answer, with what is known of the call in its metadata.

        Raises:
            RowError: The messages cannot be read, or nothing was answered.
        """
        asked = conversation(self.messages, self.path, repaired)
        if not asked:
            raise RowError("expected at least one message; got []", json_path=self.path)
        if not self.choices:
            raise RowError("expected an answer; got none", hint="Without an answer there is nothing to learn.")
        definitions = self._definitions(repaired)
        made = [self._example(asked, choice, index, definitions, repaired) for index, choice in enumerate(self.choices)]
        return made[0] if len(made) == 1 else made

    def _example(
        self, asked: list[Any], choice: Choice, index: int, definitions: Example, repaired: Counter[str]
    ) -> Example | Drop:
        answer = said_in(choice, repaired)
        if answer is None:
            return Drop("nothing was answered")
        messages = linked([*asked, answer], repaired)
        facts = {**self.facts, "finish_reason": reason_of(choice)}
        if len(self.choices) > 1:
            facts["choice"] = index
        return {"messages": messages, **definitions, "metadata": metadata(facts, self.own)}

    def _definitions(self, repaired: Counter[str]) -> Example:
        if not (self.tools or self.functions):
            return {}
        made: Example = {}
        if self.functions and not self.tools and _calls_deprecated(self.messages, self.choices):
            made["functions"] = [tool["function"] for tool in tools(self.functions, None, "$.functions", repaired)]
        elif found := tools(self.tools, self.functions, self.tools_path, repaired):
            made["tools"] = found
        if self.parallel_tool_calls is not None and "tools" in made:
            made["parallel_tool_calls"] = self.parallel_tool_calls
        return made


def said_in(choice: Choice, repaired: Counter[str]) -> Any:
    """The assistant's message of a choice; None where it holds no word and no call.

    Raises:
        RowError: It is no message of the assistant's.
    """
    said = choice.message
    if type(said) is str:
        if said[-1:] == ")" and _PRINTED.match(said):
            raise RowError(f"expected an answer; got the text of a Python object, {shown(said[:40])}",
                           hint="Log response.model_dump_json() in place of str(response).",
                           json_path=choice.path)  # fmt: skip
        return {"role": "assistant", "content": said} if said else None
    if type(said) is not dict:
        if said is None:
            return None
        raise RowError(f"expected the assistant's message; got {shown(said)}", json_path=choice.path)
    if _is_usual(said):
        repaired[NULLS] += 1
        return {"role": "assistant", "content": said["content"]}
    answer = message({"role": "assistant", **said}, choice.path, repaired)
    if answer["role"] != "assistant":
        raise RowError(f"expected the assistant's message; got {shown(said.get('role'))}", json_path=choice.path)
    if not (answer.get("content") or answer.get("tool_calls") or answer.get("refusal") or "function_call" in answer):
        return None
    check_messages([answer], choice.path)
    return answer


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


def together(parsed: Iterable[Parsed]) -> Parsed:
    """What several rows or calls in one row have become: the one thing that it is, or a list."""
    made: list[Example | Drop] = []
    for one in parsed:
        if isinstance(one, list):
            made += one
        else:
            made.append(one)
    return made[0] if len(made) == 1 else made


def _calls_deprecated(messages: Any, choices: list[Choice]) -> bool:
    """Whether the conversation calls functions in the deprecated style, or not at all."""
    said = [*messages, *(choice.message for choice in choices)] if type(messages) is list else []
    return not any(type(one) is dict and one.get("tool_calls") for one in said)


def reason_of(choice: Choice) -> Any:
    """Why it ends, in OpenAI's words; None where that was not logged."""
    finish = choice.finish
    return REASONS.get(finish.casefold(), finish.casefold()) if type(finish) is str else None


def metadata(facts: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """What is known of a call, then the user's own; a name that is taken gets an underscore."""
    made = {name: value for name, value in facts.items() if value is not None and value != ""}
    for name in _NUMBERS:
        if type(made.get(name)) is str:
            made[name] = number(made[name])
    if type(made.get("tags")) is str:
        made["tags"] = _tags(made["tags"])
    if not own:
        return made
    for name, value in own.items():
        if value is not None and made.get(name) != value:
            made[f"{name}_" if name in made else name] = value
    return made


def number(text: str) -> Any:
    """The number that a table wrote as text; other text stays as it is."""
    try:
        return int(text)
    except ValueError:
        try:
            return value if isfinite(value := float(text)) else text
        except ValueError:
            return text


def _tags(text: str) -> list[Any]:
    """The tags that a table wrote as text: a list's, or words between commas."""
    found = unwrapped(text, Counter())
    return found if type(found) is list else [tag.strip() for tag in text.split(",") if tag.strip()]


def scored(scores: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of scores by name: `score` too, where exactly one of them is a number."""
    if not scores:
        return {}
    numbers = [value for value in scores.values() if type(value) in (int, float)]
    return {"scores": dict(scores), "score": numbers[0] if len(numbers) == 1 else None}


def asked(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the body of a request says of its call."""
    limit = first(body, "max_completion_tokens", "max_output_tokens", "max_tokens")
    rest = {key: value for key, value in body.items() if value is not None and key not in _REQUEST}
    return {
        "model": body.get("model"),
        "max_tokens": limit,
        "response_format": body.get("response_format"),
        "parameters": rest or None,
    }


def answered(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the body of an answer says of its call."""
    usage = body.get("usage")
    usage = usage if type(usage) is dict else {}
    facts = {
        "id": body.get("id"),
        "created": iso(body.get("created") or body.get("created_at")),
        "prompt_tokens": usage.get("prompt_tokens", usage.get("input_tokens")),
        "completion_tokens": usage.get("completion_tokens", usage.get("output_tokens")),
    }
    if body.get("model"):
        facts["model"] = body["model"]
    return facts


def first(of: Mapping[str, Any], *names: str) -> Any:
    """The first of these values that is there and not None."""
    for name in names:
        if (value := of.get(name)) is not None:
            return value
    return None


def iso(when: Any) -> Any:
    """A moment as ISO 8601 text in UTC; of seconds (or milliseconds) since 1970, or of text that tells its zone.

    Text that is no such moment stays as it is.
    """
    if type(when) is int and 0 <= when < _MILLISECONDS:
        day, rest = divmod(when, 86400)
        return f"{_day(day)}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}Z"
    if type(when) in (int, float):
        try:
            seconds = when / 1000 if when >= _MILLISECONDS else when
            return _text(datetime.fromtimestamp(seconds, UTC))
        except (OverflowError, OSError, ValueError):
            return when
    if type(when) is str and when[:1].isdigit():
        try:
            moment = datetime.fromisoformat(when)
        except ValueError:
            return when
        # Logs without a zone are in UTC wherever the vendor says anything about it.
        return _text(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC))
    return when


_MILLISECONDS = 10**11  # so many seconds are the year 5138


@lru_cache(maxsize=1024)
def _day(number: int) -> str:
    """The day of this number since 1970."""
    return (date(1970, 1, 1) + timedelta(days=number)).isoformat()


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="auto").replace("+00:00", "Z")
