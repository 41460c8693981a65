"""Graders of reinforcement jobs: what their templates name of the rows.

Source: OpenAI's guide to graders: ``{{ item.KEY }}`` is a key of the row, ``{{ sample.output_text }}`` the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ftdata.lazily import pattern

_ITEM = pattern(r"\{\{-?\s*item\.(\w+)")


def items_of(grader: Any) -> frozenset[str]:
    """The keys of rows that a grader's templates name, at any depth of it."""
    return frozenset(name for text in _texts(grader) for name in _ITEM.findall(text))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
