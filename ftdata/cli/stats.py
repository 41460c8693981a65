"""``ftdata stats``."""

from __future__ import annotations

from ftdata.cli import FOUND, OK
from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import opened
from ftdata.cli.talk import as_json, notices, progress, rendered
from ftdata.cli.terminal import paged
from ftdata.dataset import Dataset

__all__ = ["stats"]


def _counted(call: Invocation) -> int:
    with notices(call.quiet):
        data = opened(call)
        with progress(data.source.size, call.quiet) as on_progress:
            found = data.stats(**call.values, on_progress=on_progress)
    if call["json"]:
        as_json(found.to_dict())
    else:
        with paged():
            rendered(found, lambda: found)
    return FOUND if found.tally.rejected or found.counted.uncounted else OK


stats = command(Dataset.stats, _counted, writes=False)
