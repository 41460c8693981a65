"""Compare the places where a file can be trained: check results, dates and prices."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from ftdata.classes import dataclass
from ftdata.errors import printable
from ftdata.facts.clock import STALE
from ftdata.report.tables import Part, html_table, rich_group
from ftdata.tokens.money import UNKNOWN, usd

if TYPE_CHECKING:
    from rich.console import Group

Verdict = Literal["trains", "errors", "convert", "closed"]


@dataclass(frozen=True)
class PlaceFigures:
    """What a place says of a file.

    Attributes:
        place: Its name, as ``--for`` has it.
        about: Its name for people.
        model: The model that is meant there.
        id: As the place calls that.
        verdict: Whether the file trains there: as it is, not before its errors are mended, not before it is converted,
            or not at all since the model is closed.
        errors: Errors that a check for the place finds, in what the rows would become where it takes others; None
            where it makes no check.
        warnings: Its warnings.
        first: The first error, or what to do first.
        jobs: Until when and by whom jobs can be created, in words.
        training_ends: The first day on which none can; None where no end is known.
        inference_ends: The first day on which the result answers no more; None where no end is known.
        limit: Tokens of an example there; None if unknown.
        tokens: Tokens of one epoch, each example at most the limit.
        over: Examples beyond the limit; None if it is unknown.
        lost: Tokens that are cut off them.
        exact: Whether the model's own tokenizer counts, and nothing is an estimate.
        epochs: How often the file is trained.
        usd: What that costs; None where the price is not known.
        per_hour: What an hour costs, where training is billed so.
        as_of: When the price held.
        old: Sources of these facts that are old, in words.
    """

    place: str
    about: str
    model: str
    id: str
    verdict: Verdict
    errors: int | None
    warnings: int | None
    first: str
    jobs: str
    training_ends: str | None
    inference_ends: str | None
    limit: int | None
    tokens: int
    over: int | None
    lost: int
    exact: bool
    epochs: int
    usd: float | None
    per_hour: float | None
    as_of: str
    old: tuple[str, ...] = ()

    @property
    def checked(self) -> str:
        """What the check says, in a cell."""
        if self.errors is None or self.warnings is None:
            return "no check"
        counts = ((self.errors, "error"), (self.warnings, "warning"))
        said = [f"{count:,} {what}{'' if count == 1 else 's'}" for count, what in counts if count]
        if self.verdict == "convert":
            return ", ".join([f"convert --to {self.place}", *said])
        return ", ".join(said) if self.errors else ", ".join(["ok", *said])

    @property
    def answers(self) -> str:
        """Until when the result answers, in a cell: the last day."""
        if self.inference_ends is None:
            return "no end known"
        return str(datetime.date.fromisoformat(self.inference_ends) - datetime.timedelta(days=1))


@dataclass(frozen=True)
class PlaceReport:
    """Where a file can be trained.

    Attributes:
        kind: The kind of example that it holds.
        examples: How many it has.
        rejected: Rows that cannot become examples; the checks say why.
        places: What each place says.
        others: PlaceReport that train none of this, and why.
    """

    kind: str
    examples: int
    rejected: int
    places: tuple[PlaceFigures, ...]
    others: Mapping[str, str]

    def __getitem__(self, place: str) -> PlaceFigures:
        """What a place says."""
        return next(one for one in self.places if one.place == place)

    @property
    def trains(self) -> bool:
        """Whether some place can train it, as it is or after conversion."""
        return any(one.verdict in ("trains", "convert") for one in self.places)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "kind": self.kind,
            "examples": self.examples,
            "rejected": self.rejected,
            "places": [{**asdict(one), "old": list(one.old)} for one in self.places],
            "others": dict(self.others),
        }

    def __str__(self) -> str:
        return "\n".join(line for part in parts_of(self) for line in [*part.lines(), ""]).rstrip()

    def __rich__(self) -> Group:
        return rich_group(parts_of(self))

    def _repr_html_(self) -> str:
        pieces = []
        for part in parts_of(self):
            pieces.append("<p>" + "<br>".join(map(_escaped, part.text)) + "</p>" if part.text else "")
            pieces.append(html_table(part) if part.headers else "")
            pieces.append("<p>" + "<br>".join(map(_escaped, part.notes)) + "</p>" if part.notes else "")
        return f'<div class="ftdata-places">{"".join(pieces)}</div>'


def _escaped(text: str) -> str:
    from html import escape

    return escape(text)


_HEADERS = (
    "<place", "<model", "<check", "<new jobs", "<answers until", "tokens", "over the limit", "training",
)  # fmt: skip


def parts_of(found: PlaceReport) -> list[Part]:
    """The report, piece by piece."""
    head = f"{found.examples:,} {found.kind} example{'' if found.examples == 1 else 's'}"
    head += f"; {found.rejected:,} rows cannot become one" if found.rejected else ""
    rows = [_row(one) for one in found.places]
    return [
        Part([head]),
        Part((), _HEADERS, rows) if rows else Part(["nothing that was asked for trains it"]),
        Part(_notes(found)),
    ]


def _row(one: PlaceFigures) -> list[str]:
    price = f"{usd(one.per_hour)}/hour" if one.usd is None and one.per_hour is not None else usd(one.usd)
    return [
        printable(one.place),
        printable(one.model),
        "closed" if one.verdict == "closed" else one.checked,
        one.jobs.split(", ")[0],
        one.answers,
        f"{one.tokens:,}" if one.exact else f"~{one.tokens:,}",
        f"{one.over:,}" if one.over is not None else UNKNOWN,
        price,
    ]


def _notes(found: PlaceReport) -> list[str]:
    notes = [f"{one.place}: {printable(one.first)}" for one in found.places if one.first]
    notes += [f"{one.place}: only {one.jobs.split(', ', 1)[1]}" for one in found.places if ", " in one.jobs]
    notes += [f"{place}: {why}" for place, why in found.others.items()]
    epochs = {one.epochs for one in found.places}
    if epochs:
        number = epochs.pop()
        notes.append(f"training: {number} epoch{'' if number == 1 else 's'}; USD, where the price is known")
    if any(not one.exact for one in found.places):
        notes.append("~ an estimate: another tokenizer than the model's own counts, or what counts is not public")
    old = [one.place for one in found.places if one.old]
    if old:
        notes.append(
            f"some facts are more than {STALE} days old: {', '.join(old)}; ftdata models NAME --for PLACE tells which"
        )
    return notes
