"""Conversations that were logged whole, the answers among the messages: an example ends with the last answer."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.errors import RowError
from ftdata.formats.transcripts import bodies
from ftdata.formats.transcripts.exchange import Choice, Exchange

AFTER = "turns after the last answer left out"


def exchange(messages: Any, path: str, repaired: Counter[str], finish: Any = None) -> Exchange:
    """The exchange that a conversation ends with; turns that nobody answered are left out and counted.

    Raises:
        RowError: If it is not a list of messages, or the assistant said nothing in it.
    """
    found = bodies.conversation(messages, path, repaired)
    said = found.messages
    last = max((index for index, one in enumerate(said) if one["role"] == "assistant"), default=-1)
    if last < 0:
        raise RowError("expected an answer of the assistant; got none", json_path=path)
    if last + 1 < len(said):
        repaired[AFTER] += len(said) - last - 1
    found.messages, found.choices = said[:last], [Choice([said[last]], finish, f"{path}[{last}]")]
    found.whole = True
    return found
