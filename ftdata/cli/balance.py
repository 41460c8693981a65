"""``ftdata balance``."""

from __future__ import annotations

import re
from pathlib import PurePath

from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import needs_output, opened, told, written
from ftdata.cli.talk import notices, say, table
from ftdata.dataset import Dataset
from ftdata.errors import UsageError
from ftdata.steps.balance import HOWS, BalanceTable

__all__ = ["balance"]

_SHOWN = 30


def _balanced(call: Invocation) -> int:
    """Without --how, tell what each way would keep of each class."""
    output, how = call["output"], call.values.get("how")
    if how is None and output is not None:
        raise UsageError("an output needs a balancing method", hint=f"Add --how, one of {', '.join(HOWS)}.")
    if how is not None:
        needs_output(call, "--how")
    with notices(call.quiet):
        data = opened(call)
        if how is None:
            tables = data.balance_choices(workers=call["workers"], **call.values)
            report = {way: found.to_dict() for way, found in tables.items()}
            return told(call, None, {"choices": report}, _choices(tables))
        _warn(data, how, call.quiet)
        even = data.balance(**call.values)
        found = even.decided(call["workers"]).decision.about  # type: ignore[union-attr] # of every balance
        result = written(data, call, lambda **how: even.write(output, **how))
    return told(call, result, {"balance": found.to_dict()}, _before_after(found))


def _warn(data: Dataset, how: str, quiet: bool) -> None:
    """Say that copies would reach validation, unless every input looks like the training part of a split."""
    whole = [file.name for file in data.source.files if not re.search(r"(?i)train", PurePath(file.name).name)]
    if how == "over" and whole:
        say(f"note: {whole[0]} does not look split yet: its copies would reach validation. Split first, "
            "then balance the training part.", quiet=quiet)  # fmt: skip


def _choices(tables: dict[str, BalanceTable]) -> list[str]:
    before = next(iter(tables.values())).before
    rows: list[tuple[object, ...]] = [
        (name, count, *(found.after[name] for found in tables.values()))
        for name, count in list(before.items())[:_SHOWN]
    ]
    rows += [_more(before)] * (len(before) > _SHOWN)
    rows.append(("all", sum(before.values()), *(sum(found.after.values()) for found in tables.values())))
    width = 2 + len(tables)
    return table(("class", "now", *tables), [(*row, *[""] * (width - len(row))) for row in rows])


def _before_after(found: BalanceTable) -> list[str]:
    rows: list[tuple[object, ...]] = [
        (name, count, found.after[name]) for name, count in list(found.before.items())[:_SHOWN]
    ]
    rows += [(*_more(found.before), "", "")] * (len(found.before) > _SHOWN)
    rows.append(("all", sum(found.before.values()), sum(found.after.values())))
    lines = table((found.by, "before", "after"), rows)
    if found.copies:
        lines.append(f"copies    {found.copies:>12,}")
    if found.untouched:
        lines.append(f"untouched {found.untouched:>12,} surplus answers: nothing else in their examples is trained")
    return lines


def _more(classes: dict[str, int]) -> tuple[object, ...]:
    return (f"… {len(classes) - _SHOWN:,} more",)


balance = command(Dataset.balance, _balanced, output=False, optional=("how",))
