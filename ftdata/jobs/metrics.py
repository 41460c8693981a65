"""Training metrics, from files or from jobs, side by side."""

from __future__ import annotations

import html as escaping
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass
from ftdata.dataset import read
from ftdata.errors import MissingPackageError, UsageError, option, printable
from ftdata.files.opening import stem
from ftdata.jobs.charts import Chart, svg, text
from ftdata.jobs.logs import read_log
from ftdata.jobs.runs import TrainingRun, lower_is_better
from ftdata.report.tables import Part, html_table
from ftdata.verbs import Needs, verb
from ftdata.verbs.types import Count, JobPlace, PathLike

if TYPE_CHECKING:
    import pandas

_ROWS = 12
_FAMILIES = (("loss", "loss"), ("accuracy", "accuracy"), ("reward", "reward"))
_STYLE = "body{font-family:sans-serif;margin:2em}td,th{padding:.2em .8em}svg{display:block;margin:1em 0;max-width:100%}"


@dataclass(frozen=True)
class TokenShare:
    """What part of a file was trained: losses are of these tokens alone.

    Attributes:
        path: The file.
        tokens: All of its tokens.
        trained: Those that the model learned to say.
    """

    path: str
    tokens: int
    trained: int

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {**vars(self), "share": self.trained / self.tokens if self.tokens else None}

    def __str__(self) -> str:
        share = f"{self.trained / self.tokens:.1%}" if self.tokens else "none"
        return (
            f"{self.path}: {share} of its tokens are trained ({self.trained:,} of {self.tokens:,}); losses are of these"
        )


@dataclass(frozen=True)
class Metrics:
    """The metrics of training runs.

    Attributes:
        runs: The runs, in the order given.
        data: The share of the training file that was trained; None without the file.
    """

    runs: tuple[TrainingRun, ...]
    data: TokenShare | None = None

    def __len__(self) -> int:
        return len(self.runs)

    def __iter__(self) -> Iterator[TrainingRun]:
        return iter(self.runs)

    def __getitem__(self, name: str) -> TrainingRun:
        """The run of this name."""
        return next(run for run in self.runs if run.name == name)

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return {"runs": [run.to_dict() for run in self.runs], "data": self.data.to_dict() if self.data else None}

    def to_pandas(self) -> pandas.DataFrame:
        """Return a DataFrame with a row per run and step, and a column per metric.

        Raises:
            MissingPackageError: If pandas is not installed.
        """
        try:
            import pandas
        except ImportError:
            raise MissingPackageError("Metrics.to_pandas", "pandas") from None
        return pandas.DataFrame([{"run": run.name, **point} for run in self.runs for point in run.points])

    def __str__(self) -> str:
        lines: list[str] = []
        for part in self.parts():
            lines += [*map(printable, part.lines()), ""]
        for chart in self.charts():
            lines += [*map(printable, text(chart)), ""]
        return "\n".join(lines).rstrip()

    def parts(self) -> list[Part]:
        """The tables: the runs, then each one's epochs or steps."""
        found = [_summary(self)]
        found += [_epochs(run) if run.epochs else _steps(run) for run in self.runs if run.points]
        return found

    def charts(self) -> list[Chart]:
        """Losses, accuracies and rewards of one run; for several, each metric with a line per run."""
        if len(self.runs) == 1:
            return list(_of_one(self.runs[0]))
        return list(_of_several(self.runs))

    def to_html(self, title: str = "metrics") -> str:
        """Return a self-contained page with tables and charts."""
        pieces = []
        for part in self.parts():
            pieces += [f"<p>{escaping.escape(line)}</p>" for line in part.text]
            pieces.append(html_table(part) if part.headers else "")
            pieces += [f"<p>{escaping.escape(line)}</p>" for line in part.notes]
        body = "\n".join([*pieces, *map(svg, self.charts())])
        return (f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escaping.escape(title)}</title>'
                f"<style>{_STYLE}</style><body>\n{body}\n</body></html>\n")  # fmt: skip

    def to_svg(self) -> str:
        """Return the first chart as a picture."""
        return svg(self.charts()[0]) + "\n"

    def _repr_html_(self) -> str:
        return "\n".join([*(html_table(part) for part in self.parts() if part.headers), *map(svg, self.charts())])


