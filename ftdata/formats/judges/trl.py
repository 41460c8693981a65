"""What TRL's trainers refuse: columns that are no dataset type, values of other types than the type has.

Source: TRL's page on dataset types and formats (July 2026), which lists the columns of each type; its trainers' code
(1.16), which reads tools as JSON text, and hands calls and parts on to the chat template as they are.
"""

from __future__ import annotations

import json
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
    for one, other in (("chosen", "rejected"), ("completions", "labels")):
        if (one in row) != (other in row):
            yield Refusal("$", f"expected {one} and {other}; got one of them")
    if found == ("messages",) and "label" in row:
        yield Refusal("$.label", "a label stands beside prompt and completion")
    if "label" in found and type(row["label"]) is not bool:
        yield Refusal("$.label", f"expected true or false; got {shown(row['label'])}")
    for one, other in _BOTH:
        if one in row and other in row and type(row[one]) is not type(row[other]):
            yield Refusal(f"$.{other}", f"expected {_kind(row[one])} as in {one}; got {_kind(row[other])}")
    for name in ("messages", "prompt", "completion", "chosen", "rejected"):
        if name == "messages" and type(row.get(name)) is str:
            yield Refusal("$.messages", "expected a list of messages; got text")
        elif name in row:
            yield from _of_turns(row[name], f"$.{name}")
    if "completions" in found:
        yield from _of_steps(row)
    yield from _of_tools(row.get("tools"))


def _of_tools(tools: Any) -> Refusals:
    """Definitions: a list, or JSON text of one."""
    if type(tools) is str:
        try:
            tools = json.loads(tools)  # as the trainers read it
        except (ValueError, RecursionError):
            yield Refusal("$.tools", f"expected a list of functions, or its JSON text; got {shown(tools)}")
            return
    if type(tools) not in (list, type(None)):
        yield Refusal("$.tools", f"expected a list of functions; got {shown(tools)}")
    for index, tool in enumerate(tools if type(tools) is list else ()):
        if type(tool) is not dict:
            yield Refusal(f"$.tools[{index}]", f"expected a function definition; got {shown(tool)}")


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
        content = turn.get("content")
        if type(content) not in (str, list) and not turn.get("tool_calls"):
            yield Refusal(f"{here}.content", f"expected text or a list of parts; got {shown(content)}")
        elif type(content) is list:
            yield from _of_parts(content, f"{here}.content")
        calls = turn.get("tool_calls") or ()
        if type(calls) not in (list, tuple):
            yield Refusal(f"{here}.tool_calls", f"expected a list of calls; got {shown(calls)}")
            continue
        for number, call in enumerate(calls):
            yield from _of_call(call, f"{here}.tool_calls[{number}]")


def _of_parts(parts: list[Any], path: str) -> Refusals:
    kinds = dict.fromkeys(part.get("type") if type(part) is dict else None for part in parts)
    for kind in [kind for kind in kinds if kind not in _PARTS]:
        yield Refusal(path, f"expected parts of text and images; got {shown(kind)}, which chat templates pass over")
    if not parts:
        yield Refusal(path, "expected text or parts; got none")
    for index, part in enumerate(parts):
        if type(part) is dict and part.get("type") == "text" and type(part.get("text")) is not str:
            yield Refusal(f"{path}[{index}].text", f"expected text; got {shown(part.get('text'))}")
    if kinds.keys() <= {"text"}:
        yield Refusal(path, "parts, which templates of models for text stop at or leave out", sure=False)


_PARTS = frozenset(("text", "image", "image_url", "video", "audio"))


def _of_call(call: Any, path: str) -> Refusals:
    function = call.get("function", call) if type(call) is dict else None
    if type(function) is not dict or "arguments" not in function:
        yield Refusal(path, f"expected a function's name and arguments; got {shown(call)}")
    elif type(function["arguments"]) is str:
        yield Refusal(f"{path}.function.arguments", "arguments as text, which most chat templates quote", sure=False)


def _of_steps(row: dict[str, Any]) -> Refusals:
    steps, labels = row["completions"], row["labels"]
    if type(steps) is not list or type(labels) is not list or len(steps) != len(labels):
        yield Refusal("$.labels", "expected a label for each step of completions")
    elif not all(type(step) is str for step in steps):
        yield Refusal("$.completions", "expected text for each step")
    elif not all(type(label) is bool for label in labels):
        yield Refusal("$.labels", "expected true or false for each step")
