"""Mixing datasets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ftdata.dataset.dataset import Dataset
from ftdata.dataset.transforming import counter_for
from ftdata.errors import UsageError
from ftdata.files.source import Source
from ftdata.steps.mixing import Mix
from ftdata.steps.sampling import Shuffle
from ftdata.verbs import Needs, verb
from ftdata.verbs.types import PathLike


@verb(
    Needs(("repeat",), ("total",)),
    Needs(("model", "tokenizer"), ("by",), {"by": ("tokens",)}),
    metavars={"model": "NAME", "seed": "SEED"},
    old={"in_order": "shuffle"},
    hidden=("sources",),
    examples=("ftdata mix --source a.jsonl=0.7 --source b.jsonl=0.3 --by tokens -o mix.jsonl",),
)
def mix(
    sources: Sequence[tuple[Dataset, float]],
    *,
    by: Literal["examples", "tokens"] = "examples",
    total: int = 0,
    repeat: bool = False,
    seed: str | int = "",
    shuffle: bool = True,
    model: str | None = None,
    tokenizer: PathLike | None = None,
) -> Dataset:
    """Mix several files in given shares, by examples or tokens.

    The mix is as large as the shares allow without repeating an example, or as large as `total`. The files may be in
    several formats.

    Args:
        sources: Datasets as they were read, in any formats, and their shares: only the proportions count.
        by: The unit of the shares.
        total: The size of the mix, in examples or tokens.
        repeat: Repeat sources that are too small for `total`.
        seed: Random seed. The same seed always selects the same examples, in the same order.
        shuffle: Keep the sources one after another instead of shuffling them.
        model: The model whose tokenizer counts tokens. Defaults to gpt-4o.
        tokenizer: A tokenizer to use instead of the model's.

    Raises:
        UsageError: If there are fewer than two sources, or a share is not above 0. When the dataset is run: if a source
            does not have enough.

    Examples:
        >>> from ftdata import chat, read, user, assistant
        >>> one = read([chat(user(f"{n}?"), assistant("one")) for n in range(10)])
        >>> two = read([chat(user(f"{n}?"), assistant("two")) for n in range(30)])
        >>> mix([(one, 0.25), (two, 0.75)]).count()
        40
    """
    if by not in ("examples", "tokens"):
        raise UsageError(f'a mix is by "examples" or "tokens"; got {by!r}')
    parts = [data for data, _ in sources]
    files = [len(data.source.files) for data in parts]
    counter = counter_for(model, tokenizer) if by == "tokens" else None
    step = Mix(tuple(share for _, share in sources), tuple(files), total, counter, repeat, str(seed))
    whole = Source(tuple(file for data in parts for file in data.source.files))
    mixed = Dataset(whole, (step,), parts=tuple(parts))
    return mixed._with(Shuffle(str(seed))) if shuffle else mixed
