"""Whether a row, or the definitions in it, are right enough in structure for what relies on that."""

from __future__ import annotations

from typing import Any

from ftdata.errors import RowError
from ftdata.formats.gate import gate
from ftdata.rules.rows import looks_like, null_definitions
from ftdata.rules.toolbox import definitions


def defines(tools: Any, functions: Any) -> bool:
    """Whether definitions are such as examples have."""
    given = {key: value for key, value in (("tools", tools), ("functions", functions)) if value is not None}
    try:
        gate({"messages": [{"role": "user", "content": ""}], **given})
    except RowError:
        return False
    return True


def has_nulls(tools: Any, functions: Any) -> bool:
    """Whether nulls stand in definitions for keys that are absent."""
    return any(null_definitions(function) for _, function in definitions(tools, functions))


def is_sound(row: dict[str, Any], kind: str) -> bool:
    """Whether a row is right enough for surveys to read."""
    of_messages = type(row.get("messages")) is list and kind in ("chat", "reinforcement")
    if looks_like(row) != kind and not of_messages:
        return False
    try:
        gate(row)
    except RowError:
        return False
    return True
