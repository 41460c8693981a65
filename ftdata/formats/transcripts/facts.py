"""What is known of a logged call beside what was said: its model, tokens, moments, scores, the user's own columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from math import isfinite
from typing import Any

from ftdata.formats.transcripts.repair import unwrapped

FACTS = ("id", "custom_id", "model", "created", "finish_reason", "max_tokens", "prompt_tokens", "completion_tokens",
         "cost", "status", "choice", "session", "trace", "parent", "scores", "score", "tags", "response_format",
         "parameters", "reasoning", "inferred_tools")  # fmt: skip
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

_NUMBERS = ("max_tokens", "prompt_tokens", "completion_tokens", "cost", "status")
_REQUEST = frozenset(("model", "messages", "input", "tools", "functions", "metadata", "response_format", "max_tokens",
                      "max_completion_tokens", "max_output_tokens", "parallel_tool_calls", "stream", "stream_options",
                      "store", "n", "instructions"))  # fmt: skip


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
    """The facts of scores by name, those without one left out; `score` too, where exactly one of them is a number."""
    named = {name: value for name, value in scores.items() if type(name) is str}
    if not named:
        return {}
    numbers = [value for value in named.values() if type(value) in (int, float)]
    return {"scores": named, "score": numbers[0] if len(numbers) == 1 else None}


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
