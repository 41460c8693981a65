"""Runs: what is written in one pass over the data, whether that is up to date, and the doing of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path as File
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, field
from ftdata.errors import InputError
from ftdata.files.beside import MANIFEST, beside, rejects_beside
from ftdata.files.claims import Claims
from ftdata.files.opening import STDIN
from ftdata.files.rehearsal import is_dry, make_folder
from ftdata.manifest import Digest, Manifest, manifest_of, seen_from
from ftdata.recipe.judging import Judged, judged
from ftdata.recipe.keys import PRUNING
from ftdata.recipe.values import located

if TYPE_CHECKING:
    from ftdata.recipe.building import Builder, Path
    from ftdata.recipe.checking import AskedFor, RecipeFlow, WholeRecipe
    from ftdata.writing import Result


@dataclass(frozen=True)
class OutputState:
    """One output of a run.

    Attributes:
        part: The part of a split that goes there; empty if all of it does.
        asked: The path and the options of writing.
        path: The path as seen from here.
        check: How it is checked, if it is.
        stats: How its tokens are counted, if they are.
    """

    part: str
    asked: AskedFor
    path: str
    check: AskedFor | None = None
    stats: AskedFor | None = None


@dataclass
class Run:
    """What is written in one pass.

    Attributes:
        builder: Makes the datasets.
        at: The branches that lead to what is written.
        targets: The outputs: one, or several parts of a split with the same options.
        recipe: This run alone, as a recipe.
    """

    builder: Builder
    at: Path
    targets: tuple[OutputState, ...]
    recipe: Mapping[str, Any]
    _inputs: list[Digest] | None = field(default=None, repr=False)

    @property
    def manifest_path(self) -> str | None:
        """Where its manifest is; None where it writes to stdout."""
        first = self.targets[0].path
        return None if first == STDIN else beside(first, MANIFEST)

    @property
    def rejects_path(self) -> str | None:
        """Where its rejects go; None for nowhere."""
        first = self.targets[0]
        asked = first.asked.values.get("rejects")
        own = None if asked is None else asked if asked == "none" else located(str(asked), self.builder.folder)
        return rejects_beside(first.path, own)

    @property
    def pruning_path(self) -> str | None:
        """Where what was done to prompts is saved, if it is."""
        asked = self.targets[0].asked.values.get(PRUNING)
        return None if asked is None else located(str(asked), self.builder.folder)

    @property
    def steps(self) -> list[AskedFor]:
        """Its steps, from the sources on."""
        made: list[AskedFor] = [self.builder.whole.mix] if self.builder.whole.mix else []
        for depth in range(len(self.at) + 1):
            flow = self.builder.flow(self.at[:depth])
            made += flow.steps
            if flow.split is not None and (depth < len(self.at) or self.targets[0].part):
                made.append(flow.split)
        return made

    @cached_property
    def files(self) -> list[str]:
        """The files that are read: the data, and what options name."""
        sources = self.builder.whole.sources
        data = [file.name for file in self.builder.source().source.files]
        looks = [one for target in self.targets for one in (target.check, target.stats) if one is not None]
        return list(dict.fromkeys([*data, *(path for one in (*sources, *self.steps, *looks) for path in one.files)]))

    @property
    def inputs(self) -> list[Digest]:
        """The files as they are now; looked at once."""
        if self._inputs is None:
            self._inputs = [self.builder.digest(path) for path in self.files]
        return self._inputs

    def manifest(self) -> Manifest | None:
        """The manifest that stands there; None if there is none, or none that can be read."""
        path = self.manifest_path
        try:
            return Manifest.load(path) if path is not None and File(path).is_file() else None
        except InputError:
            return None

    def stale(self) -> str:
        """Why it must be run; empty if its outputs are what it would write."""
        if self.manifest_path is None:
            return "it goes to stdout"
        known = self.manifest()
        if known is not None:
            return self._changed(known) or next(_outputs_changed(known), "")
        there = [one.path for one in self.targets if os.path.exists(one.path)]  # noqa: PTH110 - may be a pattern
        return f"{there[0]} has no manifest" if there else "not written yet"

    def _changed(self, known: Manifest) -> str:
        """What is not as it was when the outputs were made."""
        if not known.of_this_version:
            return f"made by ftdata {known.says['ftdata']}"
        if known.says["recipe"] != self.recipe:
            return "its steps or options changed"
        was = {one.path: one.sha256 for one in known.files("inputs")}
        for one in self.inputs:
            name = os.path.normpath(one.path) if one.sha256 else one.path
            if one.sha256 is None:
                return f"{one.path} may have changed: only files of this machine can be compared"
            if name not in was:
                return f"{one.path} is new"
            if was.pop(name) != one.sha256:
                return f"{one.path} changed"
        return f"{next(iter(was))} is read no more" if was else ""

    @property
    def ours(self) -> bool:
        """Whether what stands where it writes is what an earlier run wrote there, as its manifest proves."""
        known = self.manifest()
        return known is not None and not list(_outputs_changed(known, missing=False))

    def write(
        self,
        *,
        force: bool = False,
        workers: int | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> tuple[Result, Manifest | None, tuple[Judged, ...]]:
        """Do it, look at what was written if that is asked for, and write the manifest.

        Args:
            force: Replace outputs even if they are not of an earlier run.
            workers: Worker processes.
            on_progress: Gets the bytes of each piece of input that is done.

        Raises:
            EmptyOutputError: If no example came out.
            OutputError: If an output exists that no earlier run wrote, or cannot be written.
            RejectedRows: If more rows were rejected than allowed.
        """
        read = self.inputs
        how = {
            "max_rejects": "100%",
            **{name: value for name, value in self.targets[0].asked.values.items() if name not in ("path", PRUNING)},
            "rejects": self.rejects_path,
            "force": force or self.ours,
            "workers": workers,
            "on_progress": on_progress,
        }
        for path in (*(one.path for one in self.targets), self.pruning_path):
            if path is not None and path != STDIN:
                make_folder(File(path).parent)
        if self.pruning_path is not None:
            Claims(force=bool(how["force"])).claim(self.pruning_path)  # what cannot be saved is said before any work
        if self.targets[0].part:
            result = self.builder.parts(self.at).write({one.part: one.path for one in self.targets}, **how)
        else:
            result = self.builder.dataset(self.at).write(self.targets[0].path, **how)
        if self.pruning_path is not None:
            self.builder.dataset(self.at).pruning(workers=workers).save(self.pruning_path, force=how["force"])
        path = self.manifest_path
        if path is None:
            return result, None, ()
        judged = () if is_dry() else self._judged(result, workers)  # it looks at what was written
        further = self._further(os.path.dirname(path), judged)  # noqa: PTH120
        made = manifest_of(path, result, read, recipe=self.recipe, folder=self.builder.folder, further=further)
        made.save()
        return result, made, judged

    def _further(self, folder: str, judged: tuple[Judged, ...]) -> dict[str, Any]:
        """What the manifest says beside what all have."""
        said = {seen_from(folder, one.path): one.to_dict() for one in judged}
        pruning = Digest.of(self.pruning_path).to_dict(folder) if self.pruning_path is not None else None
        return {**({"judged": said} if said else {}), **({"pruning": pruning} if pruning else {})}

    def _judged(self, result: Result, workers: int | None) -> tuple[Judged, ...]:
        alone = len(self.targets) == 1
        found = [
            judged(
                one.path, [path for path in result.paths if alone or path == one.path], one.check, one.stats, workers
            )
            for one in self.targets
        ]
        return tuple(one for one in found if one is not None)


def _outputs_changed(known: Manifest, *, missing: bool = True) -> Iterator[str]:
    """What of the outputs is not as they were written."""
    for was in (*known.files("outputs"), *known.files("pruning")):
        now = Digest.of(was.path)
        if now.sha256 is None and missing:
            yield f"{was.path} is gone"
        elif now.sha256 is not None and now.sha256 != was.sha256:
            yield f"{was.path} was changed"


def runs_of(builder: Builder) -> list[Run]:
    """All runs of a recipe, in its order.

    Raises:
        UsageError: If two of them write one file, or one writes what another reads.
    """
    found = list(_runs(builder, ()))
    claims = Claims([path for run in found for path in run.files], force=True)
    for run in found:
        for path in (*(one.path for one in run.targets), run.manifest_path, run.rejects_path, run.pruning_path):
            if path is not None and path != STDIN and "{" not in path:
                claims.claim(path, makes_folder=True)
    return found


def _runs(builder: Builder, at: Path) -> Iterator[Run]:
    flow = builder.flow(at)
    for one in flow.writes:
        yield _run(builder, at, [_target(builder, "", one, flow)])
    together = _together(builder, flow)
    if together:
        yield _run(builder, at, together)
        return
    for name, branch in flow.branches.items():
        if branch is not None:
            yield from _runs(builder, (*at, name))


def _target(builder: Builder, part: str, asked: AskedFor, flow: RecipeFlow) -> OutputState:
    return OutputState(part, asked, located(str(asked.values["path"]), builder.folder), flow.check, flow.stats)


def _together(builder: Builder, flow: RecipeFlow) -> list[OutputState]:
    """The outputs of all parts of a split, where one pass writes them: nothing else is done with any of them."""
    parts = {name: branch for name, branch in flow.branches.items() if branch is not None}
    plain = all(len(one.writes) == 1 and not (one.steps or one.split or one.branches) for one in parts.values())
    if flow.split is None or not plain or len(parts) < len(flow.branches):
        return []
    targets = [_target(builder, name, one.writes[0], one) for name, one in parts.items()]
    options = [{key: value for key, value in one.asked.said.items() if key != "path"} for one in targets]
    judged = any(one.check or one.stats for one in targets) and any("{" in one.path for one in targets)
    return targets if all(one == options[0] for one in options) and not judged else []


def _run(builder: Builder, at: Path, targets: list[OutputState]) -> Run:
    return Run(builder, at, tuple(targets), _recipe_of(builder.whole, at, targets))


def _recipe_of(whole: WholeRecipe, at: Path, targets: list[OutputState]) -> dict[str, Any]:
    """One run alone as a recipe: the parts of splits that it does not write are null."""
    sources = [dict(one.said) for one in whole.sources]
    return {
        "read": sources if len(sources) > 1 else sources[0],
        **({"mix": dict(whole.mix.said)} if whole.mix else {}),
        **_flow_of(whole.flow, at, targets),
    }


def _flow_of(flow: RecipeFlow, at: Path, targets: list[OutputState]) -> dict[str, Any]:
    steps = [one.to_json() for one in flow.steps]
    parts: dict[str, Any] = {}
    alone = next((one for one in targets if not one.part), None)
    if at:
        branch = flow.branches[at[0]]
        parts[at[0]] = _flow_of(branch, at[1:], targets) if branch else None
    elif alone is None:
        parts = {one.part: _written(one) for one in targets}
    if flow.split is not None and parts:
        steps.append(flow.split.to_json())
        parts = {name: parts.get(name) for name in flow.branches}
    return {
        **({"steps": steps} if steps else {}),
        **(_written(alone) if alone and not at else {}),
        **({"branches": parts} if parts else {}),
    }


def _written(target: OutputState) -> dict[str, Any]:
    looks = {one.name: dict(one.said) for one in (target.check, target.stats) if one is not None}
    return {"write": dict(target.asked.said), **looks}
