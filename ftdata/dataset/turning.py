"""The methods that choose turns: `turns`, and each of its options as a method."""

from __future__ import annotations

from typing import Self

from ftdata.dataset.plans import Planned
from ftdata.errors import UsageError
from ftdata.verbs import Needs, OneOf, verb
from ftdata.verbs.types import Cut, Earlier, PathLike

# Each verb imports its own steps: all of them together take longer than many a run.


class Turning(Planned):
    """Choose the turns of a chat. Each method returns a new dataset and counts its changes."""

    @verb(
        OneOf(("merge", "drop_trailing", "last", "per_answer", "fit"), "what to do with turns"),
        Needs(("earlier",), ("per_answer",)),
        Needs(("cut", "model", "tokenizer"), ("fit",)),
        metavars={"fit": "TOKENS", "model": "NAME"},
        old={"per_turn": "per_answer"},
        examples=(
            "ftdata turns long.jsonl -o out.jsonl --per-answer",
            "ftdata turns long.jsonl -o out.jsonl --fit 16000 --cut windows --model gpt-4.1-mini",
        ),
    )
    def turns(
        self,
        *,
        merge: bool = False,
        drop_trailing: bool = False,
        last: int | None = None,
        per_answer: bool = False,
        earlier: Earlier = "untrained",
        fit: int | None = None,
        cut: Cut = "start",
        model: str | None = None,
        tokenizer: PathLike | None = None,
    ) -> Self:
        """Merge, drop, split or cut turns, in that order.

        Cutting keeps the system prompt and the last trained answer, and never separates a call from its result.

        Args:
            merge: Merge consecutive messages of one role.
            drop_trailing: Drop user messages after the last answer.
            last: Keep the last N user turns and what follows them.
            per_answer: Make one example per trained answer, ending there.
            earlier: With `per_answer`, keep earlier turns untrained (weight 0), or remove them.
            fit: Cut chats to this many tokens; 0 for the limit of `model`.
            cut: Where to cut: at the start, in the middle, or into windows.
            model: The model whose tokenizer counts tokens. Defaults to gpt-4o.
            tokenizer: A tokenizer to use instead of the model's: a tiktoken encoding, a .tiktoken file, or a
                tokenizer.json or its folder.

        Raises:
            UsageError: If no option is given, or the model or tokenizer is unknown.
        """
        data = self.merge_turns() if merge else self
        data = data.drop_trailing() if drop_trailing else data
        data = data.last_turns(last) if last is not None else data
        data = data.per_answer(earlier=earlier) if per_answer else data
        return data if fit is None else data.fit(fit or None, model=model, tokenizer=tokenizer, cut=cut)

    @verb()
    def per_answer(self, *, earlier: Earlier = "untrained") -> Self:
        """Make one chat per trained answer, ending there, for trainers without weights.

        Args:
            earlier: Keep earlier turns untrained (weight 0), or remove them.
        """
        from ftdata.steps.turning import PerAnswer

        return self._with(PerAnswer(earlier))

    def last_turns(self, count: int) -> Self:
        """Keep the system prompt and the last exchanges: a user turn and what follows."""
        from ftdata.steps.turning import LastTurns

        return self._with(LastTurns(count))

    def fit(
        self,
        limit: int | None = None,
        *,
        model: str | None = None,
        tokenizer: PathLike | None = None,
        cut: Cut = "start",
    ) -> Self:
        """Cut chats to a number of tokens; the last trained answer stays, and calls keep their results.

        Args:
            limit: Tokens. Defaults to the model's limit in training.
            model: The model whose tokenizer counts them.
            tokenizer: A tiktoken encoding, a ``.tiktoken`` file, or a tokenizer.json or its folder.
            cut: Where to cut: at the "start", in the "middle", or into "windows".

        Raises:
            UsageError: If there is no limit, or the model or tokenizer is unknown.
        """
        from ftdata.dataset.transforming import counter_for
        from ftdata.steps.cutting import Fit
        from ftdata.tokens.models import model_table

        known = limit or (model_table()[model].limit if model else None)
        if not known:
            raise UsageError("fit needs a limit in tokens, or a model whose limit is known")
        return self._with(Fit(known, counter_for(model, tokenizer), cut))

    def merge_turns(self) -> Self:
        """Merge consecutive messages of the same role."""
        from ftdata.steps.turning import MergeTurns

        return self._with(MergeTurns())

    def drop_trailing(self) -> Self:
        """Drop user messages after the last answer."""
        from ftdata.steps.turning import DropTrailing

        return self._with(DropTrailing())
