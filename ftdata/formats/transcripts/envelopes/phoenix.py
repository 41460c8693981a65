"""Spans with OpenInference's attributes, and examples of Phoenix's datasets.

Attributes are flat (``llm.input_messages.0.message.role``), lists of objects with dotted names, or nested; a dataset's
example has the messages under input and output.

Source: OpenInference's semantic conventions and its page on spans of LLMs; Phoenix's dataset examples (2026).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.errors import RowError, shown
from ftdata.findings import Drop
from ftdata.formats.registry import Format, Parsed, only_read
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.exchange import Exchange, together
from ftdata.formats.transcripts.facts import asked, first, iso, scored
from ftdata.formats.transcripts.failing import NO_ANSWER, failed, no_call
from ftdata.formats.transcripts.repair import unwrapped
from ftdata.formats.transcripts.spans import Span, at, is_span, listed, nested, own, spans_of


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """A chat example of each answer of a span or an example; a drop of a span that is not a model call.

    Raises:
        RowError: If it is neither, or its messages cannot be read; with the JSON path.
    """
    if _is_example(row):
        return _example(row, repaired)
    found = spans_of(row)
    if not any(_is_ours(span) or is_span(span) for span in found):
        raise RowError("expected OpenInference's attributes, or input and output with messages", json_path="$")
    return together(_span(span, row, repaired) for span in found)


def _is_example(row: dict[str, Any]) -> bool:
    given, answer = unwrapped(row.get("input"), Counter()), unwrapped(row.get("output"), Counter())
    return "messages" in given and "messages" in answer if type(given) is type(answer) is dict else False


def _is_ours(span: Span) -> bool:
    return "openinference" in span.tree or at(span.tree, "llm", "input_messages") is not None


def _example(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    given, answer = unwrapped(row["input"], repaired), unwrapped(row["output"], repaired)
    made = bodies.exchange(
        {"messages": _messages(given["messages"], "$.input.messages")},
        _messages(answer["messages"], "$.output.messages"),
        repaired,
        request_path="$.input",
        answer_path="$.output.messages",
    )
    made.tools = _tools(given.get("tools"))
    made.know(
        id=first(row, "id", "example_id"),
        created=iso(first(row, "created_at", "updated_at")),
        **scored(_scores(row.get("annotations"))),
    )
    about = unwrapped(row.get("metadata"), repaired)
    made.own = about if type(about) is dict else {}
    return made.examples(repaired)


def _span(span: Span, row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    tree = span.tree
    kind = at(tree, "openinference", "span", "kind") or row.get("span_kind")
    llm = tree.get("llm")
    if type(llm) is not dict or (kind is not None and kind != "LLM"):
        return no_call("a span of the kind", kind or "UNKNOWN")
    if span.error:
        return failed(span.error)
    answer = bodies.opened(at(tree, "output", "value"), Counter())
    body = answer if type(answer) is dict else {}
    asked_for = listed(llm.get("input_messages"))
    if asked_for:
        made = _of_messages(asked_for, listed(llm.get("output_messages")), body, repaired)
    else:
        made = _of_values(tree, answer, repaired)
    if not made.choices:
        return Drop(NO_ANSWER)
    settings = unwrapped(llm.get("invocation_parameters"), Counter())
    settings = settings if type(settings) is dict else {}
    made.tools = _tools(llm.get("tools")) or made.tools or settings.get("tools")
    made.functions = made.functions or settings.get("functions")
    bodies.define(made, tree, "$.attributes")
    made.know(**asked({key: value for key, value in settings.items() if key not in ("model_name", "system")}))
    made.know(**span.facts)
    made.know(
        id=body.get("id"),
        model=first(llm, "model_name"),
        prompt_tokens=at(llm, "token_count", "prompt"),
        completion_tokens=at(llm, "token_count", "completion"),
        cost=at(llm, "cost", "total"),
        session=at(tree, "session", "id"),
        tags=at(tree, "tag", "tags") or None,
        **scored(_scores(first(row, "annotations") or tree.get("annotations"))),
    )
    about = unwrapped(tree.get("metadata"), Counter())
    made.own = {**own(tree), **(about if type(about) is dict else {})}
    return made.examples(repaired)


def _of_messages(asked_for: list[Any], said: list[Any], body: dict[str, Any], repaired: Counter[str]) -> Exchange:
    """The exchange of the messages that a span has; `body` says why its answers end."""
    path = "$.attributes.llm.output_messages"
    answers = _messages(said, path)
    if "output" in body:
        answers = _folded(answers)
    asked_path = "$.attributes.llm.input_messages"
    request = {"messages": _messages(asked_for, asked_path)}
    made = bodies.exchange(request, answers, repaired, answer_path=path, messages_path=asked_path)
    if not answers:
        made.choices = []
    ends = _ends(body, len(made.choices))
    for choice, end in zip(made.choices, ends, strict=True):
        choice.finish = end or choice.finish
    return made


def _of_values(tree: dict[str, Any], answer: Any, repaired: Counter[str]) -> Exchange:
    """The exchange of the request's and the answer's bodies, where a span has no messages of its own."""
    request = unwrapped(at(tree, "input", "value"), repaired)
    if type(request) is not dict:
        hint = "The messages are hidden or were not recorded: OPENINFERENCE_HIDE_INPUTS."
        raise RowError("expected llm.input_messages; got none", hint=hint, json_path="$.attributes")
    where = {"request_path": '$.attributes["input.value"]', "answer_path": '$.attributes["output.value"]'}
    return bodies.exchange(request, answer, repaired, **where)


def _messages(given: Any, path: str) -> list[Any]:
    if type(given) is not list:
        raise RowError(f"expected a list of messages; got {shown(given)}", json_path=path)
    return [_message(one) for one in given]


def _message(given: Any) -> Any:
    """A message as it would stand in a request, without OpenInference's names around each of its parts."""
    if type(given) is not dict:
        return given
    said = _opened(given, "message")
    made = {key: said[key] for key in ("role", "content", "name", "tool_call_id", "refusal", "function_call")
            if said.get(key) is not None}  # fmt: skip
    if contents := listed(said.get("contents")):
        made["content"] = [_part(one) for one in contents]
    if calls := listed(said.get("tool_calls")):
        made["tool_calls"] = [_opened(one, "tool_call") for one in calls]
    if said.get("function_call_name"):
        made["function_call"] = {"name": said["function_call_name"],
                                 "arguments": said.get("function_call_arguments_json")}  # fmt: skip
    return made


