"""The verbs that choose examples: filter, sample, shuffle, ladder, mix."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Self

from ftdata.dataset.plans import Planned
from ftdata.dataset.transforming import counter_for
from ftdata.errors import UsageError
from ftdata.expressions import Predicate
from ftdata.steps.user import Filter, OnError, UserTest

# Each verb imports its own steps: all of them together take longer than many a run.
PathLike = str | os.PathLike[str]
Range = tuple[int, int | None]


class Choosing(Planned):
    """Which examples go on, and in which order."""

    def filter(
        self,
        test: UserTest | str | Predicate,
        *,
        reason: str = "",
        unknown: str = "reject",
        on_error: OnError = "stop",
        model: str | None = None,
        tokenizer: PathLike | None = None,
    ) -> Self:
        """The examples of which a function, or an expression such as ``'score|float >= 0.8'``, says yes.

        Args:
            test: A function or an expression. Beside the parts of an example and its metadata, an expression may use
                ``tokens``, ``turns``, ``characters``, ``refusal`` and ``language`` (of the answer; needs lingua).
            reason: Why the others are dropped, as the account tells it.
            unknown: What becomes of an example that does not say what an expression names: ``reject``, ``drop``, with
                that reason, or ``keep``.
            on_error: Whether an exception in the function is to "stop" the run, or to "reject" the row.
            model: Whose tokens are counted; by default gpt-4o's.
            tokenizer: What counts them, in the model's place.

        Raises:
            UsageError: The expression cannot be read.
        """
        from ftdata.steps.filtering import Where, words

        if not isinstance(test, str | Predicate):
            return self._with(Filter(test, reason, on_error))
        predicate = Predicate(test) if isinstance(test, str) else test
        counter = counter_for(model, tokenizer) if "tokens" in predicate.source else None
        return self._with(Where(predicate, words(counter), reason=reason, unknown=unknown))

    def within(
        self,
        *,
        tokens: Range | None = None,
        turns: Range | None = None,
        characters: Range | None = None,
        model: str | None = None,
        tokenizer: PathLike | None = None,
    ) -> Self:
        """The examples of a length: the fewest and the most there may be, None for any number.

        Raises:
            UsageError: There is no such model.
        """
        from ftdata.steps import filtering
        from ftdata.steps.measuring import TokensOf

        measures = (
            ("tokens", TokensOf(counter_for(model, tokenizer)), tokens),
            ("turns", filtering.turns, turns),
            ("characters", filtering.characters, characters),
        )
        data = self
        for what, measure, limits in measures:
            if limits is not None:
                data = data._with(filtering.Within(what, measure, limits[0], limits[1]))
        return data

    def in_language(self, *codes: str) -> Self:
        """The examples whose answer is in one of these languages (ISO 639-1, such as "en"), or too short to tell.

        Raises:
            MissingPackageError: lingua is not installed.
        """
        from ftdata.steps.filtering import InLanguage

        return self._with(InLanguage(codes))

    def without_refusals(self, phrases: Sequence[str] | None = None) -> Self:
        """The examples whose answer does not refuse, by phrases in several languages, or by your own."""
        from ftdata.steps.filtering import NoRefusals
        from ftdata.steps.refusals import Refuses

        return self._with(NoRefusals(Refuses(tuple(phrases)) if phrases is not None else Refuses()))

    def drop_if(self, *rules: str) -> Self:
        """The examples in which these rules of `ftdata check` (or groups of them) find nothing.

        Raises:
            UsageError: There is no such rule, or it is not about single examples.
        """
        from ftdata.steps.judging import DropIf  # it brings all rules

        return self._with(DropIf(rules))

    def first(self, count: int) -> Self:
        """The first examples."""
        from ftdata.steps.sampling import First

        return self._with(First(count))

    def sample(self, count: int | None = None, *, share: float | None = None, seed: str | int = "") -> Self:
        """So many examples, or a share of them, chosen by a hash of their content.

        A smaller sample with the same seed is part of a larger one. Shares of large datasets are exact up to a sample
        of 500,000 examples, and about right beyond.

        Raises:
            UsageError: Neither is asked for, or both.
        """
        from ftdata.steps.sampling import Sample

        if (count is None) == (share is None):
            raise UsageError("a sample is either a number of examples or a share")
        return self._with(Sample(count, share, str(seed)))

    def shuffle(self, seed: str | int = "") -> Self:
        """All examples in another order, which their content and the seed decide; in flat memory."""
        from ftdata.steps.sampling import Shuffle

        return self._with(Shuffle(str(seed)))

    def ladder(self, shares: Sequence[float], *, seed: str | int = "") -> dict[float, Self]:
        """Samples that lie in one another, by their share: train on each to see what more data would bring.

        Raises:
            UsageError: A share is not above 0 and at most 1.
        """
        return {share: self.sample(share=share, seed=seed) for share in shares}
