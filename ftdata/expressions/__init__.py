"""Templates, keys and predicates: one sandboxed Jinja language for all of them.

A template renders a row as text (``{{ subject }}``); a key reads a value from an example (``answer.player``,
``metadata.queue`` or just ``queue``); a predicate is true or false (``score >= 0.8 and finish_reason == "stop"``).
Data is never executed: the sandbox forbids private attributes and changes to values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ftdata.codec import check_json, encode
from ftdata.errors import RowError, UnsaidError, UsageError, did_you_mean, shown
from ftdata.expressions import comparing, finding
from ftdata.expressions.advice import advice, unsaid
from ftdata.expressions.words import AnswerText, bound, carried, word
from ftdata.lazily import pattern

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from ftdata.example.words import Example

_FAILS = (
    TypeError, ValueError, ArithmeticError, LookupError, AttributeError, NameError, RecursionError, MemoryError,
)  # fmt: skip
"""What Python says where an expression does not go with a row's values, or makes too much of them."""

_NAME = pattern(r"[^\W\d]\w*\Z")


@lru_cache(maxsize=1)
def _environment() -> ImmutableSandboxedEnvironment:
    from ftdata.expressions.bounds import Sandbox

    environment = Sandbox(lambda value: value.fields() if isinstance(value, AnswerText) else value, as_text)
    environment.filters["json"] = lambda value: encode(value).decode()
    environment.filters |= {name: _said(function) for name, function in finding.FILTERS.items()}
    environment.tests |= {name: _said(function) for name, function in comparing.TESTS.items()}
    # Any name is a column's. What a template may call it gets from `_functions`; Jinja's `range` could fill memory.
    environment.globals.clear()
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    return environment


