"""The text of an example that is compared, and its shingles."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass
from ftdata.codec import canonical, decode
from ftdata.errors import RowError
from ftdata.example import parts
from ftdata.lazily import pattern
from ftdata.steps.keys import By, reader

if TYPE_CHECKING:
    from ftdata.example.words import Example

CHARACTERS, WIDE_CHARACTERS = 5, 2
"""Characters in a shingle; those of one that begins with a Han, kana or Hangul character, which says more."""

_WIDE = (
    r"\u1100-\u11ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f"
    r"\uac00-\ud7ff\uf900-\ufaff\uff66-\uffdc\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_RUNS = pattern(f"[{_WIDE}]+|[^{_WIDE}]+")
WIDE = pattern(f"[{_WIDE}]")
"""A character of a script that is written without spaces between words and says much in one."""


def shingles(text: str, size: int = 0) -> set[str]:
    """The pieces of a text: of so many characters, or by its script; the text itself where it is shorter."""
    if size or not WIDE.search(text):
        size = size or CHARACTERS
        pieces = {text[at : at + size] for at in range(len(text) - size + 1)}
        return pieces or ({text} if text else set())
    made: set[str] = set()
    for run in _RUNS.finditer(text):
        size = WIDE_CHARACTERS if WIDE.match(run[0]) else CHARACTERS
        # Cut short at the end of the text, so that no character is in no shingle.
        made.update([text[at : at + size] for at in range(*run.span())])
    return made


def jaccard(one: set[str], other: set[str]) -> float:
    """The share of two sets' items that both have."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


class _Punctuation(dict[int, int | None]):
    """A table for `str.translate` that leaves punctuation out, made as characters come."""

    def __missing__(self, point: int) -> int | None:
        kept = None if unicodedata.category(chr(point)).startswith("P") else point
        self[point] = kept
        return kept


_UNPUNCTUATED = _Punctuation()


def normalise(text: str, *, punctuation: bool = True) -> str:
    """The text in NFKC, without case, with single spaces; without punctuation if that is not to count."""
    if text.isascii():
        text = text.lower()
    else:
        # Twice, because case folding can leave characters that NFKC would change again.
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    if not punctuation:
        text = text.translate(_UNPUNCTUATED)
    if text.isprintable() and "  " not in text:  # all other white space is not printable
        return text.strip(" ")
    return " ".join(text.split())


_TURNS: dict[str | None, frozenset[str]] = {
    "completion": frozenset(("prompt", "completion")),
    "preference": frozenset(("input", *parts.OUTPUTS)),
}
_CHAT = frozenset(("messages",))
_NO_TEXT = {"tools", "functions", "parallel_tool_calls", "metadata"}


def compared(example: Example, *, instructions: bool = False) -> str:
    """What an example says: its turns with their calls, and keys of its own.

    Tool definitions and system prompts are left out, as a long one that all share would make all alike.
    """
    said = list(_said(parts.messages(example), instructions))
    kind = parts.kind_of(example)
    for name in parts.OUTPUTS if kind == "preference" else ():
        said += _said(example[name], instructions)
    said += [example[name] for name in ("prompt", "completion") if kind == "completion"]
    if instructions:
        said += [canonical(tool).decode() for tool in parts.tools(example)]
    own = _TURNS.get(kind, _CHAT)
    said += [canonical(value).decode() for name, value in example.items() if name not in own | _NO_TEXT]
    return "\n\n".join(piece for piece in said if piece)


def _said(turns: Any, instructions: bool) -> Iterator[str]:
    for turn in turns:
        if turn["role"] in ("system", "developer") and not instructions:
            continue
        content = turn.get("content")
        yield parts.text_of(content)
        yield from marks(content)
        yield turn.get("refusal") or ""
        yield from map(called, parts.calls(turn))


def called(call: dict[str, Any]) -> str:
    """A call as text: equal for equal arguments, however their JSON is spaced and ordered."""
    arguments = call.get("arguments")
    with suppress(RowError, UnicodeEncodeError):  # what is no JSON is compared as it stands
        arguments = canonical(decode(arguments.encode())).decode() if isinstance(arguments, str) else arguments
    return f"{call.get('name')}({arguments})"


def answered(example: Example) -> str:
    """What the assistant says and calls in an example, and of a pair the answer that is not wanted too."""
    said = list(_said(parts.answers(example), instructions=False))
    if parts.kind_of(example) == "preference":
        said += _said(example["non_preferred_output"], instructions=False)
    return "\n\n".join(piece for piece in said if piece)


def marks(content: object) -> list[str]:
    """What stands for the images of a message."""
    if not isinstance(content, list):
        return []
    images = [part["image_url"] for part in content if isinstance(part, dict) and "image_url" in part]
    return [blake2b(canonical(image), digest_size=16).hexdigest() for image in images]


@dataclass(frozen=True)
class Comparing:
    """Which text of an example is compared, and how it is normalised.

    Attributes:
        key: What is compared; by default all turns but system prompts.
        normalise: Whether case, white space and Unicode's compatible forms make no difference.
        punctuation: Whether punctuation counts, where the text is normalised.
        instructions: Whether system prompts and tool definitions count.
    """

    key: By | None = None
    normalise: bool = False
    punctuation: bool = True
    instructions: bool = False

    def reader(self) -> Callable[[Example], str]:
        """From an example to its text."""
        read = reader(self.key) if self.key is not None else None

        def text(example: Example) -> str:
            if read is None:
                found: Any = compared(example, instructions=self.instructions)
            else:
                found = read(example)
            said = found if isinstance(found, str) else "" if found is None else canonical(found).decode()
            return self.plain(said)

        return text

    def plain(self, text: str) -> str:
        """The text, normalised if it is asked for."""
        return normalise(text, punctuation=self.punctuation) if self.normalise else text
