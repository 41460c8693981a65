"""Definitions of tools that rows have in common: read, looked at and hashed once, for speed alone.

In most sets with tools all rows end with the same ones, and these are half of each row. Whoever only looks at examples
may be given rows that share them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from ftdata.classes import dataclass
from ftdata.codec import JSON, canonical, decoder
from ftdata.errors import RowError

LARGEST = 64 << 10
"""Bytes of an end that is remembered."""

MOST = 1 << 20
"""Bytes of all ends that are remembered."""

_MARKS = (b',"tools":', b', "tools": ')
_MISSES = 64  # rows in a row without an end that is known, behind which none is looked for


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


_BY_END: dict[bytes, dict[str, Any] | None] = {}  # the members that an end of rows has; None where it was seen once
_BY_ID: dict[int, Definitions] = {}  # their lists live as long as they are here, so that no other has their ids


def definitions_of(tools: object) -> Definitions | None:
    """What is known of a list that rows share; None of any other."""
    return _BY_ID.get(id(tools))


def sharing_decoder(text: bytes) -> Callable[[bytes], JSON]:
    """As `codec.decoder`, for rows that nobody changes."""
    return sharing(decoder(text)) if any(mark in text for mark in _MARKS) else decoder(text)


def sharing(decode: Callable[[bytes], JSON]) -> Callable[[bytes], JSON]:
    """A decoder of rows that share the definitions they end with.

    A row is cut before them. What is an object once it is closed with a bracket was open there, and in nothing else; so
    the row is what both parts say, if they name no key twice.

    Args:
        decode: Decodes a row exactly.
    """
    end, rest, missed = b"\n", None, 0  # the end of the row before, and its members

    def decode_row(raw: bytes) -> JSON:
        nonlocal end, rest, missed
        if missed >= _MISSES:
            return decode(raw)
        if not raw.endswith(end):
            cut = max(map(raw.find, _MARKS))
            if cut < 1:
                missed += 1
                return decode(raw)
            end = raw[cut:]
            rest = _BY_END.get(end)
        if rest is not None:
            begun = _begun(raw[: -len(end)], decode)
            if begun and rest.keys().isdisjoint(begun):
                begun.update(rest)
                missed = 0
                return begun
        missed += 1
        row = decode(raw)
        if rest is None and type(row) is dict and len(end) <= LARGEST:
            rest = _remembered(raw, end, row, decode)
        return row

    return decode_row


def known() -> Mapping[bytes, dict[str, Any] | None]:
    """The members of the ends that are known."""
    return _BY_END


def forget() -> None:
    """Know none any more."""
    _BY_END.clear()
    _BY_ID.clear()


def _remembered(raw: bytes, end: bytes, row: dict[str, Any], decode: Callable[[bytes], JSON]) -> dict[str, Any] | None:
    """The members that the end of a row has, once it is seen for the second time."""
    begun = _begun(raw[: -len(end)], decode) if end in _BY_END else None
    if end not in _BY_END and sum(map(len, _BY_END)) + len(end) > MOST:
        forget()
    rest = _BY_END[end] = {key: row[key] for key in row if key not in begun} if begun else None
    tools = rest and rest.get("tools")
    if type(tools) is list:
        _BY_ID[id(tools)] = Definitions(tools, orjson.Fragment(canonical(tools)))
    return rest


def _begun(raw: bytes, decode: Callable[[bytes], JSON]) -> dict[str, Any] | None:
    """The object that begins with these bytes, if one does that has members."""
    try:
        row = decode(raw + b"}")
    except RowError:
        return None
    return row if type(row) is dict else None
