"""What outputs have in common: the account, findings, errors."""

from __future__ import annotations

from typing import Any, Literal, NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

closed = with_config(ConfigDict(extra="forbid", use_attribute_docstrings=True))
"""Only the keys that are declared, each described by the text under it."""

Counts = dict[str, int]
JSONObject = dict[str, Any]


@closed
class TallyOutput(TypedDict):
    """The account of a run: read + added = written + dropped + rejected + merged."""

    read: int
    """Rows that were read."""
    written: int
    """Examples that came out."""
    added: Counts
    """Examples that a step made beyond its input, by step."""
    merged: Counts
    """Examples that a step merged into others, by step."""
    dropped: dict[str, Counts]
    """Examples that a step took out as it was asked to, by step and reason."""
    rejected: dict[str, Counts]
    """Rows that could not become examples, by step and reason."""
    changed: dict[str, Counts]
    """Changes, by step and what was done."""
    lost: Counts
    """What the format that was written does not hold, and how often it was left out."""
    internal: NotRequired[int]
    """Rows at which ftdata itself failed; they are among the rejected ones."""


@closed
class FindingOutput(TypedDict):
    """One finding of a rule."""

    rule: str
    """The rule's name: `ftdata explain RULE` tells of it."""
    severity: Literal["error", "warning", "info"]
    message: str
    path: str | None
    """The file; null where the whole set is meant."""
    line: int | None
    """The physical line or row, from 1; null where the whole file or set is meant."""
    json_path: str
    """The place inside the row, such as $.messages[2].role, or empty."""
    hint: str
    """What to do."""
    fix: Literal["", "safe", "unsafe"]
    """How `check --fix` puts it right, if it does."""


@closed
class FailureOutput(TypedDict):
    """Why a command ended without its result."""

    kind: Literal[
        "usage", "recipe", "format", "package", "exists", "rejects", "empty", "findings", "row", "step", "input",
        "output", "service", "system", "interrupted", "terminated", "bug",
    ]  # fmt: skip
    """What kind of an error it is, in one word."""
    exit_code: Literal[1, 2, 3, 4, 130, 143]
    type: str
    """The class of the exception."""
    message: str
    """What is wrong, without the place."""
    hint: str
    """What to do, or empty."""
    path: str | None
    """The file, if one is meant."""
    line: int | None
    """The physical line or row, from 1, if one is meant."""
    json_path: str
    """The place inside the row, or empty."""
    tally: NotRequired[TallyOutput]
    """The account, where too many rows were rejected."""
    findings: NotRequired[list[FindingOutput]]
    """The findings that an upload or a job was refused for."""
    status: NotRequired[int]
    """The status that a service answered with; 0 where there was no answer."""
    code: NotRequired[str]
    """The service's own name for the error, or empty."""


@closed
class Printed(TypedDict):
    """What all outputs of commands have."""

    ftdata: str
    """The version of ftdata."""
    dry_run: NotRequired[bool]
    """True where nothing was written in fact."""


@closed
class ErrorOutput(TypedDict):
    """What any command with --json prints where it ends without its result."""

    ftdata: str
    """The version of ftdata."""
    error: FailureOutput


@closed
class WrittenOutput(TypedDict):
    """One file that was written."""

    path: str
    rows: int
    bytes: int
    sha256: str
    """Of the bytes as they are on disk."""


@closed
class ResultOutput(TypedDict):
    """What a run wrote, and what became of every row."""

    outputs: list[WrittenOutput]
    """The files; none where no example came out."""
    rejects: str | None
    """The file with the rejected rows, if there are any."""
    tally: TallyOutput
    removed: NotRequired[list[str]]
    """Files of an earlier run that were of these outputs and went."""
    bug: NotRequired[str]
    """The first row at which ftdata itself failed."""
    dry_run: NotRequired[bool]
    """True where nothing was written in fact."""
