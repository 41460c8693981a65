"""What to do about an expression that fails on an example."""

from __future__ import annotations

import re

from ftdata.errors import UnsaidError, shown
from ftdata.lazily import pattern

_UNDEFINED = pattern(r"'(\w+)'(?: is undefined)?\Z")


def unsaid(source: str, message: str) -> UnsaidError:
    """The error of an expression, with what to write where only some examples have what it names."""
    found = _UNDEFINED.search(message)
    name = found[1] if found else source
    hint = "If it is a column, keep it with --metadata NAME."
    if message == f"'{name}' is undefined":
        rest = f"({source})" if re.search(r"\b(or|if)\b", source) else source
        hint += f" If only some examples have it, use {shown(f'{name} is defined and {rest}')}."
    return UnsaidError(f"{shown(source)} fails on this example: {message}", name, hint=hint)


def advice(error: Exception, undefined: str = "If it is a column, keep it with --metadata NAME.") -> str:
    """What to do about an expression that fails, or nothing; `undefined` where a name means nothing."""
    from jinja2 import UndefinedError

    if isinstance(error, UndefinedError):
        return undefined
    if isinstance(error, TypeError) and "str" in str(error):
        return "CSV values are text. Use name|float or name|int to compare numbers."
    return ""
