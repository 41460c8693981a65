"""The parts of a split: datasets that share one survey."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ftdata.classes import dataclass, replace
from ftdata.dataset.plans import Planned
from ftdata.errors import UsageError, did_you_mean
from ftdata.formats import FORMATS, named
from ftdata.manifest import noting
from ftdata.steps.split import Side, Split, SplitSummary
from ftdata.writing import Result, Writing, limit_of, write_all

if TYPE_CHECKING:
    from datasets import DatasetDict

D = TypeVar("D", bound=Planned)

PathLike = str | os.PathLike[str]


@dataclass(frozen=True)
class Splits(Generic[D]):
    """The parts of a split, by name or in order; each is a dataset.

    Examples:
        >>> import ftdata
        >>> rows = [{"prompt": f"{n} + {n}?", "completion": str(2 * n)} for n in range(100)]
        >>> parts = ftdata.read(rows).split(valid=0.1)
        >>> train, valid = parts
        >>> train.count() + parts.valid.count()
        100
    """

    _whole: D
    _step: Split
    _sides: tuple[D, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the parts."""
        return self._step.parts.names

    def __len__(self) -> int:
        return len(self._sides)

    def __iter__(self) -> Iterator[D]:
        return iter(self._sides)

    def __getitem__(self, name: str | int) -> D:
        if isinstance(name, int):
            return self._sides[name]
        if name not in self.names:
            raise KeyError(name)
        return self._sides[self.names.index(name)]

    def __getattr__(self, name: str) -> D:
        if not name.startswith("_") and name in self.names:
            return self[name]
        raise AttributeError(f"no part is called {name!r}. {did_you_mean(name, self.names)}")

    def __repr__(self) -> str:
        return f"Splits({', '.join(self.names)})"

    def items(self) -> list[tuple[str, D]]:
        """Iterate over the parts with their names."""
        return list(zip(self.names, self._sides, strict=True))

    @property
    def summary(self) -> SplitSummary:
        """The number of examples in each part, and what leaks from one to another.

        Raises:
            UsageError: If a part would be empty.
        """
        return self.summarised()

    def summarised(self, workers: int | None = None) -> SplitSummary:
        """The summary, made by that many workers."""
        whole = replace(self._whole, steps=(*self._whole.steps, self._step))
        summary: SplitSummary = whole.decided(workers).decision.about  # type: ignore[union-attr] # a Selection
        return summary

    def write(
        self,
        paths: PathLike | Mapping[str, PathLike],
        *,
        format: str | None = None,
        force: bool = False,
        rejects: PathLike | None = None,
        max_rejects: int | str = 0,
        workers: int | None = None,
        manifest: bool = False,
        **options: Any,
    ) -> Result:
        """Write all parts in one run: all are complete before the first gets its name.

        Args:
            paths: A path per part name, or one path with ``{part}`` in it.
            format: The format to write; by default the one that was read.
            force: Replace existing files.
            rejects: Where to write rows that cannot become examples. By default nowhere.
            max_rejects: The number of rejects to allow, or a share such as ``"1%"``.
            workers: Worker processes.
            manifest: Also write a manifest of all parts, beside the first.
            options: As for `Dataset.write`: strict, max_rows, max_bytes, allow_empty, on_progress.

        Raises:
            OutputError: If an output exists and `force` is off, or cannot be written.
            RejectedRows: If more rows were rejected than allowed; nothing was written.
            UsageError: If a part has no path, or two have the same.
        """
        given = self._paths(paths)
        whole = self._whole
        plan = whole.plan(named(FORMATS, format) if format else None)
        asked = Writing(
            force=force,
            rejects=os.fspath(rejects) if rejects is not None else None,
            limit=limit_of(max_rejects),
            manifest=manifest,
            **options,
        )
        names = [step.name for step in (*whole.steps, self._step)]
        with noting(manifest, given[0], (file.name for file in whole.source.files), names) as noted:
            plan = replace(plan, route=self._step, outputs=len(self))
            noted.append(write_all(whole.engine(workers), plan, given, asked))
        return noted[0]

    def to_hf(self, *, raw: bool = False, max_rejects: int | str | None = None) -> DatasetDict:
        """Return a Hugging Face DatasetDict of the parts; see `Dataset.to_hf`."""
        from ftdata.dataset.frames import hub_package

        made = {name: side.to_hf(raw=raw, max_rejects=max_rejects) for name, side in self.items()}  # type: ignore[attr-defined] # each is a Dataset
        whole: DatasetDict = hub_package("to_hf()").DatasetDict(made)
        return whole

    def push_to_hub(
        self,
        repository: str,
        *,
        private: bool | None = None,
        raw: bool = False,
        token: str | None = None,
        max_rejects: int | str | None = None,
    ) -> str:
        """Upload the parts as splits of one dataset repository; see `Dataset.push_to_hub`."""
        from ftdata.dataset.frames import pushed

        return pushed(self.to_hf(raw=raw, max_rejects=max_rejects), repository, private=private, token=token)

    def _paths(self, paths: PathLike | Mapping[str, PathLike]) -> list[str]:
        if isinstance(paths, Mapping):
            missing = [name for name in self.names if name not in paths]
            if missing:
                raise UsageError(f"no path for {missing[0]}", hint="Name one for each part.")
            return [os.fspath(paths[name]) for name in self.names]
        pattern = os.fspath(paths)
        if "{part}" not in pattern:
            raise UsageError("several parts need several files", hint="Use {part} in the path: out/{part}.jsonl")
        return [pattern.replace("{part}", name) for name in self.names]


def splits_of(whole: D, step: Split) -> Splits[D]:
    """The parts of a split of a dataset."""
    sides = tuple(replace(whole, steps=(*whole.steps, Side(step, part))) for part in range(len(step.parts.parts)))
    return Splits(whole, step, sides)
