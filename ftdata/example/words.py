"""What every part of the house says of examples: their type, their kinds, who speaks in them.

It stands apart from the shapes, which take longer to import than most commands need.
"""

from __future__ import annotations

from typing import Any, Literal

Example = dict[str, Any]
"""A chat, preference, reinforcement or completion example: a JSON object, and optionally ``metadata``."""

Kind = Literal["chat", "completion", "preference", "reinforcement"]

ROLES = ("system", "developer", "user", "assistant", "tool", "function")

INSTEAD_OF_CONTENT = ("tool_calls", "function_call", "refusal", "audio")
"""What an assistant's message may hold without content."""