def _opened(given: dict[str, Any], name: str) -> dict[str, Any]:
    """An object of a list without the name around it, which stands before the dots or is its one key."""
    if any("." in key for key in given):
        given = nested(given)
    inner = given.get(name)
    return inner if type(inner) is dict else given


def _part(given: Any) -> Any:
    """A block as others have it; OpenInference's picture stands two objects deep."""
    inner = _opened(given, "message_content") if type(given) is dict else given
    url = at(inner, "image", "image", "url") or at(inner, "image", "url")
    return {"type": "image_url", "image_url": url} if type(url) is str else inner


def _ends(body: dict[str, Any], count: int) -> list[Any]:
    """The reasons that the answer's body gives for the ends of so many answers."""
    logged = listed(body.get("choices"))
    if count == 1 and not logged:
        return [first(body, "stop_reason", "finish_reason")]
    return [first(one, "finish_reason") for one in logged] if len(logged) == count else [None] * count


def _folded(said: list[Any]) -> list[Any]:
    """The one answer of the Responses API, whose items are logged as messages."""
    texts = [one["content"] for one in said if type(one.get("content")) is str and one["content"]]
    calls = [call for one in said for call in one.get("tool_calls") or ()]
    parts = [part for one in said if type(one.get("content")) is list for part in one["content"]]
    content: Any = "\n\n".join(texts) if texts else parts
    return [{"role": "assistant", "content": content or None, "tool_calls": calls or None}] if said else []


def _tools(given: Any) -> list[Any]:
    found = []
    for one in listed(given):
        one = unwrapped(one, Counter())
        inner = _opened(one, "tool").get("json_schema") if type(one) is dict else None
        found.append(unwrapped(inner, Counter()) if inner else one)
    return found


def _scores(annotations: Any) -> dict[str, Any]:
    """The scores of annotations by name, or their labels."""
    made = {}
    for one in listed(annotations):
        about = _opened(one, "annotation")
        result = about["result"] if type(about.get("result")) is dict else about
        name, value = first(about, "name", "annotation_name"), first(result, "score", "label")
        if type(name) is str and value is not None:
            made[name] = value
    return made


def _recognised(row: dict[str, Any]) -> bool:
    return _is_example(row) or any(_is_ours(span) for span in spans_of(row))


PHOENIX = Format(
    name="phoenix",
    about="spans with OpenInference's attributes, and examples of Phoenix's datasets",
    kinds=("chat",),
    parse=parse,
    dump=only_read("phoenix"),
    recognises=_recognised,
    sign="attributes of OpenInference, or input and output with messages",
    writes=False,
    transcript=True,
    source="OpenInference's semantic conventions (2026)",
)
