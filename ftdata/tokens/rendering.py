"""An example as its chat template renders it: the text, its tokens, which of them are trained, what was dropped.

What is trained is what the template marks by ``{% generation %}``; where it marks nothing, what stands behind each
answer's prompt: the difference between the conversation up to the answer and the prompt for it.

Source: transformers 5.24 (`apply_chat_template`: nulls left out, names of the reasoning, tokens of a span) and TRL 1.16
(the prompt's rendering as the prefix of the whole).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, field, replace
from ftdata.codec import decode
from ftdata.errors import RowError
from ftdata.example import parts
from ftdata.tokens.spans import AnswerPlaces

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.tokens.templates import ChatTemplate, Span

Turns = Sequence[Mapping[str, Any]]

UNTRAINED = -100
"""The label of a token that is not trained."""

_REASONING = ("reasoning_content", "thinking", "reasoning")


@dataclass(frozen=True, slots=True)
class Dropped:
    """A part of an example that is missing in its rendering.

    Attributes:
        what: calls, tools, results, system, reasoning, text, beside (text beside calls) or images.
        path: Its place in the example.
        text: The missing text, or its beginning.
    """

    what: str
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Segment:
    """One token of a rendering or, without a tokenizer, a stretch of its text.

    Attributes:
        text: Its text; a character of several tokens is with the first.
        trained: Whether training learns it.
        token: Its number in the vocabulary; None without a tokenizer.
    """

    text: str
    trained: bool
    token: int | None = None


@dataclass(frozen=True, slots=True)
class Rendering:
    """An example, or one side of a pair, as a model is trained on it.

    Attributes:
        text: What the template made of it.
        spans: Where the trained stretches of the text stand.
        tokens: The text's tokens; empty where no tokenizer is known.
        places: Where each token stands in the text.
        trained: Whether training learns each token.
        answers: How many answers are to be trained.
        marked: Whether the template itself marks what is trained.
        as_text: Whether arguments went in as JSON text, since the template refuses objects.
        differs: What the template puts behind a prompt that asks for an answer, and not before the answer in a whole
            conversation; empty where the two agree.
        ended: Whether each trained answer ends with a token at which the model stops.
        path: Where the rendered answers stand in the example: ``$.preferred_output``; ``$`` for all of it.
        dropped: What of the example the text lacks.
    """

    text: str
    spans: tuple[Span, ...]
    tokens: Sequence[int] = ()
    places: Sequence[Span] = ()
    trained: Sequence[bool] = ()
    answers: int = 0
    marked: bool = False
    as_text: bool = False
    differs: str = ""
    ended: bool = True
    path: str = "$"
    dropped: tuple[Dropped, ...] = field(default=())

    @property
    def labels(self) -> list[int]:
        """Each token if it is trained, and -100 if it is not."""
        return [token if trained else UNTRAINED for token, trained in zip(self.tokens, self.trained, strict=True)]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values: the segments, which of them are trained, and what was dropped."""
        return {
            "path": self.path,
            "tokens": len(self.tokens),
            "trained": sum(self.trained),
            "marked": self.marked,
            "segments": [{"text": one.text, "token": one.token, "trained": one.trained} for one in self.segments()],
            "dropped": [{"what": one.what, "path": one.path, "text": one.text} for one in self.dropped],
        }

    def segments(self) -> Iterator[Segment]:
        """The tokens one by one, each with its text; together they are the whole text."""
        if not self.tokens:
            yield from self._stretches()
            return
        end = 0
        for token, (start, stop), trained in zip(self.tokens, self.places, self.trained, strict=True):
            if start > end:  # what no token stands for, such as spaces that a tokenizer strips
                yield Segment(self.text[end:start], False)
            yield Segment(self.text[max(start, end) : stop], trained, token)
            end = max(end, stop)
        if end < len(self.text):
            yield Segment(self.text[end:], False)

    def _stretches(self) -> Iterator[Segment]:
        end = 0
        for start, stop in self.spans:
            if start > end:
                yield Segment(self.text[end:start], False)
            yield Segment(self.text[start:stop], True)
            end = stop
        if end < len(self.text):
            yield Segment(self.text[end:], False)


def plain(turns: Turns, *, objects: bool = True) -> list[dict[str, Any]]:
    """Messages as templates take them: without nulls and weights, arguments as objects or as JSON text."""
    return [_plain(turn, objects) for turn in turns]


