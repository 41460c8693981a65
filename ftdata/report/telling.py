"""What a report says, as JSON values: made of a check, the figures and the pass over the examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ftdata.findings import Finding, Origin
from ftdata.report.shown import MAX_LABEL
from ftdata.report.twins import TwinPlaces, block_of
from ftdata.rules import RULES
from ftdata.steps.savings import WAYS
from ftdata.tokens.money import training_cost

if TYPE_CHECKING:
    from ftdata.codec import JSON
    from ftdata.files.source import Source
    from ftdata.profile import Chats
    from ftdata.profile.counting import Frequencies
    from ftdata.report.checked import Report
    from ftdata.report.picture import DataPicture
    from ftdata.report.stats import Stats
    from ftdata.tokens.models import Model
    from ftdata.tokens.stats import ModelFigures
    from ftdata.tokens.survey import Distribution

MAX_CLASSES = 100
"""Distinct answers up to which these are classes."""

LISTED = 30
"""Classes, tools and system prompts that are listed."""


def told(
    source: Source,
    report: Report,
    stats: Stats,
    seen: DataPicture,
    twins: TwinPlaces,
    origin: Callable[[int, int], Origin],
    before: Chats | None,
) -> dict[str, Any]:
    """Everything that follows of the passes."""
    chats = seen.chats
    return {
        "files": [
            {"path": file.name, "container": file.container.name, "bytes": file.size,
             "examples": len(seen.prints[at].spots) * seen.prints[at].share if at in seen.prints else 0}
            for at, file in enumerate(source.files)
        ],
        "rows": report.rows,
        "examples": chats.rows,
        "target": report.target,
        "method": report.method,
        "kinds": dict(chats.kinds.most_common()),
        "account": stats.tally.to_dict(),
        "levels": report.levels,
        "rules": list(rules(report)),
        "classes": classes(chats, before),
        "roles": dict(chats.roles.most_common()),
        "weights": dict(chats.weights.most_common()),
        "images": chats.images,
        "tools": tools(chats),
        "systems": frequencies(chats.systems) | {"without": stats.counted.without_system * seen.asked.count},
        "scripts": {name: count * seen.asked.count for name, count in seen.scripts.most_common() if name},
        **shared(source, twins, origin),
        **figures(stats, seen),
    }  # fmt: skip


def rules(report: Report) -> Iterator[dict[str, Any]]:
    """The rules that found something, the worst first, each with its findings and their twins."""
    found: dict[str, list[Finding]] = {slug: [] for slug in report.counts}
    for one in report.findings:
        found[one.rule].append(one)
    order = sorted(found, key=lambda slug: (-RULES[slug].severity, -report.counts[slug]))
    for slug in order:
        rule = RULES[slug]
        yield {
            "rule": slug,
            "severity": rule.severity.label,
            "title": rule.title,
            "why": rule.why,
            "fix": rule.fix,
            "count": report.counts[slug],
            "findings": [_finding(one, report.files) for one in found[slug]],
        }


def _finding(one: Finding, files: Sequence[str]) -> dict[str, JSON]:
    twin = twin_of(one, files)
    where = f"{one.origin.path}:{one.origin.line}" if one.origin and one.origin.line else None
    return {
        "place": where,
        "file": one.origin.path if one.origin else None,
        "json_path": one.json_path,
        "message": one.message,
        "hint": one.hint,
        "fix": one.fix,
        **({"twin": str(twin)} if twin else {}),
    }


def twin_of(one: Finding, files: Sequence[str]) -> Origin | None:
    """The other place that a finding names at its end, such as the first of two equal examples."""
    before, _, line = one.message.rpartition(":")
    named = (name for name in files if line.isdecimal() and before.endswith(f" {name}"))
    return next((Origin(name, int(line)) for name in named), None)


def classes(chats: Chats, before: Chats | None) -> dict[str, Any] | None:
    """The answers, where they are few and short enough for classes; how many there were before, if that is known."""
    said = chats.said
    labels = [text for text in said.counts if len(text) <= MAX_LABEL and "\n" not in text]
    few = not said.capped and 1 < said.distinct <= min(MAX_CLASSES, max(2, chats.rows // 2))
    if not few or sum(said.counts[text] for text in labels) < 0.9 * said.counts.total():
        return None
    earlier = before.said.counts if before else Counter[str]()
    names = list(dict.fromkeys([*(name for name, _ in said.counts.most_common()), *(
        name for name, _ in earlier.most_common() if name in labels)]))  # fmt: skip
    top = [{"value": name, "count": said.counts[name], **({"before": earlier[name]} if before else {})}
           for name in names[:LISTED]]  # fmt: skip
    return {"distinct": said.distinct, "top": top, "before": before.rows if before else None}


def shared(source: Source, twins: TwinPlaces, origin: Callable[[int, int], Origin]) -> dict[str, Any]:
    """Prompts with several answers, and what files share, with places."""

    def place(spot: int) -> str:
        return str(origin(*block_of(spot)))

    clash = twins.conflicts
    return {
        "conflicts": {
            "prompts": clash.prompts,
            "examples": clash.examples,
            "first": [{"answers": one.answers, "examples": one.examples, "places": [place(spot) for spot in one.spots]}
                      for one in clash.first],
        },
        "leakage": [
            {"one": source.files[one.one].name, "other": source.files[one.other].name, "examples": one.examples,
             "prompts": one.prompts, "of": one.of,
             "first": [{"same": same, "places": [place(mine), place(theirs)]} for same, mine, theirs in one.first]}
            for one in twins.leaks
        ],
    }  # fmt: skip


def tools(chats: Chats) -> list[dict[str, Any]]:
    """The functions: in how many examples each is defined, and how often it is called."""
    names = dict.fromkeys(
        [*(name for name, _ in chats.tools.top(10_000)), *(name for name, _ in chats.calls.top(10_000))]
    )
    made = [{"name": name, "defined": chats.tools.counts[name], "called": chats.calls.counts[name]} for name in names]
    return sorted(made, key=lambda one: (-one["called"], -one["defined"], one["name"]))


def frequencies(of: Frequencies) -> dict[str, Any]:
    """The most frequent values."""
    return of.to_dict(LISTED)


def figures(stats: Stats, seen: DataPicture) -> dict[str, Any]:
    """Tokens, lengths, limits and costs."""
    share, counted = seen.asked.count, stats.counted
    lengths: dict[str, Any] = {}
    if counted.examples:
        named = {"tokens": stats.total, "prompt": stats.prompt, "trained": stats.trained, "messages": stats.messages}
        lengths = {name: distribution(of, share) for name, of in named.items() if len(of)}
    return {
        "counted": {
            "share": share,
            "examples": counted.examples,
            "tokenizer": stats.asked.profile.tokenizer,
            "estimated": dict(counted.estimated.most_common()),
            "uncounted": dict(counted.uncounted.most_common()),
        },
        "lengths": lengths,
        "parts": {name: getattr(stats.tokens, name) * share for name in ("system", "tools", "images")},
        "epochs": stats.epochs,
        "advice": stats.advice,
        "places": [_place(one, stats, share) for one in stats.models if one.takes],
    }


def distribution(of: Distribution, share: int) -> dict[str, Any]:
    """Figures of a distribution, and its histogram in bins that grow by a quarter of an octave."""
    bins: dict[int, int] = {}
    for value, times in of.counts.items():
        bins[_bin(value)] = bins.get(_bin(value), 0) + times
    return {
        "min": of.least, "p5": of.percentile(5), "median": of.median, "mean": round(of.mean, 1),
        "p95": of.percentile(95), "max": of.most, "sum": of.total * share,
        "bins": [[*_edges(number), bins[number] * share] for number in sorted(bins)],
    }  # fmt: skip


_STEPS = 4  # bins in an octave


def _bin(value: int) -> int:
    """The number of a value's bin: small values each have their own."""
    if value < _STEPS * 2:
        return value
    octave = value.bit_length() - 3
    return (octave - 1) * _STEPS + (value >> octave) + _STEPS


