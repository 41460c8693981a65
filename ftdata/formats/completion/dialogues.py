"""Prompts of the first models that are whole dialogues: ``User: … Agent: … User: … Agent:``, to be gone on with.

Source: OpenAI's legacy fine-tuning guide ("Customer support chatbot"): a summary, a separator, and the turns, the last
of which the completion is to fill.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from ftdata.example.speakers import NAMES
from ftdata.lazily import pattern

_NAME = r"[ \t]*([^\W\d_][\w .'-]{0,24}):"
# It begins with a character, which is looked for much faster than the beginning of a line.
_HEAD = pattern(rf"\n{_NAME}(?:[ \t]+|$)", re.MULTILINE)
_LAST = pattern(_NAME)
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
    body = "\n" + prompt.rstrip()
    answering = _answering(body)
    heads = list(_heads(body, answering)) if answering else []
    if not any(role == "user" for role, _, _ in heads):
        return None
    turns: list[Turn] = []
    before = body[: heads[0][1]].rstrip(_RULES).strip()
    if before:
        turns.append(("system", before))
    for (role, _, begin), (_, end, _) in pairwise(heads):
        said = body[begin:end].strip()
        if turns and turns[-1][0] == role:
            turns[-1] = (role, f"{turns[-1][1]}\n{said}")
        elif said:
            turns.append((role, said))
    return turns if any(role == "user" for role, _ in turns) else None


def is_dialogue(prompt: str) -> bool:
    """Whether `split` finds turns: it needs to look no further than at what the user says first."""
    body = "\n" + prompt.rstrip()
    answering = _answering(body)
    return answering != "" and any(
        role == "user" and body[begin:end].strip()
        for (role, _, begin), (_, end, _) in pairwise(_heads(body, answering))
    )


def _answering(body: str) -> str:
    """Who speaks next; nothing where the prompt is no dialogue."""
    if not body.endswith(":"):
        return ""
    tail = body[-60:]
    last = _LAST.fullmatch(tail[tail.rfind("\n") + 1 :])
    name = last[1].casefold() if last else ""
    return "" if name in _USERS else name


def _heads(body: str, answering: str) -> Iterator[tuple[str, int, int]]:
    """Whose name a line begins with, where that line begins, and where what is said does."""
    for head in _HEAD.finditer(body):
        name = head[1].casefold()
        if name == answering:
            yield "assistant", head.start(), head.end()
        elif name in _USERS:
            yield "user", head.start(), head.end()
