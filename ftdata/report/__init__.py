"""Rendering for people: examples, accounts and what a look at files found, as text."""

from ftdata.report.account import account
from ftdata.report.conversation import conversation
from ftdata.report.look import Look

__all__ = ["Look", "account", "conversation"]
