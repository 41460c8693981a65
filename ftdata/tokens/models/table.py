"""All models at all places."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ftdata.classes import dataclass, replace
from ftdata.errors import InputError, UsageError, did_you_mean, shown
from ftdata.facts.methods import METHOD_OF
from ftdata.lazily import pattern
from ftdata.tokens.models.merging import models_of, places_of
from ftdata.tokens.models.shapes import UNLISTED, Model, Place, open_until
from ftdata.tokens.models.shutdowns import shutdowns

_DATED = pattern(r"-\d{4}(-\d{2}-\d{2})?\Z")
_TABLES = ("models", "places")


@dataclass(frozen=True)
class Models:
    """All known models.

    Attributes:
        models: Each at each place where it is trained; what stands first is meant by a name alone.
        places: Where they are fine-tuned.
    """

    models: tuple[Model, ...]
    places: Mapping[str, Place]

    def __iter__(self) -> Iterator[Model]:
        return iter(self.models)

    def __getitem__(self, name: str) -> Model:
        """The model of this name: also of a snapshot's, and of a fine-tuned model's, ``ft:gpt-4.1-…:org::id``.

        Raises:
            UsageError: If the name is unknown; suggests the nearest.
        """
        return self.named(name)

    def named(self, name: str, place: str = "") -> Model:
        """The model of this name at a place, or at the first that has it.

        Raises:
            UsageError: If the name is unknown, or the place does not train it; suggests the nearest.
        """
        found = self.find(name, place)
        if found is not None:
            return found
        if place and self.find(name) is not None:
            there = [model.name for model in self.at(place)]
            hint = f"It trains {', '.join(there)}. Add others with --models my.toml." if there else ""
            raise UsageError(f"{self.about(place)} does not train {shown(name)}, as far as is known", hint=hint)
        hint = did_you_mean(base_name(name), dict.fromkeys(model.name for model in self))
        raise UsageError(f"no model is called {shown(name)}", hint=f"{hint} Add others with --models my.toml.")

    def find(self, name: str, place: str = "") -> Model | None:
        """The model of this name, at a place if one is named, if it is known."""
        base = base_name(name)
        own = shutdowns().of(name.strip()) if name.strip().startswith("ft:") and place in ("", "openai") else None
        if own is not None and (known := self.find(base, place)) is not None and known.place == "openai":
            return replace(known, inference_ends=own)
        for candidate in (base, base.rsplit("/", 1)[-1]):
            found = self._found(candidate, place)
            if found is not None:
                return found
            undated = self._found(_DATED.sub("", candidate), place)
            if undated is not None and undated.name == _DATED.sub("", candidate):
                return replace(undated, name=candidate, **UNLISTED)
        return None

    def _found(self, candidate: str, place: str) -> Model | None:
        there = self._names.get(candidate) or self._names.get(candidate.casefold()) or ()
        return next((model for model in there if not place or model.place == place), None)

    @cached_property
    def _names(self) -> dict[str, list[Model]]:
        """The models of each name, also in small letters."""
        found: dict[str, list[Model]] = {}
        for model in self.models:
            told = (model.name, model.id, *model.names)
            for name in dict.fromkeys(one for one in (*told, *(name.casefold() for name in told)) if one):
                found.setdefault(name, []).append(model)
        return found

    def at(self, place: str) -> list[Model]:
        """The models that a place trains, the ones that a default comes from first."""
        return [model for model in self if model.place == place and model.methods]

    def tunable(self) -> list[Model]:
        """Those that are fine-tuned somewhere, at each place."""
        return [model for model in self if model.methods]

    def about(self, place: str) -> str:
        """A place's name for people."""
        return self.places[place].about if place in self.places else place

    @property
    def elsewhere(self) -> dict[str, tuple[str, ...]]:
        """Where examples of a kind are trained, by the kind."""
        return {
            kind: tuple(dict.fromkeys(self.about(model.place) for model in self if model.place and model.takes(kind)))
            for kind in METHOD_OF
        }

    def training_ends(self, model: Model) -> datetime.date | None:
        """The first day on which no job can be created for a model: its own, or its place's."""
        place = self.places.get(model.place)
        ends = [day for day in (model.training_ends, place.closes if place else None, model.inference_ends) if day]
        return min(ends, default=None)

    def jobs(self, model: Model, day: datetime.date) -> str:
        """Who can create a training job for the model on that day, in words."""
        place = self.places.get(model.place)
        if place is None:
            return "unknown"
        ends = self.training_ends(model)
        at_least = ends == model.training_ends and "training_ends" in model.at_earliest
        return open_until(ends, day, model.open_to or place.open_to(day), at_least=at_least)

    def to_dict(self) -> dict[str, Any]:
        """The table as JSON values: the models of each place, and each model as it is meant by its name alone."""
        return {
            "places": {
                name: place.to_dict()
                | {"models": {model.name: model.to_dict() for model in self if model.place == name}}
                for name, place in self.places.items()
            },
            "models": {model.name: model.to_dict() for model in reversed(self.models)},
            "elsewhere": {kind: list(names) for kind, names in self.elsewhere.items()},
        }


def base_name(name: str) -> str:
    """The base model's name in a fine-tuned model's: ``ft:gpt-4.1-nano-2025-04-14:org::id``, with or without a step.

    Azure calls such models ``gpt-4.1-nano-2025-04-14.ft-`` and an id.
    """
    name = name.strip().partition(".ft-")[0]
    return name.removeprefix("ft:").split(":", 1)[0] if name.startswith("ft:") else name


def model_table(path: str | None = None) -> Models:
    """The models that ftdata knows, with those of a file of one's own added or overridden.

    Raises:
        InputError: If the file cannot be read, or holds what no entry may; with the place in it.
    """
    if path is None:
        return _own(shutdowns().as_of, len(shutdowns().dates))
    try:
        given = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"is not valid TOML: {error}", path=path) from None
    return _table(_beside(path, given), path)


def _beside(path: str, given: dict[str, Any]) -> dict[str, Any]:
    """The same, where a tokenizer that lies beside the file is found from anywhere."""
    models = given.get("models")
    for facts in models.values() if isinstance(models, dict) else ():
        named = facts.get("tokenizer") if isinstance(facts, dict) else None
        if isinstance(named, str) and (Path(path).parent / named).exists():
            facts["tokenizer"] = str(Path(path).parent / named)
            facts.setdefault("own_tokenizer", "")
    return given


@cache
def _own(_as_of: str, _dates: int) -> Models:
    return _table({}, "")


def _table(given: dict[str, Any], path: str) -> Models:
    for key in given:
        if key not in _TABLES:
            raise InputError(f"{shown(key)}: expected one of {', '.join(_TABLES)}", path=path)
    return Models(tuple(models_of(given, path)), places_of(given, path))
