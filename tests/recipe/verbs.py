"""The options that the declarations have, by command."""

from __future__ import annotations

from collections.abc import Sequence

from ftdata import Dataset
from ftdata.dataset.composed import CONVERT
from ftdata.dataset.distilled import DISTILL
from ftdata.dataset.mixing import mix
from ftdata.verbs import Option, declared


def options_of(command: str) -> Sequence[Option]:
    """Those of a command's verb, but for what other parameters say."""
    composed = {"convert": CONVERT, "distill": DISTILL, "mix": declared(mix)}
    verb = composed.get(command) or declared(getattr(Dataset, command))
    return [one for one in verb if one.name not in ("other", "workers")]
