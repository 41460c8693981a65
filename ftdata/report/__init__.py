"""Rendering for people: examples and accounts as text."""

from ftdata.report.account import account
from ftdata.report.conversation import conversation

__all__ = ["account", "conversation"]
