"""Calls of W&B Weave: those of the APIs' clients that it patches, with what was sent as inputs.

Source: weave's trace server interface (CallSchema, feedback types) and its pages on integrations (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.errors import RowError, shown
from ftdata.findings import Drop
from ftdata.formats.registry import Format, Parsed, only_read
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.facts import first, iso, scored
from ftdata.formats.transcripts.failing import NO_ANSWER, failed, no_call
from ftdata.formats.transcripts.repair import unwrapped

_CLIENTS = ("openai", "anthropic", "litellm", "mistral", "groq", "cerebras", "google", "vertexai", "together", "azure",
            "huggingface", "nvidia")  # fmt: skip
_CALLS = ("chat", "completion", "messages", "responses", "generate_content")
_ABOUT_SENDING = frozenset(("self", "timeout", "extra_headers", "extra_query", "extra_body"))
_RUNNABLE, _ANNOTATION, _REACTION = "wandb.runnable.", "wandb.annotation.", "wandb.reaction"


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of each choice of a client's call; a drop of a call that failed, and of your own ops.

    Raises:
        RowError: If it is not a call, or its inputs or output cannot be read; with the JSON path.
    """
    name = _op(row)
    if row.get("exception"):
        return failed(row["exception"])
    if not _is_client(name):
        return no_call("a call of the op", name)
    inputs, answer = unwrapped(row.get("inputs"), repaired), bodies.opened(row.get("output"), repaired)
    if answer is None:
        return Drop(NO_ANSWER)
    if type(inputs) is not dict:
        raise RowError(f"expected the inputs of a call; got {shown(inputs)}", json_path="$.inputs")
    body = {key: value for key, value in inputs.items() if key not in _ABOUT_SENDING}
    found = bodies.exchange(body, answer, repaired, request_path="$.inputs", answer_path="$.output")
    summary = unwrapped(row.get("summary"), repaired)
    summary = summary if type(summary) is dict else {}
    about = summary.get("weave")
    about = about if type(about) is dict else {}
    found.know(
        id=found.facts.get("id") or row.get("id"),
        created=iso(row.get("started_at")),
        cost=_cost(about.get("costs")),
        session=row.get("thread_id"),
        trace=row.get("trace_id"),
        parent=row.get("parent_id"),
        **_usage(summary.get("usage"), found.facts),
        **scored(_scores(first(about, "feedback") or row.get("feedback"))),
    )
    own = row.get("attributes")
    own = {key: value for key, value in own.items() if key != "weave"} if type(own) is dict else {}
    found.own = {**found.own, **own}
    return found.examples(repaired)


def _op(row: dict[str, Any]) -> str:
    """The op's name without its project and its digest."""
    name = row.get("op_name")
    if type(name) is not str:
        raise RowError(f"expected a call with its op_name; got {shown(name)}", json_path="$.op_name")
    return name.rpartition("/op/")[2].partition(":")[0] if name.startswith("weave:") else name


def _is_client(op: str) -> bool:
    named = op.casefold()
    return named.startswith(_CLIENTS) and any(word in named for word in _CALLS)


def _usage(usage: Any, known: dict[str, Any]) -> dict[str, Any]:
    """The tokens of the one model that was called; in place of what the answer does not say."""
    if type(usage) is not dict or len(usage) != 1:
        return {}
    (used,) = usage.values()
    return {
        name: first(used, name, other)
        for name, other in (("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens"))
        if known.get(name) is None
    }


def _cost(costs: Any) -> Any:
    if type(costs) is not dict or not costs:
        return None
    names = ("prompt_tokens_total_cost", "completion_tokens_total_cost")
    return sum(of.get(name) or 0 for of in costs.values() for name in names)


def _scores(feedback: Any) -> dict[str, Any]:
    """The results of scorers and annotations by name, and the last reaction."""
    made: dict[str, Any] = {}
    for one in feedback if type(feedback) is list else ():
        kind, payload = one.get("feedback_type"), one.get("payload") or {}
        if type(kind) is not str:
            continue
        if kind.startswith(_REACTION):
            made["reaction"] = first(payload, "alias", "emoji")
        for start, key in ((_RUNNABLE, "output"), (_ANNOTATION, "value")):
            if kind.startswith(start):
                made[kind.removeprefix(start)] = _alone(payload.get(key))
    return {name: value for name, value in made.items() if value is not None}


def _alone(result: Any) -> Any:
    """A scorer's result, without the object around it where it holds one value."""
    if type(result) is dict and len(result) == 1:
        (result,) = result.values()
    return int(result) if type(result) is bool else result


def _recognised(row: dict[str, Any]) -> bool:
    return type(row.get("op_name")) is str and "inputs" in row


WEAVE = Format(
    name="weave",
    about="calls that W&B Weave logged",
    kinds=("chat",),
    parse=parse,
    dump=only_read("weave"),
    recognises=_recognised,
    sign="op_name and inputs",
    writes=False,
    transcript=True,
    source="weave's trace server interface (2026)",
)
