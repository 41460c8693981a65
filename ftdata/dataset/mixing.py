"""Mixing datasets."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Literal

from ftdata.dataset.dataset import Dataset
from ftdata.dataset.transforming import counter_for
from ftdata.errors import UsageError
from ftdata.files.source import Source
from ftdata.steps.mixing import Mix
from ftdata.steps.sampling import Shuffle


def mix(
    sources: Sequence[tuple[Dataset, float]],
    *,
    by: Literal["examples", "tokens"] = "examples",
    total: int = 0,
    repeat: bool = False,
    seed: str | int = "",
    shuffle: bool = True,
    model: str | None = None,
    tokenizer: str | os.PathLike[str] | None = None,
) -> Dataset:
    """A dataset of several, each with its share of the whole.

    It is as large as the shares allow without taking an example twice, or as large as `total`. Which examples are taken
    is decided by a hash of their content.

    Args:
        sources: Datasets as they were read, in any formats, and their shares: only the proportions count.
        by: What the shares are of.
        total: The size of the mix, in examples or tokens.
        repeat: Whether a source that is too small for `total` is taken several times.
        seed: Another seed takes other examples, in another order.
        shuffle: Whether the examples come shuffled, or source by source.
        model: Whose tokens are counted; by default gpt-4o's.
        tokenizer: What counts them, in the model's place.

    Raises:
        UsageError: There are fewer than two sources, or a share is not above 0. When the dataset is run: a source has
            not enough.

    Examples:
        >>> from ftdata import chat, read, user, assistant
        >>> one = read([chat(user(f"{n}?"), assistant("one")) for n in range(10)])
        >>> two = read([chat(user(f"{n}?"), assistant("two")) for n in range(30)])
        >>> mix([(one, 0.25), (two, 0.75)]).count()
        40
    """
    if by not in ("examples", "tokens"):
        raise UsageError(f'a mix is by "examples" or by "tokens"; got {by!r}')
    parts = [data for data, _ in sources]
    files = [len(data.source.files) for data in parts]
    counter = counter_for(model, tokenizer) if by == "tokens" else None
    step = Mix(tuple(share for _, share in sources), tuple(files), total, counter, repeat, str(seed))
    whole = Source(tuple(file for data in parts for file in data.source.files))
    mixed = Dataset(whole, (step,), parts=tuple(parts))
    return mixed._with(Shuffle(str(seed))) if shuffle else mixed
