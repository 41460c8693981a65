"""Runs of LangSmith, and examples of its datasets.

A run of the type ``llm`` is a call of a model; other runs hold its surroundings. Its messages are LangChain's, or those
of the API's request and answer where a client was wrapped. Tools stand in ``extra.invocation_params``. What LangSmith
calls a session is its project; a conversation's id is in the metadata.

Source: LangSmith's page on the format of runs, langsmith-sdk's schemas and wrappers (2026).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ftdata.errors import RowError, shown
from ftdata.findings import Drop
from ftdata.formats.registry import Format, Parsed, only_read
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.bodies.responses import is_response
from ftdata.formats.transcripts.exchange import Exchange, together
from ftdata.formats.transcripts.facts import asked, first, iso, scored
from ftdata.formats.transcripts.failing import NO_ANSWER, failed, no_call
from ftdata.formats.transcripts.repair import unwrapped

_ASKED = ("messages", "input", "prompts", "prompt")
_ANSWERED = ("output", "message", "messages", "answer")
_SESSIONS = ("session_id", "thread_id", "conversation_id")
_PARAMETERS = frozenset(("_type", "model_name", "functions", "tools", "metadata"))
_JSON = ("inputs", "outputs", "extra", "feedback_stats", "metadata")


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of each answer of a run, and of the runs inside it; a drop of what is not a model call.

    Raises:
        RowError: If it is not a run, or its messages cannot be read; with the JSON path.
    """
    if "run_type" in row:
        return together(_run(run, repaired) for run in _runs(row))
    if "inputs" not in row or "outputs" not in row:
        raise RowError("expected a run with its run_type, or an example with inputs and outputs", json_path="$")
    return _examples(_opened(row, repaired), {}, repaired)


