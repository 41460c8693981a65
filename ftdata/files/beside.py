"""The files beside an output: its rejects and its manifest."""

from __future__ import annotations

import re

from ftdata.files.opening import STDIN, compression_of
from ftdata.files.paths import REJECTS

MANIFEST = ".manifest.json"
"""The suffix of manifests."""


def rejects_beside(output: str, asked: str | None) -> str | None:
    """The path of the rejects: the one given, or one beside the output; None for nowhere."""
    if asked == "none" or (asked is None and output == STDIN):
        return None
    return asked or beside(output, REJECTS)


def beside(output: str, ending: str) -> str:
    """The path beside an output, or beside all outputs of a pattern: for ``train.jsonl``, ``train`` and the suffix."""
    name = re.sub(r"\{(stem|n)[^}]*\}", "all", output)
    if compression_of(name):
        name = name[: name.rindex(".")]  # Path would make one slash of the two in a URL
    return name.removesuffix(".jsonl") + ending
