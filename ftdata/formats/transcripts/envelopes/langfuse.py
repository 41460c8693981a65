"""Langfuse's observations, as its blob storage export, its API and its tables give them; and its dataset items.

The same names are read in snake_case and camelCase. In exports `input` and `output` are text that holds JSON or plain
words, objects may be JSON text, and an empty cell means that there is nothing.

Source: Langfuse's reference of the fields of its blob storage export, and of its API (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.codec import encode
from ftdata.errors import RowError, shown
from ftdata.findings import Drop
from ftdata.formats import testsets
from ftdata.formats.registry import Format, Parsed
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.exchange import Choice, Exchange, together
from ftdata.formats.transcripts.facts import asked, first, iso, scored
from ftdata.formats.transcripts.naming import Named, in_snake_case, number_of, object_of, value_of
from ftdata.formats.transcripts.repair import UNWRAPPED
from ftdata.formats.transcripts.repair import calls as read_calls

GENERATION = "GENERATION"
TYPES = frozenset((GENERATION, "SPAN", "EVENT", "AGENT", "TOOL", "CHAIN", "RETRIEVER", "EVALUATOR", "EMBEDDING",
                   "GUARDRAIL"))  # fmt: skip
OBJECTS = "answers that were objects written as JSON text"

_OWN = ("name", "user_id", "environment", "prompt_name", "prompt_version", "release", "version", "trace_name")
_MARKS = frozenset(("trace_id", "type", "start_time", "expected_output", "usage_details", "model_parameters",
                    "parent_observation_id", "provided_model_name", "status_message", "level"))  # fmt: skip
_ITEM = frozenset(("id", "input", "expected_output", "metadata", "status", "source_trace_id", "source_observation_id",
                   "dataset_id", "dataset_name", "created_at", "updated_at", "project_id"))  # fmt: skip
_MESSAGE = frozenset(("content", "tool_calls", "function_call", "refusal", "annotations", "audio", "reasoning",
                      "reasoning_content", "finish_reason", "name", "id", "additional_kwargs"))  # fmt: skip
_TEXTS = ("text", "completion", "output", "response", "answer")
_CONVERSATION = frozenset(("messages", "input", "contents"))
_PROMPTS = ("prompt", "text", "content", "question", "query")
_HINT = "If it is a table of your own, make a chat of its columns: --user and --assistant."


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of a generation or a dataset item; a drop of any other observation, and where the call failed.

    A trace with its observations in it gives what each of them does.

    Raises:
        RowError: If input or output cannot be read; with the JSON path.
    """
    if testsets.is_item(row):
        return testsets.from_item(row)
    if _is_trace(row):
        return together(parse(_of_trace(row, one), repaired) for one in row["observations"])
    known = Named(row)
    if not any(name in _MARKS for name in map(in_snake_case, row)):
        raise RowError("expected an observation of Langfuse's, or an item of a dataset", hint=_HINT)
    if left_out := _left_out(known):
        return Drop(left_out)
    found = _exchange(known, repaired)
    logged = {name: value for name, value in _facts(known).items() if value is not None}
    settings = {**(found.facts.get("parameters") or {}), **logged.get("parameters", {})}
    found.facts |= {**logged, "parameters": settings or None}
    found.own = {**{name: known[name] for name in _OWN}, **_metadata(known), **found.own}
    return found.examples(repaired)


def _is_trace(row: dict[str, Any]) -> bool:
    """Whether it is a trace as the API gives it, with its observations and not their ids alone."""
    listed = row.get("observations")
    return type(listed) is list and bool(listed) and all(type(one) is dict and "type" in one for one in listed)