def _runs(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The run, or in place of one that only holds others, these."""
    inner = row.get("child_runs")
    if row.get("run_type") == "llm" or not inner:
        yield row
        return
    for one in inner:
        yield from _runs(one)


def _opened(row: dict[str, Any], repaired: Counter[str]) -> dict[str, Any]:
    """The row with objects in place of JSON text, which exports to tables write."""
    return {**row, **{key: unwrapped(row[key], repaired) for key in _JSON if type(row.get(key)) is str}}


def _run(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    if row.get("run_type") != "llm":
        return no_call("a run of the type", row.get("run_type"))
    if row.get("error"):
        return failed(row["error"])
    if not row.get("outputs"):
        return Drop(NO_ANSWER)
    row = _opened(row, repaired)
    extra = row.get("extra") or {}
    called = extra.get("invocation_params") or {}
    return _examples(row, called if type(called) is dict else {}, repaired)


def _examples(row: dict[str, Any], called: dict[str, Any], repaired: Counter[str]) -> Parsed:
    inputs, outputs = row["inputs"], row["outputs"]
    if type(inputs) is not dict or type(outputs) is not dict:
        wrong = "inputs" if type(inputs) is not dict else "outputs"
        raise RowError(f"expected an object; got {shown(row[wrong])}", json_path=f"$.{wrong}")
    name = next((key for key in _ASKED if inputs.get(key)), None)
    if name is None and "contents" not in inputs:
        hint = "Columns of your own become a chat with --user and --assistant."
        raise RowError("expected messages or prompts; got none", hint=hint, json_path="$.inputs")
    request = {**{key: value for key, value in called.items() if key not in _PARAMETERS}, **inputs}
    if name is None or (name == "input" and is_response(outputs)):
        found = bodies.exchange(request, outputs, repaired, request_path="$.inputs", answer_path="$.outputs")
        return _finished(found, row, called).examples(repaired)
    asked_at_once = enumerate(_conversations(inputs[name], f"$.inputs.{name}"))
    made = [_example(row, request, called, number, *one, repaired) for number, one in asked_at_once]
    return together(made)


def _example(
    row: dict[str, Any],
    request: dict[str, Any],
    called: dict[str, Any],
    number: int,
    path: str,
    messages: Any,
    repaired: Counter[str],
) -> Parsed:
    place, answer = _answer(row["outputs"], number)
    if answer is None:
        raise RowError("expected an answer; got none", hint="Without an answer there is nothing to learn.")
    asks = {**{key: value for key, value in request.items() if key not in _ASKED}, "messages": messages}
    where = {"request_path": "$.inputs", "answer_path": place, "messages_path": path}
    found = bodies.exchange(asks, answer, repaired, **where)
    return _finished(found, row, called).examples(repaired)


def _conversations(given: Any, path: str) -> list[tuple[str, Any]]:
    """The conversations that were asked at once: one list of messages each; a prompt is the user's message."""
    if type(given) is str:
        return [(path, [given])]
    if type(given) is list and all(type(one) is str for one in given):
        return [(f"{path}[{index}]", [one]) for index, one in enumerate(given)]
    if type(given) is list and type(given[0]) is list and not _is_pair(given[0]):
        return [(f"{path}[{index}]", one) for index, one in enumerate(given)]
    return [(path, given)]


def _is_pair(one: list[Any]) -> bool:
    """Whether a list of two texts is a role and what it said, and not two prompts."""
    return len(one) == 2 and all(type(text) is str for text in one)


def _answer(outputs: dict[str, Any], number: int) -> tuple[str, Any]:
    """Where the answer to the conversation of this number stands, and it; None where it was given none.

    Raises:
        RowError: If there is none.
    """
    given = outputs.get("generations")
    if type(given) is list and given:
        if type(given[0]) is not list:
            return "$.outputs", {**outputs, "generations": given}
        mine = given[number] if number < len(given) else []
        return "$.outputs", {**outputs, "generations": [mine]} if mine else None
    if bodies.is_body(outputs) or "choices" in outputs:
        return "$.outputs", outputs
    for name in _ANSWERED:
        if found := outputs.get(name):
            return f"$.outputs.{name}", found
    raise RowError(f"expected generations or a message; got {shown(outputs)}", json_path="$.outputs")


def _finished(found: Exchange, row: dict[str, Any], called: dict[str, Any]) -> Exchange:
    """The exchange with what the run or the example says of the call."""
    extra = row.get("extra")
    extra = extra if type(extra) is dict else {}
    own = {**(extra.get("metadata") or {}), **(row.get("metadata") or {})}
    outputs = row["outputs"]
    used = outputs.get("usage_metadata") if type(outputs.get("usage_metadata")) is dict else {}
    settings = asked({key: value for key, value in called.items() if key not in _PARAMETERS})
    model = found.facts.get("model") or first(called, "model", "model_name") or own.get("ls_model_name")
    found.facts = {key: value for key, value in settings.items() if value is not None} | found.facts
    found.facts |= {
        "id": first(row, "id", "run_id"),
        "model": model,
        "max_tokens": found.facts.get("max_tokens") or own.get("ls_max_tokens"),
        "created": iso(first(row, "start_time", "created_at")),
        "prompt_tokens": first(found.facts, "prompt_tokens") or first(used, "input_tokens") or row.get("prompt_tokens"),
        "completion_tokens": first(found.facts, "completion_tokens")
        or first(used, "output_tokens")
        or row.get("completion_tokens"),
        "cost": _number(row.get("total_cost")),
        "session": first(own, *_SESSIONS),
        "trace": row.get("trace_id"),
        "parent": row.get("parent_run_id"),
        "tags": row.get("tags") or None,
        **scored(_scores(row.get("feedback_stats"))),
    }
    bodies.define(found, called, "$.extra.invocation_params")
    bodies.define(found, extra.get("metadata"), "$.extra.metadata")
    mine = {key: value for key, value in own.items() if not key.startswith(("ls_", "LANGSMITH_", "LANGCHAIN_"))}
    found.own = {**mine, "name": row.get("name"), "project": first(row, "session_name", "session_id")}
    return found


def _scores(stats: Any) -> dict[str, Any]:
    """The mean of each kind of feedback; of feedback in words the most frequent one."""
    made: dict[str, Any] = {}
    for name, one in stats.items() if type(stats) is dict else ():
        if type(one) is not dict:
            made[name] = one
        elif one.get("avg") is not None:
            made[name] = one["avg"]
        elif type(one.get("values")) is dict and one["values"]:
            made[name] = max(one["values"], key=lambda word: one["values"][word])
    return made


def _number(cost: Any) -> Any:
    """A cost, which LangSmith writes as text."""
    try:
        return float(cost) if type(cost) is str else cost
    except ValueError:
        return None


def _recognised(row: dict[str, Any]) -> bool:
    if "run_type" in row:
        return "inputs" in row or "child_runs" in row
    inputs, outputs = (unwrapped(row.get(key), Counter()) for key in ("inputs", "outputs"))
    if type(inputs) is not dict or type(outputs) is not dict:
        return False
    given = next((inputs[key] for key in ("messages", "input") if type(inputs.get(key)) is list), None)
    if not given or type(given[0]) not in (dict, list):
        return False
    return bool({"generations", "choices", "role", "content", *_ANSWERED} & outputs.keys())


LANGSMITH = Format(
    name="langsmith",
    about="runs and dataset examples of LangSmith",
    kinds=("chat",),
    parse=parse,
    dump=only_read("langsmith"),
    recognises=_recognised,
    sign="run_type with inputs and outputs, or inputs and outputs with messages",
    writes=False,
    transcript=True,
    source="LangSmith's page on the format of runs (2026)",
)
