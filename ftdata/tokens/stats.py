"""The figures of a dataset: what the survey counted, and what follows for models, epochs and money."""

from __future__ import annotations

import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, replace
from ftdata.facts import clock
from ftdata.tokens.models.lives import chosen, defaults, place_named, stale, warn
from ftdata.tokens.money import Cost, Running, advice, epochs_for, running_cost, training_cost
from ftdata.tokens.survey import MAX_DISTINCT, Distribution, Tokens, TokenSurvey

if TYPE_CHECKING:
    from ftdata.findings import Tally
    from ftdata.tokens.counting import Profile
    from ftdata.tokens.models import Model, Models


@dataclass(frozen=True)
class StatsOptions:
    """What was asked of a dataset's figures.

    Attributes:
        table: The known models.
        model: The model that is meant; None to compare all.
        profile: How tokens are counted for the figures.
        limit: Tokens of an example, where it is not the model's.
        epochs: A number, or "auto".
        teacher: The model whose running cost is compared.
        today: The day of which availability is told.
        alone: Whether a tokenizer was named, and no model.
        place: Where it is to be trained; empty for any place.
    """

    table: Models
    model: Model | None
    profile: Profile
    limit: int | None = None
    epochs: int | str = "auto"
    teacher: Model | None = None
    today: datetime.date = datetime.date.max
    alone: bool = False
    place: str = ""

    @cached_property
    def compared(self) -> list[Model]:
        """The models of which cost and limit are told: none for a tokenizer that is named by itself.

        Without a model or a place that is what each place would be asked for; what has ended is in nobody's way.
        """
        if self.model:
            return [self.model]
        return [] if self.alone else defaults(self.table, self.today, self.place)

    def warn(self) -> None:
        """Log it loudly if the model that is meant has ended or ends soon."""
        if self.model:
            warn(self.table, self.model, self.today)

    @property
    def profiles(self) -> list[Profile]:
        """All ways in which tokens are counted, the one for the figures first."""
        return list(dict.fromkeys([self.profile, *(self.profile_of(model) for model in self.compared)]))

    def settled(self, counted: TokenSurvey) -> StatsOptions:
        """The same, where nothing was named with the figures by the first model that takes most of the examples."""
        if self.model or self.alone or not counted.examples:
            return self
        first = max(self.compared, key=lambda model: _taken(counted, model), default=None)
        return replace(self, profile=self.profile_of(first)) if first else self

    def profile_of(self, model: Model) -> Profile:
        """How tokens are counted for a model: for the one that is meant, as asked."""
        return self.profile if model is self.model else model.profile


@dataclass(frozen=True)
class ModelFigures:
    """What the dataset means for one model.

    Attributes:
        model: Its name.
        place: Where it is trained.
        takes: Examples of a kind that can train it.
        limit: Tokens of an example, None if unknown.
        over: Examples beyond the limit; None if it is unknown.
        lost: Tokens that are cut off them.
        answers_lost: Examples whose last answer is cut off whole.
        billable: Tokens of one epoch, each example at most the limit.
        cost: Of training.
        running: Of using the result.
        jobs: Who can create a training job, in words.
        exact: Whether all is counted as it is billed, as far as that is public.
        old: Sources of these facts that are old, in words.
    """

    model: str
    place: str
    takes: int
    limit: int | None
    over: int | None
    lost: int
    answers_lost: int
    billable: int
    cost: Cost
    running: Running
    jobs: str
    exact: bool
    old: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON values."""
        return {**vars(self), "cost": self.cost.to_dict(), "running": self.running.to_dict()}


@dataclass(frozen=True)
class Figures:
    """The figures of a dataset.

    Attributes:
        tally: What was read, and what could not be.
        asked: What was asked.
        counted: What the survey found.
        epochs: How often the examples are trained.
        models: What it means for each model.
    """

    tally: Tally
    asked: StatsOptions
    counted: TokenSurvey
    epochs: int
    models: tuple[ModelFigures, ...]

    @property
    def examples(self) -> int:
        """How many examples there are."""
        return self.counted.examples

    @property
    def tokens(self) -> Tokens:
        """The tokens by the model that is meant, or by the tokenizer of the figures."""
        return self.counted.tokens[self.asked.profile]

    @property
    def total(self) -> Distribution:
        """Tokens an example."""
        return self.tokens.total

    @property
    def trained(self) -> Distribution:
        """Trained tokens an example."""
        return self.tokens.trained

    @property
    def prompt(self) -> Distribution:
        """Tokens before the last answer, an example."""
        return self.tokens.prompt

    @property
    def messages(self) -> Distribution:
        """Messages an example."""
        return self.counted.messages

    @property
    def exact(self) -> bool:
        """Whether nothing is counted by a method that is an estimate, or by another tokenizer than the model's."""
        return not self.counted.estimated and not self.stand_in

    @property
    def stand_in(self) -> str:
        """What is said where another tokenizer counts than that of the model that is meant; else empty."""
        model = self.asked.model
        return model.stand_in if model and model.tokenizer == self.asked.profile.tokenizer else ""

    @property
    def limit(self) -> int | None:
        """Tokens that an example may have: as asked, or the model's; None without either."""
        return self.asked.limit or (self.asked.model.limit if self.asked.model else None)

    @property
    def over_limit(self) -> int:
        """Examples beyond the limit."""
        return self.total.over(self.limit) if self.limit else 0

    @property
    def lost(self) -> int:
        """Tokens beyond the limit, which are cut off the examples' ends."""
        return self.total.beyond(self.limit) if self.limit else 0

    @property
    def answers_lost(self) -> int:
        """Examples whose last answer lies beyond the limit as a whole."""
        return self.prompt.over(self.limit - 1) if self.limit else 0

    def share(self, tokens: int) -> float:
        """The share that so many tokens have of all."""
        total = self.total.total
        return tokens / total if total else 0.0

    @property
    def advice(self) -> list[str]:
        """What the guide advises on examples and epochs."""
        return advice(self.examples, self.epochs)

    def to_dict(self) -> dict[str, Any]:
        """Everything as JSON values."""
        seen, tokens = self.counted, self.tokens
        return {
            "examples": self.examples,
            "tokenizer": self.asked.profile.tokenizer,
            "model": self.asked.model.name if self.asked.model else None,
            "exact": self.exact,
            "estimated": dict(seen.estimated.most_common()),
            "uncounted": dict(seen.uncounted.most_common()),
            "kinds": dict(seen.kinds.most_common()),
            "roles": dict(seen.roles.most_common()),
            "tokens": {
                "total": tokens.total.to_dict(),
                "prompt": tokens.prompt.to_dict(),
                "trained": tokens.trained.to_dict(),
                "system": tokens.system,
                "tools": tokens.tools,
                "images": tokens.images,
                "system_and_tools_share": round(self.share(tokens.system + tokens.tools), 4),
            },
            "limit": self.limit,
            "over_limit": self.over_limit,
            "lost": self.lost,
            "answers_lost": self.answers_lost,
            "messages": seen.messages.to_dict(),
            "without_system": seen.without_system,
            "without_user": seen.without_user,
            "with_tools": seen.with_tools,
            "images": seen.pictures,
            "distinct_system_prompts": len(seen.prompts),
            "distinct_tools": len(seen.toolsets),
            "distinct_at_most": MAX_DISTINCT,
            "epochs": self.epochs,
            "advice": self.advice,
            "models": [one.to_dict() for one in self.models],
            "tally": self.tally.to_dict(),
        }


