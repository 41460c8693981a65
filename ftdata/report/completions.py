"""What was found in prompts and completions, as a table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ftdata.errors import printable
from ftdata.report.widths import to_left, width

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.formats.completion import FileFindings

_HEAD = ("file", "rows", "task", "separator", "stop", "prefix", "labels", "rows touched")
_WIDTH = 28  # characters of a cell


def completions(files: Sequence[tuple[str, FileFindings]]) -> list[str]:
    """A line of headings and one for each file."""
    rows = [_HEAD, *(_cells(name, found) for name, found in files)]
    widths = [max(width(row[column]) for row in rows) for column in range(len(_HEAD))]
    return ["  ".join(to_left(cell, cells) for cell, cells in zip(row, widths, strict=True)).rstrip() for row in rows]


def before_and_after(found: FileFindings, after: Example | None) -> list[str]:
    """One row as it was, and as the chat that it became."""
    if found.survey.first is None or after is None:
        return []
    prompt, completion = found.survey.first
    said = [(message["role"], str(message["content"])) for message in after["messages"]]
    lines = [f"  before  prompt      {_shown(prompt, 60)}", f"          completion  {_shown(completion, 60)}"]
    for index, (role, text) in enumerate(said):
        lines.append(f"  {'after' if not index else '':<7} {role:<11} {_shown(text, 60)}")
    return lines


def _cells(name: str, found: FileFindings) -> tuple[str, ...]:
    task: str = found.task
    if found.objects:
        task += ", JSON"
    labels = ", ".join(f"{spelled(label)} {count}" for label, count in found.labels[:4])
    if len(found.labels) > 4:
        labels += f", … ({len(found.labels)})"
    if found.codes:
        labels = f"codes: {labels}"
    cells = (task, found.separator, found.stop, found.prefix)
    quoted = (task, *(_shown(cell, _WIDTH) if cell else "-" for cell in cells[1:]))
    return (printable(name), f"{found.survey.rows:,}", *quoted, printable(labels) or "-", f"{found.touched:,}")


def remarks_of(found: FileFindings) -> list[str]:
    """What to know of marks that not all rows have, and of labels in several spellings."""
    said = []
    for of, mark, share in found.nearly:
        name = "separator" if of == "prompt" else "stop"
        quoted = json.dumps(mark, ensure_ascii=False)
        said.append(f"{share:.0%} of the {of}s end with {quoted}, too few to take it away: --{name} {quoted} does")
    for labels in found.variants:
        listed = ", ".join(json.dumps(label, ensure_ascii=False) for label in labels[:5])
        trims = "" if len({label.strip() for label in labels}) == len(labels) else "; --trim-labels trims white space"
        said.append(f"labels that differ in case or white space alone: {listed}{trims}")
    return list(map(printable, said))


def spelled(label: str) -> str:
    """A label as it is: in quotes where white space around it would not be seen."""
    return label if label == label.strip() else json.dumps(label, ensure_ascii=False)


def _shown(text: str, width: int) -> str:
    """The text in quotes on one line, the middle left out where it is long."""
    shown = json.dumps(text, ensure_ascii=False)
    shown = printable(shown)
    half = width // 2
    return shown if len(shown) <= width else f"{shown[:half]}…{shown[len(shown) - half + 1 :]}"
