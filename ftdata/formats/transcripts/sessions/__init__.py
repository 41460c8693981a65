"""Agents' sessions: rows are events, and what they come to is told by all rows of a session.

One module a harness says which events speak, and in what order; `conversation` makes an example of what was said.
"""

from __future__ import annotations

from importlib import import_module

from ftdata.formats.transcripts.sessions.shape import Harness

_HOMES = {"claude-code": "claude_code", "codex": "codex", "agent-session": "agent_session",
          "pydantic-ai": "pydantic_ai"}  # fmt: skip


def harness(name: str) -> Harness:
    """The harness of this name."""
    found = import_module(f"{__name__}.{_HOMES[name]}").HARNESS
    assert isinstance(found, Harness)  # noqa: S101 - each of these modules has one
    return found
