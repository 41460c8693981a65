"""The methods that must see all examples before they can decide about one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from ftdata.classes import replace
from ftdata.dataset.plans import Planned
from ftdata.errors import UsageError
from ftdata.verbs import Apart, Needs, verb
from ftdata.verbs.types import By, How, Share, Size

if TYPE_CHECKING:
    from fractions import Fraction

    from ftdata.dataset.found import ConflictReport, Duplicates, OverlapReport
    from ftdata.dataset.splits import Splits
    from ftdata.steps.balance import BalanceTable
    from ftdata.steps.dedupe import Dedupe, DedupeNear

# Each verb imports its own steps: all of them together take longer than many a run.


class WholeVerbs(Planned):
    """Methods that read all examples first. Results are the same from any number of workers."""

    @verb(
        Needs(("shingle", "instructions"), ("near",)),
        Apart(("near", "weights"), "near-duplicates are compared by text only"),
        Apart(("near", "metadata"), "near-duplicates are compared by text only"),
        metavars={"near": "T", "keep": "first|last|longest|best:EXPR"},
        old={"with_metadata": "metadata", "with_instructions": "instructions"},
        examples=("ftdata dedupe all.jsonl -o clean.jsonl --near 0.85 --report dups.jsonl",),
    )
    def dedupe(
        self,
        *,
        key: By | None = None,
        normalize: bool = False,
        ignore_punctuation: bool = False,
        near: float | None = None,
        keep: str = "first",
        shingle: int = 0,
        weights: bool = False,
        metadata: bool = False,
        instructions: bool = False,
    ) -> Self:
        """Remove exact duplicates and near-duplicates.

        Examples with the same content are equal. Key order and whitespace between keys do not matter, nor do weights
        and metadata by default. With `near`, all turns except system prompts are compared, and an example is removed
        only if a kept one is at least this similar.

        Args:
            key: Compare prompt, last_user, answer or any expression instead of the whole content.
            normalize: Ignore case, whitespace and Unicode compatibility forms.
            ignore_punctuation: Also ignore punctuation.
            near: Also remove near-duplicates with at least this Jaccard similarity, such as 0.85.
            keep: Which of the duplicates to keep.
            shingle: Characters per shingle. Defaults to 5, or 2 for Han, kana and Hangul.
            weights: Treat examples with different weights as different.
            metadata: Treat examples with different metadata as different.
            instructions: Also compare system prompts and tools.

        Raises:
            UsageError: If options contradict each other.
        """
        step = _dedupe(key, normalize, not ignore_punctuation, near, keep, shingle, weights, metadata, instructions)
        return self._with(step)

    def duplicates(self, *, workers: int | None = None, **options: Any) -> Duplicates[Self]:
        """Report what `dedupe` would remove, with the kept examples, locations and scores; takes its options.

        Raises:
            UsageError: If options contradict each other, or no example has the key.
        """
        return _duplicates(self, self.dedupe(**options), workers)

    @verb(
        hidden=("workers",),
        examples=(
            "ftdata conflicts all.jsonl",
            "ftdata conflicts all.jsonl --resolve majority -o clean.jsonl",
        ),
    )
    def conflicts(
        self, *, key: By | None = None, normalize: bool = False, workers: int | None = None
    ) -> ConflictReport:
        """Find and resolve prompts that have several different answers.

        A model cannot agree with the data more than the data agrees with itself. If people gave the same answer to the
        same prompt 70% of the time, do not expect more from the model.

        Args:
            key: Compare this expression instead of the system prompt and the user turns.
            normalize: Ignore case, whitespace and Unicode compatibility forms.
            workers: Worker processes.

        Raises:
            UsageError: If no example has the key.
        """
        from ftdata.dataset.found import ConflictReport
        from ftdata.steps.conflicts import Conflicts

        decided = self._with(Conflicts(None, key, normalize)).decided(workers)
        return ConflictReport(decided.decision.about, decided.origin)  # type: ignore[union-attr] # a Selection

    def resolve_conflicts(self, how: str = "majority", *, key: By | None = None, normalize: bool = False) -> Self:
        """Keep at most one answer per prompt.

        Args:
            how: ``majority`` keeps the most frequent answer, ``best:score`` the answer with the
                highest value of the expression, ``drop`` none. Ties go to the earliest.
            key: As for `conflicts`.
            normalize: As for `conflicts`.

        Raises:
            UsageError: If the choice is unknown.
        """
        from ftdata.steps.conflicts import Conflicts

        return self._with(Conflicts(how, key, normalize))

    @verb(
        Needs(("seed",), ("how",)),
        metavars={"target": "min|median|max|N|P%", "share": "CLASS=SHARE", "seed": "SEED"},
        examples=(
            "ftdata balance train.jsonl --by answer",
            "ftdata balance train.jsonl -o even.jsonl --by answer --how under --target median",
        ),
    )
    def balance(
        self,
        *,
        by: By,
        how: How,
        target: str | int | None = None,
        share: Mapping[str, Share] | None = None,
        seed: int | str = "",
    ) -> Self:
        """Balance classes by dropping, copying or down-weighting examples.

        Split first, then balance only the training part, so that copies do not reach validation and validation keeps
        the real distribution. On the command line, omit `how` to preview each method without writing anything.

        Args:
            by: What defines the class of an example: answer, answer.queue, tool, refusal, a column or any expression.
            how: Drop examples (under, or cap for large classes only), copy examples (over), or set surplus answers'
                weights to 0 where other turns train (weights).
            target: Examples per class: N, or P% of the largest class. Defaults to max for over, and min otherwise.
            share: A class's share of the result, such as refusal=0.05, in place of the target.
            seed: Random seed. The same seed always selects the same examples.

        Raises:
            UsageError: If options contradict each other.
        """
        from ftdata.steps.balance import Balance, BalanceOptions, shares_of

        return self._with(Balance(by, BalanceOptions(how, target, shares_of(share or {})), str(seed)))

    def balance_table(self, *, workers: int | None = None, **options: Any) -> BalanceTable:
        """Return the classes before and after `balance`; takes its options.

        Raises:
            UsageError: If options contradict each other, no example has the key, or a class is empty.
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
        """Return the classes before and after each way to balance, from one survey.

        Raises:
            UsageError: If no example has the key, or a class is empty.
        """
        from ftdata.steps.balance import HOWS, Balance, BalanceOptions, Choices, shares_of

        shares: Mapping[str, Fraction] = shares_of(share or {})
        ways = []
        for how in HOWS:
            if how != "cap":
                ways.append(BalanceOptions(how, target, shares))
            elif not shares:
                ways.append(BalanceOptions(how, target or "median"))
        step = Choices(Balance(by, ways[0]), tuple(ways))
        tables: dict[str, BalanceTable] = self._with(step).decided(workers).decision.about  # type: ignore[union-attr]
        return tables

    @verb(
        Apart(("sizes", "train"), "sizes already defines all parts"),
        Apart(("sizes", "valid"), "sizes already defines all parts"),
        Apart(("sizes", "test"), "sizes already defines all parts"),
        Needs(("shingle", "normalize"), ("near",)),
        Needs(("at_least",), ("stratify",)),
        metavars={"near": "T", "seed": "SEED"},
        hidden=("train", "valid", "test", "sizes"),
        examples=(
            "ftdata split clean.jsonl --into train.jsonl=0.8 --into valid.jsonl=0.1 --into test.jsonl=0.1",
            "ftdata split clean.jsonl --into train.jsonl --into valid.jsonl=500 --stratify answer --group customer_id",
        ),
    )
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
        """Split into training, validation and test parts that share no prompts.

        The hash of an example's prompt decides its part. Equal prompts stay together, adding examples moves none of the
        others, and enlarging the validation part moves examples only out of training. Shares are approximate; with
        `exact` they are met.

        Args:
            train: The size of the part ``train``: a share or a number of examples. By default the rest.
            valid: The size of the part ``valid``, if any.
            test: The size of the part ``test``, if any.
            sizes: Parts with other names instead. One may be None, and gets the rest.
            stratify: Give each part its share of each class, exact to one example.
            group: Keep examples with the same value in one part, such as customer_id.
            near: Keep near-duplicates with at least this similarity in one part, including chains of them.
            exact: Make the shares exact to one example.
            id: Use this expression instead of the prompt to decide the part.
            at_least: Give each part at least N examples of each class.
            shingle: Characters in a shingle, as in `ftdata dedupe`.
            normalize: Ignore case, whitespace and Unicode compatibility forms in `near`.
            seed: Random seed. The same seed always makes the same split.

        Raises:
            UsageError: If the sizes do not fit together.
        """
        from ftdata.dataset.splits import splits_of
        from ftdata.steps.near.text import Comparing
        from ftdata.steps.split import Split
        from ftdata.steps.split.asked import part, parts_of

        given = dict(sizes) if sizes else {"train": train}
        if not sizes:
            given |= {name: size for name, size in (("valid", valid), ("test", test)) if size is not None}
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
        """Split like Hugging Face's datasets: the parts are ``train`` and ``test``.

        The sizes are exact, as they are there. Other options are those of `split`.

        Raises:
            UsageError: If the sizes do not fit together.
        """
        if test_size is None and train_size is None:
            test_size = 0.25
        return self.split(
            sizes={"train": train_size, "test": test_size},
            stratify=stratify_by_column,
            seed="" if seed is None else seed,
            **{"exact": True, **options},
        )

    @verb(
        Apart(("near", "ngram"), "one compares whole texts, the other pieces of them"),
        Needs(("key",), ("near", "ngram")),
        Needs(("shingle",), ("near",)),
        metavars={"near": "T"},
        hidden=("other", "workers"),
        examples=(
            "ftdata overlap train.jsonl valid.jsonl --near 0.85",
            "ftdata overlap train.jsonl valid.jsonl --ngram 13 --remove-from train.jsonl -o clean.jsonl",
        ),
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
        """Find examples that two datasets share, such as training and validation.

        By default, examples match if their prompts are equal except for case and whitespace.

        Args:
            other: The dataset to compare with, such as the validation part.
            near: Match whole texts with at least this Jaccard similarity, such as 0.85.
            ngram: Match N consecutive words (characters in scripts without spaces), such as 13.
            key: Compare this expression instead of all turns except system prompts.
            shingle: Characters in a shingle, as in `ftdata dedupe`.
            workers: Worker processes.

        Raises:
            UsageError: If options contradict each other.
        """
        from ftdata.dataset.found import OverlapReport
        from ftdata.steps.near.text import Comparing
        from ftdata.steps.overlap import OverlapKind, Reference, compared_with

        kind = OverlapKind(near, ngram, Comparing(key), shingle)
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
    from ftdata.steps.dedupe import Preference

    preference, normalize = Preference(keep), normalize or not punctuation
    if near is None:
        from ftdata.steps.dedupe import Dedupe

        return Dedupe(key, normalize, punctuation, weights, metadata, preference)
    from ftdata.steps.dedupe import DedupeNear
    from ftdata.steps.near.text import Comparing

    return DedupeNear(near, Comparing(key, normalize, punctuation, instructions), shingle, preference)


def _duplicates(whole: Any, deduped: Any, workers: int | None) -> Duplicates[Any]:
    from ftdata.dataset.found import Duplicates

    step = deduped.steps[-1]
    decided = deduped.decided(workers)

    def stricter(threshold: float) -> Duplicates[Any]:
        from ftdata.steps.dedupe import DedupeNear, Stricter

        base = step.surveys if isinstance(step, Stricter) else step
        if not isinstance(base, DedupeNear):
            raise UsageError("equal examples have no threshold", hint="Survey with near=0.85 or lower.")
        return _duplicates(whole, replace(whole, steps=(*whole.steps, Stricter(base, threshold))), workers)

    return Duplicates(deduped, decided.decision.about, decided.origin, stricter)
