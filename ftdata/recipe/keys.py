"""What may be said where in a recipe: the keys of sources, steps and outputs, read from the declarations."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from ftdata.classes import dataclass, replace
from ftdata.dataset import Dataset, read
from ftdata.dataset.added import added_steps
from ftdata.dataset.composed import CONVERT, CONVERTING
from ftdata.dataset.distilled import DISTILL
from ftdata.dataset.mixing import mix
from ftdata.dataset.rowed import ROWED, ROWS
from ftdata.recipe.sources import check_source
from ftdata.verbs import Kind, Option, VerbParts, declared
from ftdata.verbs.declaration import REQUIRED
from ftdata.verbs.kinds import KINDS, chosen

PRUNING = "pruning"
"""The key of the file that remembers what was done to prompts."""

OF_A_RUN = ("force", "workers", "manifest")
"""What is said when a recipe is run, not in it."""

FILES = Kind("FILE", schema={"type": ["string", "array"], "items": {"type": "string"}}, reads="rows")
"""The files of a source: one path, pattern, folder or URL, or several."""


@dataclass(frozen=True)
class Keys:
    """The keys that stand together.

    Attributes:
        about: What they are the keys of, in a line.
        options: By key, as it is written with dashes: the option.
        check: Refuses values that do not go together; it gets them by parameter.
        first: The key of what stands alone: ``write: train.jsonl``, ``filter: turns > 2``; empty if nothing may.
    """

    about: str
    options: Mapping[str, Option]
    check: Callable[[Mapping[str, Any]], None] | None = None
    first: str = ""

    def find(self, key: str) -> tuple[str, Option] | None:
        """The key as it is written here, and its option; underscores are as good as dashes, and old names too."""
        dashed = key.replace("_", "-")
        if dashed in self.options:
            return dashed, self.options[dashed]
        for name, one in self.options.items():
            if key.replace("-", "_") in one.old:
                return name, one
        return None


@dataclass(frozen=True)
class Step:
    """A verb as a step.

    Attributes:
        keys: Its options.
        function: From a dataset and the options to the next one.
        looks: Whether it looks at the examples at once, by so many workers.
    """

    keys: Keys
    function: Callable[..., Any]
    looks: bool = False


def keys_of(about: str, options: Iterable[Option], **more: Any) -> Keys:
    """The keys of some options: as the command line spells them."""
    return Keys(about, {key_of(one): one for one in options}, **more)


def key_of(one: Option) -> str:
    """The key of an option: with dashes, or the word that its flag is where that is another."""
    return one.flag.rpartition("/")[2].lstrip("-") or one.name.replace("_", "-")


@cache
def sources() -> Keys:
    """The keys of a source: those of reading, and those that make examples of rows."""
    files = Option("files", FILES, REQUIRED, "The files: a path, a pattern, a folder or a URL, or several of them.")
    share = Option("share", KINDS["float"], None, "The source's share of the mix: only the proportions count.")
    reading = {one.name: one for one in declared(read)}
    return keys_of("A source.", {one.name: one for one in (files, *ROWS, *CONVERT, *reading.values(), share)}.values(),
                   check=check_source, first="files")  # fmt: skip


@cache
def outputs() -> Keys:
    """The keys of an output."""
    options = [
        replace(one, flag="") if one.name == "path" else one
        for one in declared(Dataset.write)
        if one.name not in OF_A_RUN
    ]
    about = "Where to save what was done to prompts, for ftdata.prune() at inference."
    return keys_of("An output.", (*options, Option(PRUNING, KINDS["str"], None, about)), first="path")


@cache
def checks() -> Keys:
    """The keys of a check of what is written."""
    verb = declared(Dataset.check)
    about = "The least severity that makes the exit code 1: error, unless another is named."
    fail_on = Option("fail_on", chosen(("error", "warning", "info")), None, about)
    options = (*(one for one in verb if one.name != "workers"), fail_on)
    return keys_of(verb.summary, options, check=verb.check, first="for")


@cache
def counts() -> Keys:
    """The keys of counting the tokens of what is written."""
    verb = declared(Dataset.stats)
    return keys_of(verb.summary, [one for one in verb if one.name != "workers"], check=verb.check, first="model")


@cache
def mixing() -> Keys:
    """The keys of a mix."""
    verb = declared(mix)
    return keys_of(verb.summary, verb.options, check=verb.check)


@cache
def splitting() -> Keys:
    """The keys of a split, which names the branches."""
    verb = declared(Dataset.split)
    schema = {"type": "object", "additionalProperties": {"type": ["number", "string", "null"]}}
    kind = Kind("NAME=SIZE", str, schema)
    into = Option("into", kind, REQUIRED, "The parts and their sizes: a share, a number of examples, or rest.")
    return keys_of(verb.summary, (into, *verb.options), check=verb.check)


@cache
def steps() -> Mapping[str, Step]:
    """The steps, by name: every declared method that makes a dataset of one, two that also report, and distill."""
    found = {"conflicts": _conflicts(), "distill": _distill(), "overlap": _overlap()}
    of_rows = {part.function for part in CONVERTING.parts if part.makes} | {part.function for part in ROWED.parts}
    for name, method in inspect.getmembers(Dataset, lambda one: hasattr(one, "__verb__")):
        if inspect.signature(method).return_annotation == "Self" and method not in of_rows:
            verb = declared(method)
            found[name] = Step(keys_of(verb.summary, verb.options, check=verb.check, first=_first(method)), method)
    for name, function in added_steps().items():
        verb = declared(function)
        found.setdefault(name, Step(keys_of(verb.summary, verb.options, check=verb.check), function))
    return dict(sorted(found.items()))


def _first(method: Callable[..., Any]) -> str:
    """The option that may stand alone: the one that Python takes without its name."""
    parameters = list(inspect.signature(method).parameters.values())
    named = [one.name for one in parameters[1:] if one.kind is one.POSITIONAL_OR_KEYWORD]
    return named[0].replace("_", "-") if named else ""


def _conflicts() -> Step:
    verb = declared(Dataset.conflicts)
    about = "Which answer stays: majority, the most frequent; best:EXPR, that with the largest value; drop for none."
    resolve = Option("resolve", replace(KINDS["str"], metavar="majority|best:EXPR|drop"), REQUIRED, about)

    def resolved(data: Dataset, *, resolve: str, **options: Any) -> Dataset:
        return data.resolve_conflicts(resolve, **options)

    return Step(keys_of(verb.summary, (resolve, *verb.options), first="resolve"), resolved)


def _overlap() -> Step:
    verb = declared(Dataset.overlap)
    about = "The files that are compared with; what they have too is dropped."
    other = Option("other", KINDS["Other"], REQUIRED, about)

    def rest(data: Dataset, *, other: Any, workers: int | None = None, **options: Any) -> Dataset:
        return data.overlap(other, workers=workers, **options).rest

    options = (other, *(one for one in verb if one.name not in ("other", "workers")))
    return Step(keys_of(verb.summary, options, check=verb.check, first="other"), rest, looks=True)


def _distill() -> Step:
    (parts,) = [one for one in DISTILL.conditions if isinstance(one, VerbParts)]
    done = {one for part in parts.parts if part.called for one in part.options()}
    told = {one for part in parts.parts if not part.called for one in part.options()} - done
    options = [one for one in DISTILL if one.name not in told]
    return Step(keys_of(DISTILL.summary, options, check=DISTILL.check), DISTILL.function)
