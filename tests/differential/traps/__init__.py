"""Rows that are good but for one thing each, by what they are meant to be."""

from __future__ import annotations

from tests.differential.traps.alone import ANTHROPIC, COMPLETIONS, GEMINI, SHAREGPT, TRL
from tests.differential.traps.calls import CALLS
from tests.differential.traps.chats import CHATS
from tests.differential.traps.pairs import GRADED, PAIRS

TRAPS = {
    "chat": {**CHATS, **CALLS},
    "pair": PAIRS,
    "graded": GRADED,
    "completion": COMPLETIONS,
    "sharegpt": SHAREGPT,
    "trl": TRL,
    "gemini": GEMINI,
    "anthropic": ANTHROPIC,
}
"""The traps by dialect and name."""

READ_BY = {
    "openai": ("chat", "pair", "graded", "completion"),
    "together": ("chat", "pair", "completion"),
    "fireworks": ("chat", "pair"),
    "mistral": ("chat",),
    "axolotl": ("chat",),
    "llama-factory": ("chat", "sharegpt"),
    "trl": ("chat", "completion", "trl"),
    "gemini": ("gemini",),
    "anthropic": ("anthropic",),
}
"""The dialects that each target has, the near ones of others included."""
