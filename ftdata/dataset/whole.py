"""The verbs that must see all examples before they can decide about one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

from ftdata.dataset.plans import Planned
from ftdata.errors import UsageError

if TYPE_CHECKING:
    from fractions import Fraction

    from ftdata.dataset.found import ConflictReport, Duplicates, OverlapReport
    from ftdata.dataset.splits import Splits
    from ftdata.steps.balance import BalanceTable
    from ftdata.steps.dedupe import Dedupe, DedupeNear
    from ftdata.steps.keys import By

# Each verb imports its own steps: all of them together take longer than many a run.
Size = float | int | str | None
"""A share such as 0.1 or ``"10%"``, a number of examples such as 500, or None for the rest."""


class Whole(Planned):
    """What takes a look at all examples first. Results are the same from any number of workers."""

    def dedupe(
        self,
        *,
        key: By | None = None,
        normalize: bool = False,
        punctuation: bool = True,
        near: float | None = None,
        keep: str = "first",
        shingle: int = 0,
        weights: bool = False,
        metadata: bool = False,
        instructions: bool = False,
    ) -> Self:
        """The examples without those that say what a kept one says.

        Args:
            key: What is compared: ``prompt``, ``last_user``, ``answer``, any expression or a function; by default the
                whole content, or for `near` all turns.
            normalize: Whether case, white space and Unicode's compatible forms make no difference.
            punctuation: Whether punctuation counts, where text is normalised.
            near: Also drop what is near: the Jaccard similarity of shingles from which on it is, such as 0.85.
            keep: Which one stays: ``first``, ``last``, ``longest``, or ``best:`` and an expression.
            shingle: Characters in a shingle; 0 for 5, or 2 where they are Han, kana or Hangul.
            weights: Whether other weights make another example; not with `near`.
            metadata: Whether other metadata does; not with `near`.
            instructions: Whether system prompts and tools count with `near`.

        Raises:
            UsageError: An option cannot be meant.
        """
        return self._with(_dedupe(key, normalize, punctuation, near, keep, shingle, weights, metadata, instructions))

    def duplicates(self, *, workers: int | None = None, **options: Any) -> Duplicates[Self]:
        """What `dedupe` would remove, with kept twins, places and scores; takes its options.

        Raises:
            UsageError: An option cannot be meant, or no example has the key.
        """
        return _duplicates(self, self.dedupe(**options), workers)

    def conflicts(
        self, *, key: By | None = None, normalize: bool = False, workers: int | None = None
    ) -> ConflictReport:
        """Prompts with several answers, and how often answers agree.

        Args:
            key: What is the same prompt; by default the system prompt and the user turns.
            normalize: Whether case, white space and Unicode's compatible forms make no difference.
            workers: Worker processes.

        Raises:
            UsageError: No example has the key.
        """
        from ftdata.dataset.found import ConflictReport
        from ftdata.steps.conflicts import Conflicts

        decided = self._with(Conflicts(None, key, normalize)).decided(workers)
        return ConflictReport(decided.decision.about, decided.origin)  # type: ignore[union-attr] # a Selection

    def resolve_conflicts(self, how: str = "majority", *, key: By | None = None, normalize: bool = False) -> Self:
        """The examples with at most one answer to a prompt.

        Args:
            how: ``majority`` keeps the most frequent answer, ``best:score`` that of the example whose expression is
                largest, ``drop`` none. Ties go to the earliest.
            key: As of `conflicts`.
            normalize: As of `conflicts`.

        Raises:
            UsageError: There is no such way.
        """
        from ftdata.steps.conflicts import Conflicts

        return self._with(Conflicts(how, key, normalize))

    def balance(
        self,
        *,
        by: By,
        how: str,
        target: str | int | None = None,
        share: Mapping[str, float | str] | None = None,
        seed: int | str = "",
    ) -> Self:
        """The examples with classes of the size that is asked for.

        Args:
            by: What tells the class: ``answer``, ``answer.queue``, ``tool``, ``refusal``, a metadata column, any
                expression or a function.
            how: ``under`` leaves examples out, ``over`` copies some, ``cap`` leaves out of what is larger than a
                number, ``weights`` sets the surplus answers' weight to 0 where another trained turn stays.
            target: ``min``, ``median``, ``max``, a number, or a share of the largest class such as ``"50%"``; by
                default ``max`` for ``over`` and else ``min``.
            share: The share of the result that classes are to have instead, such as ``{"refusal": 0.05}``.
            seed: Another seed chooses other examples.

        Raises:
            UsageError: An option cannot be meant.
        """
        from ftdata.steps.balance import Asked, Balance, shares_of

        return self._with(Balance(by, Asked(how, target, shares_of(share or {})), str(seed)))

    def balance_table(self, *, workers: int | None = None, **options: Any) -> BalanceTable:
        """Classes before and after `balance`; takes its options.

        Raises:
            UsageError: An option cannot be meant, no example has the key, or a class is empty.
        """
        table: BalanceTable = self.balance(**options).decided(workers).decision.about  # type: ignore[union-attr]
        return table

    def balance_choices(
        self,
        *,
        by: By,
        target: str | int | None = None,
        share: Mapping[str, float | str] | None = None,
        workers: int | None = None,
    ) -> dict[str, BalanceTable]:
        """Classes before and after each way to balance, from one survey.

        Raises:
            UsageError: No example has the key, or a class is empty.
        """
        from ftdata.steps.balance import HOWS, Asked, Balance, Choices, shares_of

        shares: Mapping[str, Fraction] = shares_of(share or {})
        ways = []
        for how in HOWS:
            if how != "cap":
                ways.append(Asked(how, target, shares))
            elif not shares:
                ways.append(Asked(how, target or "median"))
        step = Choices(Balance(by, ways[0]), tuple(ways))
        tables: dict[str, BalanceTable] = self._with(step).decided(workers).decision.about  # type: ignore[union-attr]
        return tables

    def split(
        self,
        *,
        train: Size = None,
        valid: Size = None,
        test: Size = None,
        sizes: Mapping[str, Size] | None = None,
        stratify: By | None = None,
        group: By | None = None,
        near: float | None = None,
        exact: bool = False,
        id: By | None = None,
        at_least: int = 0,
        shingle: int = 0,
        normalize: bool = False,
        seed: int | str = "",
    ) -> Splits[Self]:
        """Parts of the examples, told by the hash of the prompt: equal prompts stay together.

        Args:
            train: The size of the part ``train``: a share, a number of examples, or by default what the others leave.
            valid: The size of the part ``valid``, if there is to be one.
            test: The size of the part ``test``, if there is to be one.
            sizes: Parts with names of their own instead; one may be None, and takes the rest.
            stratify: Classes of which each part gets its share, to one example.
            group: What stays on one side, such as a customer or conversation.
            near: Examples of at least this similarity stay on one side, also through others.
            exact: Whether shares are met to one example; else they are close, and adding examples moves no others.
            id: What tells the side instead of the prompt.
            at_least: How many examples of each class each part should get.
            shingle: As of `dedupe`.
            normalize: As of `dedupe`, for `near`.
            seed: Another seed is another split.

        Raises:
            UsageError: The sizes do not fit together.
        """
        from ftdata.dataset.splits import splits_of
        from ftdata.steps.near.text import Comparing
        from ftdata.steps.split import Split
        from ftdata.steps.split.asked import part, parts_of

        given = dict(sizes) if sizes else {"train": train}
        if not sizes:
            given |= {name: size for name, size in (("valid", valid), ("test", test)) if size is not None}
        elif train is not None or valid is not None or test is not None:
            raise UsageError("sizes names all parts", hint="Leave train, valid and test out.")
        parts = parts_of([part(name, size) for name, size in given.items()])
        comparing = Comparing(normalise=normalize)
        return splits_of(self, Split(parts, str(seed), id, group, stratify, near, comparing, shingle, exact, at_least))

    def train_test_split(
        self,
        test_size: Size = None,
        train_size: Size = None,
        *,
        seed: int | str | None = None,
        stratify_by_column: str | None = None,
        **options: Any,
    ) -> Splits[Self]:
        """`split` with the names that Hugging Face's datasets has: the parts are ``train`` and ``test``.

        The sizes are exact, as they are there. Further options are those of `split`.

        Raises:
            UsageError: The sizes do not fit together.
        """
        if test_size is None and train_size is None:
            test_size = 0.25
        return self.split(
            sizes={"train": train_size, "test": test_size},
            stratify=stratify_by_column,
            seed="" if seed is None else seed,
            **{"exact": True, **options},
        )

    def overlap(
        self,
        other: Planned,
        *,
        near: float | None = None,
        ngram: int | None = None,
        key: By | None = None,
        shingle: int = 0,
        workers: int | None = None,
    ) -> OverlapReport[Self]:
        """What the other dataset has too, with the pairs: an equal prompt but for case and white space, by default.

        Args:
            other: The dataset that is compared with, such as the validation part.
            near: Compare whole texts: the similarity from which on they overlap.
            ngram: Compare n-grams: so many words (characters in scripts without spaces) in a row, such as 13.
            key: What is compared for `near` and `ngram`; by default all turns but system prompts.
            shingle: As of `dedupe`.
            workers: Worker processes.

        Raises:
            UsageError: An option cannot be meant.
        """
        from ftdata.dataset.found import OverlapReport
        from ftdata.steps.near.text import Comparing
        from ftdata.steps.overlap import Kind, Reference, compared_with

        kind = Kind(near, ngram, Comparing(key), shingle)
        reference = replace(other, steps=(*other.steps, Reference(kind))).decided(workers)
        rest = self._with(compared_with(kind, reference.decision.about))  # type: ignore[union-attr] # a Selection
        decided = rest.decided(workers)
        selection: Any = decided.decision
        return OverlapReport(rest, len(selection.fates), selection.about, decided.origin, reference.origin)


def _dedupe(
    key: By | None,
    normalize: bool,
    punctuation: bool,
    near: float | None,
    keep: str,
    shingle: int,
    weights: bool,
    metadata: bool,
    instructions: bool,
) -> Dedupe | DedupeNear:
    from ftdata.steps.dedupe import Dedupe, DedupeNear, Preference
    from ftdata.steps.near.text import Comparing

    preference = Preference(keep)
    if near is None:
        if shingle or instructions:
            raise UsageError("shingle and instructions are for near duplicates", hint="Add near=0.85 (--near 0.85).")
        return Dedupe(key, normalize or not punctuation, punctuation, weights, metadata, preference)
    if weights or metadata:
        raise UsageError("weights and metadata have no text to be near", hint="Leave near out.")
    return DedupeNear(
        near, Comparing(key, normalize or not punctuation, punctuation, instructions), shingle, preference
    )


def _duplicates(whole: Any, deduped: Any, workers: int | None) -> Duplicates[Any]:
    from ftdata.dataset.found import Duplicates
    from ftdata.steps.dedupe import DedupeNear, Stricter

    step = deduped.steps[-1]
    decided = deduped.decided(workers)

    def stricter(threshold: float) -> Duplicates[Any]:
        base = step.surveys if isinstance(step, Stricter) else step
        if not isinstance(base, DedupeNear):
            raise UsageError("equal examples have no threshold", hint="Survey with near=0.85 or lower.")
        return _duplicates(whole, replace(whole, steps=(*whole.steps, Stricter(base, threshold))), workers)

    return Duplicates(deduped, decided.decision.about, decided.origin, stricter)