def _plain(turn: Mapping[str, Any], objects: bool) -> dict[str, Any]:
    said = {key: value for key, value in turn.items() if value is not None and key != "weight"}
    if "tool_calls" in said:
        calls = said["tool_calls"]
        said["tool_calls"] = [_call(call, objects) for call in calls] if type(calls) is list else calls
    thought = next((said[key] for key in _REASONING if key in said), None)
    return said if thought is None else {"thinking": thought, **said, "reasoning_content": thought}


def _call(call: Any, objects: bool) -> Any:
    function = call.get("function") if type(call) is dict else None
    if not objects or type(function) is not dict or type(function.get("arguments")) is not str:
        return call
    try:
        arguments = decode(function["arguments"].encode())
    except (RowError, UnicodeEncodeError):
        return call
    return {**call, "function": {**function, "arguments": arguments}} if type(arguments) is dict else call


def rendered_turns(
    template: ChatTemplate, turns: Turns, tools: Sequence[Any], *, ends: bool, stops: tuple[str, ...] = ()
) -> Rendering:
    """What a template makes of a conversation, without its tokens.

    Args:
        template: The template.
        turns: The messages.
        tools: The definitions of functions.
        ends: Whether the conversation ends here; else the beginning of a reply follows, and nothing is trained.
        stops: Tokens at which the model stops.

    Raises:
        RowError: If the template refuses it.
    """
    given = list(tools) or None
    messages, as_text = plain(turns), False
    try:
        text, spans = _whole(template, messages, given, ends)
    except RowError:
        # Some templates put arguments into the text as they are, which takes text.
        messages = plain(turns, objects=False)
        text, spans = _whole(template, messages, given, ends)
        as_text = any("tool_calls" in turn for turn in messages)
    wanted = [index for index, turn in enumerate(turns) if parts.trained(turn)] if ends else []
    answers = AnswerPlaces(template, messages, given, text, stops)
    differs = ""
    if not template.blocks:
        spans = [span for index in wanted if (span := answers.span(index)) is not None]
        differs = answers.differs
    elif spans and len(wanted) < sum(turn.get("role") == "assistant" for turn in turns):
        spans = list(without(spans, answers.spans(set(range(len(turns))) - set(wanted))))
    return Rendering(text, tuple(spans), answers=len(wanted), marked=template.blocks, as_text=as_text, differs=differs)


def _whole(template: ChatTemplate, messages: list[Any], tools: list[Any] | None, ends: bool) -> tuple[str, list[Span]]:
    if ends and template.blocks:
        return template.marked(messages, tools)
    return template(messages, tools, not ends), []


def text_of(template: ChatTemplate, turns: Turns, tools: list[Any] | None, *, reply: bool) -> str:
    """The text of messages alone.

    Raises:
        RowError: If the template refuses them.
    """
    try:
        return template(plain(turns), tools, reply)
    except RowError:
        return template(plain(turns, objects=False), tools, reply)


def without(spans: Sequence[Span], others: Sequence[Span]) -> Iterator[Span]:
    """The spans without what stands in the others."""
    for start, stop in spans:
        for first, last in others:
            if last <= start or first >= stop:
                continue
            if first > start:
                yield start, first
            start = max(start, last)
        if start < stop:
            yield start, stop


def with_tokens(made: Rendering, encoding: Any) -> Rendering:
    """The rendering with the tokens of its text; a token is trained where any of it stands in a trained span."""
    places = encoding.offsets
    trained, spans, number = [False] * len(places), made.spans, 0
    for index, (start, stop) in enumerate(places):
        while number < len(spans) and start >= spans[number][1]:
            number += 1
        if number == len(spans):
            break
        trained[index] = stop > spans[number][0]
    return replace(made, tokens=encoding.ids, places=places, trained=trained)


def ended(made: Rendering, ends: Sequence[str]) -> bool:
    """Whether each trained answer, or the last one where they cannot be told apart, ends with an end token."""
    spans = made.spans if len(made.spans) == made.answers else made.spans[-1:]
    return all(made.text[start:stop].rstrip().endswith(tuple(ends)) for start, stop in spans)


def completion(example: Example, end: str) -> Rendering:
    """A prompt and its completion, which stand in no template: they follow each other, then the end token."""
    prompt, answer = str(example["prompt"]), str(example["completion"])
    text = prompt + answer + ("" if answer.endswith(end) else end)
    return Rendering(text, ((len(prompt), len(text)),) if len(text) > len(prompt) else (), answers=1)
