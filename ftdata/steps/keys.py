"""What examples are grouped, ranked and compared by: a key's value, and the hash of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass
from ftdata.codec import canonical
from ftdata.errors import StepError, UsageError
from ftdata.example import parts
from ftdata.example.words import Example
from ftdata.lazily import late, pattern

if TYPE_CHECKING:
    from ftdata.expressions import as_text
else:
    as_text = late(globals(), "ftdata.expressions", "as_text")

By = str | Callable[[dict[str, Any]], Any]
"""A key: an expression such as ``answer.queue`` or ``metadata.customer_id``, or a function of the example."""

Reader = Callable[[Example], Any]


_WHOLE = pattern(r"([+-]?\d+)\.0+")


def code_of(value: object) -> str:
    """A code as all tables write it: spreadsheets and data frames make 1.0 of a 1."""
    text = as_text(value).strip()
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def last_user(example: Example) -> str:
    """The text of the last user turn; the prompt of a completion."""
    if parts.is_completion(example):
        return str(example["prompt"])
    said = (turn for turn in reversed(parts.messages(example)) if turn["role"] == "user")
    return next((parts.text_of(turn.get("content")) for turn in said), "")


@dataclass(frozen=True)
class _User:
    """A function of the user's."""

    function: Callable[[dict[str, Any]], Any]

    def __call__(self, example: Example) -> Any:
        try:
            return self.function(example)
        except Exception as error:
            raise StepError(f"{label_of(self.function)} raised {type(error).__name__}: {error}") from error


def reader(key: By) -> Reader:
    """What reads a key's value out of an example, None where it has none.

    Raises:
        UsageError: If the expression is invalid.
    """
    if not isinstance(key, str):
        return _User(key)
    from ftdata.expressions import Key  # most runs have no keys, and need none of their language

    return _word(key.strip()) or Key(key)


def _word(name: str) -> Reader | None:
    """What reads a word that only keys know; None for any other."""
    if name == "last_user":
        return last_user
    if name != "refusal":
        return None
    from ftdata.facts.refusals import REFUSES

    return REFUSES


def only_look(*keys: By | None) -> bool:
    """Whether these keys cannot change an example, which a function of the user's may."""
    return not any(map(callable, keys))


def absent(value: Any) -> bool:
    """Whether a key says nothing: examples without an id of their own have nothing in common."""
    return (
        value is None
        or (isinstance(value, str) and not value.strip())
        or (isinstance(value, list | dict) and not value)
    )


def label_of(key: By) -> str:
    """A key as messages name it."""
    return key if isinstance(key, str) else getattr(key, "__name__", type(key).__name__)


def digest(value: Any, seed: str = "") -> bytes:
    """A hash of 16 bytes of a JSON value.

    Raises:
        StepError: If it is not JSON value.
    """
    try:
        return blake2b(canonical(value), digest_size=16, key=seed.encode()[:64] if seed else b"").digest()
    except TypeError:
        raise StepError(f"a key is a JSON value; got a value of type {type(value).__name__}") from None


def missing(key: By, option: str) -> UsageError:
    """The error for a key that no example has."""
    name = label_of(key)
    column = name.removeprefix("metadata.")
    return UsageError(
        f"no example has {name} ({option})",
        hint=f"If it is a column, carry it along when you convert: --metadata {column}.",
    )


def named(value: Any, key: By) -> str:
    """A value as the name of a class: text as it is; yes or no by the key's own name."""
    if isinstance(value, bool):
        name = label_of(key)
        if not re.fullmatch(r"[\w.]+", name):
            return "true" if value else "false"
        return name if value else f"not {name}"
    if value is None:
        return NONE
    return value if isinstance(value, str) else canonical(value).decode()


NONE = "(none)"
"""The class of examples that have no such key."""
