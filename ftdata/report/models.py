"""The model table for people."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from ftdata.classes import fields
from ftdata.report.tables import Part
from ftdata.tokens.models.lives import stale, told
from ftdata.tokens.money import UNKNOWN

if TYPE_CHECKING:
    from ftdata.tokens.models import Model, Models

_HEADERS = (
    "<model", "<tokenizer", "limit", "<methods", "training", "input", "cached", "output", "<new jobs", "<answers until",
)  # fmt: skip


def model_list(table: Models, today: datetime.date, place: str = "") -> list[Part]:
    """All models that can be trained, place by place, or those of one place."""
    parts = [_of_place(table, name, today) for name in table.places if (not place or name == place) and table.at(name)]
    notes = [
        "USD per million tokens; /h: per hour. ~ marks another tokenizer's count, an estimate. "
        "ftdata models NAME tells all of one.",
        *(f"old: {said}. Look again before you rely on it." for said in _old(table, today, place)),
    ]
    if not place:
        elsewhere = table.elsewhere.items()
        notes += [f"{kind} examples train with {', '.join(names)}." for kind, names in elsewhere if names]
    return [*parts, Part(notes)]


def _old(table: Models, today: datetime.date, place: str) -> list[str]:
    """What is told of old sources, all of them once."""
    models = [model for model in table.tunable() if not place or model.place == place]
    return list(dict.fromkeys(said for model in models for said in stale(model.sources.values(), today)))


def _of_place(table: Models, name: str, today: datetime.date) -> Part:
    place = table.places[name]
    head = [
        f"{place.about} (--for {name}): new jobs {place.on(today).replace(', ', ', only ', 1)}. {place.note}".rstrip()
    ]
    if place.source:
        head.append(f"source: {place.source}")
    rows = [_row(table, model, today) for model in table.at(name)]
    return Part(head, _HEADERS, rows)


def _row(table: Models, model: Model, today: datetime.date) -> list[str]:
    prices = model.prices
    training = f"{_price(prices.training_hour)}/h" if prices.training_hour is not None else _price(prices.training)
    return [
        model.name,
        model.tokenizer if model.exact else f"~{model.tokenizer}",
        f"{model.limit:,}" if model.limit else UNKNOWN,
        ", ".join(model.methods) + (" (vision)" if model.vision else ""),
        training,
        _price(prices.input),
        _price(prices.cached_input),
        _price(prices.output),
        table.jobs(model, today).split(", ")[0],
        answers(model, today),
    ]


def answers(model: Model, today: datetime.date) -> str:
    """Until when what was trained answers, in words."""
    ends = model.inference_ends
    if ends is None:
        return "no end known"
    if today >= ends:
        return f"shut down {ends}"
    return f"{ends - datetime.timedelta(days=1)}"


def _price(price: float | None) -> str:
    return UNKNOWN if price is None else f"{price:.2f}" if round(price, 2) == price else f"{price:g}"


def one_model(table: Models, model: Model, today: datetime.date) -> list[Part]:
    """All that is known of one model at a place."""
    tokenizer = model.tokenizer
    if not model.exact:
        tokenizer += f", an estimate: its own is {model.own_tokenizer}"
    facts = [
        ("model", model.name),
        ("place", table.about(model.place)),
        ("there called", model.id),
        ("also", ", ".join(model.names)),
        ("tokenizer", tokenizer),
        ("context", f"{model.context:,} tokens" if model.context else UNKNOWN),
        ("example limit", f"{model.limit:,} tokens" if model.limit else UNKNOWN),
        ("methods", ", ".join(model.methods) or "none: it is not fine-tuned"),
        ("vision", "yes" if model.vision else "no"),
        ("images", model.images or "not counted"),
        ("regions", ", ".join(model.regions)),
        ("new jobs", table.jobs(model, today)),
        ("answers until", answers(model, today)),
        ("ends", told(table, model, today)),
        ("also at", ", ".join(_others(table, model))),
        ("as of", model.as_of),
        ("source", model.source),
        ("note", model.note),
    ]
    lines = [f"{name:<14} {value}" for name, value in facts if value]
    return [Part(lines), _prices(model), _sources(model, today)]


def _prices(model: Model) -> Part:
    priced = (
        ("fine-tuned", model.prices),
        ("data sharing", model.prices_with_data_sharing),
        ("base", model.base_prices),
    )
    headers = ("<USD per million tokens", *(name for name, prices in priced if prices))
    rows = [
        [field.name.replace("_", " "), *(_price(getattr(prices, field.name)) for _, prices in priced if prices)]
        for field in fields(model.prices)
        if field.name != ("training" if model.prices.training_hour is not None else "training_hour")
    ]
    notes = ["training hour: USD per hour"] if model.prices.training_hour is not None else []
    return Part((), headers, rows, notes)


def _sources(model: Model, today: datetime.date) -> Part:
    """Where each kind of fact comes from, of which day, and how sure it is."""
    rows = []
    for fact, source in model.sources.items():
        age = f"{source.as_of} (old)" if source.stale(today) else source.as_of
        rows.append([fact.replace("_", " "), age, source.sure or UNKNOWN, source.about])
    return Part((), ("<fact", "<as of", "<sure", "<source"), rows) if rows else Part()


def _others(table: Models, model: Model) -> list[str]:
    return [table.about(one.place) for one in table.tunable() if one.name == model.name and one.place != model.place]
