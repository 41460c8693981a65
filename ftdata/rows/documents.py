"""Atlassian's documents as text: the bodies of Jira's and Confluence's API are trees of nodes.

Source: Atlassian Document Format, the structure of a document and its nodes.
"""

from __future__ import annotations

from typing import Any

_DEPTH = 60
_LINES = frozenset(("paragraph", "heading", "codeBlock", "rule", "mediaSingle", "mediaGroup", "blockCard", "caption"))
_SAID = ("text", "shortName", "url", "title", "timestamp")
"""Attributes of mentions, emoji, cards, expands and dates that are shown."""


def is_document(value: Any) -> bool:
    """Whether a value is one: an object of the type doc with content."""
    return type(value) is dict and value.get("type") == "doc" and type(value.get("content")) is list


def text_of_document(value: dict[str, Any]) -> str:
    r"""What it shows as text: paragraphs apart, lists with their marks; pictures and attachments say nothing.

    Examples:
        >>> said = [{"type": "text", "text": "Hi "}, {"type": "mention", "attrs": {"text": "@Ann"}}]
        >>> paragraph = {"type": "paragraph", "content": said}
        >>> items = {"type": "bulletList", "content": [{"type": "listItem", "content": [paragraph]}] * 2}
        >>> text_of_document({"type": "doc", "version": 1, "content": [paragraph, items]})
        'Hi @Ann\n\n- Hi @Ann\n- Hi @Ann'
    """
    return "\n\n".join(filter(None, (_block(one, _DEPTH) for one in _content(value))))


def _content(node: Any) -> list[Any]:
    found = node.get("content") if type(node) is dict else None
    return [one for one in found if type(one) is dict] if type(found) is list else []


def _block(node: dict[str, Any], depth: int) -> str:
    kind, inside = node.get("type"), _content(node)
    if not depth:
        return ""
    if kind == "codeBlock":
        return f"```\n{_inline(inside)}\n```"
    if kind in ("bulletList", "orderedList", "taskList", "decisionList"):
        marks = (f"{number}. " if kind == "orderedList" else "- " for number in range(1, len(inside) + 1))
        return "\n".join(_item(mark, one, depth - 1) for mark, one in zip(marks, inside, strict=True))
    if kind == "tableRow":
        return " | ".join(_blocks(cell, depth - 1, " ") for cell in inside)
    if kind == "blockquote":
        return "\n".join(f"> {line}".rstrip() for line in _blocks(node, depth - 1, "\n\n").split("\n"))
    if kind in _LINES or not inside or any(one.get("type") == "text" for one in inside):
        return _inline(inside) if inside else _attribute(node)
    return _blocks(node, depth - 1, "\n" if kind == "table" else "\n\n")


def _blocks(node: dict[str, Any], depth: int, between: str) -> str:
    return between.join(filter(None, (_block(one, depth) for one in _content(node))))


def _item(mark: str, node: dict[str, Any], depth: int) -> str:
    """An item of a list, its further lines below its first."""
    lines = "\n".join(filter(None, [_inline(_content(node)) if _is_inline(node) else _blocks(node, depth, "\n")]))
    return mark + lines.replace("\n", "\n" + " " * len(mark))


def _is_inline(node: dict[str, Any]) -> bool:
    return any(one.get("type") == "text" for one in _content(node))


def _inline(nodes: list[dict[str, Any]]) -> str:
    return "".join(
        str(one.get("text") or "")
        if one.get("type") == "text"
        else "\n"
        if one.get("type") == "hardBreak"
        else _inline(_content(one)) or _attribute(one)
        for one in nodes
    )


def _attribute(node: dict[str, Any]) -> str:
    given = node.get("attrs")
    shown = (given.get(name) for name in _SAID) if type(given) is dict else ()
    return next((one for one in shown if type(one) is str and one), "")
