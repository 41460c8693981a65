"""Making models of what data files say: a model's own facts, a place's, and those of a file of one's own."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from ftdata.errors import InputError, shown
from ftdata.facts.places import OPEN, PLACES, model_facts, place_facts
from ftdata.tokens.models.shapes import Model, Place, Shape, made
from ftdata.tokens.models.shutdowns import SOURCE, shutdowns

Tables = Mapping[str, Any]

_OF_PLACE = ("about", "closes", "since", "note", "source")
_TOLD = ("note", "source", "as_of", "names", "id", "place", "from")


def merged(old: Any, new: Any) -> Any:
    """Two tables as one, the new one's values first, at every depth."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return new
    return {**old, **{key: merged(old.get(key), value) for key, value in new.items()}}


def models_of(given: Tables, path: str) -> Iterator[Model]:
    """All models at all places, those that have none at the end.

    Args:
        given: What a file of one's own says; empty without one.
        path: That file.
    """
    own, mine = model_facts(), _tables(given, "models", path)
    seen: set[tuple[str, str]] = set()
    for place in (*PLACES, *(name for name in _tables(given, "places", path) if name not in PLACES)):
        overrides = _tables(_tables(given, "places", path).get(place, {}), "models", path)
        offered = _offered(place)
        names = (*offered, *(name for name in overrides if name not in offered))
        for name in (*names, *(one for one, facts in mine.items() if one not in names and _place(facts) == place)):
            seen.add((place, name))
            yield _model(name, place, offered.get(name, {}), mine.get(name, {}), overrides.get(name, {}), path)
    known = {name for _, name in seen}
    for name in (*own, *(name for name in mine if name not in own)):
        if name not in known:
            yield _model(name, _place(mine.get(name, {})), {}, mine.get(name, {}), {}, path)


def places_of(given: Tables, path: str) -> dict[str, Place]:
    """All places, by name."""
    mine = _tables(given, "places", path)
    found = {}
    for name in (*PLACES, *(name for name in mine if name not in PLACES)):
        facts = place_facts(name)
        own = {key: facts[key] for key in _OF_PLACE if key in facts}
        told = facts.get("sources", {}).get(facts.get("from", {}).get("closes", ""), {}).get("about")
        extra = mine.get(name, {})
        more = {key: value for key, value in extra.items() if key != "models"} if isinstance(extra, dict) else extra
        found[name] = _made(Place, merged({**own, **({"source": told} if told else {})}, more), f"places.{name}", path)
    return found


def _tables(given: Tables, key: str, path: str) -> dict[str, Any]:
    found = given.get(key, {}) if isinstance(given, dict) else {}
    if not isinstance(found, dict):
        raise InputError(f"{key}: expected tables; got {shown(found)}", path=path)
    return found


def _place(facts: Any) -> str:
    return str(facts.get("place", "")) if isinstance(facts, dict) else ""


def _offered(place: str) -> dict[str, Any]:
    """What a place's data file says of each model that it trains."""
    facts = place_facts(place)
    found = facts.get("models", {})
    if found != OPEN:
        return dict(found)
    return {name: {"methods": facts["methods"]} for name, model in model_facts().items() if model.get("open")}


def _model(name: str, place: str, offer: Tables, mine: Any, there: Any, path: str) -> Model:
    """One model at one place; what is nearer to the user wins."""
    for facts in (mine, there):
        if not isinstance(facts, dict):
            raise InputError(f"models.{name}: expected a table; got {shown(facts)}", path=path)
    given = {key: value for key, value in merged(mine, there).items() if key != "place"}
    own = merged(model_facts().get(name, {}), dict(offer))
    sources = _sources(place, own)
    own.pop("from", None)
    told_by = _refreshed(name, place, own)
    if told_by is not None:
        own["inference_ends"], sources["inference_ends"] = told_by
    if given and path:
        said = {"about": str(given.get("source", path)), "as_of": given.get("as_of", "")}
        sources |= {key: said for key in given if key not in _TOLD}
    shown_source: Tables = sources.get("prices") or next(iter(sources.values()), {})
    told = {"as_of": shown_source.get("as_of", ""), "source": shown_source.get("about", "")}
    facts = {"name": name, "place": place, **told, **merged(own, given), "sources": sources}
    if isinstance(facts.get("vision"), list | tuple):
        facts["vision"] = bool(facts["vision"])  # until 2026-11 a list of places
    return _made(Model, facts, f"models.{name}", path)


def _refreshed(name: str, place: str, own: Tables) -> tuple[datetime.date, dict[str, Any]] | None:
    """When OpenAI's API shuts a model down, with the source, if it was asked; by the snapshot that fine-tunes have."""
    if place != "openai":
        return None
    told = shutdowns()
    day = told.of(*own.get("names", ()), name)
    return None if day is None else (day, {"about": SOURCE, "as_of": told.as_of, "sure": "high"})


def _sources(place: str, own: Tables) -> dict[str, Any]:
    """The source of each kind of fact that is said of a model, by name."""
    facts = place_facts(place)
    named, known = {**facts.get("from", {}), **own.get("from", {})}, facts.get("sources", {})
    said = {*own, *facts}
    if "closes" in facts:
        said.add("training_ends")
    return {key: known[source] for key, source in named.items() if key in said and key not in ("files", "closes")}


def _made(shape: type[Shape], facts: Any, where: str, path: str) -> Shape:
    """What is said; the package's own files are checked by tests, a file of one's own when it is read."""
    if path:
        from ftdata.tokens.models.checked import checked

        facts = checked(shape, facts, where, path)
    return made(shape, facts)
