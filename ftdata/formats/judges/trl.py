"""What TRL's trainers refuse: columns that are no dataset type, values of other types than the type has.

Source: TRL's page on dataset types and formats (July 2026), which lists the columns of each type.
"""

from __future__ import annotations

from typing import Any

from ftdata.errors import shown
from ftdata.formats.registry import Refusal, Refusals

_TYPES = (
    ("chosen", "rejected"),
    ("prompt", "completion", "label"),
    ("prompt", "completions", "labels"),
    ("prompt", "completion"),
    ("messages",),
    ("text",),
    ("prompt",),
)
"""Language modelling, prompt and completion, preference, unpaired preference, stepwise, prompt alone."""

_BOTH = (("prompt", "completion"), ("prompt", "chosen"), ("chosen", "rejected"))


def refusals(row: dict[str, Any]) -> Refusals:
    """Why no trainer takes a row."""
    found = next((names for names in _TYPES if all(name in row for name in names)), None)
    if found is None:
        keys = ", ".join(map(shown, row)) or "none"
        yield Refusal("$", f"expected messages, prompt and completion, or another dataset type's columns; got {keys}")
        return
    if found == ("messages",) and "label" in row:
        yield Refusal("$.label", "a label stands beside prompt and completion")
    if "label" in found and type(row["label"]) is not bool:
        yield Refusal("$.label", f"expected true or false; got {shown(row['label'])}")
    for one, other in _BOTH:
        if one in row and other in row and type(row[one]) is not type(row[other]):
            yield Refusal(f"$.{other}", f"expected {_kind(row[one])} as in {one}; got {_kind(row[other])}")
    for name in ("messages", "prompt", "completion", "chosen", "rejected"):
        if name in row and (name != "messages" or type(row[name]) is not str):
            yield from _of_turns(row[name], f"$.{name}")
    if "completions" in found:
        yield from _of_steps(row)
    if "tools" in row and type(row["tools"]) not in (list, str, type(None)):
        yield Refusal("$.tools", f"expected a list of functions; got {shown(row['tools'])}")


def _kind(value: Any) -> str:
    return "text" if type(value) is str else "messages" if type(value) is list else shown(value)


def _of_turns(turns: Any, path: str) -> Refusals:
    if type(turns) is str:
        return
    if type(turns) is not list or not turns:
        yield Refusal(path, f"expected text or messages; got {shown(turns)}")
        return
    for index, turn in enumerate(turns):
        here = f"{path}[{index}]"
        if type(turn) is not dict or type(turn.get("role")) is not str:
            yield Refusal(here, f"expected a message with a role; got {shown(turn)}")
            continue
        if type(turn.get("content")) not in (str, list) and not turn.get("tool_calls"):
            yield Refusal(f"{here}.content", f"expected text or a list of parts; got {shown(turn.get('content'))}")
        for number, call in enumerate(turn.get("tool_calls") or ()):
            if type(call.get("function", call).get("arguments")) is str:
                place = f"{here}.tool_calls[{number}].function.arguments"
                yield Refusal(place, "arguments as text, which most chat templates quote", sure=False)


def _of_steps(row: dict[str, Any]) -> Refusals:
    steps, labels = row["completions"], row["labels"]
    if type(steps) is not list or type(labels) is not list or len(steps) != len(labels):
        yield Refusal("$.labels", "expected a label for each step of completions")
    elif not all(type(label) is bool for label in labels):
        yield Refusal("$.labels", "expected true or false for each step")
