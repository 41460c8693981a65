"""From what a recipe says to what is asked for, or to all that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from ftdata.asks import asked_by
from ftdata.classes import dataclass, field
from ftdata.codec import member
from ftdata.dataset import Dataset, read
from ftdata.errors import did_you_mean, shown
from ftdata.recipe.keys import Keys, checks, counts, mixing, outputs, sources, splitting, steps
from ftdata.recipe.values import files_in, value_of
from ftdata.recipe.variables import Unset

if TYPE_CHECKING:
    from ftdata.recipe.problems import Problems


@cache
def nothing() -> Dataset:
    """Rows to try steps on that are not run."""
    return read([{"messages": [{"role": "user", "content": ""}, {"role": "assistant", "content": ""}]}])


@dataclass(frozen=True)
class AskedFor:
    """Something that is asked for with options: a source, a step, an output.

    Attributes:
        name: What it is: the verb's name, ``read`` or ``write``.
        said: Its options as the recipe says them, by key.
        values: The same as the library takes them, by parameter.
        place: Where it stands.
        files: Files that its options name, which are read.
    """

    name: str
    said: Mapping[str, Any]
    values: Mapping[str, Any]
    place: str
    files: tuple[str, ...] = ()

    def to_json(self) -> Any:
        """As it may be said again."""
        return {self.name: dict(self.said)} if self.said else self.name


@dataclass(frozen=True)
class Value:
    """An option's value.

    Attributes:
        name: The parameter's.
        value: As the library takes it.
        files: Files that it names.
    """

    name: str
    value: Any
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class RecipeFlow:
    """What becomes of examples: steps, then outputs, then branches.

    Attributes:
        steps: The steps.
        split: The split that the branches are the parts of; without one each branch gets all examples.
        writes: The outputs.
        branches: By name; None for a part that is not wanted.
        check: How the outputs are checked, if they are.
        stats: How their tokens are counted, if they are.
    """

    steps: tuple[AskedFor, ...] = ()
    split: AskedFor | None = None
    writes: tuple[AskedFor, ...] = ()
    branches: Mapping[str, RecipeFlow | None] = field(default_factory=dict)
    check: AskedFor | None = None
    stats: AskedFor | None = None


@dataclass(frozen=True)
class WholeRecipe:
    """A recipe, checked.

    Attributes:
        sources: The sources.
        mix: How they are mixed; without it they follow one another.
        flow: What becomes of their examples.
    """

    sources: tuple[AskedFor, ...]
    mix: AskedFor | None
    flow: RecipeFlow


_FLOW = ("steps", "write", "check", "stats", "branches")
_TOP = ("read", "mix", *_FLOW, "vars", "$schema")


@dataclass
class RecipeChecker:
    """Reads a recipe, and notes what is wrong with it.

    Attributes:
        problems: What is.
        folder: Where its paths start.
    """

    problems: Problems
    folder: str = ""

    def whole(self, says: Any, place: str) -> WholeRecipe | None:
        """The recipe that this says; None if nothing of it can be read."""
        if not self._is_object(says, place, "a recipe", "read: train.jsonl"):
            return None
        self._only(says, place, _TOP)
        if "read" not in says:
            self.problems.add(place, "needs read", "Say which files: read: train.jsonl.")
            found: tuple[AskedFor, ...] = ()
        else:
            found = self._sources(says["read"], member(place, "read"))
        mix = None
        if "mix" in says:
            mix = self._asked("mix", mixing(), says["mix"], member(place, "mix"))
            if len(found) < 2:
                self.problems.add(member(place, "mix"), "a mix has at least two sources", "Give read a list of them.")
        self._refuse_shares(found, mix)
        return WholeRecipe(found, mix, self._flow(says, place))

    def _sources(self, says: Any, place: str) -> tuple[AskedFor, ...]:
        if isinstance(says, list) and any(not isinstance(one, str) for one in says):
            return tuple(self._asked("read", sources(), one, f"{place}[{at}]") for at, one in enumerate(says))
        return (self._asked("read", sources(), says, place),)

    def _refuse_shares(self, found: tuple[AskedFor, ...], mix: AskedFor | None) -> None:
        for one in found:
            if mix is None and "share" in one.said:
                self.problems.add(member(one.place, "share"), "share is for mix, which is missing",
                                  "Add mix: {}, or remove it.")  # fmt: skip
            if mix is not None and len(found) > 1 and "share" not in one.said:
                self.problems.add(one.place, "a source of a mix needs share", "Such as share: 0.7.")

    def _flow(self, says: Mapping[str, Any], place: str) -> RecipeFlow:
        """The flow that an object's keys say."""
        made, split = self._steps(says.get("steps", []), member(place, "steps"))
        writes = self._writes(says["write"], member(place, "write")) if "write" in says else ()
        branches: dict[str, RecipeFlow | None] = {}
        at = member(place, "branches")
        if "branches" in says and self._is_object(says["branches"], at, "branches", "train: {write: train.jsonl}"):
            branches = {name: self._branch(one, member(at, name)) for name, one in says["branches"].items()}
        if split is not None:
            self._match(split, branches, at)
        if not (writes or branches or "write" in says or "branches" in says):
            self.problems.add(place, "nothing is done with the examples", "Say where they go: write: out.jsonl.")
        found = {}
        for name, keys in (("check", checks()), ("stats", counts())):
            if name in says:
                found[name] = self._asked(name, keys, says[name], member(place, name))
                if not writes:
                    self.problems.add(member(place, name), f"{name} looks at what is written, which needs write",
                                      "Where there are branches, say it in them.")  # fmt: skip
        return RecipeFlow(made, split, writes, branches, **found)

    def _branch(self, says: Any, place: str) -> RecipeFlow | None:
        if says is None:
            return None
        if isinstance(says, str):
            return RecipeFlow(writes=self._writes(says, place))
        if not self._is_object(says, place, "a branch", "a path, or {steps: [], write: out.jsonl}"):
            return None
        self._only(says, place, _FLOW)
        return self._flow(says, place)

    def _match(self, split: AskedFor, branches: Mapping[str, Any], place: str) -> None:
        """Refuse parts without a branch, and branches that are no parts."""
        into = split.said.get("into")
        if not isinstance(into, Mapping):
            return
        for name in into:
            if name not in branches:
                self.problems.add(member(member(split.place, "into"), name), f"the part {shown(name)} goes nowhere",
                                  f"Add branches: {{{name}: {name}.jsonl}}, or {name}: null.")  # fmt: skip
        for name in branches:
            if name not in into:
                self.problems.add(
                    member(place, name), f"the split has no part {shown(name)}", did_you_mean(name, map(str, into))
                )

    def _steps(self, says: Any, place: str) -> tuple[tuple[AskedFor, ...], AskedFor | None]:
        """The steps, and the split that they may end with."""
        if not isinstance(says, list):
            self.problems.add(place, f"expected a list of steps; got {shown(says)}", "Such as [dedupe].")
            return (), None
        made: list[AskedFor] = []
        for at, one in enumerate(says):
            found = self._step(one, f"{place}[{at}]")
            if found is not None and found.name == "split" and at + 1 < len(says):
                self.problems.add(found.place, "what follows a split belongs to one of its parts",
                                  "Move the steps behind it into branches.")  # fmt: skip
            made += [found] if found is not None else []
        if made and made[-1].name == "split":
            return tuple(made[:-1]), made[-1]
        return tuple(one for one in made if one.name != "split"), None

    def _step(self, says: Any, place: str) -> AskedFor | None:
        if isinstance(says, str):
            says = {says: {}}
        if not isinstance(says, dict) or len(says) != 1:
            hint = "Each step is an item of its own." if isinstance(says, dict) and says else "Such as dedupe: {}."
            self.problems.add(place, f"expected one step with its options; got {shown(says)}", hint)
            return None
        ((said, options),) = says.items()
        name = said.replace("-", "_")
        if name == "split":
            return self._asked(name, splitting(), _sized(options), member(place, said))
        known = steps().get(name)
        if known is None:
            hint = did_you_mean(said, [*steps(), "split"])
            self.problems.add(member(place, said), f"unknown step {shown(said)}", hint)
            return None
        place, before = member(place, said), len(self.problems.found)
        asked = self._asked(name, known.keys, options, place)
        unset = any(isinstance(value, Unset) for value in asked.said.values())
        if len(self.problems.found) == before and not known.looks and not unset:
            # A step is made before it is run: it refuses what cannot be meant, such as an expression without an end.
            with self.problems.at(place), asked_by("recipe"):
                known.function(nothing(), **asked.values)
        return asked

    def _writes(self, says: Any, place: str) -> tuple[AskedFor, ...]:
        if isinstance(says, list):
            return tuple(self._asked("write", outputs(), one, f"{place}[{at}]") for at, one in enumerate(says))
        return (self._asked("write", outputs(), says, place),)

    def _asked(self, name: str, keys: Keys, says: Any, place: str) -> AskedFor:
        """What is asked for with these keys."""
        if keys.first and says is not None and not isinstance(says, dict):
            says = {keys.first: says}
        said: dict[str, Any] = {}
        values: dict[str, Any] = {}
        files: list[str] = []
        good = len(self.problems.found)
        if says is not None and not isinstance(says, dict):
            self.problems.add(place, f"expected the options of {name}; got {shown(says)}", "Write them as name: value.")
        else:
            for key, value in (says or {}).items():
                option = self._option(keys, key, value, member(place, key), said)
                if option is not None:
                    values[option.name] = option.value
                    files += option.files
            for key, one in keys.options.items():
                if one.required and key not in said:
                    choices = f"One of {', '.join(one.kind.choices)}." if one.kind.choices else one.help
                    self.problems.add(place, f"{name} needs {key}", choices)
        if keys.check is not None and len(self.problems.found) == good:
            with self.problems.at(place), asked_by("recipe"):
                keys.check(values)
        return AskedFor(name, said, values, place, tuple(files))

    def _option(self, keys: Keys, key: str, value: Any, place: str, said: dict[str, Any]) -> Value | None:
        """An option's value; None where there is no such option, or the value is none."""
        found = keys.find(key)
        if found is None:
            self.problems.add(place, f"unknown option {shown(key)}", did_you_mean(key, keys.options))
            return None
        dashed, option = found
        if dashed in said:
            self.problems.add(place, f"{dashed} stands twice")
        said[dashed] = value
        with self.problems.at(place), asked_by("recipe"):
            if isinstance(value, Unset):
                return Value(option.name, value)
            made = value_of(option.kind, value, self.folder)
            return Value(option.name, made, tuple(files_in(option.kind, value, self.folder)))
        return None

    def _only(self, says: Mapping[str, Any], place: str, known: tuple[str, ...]) -> None:
        for key in says:
            if key not in known:
                self.problems.add(member(place, key), f"unknown key {shown(key)}", did_you_mean(key, known))

    def _is_object(self, says: Any, place: str, what: str, example: str) -> bool:
        if not isinstance(says, dict):
            self.problems.add(place, f"expected {what} as an object; got {shown(says)}", f"Such as {example}.")
        return isinstance(says, dict)


def _sized(options: Any) -> Any:
    """The options of a split; parts called train, valid and test may stand among them, as Python has it."""
    if not isinstance(options, dict) or "into" in options:
        return options
    into = {name: options[name] for name in ("train", "valid", "test") if name in options}
    rest = {key: value for key, value in options.items() if key not in into}
    return {"into": into if "train" in into else {"train": "rest", **into}, **rest} if into else options