def model_figures(counted: TokenSurvey, asked: StatsOptions, epochs: int) -> tuple[ModelFigures, ...]:
    """What the dataset means for each model that is asked for."""
    return tuple(
        figures_of(
            counted, asked.table, model, epochs, asked.today, asked.profile_of(model), asked.limit, asked.teacher
        )
        for model in asked.compared
    )


def epochs_of(counted: TokenSurvey, asked: StatsOptions) -> int:
    """The epochs that were asked for.

    Raises:
        UsageError: If they are neither "auto" nor a number.
    """
    return epochs_for(asked.epochs, counted.examples)


def figures_of(
    counted: TokenSurvey,
    table: Models,
    model: Model,
    epochs: int,
    today: datetime.date,
    profile: Profile | None = None,
    limit: int | None = None,
    teacher: Model | None = None,
) -> ModelFigures:
    """What the dataset means for one model; counted as the model counts, and to its limit, unless told otherwise."""
    counting = profile or model.profile
    tokens, tokenizer = counted.tokens[counting], counting.tokenizer
    limit = limit or model.limit
    total = tokens.total.total
    lost = tokens.total.beyond(limit) if limit else 0
    cost = training_cost(model, tokens=total - lost, epochs=epochs, today=today)
    examples = counted.examples or 1
    prompt = tokens.prompt.mean
    running = running_cost(
        model,
        cost,
        prompt=prompt,
        shorter=max(0.0, prompt - (tokens.system + tokens.tools) / examples),
        answer=tokens.answer / examples,
        teacher=teacher,
    )
    return ModelFigures(
        model=model.name,
        place=model.place,
        takes=_taken(counted, model),
        limit=limit,
        over=tokens.total.over(limit) if limit else None,
        lost=lost,
        answers_lost=tokens.prompt.over(limit - 1) if limit else 0,
        billable=total - lost,
        cost=cost,
        running=running,
        jobs=table.jobs(model, today),
        exact=not counted.estimated and (model.exact or tokenizer != model.tokenizer),
        old=tuple(stale(model.sources.values(), today)),
    )


def _taken(counted: TokenSurvey, model: Model) -> int:
    return sum(times for kind, times in counted.kinds.items() if model.takes(kind))


def asked_for(
    *,
    model: str | None = None,
    tokenizer: str | None = None,
    models: str | None = None,
    limit: int | None = None,
    epochs: int | str = "auto",
    teacher: str | None = None,
    today: datetime.date | None = None,
    place: str | None = None,
) -> StatsOptions:
    """What is asked for by these names.

    Raises:
        UsageError: If the model, place or tokenizer is unknown, or the epochs or the limit are invalid.
        InputError: If the file of models cannot be read.
    """
    from ftdata.errors import UsageError
    from ftdata.tokens.models import model_table, profile_named

    if limit is not None and limit < 1:
        raise UsageError(f"a limit is at least one token; got {limit}")
    epochs_for(epochs, 100)
    table, day = model_table(models), today or clock.today()
    where = place_named(table, place) if place else ""
    meant = chosen(table, day, model, where) if model else None
    taught = table[teacher] if teacher else None
    profile = profile_named(table, meant, tokenizer)
    return StatsOptions(table, meant, profile, limit, epochs, taught, day, bool(tokenizer and not meant), where)