# -- tables -----------------------------------------------------------------------------------------------------------


def _summary(of: Metrics) -> Part:
    headers = ["<run", "<of", "steps", "epochs", "<best by", "step", "value", "<turns up after", "last"]
    rows, notes = [], []
    for run in of.runs:
        best, turn = run.best, run.turn
        row = [run.name, run.source, f"{run.last_step:,}", f"{len(run.ends)}" if run.ends else "-"]
        row += [best.metric, f"{best.step:,}", _figure(best.value)] if best else ["-", "-", "-"]
        row += [f"step {turn.step:,}", _figure(turn.last)] if turn else ["-", "-"]
        rows.append(row)
        notes += [f"{run.name}: {note}" for note in _notes(run)]
    if of.data:
        notes.append(str(of.data))
    return Part((), headers, rows, notes)


def _notes(run: TrainingRun) -> Iterator[str]:
    best, turn = run.best, run.turn
    if not best:
        yield "nothing was measured on a validation file, so that no step can be told the best; give the job one"
    elif turn:
        use = f"use the checkpoint {best.checkpoint}" if best.checkpoint else "use an earlier checkpoint"
        way = "up" if lower_is_better(turn.metric) else "down"
        values = f"from {_figure(turn.best)} to {_figure(turn.last)}"
        yield (f"{turn.metric} turns {way} after step {turn.step:,}, {values}: the model begins to overfit; "
               f"{use}, or train for fewer epochs")  # fmt: skip
    elif best.checkpoint:
        yield f"the checkpoint of the best step: {best.checkpoint}"
    if best and best.mean_of > 1:
        yield f"{best.metric} is noisy: its best step is that of the mean of {best.mean_of} values"
    if run.ends_by:
        yield f"epochs told by {run.ends_by}"
    yield from run.notes


def _epochs(run: TrainingRun) -> Part:
    shown = _shown(run)
    rows = []
    for epoch in run.epochs:
        marked = " best" if run.best and epoch.step >= run.best.step > epoch.step - _length(run, epoch.number) else ""
        cells = [_figure(epoch.last[name]) if name in epoch.last else "-" for name in shown]
        rows.append([f"{epoch.number}{marked}", f"{epoch.step:,}", *cells])
    return Part([f"{run.name}, the last of each epoch"], ["<epoch", "step", *shown], rows)


def _length(run: TrainingRun, number: int) -> int:
    return run.ends[number - 1] - (run.ends[number - 2] if number > 1 else 0)


def _steps(run: TrainingRun) -> Part:
    """Some of the steps: the first, the last and what lies between them, those with validation before others."""
    shown = _shown(run)
    points = [point for point in run.points if run.watched in point] if run.watched else list(run.points)
    if len(points) > _ROWS:
        points = [points[round(at * (len(points) - 1) / (_ROWS - 1))] for at in range(_ROWS)]
    rows = [
        [f"{int(one['step']):,}", *(_figure(one[name]) if name in one else "-" for name in shown)] for one in points
    ]
    some = "" if len(points) == len(run.points) else f", {len(points)} of {len(run.points):,} steps"
    return Part([f"{run.name}{some}"], ["step", *shown], rows)


def _shown(run: TrainingRun) -> list[str]:
    """The metrics of a table: those that people look at, or the first few."""
    known = [name for name in run.metrics if any(word in name for _, word in _FAMILIES)]
    return (known or list(run.metrics))[:6]


def _figure(value: float) -> str:
    return f"{value:.4g}"


# -- charts -----------------------------------------------------------------------------------------------------------


def _of_one(run: TrainingRun) -> Iterator[Chart]:
    told = False
    for title, word in _FAMILIES:
        names = [name for name in run.metrics if word in name]
        if names:
            dots = [(run.best.step, run.best.value)] if run.best and run.best.metric in names else []
            yield Chart(title, [(name, run.series(name)) for name in names[:6]], run.ends, dots)
            told = True
    if not told:
        yield from (Chart(name, [(name, run.series(name))], run.ends) for name in run.metrics[:3])


