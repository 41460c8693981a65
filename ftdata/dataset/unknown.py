"""The error for rows in no known format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ftdata.asks import asks
from ftdata.errors import UnknownFormatError


def unknown(columns: Sequence[str], rows: Iterable[object], path: str) -> UnknownFormatError:
    """The error for rows in no known format: which formats are close, and how to make chats of their columns."""
    from ftdata.formats.layouts import doubts_of

    how = "--user and --assistant, or to_chat()" if asks.get() != "recipe" else "user and assistant"
    hint = f"{doubts_of(rows)}If it is a table, turn it into chats: {how}. Columns: {', '.join(columns)}."
    return UnknownFormatError("the rows are in no known format", hint=hint, path=path)
