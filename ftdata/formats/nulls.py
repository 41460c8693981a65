"""Nulls that a table fills in where a row has no such key: Arrow and Hugging Face datasets do, at every message."""

from __future__ import annotations

from typing import Any

_OF_MESSAGES = ("messages", "conversations", "prompt", "completion", "chosen", "rejected", "preferred_output",
                "non_preferred_output")  # fmt: skip
PRUNED = "null keys left out"
"""How the pruning is counted."""


def prune(row: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """The row without its null keys and those of its messages, and how many they were; itself when there are none.

    Nothing deeper is touched: a tool's ``default: null`` is data. The row that was given is not changed.
    """
    count = 0
    pruned = row
    if None in row.values():
        pruned = {key: value for key, value in row.items() if value is not None}
        count = len(row) - len(pruned)
    for key in _OF_MESSAGES:
        turns = pruned.get(key)
        if type(turns) is list and turns:
            kept, left_out = _messages(turns)
            if left_out:
                pruned = {**pruned, key: kept}
                count += left_out
    given = pruned.get("input")
    if type(given) is dict:
        inner, left_out = prune(given)
        if left_out:
            pruned = {**pruned, "input": inner}
            count += left_out
    return pruned, count


def _messages(turns: list[Any]) -> tuple[list[Any], int]:
    count = 0
    kept = []
    for turn in turns:
        if type(turn) is dict and None in turn.values():
            # Without text and without calls the null is all that says so: a refusal, or a mistake to be told.
            whole = {key: value for key, value in turn.items() if value is not None}
            count += len(turn) - len(whole)
            turn = whole
        kept.append(turn)
    return kept, count
