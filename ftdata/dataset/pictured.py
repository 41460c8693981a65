"""The method that writes a report page."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ftdata.classes import replace
from ftdata.dataset.checking import Checking
from ftdata.dataset.plans import Other, Planned
from ftdata.errors import InputError, RowError, UsageError
from ftdata.facts.methods import Method
from ftdata.verbs import verb
from ftdata.verbs.types import Count, PathLike

if TYPE_CHECKING:
    from ftdata.engines.plan import Outcome
    from ftdata.engines.spill import Origins
    from ftdata.findings import Origin
    from ftdata.profile import Chats
    from ftdata.report.checked import Report
    from ftdata.report.paged import DataReport
    from ftdata.report.picture import DataPicture, PictureOptions
    from ftdata.report.shown import ShownExample
    from ftdata.tokens.models import Model
    from ftdata.tokens.renderer import Renderer
    from ftdata.tokens.stats import StatsOptions

SHOWN = 200
"""Examples shown on a page by default."""

LISTED = 10
"""Findings listed per rule by default."""


class Charted(Protocol):
    """Training metrics, as read by ``ftdata.metrics``."""

    def charts(self) -> Sequence[Any]:
        """The charts."""
        ...

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        ...


class Pictured(Checking):
    """A report on all examples."""

    @verb(
        metavars={"target": "NAME", "model": "NAME", "models": "FILE", "tokenizer": "DIR|NAME",
                  "template": "FILE|NAME", "epochs": "N|auto"},
        flags={"target": "--for"},
        hidden=("metrics", "on_progress"),
        examples=(
            "ftdata report train.jsonl -o report.html",
            "ftdata report train.jsonl valid.jsonl -o report.html",
            "ftdata report balanced.jsonl --before all.jsonl --metrics results.csv -o report.html",
            "ftdata report train.jsonl --tokenizer ./Qwen3-8B --lang zh -o report.html",
        ),
    )  # fmt: skip
    def report(
        self,
        *,
        target: str | None = None,
        method: Method | None = None,
        model: str | None = None,
        models: PathLike | None = None,
        epochs: int | str = "auto",
        tokenizer: PathLike | None = None,
        template: PathLike | None = None,
        before: Other | None = None,
        metrics: Charted | None = None,
        examples: Count = SHOWN,
        max_findings: Count = LISTED,
        workers: Count | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> DataReport:
        """Write a self-contained HTML page: findings, figures, costs and examples to browse.

        The page is one file that needs no network. It shows where the data came from, the findings of `check`, classes,
        token counts with each place's limit, tools, system prompts, duplicates, conflicts, leakage between the files,
        prices, and examples as conversations with the trained parts marked. A manifest beside a file tells how it was
        made. With more than 20,000 examples, tokens are counted on a sample and shown as estimates.

        Args:
            target: Service or trainer to check for, as in `check`.
            method: Training method. By default the one that fits the first rows.
            model: Model to train. By default models that last are compared, one for each place.
            models: TOML file with models of your own, as for `ftdata models`.
            epochs: Number of training epochs. By default from the guide's heuristic.
            tokenizer: Open model, a folder or a name in the Hugging Face cache. Shows each example as its chat template
                renders it, token by token, and what the template drops.
            template: Chat template to use in place of the tokenizer's: a file, or a name such as qwen3.
            before: The data before it was changed, to compare classes.
            metrics: Training metrics, as `ftdata.metrics` reads them.
            examples: Number of examples to show. Examples with findings and the longest and shortest ones are always
                shown. The same data always gives the same selection.
            max_findings: Number of findings to list for each rule. All are counted.
            workers: Worker processes. By default one for each processor, and none for small input.
            on_progress: Gets the bytes of each piece of input that is done.

        Raises:
            InputError: If a file cannot be read, or there is no chat template.
            MissingPackageError: If a tokenizer is given and the package tokenizers is not installed.
            UsageError: If the target, method, model, tokenizer or template is unknown.
            UnknownFormatError: If the rows are in no known format.
        """
        from ftdata.dataset.measured import renderer
        from ftdata.report.paged import DataReport
        from ftdata.tokens.stats import asked_for

        data = replace(self, source=self.source.replayable(), _shared={}) if self.source.one_shot else self
        known = os.fspath(models) if models is not None else None
        place = target if model and target else None
        asked = asked_for(model=model, models=known, epochs=epochs, place=_place_of(place))
        rendering = renderer(tokenizer, template)
        data.plan()  # what is in no known format has no examples to show
        report = data.check(target=target, method=method, model=model, models=models, tokenizer=tokenizer,
                            template=template, max_findings=max_findings, workers=workers,
                            on_progress=on_progress)  # fmt: skip
        says, shown = data._pictured(report, asked, examples, workers, before, on_progress)
        manifest = data._manifest()
        told = {"title": data._title(), **says, "manifest": manifest, "metrics": _charts(metrics)}
        return DataReport(told, tuple(_rendered(one, rendering) for one in shown))

    def _pictured(
        self,
        report: Report,
        asked: StatsOptions,
        count: int,
        workers: int | None,
        before: Other | None,
        on_progress: Callable[[int], None] | None,
    ) -> tuple[dict[str, Any], list[ShownExample]]:
        """What the second pass comes to, and the examples that are shown."""
        from ftdata.engines.plan import Outcome
        from ftdata.report.picture import PictureOptions
        from ftdata.report.shown import ShownExample, value_of
        from ftdata.report.stats import Stats
        from ftdata.report.telling import savings, told
        from ftdata.report.twins import TwinPlaces
        from ftdata.tokens.money import epochs_for
        from ftdata.tokens.stats import model_figures

        model = asked.model or _priced(asked)
        wanted = report.origins.located(_places(report)) if report.origins else {}
        looked = PictureOptions.of(asked.profiles, model.profile, report.rows, count, wanted)
        outcome = Outcome(on_progress=on_progress)
        seen, origins = self._seen(looked, outcome, workers)
        asked = asked.settled(seen.tokens)
        epochs = epochs_for(asked.epochs, seen.chats.rows)
        stats = Stats(outcome.tally, asked, seen.tokens, epochs, model_figures(seen.tokens, asked, epochs))
        twins = TwinPlaces.of(seen.prints)
        says = told(self.source, report, stats, seen, twins, origins.of, _before(before, workers))
        saved = savings(stats, seen, model, report)
        self._fetch(seen, twins.spots)
        shown = []
        for one in seen.shown(count):
            where = origins.of(one.block, one.line)
            shown.append(ShownExample(where.path, where.line, value_of(one.data), one.broken))
        return {**says, "savings": saved}, shown

    def _fetch(self, seen: DataPicture, spots: set[int]) -> None:
        """Take examples to what is shown whose places are known only behind the pass: their blocks are read again."""
        from ftdata.engines.plan import Outcome
        from ftdata.report.picture import PictureJob
        from ftdata.report.twins import block_of

        wanted: dict[int, set[int]] = {}
        for number, line in map(block_of, spots):
            wanted.setdefault(number, set()).add(line)
        asked = replace(seen.asked, below=0, wanted={number: frozenset(lines) for number, lines in wanted.items()})
        engine = self._engine(1)
        plan, flow = engine.flow(self.plan(), Outcome())
        job, known = PictureJob(flow, asked), {}
        for prints in seen.prints.values():
            known.update({spot: one for spot, one in prints.asked_at().items() if spot in spots})
        for index, block in enumerate(plan.source.blocks(engine.block_size) if wanted else ()):
            if index in wanted:
                seen.fetched(job.picture(index, block), known)

    def _seen(self, asked: PictureOptions, outcome: Outcome, workers: int | None) -> tuple[DataPicture, Origins]:
        """The pass over the examples, and where its blocks stood."""
        from ftdata.engines.spill import Origins
        from ftdata.report.picture import DataPicture, PictureJob

        engine = self._engine(workers)
        plan, flow = engine.flow(self.plan(), outcome)
        total, origins = DataPicture(asked), Origins()
        for block, result in engine.results(PictureJob(flow, asked), plan.source, outcome):
            origins.add(plan.source, block, result)
            outcome.tally += result.tally
            total.merge(result.summary)
        outcome.tally.written = total.chats.rows
        return total, origins

    def _title(self) -> str:
        names = list(dict.fromkeys(Path(file.name).name for file in self.source.files))
        return ", ".join(names[:3]) + (f", … ({len(names)})" if len(names) > 3 else "")

    def _manifest(self) -> dict[str, Any] | None:
        """What the manifest beside the first file says of how it was made; None where there is none."""
        from ftdata.files.beside import MANIFEST, beside
        from ftdata.manifest import Digest, Manifest

        for name in dict.fromkeys(file.name for file in self.source.files):
            path = beside(name, MANIFEST)
            if not os.path.isfile(path):  # noqa: PTH113 - or no path of this machine
                continue
            try:
                found = Manifest.load(path)
            except InputError as error:
                return {"path": path, "unread": str(error)}
            now = Digest.of(name)
            made = [one for one in found.files("outputs") if Path(one.path).name == Path(name).name]
            keys = ("ftdata", "inputs", "outputs", "account", "recipe", "steps", "seeds")
            as_made = any(one.sha256 == now.sha256 for one in made)
            return {"path": path, "as_made": as_made, **{key: found.says[key] for key in keys if key in found.says}}
        return None


def _place_of(target: str | None) -> str | None:
    """The place that a target is, where models are known of it."""
    from ftdata.tokens.models import model_table
    from ftdata.tokens.models.lives import place_named

    if target is None:
        return None
    try:
        return place_named(model_table(None), target)
    except UsageError:
        return None  # a trainer, which has no models of its own


def _priced(asked: StatsOptions) -> Model:
    """The first of the compared models of which the price is known, or the first."""
    from ftdata.tokens.money import training_cost

    priced = (one for one in asked.compared if training_cost(one, tokens=1, epochs=1).usd is not None)
    return next(priced, asked.compared[0])


def _places(report: Report) -> set[Origin]:
    """Where the findings and their twins stand."""
    from ftdata.report.telling import twin_of

    found = {one.origin for one in report.findings if one.origin and one.origin.line}
    twins = {twin for one in report.findings if (twin := twin_of(one, report.files))}
    return found | twins


def _before(before: Other | None, workers: int | None) -> Chats | None:
    """The classes of the data as it was."""
    from ftdata.engines.plan import Outcome
    from ftdata.profile import Chats

    if before is None:
        return None
    if not isinstance(before, Planned):
        from ftdata.dataset.reading import read

        before = read(before)
    return before.engine(workers).survey(before.plan(), Chats, Outcome())


def _charts(metrics: Charted | None) -> dict[str, Any] | None:
    """The lines of the charts, and what is said of the runs."""
    if metrics is None:
        return None
    charts = [
        {"title": one.title, "ends": list(one.ends), "dots": [list(dot) for dot in one.dots],
         "lines": [{"name": name, "points": [list(point) for point in points]} for name, points in one.lines]}
        for one in metrics.charts()
    ]  # fmt: skip
    return {"charts": charts, "runs": metrics.to_dict()["runs"]}


def _rendered(one: ShownExample, rendering: Renderer | None) -> ShownExample:
    """The example with what the chat template makes of it."""
    if rendering is None or one.broken:
        return one
    try:
        return replace(one, renderings=tuple(rendering.renderings(one.example)))
    except RowError as error:
        return replace(one, refused=str(error))
