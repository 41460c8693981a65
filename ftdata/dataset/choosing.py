"""The methods that choose examples: filter, sample, shuffle, ladder, mix."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ftdata.dataset.slicing import Slicing
from ftdata.errors import InputError, UsageError, option
from ftdata.verbs import Apart, Needs, OneOf, verb
from ftdata.verbs.kinds import share as share_of
from ftdata.verbs.types import PathLike, Share, Unknown

if TYPE_CHECKING:
    from ftdata.expressions import Predicate
    from ftdata.steps.user import OnError, UserTest

# Each verb imports its own steps: all of them together take longer than many a run.
Range = tuple[int, int | None]


class Choosing(Slicing):
    """Choose which examples to keep, and in which order."""

    @verb(
        OneOf(
            ("where", "min_tokens", "max_tokens", "min_turns", "max_turns", "min_characters", "max_characters",
             "language", "no_refusals", "refusals", "drop_if", "keep_if", "search"),
            "which examples to keep",
            "Such as a limit of tokens, or an expression.",
        ),
        Needs(("unknown", "reason", "on_error"), ("where",)),
        Needs(("model", "tokenizer"), ("where", "min_tokens", "max_tokens")),
        metavars={"language": "EN,ZH", "refusals": "FILE", "drop_if": "RULE", "keep_if": "RULE",
                  "search": "TEXT", "model": "NAME"},
        hidden=("reason", "on_error"),
        examples=(
            'ftdata filter train.jsonl -o out.jsonl --where "score|float >= 0.8" --max-tokens 4000 --no-refusals',
        ),
    )  # fmt: skip
    def filter(
        self,
        where: UserTest | Predicate | str | Sequence[str] = (),
        *,
        unknown: Unknown = "reject",
        min_tokens: int | None = None,
        max_tokens: int | None = None,
        min_turns: int | None = None,
        max_turns: int | None = None,
        min_characters: int | None = None,
        max_characters: int | None = None,
        language: Sequence[str] = (),
        no_refusals: bool = False,
        refusals: PathLike | Sequence[str] | None = None,
        drop_if: Sequence[str] = (),
        keep_if: Sequence[str] = (),
        search: str | None = None,
        model: str | None = None,
        tokenizer: PathLike | None = None,
        reason: str = "",
        on_error: OnError = "stop",
    ) -> Self:
        """Keep examples that match an expression, length, language or other criteria.

        An expression may use answer, prompt, system, tool, tools, messages, metadata and its columns, tokens, turns,
        characters, refusal and language. Every drop is counted with its reason.

        Args:
            where: Keep examples where EXPR is true, e.g. 'tokens < 4000'. In Python also a function, or several.
            unknown: What to do with examples that lack a field used in `where`: reject, drop or keep them.
            min_tokens: Keep examples with at least N tokens.
            max_tokens: Keep examples with at most N tokens.
            min_turns: Keep examples with at least N messages, system messages aside.
            max_turns: Keep examples with at most N messages, system messages aside.
            min_characters: Keep examples with at least N characters.
            max_characters: Keep examples with at most N characters.
            language: Keep answers in these languages, such as en,zh (needs ftdata[language]).
            no_refusals: Drop answers that are refusals.
            refusals: Drop answers that begin with a phrase in this file, one per line, instead of the built-in phrases.
            drop_if: Drop examples with a finding of this rule (see `ftdata rules`).
            keep_if: Keep only examples with a finding of this rule.
            search: Keep examples that hold this text anywhere, in upper or lower case.
            model: The model whose tokenizer counts tokens. Defaults to gpt-4o.
            tokenizer: A tokenizer to use instead of the model's.
            reason: Why examples are dropped, as the account tells it.
            on_error: What to do if a function raises: ``stop`` the run, or ``reject`` the row.

        Raises:
            UsageError: If no option is given, or an expression is invalid.
        """
        if (model or tokenizer) and (min_tokens, max_tokens) == (None, None) and not any(map(_counts, _tests(where))):
            name = "model" if model else "tokenizer"
            raise UsageError(f"{option(name)} counts tokens, but no option uses token counts", hint="Remove it.")
        data = self
        for test in _tests(where):
            data = data._tested(test, reason, unknown, on_error, model, tokenizer)
        ranges = {
            "tokens": (min_tokens, max_tokens),
            "turns": (min_turns, max_turns),
            "characters": (min_characters, max_characters),
        }
        asked = {what: (least or 0, most) for what, (least, most) in ranges.items() if (least, most) != (None, None)}
        data = data.within(**asked, model=model, tokenizer=tokenizer) if asked else data
        if no_refusals or refusals is not None:
            data = data.without_refusals(_phrases(refusals))
        data = data.drop_if(*drop_if) if drop_if else data
        data = data.keep_if(*keep_if) if keep_if else data
        data = data.searched(search) if search is not None else data
        return data.in_language(*language) if language else data

    def _tested(
        self,
        test: UserTest | str | Predicate,
        reason: str,
        unknown: str,
        on_error: OnError,
        model: str | None,
        tokenizer: PathLike | None,
    ) -> Self:
        from ftdata.dataset.transforming import counter_for
        from ftdata.expressions import Predicate
        from ftdata.steps.filtering import Where, words
        from ftdata.steps.user import Filter

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
        """Keep examples of a certain length. None means no limit.

        Raises:
            UsageError: If the model is unknown.
        """
        from ftdata.dataset.transforming import counter_for
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
        """Keep examples whose answer is in one of these languages (ISO 639-1, such as "en"), or too short to tell.

        Raises:
            MissingPackageError: If lingua is not installed.
        """
        from ftdata.steps.filtering import InLanguage

        return self._with(InLanguage(codes))

    def without_refusals(self, phrases: Sequence[str] | None = None) -> Self:
        """Drop examples whose answer is a refusal, by phrases in several languages or your own."""
        from ftdata.facts.refusals import Refuses
        from ftdata.steps.filtering import NoRefusals

        return self._with(NoRefusals(Refuses(tuple(phrases)) if phrases is not None else Refuses()))

    def drop_if(self, *rules: str) -> Self:
        """Drop examples in which one of these rules of `ftdata check` (or groups of rules) finds something.

        Raises:
            UsageError: If the rule is unknown, or does not apply to single examples.
        """
        from ftdata.steps.judging import DropIf  # it brings all rules

        return self._with(DropIf(rules))

    def keep_if(self, *rules: str) -> Self:
        """Keep examples in which one of these rules of `ftdata check` (or groups of rules) finds something.

        Raises:
            UsageError: If the rule is unknown, or does not apply to single examples.
        """
        from ftdata.steps.judging import DropIf

        return self._with(DropIf(rules, keep=True))

    def searched(self, text: str) -> Self:
        """Keep examples that contain a text anywhere, ignoring case.

        Raises:
            UsageError: If the text is empty.
        """
        from ftdata.steps.filtering import Holds

        return self._with(Holds(text))

    @verb(
        OneOf(("n", "share", "first", "shuffle"), "which examples to take"),
        Apart(("n", "share", "first"), "each says how many"),
        Needs(("seed",), ("n", "share", "shuffle")),
        metavars={"seed": "SEED"},
        examples=("ftdata sample train.jsonl -o some.jsonl -n 1000 --seed 7",),
    )
    def sample(
        self,
        n: int | None = None,
        *,
        share: Share | None = None,
        first: int | None = None,
        shuffle: bool = False,
        seed: str | int = "",
    ) -> Self:
        """Take the first examples, a random sample, or all examples shuffled.

        A smaller sample is part of a larger one with the same seed. Shares are exact up to samples of 500,000 examples,
        and approximate beyond.

        Args:
            n: Number of examples to sample.
            share: Share of the examples to sample, such as 0.1 or 10%.
            first: Take the first N examples.
            shuffle: Shuffle the result.
            seed: Random seed. The same seed always selects the same examples, in the same order.

        Raises:
            UsageError: If none or several of the sizes are given.
        """
        from ftdata.steps.sampling import Sample

        data = self if first is None else self.first(first)
        if n is not None or share is not None:
            data = data._with(Sample(n, None if share is None else share_of(share), str(seed)))
        return data.shuffle(seed) if shuffle else data

    def shuffle(self, seed: str | int = "") -> Self:
        """Shuffle the examples, by their content and the seed, in constant memory."""
        from ftdata.steps.sampling import Shuffle

        return self._with(Shuffle(str(seed)))

    def ladder(self, shares: Sequence[float], *, seed: str | int = "") -> dict[float, Self]:
        """Draw nested samples, by their share: train on each to see what more data would bring.

        Raises:
            UsageError: If a share is not above 0 and at most 1.
        """
        return {share: self.sample(share=share, seed=seed) for share in shares}


def _tests(where: UserTest | Predicate | str | Sequence[str]) -> Sequence[UserTest | Predicate | str]:
    return where if isinstance(where, list | tuple) else (where,)


def _counts(test: UserTest | Predicate | str) -> bool:
    """Whether an expression may need the number of tokens."""
    from ftdata.expressions import Predicate

    return "tokens" in (test.source if isinstance(test, Predicate) else test if isinstance(test, str) else "")


def _phrases(given: PathLike | Sequence[str] | None) -> Sequence[str] | None:
    """Refusal phrases, given directly or read from a file."""
    if given is None or not isinstance(given, str | os.PathLike):
        return given
    from ftdata.facts.refusals import phrases_in

    try:
        return phrases_in(Path(given).read_text(encoding="utf-8-sig").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", path=os.fspath(given)) from None