def _of_trace(row: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
    """An observation with what its trace says of it."""
    scores = {
        score["name"]: first(score, "value", "stringValue")
        for score in row.get("scores") or []
        if type(score) is dict and "name" in score and score.get("observationId") in (None, one.get("id"))
    }
    trace: dict[str, Any] = {key: row[key] for key in ("sessionId", "userId", "tags") if key in row}
    both = {**object_of(row.get("metadata")), **object_of(one.get("metadata"))}
    return {**trace, **one, "metadata": both, **({"scores": scores} if scores else {})}


def _metadata(known: Named) -> dict[str, Any]:
    """The user's own metadata; what is no object keeps its name."""
    given = value_of(known["metadata"])
    return object_of(given) or ({"metadata": given} if given not in ({}, [], None) else {})


def _left_out(known: Named) -> str:
    """Why there is no example; empty where there is one."""
    kind = known["type"]
    if type(kind) is str and kind.upper() in TYPES and kind.upper() != GENERATION:
        return f"the observation is not a generation: {kind.upper()}"
    if known["level"] == "ERROR":
        return "the request failed"
    if known["status"] == "ARCHIVED":
        return "the dataset item is archived"
    if "input" not in known:
        return "the observation has no input"
    return ""


def _exchange(known: Named, repaired: Counter[str]) -> Exchange:
    """Request and answer, however the input and the output hold them."""
    name = "output" if "output" in known else "expected_output"
    request = _request(_read(known["input"], repaired), known.path("input"))
    answer = _answer(known[name], _read(known[name], repaired), repaired)
    found = bodies.exchange(request, answer, repaired, request_path=known.path("input"), answer_path=known.path(name))
    if len(found.choices) == 1 and "tool_calls" in known:
        _add_calls(found.choices[0], known, repaired)
    for holder in ("tool_definitions", "model_parameters", "metadata"):
        held = value_of(known[holder])
        bodies.define(found, {"tools": held} if holder == "tool_definitions" else held, known.path(holder))
    return found


def _request(given: Any, path: str) -> dict[str, Any]:
    """The body of a request: of messages, of a body, or of the text of one turn.

    Raises:
        RowError: If it is none of them.
    """
    if type(given) is list and given:
        return {"messages": given}
    if type(given) is dict:
        inner = given.get("kwargs")
        asked_for: dict[str, Any] = {**given, **inner} if type(inner) is dict else given
        if _CONVERSATION & asked_for.keys():
            return asked_for
        if "role" in given:
            return {"messages": [given]}
        text = next((given[name] for name in _PROMPTS if name in given), None) if len(given) == 1 else None
        if type(text) is not str:
            raise RowError(f"expected messages or text; got {shown(given)}", hint=_HINT, json_path=path)
        given = text
    if type(given) is not str:
        raise RowError(f"expected messages or text; got {shown(given)}", hint=_HINT, json_path=path)
    return {"messages": [{"role": "user", "content": given}]}


def _answer(logged: Any, given: Any, repaired: Counter[str]) -> Any:
    """The answer as bodies have it; an object that a model wrote is text, as it was logged where that was text."""
    if type(given) is str or given is None or _is_answer(given):
        return given
    if type(given) is dict and len(given) == 1:
        name, inner = next(iter(given.items()))
        if type(inner) is str and name in _TEXTS:
            return inner
    if type(logged) is str:
        return logged
    repaired[OBJECTS] += 1
    return encode(given).decode()


def _is_answer(given: Any) -> bool:
    """Whether it is of a body, and no object that was answered."""
    if bodies.is_body(given):
        return True
    if type(given) is not dict or not given:
        return False
    messages = given.get("messages")
    return _MESSAGE.issuperset(given) or (type(messages) is list and bodies.is_body(messages))


def _add_calls(choice: Choice, known: Named, repaired: Counter[str]) -> None:
    """The calls that stand beside the output, if the answer has none of its own."""
    calls = value_of(known["tool_calls"])
    said = choice.turns[-1] if choice.turns else {"role": "assistant"}
    if type(calls) is list and calls and not (said.get("tool_calls") or said.get("function_call")):
        said = {**said, "tool_calls": read_calls(calls, known.path("tool_calls"), repaired)}
        choice.turns = [*choice.turns[:-1], said]


def _facts(known: Named) -> dict[str, Any]:
    """What is known of the call."""
    usage = object_of(known["usage_details"]) or object_of(known["usage"])
    parameters = object_of(known["model_parameters"])
    for name in ("max_tokens", "max_completion_tokens", "max_output_tokens"):
        if name in parameters:  # the SDKs log a maximum that was not requested as "inf"
            limit = number_of(parameters[name])
            parameters = {**parameters, name: limit if type(limit) is int else None}
    tags = value_of(known["tags"])
    return {
        **asked({name: value for name, value in parameters.items() if value is not None}),
        "id": known["id"],
        "model": known.first("provided_model_name", "model"),
        "created": iso(known.first("start_time", "timestamp", "created_at")),
        "prompt_tokens": _tokens(known, usage, "input", "prompt"),
        "completion_tokens": _tokens(known, usage, "output", "completion"),
        "cost": number_of(
            first(object_of(known["cost_details"]), "total")
            if (cost := known.first("total_cost", "calculated_total_cost")) is None
            else cost
        ),
        "session": known["session_id"],
        "trace": known.first("trace_id", "source_trace_id"),
        "parent": known.first("parent_observation_id", "source_observation_id"),
        "tags": tags if type(tags) is list and tags else None,
        **scored(_scores(known)),
    }


def _tokens(known: Named, usage: dict[str, Any], side: str, other: str) -> Any:
    """The tokens of one side, by what that is called in usage details, or in columns of their own."""
    found = first(usage, side, f"{side}_tokens", f"{other}_tokens", f"{other}Tokens")
    return number_of(known.first(f"{side}_usage", f"{side}_tokens", f"{other}_tokens") if found is None else found)


def _scores(known: Named) -> dict[str, Any]:
    """The scores that a table holds beside its observations: by name, each a value or a list of them."""
    scores = {}
    for name, value in object_of(known["scores"]).items():
        value = value[-1] if type(value) is list and value else value
        if type(value) in (int, float, bool, str):
            scores[name] = value
    return scores


def _read(given: Any, repaired: Counter[str]) -> Any:
    """The value as `value_of` reads it; JSON text of a text is counted, since words in quotation marks look like it."""
    value = value_of(given)
    if type(value) is str and value is not given:
        repaired[UNWRAPPED] += 1
    return value


def _recognised(row: dict[str, Any]) -> bool:
    if _is_trace(row):
        return any(one["type"] in TYPES for one in row["observations"])
    known = Named(row)
    if type(kind := known["type"]) is str and kind in TYPES:
        # Of spans and events their ids must do, since they need no input.
        return "trace_id" in row or "traceId" in row
    if "expected_output" in known and "input" in known:
        return _ITEM.issuperset(map(in_snake_case, row))
    marks = (
        "total_cost",
        "calculated_total_cost",
        "level",
        "usage_details",
        "model_parameters",
        "parent_observation_id",
        "provided_model_name",
        "status_message",
    )
    named = "trace_id" in known and any(mark in known for mark in marks)
    return named and "input" in row and "output" in row


LANGFUSE = Format(
    name="langfuse",
    about="Langfuse's observations (blob storage export, API, tables) and dataset items; written as dataset items",
    kinds=("chat",),
    parse=parse,
    dump=testsets.to_langfuse,
    recognises=_recognised,
    sign="Langfuse's observations, or input and expected output",
    dialect_of="openai-pairs",
    loses=testsets.LOSES,
    transcript=True,
    source="https://langfuse.com/docs/api-and-data-platform/features/blob-storage-export-fields",
)
