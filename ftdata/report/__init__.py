"""Rendering for people and programs: examples, accounts, what looks at files and checks found."""

from ftdata.report.account import account
from ftdata.report.checked import Report
from ftdata.report.conversation import conversation
from ftdata.report.look import Look

__all__ = ["Look", "Report", "account", "conversation"]
