"""Requests that failed, told in words that count together."""

from __future__ import annotations

import re
from typing import Any

from ftdata.errors import shown
from ftdata.findings import Drop

_KIND = re.compile(r"\b([A-Z]\w*(?:Error|Exception|Timeout|Interrupt|Exit))\b")


def failed(error: Any) -> Drop:
    """The drop of a request that ended in an error, with the error's kind where its text names one."""
    found = _KIND.search(error[:2000]) if type(error) is str else None
    return Drop(f"the request failed: {found[1]}" if found else "the request failed")


def no_call(what: str, kind: Any) -> Drop:
    """The drop of what a log holds beside the calls of models: ``a run of type "chain" is no call of a model``."""
    return Drop(f"{what} {shown(kind)} is no call of a model")
