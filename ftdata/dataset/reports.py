"""The methods that read all examples and report."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from ftdata.dataset.plans import Planned
from ftdata.verbs import verb
from ftdata.verbs.types import Count, PathLike

if TYPE_CHECKING:
    from ftdata.engines.plan import Rejected
    from ftdata.report.stats import Stats


class Reports(Planned):
    """Report on all examples."""

    @verb(
        metavars={"model": "NAME", "tokenizer": "NAME|PATH", "models": "FILE", "epochs": "N|auto", "teacher": "NAME",
                  "place": "PLACE"},
        flags={"place": "--for"},
        hidden=("on_reject", "on_progress"),
        examples=(
            "ftdata stats train.jsonl",
            "ftdata stats train.jsonl --for azure --model gpt-4.1-mini --epochs 3",
            "ftdata stats train.jsonl --tokenizer ./Qwen3-8B --limit 32768",
        ),
    )  # fmt: skip
    def stats(
        self,
        model: str | None = None,
        *,
        tokenizer: PathLike | None = None,
        models: PathLike | None = None,
        limit: Count | None = None,
        epochs: int | str = "auto",
        teacher: str | None = None,
        place: str | None = None,
        workers: Count | None = None,
        on_reject: Callable[[Rejected], None] | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> Stats:
        """Count tokens, and estimate epochs and cost.

        All files together are one training set. Leave out the validation file, which is not billed. Rows that are not
        examples are counted.

        Args:
            model: The model to train, by any of its names. By default, models that remain available are compared: one
                per place, or all of `place`.
            tokenizer: A tiktoken encoding, a ``.tiktoken`` file, or a tokenizer.json or its folder, to use instead of
                the model's.
            models: A TOML file with models of your own, as for `ftdata models`.
            limit: Token limit of an example. Defaults to the model's.
            epochs: Number of epochs. Defaults to OpenAI's heuristic.
            teacher: A model to compare inference costs with.
            place: Where it is trained: openai, azure or another that `ftdata models` lists. Defaults to the first place
                that trains the model.
            workers: Worker processes. By default one for each processor, and none for small input.
            on_reject: Gets each row that cannot become an example.
            on_progress: Gets the bytes of each piece of input that is done.

        Raises:
            UsageError: If the model, place or tokenizer is unknown, or a number is out of range.
            InputError: If a file cannot be read.
            MissingPackageError: If the tokenizer needs a package that is not installed.

        Examples:
            >>> import ftdata
            >>> chat = {"messages": [{"role": "user", "content": "2 + 2?"}, {"role": "assistant", "content": "4"}]}
            >>> stats = ftdata.read([chat]).stats("gpt-4o-mini", place="azure", epochs=3)
            >>> stats.total.total, stats.trained.total, stats.epochs
            (17, 1, 3)
        """
        from ftdata.engines.plan import Outcome
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
            place=place,
        )
        asked.warn()
        if asked.profile.tokenizer not in BUNDLED:
            counter_of(asked.profile)  # what cannot be loaded is said before any worker starts
        outcome = Outcome(on_reject=on_reject, on_progress=on_progress)
        counted = self._engine(workers).survey(self.plan(), partial(TokenSurvey, asked.profiles), outcome)
        asked = asked.settled(counted)
        number = epochs_of(counted, asked)
        return Stats(outcome.tally, asked, counted, number, model_figures(counted, asked, number))
