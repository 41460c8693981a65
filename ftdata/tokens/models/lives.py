"""The lifetime of a model: until when it can be trained, and until when the trained model answers."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable
from typing import Literal

from ftdata.errors import UsageError, did_you_mean, option
from ftdata.facts.methods import METHOD_OF
from ftdata.facts.places import ALSO
from ftdata.tokens.models.shapes import Evidence, Model
from ftdata.tokens.models.table import Models

State = Literal["open", "closes", "closed"]

SOON = 90
"""Days before an end in which no default comes from a model, and whoever names it is told."""

log = logging.getLogger("ftdata")


def state(table: Models, model: Model, day: datetime.date) -> State:
    """Whether it can be trained and used: yes, not for long, or not any more."""
    ends = [end for end in (table.training_ends(model), model.inference_ends) if end]
    if any(day >= end for end in ends):
        return "closed"
    return "closes" if any((end - day).days <= SOON for end in ends) else "open"


def told(table: Models, model: Model, day: datetime.date) -> str:
    """What ends soon or has ended, in words; empty where nothing does."""
    now = state(table, model, day)
    if now == "open":
        return ""
    training, inference = table.training_ends(model), model.inference_ends
    where = _where(table, model)
    if inference and day >= inference:
        return f"{where} was shut down on {inference}, with all that was trained of it"
    later = f"what was trained is shut down on {inference} ({_days(inference, day)})" if inference else ""
    if training and day >= training:
        first = f"no new jobs since {training}"
    elif training:
        first = f"no new jobs from {training} ({_days(training, day)})"
    else:
        first = ""
    return f"{where}: {'; '.join(part for part in (first, later) if part)}"


def told_asked(table: Models, model: Model, day: datetime.date) -> str:
    """What ends soon or has ended for those who only ask the model, in words; empty where nothing does."""
    ends, where = model.inference_ends, _where(table, model)
    if ends is None or (ends - day).days > SOON:
        return ""
    return f"{where} was shut down on {ends}" if day >= ends else f"{where} is shut down on {ends} ({_days(ends, day)})"


def _where(table: Models, model: Model) -> str:
    return f"{model.name} at {table.about(model.place)}" if model.place else model.name


def _days(end: datetime.date, day: datetime.date) -> str:
    days = (end - day).days
    return f"in {days} day{'' if days == 1 else 's'}"


def lasting(table: Models, model: Model, day: datetime.date) -> list[Model]:
    """The same model at other places, where it lasts."""
    return [one for one in table.tunable() if one.name == model.name and state(table, one, day) == "open"]


def advice(table: Models, model: Model, day: datetime.date) -> str:
    """Where to go instead, in words."""
    others = lasting(table, model, day)
    if not others:
        return "ftdata places FILE tells where a file trains and what lasts."
    said = [f"{table.about(one.place)} ({table.jobs(one, day)}: {option('place', one.place)})" for one in others]
    return f"{model.name} is trained at {'; '.join(said)}."


def warn(table: Models, model: Model, day: datetime.date) -> None:
    """Log it loudly if the model has ended or ends soon, with where to go instead."""
    said = told(table, model, day)
    if said:
        log.warning("%s. %s", said, advice(table, model, day))


def place_named(table: Models, name: str) -> str:
    """The place of this name, as the table has it.

    Raises:
        UsageError: If there is none that trains a model; suggests the nearest.
    """
    place = ALSO.get(name, name)
    trains = [one for one in table.places if table.at(one)]
    if place not in trains:
        raise UsageError(f'there is no place "{name}" that trains models', hint=did_you_mean(name, trains))
    return place


def default(table: Models, day: datetime.date, place: str = "", kind: str = "") -> Model | None:
    """The model that is meant where none is named: the first that takes the kind and lasts, of a place or of any."""
    for model in table.at(place) if place else _in_order(table):
        if (not kind or model.takes(kind)) and state(table, model, day) == "open":
            return model
    return None


def _in_order(table: Models) -> Iterable[Model]:
    """The models of all places, those first that everybody may train and of which the most prices are known."""

    def unknown(model: Model) -> int:
        prices = model.prices
        return sum(price is None for price in (prices.training, prices.input, prices.output))

    return sorted(table.tunable(), key=lambda model: (bool(model.open_to), unknown(model)))


def defaults(table: Models, day: datetime.date, place: str = "") -> list[Model]:
    """The models to compare where none is named: all of a place, or of each place the defaults for all kinds."""
    if place:
        return table.at(place)
    found: dict[tuple[str, str], Model] = {}
    for name in table.places:
        for kind in METHOD_OF:
            model = default(table, day, name, kind)
            if model is not None:
                found.setdefault((name, model.name), model)
    return list(found.values())


def chosen(table: Models, day: datetime.date, name: str | None, place: str = "", kind: str = "") -> Model:
    """The model that is meant: the one of this name, or the default.

    Raises:
        UsageError: If the model or place is unknown, or none remains available.
    """
    place = place_named(table, place) if place else ""
    if name is not None:
        return table.named(name, place)
    found = default(table, day, place, kind)
    if found is None:
        where = table.about(place) if place else "any place"
        raise UsageError(
            f"no model of {where} lasts {SOON} days", hint="Name one with " + option("model", "NAME") + "."
        )
    return found


def stale(sources: Iterable[Evidence], day: datetime.date) -> list[str]:
    """What is told of sources that are old, each once, in words."""
    old = {source.about: source for source in sources if source.stale(day)}
    return [f"{about}: as of {source.as_of}, {source.age(day)} days ago" for about, source in old.items()]
