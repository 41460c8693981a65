"""The figures of a dataset for people: plain text, a rich table for terminals, HTML for notebooks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftdata.asks import translated
from ftdata.errors import printable
from ftdata.facts.clock import STALE
from ftdata.report.tables import Part, escaped, html_table, rich_group
from ftdata.tokens.money import UNKNOWN, usd
from ftdata.tokens.stats import Figures, ModelFigures
from ftdata.tokens.survey import MAX_DISTINCT, Distribution

if TYPE_CHECKING:
    from rich.console import Group

BARS = "▁▂▃▄▅▆▇█"
BINS = 16
SVG_BINS = 40


class Stats(Figures):
    """The figures of a dataset; prints as a compact table, and shows its histograms in a notebook."""

    def __repr__(self) -> str:
        return f"Stats({_many(self.examples, 'example')}, {_many(self.total.total, 'token')})"

    def __str__(self) -> str:
        return "\n".join(line for part in parts_of(self) for line in [*part.lines(), ""]).rstrip()

    def __rich__(self) -> Group:

        return rich_group(parts_of(self))

    def _repr_html_(self) -> str:
        return html(self)


def parts_of(stats: Figures) -> list[Part]:
    """The report, piece by piece."""
    found = [Part(_heading(stats)), _distributions(stats), Part(_shares(stats))]
    if stats.models and stats.examples:
        found.append(_one_model(stats) if stats.asked.model else _all_models(stats))
    return [part for part in found if part.lines()]


def _heading(stats: Figures) -> list[str]:
    seen = stats.counted
    lines = [f"{_many(seen.examples, 'example')} ({_counted(seen.kinds)})" if seen.examples else "no examples"]
    if seen.roles:
        lines.append(f"{_many(seen.roles.total(), 'message')} ({_counted(seen.roles)})")
    lines.append(f"tokens of {printable(stats.asked.profile.tokenizer)}{_meant(stats)}")
    if stats.stand_in:
        lines.append(f"estimate: {printable(stats.stand_in)}; give its folder or tokenizer.json as the tokenizer")
    for method, times in seen.estimated.most_common():
        lines.append(f"estimate: {method} ({_many(times, 'example')}); how that is billed is not public")
    for reason, times in seen.uncounted.most_common():
        lines.append(f"not counted: {_many(times, 'example')}: {printable(reason)}")
    if stats.tally.rejected:
        lines.append(f"rejected: {_many(stats.tally.rejected.total(), 'row')} that cannot become examples")
        lines += [f"  {count:,} x {printable(why)}" for (_, why), count in stats.tally.rejected.most_common(5)]
    return lines


def _meant(stats: Figures) -> str:
    return f", as {printable(stats.asked.model.name)} takes messages" if stats.asked.model else ""


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{printable(name)} {times:,}" for name, times in counts.most_common())


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _distributions(stats: Figures) -> Part:
    if not stats.examples:
        return Part()
    named = [("tokens", stats.total), ("prompt", stats.prompt), ("trained", stats.trained)]
    if len(stats.messages):
        named.append(("messages", stats.messages))
    headers = ("<an example has", "min", "p5", "median", "mean", "p95", "max", "sum", "<min to max")
    return Part((), headers, [_row(name, of) for name, of in named])


def _row(name: str, of: Distribution) -> list[str]:
    figures = (of.least, of.percentile(5), of.median, of.mean, of.percentile(95), of.most, of.total)
    return [translated(name), *(_figure(figure) for figure in figures), bars(of.histogram(BINS))]


def _figure(figure: float) -> str:
    return f"{figure:,}" if isinstance(figure, int) or (figure >= 1000 and figure == int(figure)) else f"{figure:,.1f}"


def bars(counts: Sequence[int]) -> str:
    """A histogram of one line; what was seen at all has a bar."""
    most = max(counts, default=0)
    return "".join(BARS[-(-count * (len(BARS) - 1) // most)] if count else " " for count in counts)


def _shares(stats: Figures) -> list[str]:
    seen, tokens = stats.counted, stats.tokens
    if not seen.examples:
        return []
    lines = []
    if seen.roles:
        lines.append(
            f"system prompts  {_part_of(stats, tokens.system)}; {_distinct(len(seen.prompts))} distinct; "
            f"{_many(seen.without_system, 'example')} without, {seen.without_user:,} without a user's message"
        )
    if seen.with_tools:
        lines.append(
            f"tools           {_part_of(stats, tokens.tools)}; {_distinct(len(seen.toolsets))} distinct sets; "
            f"in {_many(seen.with_tools, 'example')}"
        )
    if seen.pictures:
        lines.append(f"images          {_part_of(stats, tokens.images)}; {_many(seen.pictures, 'image')}")
    if stats.limit:
        lines.append(
            f"limit           {stats.limit:,} tokens: {_many(stats.over_limit, 'example')} over it, "
            f"{_many(stats.lost, 'token')} cut off, {_many(stats.answers_lost, 'last answer')} lost whole"
        )
    return lines


def _part_of(stats: Figures, tokens: int) -> str:
    return f"{_many(tokens, 'token')} ({stats.share(tokens):.1%} of all)"


def _distinct(number: int) -> str:
    return f"at least {number:,}" if number >= MAX_DISTINCT else f"{number:,}"


def _one_model(stats: Figures) -> Part:
    one = stats.models[0]
    running = one.running
    lines = [
        f"training        {one.cost}" + ("" if one.exact else ", an estimate"),
        f"epochs          {stats.epochs}" + (" (the guide's heuristic)" if stats.asked.epochs == "auto" else ""),
    ]
    if one.takes < stats.examples:
        lines.append(
            f"note            {_many(stats.examples - one.takes, 'example')} of a kind that {one.model} does not train"
        )
    if one.cost.price is None and stats.asked.model and stats.asked.model.prices.training_hour is not None:
        lines[0] = f"training        by the hour: {usd(stats.asked.model.prices.training_hour)}, as of {one.cost.as_of}"
    lines.append(
        f"1,000 requests  {usd(running.tuned)} fine-tuned; {usd(running.tuned_shorter)} without system prompt and "
        f"tools; {usd(running.base)} base model"
        + (f"; {usd(running.teacher)} {printable(running.teacher_name)}" if running.teacher_name else "")
    )
    if running.break_even is not None:
        lines.append(f"break-even      after {running.break_even:,} requests, in place of {running.instead_of}")
    lines.append(f"new jobs        {one.jobs.replace(', ', ', only ', 1)}")
    lines += [f"old             {said}" for said in one.old]
    return Part([*lines, *stats.advice])


def _all_models(stats: Figures) -> Part:
    headers = ("<model", "<at", "limit", "over", "cut off", "billable", "training", "1,000 requests", "<new jobs")
    taken = [one for one in stats.models if one.takes]
    if not stats.asked.place:
        taken = list({one.place: one for one in reversed(taken)}.values())[::-1]  # the first of each place
    rows = [_model_row(one, stats) for one in taken]
    epochs = f"{_many(stats.epochs, 'epoch')}" + (" (the guide's heuristic)" if stats.asked.epochs == "auto" else "")
    others = dict.fromkeys(one.model for one in stats.models if not one.takes and stats.asked.place)
    text = [f"models that train this, {epochs}:"] if rows else ["no known model trains this"]
    note = [f"not for these examples: {', '.join(map(printable, others))}"] if others else []
    if not stats.asked.place:
        note.insert(0, "one model for each place that lasts; ftdata models lists all, --for PLACE compares a place's")
    if not all(one.exact for one in taken):
        note.append("~ an estimate: another tokenizer than the model's own counts, or how it is billed is not public")
    running = taken[0].running if taken else None
    if running and running.teacher_name:
        note.append(f"1,000 requests to {printable(running.teacher_name)}: {usd(running.teacher)}")
    old = dict.fromkeys(stats.asked.table.about(one.place) for one in taken if one.old)
    if old:
        which = "ftdata models NAME --for PLACE tells which"
        note.append(f"some facts are more than {STALE} days old: {', '.join(map(printable, old))}; {which}")
    return Part(text, headers if rows else (), rows, [*note, *_job_notes(stats), *stats.advice])


def _job_notes(stats: Figures) -> list[str]:
    """Who can create jobs, where that is not everybody."""
    told = dict.fromkeys((one.place, one.jobs) for one in stats.models if ", " in one.jobs and one.takes)
    table = stats.asked.table
    return [f"{printable(table.about(at))}: new jobs {jobs.replace(', ', ', only ', 1)}" for at, jobs in told]


def _model_row(one: ModelFigures, stats: Figures) -> list[str]:
    hourly = stats.asked.table.named(one.model, one.place).prices.training_hour
    training = f"{usd(hourly)}/hour" if one.cost.usd is None and hourly is not None else usd(one.cost.usd)
    return [
        printable(one.model),
        printable(stats.asked.table.about(one.place)),
        f"{one.limit:,}" if one.limit else UNKNOWN,
        f"{one.over:,}" if one.over is not None else UNKNOWN,
        f"{one.lost:,}" if one.limit else UNKNOWN,
        f"{one.billable:,}" if one.exact else f"~{one.billable:,}",
        training,
        usd(one.running.tuned),
        translated(one.jobs.split(", ")[0]),
    ]


def html(stats: Figures) -> str:
    """The report for a notebook, the histograms as inline SVG."""
    pieces = ['<div class="ftdata-stats">']
    for part in parts_of(stats):
        pieces += [f"<p>{'<br>'.join(escaped(line) for line in part.text)}</p>"] if part.text else []
        if part.headers:
            pieces.append(html_table(part))
        pieces += [f"<p>{'<br>'.join(escaped(line) for line in part.notes)}</p>"] if part.notes else []
    if stats.examples:
        for name, of in (("tokens", stats.total), ("trained tokens", stats.trained)):
            pieces.append(_svg(name, of))
    return "".join([*pieces, "</div>"])


def _svg(name: str, of: Distribution) -> str:
    counts = of.histogram(SVG_BINS)
    most, width, height = max(counts) or 1, 8, 60
    drawn = "".join(
        f'<rect x="{at * width}" y="{height - max(1, round(count * height / most))}" width="{width - 1}" '
        f'height="{max(1, round(count * height / most))}"/>'
        for at, count in enumerate(counts)
        if count
    )
    caption = escaped(f"{name}: {of.least:,} to {of.most:,}")
    whole = SVG_BINS * width
    return (
        f'<figure style="margin:0.5em 0"><svg viewBox="0 0 {whole} {height}" width="{whole}" height="{height}" '
        f'role="img" fill="#4472a8"><title>{caption}</title>{drawn}</svg><figcaption>{caption}</figcaption></figure>'
    )
