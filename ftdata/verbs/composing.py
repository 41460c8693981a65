"""Verbs that are made of others: their parts in order, each of which is done where its options ask for it.

What an option needs follows from that: one that no part uses that is asked for has nothing to say, and is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ftdata.classes import dataclass, field, replace
from ftdata.errors import UsageError, option
from ftdata.verbs.conditions import Condition, Given, listing
from ftdata.verbs.declaration import Option, Verb, declared, several_of


@dataclass(frozen=True)
class VerbPart:
    """A verb within another.

    Attributes:
        function: The verb.
        names: By the name of an option of it: how that is called here. By default it has all, under their own names.
        asks: The options, as they are called here, that ask for it. By default all that it has.
        what: What its options are for, as a message says it. By default the options that ask for it.
        makes: Where it makes examples of rows, of which one part does: how, as a message says it.
        of_data: Whether the data can ask for it too: whoever calls says so by a value for one of `asks`.
        called: Whether it is done here; if not, whoever calls does it with what is given.
        section: The heading of its options.
        old: By name that an option had before: the name that it has here.
    """

    function: Callable[..., Any]
    names: Mapping[str, str] = field(default_factory=dict)
    asks: tuple[str, ...] = ()
    what: str = ""
    makes: str = ""
    of_data: bool = False
    called: bool = True
    section: str = ""
    old: Mapping[str, str] = field(default_factory=dict)

    @property
    def verb(self) -> Verb:
        """Its declaration."""
        return declared(self.function)

    def options(self) -> dict[str, Option]:
        """Its options, by their names there, as they are here."""
        return {one.name: self._here(one) for one in self.verb if not self.names or one.name in self.names}

    def asked_by(self) -> tuple[str, ...]:
        """The options that ask for it."""
        return self.asks or tuple(one.name for one in self.options().values())

    def _here(self, one: Option) -> Option:
        name = self.names.get(one.name, one.name)
        old = tuple(before for before, now in self.old.items() if now == name)
        # What asks for the part is not given by default.
        unasked = one.required or (isinstance(one.default, str) and name in self.asks)
        default = None if unasked else one.default
        return replace(one, name=name, default=default, old=old, section=self.section)

    def lacking(self, given: Given) -> list[str]:
        """The options without which it cannot be done, as they are called here, that are not given."""
        needed = [self.names.get(one.name, one.name) for one in self.verb if one.required]
        return [name for name in needed if name not in given]

    def __call__(self, data: Any, values: Mapping[str, Any]) -> Any:
        """Do it with those of the values that are its options'."""
        given = {there: values[one.name] for there, one in self.options().items() if one.name in values}
        several = several_of(self.function)
        return self.function(data, *given.pop(several, ()), **given) if several else self.function(data, **given)


@dataclass(frozen=True)
class VerbParts:
    """The parts of a verb, which are a condition too.

    Attributes:
        parts: The parts.
        otherwise: How rows become examples where no part makes them of rows, as a message says it.
        hints: By option: what to do where it has nothing to say.
    """

    parts: tuple[VerbPart, ...]
    otherwise: str = ""
    hints: Mapping[str, str] = field(default_factory=dict)

    def options(self) -> tuple[Option, ...]:
        """The options of all parts; one that several parts use is described where it comes first."""
        found: dict[str, Option] = {}
        for part in self.parts:
            for one in part.options().values():
                found.setdefault(one.name, one)
        return tuple(found.values())

    def asked(self, given: Given) -> tuple[VerbPart, ...]:
        """The parts that are asked for: what the part that makes the examples uses asks for no other."""
        makers = [part for part in self.parts if part.makes and any(name in given for name in part.asked_by())]
        taken = {one.name for part in makers for one in part.options().values()}
        left = given.keys() - taken
        return tuple(
            part for part in self.parts
            if part in makers or (not part.makes and any(name in left for name in part.asked_by()))
        )  # fmt: skip

    def maker(self, given: Given) -> VerbPart | None:
        """The part that makes examples of the rows, if one is asked to."""
        return next((part for part in self.asked(given) if part.makes), None)

    def check(self, given: Given) -> None:
        """Refuse two ways to make examples of rows, and options of parts that nobody asks for.

        Raises:
            UsageError: If they are given.
        """
        asked = self.asked(given)
        makers = [part for part in asked if part.makes]
        if len(makers) > 1:
            names = [option(next(name for name in part.asked_by() if name in given)) for part in makers]
            raise UsageError(f"{names[0]} and {names[1]} cannot go together: {makers[0].makes}, or {makers[1].makes}")
        for name in given:
            owners = self._owners(name)
            if owners and not any(part in asked or (part.of_data and not makers) for part in owners):
                here = makers[0].makes if makers else self.otherwise if any(part.makes for part in owners) else ""
                hint = self.hints.get(name, "" if makers else f"Add {_listed(owners)}, or remove it.")
                raise UsageError(_misplaced(name, owners, here), hint=hint)
        for part in asked:
            if part.called and (lacking := part.lacking(given)):
                asking = next(option(name) for name in part.asked_by() if name in given)
                needs = listing(list(map(option, lacking)), "and")
                raise UsageError(f"{asking} needs {needs}, which was not given", hint=f"Add {needs}.")
            if not part.names:
                verb = part.verb
                verb.check({one.name: given[one.name] for one in verb if one.name in given})

    def said(self) -> tuple[str, ...]:
        """What must hold, in sentences: what options of each part are for."""
        makers = [part.makes for part in self.parts if part.makes]
        found = [f"Use only one of these ways to make examples: {listing(makers)}."] if makers else []
        asks = {name for part in self.parts for name in part.asked_by()}
        for owners, names in self._further(asks).items():
            is_ = "is" if len(names) == 1 else "are"
            what = listing(list(dict.fromkeys(_what(self.parts[at]) for at in owners)))
            found.append(f"{listing(list(map(option, names)), 'and')} {is_} for {what}.")
        return tuple(found)

    def _further(self, asks: set[str]) -> dict[tuple[int, ...], list[str]]:
        """The options that ask for no part, by the parts that have them."""
        found: dict[tuple[int, ...], list[str]] = {}
        for one in self.options():
            if one.name not in asks:
                owners = tuple(at for at, part in enumerate(self.parts) if part in self._owners(one.name))
                found.setdefault(owners, []).append(one.name)
        return found

    def _owners(self, name: str) -> list[VerbPart]:
        return [part for part in self.parts if any(one.name == name for one in part.options().values())]

    def apply(self, data: Any, **values: Any) -> Any:
        """Do the parts that are asked for, in order."""
        for part in self.asked(values):
            if part.called:
                data = part(data, values)
        return data


def _misplaced(name: str, owners: Sequence[VerbPart], here: str) -> str:
    what = listing(list(dict.fromkeys(map(_what, owners))))
    return f"{option(name)} is for {what}" + (f"; here {here}" if here else ", which is missing")


def _what(part: VerbPart) -> str:
    return part.what or _listed([part])


def _listed(parts: Sequence[VerbPart]) -> str:
    return listing([option(name) for part in parts for name in part.asked_by() if name.isidentifier()])


def composed(
    name: str,
    parts: VerbParts,
    summary: str,
    *,
    about: tuple[str, ...] = (),
    conditions: tuple[Condition, ...] = (),
    examples: tuple[str, ...] = (),
) -> Verb:
    """A verb made of parts; the arguments are those of `Verb`."""
    return Verb(name, parts.apply, summary, about, parts.options(), (parts, *conditions), examples)