def _edges(number: int) -> tuple[int, int]:
    """The least value of a bin, and that of the next."""
    return _least(number), _least(number + 1)


def _least(number: int) -> int:
    if number < _STEPS * 2:
        return number
    octave, rest = divmod(number - _STEPS * 2, _STEPS)
    return (_STEPS + rest) << (octave + 1)


def _place(one: ModelFigures, stats: Stats, share: int) -> dict[str, Any]:
    table = stats.asked.table
    return {
        "place": one.place,
        "about": table.about(one.place),
        "model": one.model,
        "limit": one.limit,
        "over": None if one.over is None else one.over * share,
        "lost": one.lost * share,
        "tokens": one.billable * share,
        "usd": None if one.cost.usd is None else one.cost.usd * share,
        "per_hour": table.named(one.model, one.place).prices.training_hour,
        "jobs": one.jobs,
        "exact": one.exact and share == 1,
    }


def savings(stats: Stats, seen: DataPicture, model: Model, report: Report) -> dict[str, Any] | None:
    """What each way to fewer tokens saves of an epoch, and of the price of all; None where none saves any."""
    share, found, tokens = seen.asked.count, seen.saved, stats.tokens
    strips = {f"ftdata strip --{name.replace('_', '-')}": found.saved[name] for name in (*WAYS, "functions")}
    doubled = round(report.counts.get("duplicate-example", 0) * tokens.total.mean)
    saved = {
        **{command: count * share for command, count in strips.items()},
        "ftdata strip --unused": found.unused * share,
        "ftdata system --remove": tokens.system * share,
        "ftdata dedupe": doubled,
    }
    ways = [
        {"command": command, "tokens": count, "usd": training_cost(model, tokens=count, epochs=stats.epochs).usd}
        for command, count in saved.items()
        if count
    ]
    if not ways:
        return None
    about = stats.asked.table.about(model.place)
    return {"model": model.name, "place": about, "definitions": found.definitions * share, "ways": ways}
