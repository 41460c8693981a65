"""ftdata: the toolchain for fine-tuning data.

>>> import ftdata
>>> rows = [{"question": "2 + 2?", "answer": "4"}]
>>> ftdata.read(rows).to_chat(user="question", assistant="answer").head(1)
[{'messages': [{'role': 'user', 'content': '2 + 2?'}, {'role': 'assistant', 'content': '4'}]}]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ftdata.lazily import names_of

__version__ = "0.2.0"

# Where each public name lives. They are imported when they are asked for, so that `import ftdata` costs nothing.
_HOMES = {
    "ftdata.dataset": ("Dataset", "read", "read_splits"),
    "ftdata.dataset.found": ("ConflictReport", "Duplicates", "OverlapReport"),
    "ftdata.dataset.splits": ("Splits",),
    "ftdata.steps.balance": ("BalanceTable",),
    "ftdata.steps.split": ("SplitSummary",),
    "ftdata.writing": ("Result",),
    "ftdata.files.output": ("Written",),
    "ftdata.files.rehearsal": ("dry_run",),
    "ftdata.engines.plan": ("Rejected",),
    "ftdata.errors": (
        "FtdataError",
        "InputError",
        "InternalError",
        "InternalError",
        "MissingPackageError",
        "OutputError",
        "RecipeError",
        "RowError",
        "ServiceError",
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
        "identity",
        "preference",
        "system",
        "tool",
        "tool_call",
        "tool_result",
        "user",
    ),
    "ftdata.expressions": ("Key", "Predicate"),
    "ftdata.dataset.mixing": ("mix",),
    "ftdata.distill.capture": ("capture",),
    "ftdata.distill.asking": ("Requests", "requests"),
    "ftdata.distill.comparing": ("compare",),
    "ftdata.jobs.job": ("Job", "job"),
    "ftdata.jobs.metrics": ("Metrics", "metrics"),
    "ftdata.report.compared": ("Comparison",),
    "ftdata.report.saved": ("Saved",),
    "ftdata.report.savings": ("Savings",),
    "ftdata.steps.pruning": ("Pruning", "prune"),
    "ftdata.findings": (
        "Drop",
        "EmptyOutputError",
        "Finding",
        "FindingsError",
        "Origin",
        "RejectedRows",
        "Severity",
        "Tally",
    ),
    "ftdata.report.checked": ("Report",),
    "ftdata.report.look": ("Look",),
    "ftdata.authoring.mapping": ("Mapping",),
    "ftdata.manifest": ("Manifest",),
    "ftdata.recipe": ("Recipe",),
    "ftdata.report.paged": ("DataReport",),
    "ftdata.report.places": ("PlaceReport",),
    "ftdata.report.stats": ("Stats",),
    "ftdata.steps.user": ("step",),
    "ftdata.tokens.money": ("Cost", "estimate_cost"),
    "ftdata.tokens.rendering": ("Dropped", "Rendering", "Segment"),
    "ftdata.tokens.single": ("TokenCount", "count_tokens", "render"),
}

# Names that go: by each the version that says so first, and the name that there is now; see `ftdata.deprecations`.
_RENAMED: dict[str, tuple[str, str]] = {}

if TYPE_CHECKING:
    from ftdata.authoring.mapping import Mapping
    from ftdata.dataset import Dataset, read, read_splits
    from ftdata.dataset.found import ConflictReport, Duplicates, OverlapReport
    from ftdata.dataset.mixing import mix
    from ftdata.dataset.splits import Splits
    from ftdata.distill.asking import Requests, requests
    from ftdata.distill.capture import capture
    from ftdata.distill.comparing import compare
    from ftdata.engines.plan import Rejected
    from ftdata.errors import (
        FtdataError,
        InputError,
        InternalError,
        MissingPackageError,
        OutputError,
        RecipeError,
        RowError,
        ServiceError,
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
        identity,
        preference,
        system,
        tool,
        tool_call,
        tool_result,
        user,
    )
    from ftdata.expressions import Key, Predicate
    from ftdata.files.output import Written
    from ftdata.files.rehearsal import dry_run
    from ftdata.findings import (
        Drop,
        EmptyOutputError,
        Finding,
        FindingsError,
        Origin,
        RejectedRows,
        Severity,
        Tally,
    )
    from ftdata.jobs.job import Job, job
    from ftdata.jobs.metrics import Metrics, metrics
    from ftdata.manifest import Manifest
    from ftdata.recipe import Recipe
    from ftdata.report.checked import Report
    from ftdata.report.compared import Comparison
    from ftdata.report.look import Look
    from ftdata.report.paged import DataReport
    from ftdata.report.places import PlaceReport
    from ftdata.report.saved import Saved
    from ftdata.report.savings import Savings
    from ftdata.report.stats import Stats
    from ftdata.steps.balance import BalanceTable
    from ftdata.steps.pruning import Pruning, prune
    from ftdata.steps.split import SplitSummary
    from ftdata.steps.user import step
    from ftdata.tokens.money import Cost, estimate_cost
    from ftdata.tokens.rendering import Dropped, Rendering, Segment
    from ftdata.tokens.single import TokenCount, count_tokens, render
    from ftdata.writing import Result

__all__ = [
    "AssistantMessage",
    "BalanceTable",
    "ChatExample",
    "Comparison",
    "ConflictReport",
    "Cost",
    "DataReport",
    "Dataset",
    "Drop",
    "Dropped",
    "Duplicates",
    "EmptyOutputError",
    "Example",
    "Finding",
    "FindingsError",
    "FtdataError",
    "InputError",
    "InternalError",
    "Job",
    "Key",
    "Look",
    "Manifest",
    "Mapping",
    "Message",
    "Metrics",
    "MissingPackageError",
    "Origin",
    "OutputError",
    "OverlapReport",
    "PlaceReport",
    "Predicate",
    "Pruning",
    "Recipe",
    "RecipeError",
    "Rejected",
    "RejectedRows",
    "Rendering",
    "Report",
    "Requests",
    "Result",
    "RowError",
    "Saved",
    "Savings",
    "Segment",
    "ServiceError",
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
    "capture",
    "chat",
    "compare",
    "content_hash",
    "count_tokens",
    "developer",
    "dry_run",
    "estimate_cost",
    "identity",
    "job",
    "metrics",
    "mix",
    "preference",
    "prune",
    "read",
    "read_splits",
    "render",
    "requests",
    "step",
    "system",
    "tool",
    "tool_call",
    "tool_result",
    "user",
]


__getattr__ = names_of(globals(), _HOMES, _RENAMED)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
