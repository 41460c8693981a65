"""Requests as lines of Anthropic's and of Gemini's batches.

Source: Anthropic's reference of Message Batches, Google's page on the Gemini Batch API (2026).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ftdata.errors import UsageError, option, shown
from ftdata.formats import anthropic, gemini

if TYPE_CHECKING:
    from ftdata.example.words import Example

SERVICES = ("anthropic", "gemini")
_TAKEN = {
    "anthropic": ("model", "messages", "system", "tools", "stream"),
    "gemini": ("contents", "systemInstruction", "tools", "model"),
}


def prompt_of(service: str, record: Example) -> dict[str, Any]:
    """The part of a request that holds what is asked.

    Raises:
        RowError: If the service has no place for a part of it.
    """
    asked: Example = {key: record[key] for key in ("messages", "tools") if key in record}
    written = anthropic.dump(asked, Counter()) if service == "anthropic" else gemini.dump(asked, Counter())
    return {key: value for key, value in written.items() if key != "metadata"}


def line_of(service: str, id: str, model: str, body: dict[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The line of a request; a Gemini job names its model itself."""
    if service == "anthropic":
        return {"custom_id": id, "params": {"model": model, **body, **settings}}
    return {"key": id, "request": {**body, **settings}}


def settings_of(
    service: str,
    *,
    n: int,
    max_tokens: int | None,
    temperature: float | None,
    response_format: dict[str, Any] | None,
    others: Mapping[str, Any],
) -> dict[str, Any]:
    """The settings as the service names them.

    Raises:
        UsageError: If the service has no such setting, needs one, or one says what is said elsewhere.
    """
    if n < 1 or (max_tokens is not None and max_tokens < 1):
        raise UsageError("a request needs at least one answer of at least one token")
    for name in sorted(set(others) & {*_TAKEN[service]}):
        raise UsageError(f"the setting {shown(name)} has its own option, or none in a batch", hint="Remove it.")
    if service == "gemini":
        return _of_gemini(n, max_tokens, temperature, response_format, others)
    if n > 1:
        raise UsageError("Anthropic gives one answer per request", hint="Ask again with other ids: keep_duplicates.")
    if max_tokens is None:
        raise UsageError(f"Anthropic's requests need {option('max_tokens')}")
    if response_format is not None:
        raise UsageError(f"{option('response_format')} is for OpenAI and Gemini", hint="Ask for JSON in the prompt.")
    given = {"max_tokens": max_tokens, **({} if temperature is None else {"temperature": temperature})}
    return {**given, **others}


def _of_gemini(
    n: int,
    max_tokens: int | None,
    temperature: float | None,
    response_format: dict[str, Any] | None,
    others: Mapping[str, Any],
) -> dict[str, Any]:
    config: dict[str, Any] = {"candidateCount": n} if n > 1 else {}
    if max_tokens is not None:
        config["maxOutputTokens"] = max_tokens
    if temperature is not None:
        config["temperature"] = temperature
    if response_format is not None:
        config["responseMimeType"] = "application/json"
        if schema := (response_format.get("json_schema") or {}).get("schema"):
            config["responseJsonSchema"] = schema
    config |= others
    return {"generationConfig": config} if config else {}
