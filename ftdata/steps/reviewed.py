"""What people decided about examples, applied to them: drops, scores, labels, notes and edits of texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from ftdata.errors import InputError, RowError, UsageError, printable
from ftdata.example.identity import fingerprint, identity, with_id
from ftdata.example.shapes import Example
from ftdata.findings import Drop
from ftdata.formats.gate import gate
from ftdata.steps.choosing import pair_of
from ftdata.steps.primitives import Mapped
from ftdata.steps.sheets import CUT, By, Path, get, held, plain, put, read, rows_of
from ftdata.steps.summaries import Summarised

Conflicts = Literal["refuse", "skip"]

_SHOWN = 10
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")


@dataclass(frozen=True)
class ReviewEdit:
    """What was decided about one example.

    Attributes:
        id: The example's id.
        was: The fingerprint of the example that people saw.
        place: Where the decision stands, for messages.
        keep: False to drop it.
        reason: Why it is dropped.
        score: A number that goes into the metadata.
        label: A text that goes into the metadata.
        note: Likewise.
        values: New values by their JSON path; null removes a key.
        cells: What was written into a table: the number of the row among the example's, the column, the text.
        by: What a row of that table is.
    """

    id: str
    was: str = ""
    place: str = ""
    keep: bool | None = None
    reason: str = ""
    score: float | None = None
    label: str | None = None
    note: str | None = None
    values: tuple[tuple[str, Any], ...] = ()
    cells: tuple[tuple[int, str, str], ...] = ()
    by: By = "example"


@dataclass
class SeenIds(Summarised):
    """Which of the examples that were decided about are there: their fingerprints, by id."""

    wanted: frozenset[str]
    found: dict[str, str] = field(default_factory=dict)

    def add(self, example: Example) -> None:
        """Take in the next example."""
        name = identity(example)
        if name in self.wanted:
            self.found.setdefault(name, fingerprint(example))

    def merge(self, later: SeenIds) -> None:
        """Take in those of the examples that follow."""
        self.found = {**later.found, **self.found}


@dataclass(frozen=True)
class ApplyEdits:
    """Applies edits, each to the examples with its id.

    Attributes:
        edits: By id.
        conflicts: What becomes of edits whose example is gone or has changed: all are refused, or they are skipped.
        ids: Whether an example that was edited keeps its id in its metadata.
        pairs: Whether each edited answer becomes a preference pair with the answer that it replaces.
    """

    edits: Mapping[str, ReviewEdit]
    conflicts: Conflicts = "refuse"
    ids: bool = True
    pairs: bool = False
    name: ClassVar[str] = "apply"

    def survey(self) -> SeenIds:
        """No examples yet."""
        return SeenIds(frozenset(self.edits))

    def decide(self, seen: SeenIds) -> Edited:
        """What becomes of the examples.

        Raises:
            InputError: An edit is for an example that is gone or has changed, and that is refused.
        """
        bad = {name: why for name, edit in self.edits.items() if (why := _conflict(edit, seen.found.get(name)))}
        if bad and self.conflicts == "refuse":
            raise _refused(f"{self.edits[name].place}: {why}" for name, why in bad.items())
        good = {name: edit for name, edit in self.edits.items() if name not in bad}
        return Edited(good, self.ids, self.pairs, len(bad))


def _conflict(edit: ReviewEdit, found: str | None) -> str:
    if found is None:
        return f"no example has the id {edit.id}"
    if edit.was and edit.was != found:
        return f"the example {edit.id} has changed since it was reviewed"
    return ""


def _refused(conflicts: Iterable[str]) -> InputError:
    listed = list(conflicts)
    more = f"; … {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return InputError(
        f"{len(listed)} edit{'' if len(listed) == 1 else 's'} cannot be applied: {'; '.join(listed[:_SHOWN])}{more}",
        hint="Apply them to the file that was reviewed, or skip them with --conflicts skip.",
    )


@dataclass(frozen=True)
class Edited:
    """The decision: a map that counts."""

    edits: Mapping[str, ReviewEdit]
    ids: bool
    pairs: bool
    skipped: int = 0
    name: ClassVar[str] = "apply"

    def counting(self, changes: Counter[str]) -> Callable[[Example], Mapped]:
        """The map, counting what it changes."""

        def apply(example: Example) -> Mapped:
            edit = self.edits.get(identity(example))
            if edit is None:
                return Drop("its answer was not edited") if self.pairs else example
            return self._applied(example, edit, changes)

        return apply

    def notes(self, _tally: Any) -> Iterable[str]:
        """How many edits were skipped."""
        if self.skipped:
            yield f"skipped {self.skipped:,} edits whose examples are gone or have changed"

    def _applied(self, example: Example, edit: ReviewEdit, changes: Counter[str]) -> Mapped:
        try:
            made = edited(example, edit, changes)
        except RowError as error:
            error.add_note(edit.place)
            raise RowError(f"{edit.place}: {error.message}", hint=error.hint) from None
        if edit.keep is False:
            return Drop(edit.reason or "dropped in review")
        if self.pairs:
            return _pair(example, made)
        made = _marked(made, edit, changes)
        if made is example:
            return example
        return with_id(made, edit.id) if self.ids else made


def edited(example: Example, edit: ReviewEdit, changes: Counter[str]) -> Example:
    """The example with what was written; the same object where that is what stood there.

    Raises:
        RowError: It cannot be written there, or the example would not be one any more.
    """
    made: Any = example
    for path, value in (*_named(edit.values), *_written(example, edit)):
        if get(made, path) != value:
            made = put(made, path, value)
            changes[f"{_called(path)} edited"] += 1
    if made is not example:
        gate(made)
    return made  # type: ignore[no-any-return] # it passed the gate


def _named(values: Iterable[tuple[str, Any]]) -> Iterable[tuple[Path, Any]]:
    for path, value in values:
        steps = tuple(found[1] if found[1] else int(found[2]) for found in _STEP.finditer(path.removeprefix("$")))
        if not steps:
            raise RowError(f"not a JSON path: {printable(path)}")
        yield steps, value


def _written(example: Example, edit: ReviewEdit) -> Iterable[tuple[Path, Any]]:
    rows = rows_of(example, edit.by) if edit.cells else []
    for number, column, text in edit.cells:
        cell = rows[number].get(column) if number < len(rows) else None
        if cell is None:
            raise RowError(f"the example has no turn {number}")
        if plain(text) in (plain(cell.text), plain(held(cell).text)):
            continue
        if CUT in text:
            raise RowError(f"the column {column} holds a cut text", hint="Replace all of it, or review it as .csv.")
        yield cell.path or (), read(cell, text, column)


def _called(path: Path) -> str:
    """What is changed at a path, for the account."""
    last = path[-1]
    return {"content": "texts", "tool_calls": "calls", "weight": "weights"}.get(str(last), f"{last}")


def _marked(example: Example, edit: ReviewEdit, changes: Counter[str]) -> Example:
    """With the score, the label and the note in its metadata."""
    given = {"score": edit.score, "label": edit.label, "note": edit.note}
    said = {name: value for name, value in given.items() if value is not None}
    metadata = example.get("metadata")
    known = metadata if isinstance(metadata, dict) else {}
    new = {name: value for name, value in said.items() if known.get(name) != value}
    for name in new:
        changes[f"{name}s set"] += 1
    return {**example, "metadata": {**known, **new}} if new else example


def _pair(example: Example, made: Example) -> Example | Drop:
    """The edit is preferred to the answer that it replaces."""
    before, after = example.get("messages"), made.get("messages")
    if not before or not after or before[-1]["role"] != "assistant" or before[-1] == after[-1]:
        return Drop("its answer was not edited")
    return pair_of(made, after[-1], before[-1], {})


# -- reading ----------------------------------------------------------------------------------------------------------


def merged(edits: Iterable[ReviewEdit]) -> dict[str, ReviewEdit]:
    """The edits by id: those of one example become one.

    Raises:
        InputError: Two of them disagree.
    """
    found: dict[str, ReviewEdit] = {}
    clashes: list[str] = []
    for edit in edits:
        known = found.get(edit.id)
        if known is None:
            found[edit.id] = edit
            continue
        clash = [name for name in _SAID if _disagree(getattr(known, name), getattr(edit, name))]
        cells = {(row, column): text for row, column, text in known.cells}
        clash += [column for row, column, text in edit.cells if _disagree(cells.get((row, column)), text)]
        if clash:
            clashes.append(f"{known.place} and {edit.place} disagree on {', '.join(dict.fromkeys(clash))}")
        found[edit.id] = _both(known, edit)
    if clashes:
        raise InputError(
            f"edits contradict each other: {'; '.join(clashes[:_SHOWN])}", hint="Settle them in one of the files."
        )
    return found


_SAID = ("was", "keep", "score", "label", "note")


def _disagree(one: Any, other: Any) -> bool:
    return one not in (None, "") and other not in (None, "") and one != other


def _both(one: ReviewEdit, other: ReviewEdit) -> ReviewEdit:
    return ReviewEdit(
        one.id,
        one.was or other.was,
        one.place,
        other.keep if one.keep is None else one.keep,
        one.reason or other.reason,
        other.score if one.score is None else one.score,
        one.label or other.label,
        one.note or other.note,
        (*one.values, *other.values),
        tuple(dict.fromkeys((*one.cells, *other.cells))),
        one.by,
    )


def edit_of(row: Mapping[str, Any], place: str) -> ReviewEdit:
    """An edit as a line of an edits file says it.

    Raises:
        RowError: It is not one.
    """
    name, values = row.get("id"), row.get("values", {})
    if not isinstance(name, str) or not name:
        raise RowError("an edit needs the id of its example", json_path="$.id")
    if not isinstance(values, dict):
        raise RowError("values are an object: new values by their JSON path", json_path="$.values")
    keep, score = row.get("keep"), row.get("score")
    if keep is not None and not isinstance(keep, bool):
        raise RowError("keep is true or false", json_path="$.keep")
    if score is not None and (isinstance(score, bool) or not isinstance(score, int | float)):
        raise RowError("a score is a number", json_path="$.score")
    said = {key: None if row.get(key) is None else str(row[key]) for key in ("label", "note")}
    return ReviewEdit(
        name, str(row.get("was") or ""), place, keep, str(row.get("reason") or ""), score, said["label"], said["note"],
        tuple(values.items()),
    )  # fmt: skip


def check_conflicts(given: str) -> Conflicts:
    """What is to become of conflicts.

    Raises:
        UsageError: It is no such word.
    """
    if given not in ("refuse", "skip"):
        raise UsageError(f"conflicts are refused or skipped; got {printable(given)}")
    return given  # type: ignore[return-value] # narrowed by the line above
