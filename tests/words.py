"""All that ftdata says, on one page: `words.txt` beside this file, so that wording is reviewed as a whole.

``python -m tests.words`` writes it anew; a test holds that it is what the source says.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "ftdata"
GOLDEN = Path(__file__).with_name("words.txt")

_APART = ("facts", "schemas", "samples", "skill")
"""Rooms whose texts are facts and data, not messages."""

_LEAST = 3
"""Words from which on a text is a sentence of ours, and not a name or a key."""

_PATTERN = re.compile(r"\\[sdwWbBAZ]|\(\?[:=!<P]|[\^$]\||</?\w+|viewBox|\{%")


def page() -> str:
    """The text of the page: by module, what it says in the order of its lines."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        said = [] if name.startswith(_APART) else list(dict.fromkeys(texts(path.read_text(encoding="utf-8"))))
        if said:
            yield from ("", f"## {name}", "", *said)


def texts(source: str) -> Iterator[str]:
    """The texts in a module that people read: what is no docstring, no pattern and no single word."""
    yield from map(_text, in_messages(ast.parse(source)))


def in_messages(tree: ast.Module) -> list[ast.expr]:
    """The texts themselves, in the order of their places."""
    nodes = list(ast.walk(tree))
    inside = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    inside -= {id(node) for node in nodes if isinstance(node, ast.JoinedStr)}
    documents = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    found = [
        node for node in nodes if isinstance(node, ast.expr) and id(node) not in inside | documents and _text(node)
    ]
    return sorted(found, key=lambda node: (node.lineno, node.col_offset))


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
    elif isinstance(node, ast.JoinedStr):
        text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{…}" for part in node.values)
    else:
        return ""
    text = " ".join(text.split())
    return (
        text if len(re.findall(r"[A-Za-z]{2,}", text)) >= _LEAST and " " in text and not _PATTERN.search(text) else ""
    )


if __name__ == "__main__":
    GOLDEN.write_text(page() + "\n", encoding="utf-8")
