"""Prompts of the first models that are whole dialogues: ``User: … Agent: … User: … Agent:``, to be gone on with.

Source: OpenAI's legacy fine-tuning guide ("Customer support chatbot"): a summary, a separator, and the turns, the last
of which the completion is to fill.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from operator import eq, itemgetter

from ftdata.example.speakers import NAMES
from ftdata.lazily import pattern

_NAME = r"[ \t]*+([^\W\d_][\w .'-]{0,24}+):"
# It begins with a character, which is looked for much faster than the beginning of a line.
_HEAD = pattern(rf"\n{_NAME}(?:[ \t]++|$)", re.MULTILINE)
_LAST = pattern(_NAME)
_RULES = " \t\r\n#*=_>~-"  # what parts a summary from the turns behind it
_USERS = frozenset(
    (*(name for name, role in NAMES.items() if role == "user"), "client", "caller", "visitor", "patient")
)

Turn = tuple[str, str]
"""Who speaks, and what is said."""


_last: tuple[str, tuple[Turn, ...] | None] = ("", None)
"""The prompt that was split last, known by identity: it is surveyed, and then made into turns."""


def split(prompt: str) -> tuple[Turn, ...] | None:
    r"""The turns of a prompt that ends with the name of who speaks next; what stands before them is the system's.

    None of a prompt that is no dialogue.

    Examples:
        >>> split("A shop.\n\n###\n\nUser: hi\nAgent: Hello!\nUser: bye\nAgent:")
        (('system', 'A shop.'), ('user', 'hi'), ('assistant', 'Hello!'), ('user', 'bye'))
    """
    global _last  # replaced as a whole, so that threads do no harm
    last = _last
    if last[0] is not prompt:
        last = _last = prompt, _split(prompt)
    return last[1]


def _split(prompt: str) -> tuple[Turn, ...] | None:
    body = "\n" + prompt.rstrip()
    answering = _answering(body)
    if not answering:
        return None
    roles, texts = _parts(body, answering)
    if "user" not in roles:
        return None
    said = [texts[0].rstrip(_RULES).strip(), *map(str.strip, texts[1:])]
    if "" in said[1:] or any(map(eq, roles, roles[1:])):
        return _merged(zip(roles, said, strict=True))
    turns = tuple(zip(roles, said, strict=True))  # the common case, without a step for each
    return turns if said[0] else turns[1:]


def _merged(turns: Iterable[Turn]) -> tuple[Turn, ...] | None:
    """The turns of which each says something, and none is of who spoke last."""
    made: list[Turn] = []
    last = ""
    for role, said in turns:
        if role == last:
            made[-1] = (role, f"{made[-1][1]}\n{said}")
        elif said:
            made.append((role, said))
            last = role
    return tuple(made) if "user" in map(itemgetter(0), made) else None


def _parts(body: str, answering: str) -> tuple[list[str], list[str]]:
    """Who speaks, in order, and what: all up to the next name. What stands behind the last one is left out."""
    parts = _HEAD.split(body)
    roles = ["system", *map(_roles(answering).__getitem__, parts[1::2])]
    if "" not in roles:
        return roles[:-1], parts[:-1:2]
    # What looks like the name of somebody else is text of who speaks.
    heads = [head for head, role in zip(_HEAD.finditer(body), roles[1:], strict=True) if role]
    borders = [0, *(at for head in heads for at in head.span())]
    texts = [body[begin:end] for begin, end in zip(borders[:-1:2], borders[1::2], strict=True)]
    return [role for role in roles if role][:-1], texts


class _Roles(dict[str, str]):
    """The roles of names in a dialogue, as they are written; empty for those of nobody who speaks in it."""

    def __init__(self, answering: str) -> None:
        self._answering = answering

    def __missing__(self, name: str) -> str:
        known = name.casefold()
        role = "assistant" if known == self._answering else "user" if known in _USERS else ""
        if len(self) < _MOST:
            self[name] = role
        return role


_MOST = 1000
_roles = lru_cache(maxsize=100)(_Roles)


def is_dialogue(prompt: str) -> bool:
    """Whether `split` finds turns."""
    return split(prompt) is not None


def _answering(body: str) -> str:
    """Who speaks next; nothing where the prompt is no dialogue."""
    if not body.endswith(":"):
        return ""
    tail = body[-60:]
    return _named(tail[tail.rfind("\n") + 1 :])


@lru_cache(maxsize=100)
def _named(line: str) -> str:
    last = _LAST.fullmatch(line)
    name = last[1].casefold() if last else ""
    return "" if name in _USERS else name
