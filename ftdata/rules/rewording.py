"""The fix that is the reader's: a row in the words that `ftdata convert` would read it in."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.errors import RowError
from ftdata.rules.registry import fixes


def reword(row: dict[str, Any], kind: str) -> None:
    """Say in OpenAI's words what the row says in others, and put where it belongs what stands beside the messages.

    A row in which something has no place stays as it is, and so do the findings in it.
    """
    from ftdata.formats.settling import settled

    try:
        made = settled(row, Counter())
    except RowError:
        return
    if made is not row:
        made = dict(made)
        row.clear()
        row.update(made)


for _slug in ("unknown-role", "message-shape", "content-type", "content-parts", "missing-content", "weight",
              "image-url", "missing-call-id", "messages-list", "undeclared-argument", "missing-key"):  # fmt: skip
    fixes(_slug, safe=True)(reword)
