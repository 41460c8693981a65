"""The account of a run as a few lines of text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ftdata.errors import printable

if TYPE_CHECKING:
    from ftdata.findings import Tally

_SHOWN = 10  # reasons that are listed


def account(tally: Tally, why: Mapping[str, str] | None = None) -> list[str]:
    """What was read, made of it, dropped, rejected and lost: one line each, none for what did not happen.

    Args:
        tally: The account.
        why: Why the format that was written loses what it loses, by name.
    """
    lines = [f"read      {tally.read:>12,} row{'' if tally.read == 1 else 's'}"]
    for name, counts in (("added", tally.added), ("merged", tally.merged)):
        lines += [f"{name:<9} {count:>12,} by {printable(step)}" for step, count in counts.most_common()]
    lines += _reasons("changed", tally.changed)
    lines += _reasons("dropped", tally.dropped)
    lines += _reasons("rejected", tally.rejected)
    lines.append(f"written   {tally.written:>12,} example{'' if tally.written == 1 else 's'}")
    return lines + _losses(tally.lost, why or {})


def _losses(lost: Counter[str], why: Mapping[str, str]) -> list[str]:
    """What was lost, keys under their own names behind what they are called together."""
    keys: dict[str, list[str]] = {}
    for name, count in lost.most_common():
        together, _, key = name.partition(": ")
        if key and together in lost:
            differs = f" ({count:,})" if count != lost[together] else ""
            keys.setdefault(together, []).append(printable(key) + differs)
    lines = []
    for name, count in lost.most_common():
        if name.partition(": ")[0] in keys and name not in keys:
            continue
        named = keys.get(name, [])
        more = f", … ({len(named)} keys)" if len(named) > _SHOWN else ""
        which = f": {', '.join(named[:_SHOWN])}{more}" if named else ""
        because = f" ({why[name]})" if name in why else ""
        lines.append(f"lost      {count:>12,} example{'' if count == 1 else 's'}: {printable(name)}{which}{because}")
    return lines


def _reasons(what: str, counts: Counter[tuple[str, str]]) -> list[str]:
    lines = [
        f"{what:<9} {count:>12,} by {printable(step)}: {printable(reason)}"
        for (step, reason), count in counts.most_common(_SHOWN)
    ]
    more = len(counts) - _SHOWN
    if more > 0:
        rest = counts.total() - sum(count for _, count in counts.most_common(_SHOWN))
        lines.append(f"{what:<9} {rest:>12,} for {more:,} other reasons")
    return lines
