"""Which files belong together, where a join has several batches."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from ftdata.classes import replace
from ftdata.errors import UsageError
from ftdata.files.paths import REMEMBERED
from ftdata.files.source import Source

if TYPE_CHECKING:
    from ftdata.dataset.plans import Planned
    from ftdata.steps.primitives import Step

log = logging.getLogger("ftdata")

_IDS = ("input_file_id", "output_file_id", "error_file_id", "id")


def apart(requests: Source, columns: Source | None) -> tuple[Source, Source | None]:
    """The requests, and what is remembered of them: that stands beside their files, where a pattern finds it too."""
    beside = [file for file in requests.files if file.name.endswith(REMEMBERED)]
    asked = [file for file in requests.files if not file.name.endswith(REMEMBERED)]
    if not beside or not asked:
        return requests, columns
    given = list(columns.files) if columns else []
    for file in beside:
        if file.name not in [other.name for other in given]:
            log.info("%s: columns that were remembered, which become metadata", file.name)
            given.append(file)
    return Source(tuple(asked)), Source(tuple(given))


def together(sources: Sequence[Source], columns: Source | None, batches: Planned | None) -> tuple[int, ...]:
    """For each file the number of its batch; nothing where one scope holds all ids.

    Files are paired by the batch objects, or else one to one where their names differ in the same parts: in-1 and
    out-1, in-2 and out-2. Where neither says, ids must be unique among all files. So they must be where one file of
    columns is of several requests, as `ftdata requests` writes it.

    Args:
        sources: The requests, the answers and, if there are any, the errors.
        columns: What is remembered of the requests; its files come last.
        batches: The batch objects.

    Raises:
        UsageError: If a file belongs to no batch, or to several.
    """
    if batches is not None and columns is not None:
        raise UsageError("columns are remembered by ids that are unique among all files; these files are paired",
                         hint="Join each batch with its own columns, or omit the batch objects.")  # fmt: skip
    sources = [*sources, *([columns] if columns else [])]
    names = [file.name for source in sources for file in source.files]
    if batches is not None:
        return tuple(_batch_of(name, _ids(batches)) for name in names)
    lists = [[file.name for file in source.files] for source in sources]
    if len(lists[0]) < 2:
        return ()
    for of_word in (str.isalnum, str.isdigit):
        parts = [_parts(its, of_word) for its in lists]
        first = parts[0]
        if all(set(its) == set(first) and len(set(its)) == len(its) for its in parts) and all(map(of_word, first)):
            return tuple(first.index(part) for its in parts for part in its)
    return ()


def noted(data: Planned) -> tuple[Planned, tuple[Step, ...]]:
    """The dataset of the rows that notes are put beside, and the steps that both go through then.

    Rows of requests and answers are joined among the notes, which go past that.

    Raises:
        UsageError: If an earlier step combines examples.
    """
    from ftdata.steps.finished import Finished
    from ftdata.steps.joining import AsRows, Join
    from ftdata.steps.primitives import MapStep

    joins = [step for step in data.steps if isinstance(step, Join)]
    if joins and not data.parts and all(isinstance(step, Join | Finished) for step in data.steps):
        return replace(data, steps=(AsRows(),)), data.steps
    plan = data.plan()
    if plan.heads or not all(isinstance(step, MapStep) for step in plan.steps):
        hint = "Join them first: read(…).join_scores(…), then the rest."
        raise UsageError("scores must be joined before steps that look at all examples", hint=hint)
    return data, ()


def _ids(batches: Planned) -> list[list[str]]:
    """The ids of each batch object."""
    found = []
    for _, row in batches.source.rows():
        if not isinstance(row, dict):
            raise row
        found.append([str(row[key]) for key in _IDS if row.get(key)])
    return found


def _batch_of(name: str, batches: Sequence[Sequence[str]]) -> int:
    stem = PurePath(name).name
    found = [number for number, ids in enumerate(batches) if any(id in stem for id in ids)]
    if len(found) == 1:
        return found[0]
    said = "no batch" if not found else "several batches"
    raise UsageError(f"{said} of the batch objects has an id that stands in this file's name", path=name,
                     hint="A file is named after its id, as in file-abc.jsonl, or after its batch.")  # fmt: skip


def _parts(names: Sequence[str], of_word: Callable[[str], bool]) -> list[str]:
    """What of each name is not common to all of them: whole words (or numbers), so that 10 and 20 do not pair by 0."""
    begin = _common(names)
    while begin and of_word(begin[-1]):
        begin = begin[:-1]
    rest = [name[len(begin) :] for name in names]
    end = _common([name[::-1] for name in rest])
    while end and of_word(end[-1]):
        end = end[:-1]
    return [name[: len(name) - len(end)] for name in rest]


def _common(names: Sequence[str]) -> str:
    """What all of them begin with."""
    first, last = min(names), max(names)
    size = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return first[:size]
