"""Content in blocks, as LangChain, Anthropic and others log it: text, pictures, calls and thoughts in one list.

Source: langchain-core's content blocks (v0 and v1), anthropic-sdk-python's and google-genai's types (2026).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ftdata.errors import RowError, shown
from ftdata.formats.arguments import as_text

TEXTS = frozenset(("text", "input_text", "output_text", "text-plain"))
CALLS = frozenset(("tool_use", "tool_call", "function_call"))
THOUGHTS = frozenset(("thinking", "reasoning"))
KEPT = frozenset(("refusal", "input_audio", "file"))
"""Parts that chat examples hold just so."""


@dataclass(slots=True)
class Blocks:
    """What the blocks of a message hold.

    Attributes:
        parts: Of text and pictures, as chat examples have them.
        calls: As chat examples have them; without an id where none was logged.
        thoughts: Texts.
        plain: Whether there was nothing but parts.
    """

    parts: list[dict[str, Any]] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)
    plain: bool = True

    @property
    def content(self) -> Any:
        """The parts; text alone where calls or thoughts beside it were the reason for a list; None for nothing."""
        if not self.plain and len(self.parts) == 1 and self.parts[0]["type"] == "text":
            return self.parts[0]["text"]
        return self.parts or None


def read(blocks: list[Any], role: Any, path: str, repaired: Counter[str]) -> Blocks:
    """What the blocks hold; what an assistant's hold that no example can is left out and counted.

    Raises:
        RowError: There is a block that cannot be read; with its path.
    """
    found = Blocks()
    for index, block in enumerate(blocks):
        if type(block) is str:
            found.parts.append({"type": "text", "text": block})
            found.plain = False
            continue
        kind = block.get("type") if type(block) is dict else None
        if type(kind) is not str:
            raise RowError(f"expected a block with its type; got {shown(block)}", json_path=f"{path}[{index}]")
        if kind in TEXTS and type(block.get("text")) is str:
            found.parts.append({"type": "text", "text": block["text"]})
        elif picture := image(block):
            found.parts.append(picture)
        elif kind in KEPT:
            found.parts.append(block)
        elif kind in CALLS and type(block.get("name")) is str:
            found.calls.append(call(block))
            found.plain = False
        elif kind in THOUGHTS:
            found.thoughts.append(_thought(block))
            found.plain = False
        elif role in ("assistant", "ai"):
            repaired[f'blocks of answers left out: "{shown(kind)[1:-1]}"'] += 1
            found.plain = False
        else:
            raise RowError(f"expected a block of text or an image; got {shown(block)}", json_path=f"{path}[{index}]")
    return found


def call(block: dict[str, Any]) -> dict[str, Any]:
    """A call of its name and arguments, under whatever name these stand; an object of them becomes JSON text."""
    given = next((block[key] for key in ("args", "arguments", "input") if block.get(key) is not None), None)
    id = block.get("call_id") or block.get("id")
    made = {"id": id} if type(id) is str and id else {}
    return {**made, "type": "function", "function": {"name": block["name"], "arguments": as_text(given)}}


def _thought(block: dict[str, Any]) -> str:
    for key in ("thinking", "reasoning", "text", "content"):
        if type(block.get(key)) is str:
            return str(block[key])
    summary = block.get("summary")
    texts = (
        [part["text"] for part in summary if type(part) is dict and type(part.get("text")) is str] if summary else []
    )
    return "\n\n".join(texts)


def image(block: Any) -> dict[str, Any] | None:
    """The part of a picture, whoever's block it is; None of any other block."""
    if type(block) is not dict:
        return None
    given = block.get("image_url")
    if type(given) is str and given:
        made = {"url": given, **({"detail": block["detail"]} if type(block.get("detail")) is str else {})}
        return {"type": "image_url", "image_url": made}
    if type(given) is dict and type(given.get("url")) is str:
        return {"type": "image_url", "image_url": given}
    if block.get("type") not in ("image", "image-url"):
        return None
    url = _address(block["source"] if type(block.get("source")) is dict else block)
    return {"type": "image_url", "image_url": {"url": url}} if url else None


def _address(source: dict[str, Any]) -> str:
    data = source.get("data") or source.get("base64")
    if type(data) is str:
        return f"data:{source.get('media_type') or source.get('mime_type') or 'image/png'};base64,{data}"
    url = source.get("url")
    return url if type(url) is str else ""
