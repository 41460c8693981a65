"""What must change in the code that calls the model, once its training data are chats."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ftdata.formats.completion.writing import CompletionMarks

if TYPE_CHECKING:
    from ftdata.formats.completion.findings import FileFindings


def notes(name: str, found: FileFindings, *, prefix_to_system: bool = False, unescape: bool = False) -> str:
    """A page of Markdown for the people who own the code."""
    return "\n".join(
        [
            f"# {name}: from prompt and completion to chat",
            "",
            f"{found.survey.rows:,} rows, {_task(found)}.",
            "",
            "## What to change in the calling code",
            "",
            *(f"- {line}" for line in _changes(found, prefix_to_system, unescape)),
            "",
            *_labels(found),
        ]
    )


def written(name: str, marks: CompletionMarks) -> str:
    """A page of Markdown for the people who call a model that was trained with these marks."""
    dialogues = "A prompt of several turns is `User: …` and `Assistant: …`, a line each, and ends with " + (
        "`Assistant:`." if marks.separator == CompletionMarks().separator else "the separator."
    )
    return "\n".join(
        [
            f"# {name}: prompts and completions",
            "",
            "## What the calling code must do",
            "",
            f"- Append the separator {_quoted(marks.separator)} to each prompt, as in training.",
            f"- Ask with `stop={_quoted(marks.stop)[1:-1]}`, or the model goes on.",
            "- Completions begin with a space: strip it.",
            f"- {dialogues}",
            "- A system prompt comes first, followed by a blank line.",
            "",
        ]
    )


def _task(found: FileFindings) -> str:
    return {
        "generation": "text without prompts",
        "classification": f"a classification with {len(found.labels) or found.survey.answers.count} labels",
        "conditional": "a completion for each prompt",
    }[found.task]


def _changes(found: FileFindings, prefix_to_system: bool, unescape: bool) -> list[str]:
    lines = ["Call chat completions (`messages`) where completions (`prompt`) were called."]
    if found.dialogues:
        lines.append("Send each turn as a message of its own, no longer as one prompt that ends with a name.")
    if found.separator:
        lines.append(f"Drop the separator {_quoted(found.separator)} after the prompt.")
    if found.stop:
        lines.append(f"Leave out `stop={_quoted(found.stop)[1:-1]}`: a chat ends by itself.")
    elif found.task != "classification":
        lines.append("Leave out `stop`: a chat ends by itself.")
    if found.space:
        lines.append("Answers no longer begin with a space: a `strip()` may stay, a comparison with it must go.")
    if found.prefix and prefix_to_system:
        lines.append(f"Send {_quoted(found.prefix.strip())} as the system message, no longer before each prompt.")
    elif found.prefix:
        begin = _quoted(found.prefix)
        lines.append(f"Each prompt still begins with {begin}; --prefix-to-system would make it the system message.")
    if found.survey.escaped and unescape:
        lines.append("Send real newlines instead of a backslash and n.")
    if found.task == "classification":
        lines.append("Drop `max_tokens=1`: an answer is a whole label. `logprobs` are those of the chat's tokens.")
        if found.codes:
            lines.append(
                "The labels are codes; a chat model learns words faster. If you relabel, map its answers back."
            )
    if found.objects:
        lines.append("Answers are JSON: ask for it with `response_format`.")
    return lines


def _labels(found: FileFindings) -> list[str]:
    if not found.labels:
        return []
    table = [f"| {_quoted(label)} | {count:,} |" for label, count in found.labels]
    return ["## Labels", "", "| label | rows |", "|---|---|", *table, ""]


def _quoted(text: str) -> str:
    return f"`{json.dumps(text, ensure_ascii=False)}`"
