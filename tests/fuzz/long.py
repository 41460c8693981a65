"""The long run, in several processes: see the package's docstring."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import time
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty

from tests.fuzz.laws import LAWS
from tests.fuzz.running import Outcome, run, run_case


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description="The laws over all that is registered, on mutants."
    )
    parser.add_argument("--rows", type=int, default=20_000, help="rows to feed (20,000)")
    parser.add_argument("--seed", default="0", help="another seed tries others")
    parser.add_argument("--only", default=",".join(LAWS), help="laws to try, with commas: " + ", ".join(LAWS))
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so long")
    parser.add_argument("--case", default="", metavar="LAW:NUMBER", help="try this case alone")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (one a processor)")
    asked = parser.parse_args()
    unknown = set(asked.only.split(",")) - set(LAWS)
    if unknown:
        parser.error(f"there is no law {', '.join(sorted(unknown))}: choose among {', '.join(LAWS)}")
    return asked


def _part(asked: argparse.Namespace, part: int, until: float, queue: Queue[tuple[int, Outcome, bool]]) -> None:
    last = time.time()

    def told(outcome: Outcome) -> None:
        nonlocal last
        if time.time() - last > 10:
            last = time.time()
            queue.put((part, Outcome(outcome.cases, outcome.rows, dict(outcome.failures)), False))

    share = -(-asked.rows // asked.workers)
    outcome = run(asked.only.split(","), asked.seed, rows=share, part=part, parts=asked.workers, until=until, told=told)
    queue.put((part, outcome, True))


def _together(parts: dict[int, Outcome]) -> Outcome:
    whole = Outcome()
    for outcome in parts.values():
        whole += outcome
    return whole


def main() -> int:
    """Run the laws in processes, tell the failures by place, and end with 1 if there are any."""
    asked, began = _asked(), time.time()
    if asked.case:
        name, _, number = asked.case.partition(":")
        outcome = Outcome()
        with tempfile.TemporaryDirectory() as folder:
            run_case(name, int(number), asked.seed, Path(folder), outcome)
        return _report(outcome)
    context = multiprocessing.get_context("spawn")
    queue: Queue[tuple[int, Outcome, bool]] = context.Queue()
    until = began + 60 * asked.minutes
    workers = [context.Process(target=_part, args=(asked, part, until, queue)) for part in range(asked.workers)]
    for worker in workers:
        worker.start()
    parts: dict[int, Outcome] = {}
    ended = 0
    while ended < len(workers):
        try:
            part, outcome, done = queue.get(timeout=5)
        except Empty:
            if any(worker.exitcode for worker in workers):
                break  # one died, which is a failure too
            continue
        parts[part], ended = outcome, ended + done
        known = {place for one in parts.values() for place in one.failures}
        print(
            f"{time.time() - began:5.0f} s  {sum(one.rows for one in parts.values()):>9,} rows  {len(known)} places",
            file=sys.stderr,
        )
    for worker in workers:
        worker.join()
    died = any(worker.exitcode for worker in workers)
    if died:
        print("a process died: its cases are not told of")
    return _report(_together(parts)) or int(died)


def _report(outcome: Outcome) -> int:
    for failure in sorted(outcome.failures.values(), key=lambda one: (-one.times, one.place)):
        print(f"\n{failure.place}  ({failure.times} times)\n    {failure.detail}\n    {failure.label}")
        for row in failure.rows[:5]:
            print(f"    {json.dumps(row)[:2000]}")
    print(f"\n{outcome.rows:,} rows in {outcome.cases:,} cases: {len(outcome.failures)} places failed")
    return 1 if outcome.failures else 0
