"""The definition of a format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ftdata.classes import dataclass, field
from ftdata.errors import RowError, UnknownFormatError, UsageError, did_you_mean
from ftdata.example.words import Example, Kind
from ftdata.findings import Drop
from ftdata.formats.gate import gate
from ftdata.formats.spared import is_new
from ftdata.plugins import PluginError, load, plugins

if TYPE_CHECKING:
    from ftdata.formats.judges.judge import Judge

Parsed = Example | Drop | list[Example | Drop]
"""What becomes of a row: an example, several, or a drop where a transcript has none to give."""


class Refusal(NamedTuple):
    """Why a service or a trainer does not train on a row as it stands.

    Attributes:
        path: Where in the row.
        message: What is wrong, without data.
        sure: Whether its code, or an error that was seen, says so; else its documentation does.
    """

    path: str
    message: str
    sure: bool = True


Refusals = Iterator[Refusal]


@dataclass(frozen=True)
class Format:
    """A wire format of rows.

    Attributes:
        name: As ``--from`` and ``--to`` call it.
        about: One line for people.
        kinds: The kinds of example that it holds.
        parse: From a row to an example, counting what it puts right; returns the row itself when nothing to change.
        dump: From an example to a row, counting what it cannot carry; returns the example itself when it is the row.
        recognises: Whether a row looks like one of this format.
        sign: What it is recognised by, behind "rows have".
        dialect_of: The format whose rows are rows of this one too; its own rows carry marks that the other has not.
        native: Whether a chat of messages alone is its own row, so that lines may be made without an example.
        begin: What a file of it begins with.
        writes: Whether it can be written.
        transcript: Whether it is a log of calls: its examples know in their metadata how each call ended.
        loses: What `dump` cannot carry: name, and why.
        variants: Other ways to read or write it, by the word behind the colon: ``alpaca:stanford``.
        source: Where the facts come from.
        gated: Whether `parse` itself lets nothing through that is not an example; what others make is looked at by
            `read`.
        refuses: What is wrong with a row as it stands, for a service or a trainer that is told by `ftdata check --for`.
        judges: How its writer judges rows as they lie, by their shape; the first that fits is asked.
        beyond: Whether a row is one that the trainer takes and that no example can be made of, such as text alone.
        gathers: What examples are made of rows that only mean something together, as `ftdata.steps` makes them.
        private: Whether its rows hold secrets and personal data, which are redacted unless another choice is made.
        says: What is said of how rows are read, in place of the sign, where that is told row by row.
    """

    name: str
    about: str
    kinds: tuple[Kind, ...]
    parse: Callable[[dict[str, Any], Counter[str]], Parsed]
    dump: Callable[[Example, Counter[str]], dict[str, Any]]
    recognises: Callable[[dict[str, Any]], bool]
    sign: str = "its keys"
    dialect_of: str = ""
    native: bool = False
    begin: bytes = b""
    writes: bool = True
    transcript: bool = False
    loses: Mapping[str, str] = field(default_factory=dict)
    variants: Mapping[str, Format] = field(default_factory=dict)
    source: str = ""
    gated: bool = False
    refuses: Callable[[dict[str, Any]], Refusals] | None = None
    judges: tuple[Judge, ...] = ()
    beyond: Callable[[dict[str, Any]], bool] | None = None
    gathers: str = ""
    private: bool = False
    says: Callable[[Sequence[dict[str, Any]]], str] | None = None

    def read(self, row: dict[str, Any], repaired: Counter[str]) -> Parsed:
        """What becomes of a row, counting what is put right; whatever is damaged in the row is an error of the row.

        What it gives has passed the gate, so that whatever works on examples can rely on their shape.

        Raises:
            RowError: If the row is none; with the JSON path where it is known.
        """
        try:
            made = self.parse(row, repaired)
            if not self.gated:
                pass_on(made)
            return made
        except RowError:
            raise
        except (
            TypeError,
            LookupError,
            AttributeError,
            ValueError,
            ArithmeticError,
            RecursionError,
            SyntaxError,
        ) as error:
            message = f"a value is of another kind than {self.name} has in its place: {error}"
            raise RowError(message, hint="Look at the row: ftdata head FILE:LINE.") from None

    def refusals(self, row: dict[str, Any]) -> list[Refusal]:
        """What is wrong with a row as it stands; whatever is damaged in it would end the run there."""
        told = self.told(row)
        before = [one.path for one in told if one.sure]
        judge = next((judge for judge in self.judges if judge.fits(row)), None)
        if judge is None:
            return told
        try:
            for one in judge.refusals(row):
                if is_new(one.path, before):
                    told.append(one)
        except (TypeError, LookupError, AttributeError, ValueError, RecursionError) as error:
            if judge.alone:  # else what is damaged is told by the rules
                told.append(Refusal("$", f"a value is of another kind than {self.name} has in its place: {error}"))
        return told

    def told(self, row: dict[str, Any]) -> list[Refusal]:
        """As `refusals`, without what the writer would say, for a row that comes from it."""
        try:
            return list(self.refuses(row)) if self.refuses else []
        except (TypeError, LookupError, AttributeError, ValueError, RecursionError) as error:
            return [Refusal("$", f"a value is of another kind than {self.name} has in its place: {error}")]

    def goes_beyond(self, row: dict[str, Any]) -> bool:
        """Whether the trainer takes a row of which no example can be made."""
        return self.beyond is not None and self.beyond(row)

    def fits(self, row: dict[str, Any]) -> bool:
        """Whether a row looks like one of this format; a damaged one does not."""
        try:
            return self.recognises(row)
        except (TypeError, LookupError, AttributeError, ValueError, ArithmeticError, RecursionError, SyntaxError):
            return False


def pass_on(made: Parsed) -> None:
    """Refuse what was made of a row if it is not an example.

    Raises:
        RowError: If a value in it has another type; with its path in the example, as it may stand elsewhere in the row.
    """
    for example in made if type(made) is list else (made,):
        if type(example) is dict:
            try:
                gate(example)
            except RowError as error:
                place = f"{error.json_path} of the example made of it"
                raise RowError(f"{place}: {error.message}", hint=error.hint) from None


class Formats(Mapping[str, Format]):
    """The formats by name, each imported when it is first asked for; those that other packages add are the last.

    Attributes:
        homes: The module of each; it holds the format under its name in capitals.
    """

    def __init__(self, homes: Mapping[str, str]) -> None:
        self.homes = homes
        self._known: dict[str, Format] = {}

    def __getitem__(self, name: str) -> Format:
        if name not in self._known:
            home = self.homes.get(name)
            self._known[name] = (
                _added(name) if home is None else getattr(import_module(home), name.upper().replace("-", "_"))
            )
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        yield from self.homes
        yield from self.added()

    def __contains__(self, name: object) -> bool:
        return name in self.homes or name in self.added()

    def added(self) -> list[str]:
        """The names of those that other packages add."""
        added = {**plugins("ftdata.formats"), **plugins("ftdata.envelopes")}
        return [name for name in added if name not in self.homes]

    def __len__(self) -> int:
        return sum(1 for _ in self)


_GROUPS: tuple[Literal["ftdata.formats", "ftdata.envelopes"], ...] = ("ftdata.formats", "ftdata.envelopes")
"""Whose entry points are formats; an envelope is one that says where a vendor's logs have bodies and facts."""


