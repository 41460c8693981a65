"""Strip: remove what costs tokens from function definitions, after the three tricks of OpenAI's fine-tuning guide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass, replace
from ftdata.codec import encode
from ftdata.errors import UsageError
from ftdata.example.parts import calls
from ftdata.steps.editing import definitions_in, turn_lists, with_holder
from ftdata.steps.schemas import emptied, without

if TYPE_CHECKING:
    from ftdata.example.words import Example

MAX_NAMES = 100_000
"""Distinct function names that a survey tells apart."""

_REMEMBERED = 1000  # distinct sets of definitions, for one block

Definitions = list[dict[str, Any]]


@dataclass(frozen=True)
class Strip:
    """Removes parts of function definitions. It takes every kind of example; a completion has none.

    Attributes:
        function_descriptions: Whether functions lose their description.
        parameter_descriptions: Whether parameters lose theirs, at every depth.
        properties: Whether parameters lose their properties, and the keywords that speak of them.
        schema_extras: Whether titles, defaults, examples and the like go.
        functions: Whether functions go altogether, with ``parallel_tool_calls``.
        keep: Functions that stay, all others go; None for all.
        remove: Functions that go.
    """

    function_descriptions: bool = False
    parameter_descriptions: bool = False
    properties: bool = False
    schema_extras: bool = False
    functions: bool = False
    keep: tuple[str, ...] | None = None
    remove: tuple[str, ...] = ()
    name: ClassVar[str] = "strip"

    def __call__(self, example: Example) -> Example:
        """The example with its definitions stripped."""
        return self.counting(Counter())(example)

    def to_dict(self) -> dict[str, Any]:
        """The fields that ask for something, as JSON values."""
        fields = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}
        return {name: value for name, value in fields.items() if value or (name == "keep" and value is not None)}

    @classmethod
    def of(cls, fields: dict[str, Any]) -> Strip:
        """The step of what `to_dict` gave."""
        made: dict[str, Any] = {k: tuple(value) if isinstance(value, list) else value for k, value in fields.items()}
        return cls(**made)

    def counting(self, changes: Counter[str]) -> Callable[[Example], Example]:
        """The same, counting what is removed."""
        # Definitions repeat from example to example: each distinct list is worked on once a block.
        known: dict[bytes, tuple[Definitions | None, dict[str, int]]] = {}

        def stripped(holder: dict[str, Any], key: str) -> Definitions | None:
            given = holder.get(key)
            if type(given) is not list or not given:
                return None
            text = encode(given)
            found = known.get(text)
            if found is None:
                if len(known) >= _REMEMBERED:
                    known.clear()
                counts: Counter[str] = Counter()
                kept = [one for tool in given if (one := self._tool(tool, key == "functions", counts)) is not None]
                found = known[text] = (kept if counts else None), dict(counts)
            for what, count in found[1].items():
                changes[what] += count
            return found[0]

        def strip(example: Example) -> Example:
            holder = definitions_in(example)
            new = {key: kept for key in ("tools", "functions") if (kept := stripped(holder, key)) is not None}
            if not new:
                return example
            if self.keep is not None:
                self._count_orphans(example, changes)
            return with_holder(example, _replaced(holder, new))

        return strip

    def _tool(self, tool: Any, legacy: bool, changes: Counter[str]) -> Any:
        """A definition stripped, or None if it goes; other tools than functions stay as they are."""
        function = tool if legacy else tool.get("function")
        if type(function) is not dict:
            return tool
        if self._goes(str(function.get("name"))):
            changes["functions removed"] += 1
            return None
        cut = self._function(function, changes)
        if cut is function:
            return tool
        return cut if legacy else {**tool, "function": cut}

    def _goes(self, name: str) -> bool:
        return self.functions or name in self.remove or (self.keep is not None and name not in self.keep)

    def _function(self, function: dict[str, Any], changes: Counter[str]) -> dict[str, Any]:
        cut = function
        if self.function_descriptions and "description" in cut:
            cut = {key: value for key, value in cut.items() if key != "description"}
            changes["function descriptions removed"] += 1
        parameters = cut.get("parameters")
        if type(parameters) is not dict:
            return cut
        left = without(
            parameters, descriptions=self.parameter_descriptions, extras=self.schema_extras,
            changes=changes if not self.properties else Counter(),
        )  # fmt: skip
        if self.properties:
            bare = emptied(left)
            if bare is not left:
                # Strict mode demands that every property is declared.
                cut = {key: value for key, value in cut.items() if key != "strict"}
            left = bare
            if left is not parameters:
                changes["functions' properties removed"] += 1
        return cut if left is parameters else {**cut, "parameters": left}

    def _count_orphans(self, example: Example, changes: Counter[str]) -> None:
        orphans = sum(
            self._goes(str(call.get("name")))
            for _, turns in turn_lists(example)
            for turn in turns
            for call in calls(turn)
        )
        if orphans:
            changes["calls left without their function's definition"] += orphans


def _replaced(holder: dict[str, Any], new: dict[str, Definitions]) -> dict[str, Any]:
    """The holder with these definitions; without keys for none."""
    changed = {key: new.get(key, value) for key, value in holder.items()}
    for key in new:
        if not changed[key]:
            del changed[key]
    if not changed.get("tools") and not changed.get("functions"):
        changed.pop("parallel_tool_calls", None)
    return changed


@dataclass(frozen=True)
class StripUnused:
    """Strips, and removes the functions that no example of the whole set calls.

    One that is merely not called in *this* example must stay: its absence would give the answer away.
    """

    strip: Strip = Strip()
    name: ClassVar[str] = "strip"

    def survey(self) -> Called:
        """A summary of no examples."""
        return Called()

    def decide(self, called: Called) -> Strip:
        """The step, knowing which functions are never called."""
        return replace(self.strip, remove=tuple(sorted({*self.strip.remove, *called.unused})))


class Called:
    """A survey of the functions that are defined and called: about 100 bytes a distinct name."""

    def __init__(self) -> None:
        self.defined: Counter[str] = Counter()
        self.called: Counter[str] = Counter()

    @property
    def unused(self) -> list[str]:
        """The functions that are defined and never called."""
        return sorted(set(self.defined) - set(self.called))

    def add(self, example: Example) -> None:
        """Take in an example."""
        holder = definitions_in(example)
        for tool in holder.get("tools") or ():
            if type(tool.get("function")) is dict:
                self.defined[str(tool["function"].get("name"))] += 1
        for function in holder.get("functions") or ():
            self.defined[str(function.get("name"))] += 1
        for _, turns in turn_lists(example):
            for turn in turns:
                if "tool_calls" in turn or "function_call" in turn:
                    self.called.update(str(call.get("name")) for call in calls(turn))
        self._check()

    def merge(self, later: Called) -> None:
        """Take in the names of later examples."""
        self.defined.update(later.defined)
        self.called.update(later.called)
        self._check()

    def _check(self) -> None:
        if len(self.defined) + len(self.called) > MAX_NAMES:
            raise UsageError(
                f"there are more than {MAX_NAMES:,} functions to tell apart",
                hint="Name those that stay: --keep-functions a,b.",
            )
