"""What the commands of the documentation print, as the page shows it: a block ``output`` behind a block ``sh``.

``…`` stands for any text in a line, and for any lines where it is one of its own. ``UPDATE_GOLDEN=1 pytest
tests/test_docs.py -k shell_blocks`` writes the blocks anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

LINES = 16
"""Lines of a block's output that a page shows."""

BLOCK = re.compile(r"^```sh\n(?P<lines>.*?)^```\n(?:\n```output\n(?P<shown>.*?)^```\n)?", re.MULTILINE | re.DOTALL)
CHANGES = re.compile(r"\b[0-9a-f]{12,64}\b(?:…)?|(?<=made by ftdata )[\w.]+|[\d,]+(?= bytes\))")
"""What differs from run to run, or from version to version."""


def of(page: str) -> list[tuple[str, str]]:
    """The commands of each block that has an output, and that output."""
    return [(found["lines"], found["shown"]) for found in BLOCK.finditer(page) if found["shown"] is not None]


def shown_in(page: str, said: Mapping[str, str], *, every: bool) -> str:
    """The page with what its commands print now: behind every block, or behind those that show it already."""

    def block(found: re.Match[str]) -> str:
        if not every and found["shown"] is None:
            return found[0]
        lines = f"```sh\n{found['lines']}```\n"
        output = shortened(said[found["lines"]])
        return f"{lines}\n```output\n{output}\n```\n" if output else lines

    return BLOCK.sub(block, page)


def kept(before: str, page: str) -> str:
    """A page that was made anew, with the outputs that it showed before."""
    shown = dict(of(before))

    def block(found: re.Match[str]) -> str:
        output = shown.get(found["lines"])
        return found[0] if output is None else f"{found[0]}\n```output\n{output}```\n"

    return BLOCK.sub(block, page)


def without(page: str) -> str:
    """A page without its outputs."""
    return BLOCK.sub(lambda found: f"```sh\n{found['lines']}```\n", page)


def shortened(text: str) -> str:
    """What is shown of an output: its first lines, without what no other run prints."""
    lines = [CHANGES.sub("…", line).rstrip() for line in text.strip("\n").splitlines()]
    return "\n".join([*lines[: LINES - 1], "…"] if len(lines) > LINES else lines)


def agree(shown: str, said: str) -> bool:
    """Whether an output is what a page shows."""
    pattern = re.escape(shown.strip("\n")).replace(re.escape("\n…"), "(?:\n.*)*").replace("…", ".*?")
    lines = "\n".join(line.rstrip() for line in said.strip("\n").splitlines())
    return re.fullmatch(pattern, lines) is not None
