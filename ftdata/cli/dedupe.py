"""``ftdata dedupe``."""

from __future__ import annotations

from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import list_to, opened, told, written
from ftdata.cli.sharing import listing
from ftdata.cli.talk import notices
from ftdata.dataset import Dataset

__all__ = ["dedupe"]


def _deduped(call: Invocation) -> int:
    with notices(call.quiet):
        data = opened(call)
        found = data.duplicates(workers=call["workers"], **call.values)
        output = call["output"]
        result = written(data, call, lambda **how: found.examples.write(output, **how))
        list_to(call, found)
    lines = [f"removed   {found.removed:>12,} of {found.kept + found.removed:,} examples ({found.ratio:.1%})"]
    if found.threshold is not None:
        lines.append(
            f"near      at {found.threshold:g}: {found.recall:.1%} of the pairs just at it are found, more above"
        )
        if found.short:
            lines.append(f"short     {found.short:>12,} texts too short for {found.threshold:g} were compared exactly")
        if found.answers:
            told_by = "--report PATH lists them"
            lines.append(f"answers   {found.answers:>12,} of the removed answer otherwise than their twins: {told_by}")
    return told(call, result, {"duplicates": found.to_dict()}, lines)


dedupe = command(
    Dataset.dedupe, _deduped, extra=[listing("Write the removed examples as JSONL, with their kept twins and scores.")]
)
