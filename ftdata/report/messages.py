"""Rows that are messages: which columns say who speaks, what, when and to whom, and which rows are no messages.

Of exports that are known, the record says what differs; what all exports share is told by names and values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, field, replace
from ftdata.facts import exports as facts
from ftdata.facts.exports import Export
from ftdata.facts.mail import begin_of
from ftdata.facts.markup import has_markup, is_html
from ftdata.facts.names import SIDES, side_of
from ftdata.report.proposal import ProposedTurns
from ftdata.rows.html import installed, text_of
from ftdata.rows.mail import KINDS as MAIL

if TYPE_CHECKING:
    from ftdata.profile import Rows

Row = dict[str, Any]

_FEW = 40  # distinct values that a column of roles or kinds has at most
_MAPPED = 12  # names that a proposed role map has at most


def folded(name: str) -> str:
    """A name without what people write in different ways: ``Conversation ID``, ``conversationId``."""
    return re.sub(r"[\W_]+", "", name).casefold()


@dataclass
class Messages:
    """The columns of rows that are messages, by what they are for.

    Attributes:
        rows: What was seen of them all.
        sample: Some of them, whole.
        export: Whose they are; None for what nobody knows.
        nested: Whether their keys differ from row to row, as those of JSON do.
    """

    rows: Rows
    sample: Sequence[Row]
    export: Export | None = None
    nested: bool = False
    names: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.names = {}
        for name in self.rows.columns:
            self.names.setdefault(folded(name), name)

    def first(self, *wanted: Iterable[str]) -> str:
        """The first column that there is of some names and holds something; empty if there is none."""
        found = (self.names.get(folded(name)) for names in wanted for name in names)
        return next((name for name in found if name and self.rows.columns[name].filled), "")

    def named(self, wanted: Iterable[str]) -> list[str]:
        """The columns that there are of some names and that hold something, in their order."""
        found = (self.names.get(folded(name)) for name in wanted)
        return [name for name in found if name and self.rows.columns[name].filled]

    def values(self, name: str) -> dict[str, str]:
        """The different values of a column by how they are told apart; none where there are many."""
        counts = self.rows.columns[name].counts
        if counts.capped or counts.distinct > _FEW:
            return {}
        return {
            re.sub(r"[\s_-]+", " ", value.strip('"')).strip().casefold(): value.strip('"') for value in counts.counts
        }

    def propose(self) -> ProposedTurns | None:
        """How these become conversations; None where the columns do not tell it."""
        own = self.export or Export("", "", ())
        group = self.first(own.group, facts.GROUPS)
        text = self._text(own)
        if not group or not text:
            return None
        who = self._who(own)
        if who is None:
            return None
        rows: dict[str, Any] = {}
        if own.columns:
            rows["set_column"] = dict(own.columns)
        if self._holds(text, has_markup):
            rows["html_to_text"] = [text]
        if self._holds(text, _carries_mail):
            rows["strip_mail"] = [text]
        rows["where"] = [*self._where(own, who), self._ref(text)]
        options: dict[str, str | list[str] | dict[str, str]] = {"group_by": group}
        if time := self._time(own, rows):
            options["order_by"] = time
        options |= {"role_column": who.column, "content_column": text}
        if who.roles:
            options["role_map"] = dict(who.roles)
        if who.first:
            options["first_speaker"] = "user"
        if own.gap and time:
            options["gap"] = own.gap
        notes = [f"who speaks: {json.dumps(who.column, ensure_ascii=False)} ({who.why})", *who.notes]
        return ProposedTurns(options, tuple(notes), rows=rows | who.rows(rows))

    def beside(self, turns: ProposedTurns) -> ProposedTurns:
        """A proposal for rows that are messages, with what leaves out those that are none, and HTML and mail."""
        role, text = str(turns.options["role_column"]), str(turns.options["content_column"])
        rows: dict[str, Any] = {}
        if self._holds(text, has_markup):
            rows["html_to_text"] = [text]
        if self._holds(text, _carries_mail):
            rows["strip_mail"] = [text]
        if where := self._where(Export("", "", ()), Who(role, {}, "")):
            rows["where"] = where
        return replace(turns, rows={**turns.rows, **rows})

    def _text(self, own: Export) -> str:
        named = self.named([*own.text, *facts.TEXTS])
        most = max((self.rows.columns[name].filled for name in named), default=0)
        return next((name for name in named if self.rows.columns[name].filled * 2 > most), "")

    def _time(self, own: Export, rows: dict[str, Any]) -> str:
        """The column to sort by; where the first message has no time of its own, that of its row is set for it."""
        time = self.first(own.time, facts.TIMES)
        outer = self.first([f"parent_{time}"]) if time and self.nested and self._gaps(time) else ""
        if not outer:
            return time
        rows["set_column"] = {**rows.get("set_column", {}), "at": f"{{{{ {self._ref(time)} or {self._ref(outer)} }}}}"}
        return "at"

    def _holds(self, name: str, tells: Any) -> bool:
        texts = [row.get(name) for row in self.sample]
        return any(isinstance(text, str) and tells(text) for text in texts)

    # Who speaks

    def _who(self, own: Export) -> Who | None:
        """Which column says who speaks, and what its values mean."""
        if own.author:
            column = self.first(own.author)
            if column and any("*" in said for said in own.roles):
                return Who(column, own.roles, "its name says whose turn it is")
            if own.asker and column and (asked := self._asked(own, column)):
                return asked
            if column:
                return self._by_value(column, own.roles) or self._by_first(column)
        by_value = [who for name in self.named(facts.AUTHORS) if (who := self._by_value(name, own.roles))]
        if by_value:
            return max(by_value, key=lambda who: who.sure)
        ways = [who for name in self.named(facts.INCOMING) if (who := self._by_way(name))]
        if ways:
            return ways[0]
        names = [name for name in self.named(facts.AUTHORS) if self.rows.columns[name].counts.distinct > 1]
        return self._by_first(names[0]) if names and self.export else None

    def _asked(self, own: Export, column: str) -> Who | None:
        """By who asked: that is a column, or else who speaks first."""
        typed = [
            who for name in self.named(facts.AUTHORS[:10]) if (who := self._by_value(name, own.roles)) and who.sure > 1
        ]
        if typed:
            return typed[0]
        asker = self.first(own.asker)
        if not asker:
            return self._by_first(column)
        template = f'{{{{ "user" if {self._ref(column)} == {self._ref(asker)} else "assistant" }}}}'
        return Who("who", {}, f"the user is whom {json.dumps(asker)} names", set={"who": template})

    def _by_first(self, column: str) -> Who:
        drops = {said: "drop" for plain, said in self.values(column).items() if plain in facts.MACHINES}
        roles = {**drops, "*": "assistant"}
        return Who(column, roles, "who speaks first is taken for the user", first=True)

    def _by_value(self, column: str, own: Mapping[str, str]) -> Who | None:
        """By what its values mean, if they mean something."""
        values = self.values(column)
        if len(values) < 2:
            return None
        told = {said: own.get(plain) or self._meaning(plain) for plain, said in values.items()}
        if self.rows.columns[column].kind == "yes/no" and not own:
            return None
        sides = [role for role in told.values() if role in ("user", "assistant")]
        if not {"user", "assistant"} <= {*sides}:
            return None
        people = any(role == "assistant" and plain not in facts.MACHINES and folded(plain) not in facts.MACHINES
                     for plain, role in zip(values, told.values(), strict=True))  # fmt: skip
        roles: dict[str, str] = {}
        unsure = []
        for plain, (said, role) in zip(values, told.items(), strict=True):
            if plain in facts.MACHINES and people:
                role = "drop"
            if role is None:
                unsure.append(said)
                role = "drop"
            word = said.split(" ")[0]
            if " " in said and role != "drop" and self._meaning(word.casefold()) == role:
                said = f"{word} *"  # Agent Ann, and whatever the others are called
            if said.casefold() != role:
                roles[said] = role
        if len(roles) > _MAPPED:
            return None
        notes = [f'what "{said}" means is a guess: see --role-map' for said in unsure]
        return Who(column, roles, "its values are roles", tuple(notes), sure=2 if not unsure else 1)

    @staticmethod
    def _meaning(plain: str) -> str | None:
        word = folded(plain)
        return SIDES.get(word) or facts.WAYS.get(plain) or ("assistant" if plain in facts.MACHINES else side_of(plain))

    def _by_way(self, column: str) -> Who | None:
        """By which way messages went: a word, or yes and no."""
        values = self.values(column)
        if len(values) < 2:
            return None
        yes = "assistant" if folded(column) in map(folded, facts.FROM_AGENT) else "user"
        no = "user" if yes == "assistant" else "assistant"
        roles = {
            said: facts.WAYS.get(plain) or (yes if plain in facts.YES else no if plain in _NO else "")
            for plain, said in values.items()
        }
        if {*roles.values()} != {"user", "assistant"}:
            return None
        return Who(column, roles, "it says which way messages went")

    # Which rows are messages

    def _where(self, own: Export, who: Who) -> list[str]:
        """The conditions that messages meet, which one side wrote to the other."""
        found = [one for one in map(self._condition, own.where) if one]
        told = " ".join(found)
        for name in self.named(facts.KINDS):
            if name != who.column and not re.search(rf"\b{re.escape(name)}\b", told) and (one := self._kind(name)):
                found.append(one)
        for names, words, keep in (
            (facts.PUBLIC, facts.YES, True), (facts.PRIVATE, facts.YES, False),
            (facts.VISIBILITY, facts.PRIVATE_WORDS, False), (facts.BOTS, facts.YES, False),
        ):  # fmt: skip
            for name in self.named(names):
                if name != who.column and name not in told and (one := self._yes(name, words, keep)):
                    found.append(one)
        return found

    def _condition(self, text: str) -> str:
        """A condition of a record, with the columns as they are called here; empty if one is not there."""
        named = re.search(r"\{(\w+)\}", text)
        column = self.first([named[1]]) if named else ""
        return text if not named else text.replace(named[0], self._ref(column)) if column else ""

    def _kind(self, name: str) -> str:
        """The condition that a row is a message, by a column that says what rows are."""
        values = self.values(name)
        said = [value for plain, value in values.items() if plain in facts.SAID]
        unsaid = [plain for plain in values if plain in facts.UNSAID]
        if not said or not unsaid:
            return ""
        others = [value for plain, value in values.items() if plain not in facts.SAID and plain not in facts.UNSAID]
        kept = json.dumps(sorted([*said, *(others if self.nested and None in others else [])]), ensure_ascii=False)
        reference = self._ref(name)
        # The first message of a conversation has no kind where exports keep it apart.
        return f"not {reference} or {reference} in {kept}" if self._gaps(name) else f"{reference} in {kept}"

    def _yes(self, name: str, words: Sequence[str], keep: bool) -> str:
        """The condition that a column says yes, or does not."""
        values = self.values(name)
        yes = [value for plain, value in values.items() if plain in words]
        known = {*words, *_NO, *facts.PUBLIC_WORDS, *facts.PRIVATE_WORDS, *facts.YES}
        if not values or not values.keys() <= known:
            return ""
        of_text = all(isinstance(row.get(name), str) or row.get(name) is None for row in self.sample)
        reference = self._ref(name)
        if not of_text:
            return (
                f"{reference} is not false" if keep and self._gaps(name) else reference if keep else f"not {reference}"
            )
        listed = json.dumps(sorted(yes), ensure_ascii=False)
        if not yes:
            return ""
        return f"{reference} in {listed}" if keep else f"{reference} not in {listed}"

    def _gaps(self, name: str) -> bool:
        return self.rows.columns[name].filled < self.rows.rows

    def _ref(self, name: str) -> str:
        """A column in an expression; one that not all rows of JSON have need not be there."""
        word = re.fullmatch(r"[^\W\d]\w*", name) and name not in _WORDS
        if self.nested and self._gaps(name):
            return f"row.{name}|default(none)" if word else f"row[{json.dumps(name, ensure_ascii=False)}]|default(none)"
        return name if word else f"row[{json.dumps(name, ensure_ascii=False)}]"


_NO = ("false", "0", "0.0", "no", "n", "f", "nein", "non", "否", "falsch")
_WORDS = frozenset(
    ("and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "row", "set", "for", "import")
)


@dataclass(frozen=True)
class Who:
    """Who speaks.

    Attributes:
        column: The column that says it.
        roles: What its values mean, where they are no roles.
        why: How that is known.
        notes: What is a guess.
        first: Whether who speaks first is the user.
        set: Columns to set for it.
        sure: How far it is sure, of several columns.
    """

    column: str
    roles: Mapping[str, str]
    why: str
    notes: tuple[str, ...] = ()
    first: bool = False
    set: Mapping[str, str] = field(default_factory=dict)
    sure: int = 1

    def rows(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The row verbs with the columns that it needs."""
        return {"set_column": {**given.get("set_column", {}), **self.set}} if self.set else {}


def _carries_mail(text: str) -> bool:
    if is_html(text):
        if not installed():
            return False
        text = text_of(text)
    return any(begin_of(text, kind) is not None for kind in MAIL)
