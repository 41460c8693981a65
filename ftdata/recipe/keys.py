"""What may be said where in a recipe: the keys of sources, steps and outputs, read from the declarations."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from ftdata.dataset import Dataset, read
from ftdata.dataset.mixing import mix
from ftdata.recipe.sources import AUTHORING
from ftdata.verbs import Kind, Option, Verb, declared
from ftdata.verbs.declaration import REQUIRED
from ftdata.verbs.kinds import KINDS

READ = {"format": "from"}
"""By parameter of `ftdata.read`: the key that it has here, where that is another; as on the command line."""

WRITE = {"format": "to", "max_bytes": "max-size", "allow_empty": "allow-empty-output"}
"""The same of `Dataset.write`."""

OF_A_RUN = ("force", "workers", "manifest")
"""What is said when a recipe is run, not in it."""

OF_SOURCES = ("files", "share")
"""What is a source's alone: neither `ftdata.read` nor the verb that makes examples takes it."""

FILES = Kind("FILE", schema={"type": ["string", "array"], "items": {"type": "string"}}, reads="rows")
"""One file, pattern, folder or URL, or several: a source's own, or others beside it."""


@dataclass(frozen=True)
class Keys:
    """The keys that stand together.

    Attributes:
        about: What they are the keys of, in a line.
        options: By key, as it is written with dashes: the option.
        verb: Whose options they are, which knows what must hold among them.
        first: The key of what is said by a text alone: ``write: train.jsonl``; none if a text alone is nothing.
    """

    about: str
    options: Mapping[str, Option]
    verb: Verb | None = None
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


def keys_of(about: str, options: Iterable[Option], names: Mapping[str, str] | None = None, **more: Any) -> Keys:
    """The keys of some options, with dashes in their names."""
    names = names or {}
    return Keys(about, {names.get(one.name, one.name).replace("_", "-"): one for one in options}, **more)


@cache
def sources() -> Keys:
    """The keys of a source: those of reading, and those that make examples of rows."""
    files = Option("files", FILES, REQUIRED, "The files: a path, a pattern, a folder or a URL, or several of them.")
    share = Option("share", KINDS["float"], None, "The source's share of the mix: only the proportions count.")
    own = (files, *declared(read), *(one for one in AUTHORING if one.name != "format"))
    return keys_of("A source.", (*own, share), READ, verb=AUTHORING, first="files")


@cache
def outputs() -> Keys:
    """The keys of an output."""
    options = [one for one in declared(Dataset.write) if one.name not in OF_A_RUN]
    return keys_of("An output.", options, WRITE, first="path")


@cache
def mixing() -> Keys:
    """The keys of a mix."""
    verb = declared(mix)
    return keys_of(verb.summary, verb.options, verb=verb)


@cache
def splitting() -> Keys:
    """The keys of a split, which names the branches."""
    verb = declared(Dataset.split)
    schema = {"type": "object", "additionalProperties": {"type": ["number", "string", "null"]}}
    kind = Kind("NAME=SIZE", str, schema)
    into = Option("into", kind, REQUIRED, "The parts and their sizes: a share, a number of examples, or rest.")
    return keys_of(verb.summary, (into, *verb.options), verb=verb)


@cache
def steps() -> Mapping[str, Step]:
    """The steps, by name: every declared method that makes a dataset of one, and two that also report."""
    found = {}
    for name, method in inspect.getmembers(Dataset, lambda one: hasattr(one, "__verb__")):
        if inspect.signature(method).return_annotation == "Self":
            verb = declared(method)
            found[name] = Step(keys_of(verb.summary, verb.options, verb=verb), method)
    found["conflicts"] = _conflicts()
    found["overlap"] = _overlap()
    return dict(sorted(found.items()))


def _conflicts() -> Step:
    verb = declared(Dataset.conflicts)
    about = "Which answer stays: majority, the most frequent; best:EXPR, that with the largest value; drop for none."
    resolve = Option("resolve", replace(KINDS["str"], metavar="majority|best:EXPR|drop"), REQUIRED, about)

    def resolved(data: Dataset, *, resolve: str, **options: Any) -> Dataset:
        return data.resolve_conflicts(resolve, **options)

    return Step(keys_of(verb.summary, (resolve, *verb.options)), resolved)


def _overlap() -> Step:
    verb = declared(Dataset.overlap)
    other = Option(
        "other",
        replace(FILES, reads="others"),
        REQUIRED,
        "The files that are compared with; what they have too is dropped.",
    )

    def rest(data: Dataset, *, other: Any, workers: int | None = None, **options: Any) -> Dataset:
        return data.overlap(read(other), workers=workers, **options).rest

    return Step(keys_of(verb.summary, (other, *verb.options), verb=verb), rest, looks=True)
