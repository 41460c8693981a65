"""Ids of examples, so that an edit made elsewhere finds its example again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from ftdata.digits import whole
from ftdata.example.content import content_hash

if TYPE_CHECKING:
    from ftdata.example.words import Example

ID = "ftdata_id"
"""The metadata key that keeps an example's id once its content has changed."""

_DIGITS = 16
_NUMBER = "#"


def fingerprint(example: Example) -> str:
    """The hash of an example, including weights but not metadata: x and 16 hexadecimal digits.

    The x keeps spreadsheets from reading it as a number, which they would round.
    """
    return _name(content_hash(example, weights=True))


def _name(digest: bytes) -> str:
    return f"x{digest.hex()[:_DIGITS]}"


def kept_id(example: Example) -> str:
    """The id that an example carries in its metadata; empty where it has none."""
    metadata = example.get("metadata")
    found = metadata.get(ID) if isinstance(metadata, dict) else None
    return found if isinstance(found, str) else ""


def identity(example: Example) -> str:
    """Return the id of an example: the one it carries, or the hash of its content. Equal examples share it."""
    return kept_id(example) or fingerprint(example)


class Naming:
    """Names the examples of a dataset in order: among equal ones, the second is ID#2, the third ID#3."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def __call__(self, example: Example) -> str:
        """The name of the next example."""
        name = identity(example)
        self._seen[name] += 1
        return name if self._seen[name] == 1 else f"{name}{_NUMBER}{self._seen[name]}"


def told_apart(name: str) -> tuple[str, int]:
    """The id of an example by its name, and which of those with this id it is, from 1."""
    shared, mark, number = name.rpartition(_NUMBER)
    found = whole(number) if mark else None
    return (name, 1) if found is None else (shared, found)


def lasting(name: str) -> str:
    """The id that an example with this name keeps once it is edited, different from every other example's."""
    shared, number = told_apart(name)
    return shared if number == 1 else _name(blake2b(name.encode()).digest())


def with_id(example: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The example, carrying this id."""
    metadata = example.get("metadata")
    return {**example, "metadata": {**(metadata if isinstance(metadata, dict) else {}), ID: name}}


def without_id(example: Example) -> Example:
    """The example without the id that it carries; the same object where it carries none."""
    if not kept_id(example):
        return example
    rest = {key: value for key, value in example["metadata"].items() if key != ID}
    bare = {key: value for key, value in example.items() if key != "metadata"}
    return {**bare, "metadata": rest} if rest else bare
