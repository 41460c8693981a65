"""``ftdata places``."""

from __future__ import annotations

from ftdata.cli import FOUND, OK
from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import opened
from ftdata.cli.talk import as_json, notices, progress, rendered
from ftdata.dataset import Dataset

__all__ = ["places"]


def _placed(call: Invocation) -> int:
    with notices(call.quiet):
        data = opened(call)
        with progress(data.source.size, call.quiet) as on_progress:
            found = data.places(**call.values, on_progress=on_progress)
    if call["json"]:
        as_json(found.to_dict())
    else:
        rendered(found, lambda: found)
    return OK if found.trains else FOUND


places = command(Dataset.places, _placed, writes=False)
