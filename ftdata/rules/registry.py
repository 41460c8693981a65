"""What a rule is: a record and a function. Importing a module of rules adds them to the list."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeVar

from ftdata.classes import dataclass
from ftdata.errors import UsageError, did_you_mean, shown
from ftdata.findings import Drop, Severity

if TYPE_CHECKING:
    from ftdata.example.words import Kind
    from ftdata.facts.traces import Traces
    from ftdata.rules.look import RowLook

Unit = Literal[
    "line",
    "reject",
    "own",
    "label",
    "row",
    "message",
    "turns",
    "definitions",
    "call",
    "text",
    "image",
    "set",
    "file",
    "against",
    "format",
    "rendered",
    "unrendered",
]
"""What a rule's function looks at; each unit's arguments stand in `ftdata.rules.page`."""

F = TypeVar("F", bound=Callable[..., Any])

NOTHING: Final = object()

CHAT: Final[tuple[Kind, ...]] = ("chat", "preference", "reinforcement")
ALL: Final[tuple[Kind, ...]] = (*CHAT, "completion")


class Problem(NamedTuple):
    """What a rule's function yields; the rest of a finding comes from the rule's record and the engine.

    Attributes:
        path: The JSON path, or empty.
        message: What is wrong, without data.
        got: The value that is wrong; it ends the message as ``; got …``.
        hint: What to do, where that is more than the record says.
    """

    path: str
    message: str
    got: object = NOTHING
    hint: str = ""

    @property
    def text(self) -> str:
        """The message with the data."""
        return self.message if self.got is NOTHING else f"{self.message}; got {shown(self.got)}"


class Found(NamedTuple):
    """What a rule over the set yields.

    Attributes:
        problem: What is wrong.
        spot: Where, as surveys know it; None for the set as a whole.
        twin: Another place that belongs to it.
        times: How many findings it stands for.
    """

    problem: Problem
    spot: int | None = None
    twin: int | None = None
    times: int = 1


@dataclass(frozen=True)
class Rule:
    """A rule's record, from which findings, `ftdata explain` and the documentation are made.

    Attributes:
        slug: Its name.
        severity: How bad what it finds is.
        title: What it finds, in a few words.
        why: Why that matters.
        fix: What to do about it, a sentence; the hint of its findings unless they have a better one.
        source: Where the fact comes from.
        since: The version of ftdata that has it first.
        over: What its function looks at.
        test: The function.
        kinds: The kinds of example that it is for.
        near: A quick look at a row: whether what it looks for can be there at all; None to look always.
        traces: As `near`, for a rule over texts: what stands in the texts of a row in which it finds anything. A new
            line stands behind each text.
        survey: What the function of a rule over the set takes: a class of summaries. They take in rows that are right
            in structure, and with `any_row` the others too.
        once: Whether it is told once a file, however many rows have it.
    """

    slug: str
    severity: Severity
    title: str
    why: str
    fix: str
    source: str
    since: str
    over: Unit
    test: Callable[..., Any]
    kinds: tuple[Kind, ...] = ALL
    near: Callable[[RowLook], bool] | None = None
    traces: Traces | None = None
    survey: type[Any] | None = None
    once: bool = False

    @cached_property
    def group(self) -> str:
        """The module that it stands in: ``messages``, ``tools``, ``quality`` and so on."""
        module: str = getattr(self.test, "func", self.test).__module__
        return module.removeprefix("ftdata.rules.").split(".")[0]

    def __reduce__(self) -> tuple[Any, ...]:
        return _of, (self.slug,)  # its function may be known under another name


def _of(slug: str) -> Rule:
    from ftdata.rules import RULES

    return RULES[slug]


FOUND: dict[str, Rule] = {}
"""All rules by slug, in the order of their definition."""


def rule(
    slug: str,
    severity: str,
    title: str,
    *,
    over: Unit,
    why: str,
    fix: str,
    source: str,
    since: str = "0.1.0",
    kinds: tuple[Kind, ...] = ALL,
    near: Callable[[RowLook], bool] | None = None,
    traces: Traces | None = None,
    survey: type[Any] | None = None,
    once: bool = False,
) -> Callable[[F], F]:
    """Make a rule of a function; see `Rule` for the fields."""

    def register(test: F) -> F:
        if slug in FOUND:
            raise AssertionError(f"two rules are called {slug}")
        level = Severity.named(severity)
        FOUND[slug] = Rule(slug, level, title, why, fix, source, since, over, test, kinds, near, traces, survey, once)
        return test

    return register


Fix = Callable[[dict[str, Any], str], Drop | None]
"""Changes a row in place, or says that it goes; also gets the kind that the row should have."""

FIXES: dict[str, tuple[Literal["safe", "unsafe"], Fix]] = {}
"""By rule: how sure its fix is, and the function that changes a row in place."""


def fixes(slug: str, *, safe: bool) -> Callable[[F], F]:
    """Make a function the fix of a rule. Safe is what never changes what an example means."""

    def register(fix: F) -> F:
        FIXES[slug] = ("safe" if safe else "unsafe", fix)
        return fix

    return register


def chosen(rules: Mapping[str, Rule], select: Iterable[str] = (), ignore: Iterable[str] = ()) -> tuple[Rule, ...]:
    """The rules that are selected by slug or group (all if none is named) and not ignored.

    Raises:
        UsageError: If there is no such rule or group.
    """
    asked, unwanted = set(select), set(ignore)
    if not asked and not unwanted:
        return tuple(rules.values())
    groups = {one.group for one in rules.values()}
    for name in sorted(asked | unwanted):
        if name not in rules and name not in groups:
            hint = did_you_mean(name, [*rules, *sorted(groups)]) + " ftdata rules lists them."
            raise UsageError(f'unknown rule "{name}"', hint=hint)
    return tuple(
        one
        for one in rules.values()
        if (not asked or asked & {one.slug, one.group}) and not unwanted & {one.slug, one.group}
    )
