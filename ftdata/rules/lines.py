"""Lines that are not JSON objects, or hold what readers of JSON take in different ways."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from ftdata.errors import InternalError, RowError
from ftdata.rules.registry import Problem, rule

_JSON = "RFC 8259; OpenAI: 'Invalid file format. Example N cannot be parsed. Error: line contains invalid json', seen"
_SILENT = "RFC 8259; what the server does is not known: Python's reader takes it in silence"

# What the codec says, by rule. A line that is refused for another reason is no JSON at all.
_SAID = {
    "not-an-object": "expected a JSON object",
    "not-utf8": "bytes that are not UTF-8",
    "duplicate-key": "occurs twice in one object",
    "not-a-number": "JSON has no such number",
    "number-range": "too large for a float",
    "long-integer": "over 4,300 digits",
    "lone-surrogate": "lone surrogate",
    "nesting": "nesting over",
}
_READABLE = ("duplicate-key", "not-a-number", "number-range")


def _told(slug: str, raw: bytes, error: RowError | None) -> Iterator[Problem]:
    """The codec's own words, if they are those of this rule."""
    if error is not None and _slug(error) == slug:
        yield Problem(error.json_path, error.message, hint=error.hint)


def _slug(error: RowError) -> str:
    said = f"{error.message} {error.hint}"
    return next((slug for slug, phrase in _SAID.items() if phrase in said), "invalid-json")


for _name, _severity, _title, _why, _fix, _source in (
    (
        "invalid-json", "error", "A line is not JSON",
        "A file with one broken line is refused as a whole.",
        "Write each example with a JSON library, one compact object a line.", _JSON,
    ),
    (
        "not-an-object", "error", "A line is JSON but no object",
        "Every line is one example: an object with messages, or another kind's keys.",
        "Write one object a line.",
        "OpenAI: 'Expected file to have JSONL format, where every line is a JSON dictionary', seen",
    ),
    (
        "not-utf8", "error", "A line is not UTF-8 text",
        "The server reads UTF-8; other bytes make the line unreadable.",
        "Save the file as UTF-8, or name its encoding with --encoding and convert it.",
        "OpenAI: 'Line 1 is not a dictionary' on wrong encodings, seen",
    ),
    (
        "duplicate-key", "warning", "An object has the same key twice",
        "Readers keep the last value and drop the first in silence: half of what you wrote is not trained.",
        "Keep one of the two.", _SILENT,
    ),
    (
        "not-a-number", "warning", "NaN or Infinity, which JSON does not have",
        "Some readers refuse the line, others read it.", "Write null, or omit the key.", _SILENT,
    ),
    (
        "number-range", "warning", "A number too large for a float",
        "It becomes infinity.", "Write it as a string.", _SILENT,
    ),
    (
        "long-integer", "warning", "An integer of over 4,300 digits",
        "Python's reader refuses it.", "Write it as a string.", _SILENT,
    ),
    (
        "lone-surrogate", "warning", "Half of a character in an escape",
        "It is not text: it was cut in the middle of a character, and cannot be written as UTF-8.",
        "Export the text again, or remove the half.", _SILENT,
    ),
    (
        "nesting", "warning", "Nesting over 200 levels",
        "Readers give up at some depth.", "Write the inner part as text.", _SILENT,
    ),
):  # fmt: skip
    rule(_name, _severity, _title, over="line", why=_why, fix=_fix, source=_source)(partial(_told, _name))


@rule(
    "blank-line", "warning", "A line is blank",
    over="line",
    why="Most readers pass over it; some reject it as a line that is not an example.",
    fix="Remove it: --fix writes the file without blank lines.",
    source="a third party's test; what the server does is not known",
    once=True,
)  # fmt: skip
def blank_line(raw: bytes, error: RowError | None) -> Iterator[Problem]:
    """A line of white space."""
    if error is None and not raw.strip():
        yield Problem("", "a blank line")


@rule(
    "rejected-row", "error", "A row that could not become an example",
    over="reject",
    why="It would be missing from the file that is written.",
    fix="Correct the row, or accept that it is rejected.",
    source="ftdata's own account: read + added = written + dropped + rejected + merged",
)  # fmt: skip
def rejected_row(raw: bytes, error: RowError) -> Iterator[Problem]:
    """The reason that a format or a step gave."""
    if not isinstance(error, InternalError):
        yield Problem(error.json_path, error.message, hint=error.hint)


@rule(
    "internal-error", "error", "ftdata itself failed at a row",
    over="reject",
    why="ftdata is at fault, not the row: what the rules that failed would have said of it is not known.",
    fix="Report it with the row and the traceback, which --debug shows.",
    source="ftdata's own account: one bad row is one finding",
)  # fmt: skip
def internal_error(raw: bytes, error: RowError) -> Iterator[Problem]:
    """An exception that nobody foresaw."""
    if isinstance(error, InternalError):
        yield Problem(error.json_path, error.message)


def readable(raw: bytes, error: RowError) -> dict[str, Any] | None:
    """The object all the same, where a more lenient reader gets one, so that its other problems are told too."""
    if _slug(error) not in _READABLE:
        return None
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
