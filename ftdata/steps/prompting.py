"""System: set, add, remove, replace or shorten the system prompt, or take it out of a user turn."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from functools import cached_property
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass, fields
from ftdata.errors import UsageError, printable, shown
from ftdata.example.parts import text_of
from ftdata.steps.editing import CHATS, Turn, required, turns_of, with_turns

if TYPE_CHECKING:
    from ftdata.example.words import Example

log = logging.getLogger("ftdata")

_SPEAKERS = ("system", "developer")

MAX_PROMPTS = 1000
"""Distinct prompts that are told apart; those beyond it are counted together."""

_VARIES = 20  # distinct prompts from which on, if every tenth example has its own, they are taken to hold context
_LISTED = 10


@dataclass(frozen=True)
class PromptRule:
    r"""What becomes of one prompt.

    Attributes:
        short: The prompt that takes its place; of a pattern, with its groups as ``\1``.
        prompt: The whole prompt, white space around it aside.
        pattern: A regular expression that the whole prompt matches, in place of `prompt`.
    """

    short: str
    prompt: str | None = None
    pattern: str | None = None

    def __post_init__(self) -> None:
        if (self.prompt is None) == (self.pattern is None):
            raise UsageError("a rule has a prompt or a pattern, and the short prompt that takes its place")
        if self.pattern is not None:
            compiled(self.pattern, self.short)

    def __call__(self, prompt: str) -> str | None:
        """The short prompt; None if the rule is for another one."""
        if self.pattern is None:
            return self.short if prompt.strip() == (self.prompt or "").strip() else None
        found = compiled(self.pattern).fullmatch(prompt)
        return found.expand(self.short) if found else None


@dataclass(frozen=True)
class Edit:
    """Text inside prompts replaced: as it stands, or what matches a pattern."""

    old: str
    new: str
    is_pattern: bool = False

    def __post_init__(self) -> None:
        if self.is_pattern:
            compiled(self.old, self.new)

    def __call__(self, prompt: str) -> str:
        """The prompt, edited."""
        return compiled(self.old).sub(self.new, prompt) if self.is_pattern else prompt.replace(self.old, self.new)


@dataclass(frozen=True)
class System:
    """Changes the system prompt, in the order of the fields. It takes all kinds but completions.

    Attributes:
        from_user: A pattern: what it matches in the first user turn (its first group, if it has one) moves to the end
            of the system prompt.
        edits: What is replaced inside prompts.
        rules: Shorter prompts for whole ones.
        text: The prompt that every example gets.
        remove: Whether examples lose theirs.
        add: The prompt for examples that have none.
    """

    from_user: str | None = None
    edits: tuple[Edit, ...] = ()
    rules: tuple[PromptRule, ...] = ()
    text: str | None = None
    remove: bool = False
    add: str | None = None
    name: ClassVar[str] = "system"

    def __post_init__(self) -> None:
        if self.remove and (self.text is not None or self.add is not None):
            raise UsageError("a system prompt is either removed or set")
        if not any(getattr(self, field.name) not in (None, (), False) for field in fields(self)):
            raise UsageError(
                "say what becomes of the system prompt: a text, add, remove, replace, shorten or from_user"
            )
        if self.from_user is not None:
            compiled(self.from_user)

    @property
    def replaces(self) -> bool:
        """Whether prompts are replaced whatever they say, or should each have a rule."""
        return self.text is not None or self.remove or bool(self.rules)

    def to_dict(self) -> dict[str, Any]:
        """The fields that ask for something, as JSON values."""
        return {name: value for name, value in asdict(self).items() if value not in (None, (), False)}

    @classmethod
    def of(cls, held: dict[str, Any]) -> System:
        """The step of what `to_dict` gave."""
        made: dict[str, Any] = dict(held)
        for name, kind in (("edits", Edit), ("rules", PromptRule)):
            if name in made:
                made[name] = tuple(kind(**one) for one in made[name])
        return cls(**made)

    def __call__(self, example: Example) -> Example:
        """The example with its prompt changed.

        Raises:
            RowError: If it is a completion.
        """
        return self.counting(Counter())(example)

    def counting(self, changes: Counter[str]) -> Callable[[Example], Example]:
        """The same, counting what becomes of prompts."""

        def system(example: Example) -> Example:
            kind = required(example, self.name, CHATS)
            turns = turns_of(example)
            role = "developer" if kind == "reinforcement" else "system"
            changed = self._changed(turns, role, changes)
            return example if changed is turns else with_turns(example, changed)

        return system

    def _changed(self, turns: list[Turn], role: str, changes: Counter[str]) -> list[Turn]:
        count = leading(turns)
        before = said = prompt_of(turns)
        moved, rest = self._from_user(turns[count:])
        if moved:
            said = f"{said}\n\n{moved}" if said else moved
            changes["instructions moved out of the user's turn"] += 1
        after = self.rewritten(said)
        if self.text is not None:
            after = self.text
        elif self.remove:
            after = ""
        elif not after and self.add is not None:
            after = self.add
        if after == before and not moved:
            return turns
        if after != said:
            what = "removed" if not after else ("replaced" if said else "added")
            changes[f"system prompts {what}"] += 1
        if not after:
            return rest or turns
        first = {**turns[0], "content": after} if count else {"role": role, "content": after}
        return [first, *rest]

    def rewritten(self, prompt: str) -> str:
        """The prompt after the edits and rules."""
        for edit in self.edits:
            prompt = edit(prompt)
        for rule in self.rules:
            short = rule(prompt)
            if short is not None:
                return short
        return prompt

    @cached_property
    def _moves(self) -> re.Pattern[str] | None:
        return None if self.from_user is None else compiled(self.from_user)

    def _from_user(self, turns: list[Turn]) -> tuple[str, list[Turn]]:
        """What the first user turn's text gives away, and the turns without it."""
        if self._moves is None:
            return "", turns
        at = next((index for index, turn in enumerate(turns) if turn["role"] == "user"), None)
        if at is None or type(turns[at].get("content")) is not str:
            return "", turns
        text: str = turns[at]["content"]
        found = self._moves.search(text)
        if found is None:
            return "", turns
        group = 1 if self._moves.groups and found[1] is not None else 0
        left = (text[: found.start()].rstrip() + "\n\n" + text[found.end() :].lstrip()).strip()
        moved = found[group].strip()
        if not moved or not left:  # a turn that is nothing but instructions is the user's question
            return "", turns
        return moved, [*turns[:at], {**turns[at], "content": left}, *turns[at + 1 :]]


