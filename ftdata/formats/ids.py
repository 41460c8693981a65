"""Ids of calls, made from what is called and where, so that the same file always gives the same ids."""

from __future__ import annotations

import re
from hashlib import blake2b

_PREFIX = "call_"
_NINE = re.compile(r"[a-zA-Z0-9]{9}")


def call_id(number: int, name: str, arguments: str) -> str:
    """The id of the call of this number in its conversation: ``call_`` and nine characters."""
    return _PREFIX + _hashed(f"{number}\0{name}\0{arguments}")


def nine(id: str) -> str:
    """An id of exactly nine letters and digits, as Mistral wants them: this one's own nine, or its hash."""
    own = id.removeprefix(_PREFIX)
    return own if _NINE.fullmatch(own) else _hashed(id)


def from_nine(id: str) -> str:
    """The id that `nine` made nine characters of, if it was made by `call_id`."""
    return _PREFIX + id if _NINE.fullmatch(id) else id


def _hashed(text: str) -> str:
    return blake2b(text.encode(), digest_size=5).hexdigest()[:9]
