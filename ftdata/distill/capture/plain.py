"""Values as the SDK sends them: JSON of our own, which nobody changes later."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ftdata.codec import JSON

_ABSENT = frozenset({"NotGiven", "Omit"})
"""The SDK's types for "leave this key out"."""


def plain(value: object) -> JSON:
    """A copy of the value that is JSON: models as the SDK dumps them, what cannot be sent as ``<its type>``.

    Raises:
        RecursionError: If it contains itself.
    """
    if value is None or type(value) in (str, int, bool, float):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items() if type(item).__name__ not in _ABSENT}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return str.__str__(value)  # An enum of texts is sent as its value.
    if isinstance(value, int | float):
        return int(value) if isinstance(value, int) else float(value)
    return _other(value)


def _other(value: Any) -> JSON:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if hasattr(value, "model_dump") and not isinstance(value, type):
        return value.model_dump(mode="json", by_alias=True, exclude_unset=True, warnings=False)
    return f"<{type(value).__name__}>"
