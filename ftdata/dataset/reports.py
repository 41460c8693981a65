"""The verbs that look at all examples and report."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ftdata.dataset.plans import Planned
from ftdata.engines.plan import Outcome, Rejected

if TYPE_CHECKING:
    from ftdata.report.stats import Stats

PathLike = str | os.PathLike[str]


class Reports(Planned):
    """What there is to know of all examples."""

    def stats(
        self,
        model: str | None = None,
        *,
        tokenizer: PathLike | None = None,
        models: PathLike | None = None,
        limit: int | None = None,
        epochs: int | str = "auto",
        teacher: str | None = None,
        workers: int | None = None,
        on_reject: Callable[[Rejected], None] | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> Stats:
        """Tokens, examples over the limit, epochs and money; rows that are no examples are counted in its tally.

        Args:
            model: The model that shall be trained, by any of its names; by default all models are compared.
            tokenizer: A tiktoken encoding, a ``.tiktoken`` file, or a tokenizer.json or its folder, in place of the
                model's.
            models: A TOML file with models of your own.
            limit: Tokens that an example may have, in place of the model's.
            epochs: How often the examples are trained; by default as the guide's heuristic has it.
            teacher: A model whose running cost is compared.
            workers: Worker processes; by default as many as there are processors, and none for small input.
            on_reject: Gets each row that cannot become an example.
            on_progress: Gets the bytes of each piece of input that is done.

        Raises:
            UsageError: There is no such model or tokenizer, or a number cannot be meant.
            InputError: A file cannot be read.
            MissingPackageError: The tokenizer needs a package that is not installed.

        Examples:
            >>> import ftdata
            >>> chat = {"messages": [{"role": "user", "content": "2 + 2?"}, {"role": "assistant", "content": "4"}]}
            >>> stats = ftdata.read([chat]).stats("gpt-4o-mini", epochs=3)
            >>> stats.total.total, stats.trained.total, stats.epochs
            (17, 1, 3)
        """
        from ftdata.report.stats import Stats
        from ftdata.tokens.counting import counter_of
        from ftdata.tokens.stats import asked_for, epochs_of, model_figures
        from ftdata.tokens.survey import TokenSurvey
        from ftdata.tokens.vocab import BUNDLED

        asked = asked_for(
            model=model,
            tokenizer=os.fspath(tokenizer) if tokenizer is not None else None,
            models=os.fspath(models) if models is not None else None,
            limit=limit,
            epochs=epochs,
            teacher=teacher,
        )
        if asked.profile.tokenizer not in BUNDLED:
            counter_of(asked.profile)  # what cannot be loaded is said before any worker starts
        outcome = Outcome(on_reject=on_reject, on_progress=on_progress)
        counted = self._engine(workers).survey(self.plan(), partial(TokenSurvey, asked.profiles), outcome)
        asked = asked.settled(counted)
        number = epochs_of(counted, asked)
        return Stats(outcome.tally, asked, counted, number, model_figures(counted, asked, number))
