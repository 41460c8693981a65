"""What a harness is, and the format of its events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, replace
from ftdata.errors import RowError
from ftdata.formats.transcripts.envelopes.vendor import vendor
from ftdata.formats.transcripts.options import SESSIONS

if TYPE_CHECKING:
    from ftdata.formats.registry import Format, Parsed
    from ftdata.formats.transcripts.exchange import Exchange

Event = dict[str, Any]

LEFT = "events that say nothing left out"


@dataclass(frozen=True)
class Harness:
    """A harness that runs agents, and the events that it logs.

    Attributes:
        name: As the format is called.
        session: The id of the session that an event tells; empty where only its file says which it is.
        exchanges: The conversations that the events of a session come to, in order; counts what is left out.
    """

    name: str
    session: Callable[[Event], str]
    exchanges: Callable[[Sequence[Event], Counter[str]], list[Exchange]]


def format_of(
    name: str,
    about: str,
    recognises: Callable[[dict[str, Any]], bool],
    sign: str,
    source: str,
    *,
    private: bool = True,
) -> Format:
    """The format of a harness's events, which mean something together only."""

    def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
        if not recognises(row):
            raise RowError(f"expected an event of {name}; got none", json_path="$")
        raise RowError("an event of a session alone is not an example", hint="Convert the whole file: ftdata convert.")

    known = vendor(name, about, parse, recognises, sign=sign, source=source)
    return replace(known, gathers=SESSIONS, private=private)
