"""Epochs and money: what training costs, what using the result costs, and when it has paid for itself.

Sources: the epoch heuristic is that of OpenAI's cookbook (Chat_finetuning_data_prep), the sum and the examples those of
its fine-tuning guide: price per token x tokens of the file, each example at most the limit, x epochs. Validation costs
nothing; reinforcement is billed by the hour.
"""

from __future__ import annotations

import datetime
from math import ceil
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass
from ftdata.errors import UsageError
from ftdata.facts import clock
from ftdata.facts.clock import STALE

if TYPE_CHECKING:
    from ftdata.tokens.models import Model

TARGET_EPOCHS = 3
MIN_TARGET_EXAMPLES = 100
MAX_TARGET_EXAMPLES = 25_000
MIN_EPOCHS, MAX_EPOCHS = 1, 25
MAX_JOB_EPOCHS = 50
"""Epochs that a job accepts."""

UNKNOWN = "unknown"


def default_epochs(examples: int) -> int:
    """The epochs that the guide's heuristic gives: 3; more for few examples, up to 25; fewer for very many.

    Examples:
        >>> default_epochs(10), default_epochs(500), default_epochs(20_000)
        (10, 3, 1)
    """
    if 0 < examples * TARGET_EPOCHS < MIN_TARGET_EXAMPLES:
        return min(MAX_EPOCHS, MIN_TARGET_EXAMPLES // examples)
    if examples * TARGET_EPOCHS > MAX_TARGET_EXAMPLES:
        return max(MIN_EPOCHS, MAX_TARGET_EXAMPLES // examples)
    return TARGET_EPOCHS


def epochs_for(asked: int | str, examples: int) -> int:
    """The epochs that are asked for: a number, or "auto" for the heuristic.

    Raises:
        UsageError: If it is neither.
    """
    if asked == "auto":
        return default_epochs(examples)
    try:
        number = int(asked)
    except ValueError:
        number = 0
    if not 1 <= number <= MAX_JOB_EPOCHS:
        raise UsageError(f'epochs are "auto" or a number from 1 to {MAX_JOB_EPOCHS}; got {asked!r}')
    return number


def usd(amount: float | None) -> str:
    """An amount for people: two decimals, more where it would be nothing; or unknown."""
    if amount is None:
        return UNKNOWN
    return f"{amount:,.2f} USD" if amount >= 0.1 or amount == 0 else f"{amount:.2g} USD"


@dataclass(frozen=True)
class Cost:
    """The cost of training, with its components.

    Attributes:
        model: The model's name.
        usd: The total in USD; None if the price is unknown.
        price: USD per million tokens, or per hour.
        tokens: Billable tokens per epoch.
        epochs: The number of epochs.
        hours: For reinforcement, which is billed by the hour.
        as_of: The date of the price.
        source: The source of the price.
        age: The age of the price in days; None if unknown.
    """

    model: str
    usd: float | None
    price: float | None
    tokens: int = 0
    epochs: int = 1
    hours: float | None = None
    as_of: str = ""
    source: str = ""
    age: int | None = None

    def __str__(self) -> str:
        dated = f"prices as of {self.as_of}" if self.as_of else "undated prices"
        dated += f", {self.age} days ago" if self.age is not None and self.age > STALE else ""
        if self.hours is not None:
            what = f"{self.hours:,g} hours x {usd(self.price)} an hour"
        else:
            epochs = f"{self.epochs} epoch" + ("" if self.epochs == 1 else "s")
            what = f"{self.tokens:,} tokens x {epochs} x {usd(self.price)} a million tokens"
        if self.usd is None:
            return f"{UNKNOWN}: no training price of {self.model} is known for this"
        return f"{usd(self.usd)} = {what} ({self.model}, {dated})"

    def to_dict(self) -> dict[str, Any]:
        """Return the components as JSON values."""
        return dict(vars(self))


def training_cost(
    model: Model,
    *,
    tokens: int = 0,
    epochs: int = 1,
    hours: float | None = None,
    today: datetime.date | None = None,
) -> Cost:
    """What training costs: by tokens and epochs, or by hours."""
    price = model.prices.training_hour if hours is not None else model.prices.training
    amount = None
    if price is not None:
        amount = price * hours if hours is not None else price * tokens * epochs / 1_000_000
    known = model.sources.get("prices")
    age = known.age(today or clock.today()) if known else None
    return Cost(model.name, amount, price, tokens, epochs, hours, model.as_of, model.source, age)


def estimate_cost(
    *,
    tokens: int = 0,
    model: str,
    epochs: int = 1,
    hours: float | None = None,
    models: str | None = None,
    place: str | None = None,
) -> Cost:
    """Estimate the cost of training on a number of tokens.

    Args:
        tokens: Billable tokens of the training file. Validation is free.
        model: The model, by any of its names.
        epochs: Number of epochs.
        hours: For reinforcement fine-tuning, which is billed by the hour.
        models: A TOML file with models of your own.
        place: The place to train at, such as azure. By default the first place that trains it.

    Raises:
        UsageError: If the model or place is unknown, or a number is negative.

    Examples:
        >>> print(estimate_cost(tokens=100_000, model="Qwen3-8B", place="tinker", epochs=3))
        0.13 USD = 100,000 tokens x 3 epochs x 0.44 USD a million tokens (Qwen3-8B, prices as of 2026-10-07)
    """
    from ftdata.tokens.models import model_table
    from ftdata.tokens.models.lives import chosen, warn

    if tokens < 0 or epochs < 1 or (hours is not None and hours < 0):
        raise UsageError("tokens and hours cannot be negative, and there is at least one epoch")
    day = clock.today()
    table = model_table(models)
    known = chosen(table, day, model, place or "")
    warn(table, known, day)
    return training_cost(known, tokens=tokens, epochs=epochs, hours=hours, today=day)


@dataclass(frozen=True)
class Running:
    """What 1,000 requests cost, each of a mean prompt and a mean answer; USD, None where a price is not known.

    Attributes:
        prompt: Tokens of the mean prompt.
        shorter: Tokens of it without system prompt and definitions, which training may make needless.
        answer: Tokens of the mean answer.
        tuned: The fine-tuned model with the whole prompt.
        tuned_shorter: The same with the shorter one.
        base: The base model with the whole prompt.
        teacher: The teacher with the whole prompt.
        teacher_name: The teacher's name, if one was given.
        break_even: Requests after which training is paid for, when the fine-tuned model with the shorter prompt takes
            the place of the first of these whose price is known: the teacher, the base model, itself with the whole
            prompt; None where it never is.
        instead_of: Which of them that is.
    """

    prompt: float
    shorter: float
    answer: float
    tuned: float | None
    tuned_shorter: float | None
    base: float | None
    teacher: float | None
    teacher_name: str
    break_even: int | None
    instead_of: str

    def to_dict(self) -> dict[str, Any]:
        """The parts as JSON values."""
        return dict(vars(self))


REQUESTS = 1000


def running_cost(
    model: Model, training: Cost, *, prompt: float, shorter: float, answer: float, teacher: Model | None = None
) -> Running:
    """What using the result costs, against the base model and a teacher."""
    tuned = _requests(model.prices.input, model.prices.output, prompt, answer)
    tuned_shorter = _requests(model.prices.input, model.prices.output, shorter, answer)
    base = _requests(model.base_prices.input, model.base_prices.output, prompt, answer)
    of = teacher.base_prices if teacher else None
    taught = _requests(of.input, of.output, prompt, answer) if of else None
    named = (("the teacher", taught), ("the base model", base), ("itself with the whole prompt", tuned))
    instead, dear = next(((label, cost) for label, cost in named if cost is not None), ("", None))
    saved = dear - tuned_shorter if dear is not None and tuned_shorter is not None else 0.0
    pays = training.usd is not None and saved > 1e-9
    even = ceil((training.usd or 0) * REQUESTS / saved) if pays else None
    name = teacher.name if teacher else ""
    return Running(prompt, shorter, answer, tuned, tuned_shorter, base, taught, name, even, instead)


def _requests(input: float | None, output: float | None, prompt: float, answer: float) -> float | None:
    if input is None or output is None:
        return None
    return (input * prompt + output * answer) * REQUESTS / 1_000_000


_ADVICE_SOURCE = "OpenAI's fine-tuning guide and best practices (2026)"


def advice(examples: int, epochs: int) -> list[str]:
    """What the guide advises on the number of examples and epochs, with the source."""
    said = []
    if examples < 10:
        said.append(f"{examples} examples: a job needs at least 10.")
    elif examples < 50:
        said.append(f"{examples} examples: begin with 50 good ones; 50 to 100 usually show a clear improvement.")
    if examples:
        said.append(
            f"{epochs} epoch{'' if epochs == 1 else 's'}: one or two more if the model does not follow the examples "
            "enough (tasks with one right answer), one or two fewer if its answers become too alike."
        )
    return [f"{text} Source: {_ADVICE_SOURCE}." for text in said]
