"""What a format is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ftdata.errors import UnknownFormatError, did_you_mean
from ftdata.example.shapes import Example, Kind


@dataclass(frozen=True)
class Format:
    """A wire format of rows.

    Attributes:
        name: As ``--from`` and ``--to`` call it.
        about: One line for people.
        kinds: The kinds of example that it holds.
        parse: From a row to an example, counting what it puts right; returns the row itself when nothing had to change.
        dump: From an example to a row, counting what it cannot carry; returns the example itself when it is the row.
        recognises: Whether a row looks like one of this format.
        native: Whether a chat of messages alone is its own row, so that lines may be made without an example.
        loses: What `dump` cannot carry: name, and why.
        source: Where the facts come from.
    """

    name: str
    about: str
    kinds: tuple[Kind, ...]
    parse: Callable[[dict[str, Any], Counter[str]], Example]
    dump: Callable[[Example, Counter[str]], dict[str, Any]]
    recognises: Callable[[dict[str, Any]], bool]
    native: bool = False
    loses: Mapping[str, str] = field(default_factory=dict)
    source: str = ""


def named(formats: Mapping[str, Format], name: str) -> Format:
    """The format of this name.

    Raises:
        UnknownFormatError: There is none; with the nearest.
    """
    try:
        return formats[name]
    except KeyError:
        raise UnknownFormatError(f'there is no format "{name}"', hint=did_you_mean(name, formats)) from None
