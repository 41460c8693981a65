"""Apply a review: drops, scores, labels, notes and edited texts."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Required, TypedDict

from ftdata.classes import dataclass, field
from ftdata.errors import InputError, RowError, printable
from ftdata.example.identities import fingerprint, identity, lasting, told_apart, with_id
from ftdata.example.parts import chat_turns
from ftdata.findings import Drop
from ftdata.formats.gate import gate
from ftdata.steps.choosing import pair_of
from ftdata.steps.sheets import CUT, By, Path, get, held, plain, put, read, rows_of, unmarked
from ftdata.steps.summaries import Summarised

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.steps.primitives import Mapped

Conflicts = Literal["refuse", "skip"]

log = logging.getLogger("ftdata")

_SHOWN = 10
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_PATH = re.compile(rf"\$(?:{_STEP.pattern})*")


@dataclass(frozen=True)
class ReviewEdit:
    """What was decided about one example.

    Attributes:
        id: The example's name: its id, and its number where several have that id.
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
    """Where the examples that were decided about stand, and their fingerprints, by id; the same id may stand twice."""

    wanted: frozenset[str]
    count: int = 0
    found: dict[str, list[tuple[int, str]]] = field(default_factory=dict)

    def add(self, example: Example) -> None:
        """Take in the next example."""
        name = identity(example)
        if name in self.wanted:
            self.found.setdefault(name, []).append((self.count, fingerprint(example)))
        self.count += 1

    def merge(self, later: SeenIds) -> None:
        """Take in those of the examples that follow."""
        for name, places in later.found.items():
            self.found.setdefault(name, []).extend((self.count + at, was) for at, was in places)
        self.count += later.count

    def at(self, name: str) -> tuple[int, str] | None:
        """The position and the fingerprint of the example with this name; None where there is none."""
        shared, number = told_apart(name)
        places = self.found.get(shared, [])
        return places[number - 1] if 0 < number <= len(places) else None


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
        return SeenIds(frozenset(told_apart(name)[0] for name in self.edits))

    def decide(self, seen: SeenIds) -> Edited:
        """What becomes of the examples.

        Raises:
            InputError: If an edit is for an example that is gone or has changed, and that is refused.
        """
        good: dict[int, ReviewEdit] = {}
        bad: list[str] = []
        for name, edit in self.edits.items():
            found = seen.at(name)
            if found is None or (why := _conflict(edit, found[1])):
                bad.append(f"{edit.place}: {why if found else f'no example has the id {name}'}")
            else:
                good[found[0]] = edit
        if bad and self.conflicts == "refuse":
            raise _refused(bad)
        if bad:
            log.warning("skipped %s edits whose examples are gone or have changed", f"{len(bad):,}")
        return Edited(good, self.ids, self.pairs)


def _conflict(edit: ReviewEdit, found: str) -> str:
    if edit.was and edit.was != found:
        return f"the example {edit.id} has changed since it was reviewed"
    return ""


def _refused(listed: list[str]) -> InputError:
    more = f"; … {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return InputError(
        f"{len(listed)} edit{'' if len(listed) == 1 else 's'} cannot be applied: {'; '.join(listed[:_SHOWN])}{more}",
        hint="Apply them to the file that was reviewed, or skip them with --conflicts skip.",
    )


@dataclass(frozen=True)
class Edited:
    """The decision: edits by the positions of their examples, counting what they change."""

    edits: Mapping[int, ReviewEdit]
    ids: bool
    pairs: bool
    name: ClassVar[str] = "apply"

    def from_position(self, position: int, changes: Counter[str]) -> Callable[[Example], Mapped]:
        """The map of the examples from this position on, counting what it changes."""
        positions = count(position)

        def apply(example: Example) -> Mapped:
            edit = self.edits.get(next(positions))
            if edit is None:
                return Drop("its answer was not edited") if self.pairs else example
            return self._applied(example, edit, changes)

        return apply

    def _applied(self, example: Example, edit: ReviewEdit, changes: Counter[str]) -> Mapped:
        try:
            made = edited(example, edit, changes)
        except RowError as error:
            raise RowError(f"{edit.place}: {error.message}", hint=error.hint) from None
        if edit.keep is False:
            return Drop(edit.reason or "dropped in review")
        if self.pairs:
            return _pair(example, made)
        made = _marked(made, edit, changes)
        if made is example:
            return example
        return with_id(made, lasting(edit.id)) if self.ids else made


