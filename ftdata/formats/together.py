"""Together's lines: chats, preference pairs, prompt and completion, with no column beside them.

Source: together-python's checker of files (December 2025) and Together's fine-tuning guide (2026).
"""

from __future__ import annotations

from ftdata.example.shapes import Kind
from ftdata.formats.narrowing import LOSES, Narrow
from ftdata.formats.openai import parse
from ftdata.formats.registry import Format

_KINDS: tuple[Kind, ...] = ("chat", "preference", "completion")
_KEYS = frozenset(
    ("messages", "tools", "input", "preferred_output", "non_preferred_output", "prompt", "completion")
)  # fmt: skip
_MESSAGE = frozenset(("role", "content", "weight", "tool_calls", "tool_call_id"))

TOGETHER = Format(
    name="together",
    about="chats, preference pairs and completions for Together, which rejects every other column",
    kinds=_KINDS,
    parse=parse,
    dump=Narrow("together", _KINDS, _KEYS, _MESSAGE),
    recognises=lambda row: False,  # its rows are OpenAI's
    dialect_of="openai",
    loses=LOSES,
    source="together-python's checker of files (December 2025), fine-tuning guide (2026)",
)
