"""ftdata: the toolchain for fine-tuning data.

>>> import ftdata
>>> rows = [{"question": "2 + 2?", "answer": "4"}]
>>> ftdata.read(rows).to_chat(user="question", assistant="answer").head(1)
[{'messages': [{'role': 'user', 'content': '2 + 2?'}, {'role': 'assistant', 'content': '4'}]}]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

# Where each public name lives. They are imported when they are asked for, so that `import ftdata` costs nothing.
_HOMES = {
    "ftdata.dataset": ("Dataset", "read", "read_splits"),
    "ftdata.dataset.found": ("ConflictReport", "Duplicates", "OverlapReport"),
    "ftdata.dataset.splits": ("Splits",),
    "ftdata.steps.balance": ("BalanceTable",),
    "ftdata.steps.split": ("SplitSummary",),
    "ftdata.writing": ("Result",),
    "ftdata.files.output": ("Written",),
    "ftdata.engines.plan": ("Rejected",),
    "ftdata.errors": (
        "FtdataError",
        "InputError",
        "MissingPackageError",
        "OutputError",
        "RecipeError",
        "RowError",
        "StepError",
        "UnknownFormatError",
        "UsageError",
    ),
    "ftdata.example": (
        "AssistantMessage",
        "ChatExample",
        "Example",
        "Message",
        "Tool",
        "ToolCall",
        "assistant",
        "chat",
        "content_hash",
        "developer",
        "system",
        "tool",
        "tool_call",
        "tool_result",
        "user",
    ),
    "ftdata.expressions": ("Key", "Predicate"),
    "ftdata.dataset.mixing": ("mix",),
    "ftdata.report.saved": ("Saved",),
    "ftdata.report.savings": ("Savings",),
    "ftdata.steps.pruning": ("Pruning", "prune"),
    "ftdata.findings": ("Drop", "Finding", "FindingsError", "Origin", "RejectedRows", "Severity", "Tally"),
    "ftdata.report.checked": ("Report",),
    "ftdata.report.look": ("Look",),
    "ftdata.formats.mapping": ("Mapping",),
    "ftdata.report.stats": ("Stats",),
    "ftdata.steps.user": ("step",),
    "ftdata.tokens.money": ("Cost", "estimate_cost"),
    "ftdata.tokens.single": ("TokenCount", "count_tokens"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

if TYPE_CHECKING:
    from ftdata.dataset import Dataset, read, read_splits
    from ftdata.dataset.found import ConflictReport, Duplicates, OverlapReport
    from ftdata.dataset.mixing import mix
    from ftdata.dataset.splits import Splits
    from ftdata.engines.plan import Rejected
    from ftdata.errors import (
        FtdataError,
        InputError,
        MissingPackageError,
        OutputError,
        RecipeError,
        RowError,
        StepError,
        UnknownFormatError,
        UsageError,
    )
    from ftdata.example import (
        AssistantMessage,
        ChatExample,
        Example,
        Message,
        Tool,
        ToolCall,
        assistant,
        chat,
        content_hash,
        developer,
        system,
        tool,
        tool_call,
        tool_result,
        user,
    )
    from ftdata.expressions import Key, Predicate
    from ftdata.files.output import Written
    from ftdata.findings import Drop, Finding, FindingsError, Origin, RejectedRows, Severity, Tally
    from ftdata.formats.mapping import Mapping
    from ftdata.report.checked import Report
    from ftdata.report.look import Look
    from ftdata.report.saved import Saved
    from ftdata.report.savings import Savings
    from ftdata.report.stats import Stats
    from ftdata.steps.balance import BalanceTable
    from ftdata.steps.pruning import Pruning, prune
    from ftdata.steps.split import SplitSummary
    from ftdata.steps.user import step
    from ftdata.tokens.money import Cost, estimate_cost
    from ftdata.tokens.single import TokenCount, count_tokens
    from ftdata.writing import Result

__all__ = [
    "AssistantMessage",
    "BalanceTable",
    "ChatExample",
    "ConflictReport",
    "Cost",
    "Dataset",
    "Drop",
    "Duplicates",
    "Example",
    "Finding",
    "FindingsError",
    "FtdataError",
    "InputError",
    "Key",
    "Look",
    "Mapping",
    "Message",
    "MissingPackageError",
    "Origin",
    "OutputError",
    "OverlapReport",
    "Predicate",
    "Pruning",
    "RecipeError",
    "Rejected",
    "RejectedRows",
    "Report",
    "Result",
    "RowError",
    "Saved",
    "Savings",
    "Severity",
    "SplitSummary",
    "Splits",
    "Stats",
    "StepError",
    "Tally",
    "TokenCount",
    "Tool",
    "ToolCall",
    "UnknownFormatError",
    "UsageError",
    "Written",
    "assistant",
    "chat",
    "content_hash",
    "count_tokens",
    "developer",
    "estimate_cost",
    "mix",
    "prune",
    "read",
    "read_splits",
    "step",
    "system",
    "tool",
    "tool_call",
    "tool_result",
    "user",
]


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'ftdata' has no attribute {name!r}")
    value: object = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