def _said(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function of values that are there: of a name without one the error says so."""
    from jinja2 import Undefined

    def read(*values: Any) -> Any:
        for value in values:
            if isinstance(value, Undefined):
                value._fail_with_undefined_error()
        return function(*values)

    return read


def as_text(value: object) -> str:
    """A value as a template prints it: text as it is, an empty string for null, JSON for everything else."""
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool | int | float | dict | list | tuple):
        check_json(value)
        return encode(value).decode()
    # Undefined raises here, with the name of the column.
    return str(value)


class Template:
    """A text that refers to the columns of a row.

    Attributes:
        source: The template as written.
        parts: Its segments (text, whether it is a column's name), if it consists only of these.
        columns: The columns that it uses, in order, without ``row``, which stands for all of them.
        whole: Whether it uses ``row``.
        surveyed: The columns whose distinct values it lists with ``values("column")``.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.parts, self.columns, self.surveyed, self.whole = _parse(source)

    def __repr__(self) -> str:
        return f"Template({self.source!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Template) and other.source == self.source

    def __hash__(self) -> int:
        return hash(self.source)

    def __getstate__(self) -> str:
        return self.source

    def __setstate__(self, source: str) -> None:
        self.__init__(source)  # type: ignore[misc] # a template is its source; compiled code does not travel

    def renderer(self, values: Mapping[str, list[str]] | None = None) -> Callable[[Mapping[str, Any]], str]:
        """A function from a row to text; `values` holds the distinct values of the surveyed columns.

        The function raises RowError when the row has no such column or the template fails on its values.
        """
        if self.parts is not None:
            return _plain(self.parts)
        return _jinja(self.source, values or {})

    def evaluator(self, values: Mapping[str, list[str]] | None = None) -> Callable[[Mapping[str, Any]], Any]:
        """As `renderer`, but what is one expression and no text, such as ``{{ n|int }}``, keeps its type."""
        alone = lone(self.source)
        return self.renderer(values) if alone is None else _value(alone, values or {})


def _parse(source: str) -> tuple[tuple[tuple[str, bool], ...] | None, tuple[str, ...], tuple[str, ...], bool]:
    """Segments (text, is a column) when there is nothing else in it; columns; surveyed columns; if it names the row."""
    if "{" not in source:
        return ((source, False),), (), (), False
    from jinja2 import TemplateSyntaxError, meta, nodes

    try:
        tree = _environment().parse(source)
        _environment().compile(source)  # what parsing lets pass: filters and tests that do not exist
    except TemplateSyntaxError as error:
        raise UsageError(f"the template {shown(source)} has an error in line {error.lineno}: {error.message}") from None
    surveyed = tuple(
        argument.value
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "values"
        for argument in call.args[:1]
        if isinstance(argument, nodes.Const)
    )
    # A column may have the name of a function; only what is called as one is one.
    called = {call.node.name for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Name)}
    names = meta.find_undeclared_variables(tree) - (called & set(_functions({})))
    indexed = {
        item.arg.value
        for item in tree.find_all(nodes.Getitem)
        if isinstance(item.node, nodes.Name) and item.node.name == "row" and isinstance(item.arg, nodes.Const)
    }
    ordered = sorted((names - {"row"}) | indexed, key=lambda name: (source.find(name), name))
    return _segments(tree), tuple(ordered), surveyed, "row" in names


def _segments(tree: Any) -> tuple[tuple[str, bool], ...] | None:
    """The template as text and bare columns, which needs no Jinja at run time; None when there is more in it."""
    from jinja2 import nodes

    segments: list[tuple[str, bool]] = []
    for output in tree.body:
        if not isinstance(output, nodes.Output):
            return None
        for node in output.nodes:
            if isinstance(node, nodes.TemplateData):
                segments.append((node.data, False))
            elif isinstance(node, nodes.Name) and node.name != "row":
                segments.append((node.name, True))
            else:
                return None
    return tuple(segments)


def _plain(parts: tuple[tuple[str, bool], ...]) -> Callable[[Mapping[str, Any]], str]:
    if len(parts) == 1:
        return column(parts[0][0]) if parts[0][1] else lambda row: parts[0][0]

    def render(row: Mapping[str, Any]) -> str:
        try:
            return "".join([(as_text(row[text]) if is_column else text) for text, is_column in parts])
        except KeyError as error:
            raise RowError(f"the row has no {error}") from None

    return render


def column(name: str) -> Callable[[Mapping[str, Any]], str]:
    """A function that reads one column of a row as text."""

    def read(row: Mapping[str, Any]) -> str:
        try:
            value = row[name]
        except KeyError:
            raise RowError(f"the row has no {shown(name)}") from None
        return value if type(value) is str else as_text(value)

    return read


def _functions(values: Mapping[str, list[str]]) -> dict[str, Any]:
    """What a template may call."""
    from jinja2.utils import Namespace

    return {"values": lambda name: values[name], "namespace": Namespace}


def _jinja(source: str, values: Mapping[str, list[str]]) -> Callable[[Mapping[str, Any]], str]:
    from jinja2 import TemplateError

    template = _environment().from_string(source, globals=_functions(values))

    def render(row: Mapping[str, Any]) -> str:
        try:
            return template.render({"row": row, **row})
        except (TemplateError, *_FAILS) as error:
            raise RowError(f"the template {shown(source)} fails on this row: {error}") from None

    return render


_LONE = pattern(r"\s*\{\{[-+]?(.*?)[-+]?\}\}\s*\Z", re.DOTALL)


def lone(source: str) -> str | None:
    """The expression of a template that is nothing else, such as ``{{ score|float }}``; else None."""
    from jinja2 import nodes

    found = _LONE.match(source)
    body = _environment().parse(source.strip()).body if found else []
    parts = [part for node in body if isinstance(node, nodes.Output) for part in node.nodes]
    return found[1].strip() if found and len(parts) == 1 and not isinstance(parts[0], nodes.TemplateData) else None


def _value(expression: str, values: Mapping[str, list[str]]) -> Callable[[Mapping[str, Any]], Any]:
    from jinja2 import TemplateError, Undefined

    compiled, functions = _environment().compile_expression(expression, undefined_to_none=False), _functions(values)

    def read(row: Mapping[str, Any]) -> Any:
        try:
            value = compiled({**functions, "row": row, **row})
            if not isinstance(value, Undefined):
                check_json(value, "the value")
                return value
        except (TemplateError, *_FAILS) as error:
            raise RowError(f"{shown(expression)} fails on this row: {error}", hint=advice(error, "")) from None
        raise RowError(f"{shown(expression)} uses a field that this row does not have")

    return read


class Key:
    """Reads a value from an example; None if the example has none.

    Examples:
        >>> Key("queue")({"messages": [], "metadata": {"queue": "billing"}})
        'billing'
    """

    def __init__(self, source: str) -> None:
        self.source = source.strip()
        self._read = _reader(self.source)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.source!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and (type(self), self.source) == (type(other), other.source)

    def __hash__(self) -> int:
        return hash((type(self), self.source))

    def __getstate__(self) -> str:
        return self.source

    def __setstate__(self, source: str) -> None:
        self.__init__(source)  # type: ignore[misc] # as Template: the source is all there is

    def __call__(self, example: Example) -> Any:
        """The value, as JSON.

        Raises:
            RowError: If the expression fails on this example, such as an order between text and a number.
        """
        return self._read(example)


class Predicate(Key):
    """A condition on an example.

    Examples:
        >>> Predicate("score|float >= 0.8")({"messages": [], "metadata": {"score": "0.9"}})
        True
    """

    def __init__(self, source: str) -> None:
        self.source = source.strip()
        self._read = _expression(self.source, strict=True)

    def names_known(self, example: Example) -> bool:
        """Whether the example has every name in the expression, so that only a field can be missing."""
        names = _names(self.source)
        return names == bound(example, names).keys()

    def __call__(self, example: Example) -> bool:
        """Whether the example is meant.

        Raises:
            UnsaidError: If the expression uses a name that the example does not have.
            RowError: If it fails on its values.
        """
        return bool(self._read(example))


def _reader(source: str) -> Callable[[Example], Any]:
    if (read := word(source)) is not None:
        return read
    if _NAME.match(source) and source not in ("true", "false", "none", "True", "False", "None"):
        return lambda example: carried(example).get(source)
    return _expression(source, strict=False)


@lru_cache(maxsize=64)
def _names(source: str) -> set[str]:
    """The names in an expression."""
    from jinja2 import meta

    return meta.find_undeclared_variables(_environment().parse("{{ (" + source + ") }}"))


def _expression(source: str, *, strict: bool) -> Callable[[Example], Any]:
    from jinja2 import TemplateError, Undefined, UndefinedError
    from jinja2.exceptions import TemplateSyntaxError

    environment = _environment()
    try:
        names = _names(source)
        compiled = environment.compile_expression(source, undefined_to_none=False)
    except TemplateSyntaxError as error:
        raise UsageError(f"{shown(source)} is not a valid expression: {error.message}") from None

    def read(example: Example) -> Any:
        try:
            value = compiled(**bound(example, names))
        except (TemplateError, *_FAILS) as error:
            if isinstance(error, TemplateError) and not strict:
                return None
            if isinstance(error, UndefinedError):
                raise unsaid(source, str(error)) from None
            raise RowError(f"{shown(source)} fails on this example: {error}", hint=advice(error)) from None
        if isinstance(value, Undefined):
            if strict:
                raise UnsaidError(
                    f"{shown(source)} uses a field that this example does not have", value._undefined_name or source
                )
            return None
        return str(value) if isinstance(value, AnswerText) else value

    return read


def require_columns(template: Template, columns: tuple[str, ...], option: str) -> None:
    """Refuse a template that names a column which the file does not have.

    Raises:
        UsageError: With the nearest column.
    """
    for name in (*template.columns, *template.surveyed):
        if name not in columns:
            hint = did_you_mean(name, columns)
            spaced = next((known for known in columns if re.sub(r"\W+", "_", known) == name), None)
            if spaced:
                hint = f"Write {{{{ row[{json.dumps(spaced, ensure_ascii=False)}] }}}}."
            raise UsageError(f"{option} names the column {shown(name)}, which the file does not have", hint=hint)
