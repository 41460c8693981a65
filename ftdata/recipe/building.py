"""From a recipe's flow to datasets: one for each place where examples go, lazy, and with what they share made once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

from ftdata.asks import asked_by
from ftdata.classes import dataclass, field, replace
from ftdata.dataset import Dataset
from ftdata.dataset.mixing import mix
from ftdata.errors import RecipeError, UsageError
from ftdata.files.source import Source
from ftdata.manifest import Digest
from ftdata.recipe.keys import steps
from ftdata.recipe.sources import opened, parted, with_data
from ftdata.steps.primitives import MapStep

if TYPE_CHECKING:
    from ftdata.dataset.splits import Splits
    from ftdata.engines.plan import Plan
    from ftdata.recipe.checking import AskedFor, RecipeFlow, WholeRecipe
    from ftdata.recipe.problems import Problems

Path = tuple[str, ...]
"""The branches that lead to a place; empty for the trunk."""


@dataclass
class Builder:
    """Makes the datasets of a recipe, each once.

    Attributes:
        whole: The recipe.
        problems: Knows where things stand in the recipe's file.
        folder: Where its paths start; manifests tell it.
        workers: Worker processes, where something must be looked at before it can go on.
    """

    whole: WholeRecipe
    problems: Problems
    folder: str = ""
    workers: int | None = None
    _made: dict[Any, Any] = field(default_factory=dict)

    def source(self) -> Dataset:
        """The examples of all sources.

        Raises:
            UsageError: If options contradict each other.
            InputError: If a file cannot be read.
        """
        if "source" not in self._made:
            self._made["source"] = self._source()
        made: Dataset = self._made["source"]
        return made

    def _source(self) -> Dataset:
        parts = []
        for one in self.whole.sources:
            with self._at(one.place):
                parts.append(opened(self._mapped(one), self._to()))
                plan = parts[-1].plan()  # what its rows are is asked here, where the recipe says that they are read
                if len(self.whole.sources) > 1:
                    _refuse_gathered(plan)
        if self.whole.mix is not None:
            with self._at(self.whole.mix.place):
                shares = [float(one.values["share"]) for one in self.whole.sources]
                return mix(list(zip(parts, shares, strict=True)), **self.whole.mix.values)
        if len(parts) == 1:
            return parts[0]
        files = tuple(file for part in parts for file in part.source.files)
        return Dataset(Source(files), parts=tuple(parts))

    def _to(self) -> str | None:
        """The format that all outputs are written as, if it is one."""
        found, waiting = set(), [self.whole.flow]
        while waiting:
            flow = waiting.pop()
            found |= {one.values.get("format") for one in flow.writes}
            waiting += [one for one in flow.branches.values() if one is not None]
        return found.pop() if len(found) == 1 else None

    def _mapped(self, source: AskedFor) -> Mapping[str, Any]:
        """The options, with a mapping that stands in the recipe made one whose files are found beside it."""
        values, place = source.values, f"{source.place}.map"
        if not isinstance(values.get("map"), dict):
            return values
        from ftdata.authoring.mapping import Mapping as Mapped

        beside = File(self.problems.path or "recipe.yaml").name
        lines = {
            "$" + there.removeprefix(place): mark.line
            for there, mark in self.problems.marks.items()
            if there.startswith(place)
        }
        return {**values, "map": Mapped(values["map"], _file=File(self.folder) / beside, _lines=lines)}

    def replayable(self) -> None:
        """Let streams be read more than once, as several runs do: they are saved to temporary files."""
        data = self.source()
        if data.source.one_shot:
            self._made["source"] = replace(data, source=data.source.replayable())

    def digest(self, path: str) -> Digest:
        """The digest of an input, made once for all runs."""
        key = ("digest", path)
        if key not in self._made:
            self._made[key] = Digest.of(path)
        made: Digest = self._made[key]
        return made

    def dataset(self, path: Path) -> Dataset:
        """The examples behind the steps of a place."""
        if path not in self._made:
            before = self._begin(path)
            for one in self.flow(path).steps:
                with self._at(one.place):
                    before = self._step(before, one)
            self._made[path] = before
        made: Dataset = self._made[path]
        return made

    def _step(self, data: Dataset, asked: AskedFor) -> Dataset:
        known = steps()[asked.name]
        reading, _ = parted(self.whole.sources[0].values)
        values = with_data(known.keys.options.values(), asked.values, reading)
        made: Dataset = known.function(data, **values, **({"workers": self.workers} if known.looks else {}))
        return made

    def _begin(self, path: Path) -> Dataset:
        if not path:
            return self.source()
        split = self.flow(path[:-1]).split
        return self.dataset(path[:-1]) if split is None else self.parts(path[:-1])[path[-1]]

    def files(self) -> list[str]:
        """The files that the options of all sources and steps name."""
        found = [path for one in self.whole.sources for path in one.files]
        waiting: list[RecipeFlow | None] = [self.whole.flow]
        while waiting:
            flow = waiting.pop()
            if flow is not None:
                found += [path for one in (*flow.steps, *([flow.split] if flow.split else [])) for path in one.files]
                waiting += flow.branches.values()
        return list(dict.fromkeys(found))

    def parts(self, path: Path) -> Splits[Dataset]:
        """The parts that a place is split into."""
        key = ("parts", path)
        if key not in self._made:
            split = self.flow(path).split
            if split is None:
                raise KeyError(path)
            options = dict(split.values)
            sizes = {str(name): None if size == "rest" else size for name, size in options.pop("into").items()}
            data = self.dataset(path)
            with self._at(split.place):
                self._made[key] = data.split(sizes=sizes, **options)
        made: Splits[Dataset] = self._made[key]
        return made

    def flow(self, path: Path) -> RecipeFlow:
        """What becomes of the examples of a place."""
        found = self.whole.flow
        for name in path:
            branch = found.branches[name]
            if branch is None:
                raise KeyError(path)
            found = branch
        return found

    @contextmanager
    def _at(self, place: str) -> Iterator[None]:
        """Let what is refused inside say where it stands in the recipe."""
        try:
            with asked_by("recipe"):
                yield
        except (UsageError, RecipeError) as error:
            if error.path is None:
                mark = self.problems.mark(place)
                error.path, error.line, error.json_path = self.problems.path, mark.line if mark else None, place
            raise


def _refuse_gathered(plan: Plan) -> None:
    """Refuse a source beside others whose rows must be looked at together before they are examples.

    Raises:
        UsageError: If they must.
    """
    if plan.heads or not all(isinstance(step, MapStep) for step in plan.steps):
        raise UsageError("the rows of this source must meet one another first, so no other can stand beside it",
                         hint="Write it with a recipe of its own, and read what that wrote.")  # fmt: skip
