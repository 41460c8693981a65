"""Add the counts of each finished block to the tally of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftdata.engines.plan import Outcome, Plan, Rejected

if TYPE_CHECKING:
    from ftdata.engines.feeding import Places
    from ftdata.engines.flow import BlockResult
    from ftdata.files.blocks import Block


def account(plan: Plan, block: Block, result: BlockResult, outcome: Outcome) -> None:
    """Add the counts of a block."""
    if plan.counted:
        result.tally.read = 0
    else:
        outcome.read[plan.source.files[block.file].name] += result.tally.read
    outcome.tally += result.tally


def moved(plan: Plan) -> int:
    """How many of the examples that a gather made are out of their original order."""
    return sum(getattr(file.container, "moved", 0) for file in plan.source.files)


def tell_rejects(places: Places, block: Block, result: BlockResult, outcome: Outcome, told: int) -> int:
    """Report the rejects that were not reported before, and return how many are reported now."""
    for reject in result.rejects[told:]:
        origin = places.of(block, reject.line)
        reject.error.path, reject.error.line = origin.path, origin.line
        outcome.rejects(Rejected(origin, reject.error, reject.raw))
    return max(told, len(result.rejects))


def finish(places: Places, block: Block, result: BlockResult, outcome: Outcome) -> None:
    """Count the lines of a finished block.

    Raises:
        FtdataError: If the block ended the run.
    """
    if result.failure:
        line, error = result.failure
        origin = places.of(block, line)
        error.path, error.line = origin.path, origin.line
        raise error
    places.count(block, result.lines)
    if outcome.on_progress:
        outcome.on_progress(block.size)
