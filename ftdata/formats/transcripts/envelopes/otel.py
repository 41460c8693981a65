"""OpenTelemetry's spans of calls of models, after its conventions for generative AI, whatever vendor collected them.

Messages are attributes (``gen_ai.input.messages``, objects or JSON text), or events of the span as conventions before
1.37 had them, or numbered attributes (``gen_ai.prompt.0.role``) as OpenLLMetry writes them.

Source: OpenTelemetry's semantic conventions for generative AI up to 1.42 (status: development), the JSON Schemas of
their messages, OpenLLMetry's attributes (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.errors import RowError
from ftdata.findings import Drop
from ftdata.formats.registry import Format, Parsed, only_read
from ftdata.formats.transcripts import bodies, whole
from ftdata.formats.transcripts.envelopes.otel_places import Logged, of_ai_sdk, of_attributes, of_events, of_numbers
from ftdata.formats.transcripts.exchange import Exchange, together
from ftdata.formats.transcripts.facts import asked, first, scored
from ftdata.formats.transcripts.failing import NO_ANSWER, failed, no_call
from ftdata.formats.transcripts.repair import unwrapped
from ftdata.formats.transcripts.spans import Span, Tree, at, is_span, listed, own, spans_of

OPERATIONS = frozenset(("chat", "text_completion", "generate_content", "completion", "responses"))
_HISTORIES = (("pydantic_ai", "all_messages"), ("all_messages_events",), ("all_messages",))
"""Where Pydantic AI's spans of agents keep the whole conversation."""
_DETAILS = "gen_ai.client.inference.operation.details"
_EVALUATION = "gen_ai.evaluation.result"


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of each answer of each span; a drop of a span that is not a model call.

    Raises:
        RowError: If no span is of a model, its messages were not captured, or they cannot be read; with the JSON path.
    """
    found = spans_of(row)
    if not any(_is_ours(span) or is_span(span) for span in found):
        raise RowError("expected a span with attributes such as gen_ai.input.messages; got none", json_path="$")
    return together(_span(span, repaired, alone=len(found) == 1) for span in found)


def _is_ours(span: Span) -> bool:
    return type(span.tree.get("gen_ai")) is dict or type(at(span.tree, "ai", "operationId")) is str


def _span(span: Span, repaired: Counter[str], *, alone: bool) -> Parsed:
    call = span.tree.get("gen_ai")
    telemetry = at(span.tree, "ai", "operationId")
    if type(telemetry) is str and not telemetry.endswith(("doGenerate", "doStream")):
        return no_call("a span of the operation", telemetry)  # its calls are spans of their own
    call = {} if type(telemetry) is str and type(call) is not dict else call
    if type(call) is not dict:
        return no_call("a span named", span.name)
    operation = at(call, "operation", "name") or at(span.tree, "llm", "request", "type")
    if type(operation) is str and operation.casefold() not in OPERATIONS:
        return no_call("a span of the operation", operation)
    if span.error:
        return failed(span.error)
    for name, about in span.events:
        if name == _DETAILS:
            call = _merged(call, about.get("gen_ai") or {})
    logged = of_ai_sdk(span.tree) or of_attributes(call) or of_numbers(call) or of_events(span)
    if logged is None:
        if history := _history(span):
            return _known(whole.exchange(*history, repaired), span, call).examples(repaired)
        if not alone:
            return Drop("the messages were not captured")
        hint = "Set OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true where the calls are made."
        raise RowError("expected the messages of a call; they were not captured", hint=hint, json_path="$.attributes")
    if not logged.answers:
        return Drop(NO_ANSWER)
    return _known(_exchange(span, call, logged, repaired), span, call).examples(repaired)


def _history(span: Span) -> tuple[list[Any], str] | None:
    """The messages of an agent's run, and where they stand; None where they were not logged whole."""
    for name in _HISTORIES:
        if messages := listed(at(span.tree, *name)):
            return messages, ".".join(("$.attributes", *name))
    return None


def _merged(one: Tree, other: Tree) -> Tree:
    """Two trees in one."""
    made = dict(one)
    for key, value in other.items():
        both = type(made.get(key)) is dict and type(value) is dict
        made[key] = _merged(made[key], value) if both else value
    return made


def _exchange(span: Span, call: Tree, logged: Logged, repaired: Counter[str]) -> Exchange:
    ends = listed(at(call, "response", "finish_reasons"))
    where = {"messages_path": logged.path, "answer_path": logged.answers_path}
    made = bodies.exchange({"messages": logged.messages}, logged.answers, repaired, **where)
    for index, choice in enumerate(made.choices):
        choice.finish = choice.finish or (ends[index] if index < len(ends) else None)
    defined = listed(at(call, "tool", "definitions")) or listed(at(span.tree, "ai", "prompt", "tools"))
    made.tools = [_opened(tool) for tool in defined]
    made.functions = [_opened(one) for one in listed(at(span.tree, "llm", "request", "functions"))]
    bodies.define(made, span.tree, "$.attributes")
    return made


def _known(made: Exchange, span: Span, call: Tree) -> Exchange:
    """The exchange with what the span says of the call."""
    request, usage = call.get("request") or {}, call.get("usage") or {}
    settings = {"stop" if key == "stop_sequences" else key: value for key, value in request.items() if key != "choice"}
    made.know(**asked(settings))
    made.know(**span.facts)
    made.know(
        id=at(call, "response", "id") or at(span.tree, "ai", "response", "id"),
        model=at(call, "response", "model") or at(span.tree, "ai", "response", "model"),
        prompt_tokens=first(usage, "input_tokens", "prompt_tokens"),
        completion_tokens=first(usage, "output_tokens", "completion_tokens"),
        session=at(call, "conversation", "id") or at(span.tree, "session", "id"),
        **scored(_scores(span)),
    )
    made.own = own(span.tree)
    return made


def _opened(tool: Any) -> Any:
    """A definition with its schema as an object, where it was logged as JSON text."""
    tool = unwrapped(tool, Counter())
    if type(tool) is dict and type(tool.get("parameters")) is str:
        return {**tool, "parameters": unwrapped(tool["parameters"], Counter())}
    return tool


def _scores(span: Span) -> dict[str, Any]:
    """What evaluations of the answer gave, by name."""
    made = {}
    for name, about in span.events:
        result = at(about, "gen_ai", "evaluation")
        if name == _EVALUATION and type(result) is dict and type(result.get("name")) is str:
            score = result.get("score")
            made[result["name"]] = first(score, "value", "label") if type(score) is dict else score
    return {name: value for name, value in made.items() if value is not None}


def _recognised(row: dict[str, Any]) -> bool:
    found = spans_of(row)
    if any(at(span.tree, "llm", "input_messages") is not None or "openinference" in span.tree for span in found):
        return False
    return any(_is_ours(span) for span in found)


OTEL = Format(
    name="otel",
    about="OpenTelemetry's spans of calls of models (gen_ai.*)",
    kinds=("chat",),
    parse=parse,
    dump=only_read("otel"),
    recognises=_recognised,
    sign="attributes of gen_ai",
    writes=False,
    transcript=True,
    source="OpenTelemetry's semantic conventions for generative AI (2026)",
)
