"""Examples as HTML for notebooks; whatever the data holds is shown, never run."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from ftdata.errors import printable
from ftdata.report.conversation import conversation

if TYPE_CHECKING:
    from ftdata.example.words import Example

_STYLE = "white-space:pre-wrap;border-left:3px solid #8a8;padding-left:.6em;margin:.4em 0"


def preview(title: str, examples: Sequence[Example], note: str = "") -> str:
    """A few examples under a title, and why there are no more of them."""
    shown = [f'<pre style="{_STYLE}">{escape(conversation(example))}</pre>' for example in examples]
    said = f"<p>{escape(printable(note))}</p>" if note else ""
    return f"<div><p><code>{escape(printable(title))}</code></p>{''.join(shown)}{said}</div>"
