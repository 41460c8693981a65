"""Nulls that a columnar file holds where a row has no such key.

Arrow and Hugging Face datasets give every row, and every message, the same keys, and fill with null what is absent.
Only the row's own keys and those of its messages are looked at: further down (a tool's ``"default": null``) null is
data.
"""

from __future__ import annotations

from typing import Any

_DEFINITIONS = ("tools", "functions")


def prune(row: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """The row without the nulls that stand for absent keys, and how many they were; the very same row if none."""
    count = 0
    kept: dict[str, Any] = {}
    for key, value in row.items():
        if value is None:
            count += 1
            continue
        if type(value) is list and key not in _DEFINITIONS:
            value, pruned = _messages(value)
            count += pruned
        elif type(value) is dict and type(value.get("messages")) is list:
            value, pruned = prune(value)
            count += pruned
        kept[key] = value
    return (kept, count) if count else (row, 0)


def _messages(items: list[Any]) -> tuple[list[Any], int]:
    kept = [
        {key: value for key, value in item.items() if value is not None} if type(item) is dict else item
        for item in items
    ]
    count = sum(len(item) - len(left) for item, left in zip(items, kept, strict=True) if type(item) is dict)
    return (kept, count) if count else (items, 0)
