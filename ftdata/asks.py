"""Who asks, Python, the command line or a recipe, and the language that they read.

By itself, since the command line says it before it imports anything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

asks: ContextVar[str] = ContextVar("asks", default="python")
"""``python``, ``command`` or ``recipe``."""

reads: ContextVar[str] = ContextVar("reads", default="en")
"""``en``, or another language that `ftdata.lang` has a catalogue of."""


@contextmanager
def asked_by(who: str, lang: str = "") -> Iterator[None]:
    """Let messages name options as those write them who ask: ``near=0.85``, or ``--near 0.85``.

    Args:
        who: Who asks.
        lang: The language that they read, if it is to be another.
    """
    token, language = asks.set(who), reads.set(lang or reads.get())
    try:
        yield
    finally:
        asks.reset(token)
        reads.reset(language)


def translated(text: str) -> str:
    """A text as whoever reads it is shown it. What programs read never passes through here."""
    lang = reads.get()
    if lang == "en":
        return text
    from ftdata.lang import catalogue

    return catalogue(lang).translate(text)


def labelled(label: str, text: str) -> str:
    """A text behind a label such as ``error:``; a Chinese colon has its space with it."""
    label = translated(label)
    return label + text if label.endswith("：") else f"{label} {text}"
