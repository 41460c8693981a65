"""What an example is called, so that an edit made elsewhere finds it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftdata.example.content import content_hash
from ftdata.example.shapes import Example

ID = "ftdata_id"
"""The key of the metadata that keeps an example's id once its content has changed."""

_DIGITS = 16


def fingerprint(example: Example) -> str:
    """The hash of what an example holds, weights included and metadata aside: 16 hexadecimal digits."""
    return content_hash(example, weights=True).hex()[:_DIGITS]


def kept_id(example: Example) -> str:
    """The id that an example carries in its metadata; empty where it has none."""
    metadata = example.get("metadata")
    found = metadata.get(ID) if isinstance(metadata, dict) else None
    return found if isinstance(found, str) else ""


def identity(example: Example) -> str:
    """The id of an example: the one that it carries, or the hash of its content. Equal examples have one id."""
    return kept_id(example) or fingerprint(example)


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
