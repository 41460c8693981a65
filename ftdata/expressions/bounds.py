"""The sandbox of templates and expressions, with limits on what one may do per row.

Work is counted in characters: those of each text (and the items of each list) that an operator, filter or call
produces, plus a fixed amount for each turn of a loop. Beyond the limit the row fails; nothing too large is ever made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import wraps
from typing import Any

from jinja2 import StrictUndefined, nodes, pass_context
from jinja2.compiler import CodeGenerator
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ftdata.lazily import pattern

LARGEST = 16_000_000
"""The most characters in a text, or items in a list, that a template may make."""
WORK = 100_000_000
"""The most work per row, in characters."""
_TURN, _CALL = 50, 500  # characters of work: one turn of a loop or filter, and one call
_WIDEST = 1_000_000  # characters to which a text may be padded
_BITS = 1 << 16  # of an integer
_LOOP = " loop"  # a filter that nobody can name
_WIDE = pattern(r"\d{7}|\*")
_PADDING = frozenset(("center", "indent", "wordwrap", "batch", "slice", "tojson"))
_SIZED = (str, bytes, list, tuple)
_NUMBERS = (int, float)
_BUILT_IN = (str, bytes, int, float, list, tuple, dict)


class TooMuchError(ValueError):
    """A template or expression exceeds its limits for a row."""


def spend(context: Any, amount: int) -> None:
    """Count work at this row."""
    state = context.eval_ctx
    state.spent = spent = getattr(state, "spent", 0) + amount
    if spent > WORK:
        raise TooMuchError("it does too much work, such as loops or repeated texts")


def _sized(context: Any, size: int) -> None:
    if size > LARGEST:
        raise TooMuchError(f"it makes a text or list of {size:,} characters or items; {LARGEST:,} are allowed")
    spend(context, size)


def _padded(values: Iterable[object]) -> None:
    for value in values:
        if isinstance(value, int) and abs(value) > _WIDEST:
            raise TooMuchError(f"it asks for a width of {value:,}; {_WIDEST:,} are allowed")


def _formatted(form: object, values: Iterable[object]) -> None:
    if isinstance(form, str) and _WIDE.search(form):
        raise TooMuchError("it asks for a width that is too large")
    _padded(values)


def _times(context: Any, left: Any, right: Any) -> None:
    for value, count in ((left, right), (right, left)):
        if isinstance(value, _SIZED) and isinstance(count, int):
            _sized(context, len(value) * max(count, 0))
            return
    if isinstance(left, int) and isinstance(right, int) and left.bit_length() + right.bit_length() > _BITS:
        raise TooMuchError("it makes a number that is too large")


def _operate(context: Any, operator: str, left: Any, right: Any) -> None:
    """Refuse an operation that makes too much."""
    if operator == "*":
        _times(context, left, right)
    elif operator == "+":
        if isinstance(left, _SIZED) and isinstance(right, _SIZED):
            _sized(context, len(left) + len(right))
    elif operator == "**":
        if isinstance(left, int) and isinstance(right, int) and left.bit_length() * max(right, 0) > _BITS:
            raise TooMuchError("it makes a number that is too large")
    elif isinstance(left, str):  # %
        _formatted(left, right if isinstance(right, tuple) else (right,))


def _replaced(context: Any, text: Any, old: Any, new: Any) -> None:
    if isinstance(text, str) and isinstance(old, str) and isinstance(new, str):
        _sized(context, len(text) + text.count(old) * max(len(new) - len(old), 0))


def _joined(context: Any, between: object, values: Any) -> Any:
    """The values to be joined, if they are not too many."""
    kept = values if isinstance(values, list | tuple) else list(_turns(context, values))
    size = sum(len(value) if isinstance(value, str) else 1 for value in kept)
    _sized(context, size + len(kept) * (len(between) if isinstance(between, str) else 0))
    return kept


def _turns(context: Any, values: Iterable[Any]) -> Iterator[Any]:
    for value in values:
        spend(context, _TURN)
        yield value


def _made(context: Any, value: Any) -> Any:
    """What was made, counted."""
    spend(context, _TURN + (len(value) if isinstance(value, _SIZED) else 0))
    return value


def _bounded(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter with its work counted."""
    passed = getattr(getattr(function, "jinja_pass_arg", None), "name", "")
    if not passed and name not in (*_PADDING, "format", "replace", "join"):
        return _counted(function)

    @pass_context
    @wraps(function, updated=())
    def run(context: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        if name in _PADDING:
            _padded((*args, *kwargs.values()))
        elif name == "format":
            _formatted(value, (*args, *kwargs.values()))
        elif name == "replace" and len(args) > 1:
            _replaced(context, str(value), args[0], args[1])
        elif name == "join":
            value = value if isinstance(value, str) else _joined(context, args[0] if args else kwargs.get("d"), value)
        first = {"context": (context,), "eval_context": (context.eval_ctx,), "environment": (context.environment,)}
        return _made(context, function(*first.get(passed, ()), value, *args, **kwargs))

    return run


def _counted(function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter whose result is no larger than its input, with its work counted."""

    @pass_context
    @wraps(function, updated=())
    def run(context: Any, *args: Any, **kwargs: Any) -> Any:
        made = function(*args, **kwargs)
        if type(made) is str and len(made) > _TURN:  # what is short costs no more than the turn that it is made in
            spend(context, len(made))
        return made

    return run


def _concat(pieces: Iterable[str]) -> str:
    """The pieces of a text as one."""
    held, size = [], 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        if size > LARGEST:
            raise TooMuchError(f"it makes a text of more than {LARGEST:,} characters")
    return "".join(held)


class _Code(CodeGenerator):
    def visit_Concat(self, node: Any, frame: Any) -> None:  # noqa: N802 - Jinja's name
        self.write("environment.call_concat(context, (")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")


class Sandbox(ImmutableSandboxedEnvironment):
    """Reads the data's own keys before Python's attributes: `answer.title` is a field, not a method."""

    # The operators that can make something much larger than their operands.
    intercepted_binops = frozenset(("*", "+", "**", "%"))
    code_generator_class = _Code
    concat = staticmethod(_concat)

    def __init__(self, fields: Callable[[Any], Any], finalize: Callable[[object], str]) -> None:
        super().__init__(undefined=StrictUndefined, finalize=finalize, keep_trailing_newline=True, autoescape=False)
        self._fields = fields
        # The same rows give the same text: nothing is random.
        self.filters = {name: _bounded(name, known) for name, known in self.filters.items() if name != "random"}
        self.filters[_LOOP] = pass_context(_turns)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """An attribute, which is a field if there are fields."""
        fields = self._fields(obj)
        if isinstance(fields, Mapping):
            if attribute in fields:
                return fields[attribute]
            return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        # Loops are not calls, so a filter around what they iterate over is what counts their turns.
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, _LOOP, [], [], None, None, lineno=loop.lineno)
        tree.set_environment(self)
        return tree

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """The result of an operator, if it is not too large."""
        # Sums of numbers are frequent and cannot grow large, so they skip the bookkeeping.
        if operator == "+" and type(left) in _NUMBERS:
            return left + right
        _operate(context, operator, left, right)
        return super().call_binop(context, operator, left, right)

    def call_concat(self, context: Any, values: tuple[Any, ...]) -> str:
        """The texts of the values, one behind the other."""
        texts = [str(value) for value in values]
        _sized(context, sum(map(len, texts)))
        return "".join(texts)

    def call(self, context: Any, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """What a function or method of a value gives."""
        owner, name = getattr(obj, "__self__", None), getattr(obj, "__name__", "")
        if isinstance(owner, _BUILT_IN):
            _formatted(owner if name in ("format", "format_map") else None, (*args, *kwargs.values()))
            if name == "replace" and len(args) > 1:
                _replaced(context, owner, args[0], args[1])
            elif name == "join" and args:
                args = (_joined(context, owner, args[0]), *args[1:])
        spend(context, _CALL)
        return _made(context, super().call(context, obj, *args, **kwargs))