def edited(example: Example, edit: ReviewEdit, changes: Counter[str]) -> Example:
    """The example with what was written; the same object where that is what stood there.

    Raises:
        RowError: If it cannot be written there, or the example would not be one any more.
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
        if not _PATH.fullmatch(path):
            raise RowError(f"not a JSON path: {printable(path)}", hint="Write it as $.messages[2].content.")
        yield tuple(found[1] if found[1] else int(found[2]) for found in _STEP.finditer(path)), value


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
        yield cell.path or (), read(cell, unmarked(cell, text), column)


def _called(path: Path) -> str:
    """What is changed at a path, for the account."""
    last = path[-1] if path else "examples"
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
    before, after = chat_turns(example), chat_turns(made)
    if not before or not after or before[-1]["role"] != "assistant" or before[-1] == after[-1]:
        return Drop("its answer was not edited")
    return pair_of(made, after[-1], before[-1], {})


# -- reading ----------------------------------------------------------------------------------------------------------


def merged(edits: Iterable[ReviewEdit]) -> dict[str, ReviewEdit]:
    """The edits by id: those of one example become one.

    Raises:
        InputError: If two of them disagree.
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


class EditLine(TypedDict, total=False):
    """A line of an edits file. Only the id must be there.

    Attributes:
        id: The example's name: its id, and for the second of equal examples ID#2.
        was: The fingerprint of the example that the edit was made from. Another one is a conflict.
        keep: False to drop the example.
        reason: Why it is dropped.
        score: A number that goes into the metadata.
        label: A text that goes into the metadata.
        note: Likewise.
        values: New values by their JSON path, such as $.messages[2].content; null removes a key.
        example: The whole example as it shall be, in place of values.
    """

    id: Required[str]
    was: str | None
    keep: bool | None
    reason: str | None
    score: float | None
    label: str | None
    note: str | None
    values: dict[str, Any] | None
    example: dict[str, Any] | None


def edit_of(row: Mapping[str, Any], place: str) -> ReviewEdit:
    """An edit as a line of an edits file says it.

    Raises:
        RowError: If it is not one.
    """
    for key in row:
        if key not in EditLine.__annotations__:
            raise RowError(
                f"no edit has the key {printable(key)}",
                json_path="$",
                hint=f"Keys are {', '.join(EditLine.__annotations__)}.",
            )
    for key, (kind, said) in _KINDS.items():
        value = row.get(key)
        if value is not None and (not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)):
            raise RowError(said, json_path=f"$.{key}")
    if not row.get("id"):
        raise RowError("an edit needs the id of its example", json_path="$.id")
    values, whole = row.get("values") or {}, row.get("example")
    if values and whole is not None:
        raise RowError("an edit has values or a whole example, not both", json_path="$.example")
    return ReviewEdit(
        row["id"], row.get("was") or "", place, row.get("keep"), row.get("reason") or "", row.get("score"),
        row.get("label"), row.get("note"), tuple(values.items()) if whole is None else (("$", whole),),
    )  # fmt: skip


_KINDS: Mapping[str, tuple[Any, str]] = {
    **dict.fromkeys(("was", "reason", "label", "note"), (str, "expected a text")),
    "id": (str, "an edit needs the id of its example"),
    "keep": (bool, "keep is true or false"),
    "score": (int | float, "a score is a number"),
    "values": (dict, "values are an object: new values by their JSON path"),
    "example": (dict, "an example is an object"),
}
