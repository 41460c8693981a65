"""The step that combines log rows, for formats that make one example of several rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftdata.formats.transcripts.options import SESSIONS, Reads

if TYPE_CHECKING:
    from ftdata.formats.registry import Format
    from ftdata.steps.primitives import Step


def gathering(reads: Format, logs: Reads, shared: dict[Any, Any]) -> Step:
    """Return the step, always the same object, because memoized decisions are keyed by the steps before them."""
    step: Step
    if reads.gathers == SESSIONS:
        from ftdata.steps.sessions import GatherSessions

        step = shared.setdefault(("gather", reads.name), GatherSessions(reads.name, logs))
        return step
    from ftdata.steps.trees import GatherTrees

    step = shared.setdefault(("gather", reads.gathers), GatherTrees(reads.gathers))
    return step
