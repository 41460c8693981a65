"""Prompts of the first models that are whole dialogues: ``User: … Agent: … User: … Agent:``, to be gone on with.

Source: OpenAI's legacy fine-tuning guide ("Customer support chatbot"): a summary, a separator, and the turns, the last
of which the completion is to fill.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ftdata.example.speakers import NAMES
from ftdata.lazily import pattern

_HEAD = pattern(r"[ \t]*([^\W\d_][\w .'-]{0,24}):(?:[ \t]+|$)", re.MULTILINE)
_LAST = pattern(r"(?:\A|\n)[ \t]*([^\W\d_][\w .'-]{0,24}):\Z")
_RULES = " \t\r\n#*=_>~-"  # what parts a summary from the turns behind it
_USERS = frozenset(
    (*(name for name, role in NAMES.items() if role == "user"), "client", "caller", "visitor", "patient")
)

Turn = tuple[str, str]
"""Who speaks, and what is said."""


def split(prompt: str) -> list[Turn] | None:
    r"""The turns of a prompt that ends with the name of who speaks next; what stands before them is the system's.

    None of a prompt that is no dialogue.

    Examples:
        >>> split("A shop.\n\n###\n\nUser: hi\nAgent: Hello!\nUser: bye\nAgent:")
        [('system', 'A shop.'), ('user', 'hi'), ('assistant', 'Hello!'), ('user', 'bye')]
    """
    body = prompt.rstrip()
    if not body.endswith(":"):
        return None
    last = _LAST.search(body[-60:])
    if last is None:
        return None
    answering = last[1].casefold()
    if answering in _USERS:
        return None
    heads = [head for head in _heads(body) if head[1].casefold() == answering or head[1].casefold() in _USERS]
    if not any(head[1].casefold() in _USERS for head in heads):
        return None
    turns: list[Turn] = []
    before = body[: heads[0].start()].rstrip(_RULES).strip()
    if before:
        turns.append(("system", before))
    for head, end in zip(heads[:-1], [head.start() for head in heads[1:]], strict=True):
        said = body[head.end() : end].strip()
        role = "assistant" if head[1].casefold() == answering else "user"
        if turns and turns[-1][0] == role:
            turns[-1] = (role, f"{turns[-1][1]}\n{said}")
        elif said:
            turns.append((role, said))
    return turns if any(role == "user" for role, _ in turns) else None


def _heads(body: str) -> Iterator[re.Match[str]]:
    """The names that lines begin with. Each line is looked at where it begins, not at all of its characters."""
    start = 0
    while True:
        if head := _HEAD.match(body, start):
            yield head
        start = body.find("\n", start) + 1
        if not start:
            return
