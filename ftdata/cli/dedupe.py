"""``ftdata dedupe``."""

from __future__ import annotations

from ftdata.cli.declared import Call, command
from ftdata.cli.options import notices, opened
from ftdata.cli.running import written
from ftdata.cli.transforming import list_to, listing, told
from ftdata.dataset import Dataset

__all__ = ["dedupe"]


def _deduped(call: Call) -> int:
    with notices(call.quiet):
        data = opened(list(call.inputs), call.options)
        found = data.duplicates(workers=call["workers"], **call.values)
        output = call["output"]
        result = written(data, call.options, call["to"], lambda **how: found.examples.write(output, **how), output)
        list_to(call["report"], found, call["force"])
    lines = [f"removed   {found.removed:>12,} of {found.kept + found.removed:,} examples ({found.ratio:.1%})"]
    if found.threshold is not None:
        lines.append(
            f"near      at {found.threshold:g}: {found.recall:.1%} of the pairs just at it are found, more above"
        )
        if found.short:
            lines.append(f"short     {found.short:>12,} texts too short for {found.threshold:g} were compared exactly")
    return told(result, {"duplicates": found.to_dict()}, lines, call.options)


dedupe = command(
    Dataset.dedupe, _deduped, extra=[listing("List what was removed, with its twin and score, as JSON lines.")]
)
