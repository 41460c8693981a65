"""An example as a row that a person reviews in a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftdata.codec import encode
from ftdata.example import parts

if TYPE_CHECKING:
    from ftdata.example.words import Example


def review(example: Example) -> dict[str, Any]:
    """The columns system, prompt and answer, what was rejected and the functions where there are any, and metadata.

    The prompt is the user's text; of several turns each has its role before it. Calls stand as their JSON.
    """
    turns = parts.messages(example)
    row: dict[str, Any] = {"system": parts.system_prompt(example), "prompt": parts.prompt(example)}
    if turns:
        # What stands before the last answer is its prompt; without an answer at the end, everything is.
        said = turns[:-1] if turns[-1]["role"] == "assistant" else turns
        spoken = [turn for turn in said if turn["role"] not in ("system", "developer")]
        plain = len(spoken) == 1 and spoken[0]["role"] == "user"
        row["prompt"] = _text(spoken[0]) if plain else "\n\n".join(f"{turn['role']}: {_text(turn)}" for turn in spoken)
    found = parts.answers(example)
    row["answer"] = _text(found[-1]) if found else ""
    if parts.kind_of(example) == "preference":
        row["rejected"] = "\n\n".join(map(_text, example["non_preferred_output"]))
    functions = [str(function.get("name", "")) for function in parts.tools(example)]
    if functions:
        row["functions"] = ", ".join(functions)
    carried = example.get("metadata")
    for name, value in (carried if isinstance(carried, dict) else {}).items():
        row[f"metadata.{name}" if name in row else name] = value
    return row


def _text(message: dict[str, Any]) -> str:
    """What a message says, and the calls it makes."""
    calls = [f"{call.get('name')}({call.get('arguments')})" for call in parts.calls(message)]
    content = message.get("content")
    images = [part for part in content if part.get("type") == "image_url"] if isinstance(content, list) else []
    shown = [f"[image {encode(part.get('image_url')).decode()[:80]}]" for part in images]
    return "\n".join(filter(None, [parts.text_of(content), *shown, *calls]))