def compiled(pattern: str, replacement: str | None = None) -> re.Pattern[str]:
    """The regular expression; ``.`` matches line ends too.

    Raises:
        UsageError: If it cannot be read, or its replacement names a group that it does not have.
    """
    try:
        known = re.compile(pattern, re.DOTALL)
        if replacement is not None:
            known.sub(replacement, "")  # reads the replacement, whether or not there is a match
    except (re.error, IndexError) as error:
        raise UsageError(f"{shown(pattern)} is not a valid regular expression: {error}") from None
    return known


def leading(turns: list[Turn]) -> int:
    """How many system and developer messages the turns begin with."""
    count = 0
    while count < len(turns) and turns[count]["role"] in _SPEAKERS:
        count += 1
    return count


def prompt_of(turns: list[Turn]) -> str:
    """The system prompt: what the first messages say, a blank line between them; empty without one."""
    return "\n\n".join(text_of(turn.get("content")) for turn in turns[: leading(turns)])


@dataclass(frozen=True)
class SystemSurveyed:
    """Changes the system prompt after looking at all of them: distinct ones are not replaced by mistake.

    Attributes:
        system: What is done.
        replace_all: Whether prompts may differ.
    """

    system: System
    replace_all: bool = False
    name: ClassVar[str] = "system"

    def survey(self) -> SystemPrompts:
        """A summary of no examples."""
        return SystemPrompts(self.system)

    def decide(self, prompts: SystemPrompts) -> System:
        """The step.

        Raises:
            UsageError: If there are several distinct prompts, and `replace_all` is off.
        """
        if prompts.varies:
            log.warning(
                "the system prompt varies from row to row (%s distinct ones in %s examples): it held context, "
                "which the answers may need",
                prompts.distinct,
                f"{prompts.examples:,}",
            )
        # One prompt may be replaced; with rules, each has to have one.
        if not self.replace_all and prompts.count > (0 if self.system.rules else 1):
            raise UsageError(
                f"{_which(self.system)}:\n{prompts.table()}\n",
                hint="Replace them all with --replace-all, or write a rule for each: --shorten rules.yaml.",
            )
        return self.system


def _which(system: System) -> str:
    return "no rule is for these system prompts" if system.rules else "the examples have several system prompts"


class SystemPrompts:
    """A survey of the distinct system prompts for which a step has no rule: 300 bytes for each of 1,000 at most."""

    def __init__(self, system: System) -> None:
        self._system = system
        self.examples = 0
        self.beyond = 0
        self.found: dict[bytes, list[Any]] = {}  # hash: number of examples, the prompt's beginning

    @property
    def count(self) -> int:
        """The distinct prompts that are told apart, and one more if there are others."""
        return len(self.found) + bool(self.beyond)

    @property
    def distinct(self) -> str:
        """How many there are, in words."""
        return f"over {MAX_PROMPTS:,}" if self.beyond else f"{len(self.found):,}"

    @property
    def varies(self) -> bool:
        """Whether there are so many that they hold more than instructions."""
        return self.beyond > 0 or len(self.found) > max(_VARIES, self.examples // 10)

    def add(self, example: Example) -> None:
        """Take in an example."""
        self.examples += 1
        said = prompt_of(turns_of(example))
        if not said.strip() or said == self._system.text:
            return
        if self._system.rules and self._has_rule(said):
            return
        self._note(blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).digest(), 1, said[:200])

    def _has_rule(self, prompt: str) -> bool:
        for edit in self._system.edits:
            prompt = edit(prompt)
        # A short prompt needs no rule: a file may have been worked on before.
        return any(prompt == rule.short or rule(prompt) is not None for rule in self._system.rules)

    def _note(self, key: bytes, count: int, text: str) -> None:
        known = self.found.get(key)
        if known is not None:
            known[0] += count
        elif len(self.found) < MAX_PROMPTS:
            self.found[key] = [count, text]
        else:
            self.beyond += count

    def merge(self, later: SystemPrompts) -> None:
        """Take in the prompts of later examples."""
        self.examples += later.examples
        self.beyond += later.beyond
        for key, (count, text) in later.found.items():
            self._note(key, count, text)

    def table(self) -> str:
        """The most frequent prompts, a line each."""
        most = sorted(self.found.values(), key=lambda item: -item[0])
        lines = [f"  {count:>10,} x {shown(printable(text))}" for count, text in most[:_LISTED]]
        more = len(most) - _LISTED
        if more > 0 or self.beyond:
            rest = sum(count for count, _ in most[_LISTED:]) + self.beyond
            lines.append(f"  {rest:>10,} x others" + (f" ({more:,} of them)" if not self.beyond else ""))
        return "\n".join(lines)
