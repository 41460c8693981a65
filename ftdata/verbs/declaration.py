"""The declaration: what a method says of the verb that it is."""

from __future__ import annotations

import functools
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

from ftdata.classes import dataclass, replace
from ftdata.verbs.conditions import Condition, check
from ftdata.verbs.docstrings import first_sentence, said_of
from ftdata.verbs.kinds import FLAG, Kind, kind_of

if TYPE_CHECKING:
    import inspect

P = ParamSpec("P")
R = TypeVar("R")


class REQUIRED:
    """The default of an option that must be given."""


_HAS_SEVERAL = 0x04
"""The flag of a function's code by which it takes ``*args``: `inspect.CO_VARARGS`."""


@dataclass(frozen=True)
class Option:
    """One option of a verb.

    Attributes:
        name: The parameter's name; dashes take the place of underscores on the command line.
        kind: How its value is written.
        default: What it is where it is not given; `REQUIRED` if it must be.
        about: What it does: the docstring's words.
        old: Names that it had before, which are still understood.
        flag: How a command line spells it, where that is not its name: ``--from`` is no word for a parameter.
        section: The part of a verb that it is of; empty for what the verb itself is about.
    """

    name: str
    kind: Kind
    default: Any
    about: str
    old: tuple[str, ...] = ()
    flag: str = ""
    section: str = ""

    @property
    def spelled(self) -> tuple[str, ...]:
        """How a command line spells it: ``-n`` and ``--n``, ``--near``."""
        if self.flag:
            return tuple(self.flag.split("/"))
        dashed = self.name.replace("_", "-")
        return (f"-{dashed}", f"--{dashed}") if len(dashed) == 1 else (f"--{dashed}",)

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is REQUIRED

    @property
    def help(self) -> str:
        """Its first sentence."""
        return first_sentence(self.about)


@dataclass(frozen=True)
class Verb:
    """A verb, as its method declares it.

    Attributes:
        name: Its name.
        function: The method, or the function.
        summary: One line: what it does.
        about: What more there is to say, paragraph by paragraph.
        options: Its options, in the order of the signature.
        conditions: What must hold among them.
        examples: Command lines that show it.
    """

    name: str
    function: Callable[..., Any]
    summary: str
    about: tuple[str, ...]
    options: tuple[Option, ...]
    conditions: tuple[Condition, ...] = ()
    examples: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Option]:
        return iter(self.options)

    def __getitem__(self, name: str) -> Option:
        return next(one for one in self.options if one.name == name)

    def given(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The options among these values that have another value than their default."""
        return {
            one.name: values[one.name]
            for one in self.options
            if one.name in values and not _same(values[one.name], one.default)
        }

    def check(self, values: Mapping[str, Any]) -> None:
        """Refuse options that do not go together.

        Raises:
            UsageError: If they do not.
        """
        check(self.conditions, self.given(values))


@dataclass(frozen=True)
class _Beside:
    """What `@verb` says beside the signature and the docstring."""

    conditions: tuple[Condition, ...]
    metavars: Mapping[str, str]
    old: Mapping[str, str]
    hidden: frozenset[str]
    examples: tuple[str, ...]
    flags: Mapping[str, str]


def verb(
    *conditions: Condition,
    metavars: Mapping[str, str] | None = None,
    old: Mapping[str, str] | None = None,
    hidden: tuple[str, ...] = (),
    examples: tuple[str, ...] = (),
    flags: Mapping[str, str] | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Declare a method a verb; calls with options that do not go together are refused.

    Args:
        conditions: What must hold among its options.
        metavars: What stands for an option's value in help texts, where its type does not say it.
        old: By name that an option had before: the name that it has now.
        hidden: Parameters that are no options, since text cannot say them.
        examples: Command lines that show it.
        flags: By name of an option: how a command line spells it, where that is not its name.
    """
    beside = _Beside(conditions, metavars or {}, old or {}, frozenset(hidden), examples, flags or {})

    def declare(function: Callable[P, R]) -> Callable[P, R]:
        signature = functools.cache(lambda: _signature(function))  # of hundreds of verbs few are called

        @functools.wraps(function)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            for before in [name for name in beside.old if name in kwargs]:
                kwargs[beside.old[before]] = _renamed(before, beside.old[before], kwargs.pop(before))
            if conditions:
                bound = signature().bind(*args, **kwargs).arguments
                defaults = signature().parameters
                given = {name: value for name, value in bound.items() if not _same(value, defaults[name].default)}
                check(conditions, given)
            return function(*args, **kwargs)

        cast("Any", checked).__verb__ = beside
        return checked

    return declare


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    import inspect

    return inspect.signature(function)


def parameters_of(function: Callable[..., Any]) -> Iterator[tuple[str, str, Any]]:
    """Name, annotation and default of each parameter but ``**`` ones, in a tenth of the time that `inspect` takes.

    What stands there as often as one likes (``*names``) is a list, empty by default.
    """
    bare: Any = getattr(function, "__wrapped__", function)
    code, written = bare.__code__, bare.__annotations__
    positional = code.co_varnames[: code.co_argcount]
    named = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    defaults = dict(zip(reversed(positional), reversed(bare.__defaults__ or ()), strict=False))
    for name in positional:
        yield name, str(written.get(name, "")), defaults.get(name, REQUIRED)
    if several := several_of(bare):
        yield several, f"Sequence[{written.get(several, '')}]", ()
    for name in named:
        yield name, str(written.get(name, "")), (bare.__kwdefaults__ or {}).get(name, REQUIRED)


def several_of(function: Callable[..., Any]) -> str:
    """The parameter that stands there as often as one likes, if there is one."""
    bare: Any = getattr(function, "__wrapped__", function)
    code = bare.__code__
    return code.co_varnames[code.co_argcount + code.co_kwonlyargcount] if code.co_flags & _HAS_SEVERAL else ""


@functools.cache
def declared(function: Callable[..., Any]) -> Verb:
    """The verb that a method or a function is; options are the parameters that text can say.

    Raises:
        TypeError: If a parameter is of no known kind, and is not hidden.
    """
    beside: _Beside = getattr(function, "__verb__", _Beside((), {}, {}, frozenset(), (), {}))
    said, names = said_of(function), vars(sys.modules[function.__module__])
    options = []
    for name, written, default in parameters_of(function):
        if name == "self" or name in beside.hidden:
            continue
        kind = kind_of(written, names)
        if name in beside.metavars:
            kind = _shown_as(kind, beside.metavars[name])
        old = tuple(before for before, now in beside.old.items() if now == name)
        options.append(Option(name, kind, default, said.args.get(name, ""), old, beside.flags.get(name, "")))
    return Verb(
        function.__name__.strip("_"),
        function,
        said.summary,
        said.about,
        tuple(options),
        beside.conditions,
        beside.examples,
    )


def _shown_as(kind: Kind, metavar: str) -> Kind:
    return kind if kind == FLAG else replace(kind, metavar=metavar)


def _renamed(before: str, now: str, value: object) -> Any:
    """The value of an option that was called otherwise; the caller is told."""
    warnings.warn(f"{before}= is now {now}=", DeprecationWarning, stacklevel=3)
    return value


def _same(value: Any, default: Any) -> bool:
    """Whether a value is the default: True is not 1, and an empty list is as good as an empty tuple."""
    if isinstance(value, list | tuple) and isinstance(default, list | tuple):
        return list(value) == list(default)
    return type(value) is type(default) and bool(value == default)
