"""Texts by the cells that they take in a terminal: Chinese and emoji take two, and marks on letters none."""

from __future__ import annotations

_OURS = dict.fromkeys(map(ord, "▁▂▃▄▅▆▇█…–—·×“”’"))
"""Signs of one cell that our own words and tables have."""


def width(text: str) -> int:
    """The cells that a text takes."""
    if text.isascii() or text.translate(_OURS).isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def to_left(text: str, cells: int) -> str:
    """The text with spaces behind it, up to so many cells."""
    return text + " " * (cells - width(text))


def to_right(text: str, cells: int) -> str:
    """The text with spaces before it, up to so many cells."""
    return " " * (cells - width(text)) + text


def cut(text: str, cells: int) -> str:
    """The beginning of a text, with a sign where it was cut, in at most so many cells."""
    if width(text) <= cells:
        return text
    from rich.cells import set_cell_size

    return set_cell_size(text, cells - 1) + "…"
