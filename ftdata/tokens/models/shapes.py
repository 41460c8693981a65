"""What is known of models and places: the shapes of the data files in ``ftdata.facts.places``."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

from ftdata.classes import dataclass, field, fields
from ftdata.facts.clock import STALE
from ftdata.facts.methods import ALSO, METHOD_OF, Method
from ftdata.tokens.counting import Profile

Sure = Literal["high", "medium", "low", ""]
Shape = TypeVar("Shape", bound="Facts")


@dataclass(frozen=True)
class Facts:
    """What a table of a data file holds."""

    def to_dict(self) -> dict[str, Any]:
        """The facts as JSON values, by the names that they have in the file."""
        return {one.name.rstrip("_"): _plain(getattr(self, one.name)) for one in fields(self)}


def _plain(value: Any) -> Any:
    if isinstance(value, Facts):
        return value.to_dict()
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return {name: _plain(one) for name, one in value.items()} if isinstance(value, dict) else value


@dataclass(frozen=True)
class Evidence(Facts):
    """Where facts come from.

    Attributes:
        about: What says so.
        as_of: When it did.
        sure: How sure it is: high, medium or low; empty where that is not said.
    """

    about: str
    as_of: str = ""
    sure: Sure = ""

    def age(self, day: datetime.date) -> int | None:
        """Days since then; None where that is not a date."""
        try:
            return (day - datetime.date.fromisoformat(self.as_of)).days
        except ValueError:
            return None

    def stale(self, day: datetime.date) -> bool:
        """Whether it is so old that it is told so."""
        age = self.age(day)
        return age is not None and age > STALE


@dataclass(frozen=True)
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

    training: float | None = None
    training_hour: float | None = None
    input: float | None = None
    cached_input: float | None = None
    output: float | None = None
    batch_input: float | None = None
    batch_cached_input: float | None = None
    batch_output: float | None = None


@dataclass(frozen=True)
class Restriction(Facts):
    """From a day on, only some may create jobs."""

    from_: datetime.date
    open_to: str


@dataclass(frozen=True)
class Place(Facts):
    """Where models are fine-tuned, for whom and until when.

    Attributes:
        about: Its name for people.
        closes: The first day on which nobody can create a job.
        since: Who may create jobs from a day on.
        note: What else matters.
        source: Where that comes from.
    """

    about: str
    closes: datetime.date | None = None
    since: tuple[Restriction, ...] = ()
    note: str = ""
    source: str = ""

    def on(self, day: datetime.date) -> str:
        """Who can create a job on that day, in words."""
        return open_until(self.closes, day, self.open_to(day))

    def open_to(self, day: datetime.date) -> str:
        """Who may create jobs on that day; empty for everybody."""
        return next((one.open_to for one in reversed(self.since) if one.from_ <= day), "")


def open_until(ends: datetime.date | None, day: datetime.date, open_to: str = "", *, at_least: bool = False) -> str:
    """Until when something is open, and for whom, in words; the last day is the day before the end."""
    if ends and day >= ends:
        return f"closed since {ends}"
    until = f"until {ends - datetime.timedelta(days=1)}{' at least' if at_least else ''}" if ends else "open"
    return f"{until}, {open_to}" if open_to else until


@dataclass(frozen=True)
class Model(Facts):
    """A model at a place: how it counts, what it takes, what it costs, until when; None where that is not known.

    Attributes:
        name: As OpenAI or its maker calls it, without a date.
        id: As the place calls it, where that is another name.
        names: Its snapshots and other names.
        tokenizer: A tiktoken encoding, a ``.tiktoken`` file, or a tokenizer.json or its folder.
        own_tokenizer: The model's own tokenizer, where `tokenizer` is another and counts are estimates.
        pattern: How a ``.tiktoken`` file's text is split.
        per_message: Tokens of a message's frame.
        per_name: Tokens that a name adds to its own.
        reply: Tokens of the reply's start.
        functions: Whose constants count function definitions.
        images: How images are counted: tiles, tiles-mini, patches-F, or empty.
        context: Tokens of a request and its answer.
        open: Whether its weights are open.
        reasoning: Whether it thinks before it answers.
        limit: Tokens of a training example; what is beyond is cut off its end.
        methods: How it is fine-tuned; none where it is not.
        vision: Whether it is fine-tuned on images.
        bounds: The least and the most examples by kind, where they are other than its place's.
        prices: Of training it, and of using the result.
        prices_with_data_sharing: The same for those who share their data.
        base_prices: Of using the model as it is.
        place: Where that holds, a name under ``places``; empty where it is nobody's.
        training_ends: The first day on which no job can be created for it.
        inference_ends: The first day on which what was trained answers no more.
        at_earliest: Which of these dates may move further away.
        open_to: Who may train it, where not everybody may.
        regions: Where it is trained, where that matters.
        as_of: When the prices held, or the other facts where there are none.
        source: Where they come from.
        sources: The source of each kind of fact, by its name here.
        note: What else matters.
    """

    name: str
    id: str = ""
    names: tuple[str, ...] = ()
    tokenizer: str = field(kw_only=True)
    own_tokenizer: str = ""
    pattern: str = ""
    per_message: int = 3
    per_name: int = 1
    reply: int = 3
    functions: str = "gpt-4o"
    images: str = ""
    context: int | None = None
    open: bool = False
    reasoning: bool = False
    limit: int | None = None
    methods: tuple[Method, ...] = ("sft",)
    vision: bool = False
    bounds: dict[str, tuple[int, int]] = field(default_factory=dict)
    prices: Prices = Prices()
    prices_with_data_sharing: Prices | None = None
    base_prices: Prices = Prices()
    place: str = ""
    training_ends: datetime.date | None = None
    inference_ends: datetime.date | None = None
    at_earliest: tuple[Literal["training_ends", "inference_ends"], ...] = ()
    open_to: str = ""
    regions: tuple[str, ...] = ()
    as_of: str = ""
    source: str = ""
    sources: dict[str, Evidence] = field(default_factory=dict)
    note: str = ""

    @property
    def profile(self) -> Profile:
        """What counting must know."""
        return Profile(
            self.tokenizer, self.pattern, self.per_message, self.per_name, self.reply, self.functions, self.images
        )

    @property
    def exact(self) -> bool:
        """Whether its own tokenizer counts."""
        return not self.own_tokenizer

    @property
    def stand_in(self) -> str:
        """What is said of counts by another tokenizer than its own; empty where its own counts."""
        return f"{self.tokenizer} in place of the tokenizer of {self.own_tokenizer}" if self.own_tokenizer else ""

    def takes(self, kind: str) -> bool:
        """Whether examples of a kind can train it."""
        return METHOD_OF.get(kind) in self.methods


def made(shape: type[Shape], facts: Mapping[str, Any]) -> Shape:
    """The facts of a table, which are known to be valid."""
    return shape(
        **{_FIELDS.get(name, name): _AS[name](value) if name in _AS else value for name, value in facts.items()}
    )


def method(name: str) -> str:
    """The field's short name: a model file may say what OpenAI's jobs say, ``supervised``."""
    return ALSO.get(name, name)


def day(value: Any) -> Any:
    """A date as text."""
    return value.isoformat() if isinstance(value, datetime.date) else value


def _prices(facts: Mapping[str, float] | None) -> Prices | None:
    return None if facts is None else Prices(**{name: float(price) for name, price in facts.items()})


_FIELDS = {"from": "from_"}
_AS: dict[str, Callable[[Any], Any]] = {
    "names": tuple,
    "regions": tuple,
    "at_earliest": tuple,
    "methods": lambda names: tuple(map(method, names)),
    "bounds": lambda bounds: {kind: tuple(of) for kind, of in bounds.items()},
    "prices": _prices,
    "prices_with_data_sharing": _prices,
    "base_prices": _prices,
    "sources": lambda sources: {name: made(Evidence, facts) for name, facts in sources.items()},
    "since": lambda several: tuple(made(Restriction, facts) for facts in several),
    "as_of": day,
}
"""How a data file's value becomes a field's."""


UNLISTED: dict[str, Any] = {
    "names": (),
    "limit": None,
    "methods": (),
    "vision": False,
    "prices": Prices(),
    "prices_with_data_sharing": None,
    "base_prices": Prices(),
    "training_ends": None,
    "inference_ends": None,
    "note": "a snapshot that the model table does not list: it counts as its model does, the rest is unknown",
}
"""What is said of a snapshot that the table does not list: its limit, prices and dates would be another's."""
