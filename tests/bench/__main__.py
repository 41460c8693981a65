"""`python -m tests.bench [name ...]`: prints one line a comparison."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from .compare import Outcome, OutputsDifferError, run
from .measure import CommandError
from .suite import SUITE, Place

HEADER = f"{'name':<16}{'ours':>10}{'theirs':>10}{'ratio':>8}{'bound':>7}  {'met':<5}{'peak MB: ours':>14}{'theirs':>8}"


def main() -> int:
    """Run the comparisons that are asked for; 1 if one could not be run, whatever the ratios are."""
    options = _options()
    _pin_to_two()
    failed = 0
    with tempfile.TemporaryDirectory(dir=options.dir, prefix="ftdata-bench-") as outputs:
        place = Place(Path(options.dir or outputs), Path(outputs), options.rows_scale)
        print(HEADER, flush=True)
        for name in options.names or SUITE:
            failed += not _shown(place, name, options.pairs)
    return 1 if failed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(SUITE)}; all by default")
    parser.add_argument("--rows-scale", type=float, default=1.0, help="share of the rows to work with")
    parser.add_argument("--pairs", type=int, default=5, help="timed pairs after the warm-up")
    parser.add_argument("--dir", type=Path, help="where the data is made and kept; by default it is removed")
    options = parser.parse_args()
    if unknown := set(options.names) - set(SUITE):
        parser.error(f"no comparison is called {', '.join(sorted(unknown))}; there are {', '.join(SUITE)}")
    if options.pairs < 1 or options.rows_scale <= 0:
        parser.error("--pairs and --rows-scale must be positive")
    if options.dir:
        options.dir.mkdir(parents=True, exist_ok=True)
    return options


def _pin_to_two() -> None:
    """Two processors for everything that is started, so that larger machines give the same ratios."""
    if sys.platform == "linux":
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])


def _shown(place: Place, name: str, pairs: int) -> bool:
    """Whether it could be run, or need not."""
    comparison = SUITE[name](place)
    if comparison.missing():
        print(f"{name:<16}skipped: {comparison.needs} is not installed", flush=True)
        return True
    try:
        print(_line(run(comparison, pairs)), flush=True)
    except (CommandError, OutputsDifferError) as error:
        print(f"{name:<16}{type(error).__name__}: {error}", flush=True)
        return False
    return True


def _line(outcome: Outcome) -> str:
    comparison = outcome.comparison
    unit, digits = ("MB", 0) if comparison.limit_mb else ("s", 2 if outcome.ours >= 1 else 3)
    ours, theirs = (f"{value:.{digits}f} {unit}" for value in (outcome.ours, outcome.theirs))
    peaks = (f"{peak:.0f}" if peak >= 1 else "-" for peak in outcome.peaks)
    limit = f"  (at most {comparison.limit_mb:.0f} MB)" if comparison.limit_mb else ""
    return (
        f"{comparison.name:<16}{ours:>10}{theirs:>10}{outcome.ratio:>8.2f}{comparison.bound:>7.2f}  "
        f"{'yes' if outcome.met else 'NO':<5}{next(peaks):>14}{next(peaks):>8}{limit}"
    )


if __name__ == "__main__":
    sys.exit(main())
