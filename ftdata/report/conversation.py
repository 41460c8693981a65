"""An example as a person reads it: who says what, what is trained and what is not, which functions are called."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ftdata.errors import printable
from ftdata.example import parts

if TYPE_CHECKING:
    from ftdata.example.words import Example

MAX_TEXT = 2000
"""Characters of one message that are shown."""

Style = Mapping[str, tuple[str, str]]

PLAIN: Style = {}
COLOURS: Style = {
    "trained": ("\x1b[32m", "\x1b[0m"),
    "role": ("\x1b[1m", "\x1b[0m"),
    "faint": ("\x1b[2m", "\x1b[0m"),
}


def conversation(example: Example, *, title: str = "", style: Style = PLAIN, width: int = 100) -> str:
    """The example as text, without control characters of the data's own."""
    lines = []
    if title:
        lines.append(_styled(title, "faint", style))
    kind = parts.kind_of(example)
    if kind == "completion":
        lines += _turn("prompt", str(example["prompt"]), False, style, width)
        lines += _turn("completion", str(example["completion"]), True, style, width)
    else:
        for message in parts.messages(example):
            lines += _message(message, style, width)
    if kind == "preference":
        for name in ("preferred_output", "non_preferred_output"):
            lines.append(_styled(f"-- {name}", "faint", style))
            for message in example.get(name, ()):
                lines += _message(message, style, width)
    lines += _rest(example, style)
    return "\n".join(lines)


def _message(message: Mapping[str, Any], style: Style, width: int) -> Iterator[str]:
    role = str(message["role"])
    if "name" in message:
        role += f" {message['name']}"
    if role == "tool":
        role = f"tool result {message.get('tool_call_id', '')}"
    if message.get("weight") == 0:
        role += " (not trained)"
    text = parts.text_of(message.get("content"))
    content = message.get("content")
    images = sum(isinstance(part, dict) and part.get("type") == "image_url" for part in content or ()) if content else 0
    if images:
        text += f" [{images} image{'s' if images > 1 else ''}]"
    trained = parts.trained(message)
    if text or not (message.get("tool_calls") or message.get("function_call")):
        yield from _turn(role, text, trained, style, width)
    for call in message.get("tool_calls") or ():
        if call.get("type") == "custom":
            said = f"{call['custom']['name']}({call['custom']['input']})"
            yield from _turn(f"{role} calls", said, trained, style, width)
    for call in parts.calls(message):
        said = f"{call.get('name')}({call.get('arguments', '')})"
        yield from _turn(f"{role} calls", said, trained, style, width)


def _turn(role: str, text: str, trained: bool, style: Style, width: int) -> Iterator[str]:
    cut = len(text) - MAX_TEXT
    shown = text[:MAX_TEXT] + (f"… ({cut:,} more characters)" if cut > 0 else "")
    mark = "▌ " if trained else "  "
    yield _styled(mark, "trained", style) + _styled(printable(role), "role", style)
    for paragraph in shown.split("\n"):
        for line in textwrap.wrap(printable(paragraph), width - 4, break_long_words=True) or [""]:
            yield _styled(mark, "trained", style) + "  " + line


def _rest(example: Example, style: Style) -> Iterator[str]:
    names = [str(tool.get("name")) for tool in parts.tools(example)]
    if names:
        yield _styled(f"  tools: {printable(', '.join(names))}", "faint", style)
    metadata = example.get("metadata")
    if metadata:
        said = ", ".join(f"{key}={value}" for key, value in metadata.items())
        yield _styled(f"  metadata: {printable(said)[:MAX_TEXT]}", "faint", style)


def _styled(text: str, name: str, style: Style) -> str:
    before, after = style.get(name, ("", ""))
    return f"{before}{text}{after}"
