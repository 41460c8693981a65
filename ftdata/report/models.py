"""The model table for people."""

from __future__ import annotations

import datetime

from ftdata.report.tables import Part
from ftdata.tokens.models import Model, Models
from ftdata.tokens.money import UNKNOWN


def model_list(table: Models, today: datetime.date) -> list[Part]:
    """All models that can be trained, and where else the format trains."""
    headers = (
        "<model",
        "<tokenizer",
        "limit",
        "<methods",
        "training",
        "input",
        "cached",
        "output",
        "<as of",
        "<new jobs",
    )
    rows = [_row(table, model, today) for model in table.tunable()]
    notes = ["USD per million tokens; /h: per hour. `ftdata models NAME` tells all of one."]
    for place in table.places.values():
        jobs = place.on(today).replace(", ", ", only ", 1)
        notes.append(f"{place.about}: new jobs {jobs}. {place.note} Source: {place.source}.")
    for kind, names in table.elsewhere.items():
        notes.append(f"{kind} examples also train with {', '.join(names)}.")
    return [Part((), headers, rows), Part(notes)]


def _row(table: Models, model: Model, today: datetime.date) -> list[str]:
    prices = model.prices
    training = f"{_price(prices.training_hour)}/h" if prices.training_hour is not None else _price(prices.training)
    return [
        model.name,
        model.tokenizer,
        f"{model.limit:,}" if model.limit else UNKNOWN,
        ", ".join(model.methods) + (" (vision)" if model.vision else ""),
        training,
        _price(prices.input),
        _price(prices.cached_input),
        _price(prices.output),
        model.as_of,
        table.jobs(model, today).split(", ")[0],
    ]


def _price(price: float | None) -> str:
    return UNKNOWN if price is None else f"{price:.2f}" if round(price, 2) == price else f"{price:g}"


def one_model(table: Models, model: Model, today: datetime.date) -> list[Part]:
    """All that is known of one model."""
    facts = [
        ("model", model.name),
        ("also", ", ".join(model.names)),
        ("tokenizer", model.tokenizer),
        ("context", f"{model.context:,} tokens" if model.context else UNKNOWN),
        ("example limit", f"{model.limit:,} tokens" if model.limit else UNKNOWN),
        ("methods", ", ".join(model.methods) or "none: it is not fine-tuned"),
        ("vision", ", ".join(model.vision) or "no"),
        ("images", model.images or "not counted"),
        ("new jobs", table.jobs(model, today)),
        ("elsewhere", ", ".join(_elsewhere(table, model))),
        ("as of", model.as_of),
        ("source", model.source),
        ("note", model.note),
    ]
    lines = [f"{name:<14} {value}" for name, value in facts if value]
    priced = (
        ("fine-tuned", model.prices),
        ("data sharing", model.prices_with_data_sharing),
        ("base", model.base_prices),
    )
    headers = ("<USD per million tokens", *(name for name, prices in priced if prices))
    rows = [
        [field.replace("_", " "), *(_price(getattr(prices, field)) for _, prices in priced if prices)]
        for field in type(model.prices).model_fields
        if field != ("training" if model.prices.training_hour is not None else "training_hour")
    ]
    notes = ["training hour: USD per hour"] if model.prices.training_hour is not None else []
    return [Part(lines), Part((), headers, rows, notes)]


def _elsewhere(table: Models, model: Model) -> tuple[str, ...]:
    kind = next((kind for kind in table.elsewhere if model.takes(kind)), "")
    return table.elsewhere.get(kind, ())
