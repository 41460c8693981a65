"""Chat templates of open models: Jinja in a sandbox, with the few functions that such templates call."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

from jinja2 import TemplateError, nodes
from jinja2.exceptions import TemplateSyntaxError
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ftdata.errors import InputError, RowError, shown

Render = Callable[[list[Any], list[Any] | None, bool], str]


class Generation(Extension):
    """``{% generation %}``, which marks what is trained: here its content and nothing more."""

    tags = {"generation"}  # noqa: RUF012 - as Jinja declares it

    def parse(self, parser: Parser) -> nodes.Node:
        """The block's content."""
        line = next(parser.stream).lineno
        return nodes.Scope(parser.parse_statements(("name:endgeneration",), drop_needle=True), lineno=line)


def compiled(source: str, constants: dict[str, str]) -> Render:
    """The template as a function of messages, tools and whether the reply's start is added.

    The function raises RowError where the template refuses the messages.

    Raises:
        InputError: It is no template.
    """
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, Generation], autoescape=False
    )
    environment.filters["tojson"] = _to_json
    environment.globals.update(constants, raise_exception=_refuse, strftime_now=_now)
    try:
        template = environment.from_string(source)
    except TemplateSyntaxError as error:
        raise InputError(f"the chat template has an error in line {error.lineno}: {error.message}") from None

    def render(messages: list[Any], tools: list[Any] | None, reply: bool) -> str:
        try:
            return template.render(messages=messages, tools=tools, add_generation_prompt=reply)
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
            raise RowError(f"the chat template refuses this example: {shown(str(error))}") from None

    return render


def _to_json(value: object, indent: int | None = None, **_: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _refuse(message: str) -> NoReturn:
    raise TemplateError(message)


def _now(form: str) -> str:
    return datetime.now().strftime(form)
