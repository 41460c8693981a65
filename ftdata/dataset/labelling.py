"""The methods for labels: map codes to words, and unify spellings."""

from __future__ import annotations

import os
from collections.abc import Mapping as Named
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from ftdata.dataset.plans import Planned
from ftdata.verbs import verb
from ftdata.verbs.types import PathLike, Unlabelled, YesNo

if TYPE_CHECKING:
    from ftdata.steps.variants import Variants

Labels = Named[str, str] | Named[int, str] | PathLike
"""Labels by their codes, or a file of them."""


class Labelling(Planned):
    """Change answers that are labels."""

    @verb()
    def relabel(
        self,
        labels: Labels,
        *,
        unlabelled: Unlabelled = "reject",
        header: YesNo | None = None,
    ) -> Self:
        """Replace codes in answers with labels.

        Only trained answers and completions are replaced; completions keep the white space around them. An answer
        must match its code exactly, except for white space around it.

        Args:
            labels: The labels for answers that are codes: a table (code, label) or a JSON object. In Python also a
                dict.
            unlabelled: What to do with examples whose answer has no label.
            header: Whether the first line of the table is a header. Detected by default.

        Raises:
            InputError: If the file cannot be read as labels, or gives one code two labels.
            UsageError: If the dict has values that are not text.
        """
        from ftdata.steps.labelling import labels_of
        from ftdata.steps.labels import Relabel

        source = "the labels" if isinstance(labels, Named) else os.fspath(labels)
        return self._with(Relabel(labels_of(labels, header=header), unlabelled, source))

    @verb(
        examples=("ftdata labels train.jsonl", "ftdata labels train.jsonl -o one.jsonl --spellings labels.csv"),
    )
    def labels(
        self,
        *,
        spellings: Labels | None = None,
        differences: Sequence[str] = ("case", "space", "width", "punctuation"),
    ) -> Self:
        """Unify the spelling of labels, by frequency or from a table.

        Spellings that differ only in case, whitespace, width (ｂilling) or punctuation are one label. The most frequent
        spelling is used; ties go to the first. `label_variants` previews them.

        Args:
            spellings: The spellings to use: a table (variant, label) or a JSON object. Other labels are left as they
                are. In Python also a dict. By default the most frequent spelling.
            differences: What spellings of one label may differ in: case, space, width, punctuation.

        Raises:
            InputError: If the file cannot be read as labels.
            UsageError: If the difference is unknown. When the dataset is run: if there are too many distinct answers
                for labels.

        Examples:
            >>> import ftdata
            >>> rows = [{"q": "?", "a": answer} for answer in ("billing", "Billing ", "billing")]
            >>> data = ftdata.read(rows).to_chat(user="q", assistant="a")
            >>> print(data.label_variants())
            1 labels are written in several ways; 1 answers would change
              "billing" (2) for "Billing " 1
            >>> {one["messages"][-1]["content"] for one in data.labels()}
            {'billing'}
        """
        from ftdata.steps.labelling import labels_of
        from ftdata.steps.variants import MergeLabels

        known = None if spellings is None else labels_of(spellings)
        return self._with(MergeLabels(tuple(differences), known))

    def label_variants(
        self,
        *,
        spellings: Labels | None = None,
        differences: Sequence[str] = ("case", "space", "width", "punctuation"),
        workers: int | None = None,
    ) -> Variants:
        """Preview what `labels` would do; takes its options.

        Raises:
            UsageError: If the difference is unknown, or there are too many distinct answers for labels.
        """
        one = self.labels(spellings=spellings, differences=differences)
        found: Variants = one.decided(workers).decision  # type: ignore[assignment] # as the step decides
        return found
