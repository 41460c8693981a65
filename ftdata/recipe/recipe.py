"""Recipes: written sources, steps and outputs that can be run again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass
from ftdata.codec import check_json
from ftdata.engines.asked import running_on
from ftdata.errors import RecipeError, RowError
from ftdata.findings import EmptyOutputError
from ftdata.marks import Marks, load
from ftdata.recipe.building import Builder
from ftdata.recipe.checking import RecipeChecker, WholeRecipe
from ftdata.recipe.problems import Problems
from ftdata.recipe.runs import Run, runs_of
from ftdata.recipe.variables import filled_in, values_of

if TYPE_CHECKING:
    from ftdata.dataset import Dataset
    from ftdata.manifest import Manifest
    from ftdata.recipe.judging import Judged
    from ftdata.writing import Result

NAMES = ("recipe.yaml", "recipe.yml", "recipe.json", "pyproject.toml")
"""Where a recipe is looked for where none is named; of the last only the table ``[tool.ftdata]``."""


@dataclass(frozen=True)
class Done:
    """What became of one run of a recipe.

    Attributes:
        run: The run.
        why: Why it was done; empty if its outputs were up to date, and nothing was done.
        result: What it came to; None if nothing was done.
        manifest: The manifest, of this run or of the one before; None if it went to stdout, or no examples remain.
        judged: What was found out about its outputs, if that was asked for and they were written now.
    """

    run: Run
    why: str
    result: Result | None
    manifest: Manifest | None
    judged: tuple[Judged, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether something was written, all of it good, and no more rejected than is allowed: now, or by then."""
        if (self.result is not None and not self.result.written) or (self.manifest and self.manifest.bad):
            return False
        rejected = self.result.tally.rejected.total() if self.result else self.manifest and self.manifest.rejected
        return not rejected or "max_rejects" in self.run.targets[0].asked.values

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            **state_of(self.run, self.why),
            "done": self.result is not None,
            "result": self.result.to_dict() if self.result else None,
            "judged": self.manifest.says.get("judged", {}) if self.manifest else {},
        }


