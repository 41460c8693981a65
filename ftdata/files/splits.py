"""Hugging Face's splits: one is chosen by name, and several are never combined silently."""

from __future__ import annotations

from typing import Any

from ftdata.errors import InputError, MissingPackageError, UsageError, did_you_mean, shown
from ftdata.lazily import pattern

_HUB = pattern(r"hf://datasets/([^/@]+/[^/@]+|[^/@]+)(?:@([^/]+))?/?")


def is_hub(path: str) -> bool:
    """Whether the path names a whole dataset on the Hugging Face Hub, not a file in one."""
    return path.startswith("hf://") and _HUB.fullmatch(path) is not None


def load_hub(path: str, split: str | None) -> Any:
    """The dataset that ``hf://datasets/owner/name`` (or ``…@revision``) names, as its splits or the one asked for.

    Raises:
        InputError: If it cannot be loaded.
        MissingPackageError: If datasets is not installed.
    """
    found = _HUB.fullmatch(path)
    assert found is not None  # noqa: S101 - see is_hub
    try:
        import datasets
    except ImportError:
        raise MissingPackageError("reading datasets of the Hugging Face hub", "datasets", "hub") from None
    try:
        return datasets.load_dataset(found[1], revision=found[2], split=split)
    except Exception as error:  # the network's, the hub's and the dataset's own errors have no base in common
        text = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(f"cannot be loaded: {text}", path=path) from error


def chosen_split(names: tuple[str, ...], split: str | None, path: str) -> str:
    """The split that was named, or the only one.

    Raises:
        UsageError: If there are several and none is chosen, or there is none of that name.
    """
    if split is None and len(names) == 1:
        return names[0]
    if split is None:
        hint = "Name one with split= (--split), or have a Dataset for each with read_splits()."
        raise UsageError(f"has the splits {', '.join(names)}, which are not concatenated", hint=hint, path=path)
    if split not in names:
        raise UsageError(f"has no split {shown(split)}", hint=did_you_mean(split, names), path=path)
    return split
