"""Where a command's rejects go."""

from __future__ import annotations

import re
from pathlib import Path

from ftdata.files.opening import STDIN, compression_of
from ftdata.files.paths import REJECTS


def rejects_beside(output: str, asked: str | None) -> str | None:
    """The path of the rejects: the one asked for, or one beside the output; None for nowhere."""
    if asked == "none" or (asked is None and output == STDIN):
        return None
    if asked:
        return asked
    name = re.sub(r"\{(stem|n)[^}]*\}", "all", output)
    if compression_of(name):
        name = str(Path(name).with_suffix(""))
    return name.removesuffix(".jsonl") + REJECTS if name.endswith(".jsonl") else name + REJECTS
