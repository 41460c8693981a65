"""Rows whose turns speak under names of their own: what each name means is said by the user."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, replace
from ftdata.errors import RowError, UsageError, did_you_mean, shown
from ftdata.example.words import ROLES
from ftdata.facts import names
from ftdata.formats.detecting import detect
from ftdata.formats.settling import listed

if TYPE_CHECKING:
    from ftdata.formats.registry import Format, Parsed

DROP = "drop"
_KEYS = ("messages", "conversations", "prompt", "chosen", "rejected", "completion")


@dataclass(frozen=True)
class Speaking:
    """A format's `parse`, behind which turns speak in roles.

    Attributes:
        known: The format.
        roles: The role by the name in the rows; ``drop`` leaves the turn out.
    """

    known: Format
    roles: Mapping[str, str]

    def __call__(self, row: dict[str, Any], repaired: Counter[str]) -> Parsed:
        """What becomes of a row.

        Raises:
            RowError: If it is none of the format's.
        """
        return self.known.parse(renamed(row, self.roles, repaired), repaired)


def renamed(row: dict[str, Any], roles: Mapping[str, str], repaired: Counter[str]) -> dict[str, Any]:
    """The row with its turns' speakers as roles; the row itself where none of them is named."""
    row = listed(row, repaired)
    made = row
    for key in _KEYS:
        turns = row.get(key)
        if type(turns) is list and any(_speaker(turn) in roles for turn in turns):
            made = {**made, key: [one for turn in turns if (one := _renamed(turn, roles, repaired)) is not None]}
    return made


def _speaker(turn: Any) -> Any:
    if type(turn) is not dict:
        return None
    word = next((turn[key] for key in names.SPEAKER_KEYS if key in turn), None)
    return word if type(word) is str else None


def _renamed(turn: Any, roles: Mapping[str, str], repaired: Counter[str]) -> Any:
    word = _speaker(turn)
    if word not in roles:
        return turn
    role = roles[word]
    if role == DROP:
        repaired["turns left out as asked"] += 1
        return None
    key = next(key for key in names.SPEAKER_KEYS if key in turn)
    repaired["roles renamed as asked"] += role != word
    return {**turn, key: role}


def speaking(
    known: Format | None, roles: Mapping[str, str], rows: Iterable[object], formats: Mapping[str, Format]
) -> Format | None:
    """The format of rows with turns, their speakers' names understood; None where the rows have no turns.

    Args:
        known: The format that was named, if one was.
        roles: The role by the name in the rows.
        rows: The first rows.
        formats: All formats.

    Raises:
        UnknownFormatError: If the rows look like several formats.
        UsageError: If a name means what is not a role.
    """
    said = [renamed(row, roles, Counter()) for row in rows if isinstance(row, dict) and _has_turns(row)]
    found = known or (detect(said, formats).format if said else None)
    if found is None or not said:
        return None
    for name, role in roles.items():
        if role != DROP and role not in ROLES:
            hint = did_you_mean(role, (*ROLES, DROP))
            raise UsageError(
                f"a role is one of {', '.join(ROLES)} or {DROP}; got {shown(role)} for {shown(name)}", hint=hint
            )
    return replace(found, parse=Speaking(found, roles), gated=False)


def _has_turns(row: dict[str, Any]) -> bool:
    try:
        row = listed(row, Counter())
    except RowError:
        return False
    return any(names.is_conversation(row.get(key)) for key in _KEYS)
