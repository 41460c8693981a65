"""The method that compares where a file can be trained."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from ftdata.dataset.checking import Checking
from ftdata.errors import UsageError
from ftdata.facts.methods import Method
from ftdata.verbs import verb
from ftdata.verbs.types import Count, PathLike

if TYPE_CHECKING:
    import datetime

    from ftdata.engines.checking import AskedCheck
    from ftdata.engines.local import Local
    from ftdata.example.words import Kind
    from ftdata.formats.targets import Target
    from ftdata.report.checked import Report
    from ftdata.report.places import PlaceFigures, PlaceReport
    from ftdata.tokens.models import Model, Models


OTHER_FORMAT = "other-format"
"""The rule for rows that a place accepts once converted; other findings are for the converted rows."""


class Placing(Checking):
    """Compare where examples can be trained."""

    @verb(
        metavars={"place": "PLACE,..", "model": "NAME", "models": "FILE", "epochs": "N|auto"},
        flags={"place": "--for"},
        hidden=("on_progress",),
        examples=(
            "ftdata places train.jsonl",
            "ftdata places train.jsonl --for azure,together,trl",
            "ftdata places train.jsonl --model gpt-4.1-mini",
            "ftdata places train.jsonl --json",
        ),
    )
    def places(
        self,
        *,
        place: Sequence[str] = (),
        model: str | None = None,
        models: PathLike | None = None,
        method: Method | None = None,
        epochs: int | str = "auto",
        workers: Count | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> PlaceReport:
        """Compare the places where a file can be trained: check results, closing dates and prices.

        Each place is represented by its first model that takes such examples and remains available. Tokens are those of
        one epoch, with each example capped at the place's limit. Nothing is sent anywhere: the facts ship with ftdata
        and are dated.

        Args:
            place: Only these places.
            model: Show only this model, at each place that trains it.
            models: A TOML file with models of your own, as for `ftdata models`.
            method: The training method. Detected from the first rows by default.
            epochs: Number of epochs. Defaults to OpenAI's heuristic.
            workers: Worker processes. By default one for each processor, and none for small input.
            on_progress: Gets the bytes of each piece of input that is done.

        Raises:
            InputError: If a file cannot be read.
            UnknownFormatError: If the rows are in no known format.
            UsageError: If the place, model or method is unknown, or the epochs are invalid.

        Examples:
            >>> import ftdata
            >>> chat = {"messages": [{"role": "user", "content": "2 + 2?"}, {"role": "assistant", "content": "4"}]}
            >>> found = ftdata.read([chat]).places(epochs=3)
            >>> found["azure"].model, found["azure"].errors, found["together"].verdict
            ('gpt-4.1-mini', 1, 'trains')
        """
        from ftdata.engines.plan import Outcome
        from ftdata.facts import clock
        from ftdata.facts.methods import METHODS
        from ftdata.facts.methods import method as method_named
        from ftdata.report.places import PlaceReport
        from ftdata.tokens.models import model_table
        from ftdata.tokens.models.lives import place_named
        from ftdata.tokens.money import epochs_for
        from ftdata.tokens.survey import TokenSurvey

        epochs_for(epochs, 100)
        table, today = model_table(os.fspath(models) if models is not None else None), clock.today()
        known = None if self.steps or self.row_steps else self.detected().format
        kind = self._kind(self._other_reader(known)) if method is None else METHODS[method_named(method)]
        asked = [place_named(table, name) for name in ([place] if isinstance(place, str) else place)]
        meant, others = meant_at(table, today, kind, model, asked or list(table.places))
        outcome = Outcome(on_progress=on_progress)
        profiles = list(dict.fromkeys(one.profile for one in meant)) or [table["gpt-4o"].profile]
        engine = self._engine(workers)
        with engine.kept_workers():
            counted = engine.survey(self.plan(), partial(TokenSurvey, profiles), outcome)
            number = epochs_for(epochs, counted.examples)
            checked = self._checked_for(meant, models, method, engine)
            found = [
                figures(table, today, one, *said, counted, number) for one, said in zip(meant, checked, strict=True)
            ]
        return PlaceReport(kind, counted.examples, outcome.tally.rejected.total(), tuple(found), others)

    def _checked_for(
        self, meant: Sequence[Model], models: PathLike | None, method: Method | None, engine: Local
    ) -> list[tuple[Report | None, str]]:
        """For each model the check's verdict for its place, and what to do first; no report if it rejects such rows."""
        from ftdata.engines.checking import check_jointly
        from ftdata.formats.targets import TARGETS

        said: list[tuple[Report | None, str]] = []
        asked: dict[int, AskedCheck] = {}
        for number, model in enumerate(meant):
            said.append((None, "ftdata has no check for this place"))
            if model.place in TARGETS:
                try:
                    asked[number] = self._counting_errors(model, models, method)
                except UsageError as error:
                    said[number] = None, f"{error.message}. {error.hint}".rstrip()
        for (number, one), done in zip(asked.items(), check_jointly(engine, list(asked.values())), strict=True):
            place = meant[number].place
            report = self._report(done, one.checker, place)
            said[number] = report, _first(report, TARGETS[place])
        return said

    def _counting_errors(self, model: Model, models: PathLike | None, method: Method | None) -> AskedCheck:
        """As `check` for a model where it is trained, without advice, which no figure counts."""
        from ftdata.dataset.measured import budget
        from ftdata.engines.checking import AskedCheck
        from ftdata.findings import Severity

        checker, how = self._checker(model.place, method, (), ())
        checker.rules = tuple(rule for rule in checker.rules if rule.severity > Severity.INFO)
        checker.most = 1
        checker.budget = budget(model.name, os.fspath(models) if models else None, model.place)
        return AskedCheck(self._judged_plan(checker.target, how), checker, how.rows)


