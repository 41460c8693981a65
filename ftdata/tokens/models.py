"""Models: tokenizers, limits, methods, prices and availability, the dated facts of ``models.toml``."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from ftdata.errors import InputError, UsageError, did_you_mean, shown
from ftdata.facts.methods import ALSO, METHOD_OF, Method
from ftdata.tokens.counting import Profile
from ftdata.tokens.functions import CONSTANTS
from ftdata.tokens.images import known_method

Price = Annotated[float | None, Field(ge=0)]
Date = Annotated[str, BeforeValidator(lambda value: value.isoformat() if isinstance(value, datetime.date) else value)]


def _method(name: str) -> str:
    """The field's short name: a model file may say what OpenAI's jobs say, ``supervised``."""
    return ALSO.get(name, name)


class Facts(BaseModel):
    """What a table of the model file holds: only known names, and nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Prices(Facts):
    """USD per million tokens; None where it is not known.

    Attributes:
        training: A token's training, per epoch.
        training_hour: USD per hour, where training is billed so.
        input: Of a request's prompt to the fine-tuned model.
        cached_input: Of a prompt's part that was sent before.
        output: Of the answer.
        batch_input: As input, in a batch.
        batch_cached_input: As cached_input, in a batch.
        batch_output: As output, in a batch.
    """

    training: Price = None
    training_hour: Price = None
    input: Price = None
    cached_input: Price = None
    output: Price = None
    batch_input: Price = None
    batch_cached_input: Price = None
    batch_output: Price = None


class Restriction(Facts):
    """From a day on, only some may create jobs."""

    from_: datetime.date = Field(alias="from")
    open_to: str


class Place(Facts):
    """Where models are fine-tuned, for whom and until when.

    Attributes:
        closes: The first day on which nobody can create a job.
    """

    about: str
    closes: datetime.date | None = None
    since: tuple[Restriction, ...] = ()
    note: str = ""
    source: str = ""

    def on(self, day: datetime.date) -> str:
        """Who can create a job on that day, in words."""
        if self.closes and day >= self.closes:
            return f"closed since {self.closes}"
        until = f"until {self.closes}" if self.closes else "open"
        # The last day is the day before the closing.
        until = f"until {self.closes - datetime.timedelta(days=1)}" if self.closes else until
        now = [opening.open_to for opening in self.since if opening.from_ <= day]
        return f"{until}, {now[-1]}" if now else until


class Model(Facts):
    """A model: how it counts, what it takes, what it costs; None where that is not known.

    Attributes:
        name: As OpenAI calls it, without a date.
        names: Its snapshots and other names.
        tokenizer: A tiktoken encoding, a ``.tiktoken`` file, or a tokenizer.json or its folder.
        pattern: How a ``.tiktoken`` file's text is split.
        per_message: Tokens of a message's frame.
        per_name: Tokens that a name adds to its own.
        reply: Tokens of the reply's start.
        functions: Whose constants count function definitions.
        images: How images are counted: tiles, tiles-mini, patches-F, or empty.
        context: Tokens of a request and its answer.
        limit: Tokens of a training example; what is beyond is cut off its end.
        methods: How it is fine-tuned; none where it is not.
        methods_at: How it is fine-tuned at other services, by their names as targets, where that differs.
        vision: Where it is fine-tuned on images.
        prices: Of training it, and of using the result.
        prices_with_data_sharing: The same for those who share their data.
        base_prices: Of using the model as it is.
        place: Where jobs are created, a name under ``places``.
        as_of: When the facts held.
        source: Where they come from.
    """

    name: str
    names: tuple[str, ...] = ()
    tokenizer: str
    pattern: str = ""
    per_message: int = 3
    per_name: int = 1
    reply: int = 3
    functions: str = "gpt-4o"
    images: str = ""
    context: int | None = Field(default=None, gt=0)
    limit: int | None = Field(default=None, gt=0)
    methods: tuple[Annotated[Method, BeforeValidator(_method)], ...] = ("sft",)
    methods_at: dict[str, tuple[Annotated[Method, BeforeValidator(_method)], ...]] = Field(default_factory=dict)
    vision: tuple[str, ...] = ()
    prices: Prices = Prices()
    prices_with_data_sharing: Prices | None = None
    base_prices: Prices = Prices()
    place: str = ""
    as_of: Date = ""
    source: str = ""
    note: str = ""

    @field_validator("functions")
    @classmethod
    def _functions(cls, value: str) -> str:
        if value not in CONSTANTS:
            raise ValueError(f"expected one of {', '.join(CONSTANTS)}")
        return value

    @field_validator("images")
    @classmethod
    def _images(cls, value: str) -> str:
        if not known_method(value):
            raise ValueError("expected tiles, tiles-mini, or patches- and a factor such as patches-1.62")
        return value

    @property
    def profile(self) -> Profile:
        """What counting must know."""
        return Profile(
            self.tokenizer, self.pattern, self.per_message, self.per_name, self.reply, self.functions, self.images
        )

    def takes(self, kind: str, target: str = "") -> bool:
        """Whether examples of a kind can train it, at a service if one is named."""
        return METHOD_OF.get(kind) in self.methods_at.get(target, self.methods)


