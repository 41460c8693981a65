"""Prompts of the first models that are whole dialogues: ``User: … Agent: … User: … Agent:``, to be gone on with.

Source: OpenAI's legacy fine-tuning guide ("Customer support chatbot"): a summary, a separator, and the turns, the last
of which the completion is to fill.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ftdata.example.speakers import NAMES
from ftdata.lazily import pattern

_NAME = r"[ \t]*+([^\W\d_][\w .'-]{0,24}+):"
# It begins with a character, which is looked for much faster than the beginning of a line.
_HEAD = pattern(rf"(\n{_NAME}(?:[ \t]++|$))", re.MULTILINE)
_LAST = pattern(_NAME)
_RULES = " \t\r\n#*=_>~-"  # what parts a summary from the turns behind it
_USERS = frozenset(
    (*(name for name, role in NAMES.items() if role == "user"), "client", "caller", "visitor", "patient")
)

Turn = tuple[str, str]
"""Who speaks, and what is said."""


@lru_cache(maxsize=1)  # a prompt is surveyed, and then made into turns
def split(prompt: str) -> tuple[Turn, ...] | None:
    r"""The turns of a prompt that ends with the name of who speaks next; what stands before them is the system's.

    None of a prompt that is no dialogue.

    Examples:
        >>> split("A shop.\n\n###\n\nUser: hi\nAgent: Hello!\nUser: bye\nAgent:")
        (('system', 'A shop.'), ('user', 'hi'), ('assistant', 'Hello!'), ('user', 'bye'))
    """
    body = "\n" + prompt.rstrip()
    answering = _answering(body)
    if not answering:
        return None
    turns: list[Turn] = []
    asked, last = False, ""
    for role, text in _parts(body, answering):
        said = text.rstrip(_RULES).strip() if role == "system" else text.strip()
        if role == last:
            turns[-1] = (role, f"{turns[-1][1]}\n{said}")
        elif said:
            turns.append((role, said))
            last = role
            asked = asked or role == "user"
    return tuple(turns) if asked else None


def _parts(body: str, answering: str) -> Iterator[Turn]:
    """What stands before each name of a speaker, and whose it is; what stands behind the last name is left out."""
    before, *rest = _HEAD.split(body)
    role, said = "system", [before]
    for head, name, text in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        name = name.casefold()
        speaker = "assistant" if name == answering else "user" if name in _USERS else ""
        if speaker:
            yield role, "".join(said)
            role, said = speaker, [text]
        else:
            said += (head, text)


def is_dialogue(prompt: str) -> bool:
    """Whether `split` finds turns."""
    return split(prompt) is not None


def _answering(body: str) -> str:
    """Who speaks next; nothing where the prompt is no dialogue."""
    if not body.endswith(":"):
        return ""
    tail = body[-60:]
    last = _LAST.fullmatch(tail[tail.rfind("\n") + 1 :])
    name = last[1].casefold() if last else ""
    return "" if name in _USERS else name
