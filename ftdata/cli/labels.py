"""``ftdata labels``."""

from __future__ import annotations

from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import opened, say_what_is_read, told, written
from ftdata.cli.talk import notices
from ftdata.dataset import Dataset

__all__ = ["labels"]


def _spelled(call: Invocation) -> int:
    with notices(call.quiet):
        data = opened(call)
        say_what_is_read(data, call.quiet)
        found = data.label_variants(**call.values, workers=call["workers"])
        result = written(data.labels(**call.values), call) if call["output"] is not None else None
    return told(call, result, {"variants": found.to_dict()}, str(found).splitlines())


labels = command(Dataset.labels, _spelled, output=False)