def _of_several(runs: Sequence[TrainingRun]) -> Iterator[Chart]:
    names = dict.fromkeys(name for run in runs for name in (run.watched, "train_loss") if name)
    for name in names or dict.fromkeys(name for run in runs for name in run.metrics[:1]):
        lines = [(run.name, run.series(name)) for run in runs if run.series(name)]
        if lines:
            dots = [(run.best.step, run.best.value) for run in runs if run.best and run.best.metric == name]
            yield Chart(name, lines, (), dots)


# -- the verb ---------------------------------------------------------------------------------------------------------


@verb(
    Needs(("model",), ("data",)),
    metavars={"names": "A,B", "data": "FILE", "model": "NAME", "target": "PLACE", "base_url": "URL"},
    flags={"target": "--for"},
    hidden=("sources",),
    examples=(
        "ftdata metrics results.csv",
        "ftdata metrics ftjob-abc123 --html metrics.html",
        "ftdata metrics one/trainer_state.json two/trainer_state.json --names one,two",
    ),
)
def metrics(
    *sources: PathLike,
    names: Sequence[str] = (),
    epochs: Count | None = None,
    data: PathLike | None = None,
    model: str | None = None,
    target: JobPlace | None = None,
    base_url: str | None = None,
) -> Metrics:
    """Read training metrics: losses, accuracies, the best step, and where validation loss rises.

    A source is a file or the id of a job. Files are a job's result CSV (base64 or not), its events or checkpoints as
    JSON or JSONL, trainer_state.json (transformers, TRL, axolotl), trainer_log.jsonl (LLaMA-Factory), Together's
    metrics, or a CSV with a step column. Several sources are shown side by side. A job is fetched over the network.

    Args:
        sources: Files, or ids of jobs.
        names: Names of the runs. Defaults to the names of their files or jobs.
        epochs: The number of epochs, if the source does not tell.
        data: The training file. Reports the share of its tokens that was trained, which is what losses measure.
        model: The model whose tokenizer counts the training file's tokens.
        target: The service that ran the jobs: openai, azure, together or fireworks.
        base_url: The base URL of the service, if it is not the default.

    Raises:
        InputError: If a file cannot be read, or holds no metrics.
        UsageError: If the numbers of names and sources differ.
    """
    if not sources:
        raise UsageError("there is nothing to read metrics of", hint="Give a file, or the id of a job.")
    given = [os.fspath(source) for source in sources]
    called = list(names) or _called(given)
    if len(called) != len(given) or len(set(called)) != len(called):
        raise UsageError(f"{len(called)} names are given for {len(given)} runs, or one twice")
    if (target or base_url) and not any(map(is_job, given)):
        names_of = f"{option('target', flag='--for')} and {option('base_url')}"
        raise UsageError(f"{names_of} are for the ids of jobs, and none is given", hint="Remove them.")
    runs = []
    for source, name in zip(given, called, strict=True):
        if is_job(source):
            from ftdata.jobs.clients import connect

            runs.append(connect(target or "openai", base_url).metrics(source).run(name, epochs))
        else:
            runs.append(read_log(source).run(name, epochs))
    return Metrics(tuple(runs), _share(os.fspath(data), model) if data is not None else None)


def is_job(source: str) -> bool:
    """Whether a source is the id of a job and no file."""
    return not Path(source).exists() and source.startswith(("ftjob-", "ft-", "accounts/"))


def _called(paths: Sequence[str]) -> list[str]:
    """Names for runs: the files', with their folders where they are alike, or a number."""
    names = [path if is_job(path) else stem(path) for path in paths]
    if len(set(names)) < len(names):
        names = [str(Path(path).with_suffix("")) for path in paths]
    return [name if name not in names[:at] else f"{name}-{at + 1}" for at, name in enumerate(names)]


def _share(path: str, model: str | None) -> TokenShare:
    stats = read(path).stats(model)
    return TokenShare(path, stats.total.total, stats.trained.total)
