"""Who is who in rows that are messages: by name, by a pattern of names, or by who speaks first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ftdata.classes import dataclass
from ftdata.codec import member
from ftdata.errors import RowError, shown
from ftdata.example.words import ROLES
from ftdata.steps.keys import code_of

ANYBODY = "*"
"""In a name of a role map, what stands for any text; alone, all who are not named."""


@dataclass(frozen=True)
class RoleMap:
    """What the values of a role column mean.

    Attributes:
        column: The column.
        exact: By name; it wins.
        first: The role of who speaks first in a conversation; empty where that tells nothing.
        patterns: By patterns of names, in their order.
    """

    column: str
    exact: Mapping[str, str]
    first: str
    patterns: tuple[tuple[re.Pattern[str], str], ...]

    @classmethod
    def of(cls, column: str, role_map: Mapping[str, str], first: str) -> RoleMap:
        """The roles that are known, and those of a map."""
        coded = {code_of(said): role for said, role in role_map.items()}
        patterns = tuple((_pattern(said), role) for said, role in coded.items() if ANYBODY in said)
        exact = {role: role for role in ROLES} | {said: role for said, role in coded.items() if ANYBODY not in said}
        return cls(column, exact, first, patterns)

    def named(self, row: Mapping[str, Any]) -> str | None:
        """The role of who speaks, if the map has the name."""
        text = code_of(row.get(self.column))
        return self.exact.get(text) or self.exact.get(text.casefold())

    def role(self, row: Mapping[str, Any], opener: str | None) -> str:
        """The role of who speaks.

        Args:
            row: The message.
            opener: Who spoke first in its conversation, of those that the map does not name.

        Raises:
            RowError: If the name is not mapped.
        """
        said = row.get(self.column)
        text = code_of(said)
        role = self.exact.get(text) or self.exact.get(text.casefold())
        if role is None and self.first and text and text == opener:
            role = self.first
        if role is None and text:
            role = next((role for pattern, role in self.patterns if pattern.fullmatch(text)), None)
        if role is None:
            raise RowError(
                f"expected one of {', '.join(ROLES)}; got {shown(said)}",
                hint=f"Map it: --role-map {shown(text)[1:-1]}=user." if text else "",
                json_path=member("$", self.column),
            )
        return role

    def opener(self, rows: list[dict[str, Any]]) -> str | None:
        """Who speaks first in these rows, of those that the map does not name."""
        if not self.first:
            return None
        return next((text for row in rows if self.named(row) is None and (text := code_of(row.get(self.column)))), None)


def _pattern(said: str) -> re.Pattern[str]:
    """A name in which ``*`` stands for any text."""
    return re.compile(".*".join(map(re.escape, said.split(ANYBODY))), re.I | re.S)