class Recipe:
    r"""A written pipeline: sources, steps and outputs.

    Args:
        says: The recipe as an object; see the guide for its keys.
        folder: The folder that its paths are relative to. By default the current one.
        set: Values of its variables, by name.

    Raises:
        RecipeError: If it is invalid; lists all problems at once, each with its place.
        UsageError: If a value is given for an undeclared variable.

    Examples:
        >>> import tempfile, pathlib
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> _ = (folder / "in.jsonl").write_text('{"prompt": "a", "completion": "b"}\n' * 2)
        >>> recipe = Recipe({"read": "in.jsonl", "steps": ["dedupe"], "write": "out.jsonl"}, folder=folder)
        >>> [done.result.tally.written for done in recipe.run()]
        [1]
        >>> [done.why for done in recipe.run()]  # nothing has changed
        ['']
    """

    def __init__(
        self,
        says: Mapping[str, Any],
        *,
        folder: str | os.PathLike[str] = "",
        set: Mapping[str, Any] | None = None,
        _path: str | None = None,
        _marks: Marks | None = None,
        _place: str = "$",
    ) -> None:
        self.folder = os.fspath(folder)
        self.path = _path
        self._says, self._set, self._marks, self._place = says, dict(set or {}), _marks or {}, _place
        self._checked()

    @classmethod
    def load(cls, path: str | os.PathLike[str] = "", *, set: Mapping[str, Any] | None = None) -> Recipe:
        """Load a recipe from a YAML or JSON file, or from the table ``[tool.ftdata]`` of a pyproject.toml.

        Args:
            path: The file. By default recipe.yaml in the current folder, or else pyproject.toml.
            set: Values of its variables, by name.

        Raises:
            RecipeError: If it cannot be read, or is invalid; each problem with path, line, column and JSON path.
            UsageError: If a value is given for an undeclared variable.
        """
        name = os.fspath(path) or _found()
        says, marks = load(Path(name))
        place = "$"
        if name.endswith(".toml"):
            says, place = dict(says.get("tool", {})).get("ftdata"), "$.tool.ftdata"
            if says is None:
                raise RecipeError(
                    "has no table [tool.ftdata]", hint="Write recipe.yaml, or name another file.", path=name
                )
        return cls(says, folder=os.path.dirname(name), set=set, _path=name, _marks=marks, _place=place)  # noqa: PTH120

    def __repr__(self) -> str:
        return f"Recipe({self.path or '…'})"

    def _checked(self) -> tuple[WholeRecipe, Problems]:
        """What it asks for; what its files hold is read anew each time."""
        problems = Problems(self.path, self._marks)
        try:
            check_json(self._says)
        except RowError as error:
            raise RecipeError(error.message, hint=error.hint, path=self.path, json_path=error.json_path) from None
        says: Any = self._says
        if isinstance(says, Mapping):
            declared = says.get("vars", {})
            values = values_of(declared, self._set, f"{self._place}.vars", problems)
            rest = {key: one for key, one in says.items() if key != "vars"}
            says = filled_in(rest, values, self._place, problems)
        whole = RecipeChecker(problems, self.folder).whole(says, self._place)
        problems.raise_any()
        assert whole is not None  # noqa: S101 - else there was a problem
        return whole, problems

    @property
    def files(self) -> list[str]:
        """The files named by its options, other than the data."""
        whole, problems = self._checked()
        return Builder(whole, problems, self.folder).files()

    def runs(self, *, workers: int | None = None) -> list[Run]:
        """The runs that write all outputs, in as few passes over the data as possible.

        Args:
            workers: Worker processes.

        Raises:
            InputError: If a file cannot be read.
            UsageError: If two outputs are the same file, one is an input, or a column does not exist.
        """
        whole, problems = self._checked()
        return runs_of(Builder(whole, problems, self.folder, workers))

    def dataset(self, *branch: str) -> Dataset:
        """Return the examples after the steps, or those of a branch.

        Raises:
            KeyError: If there is no such branch.
            InputError: If a file cannot be read.
            UsageError: If options contradict each other.
        """
        whole, problems = self._checked()
        return Builder(whole, problems, self.folder).dataset(branch)

    def plan(self) -> list[dict[str, Any]]:
        """Return what would be read, done and written, and what is up to date: JSON values, one object per pass.

        Raises:
            InputError: If a file cannot be read.
            UsageError: As for `runs`.
        """
        return [state_of(run, run.stale()) for run in self.runs()]

    def run(
        self,
        *,
        force: bool = False,
        workers: int | None = None,
        engine: str | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> list[Done]:
        """Run everything that is not up to date.

        Args:
            force: Run everything, and replace outputs that no earlier run of the recipe wrote.
            workers: Worker processes. By default one for each processor, and none for small input.
            engine: The engine to run on; see `Dataset.on`.
            on_progress: Gets the bytes of each piece of input that is done.

        Raises:
            InputError: If a file cannot be read.
            OutputError: If an output exists that no earlier run wrote, or cannot be written.
            RejectedRows: If more rows were rejected than an output's ``max-rejects`` allows.
            UsageError: As for `runs`, or if options contradict each other.
        """
        with running_on(engine):
            return list(done(self.runs(workers=workers), force=force, workers=workers, on_progress=on_progress))


def done(
    runs: list[Run], *, force: bool, workers: int | None, on_progress: Callable[[int], None] | None = None
) -> Iterator[Done]:
    """Do runs one after another; what becomes of each as soon as it is done."""
    whys = [run.stale() or ("asked for" if force else "") for run in runs]
    if sum(map(bool, whys)) > 1:
        runs[0].builder.replayable()
    for run, why in zip(runs, whys, strict=True):
        if not why:
            yield Done(run, why, None, run.manifest())
            continue
        try:
            yield Done(run, why, *run.write(force=force, workers=workers, on_progress=on_progress))
        except EmptyOutputError as error:
            yield Done(run, why, error.result, None)


def state_of(run: Run, why: str) -> dict[str, Any]:
    """What a run reads, does and writes, as JSON values."""
    return {
        "reads": run.files,
        "steps": [one.to_json() for one in run.steps],
        "writes": [one.path for one in run.targets],
        "manifest": run.manifest_path,
        "up_to_date": not why,
        "why": why,
    }


def _found() -> str:
    for name in NAMES:
        if Path(name).is_file():
            return name
    raise RecipeError("there is no recipe here", hint="Write recipe.yaml, or name another file.")
