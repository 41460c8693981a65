"""The savings from shorter examples, as text and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass
from ftdata.errors import UsageError
from ftdata.tokens.money import Cost, Running, epochs_for, running_cost, training_cost, usd

if TYPE_CHECKING:
    from ftdata.tokens.stats import StatsOptions
    from ftdata.tokens.survey import TokenSurvey


@dataclass(frozen=True)
class Saved:
    """The savings of shorter examples over the original ones.

    Attributes:
        examples: How many there are.
        before: Their tokens before.
        after: Their tokens now.
        training: What training on them costs now.
        training_before: What it would have cost.
        running: What 1,000 requests cost, with prompts as before and as now.
    """

    examples: int
    before: int
    after: int
    training: Cost
    training_before: Cost
    running: Running

    @classmethod
    def of(cls, asked: StatsOptions, before: TokenSurvey, after: TokenSurvey) -> Saved:
        """The savings between two counts, for the model that is asked for.

        Raises:
            UsageError: If none is.
        """
        model = asked.model
        if model is None:
            raise UsageError("say which model is to be trained")
        long, short = before.tokens[asked.profile], after.tokens[asked.profile]
        epochs = epochs_for(asked.epochs, after.examples)
        limit = model.limit
        billable, whole = (one.total.total - (one.total.beyond(limit) if limit else 0) for one in (short, long))
        training = training_cost(model, tokens=billable, epochs=epochs)
        running = running_cost(
            model,
            training,
            prompt=long.prompt.mean,
            shorter=short.prompt.mean,
            answer=short.answer / (after.examples or 1),
            teacher=asked.teacher,
        )
        return cls(
            after.examples,
            long.total.total,
            short.total.total,
            training,
            training_cost(model, tokens=whole, epochs=epochs),
            running,
        )

    @property
    def share(self) -> float:
        """The share of tokens saved."""
        return (self.before - self.after) / self.before if self.before else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return {**asdict(self), "saved": self.before - self.after, "share": round(self.share, 4)}

    def __str__(self) -> str:
        run = self.running
        lines = [
            f"tokens    {self.before:,} before, {self.after:,} now: {self.share:.1%} saved",
            f"prompts   {run.prompt:,.0f} tokens a request before, {run.shorter:,.0f} now",
        ]
        if self.training.usd is not None:
            lines.append(f"training  {self.training}; before: {usd(self.training_before.usd)}")
        costs = [
            (f"{run.teacher_name}, whole prompt", run.teacher),
            ("the base model, whole prompt", run.base),
            ("fine-tuned, whole prompt", run.tuned),
            ("fine-tuned, shorter prompt", run.tuned_shorter),
        ]
        said = [f"{usd(cost)} {label}" for label, cost in costs if cost is not None]
        if said:
            lines.append(f"running   1,000 requests: {'; '.join(said)}")
        if run.break_even is not None:
            lines.append(f"paid for  after {run.break_even:,} requests in place of {run.instead_of}")
        return "\n".join(lines)
