"""`python -m tests.bench.growth [command ...]`: CPU time and memory of every command on 1, 4 and 16 times the rows.

The slope of time is near 1 where work grows with the rows, and near 2 where it grows with their square; memory is told
as bytes for each further row. Start-up, measured on a few rows, is taken off first. The lines are those of the option
matrix, so that a new command is measured on its first day.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.cli.test_matrix import FILES, MODES, ONLINE
from tests.fuzz.options import commands as cli_commands

from .measure import watched
from .shapes import SHAPES, write_all

ROWLESS = ("mcp", "view", "run", "verify", "rules", "formats", "models", "example", "schema", "skill", "completion", "man",
           "explain", "metrics", "job", "head", *ONLINE)  # fmt: skip
"""Commands that read no rows, few of them, or go on until they are stopped."""
STEPS = (1, 4, 16)
STEEP = 1.35
FEW = 12
"""Rows of which every command makes something: one alone cannot be split."""


class Cost(NamedTuple):
    """What a run took: CPU seconds of all its processes, and the peak of their memory in bytes."""

    cpu: float
    peak: float


def lines(commands: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Name and words of each line of the matrix that reads rows, in one process: starting others is no growth."""
    for command, modes in MODES.items():
        if command not in ROWLESS and (not commands or command in commands):
            alone = ["--workers", "1"] if any(one.name == "workers" for one in cli_commands()[command].params) else []
            for mode, line in modes.items():
                yield f"{command} {mode}", [command, *line.split(), *alone]


def cost(words: list[str], rows: int, shape: str) -> Cost:
    """Of a command on so many rows.

    Raises:
        CommandError: It ended as no command may.
    """
    with tempfile.TemporaryDirectory(prefix="ftdata-growth-") as made:
        folder = Path(made)
        for name, text in FILES.items():
            (folder / name).write_text(text, encoding="utf-8")
        write_all(folder, rows, shape)
        return Cost(*watched([sys.executable, "-m", "ftdata", *words, "--quiet"], folder))


def slope(costs: list[Cost]) -> float:
    """The exponent of growth between the two larger runs, without what the first, of few rows, took."""
    start, *_, middle, large = costs
    return math.log(max(large.cpu - start.cpu, 0.01) / max(middle.cpu - start.cpu, 0.01), STEPS[-1] // STEPS[-2])


def main() -> int:
    """Measure and tell; 1 if something grows steeply."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth", description=__doc__)
    parser.add_argument("commands", nargs="*", help="commands to measure; all by default")
    parser.add_argument("--rows", type=int, default=4_000, help="rows of the smallest run")
    parser.add_argument("--shape", choices=SHAPES, default="chats", help="what rows hold")
    asked = parser.parse_args()
    steep = 0
    print(
        f"{'command':<24}" + "".join(f"{f'{step}x s':>9}" for step in STEPS) + f"{'slope':>8}{'MB':>8}{'B/row':>8}",
        flush=True,
    )
    for name, words in lines(asked.commands):
        costs = [cost(words, rows, asked.shape) for rows in (FEW, *(asked.rows * step for step in STEPS))]
        found, each = slope(costs), (costs[-1].peak - costs[-2].peak) / (asked.rows * (STEPS[-1] - STEPS[-2]))
        steep += found > STEEP
        print(f"{name:<24}" + "".join(f"{one.cpu:>9.2f}" for one in costs[1:])
              + f"{found:>8.2f}{costs[-1].peak / 1e6:>8.0f}{each:>8.0f}" + ("  STEEP" if found > STEEP else ""), flush=True)  # fmt: skip
    return 1 if steep else 0


if __name__ == "__main__":
    sys.exit(main())
