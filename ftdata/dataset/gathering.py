"""The step that puts the rows of a log together, where a format's examples are made of several rows."""

from __future__ import annotations

from typing import Any

from ftdata.formats.registry import Format
from ftdata.formats.transcripts.options import SESSIONS, Reads
from ftdata.steps.primitives import Step


def gathering(reads: Format, logs: Reads, shared: dict[Any, Any]) -> Step:
    """The step: the same object every time, since decisions are remembered by the steps that they followed."""
    step: Step
    if reads.gathers == SESSIONS:
        from ftdata.steps.sessions import GatherSessions

        step = shared.setdefault(("gather", reads.name), GatherSessions(reads.name, logs))
        return step
    from ftdata.steps.trees import GatherTrees

    step = shared.setdefault(("gather", reads.gathers), GatherTrees(reads.gathers))
    return step
