"""Review: examples as a table for people, and what they decided back into the examples."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal, Self

from ftdata.dataset.plans import Planned
from ftdata.errors import InputError, RowError, UsageError, at
from ftdata.verbs import verb
from ftdata.verbs.types import Count, PathLike

if TYPE_CHECKING:
    from ftdata.files.output import Written
    from ftdata.steps.reviewed import ReviewEdit
    from ftdata.writing import OnReject

Rows = Literal["example", "turn"]
Conflicts = Literal["refuse", "skip"]

_TOLD = 10_000
"""Findings of each rule that stand beside their examples."""


class ReviewVerbs(Planned):
    """Review by people: out, and back."""

    @verb(
        hidden=("path", "force", "on_reject"),
        examples=(
            "ftdata review train.jsonl -o review.xlsx",
            "ftdata review train.jsonl -o review.csv --by turn --no-findings",
        ),
    )
    def review(
        self,
        path: PathLike,
        *,
        by: Rows = "example",
        findings: bool = True,
        force: bool = False,
        workers: Count | None = None,
        on_reject: OnReject | None = None,
    ) -> Written:
        """Write a table for people to review: edit texts, keep or drop, score, label.

        Spreadsheets have drop-downs and a sheet with instructions. `ftdata apply` brings edits back by the id in each
        row. Do not change the columns id and was.

        Args:
            path: The table: .xlsx or .csv.
            by: What a row is: an example, or a turn of one, which also shows tool calls and what is trained.
            findings: Show what `ftdata check` finds in each example.
            force: Replace an existing table.
            workers: Worker processes.
            on_reject: Gets each row that cannot become an example; it has no row in the table.

        Raises:
            RowError: At the first such row, without `on_reject`.
            UsageError: If the name ends in neither .xlsx nor .csv.
            OutputError: If the table exists or cannot be written.
        """
        from ftdata.files.sink import save
        from ftdata.report.sheet import sheet

        name = os.fspath(path)
        return save(name, sheet(name, by, _rows(self, by, findings, workers, _longest(name), on_reject)), force=force)

    @verb(
        examples=(
            "ftdata apply review.xlsx train.jsonl -o reviewed.jsonl",
            "ftdata apply review.xlsx train.jsonl -o pairs.jsonl --pairs",
        ),
    )
    def apply(
        self,
        edits: PathLike | Sequence[PathLike],
        *,
        pairs: bool = False,
        conflicts: Conflicts = "refuse",
        ids: bool = True,
    ) -> Self:
        """Apply a review: edited texts, drops, scores and labels, found by id.

        Edits are tables that `ftdata review` wrote, or what `ftdata view` saved. Scores, labels and notes go into the
        metadata. An example that was edited keeps its id there, so that a later review finds it again.

        Args:
            edits: Tables or edits files.
            pairs: Make preference pairs of each edited answer and the model's own. Other examples are dropped.
            conflicts: What to do with edits whose example is gone or has changed: refuse all, or skip these.
            ids: Keep the ids of edited examples in their metadata.

        Raises:
            UsageError: If conflicts is neither refuse nor skip.
            InputError: If a file holds no edits, or edits contradict each other. When the dataset is run: if an edit's
                example is gone or has changed.
        """
        from ftdata.steps.reviewed import ApplyEdits, merged

        if conflicts not in ("refuse", "skip"):
            raise UsageError(f"conflicts are refused or skipped; got {conflicts!r}", hint="Use 'refuse' or 'skip'.")
        paths = [edits] if isinstance(edits, str | os.PathLike) else list(edits)
        found = merged(edit for path in paths for edit in read_edits(os.fspath(path)))
        return self._with(ApplyEdits(found, conflicts, ids, pairs))


def _longest(path: str) -> int | None:
    from ftdata.steps.sheets import LONGEST

    return None if path.lower().endswith(".csv") else LONGEST


def _rows(
    data: Any, by: Rows, findings: bool, workers: int | None, longest: int | None, on_reject: OnReject | None
) -> Iterator[dict[str, str]]:
    """The rows of the table, one after another."""
    from ftdata.example.identities import Naming, fingerprint
    from ftdata.steps.differing import Placed
    from ftdata.steps.sheets import MARKS, TEXTS, held, rows_of, seal

    places = data._with(Placed()).decided(workers)
    found = _findings(data, workers) if findings else {}
    naming = Naming()
    for number, example in enumerate(data.examples(on_reject=on_reject)):
        name = naming(example)
        place = str(places.origin(number))
        for at_row, cells in enumerate(rows_of(example, by)):
            shown = {name: held(cells[name], longest).text for name in TEXTS[by]}
            seal_of = seal([*shown.values(), *("" for _ in MARKS)])
            yield {
                "place": place,
                **shown,
                **dict.fromkeys(MARKS, ""),
                "findings": "\n".join(found.get(place, ())) if at_row == 0 else "",
                "id": name,
                "was": f"{fingerprint(example)}.{seal_of}",
            }


def _findings(data: Any, workers: int | None) -> dict[str, list[str]]:
    told: dict[str, list[str]] = defaultdict(list)
    for one in data.check(workers=workers, max_findings=_TOLD).findings:
        if one.origin:
            told[str(one.origin)].append(f"{one.severity.label} {one.rule}: {one.message}")
    return told


# -- back -------------------------------------------------------------------------------------------------------------


def read_edits(path: str) -> Iterable[ReviewEdit]:
    """The edits in a table that `review` wrote, or in an edits file: those in which something was decided.

    Raises:
        InputError: If it is neither, or a row is invalid; with its line.
    """
    from ftdata.files.source import open_source
    from ftdata.steps.reviewed import edit_of
    from ftdata.steps.sheets import SHEET

    turns: dict[str, int] = defaultdict(int)
    sheet = SHEET if path.lower().endswith(".xlsx") else None
    for origin, row in open_source([path], sheet=sheet).rows():
        with at(path, origin.line):
            if isinstance(row, RowError):
                raise row
            if "was" in row and "place" in row:
                edit = _of_cells(row, str(origin), turns)
                if edit is not None:
                    yield edit
            elif "id" in row:
                yield edit_of(row, str(origin))
            else:
                raise InputError(
                    "is not a review: it lacks the columns id and was",
                    hint="Apply tables that ftdata review wrote, or what ftdata view saved.",
                )


def _of_cells(row: dict[str, Any], place: str, turns: dict[str, int]) -> ReviewEdit | None:
    """The edit of a table's row; None where nobody wrote in it."""
    from ftdata.steps.reviewed import ReviewEdit
    from ftdata.steps.sheets import MARKS, TEXTS, plain, seal

    by: Rows = "turn" if "turn" in row else "example"
    name, (was, _, seal_was) = _cell(row, "id"), _cell(row, "was").partition(".")
    number = turns[name]
    if by == "turn":
        turns[name] += 1
        number = int(_cell(row, "turn") or number)
    if not name or not seal_was:
        raise InputError("the columns id and was were changed", hint="Write the table again: ftdata review.")
    cells = {column: _cell(row, column) for column in TEXTS[by]}
    marks = {column: _cell(row, column) for column in MARKS}
    if seal([*cells.values(), *marks.values()]) == seal_was:
        return None
    note = plain(marks["note"]).strip()
    return ReviewEdit(
        name,
        was,
        place,
        _keep(marks["keep"]),
        note if _keep(marks["keep"]) is False else "",
        _score(marks["score"]),
        plain(marks["label"]).strip() or None,
        note or None,
        (),
        tuple((number, column, text) for column, text in cells.items()),
        by,
    )


def _cell(row: dict[str, Any], column: str) -> str:
    from ftdata.steps.keys import code_of

    value = row.get(column)
    return "" if value is None else value if isinstance(value, str) else code_of(value)


def _keep(text: str) -> bool | None:
    words = {"": None, "keep": True, "drop": False}
    word = text.strip().lower()
    if word not in words:
        raise InputError(f"expected keep or drop in the column keep; got {text[:40]!r}")
    return words[word]


def _score(text: str) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        raise InputError(f"expected a number in the column score; got {text[:40]!r}") from None
    return int(value) if value == int(value) else value