def _added(name: str) -> Format:
    """The format that another package adds under a name.

    Raises:
        KeyError: If none does.
        PluginError: If what it adds is not a format of this name.
    """
    for group in _GROUPS:
        if name in plugins(group):
            found = load(group, name)
            if not isinstance(found, Format) or found.name != name:
                raise PluginError(f"what is added to {group} as {name} is not an ftdata.formats.Format of that name")
            return found
    raise KeyError(name)


def only_read(name: str) -> Callable[[Example, Counter[str]], dict[str, Any]]:
    """The `dump` of a format that is not written."""

    def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
        raise UsageError(f"{name} can be read but not written")

    return dump


def named(formats: Mapping[str, Format], name: str) -> Format:
    """The format of this name, or its variant: ``alpaca:stanford``.

    Raises:
        UnknownFormatError: If there is none; suggests the nearest.
    """
    base, _, variant = name.partition(":")
    if base not in formats:
        raise UnknownFormatError(f'unknown format "{base}"', hint=did_you_mean(base, formats))
    if not variant:
        return formats[base]
    variants = formats[base].variants
    if variant not in variants:
        hint = did_you_mean(variant, variants) or f"{base} has no variants."
        raise UnknownFormatError(f'unknown variant "{variant}" of {base}', hint=hint)
    return variants[variant]
