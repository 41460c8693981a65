"""`python -m tests.bench.law`: fails where a ratio is 15 % worse than the last release's; `--write` stores new ones.

CPU time is compared, of a command and its children, since hosted machines are shared; so each ratio is of one run on
one machine, and only ratios are kept.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ftdata import __version__

from .compare import run
from .measure import cpu_seconds
from .suite import SUITE, Place

STORED = Path(__file__).with_name("ratios.json")
WORSE = 1.15
SCALE = 0.05
NAMES = (
    "small-convert", "small-check", "small-stats", "small-dedupe", "first-read", "help-verb",
    "jsonl-unchanged", "check-structure", "check-quality",
)  # fmt: skip


def main() -> int:
    """Measure, and tell each ratio beside the one of the last release; 1 if one is worse."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.law", description=__doc__)
    parser.add_argument("--write", action="store_true", help="store what was measured as this release's")
    parser.add_argument("--pairs", type=int, default=5, help="timed pairs after the warm-up")
    options = parser.parse_args()
    found = measured(options.pairs)
    if options.write:
        STORED.write_text(json.dumps(told(found), indent=2) + "\n", encoding="utf-8")
        return 0
    before = json.loads(STORED.read_text(encoding="utf-8"))["ratios"]
    slower = worse(before, found)
    for name in slower:
        print(f"{name}: {found[name]:.2f}, and {before[name]:.2f} at the last release")
    return 1 if slower else 0


def measured(pairs: int) -> dict[str, float]:
    """The ratio of each comparison."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="ftdata-law-") as folder:
        place = Place(Path(folder), Path(folder), SCALE)
        for name in NAMES:
            found[name] = round(run(SUITE[name](place), pairs, cpu_seconds).ratio, 2)
            print(f"{name:<16}{found[name]:>8.2f}", flush=True)
    return found


def worse(before: Mapping[str, float], now: Mapping[str, float]) -> list[str]:
    """The names of those that are too much worse; one that was not measured before is not."""
    return [name for name, ratio in now.items() if name in before and ratio > before[name] * WORSE]


def told(ratios: Mapping[str, float]) -> dict[str, object]:
    """What is stored: the ratios, the release and the machine."""
    machine = (
        f"{platform.machine()}, {os.cpu_count()} processors, {platform.system()}, Python {platform.python_version()}"
    )
    return {"release": __version__, "machine": machine, "scale": SCALE, "ratios": dict(ratios)}


if __name__ == "__main__":
    sys.exit(main())
