"""Definitions of tools that rows have in common: read, looked at and hashed once, for speed alone.

In most sets with tools all rows have the same ones, and these are half of each row. Whoever only looks at examples may
be given rows that share them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from ftdata.classes import dataclass
from ftdata.codec import JSON, canonical, decode_compact

LARGEST = 64 << 10
"""Bytes of definitions that are remembered."""

MOST = 1 << 20
"""Bytes of all that are remembered."""

_KEY = b',"tools":'
_MISSES = 32


@dataclass(slots=True)
class Definitions:
    """Definitions that are known.

    Attributes:
        tools: The list that rows share; nobody may change it.
        canonical: Their canonical JSON text.
        plain: Whether a quick look lets all of them pass; None until it was asked.
    """

    tools: list[Any]
    canonical: orjson.Fragment
    plain: bool | None = None


_BY_TEXT: dict[bytes, list[Any]] = {}
_BY_ID: dict[int, Definitions] = {}  # their lists live as long as they are here, so that no other has their ids


def definitions_of(tools: object) -> Definitions | None:
    """What is known of a list that rows share; None of any other."""
    return _BY_ID.get(id(tools))


def sharing(decode: Callable[[bytes], JSON]) -> Callable[[bytes], JSON]:
    """A decoder of rows that share their definitions; where several in a row do not, it is tried no more.

    Args:
        decode: Decodes a row exactly.
    """
    missed = 0

    def decode_row(raw: bytes) -> JSON:
        nonlocal missed
        if missed >= _MISSES:
            return decode(raw)
        value = decode_sharing(raw)
        if value is not None:
            missed = 0
            return value
        missed += 1
        value = decode(raw)
        if type(value) is dict:
            remember(raw, value)
        return value

    return decode_row


def known() -> Mapping[bytes, list[Any]]:
    """The definitions that are known, by the text that they end rows with."""
    return _BY_TEXT


def forget() -> None:
    """Know none any more."""
    _BY_TEXT.clear()
    _BY_ID.clear()


def decode_sharing(raw: bytes) -> JSON:
    """As `decode_compact`, of a row that ends with definitions which are known, and shares them; or else None.

    A row is the same text before and behind that key, whatever is known: both parts are proved to be written as they
    are read.
    """
    head, key, end = raw.rpartition(_KEY)
    tools = _BY_TEXT.get(end) if key else None
    if tools is None:
        return None
    value = decode_compact(head + b"}")
    if not value or "tools" in value:
        return None  # it has no other key, or this one twice
    value["tools"] = tools
    return value


def remember(raw: bytes, row: dict[str, Any]) -> None:
    """Remember the definitions with which a row ends, if it is written as it is read from there on."""
    end = raw.rpartition(_KEY)[2]
    tools = row.get("tools")
    if type(tools) is not list or len(end) > LARGEST or next(reversed(row)) != "tools":
        return
    try:
        if orjson.dumps(tools) + b"}" != end:
            return
    except TypeError:  # integers over 64 bits
        return
    if sum(map(len, _BY_TEXT)) + len(end) > MOST:
        forget()
    _BY_TEXT[end] = tools
    _BY_ID[id(tools)] = Definitions(tools, orjson.Fragment(canonical(tools)))