# A snapshot that the table does not list counts as its model does; its limit and prices would be another's.
_UNLISTED: dict[str, Any] = {
    "names": (),
    "limit": None,
    "methods": (),
    "methods_at": {},
    "vision": (),
    "prices": Prices(),
    "prices_with_data_sharing": None,
    "base_prices": Prices(),
    "note": "a snapshot that the model table does not list: it counts as its model does, the rest is unknown",
}
_DATED = re.compile(r"-\d{4}(-\d{2}-\d{2})?\Z")


@dataclass(frozen=True)
class Models:
    """All known models, by name.

    Attributes:
        places: Where they are fine-tuned.
        elsewhere: Where else the format trains, by kind of example.
    """

    models: Mapping[str, Model]
    places: Mapping[str, Place]
    elsewhere: Mapping[str, tuple[str, ...]]

    def __iter__(self) -> Iterator[Model]:
        return iter(self.models.values())

    def __getitem__(self, name: str) -> Model:
        """The model of this name: also of a snapshot's, and of a fine-tuned model's, ``ft:gpt-4.1-…:org::id``.

        Raises:
            UsageError: None is called so; with the nearest.
        """
        found = self.find(name)
        if found is None:
            hint = did_you_mean(base_name(name), self.models)
            raise UsageError(f"no model is called {shown(name)}", hint=f"{hint} Add others with --models my.toml.")
        return found

    def find(self, name: str) -> Model | None:
        """The model of this name, if it is known."""
        base = base_name(name)
        for candidate in (base, base.rsplit("/", 1)[-1]):
            for model in self.models.values():
                if candidate == model.name or candidate in model.names:
                    return model
            undated = self.models.get(_DATED.sub("", candidate))
            if undated is not None:
                return undated.model_copy(update={"name": candidate, **_UNLISTED})
        return None

    def tunable(self) -> list[Model]:
        """Those that are fine-tuned somewhere."""
        return [model for model in self if model.methods]

    def jobs(self, model: Model, day: datetime.date) -> str:
        """Who can create a training job for the model on that day, in words."""
        place = self.places.get(model.place)
        return place.on(day) if place else "unknown"

    def to_dict(self) -> dict[str, Any]:
        """The table as JSON values."""
        return {
            "models": {model.name: model.model_dump(mode="json") for model in self},
            "places": {name: place.model_dump(mode="json", by_alias=True) for name, place in self.places.items()},
            "elsewhere": {kind: list(names) for kind, names in self.elsewhere.items()},
        }


def base_name(name: str) -> str:
    """The base model's name in a fine-tuned model's: ``ft:gpt-4.1-nano-2025-04-14:org::id``, with or without a step."""
    name = name.strip().removeprefix("ft:")
    return name.split(":", 1)[0]


def model_table(path: str | None = None) -> Models:
    """The models that ftdata knows, with those of a file of one's own added or overridden.

    Raises:
        InputError: The file cannot be read, or holds what no entry may; with the place in it.
    """
    if path is None:
        return _own()
    try:
        given = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"is no TOML: {error}", path=path) from None
    return _table(_merged(_facts(), _beside(path, given)), path)


def _beside(path: str, given: dict[str, Any]) -> dict[str, Any]:
    """The same, where a tokenizer that lies beside the file is found from anywhere."""
    models = given.get("models")
    for facts in models.values() if isinstance(models, dict) else ():
        named = facts.get("tokenizer") if isinstance(facts, dict) else None
        if isinstance(named, str) and (Path(path).parent / named).exists():
            facts["tokenizer"] = str(Path(path).parent / named)
    return given


def _facts() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "models.toml").read_text(encoding="utf-8"))


@cache
def _own() -> Models:
    return _table(_facts(), "models.toml")


def _merged(old: Any, new: Any) -> Any:
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return new
    return {**old, **{key: _merged(old.get(key), value) for key, value in new.items()}}


class _File(Facts):
    models: dict[str, Model]
    places: dict[str, Place] = {}
    elsewhere: dict[str, tuple[str, ...]] = {}


def _table(raw: dict[str, Any], path: str) -> Models:
    models = raw.get("models")
    if isinstance(models, dict):
        named = {name: {"name": name, **facts} if isinstance(facts, dict) else facts for name, facts in models.items()}
        raw = {**raw, "models": named}
    try:
        table = _File.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise InputError(f"{where}: {first['msg']}; got {shown(first['input'])}", path=path) from None
    return Models(table.models, table.places, table.elsewhere)


def profile_for(tokenizer: str, model: Model | None = None) -> Profile:
    """The profile of a tokenizer that is named by itself, counted as the model counts messages, if one is given."""
    base = model.profile if model else Profile(tokenizer, images="tiles")
    constants = "gpt-4" if tokenizer == "cl100k_base" and not model else base.functions
    return replace(base, tokenizer=tokenizer, functions=constants)
