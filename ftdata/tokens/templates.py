"""Chat templates of open models: sandboxed Jinja with the functions that transformers provides."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, NoReturn

from jinja2 import Environment, TemplateError, nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ftdata.classes import dataclass, field
from ftdata.errors import InputError, RowError, shown

Span = tuple[int, int]
"""Where something stands in a text: its first character, and the one behind its last."""

_FAILURES = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError)


@dataclass(slots=True)
class Track:
    """What one rendering has written so far, and where its blocks stand."""

    written: int = 0
    spans: list[Span] = field(default_factory=list)


class Generation(Extension):
    """``{% generation %}``, which marks what is trained: its content, and where that stands while it is tracked."""

    tags = {"generation"}  # noqa: RUF012 - as Jinja declares it

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.blocks = False
        self.tracks: ContextVar[Track | None] = ContextVar("track", default=None)

    def parse(self, parser: Parser) -> nodes.Node:
        """A call with the block's content."""
        self.blocks = True
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_marked"), [], [], body).set_lineno(line)

    def _marked(self, caller: Callable[[], str]) -> str:
        text = caller()
        track = self.tracks.get()
        if track is not None:
            track.spans.append((track.written, track.written + len(text)))
        return text


class ChatTemplate:
    """A chat template.

    Attributes:
        blocks: Whether it says itself what is trained, by ``{% generation %}``.

    Raises:
        InputError: If it is not a template.
    """

    def __init__(self, source: str, constants: Mapping[str, str]) -> None:
        environment = ImmutableSandboxedEnvironment(
            trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, Generation], autoescape=False
        )
        environment.filters["tojson"] = _to_json
        environment.globals.update(constants, raise_exception=_refuse, strftime_now=_now)
        try:
            self._template = environment.from_string(source)
        except TemplateSyntaxError as error:
            raise InputError(f"the chat template has an error in line {error.lineno}: {error.message}") from None
        self._generation = next(one for one in environment.extensions.values() if isinstance(one, Generation))
        self.blocks = self._generation.blocks

    def __call__(self, messages: list[Any], tools: list[Any] | None, reply: bool) -> str:
        """The text of messages, with the beginning of a reply where one is to follow.

        Raises:
            RowError: If the template refuses the messages.
        """
        with _told():
            return self._template.render(messages=messages, tools=tools, documents=None, add_generation_prompt=reply)

    def marked(self, messages: list[Any], tools: list[Any] | None) -> tuple[str, list[Span]]:
        """The text of messages, and where it marks what is trained.

        Raises:
            RowError: If the template refuses the messages.
        """
        track, pieces = Track(), []
        token = self._generation.tracks.set(track)
        try:
            with _told():
                for piece in self._template.generate(
                    messages=messages, tools=tools, documents=None, add_generation_prompt=False
                ):
                    pieces.append(piece)
                    track.written += len(piece)
            return "".join(pieces), track.spans
        finally:
            self._generation.tracks.reset(token)


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong in a template, as the error of a row."""
    try:
        yield
    except _FAILURES as error:
        raise RowError(f"the chat template refuses this example: {shown(str(error))}") from None


def _to_json(
    value: object,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: Any = None,
    sort_keys: bool = False,
) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def _refuse(message: str) -> NoReturn:
    raise TemplateError(message)


def _now(form: str) -> str:
    return datetime.now().strftime(form)