def _first(report: Report, target: Target) -> str:
    """The first error, or what to do first."""
    from ftdata.findings import Severity

    errors = [one for one in report.findings if one.severity >= Severity.ERROR]
    first = next((one for one in errors if one.rule != OTHER_FORMAT), errors[0] if errors else None)
    if first is None:
        return ""
    if first.rule == OTHER_FORMAT:
        return first.hint
    own = target.own and first.rule == "refused-row"
    hint = f"; ftdata convert --to {target.name} writes what it takes" if own else ""
    return f"{first.place}{first.message} [{first.rule}]{hint}"


def meant_at(
    table: Models, today: datetime.date, kind: Kind, name: str | None, places: Sequence[str]
) -> tuple[list[Model], Mapping[str, str]]:
    """The model to use at each of these places, and why some of them have none.

    Raises:
        UsageError: If the model is unknown.
    """
    from ftdata.tokens.models.lives import default

    if name is not None:
        table.named(name)
    meant: list[Model] = []
    others: dict[str, str] = {}
    for place in places:
        there = table.at(place)
        if name is not None:
            one = table.find(name, place)
            if one is None and there:
                others[place] = f"not known to train {name}"
        else:
            one = default(table, today, place, kind) or next((model for model in there if model.takes(kind)), None)
            if one is None and there:
                others[place] = f"trains no {kind} examples"
        if one is not None:
            meant.append(one)
    return meant, others


def figures(
    table: Models, today: datetime.date, model: Model, report: Report | None, first: str, counted: object, epochs: int
) -> PlaceFigures:
    """The figures of a place for a file, from its check and its token counts."""
    from ftdata.report.places import PlaceFigures
    from ftdata.tokens.models.lives import state, told
    from ftdata.tokens.stats import figures_of
    from ftdata.tokens.survey import TokenSurvey

    assert isinstance(counted, TokenSurvey)  # noqa: S101 - imported here alone
    of = figures_of(counted, table, model, epochs, today)
    closed = state(table, model, today) == "closed"
    ends = table.training_ends(model)
    other = report.counts.get(OTHER_FORMAT, 0) if report else 0
    errors = report.levels["error"] - other if report else None
    as_is = report is not None and not other
    verdict = "closed" if closed else "errors" if errors else "trains" if as_is else "convert"
    return PlaceFigures(
        place=model.place,
        about=table.about(model.place),
        model=model.name,
        id=model.id or model.name,
        verdict=verdict,  # type: ignore[arg-type]
        errors=errors,
        warnings=report.levels["warning"] if report else None,
        first=told(table, model, today) or first,
        jobs=of.jobs,
        training_ends=ends.isoformat() if ends else None,
        inference_ends=model.inference_ends.isoformat() if model.inference_ends else None,
        limit=of.limit,
        tokens=of.billable,
        over=of.over,
        lost=of.lost,
        exact=of.exact,
        epochs=epochs,
        usd=of.cost.usd,
        per_hour=model.prices.training_hour,
        as_of=of.cost.as_of if of.cost.price is not None else "",
        old=of.old,
    )
