"""Conversations: gather rows with one message each by a key, sort them, and make one chat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from ftdata.classes import dataclass, field
from ftdata.codec import decode, member
from ftdata.errors import RowError, UsageError, did_you_mean, shown
from ftdata.example.words import ROLES, Example
from ftdata.expressions import Template, as_text, require_columns
from ftdata.findings import Drop
from ftdata.formats.gate import check_messages
from ftdata.steps.keys import absent
from ftdata.steps.pauses import parted, pause_of
from ftdata.steps.primitives import Made, Refused
from ftdata.steps.rolemap import RoleMap
from ftdata.steps.turns import Arrangement, GatheredTurn, MemberError, order_of

Row = dict[str, Any]

DROP = "drop"
"""In a role map, what becomes of rows that are no part of the conversation."""

_INSTRUCTIONS = ("system", "developer")
_FURTHER = ("name_column", "tool_calls_column", "tool_call_id_column", "weight_column")


@dataclass(frozen=True)
class GatherMessages:
    """The step from rows that are messages to chat examples.

    If one row cannot be used, its whole conversation is rejected: none comes out with a hole in it.

    Attributes:
        group_by: The columns that the messages of one conversation share.
        order_by: The column to sort them by; empty for the order in which they were read.
        role_column: Who speaks.
        content_column: What is said.
        role_map: What the values of the role column mean; `drop` leaves their rows out.
        system: A template for conversations without a system message of their own.
        metadata: Columns to carry along: the first value of the conversation that is not empty.
        arrangement: What becomes of turns that a training file does not always want.
        allow_empty: Whether an empty message is meant.
        name_column: The speaker's name; empty for none, as all that follow.
        tool_calls_column: Calls, as a list or its JSON text.
        tool_call_id_column: The id of the call that a tool's message answers.
        weight_column: 0 or 1 for an assistant's message.
        gap: The pause, such as ``2h``, that begins another conversation; none if empty.
        first_speaker: The role of who speaks first, unless the map names them; empty where that tells nothing.
        number: The column that numbers the messages of a row that held them all; where it begins again, so does a
            conversation.
    """

    group_by: tuple[str, ...]
    order_by: str = ""
    role_column: str = "role"
    content_column: str = "content"
    role_map: Mapping[str, str] = field(default_factory=dict)
    system: Template = field(default_factory=lambda: Template(""))
    metadata: tuple[str, ...] = ()
    arrangement: Arrangement = field(default_factory=Arrangement)
    allow_empty: bool = False
    name_column: str = ""
    tool_calls_column: str = ""
    tool_call_id_column: str = ""
    weight_column: str = ""
    gap: str = ""
    first_speaker: str = ""
    number: str = ""
    name: ClassVar[str] = "gather_messages"

    def checked(self, known: Sequence[str]) -> GatherMessages:
        """The step itself, for rows with these columns.

        Raises:
            UsageError: If a column or role does not exist.
        """
        single = ("order_by", "role_column", "content_column", *_FURTHER)
        columns = [("group_by", name) for name in self.group_by] + [("metadata", name) for name in self.metadata]
        columns += [(option, getattr(self, option)) for option in single if getattr(self, option)]
        for option, name in columns:
            if name not in known:
                hint = did_you_mean(name, known)
                raise UsageError(f"{option} names the column {shown(name)}, which the file does not have", hint=hint)
        for said, role in self.role_map.items():
            if role not in (*ROLES, DROP):
                choices = ", ".join((*ROLES, DROP))
                hint = did_you_mean(role, (*ROLES, DROP))
                raise UsageError(f"role_map {shown(said)} is one of {choices}; got {shown(role)}", hint=hint)
        if self.gap:
            pause_of(self.gap)
            if not self.order_by:
                raise UsageError("a pause is told by the times of the messages", hint="Name their column: --order-by.")
        if not self.group_by:
            raise UsageError("group_by names no column", hint="It is what the messages of a conversation share.")
        if self.system.whole or self.system.surveyed:
            raise UsageError("the system template of conversations names columns, and neither row nor values()")
        require_columns(self.system, tuple(known), "system")
        return self

    @property
    def carries_metadata(self) -> bool:
        """Whether the examples have metadata."""
        return bool(self.metadata)

    def key(self, row: Row) -> list[Any]:
        """The conversation.

        Raises:
            RowError: If the row names none.
        """
        values = [row.get(name) for name in self.group_by]
        for name, value in zip(self.group_by, values, strict=True):
            if absent(value):
                raise RowError("belongs to no conversation: the column is empty", json_path=member("$", name))
        return values

    def rank(self, example: Example) -> None:
        """A conversation stands where its first row stood."""

    def work(self, group: list[Row]) -> Sequence[Made]:
        """The conversation of these rows."""
        return self.working(Counter())(group)

    def working(self, changes: Counter[str]) -> Callable[[list[Row]], Sequence[Made]]:
        """The work, counting what was decided where a conversation said two things."""
        roles = RoleMap.of(self.role_column, self.role_map, self.first_speaker)
        render = self.system.renderer()

        def work(group: list[Row]) -> Sequence[Made]:
            try:
                made: list[Made] = []
                for copy in self._copies(group):
                    for part in self._parted(group, self._order(group, copy), changes):
                        made += self._made(group, part, roles, render, changes)
            except MemberError as fault:
                return _refused(group, fault)
            return made

        return work

    def _copies(self, group: list[Row]) -> list[list[int]]:
        """The members of each row that held a whole conversation, where several such have one key."""
        copies: list[list[int]] = [[]]
        for member_, row in enumerate(group):
            if self.number and copies[-1] and row[self.number] <= group[copies[-1][-1]][self.number]:
                copies.append([])
            copies[-1].append(member_)
        return copies

    def _parted(self, group: list[Row], order: list[int], changes: Counter[str]) -> list[list[int]]:
        """The members of each conversation that these are, parted where they pause."""
        if not self.gap:
            return [order]
        values = [row.get(self.order_by) for row in group]
        parts = parted(values, order, pause_of(self.gap), member("$", self.order_by))
        if len(parts) > 1:
            changes[f"conversations begun behind a pause of {self.gap}"] += len(parts) - 1
        return parts

    def _made(
        self,
        group: list[Row],
        order: list[int],
        roles: RoleMap,
        render: Callable[[Mapping[str, Any]], str],
        changes: Counter[str],
    ) -> list[Made]:
        """The conversation of these members, and what is left out of it."""
        turns, dropped = self._turns(group, order, roles)
        self._begin(turns, group, order, render, changes)
        turns, more = self.arrangement(turns)
        drops: list[Made] = [Drop(reason) for reason, rows in (*dropped, *more) for _ in range(rows)]
        if not turns:
            return drops
        example: Example = {"messages": [turn.message for turn in turns]}
        if self.metadata:
            example["metadata"] = self._carried([group[member] for member in order], changes)
        return [example, *drops]

    def _order(self, group: list[Row], members: list[int]) -> list[int]:
        if not self.order_by:
            return members
        values = [group[number].get(self.order_by) for number in members]
        try:
            return [members[at] for at in order_of(values, member("$", self.order_by))]
        except MemberError as fault:
            raise MemberError(members[fault.member], fault.error) from None

    def _turns(
        self, group: list[Row], order: Sequence[int], roles: RoleMap
    ) -> tuple[list[GatheredTurn], list[tuple[str, int]]]:
        turns: list[GatheredTurn] = []
        dropped: list[tuple[str, int]] = []
        opener = roles.opener([group[number] for number in order])
        for number in order:
            try:
                role = roles.role(group[number], opener)
                if role == DROP:
                    dropped.append((f"the role {shown(group[number][self.role_column])} is left out", 1))
                else:
                    turns.append(GatheredTurn(self._message(group[number], role), (number,)))
            except RowError as error:
                raise MemberError(number, error) from None
        return turns, dropped

    def _message(self, row: Row, role: str) -> dict[str, Any]:
        said = row.get(self.content_column)
        content = said if isinstance(said, list) else as_text(said)
        message: dict[str, Any] = {"role": role, "content": content}
        if self.name_column and (name := as_text(row.get(self.name_column)).strip()):
            message["name"] = name
        if role == "tool" and self.tool_call_id_column:
            message["tool_call_id"] = as_text(row.get(self.tool_call_id_column)).strip()
        if role == "assistant":
            self._add_calls_and_weight(message, row)
        empty = not content if isinstance(content, list) else not content.strip()
        if empty and "tool_calls" in message:
            del message["content"]
        elif empty and not self.allow_empty:
            path = member("$", self.content_column)
            raise RowError("the message is empty", hint="To keep it, use --allow-empty.", json_path=path)
        if isinstance(content, list) or "tool_calls" in message:
            check_messages([message], "$.messages")
        return message

    def _add_calls_and_weight(self, message: dict[str, Any], row: Row) -> None:
        if self.tool_calls_column and (calls := row.get(self.tool_calls_column)):
            path = member("$", self.tool_calls_column)
            try:
                message["tool_calls"] = decode(calls.encode()) if isinstance(calls, str) else calls
            except RowError as error:
                raise RowError(f"expected a JSON list of calls: {error.message}", json_path=path) from None
        if self.weight_column:
            weight = as_text(row.get(self.weight_column)).strip()
            if weight not in ("", "0", "1"):
                raise RowError(f"expected a weight of 0 or 1; got {shown(weight)}",
                               json_path=member("$", self.weight_column))  # fmt: skip
            if weight:
                message["weight"] = int(weight)

    def _begin(
        self,
        turns: list[GatheredTurn],
        group: list[Row],
        order: Sequence[int],
        render: Callable[[Mapping[str, Any]], str],
        changes: Counter[str],
    ) -> None:
        """Put the system message of the template in front, if the conversation has none of its own."""
        if not self.system.source:
            return
        if any(turn.role in _INSTRUCTIONS for turn in turns):
            changes["system messages of its own kept instead of --system"] += 1
            return
        for name in self.system.columns:
            for number in order[1:]:
                if group[number].get(name) != group[order[0]].get(name):
                    one, other = shown(group[order[0]].get(name)), shown(group[number].get(name))
                    raise MemberError(number, RowError(
                        f"the column {shown(name)} of the system message varies within a conversation; "
                        f"got {other} after {one}", json_path=member("$", name)))  # fmt: skip
        try:
            text = render(group[order[0]])
        except RowError as error:
            raise MemberError(order[0], error) from None
        if text.strip():
            turns.insert(0, GatheredTurn({"role": "system", "content": text}, ()))

    def _carried(self, rows: list[Row], changes: Counter[str]) -> dict[str, Any]:
        """The first value of each metadata column that is not empty; others are counted."""
        carried: dict[str, Any] = {}
        for name in self.metadata:
            values = [row[name] for row in rows if name in row]
            filled = [value for value in values if value is not None and value != ""]
            if values:
                carried[name] = (filled or values)[0]
            if any(value != filled[0] for value in filled):
                changes[f"conversations in which {shown(name)} varies: its first value carried"] += 1
        return carried


def _refused(group: list[Row], fault: MemberError) -> list[Made]:
    """Every row of the conversation, each with the reason."""
    error = fault.error
    because = f"its conversation is rejected: {error.message}"
    return [
        Refused(number, error)
        if number == fault.member
        else Refused(number, RowError(because, hint=error.hint), fault.member)
        for number in range(len(group))
    ]
