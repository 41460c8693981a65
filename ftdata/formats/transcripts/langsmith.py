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
from ftdata.formats.transcripts import bodies, langchain_messages
from ftdata.formats.transcripts.exchange import Choice, Exchange, asked, first, iso, scored, together
from ftdata.formats.transcripts.failing import NO_ANSWER, failed, no_call
from ftdata.formats.transcripts.repair import unwrapped

_ASKED = ("messages", "input", "prompts", "prompt")
_ANSWERED = ("output", "message", "messages", "answer")
_SESSIONS = ("session_id", "thread_id", "conversation_id")
_PARAMETERS = frozenset(("_type", "model_name", "functions", "tools", "metadata"))
_JSON = ("inputs", "outputs", "extra", "feedback_stats", "metadata")


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of each answer of a run, and of the runs inside it; a drop of what is no call of a model.

    Raises:
        RowError: It is no run, or its messages cannot be read; with the JSON path.
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
    given = inputs.get(name or "")
    if _is_body(outputs) and not _is_langchain(given):
        found = bodies.exchange(
            {**called, **inputs}, outputs, repaired, request_path="$.inputs", answer_path="$.outputs"
        )
        return _finished(found, row, called).examples(repaired)
    asked_at_once = enumerate(_conversations(given, f"$.inputs.{name}"))
    return together(_example(row, called, number, path, one, repaired) for number, (path, one) in asked_at_once)


def _example(
    row: dict[str, Any], called: dict[str, Any], number: int, path: str, messages: Any, repaired: Counter[str]
) -> Parsed:
    choices, facts = _choices(row["outputs"], number, repaired)
    found = Exchange(langchain_messages.conversation(messages, path, repaired), choices, path)
    found.tools, found.functions = row["inputs"].get("tools"), row["inputs"].get("functions")
    found.facts = {key: value for key, value in facts.items() if value is not None}
    return _finished(found, row, called).examples(repaired)


def _is_body(outputs: dict[str, Any]) -> bool:
    return "choices" in outputs or "candidates" in outputs or outputs.get("type") == "message"


def _is_langchain(given: Any) -> bool:
    given = given[0] if type(given) is list and given and type(given[0]) is list else given
    return type(given) is list and any(langchain_messages.is_message(one) for one in given)


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


def _choices(outputs: dict[str, Any], number: int, repaired: Counter[str]) -> tuple[list[Choice], dict[str, Any]]:
    """The answers to the conversation of this number, and what they say of their call."""
    path = "$.outputs.generations"
    given = outputs.get("generations")
    if type(given) is not list or not given:
        path, answer = _answer(outputs)
        given = [{"message": answer}]
    elif type(given[0]) is list:
        given, path = (given[number] if number < len(given) else []), f"{path}[{number}]"
    choices, facts = [], _of_model(outputs.get("llm_output"))
    for index, one in enumerate(given):
        said = first(one, "message", "text")
        known = langchain_messages.facts(said)
        info = one.get("generation_info")
        info = info if type(info) is dict else {}
        said_so = known.pop("finish", None)
        finish = first(info, "finish_reason", "stop_reason", "done_reason") or said_so
        known.pop("id", None)  # the run's says more
        facts = {**{key: value for key, value in known.items() if value is not None}, **facts}
        here = f"{path}[{index}].message"
        answer = said if type(said) is str else langchain_messages.message(said, here, repaired)
        choices.append(Choice(answer, finish, here))
    return choices, facts


def _answer(outputs: dict[str, Any]) -> tuple[str, Any]:
    """Where the one answer stands, and it."""
    if "role" in outputs or langchain_messages.is_message(outputs):
        return "$.outputs", outputs
    for name in _ANSWERED:
        found = outputs.get(name)
        if type(found) is list and found:
            return f"$.outputs.{name}[{len(found) - 1}]", found[-1]
        if found:
            return f"$.outputs.{name}", found
    raise RowError(f"expected generations or a message; got {shown(outputs)}", json_path="$.outputs")


def _of_model(output: Any) -> dict[str, Any]:
    if type(output) is not dict:
        return {}
    usage = first(output, "token_usage", "usage")
    usage = usage if type(usage) is dict else {}
    facts = {
        "model": first(output, "model_name", "model"),
        "prompt_tokens": first(usage, "prompt_tokens", "input_tokens"),
        "completion_tokens": first(usage, "completion_tokens", "output_tokens"),
    }
    return {key: value for key, value in facts.items() if value is not None}


def _finished(found: Exchange, row: dict[str, Any], called: dict[str, Any]) -> Exchange:
    """The exchange with what the run or the example says of the call."""
    extra = row.get("extra")
    extra = extra if type(extra) is dict else {}
    own = {**(extra.get("metadata") or {}), **(row.get("metadata") or {})}
    settings = asked({key: value for key, value in called.items() if key not in _PARAMETERS})
    model = found.facts.get("model") or first(called, "model", "model_name") or own.get("ls_model_name")
    found.facts = {key: value for key, value in settings.items() if value is not None} | found.facts
    found.facts |= {
        "id": first(row, "id", "run_id"),
        "model": model,
        "max_tokens": found.facts.get("max_tokens") or own.get("ls_max_tokens"),
        "created": iso(first(row, "start_time", "created_at")),
        "prompt_tokens": first(found.facts, "prompt_tokens") or row.get("prompt_tokens"),
        "completion_tokens": first(found.facts, "completion_tokens") or row.get("completion_tokens"),
        "cost": _number(row.get("total_cost")),
        "session": first(own, *_SESSIONS),
        "trace": row.get("trace_id"),
        "parent": row.get("parent_run_id"),
        "tags": row.get("tags") or None,
        **scored(_scores(row.get("feedback_stats"))),
    }
    found.tools = found.tools or called.get("tools")
    found.functions = found.functions or called.get("functions")
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
