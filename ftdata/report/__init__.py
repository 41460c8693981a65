"""Rendering for people and programs: examples, accounts and what checks found."""

from ftdata.report.account import account
from ftdata.report.checked import Report
from ftdata.report.conversation import conversation

__all__ = ["Report", "account", "conversation"]
