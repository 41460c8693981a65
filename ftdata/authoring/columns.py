"""Authoring: the columns of a table (or the keys of rows) become chat examples by templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from ftdata.classes import dataclass, replace
from ftdata.codec import decode_finite, encode, encode_text
from ftdata.errors import RowError, UsageError, did_you_mean, shown
from ftdata.expressions import Template, as_text, column, require_columns

if TYPE_CHECKING:
    from ftdata.example.words import Example

MAX_VALUES = 10_000
"""Distinct values of a column that ``values("column")`` lists at most."""

Row = dict[str, Any]
Reader = Callable[[Mapping[str, Any]], str]


@dataclass(frozen=True)
class Columns:
    """How a row becomes a chat.

    Attributes:
        user: A column's name, or a template.
        assistant: A column's name, or a template.
        system: A template, or empty for no system message.
        metadata: Columns to carry along.
        allow_empty: Whether an empty user turn or answer is meant; else its row is rejected.
    """

    user: str
    assistant: str
    system: str = ""
    metadata: tuple[str, ...] = ()
    allow_empty: bool = False

    def bound(self, known: Sequence[str]) -> ToChat | ToChatWithValues:
        """The step for rows that have these columns; a survey, if a template lists a column's values.

        Raises:
            UsageError: If a column does not exist, or a turn uses none.
        """
        known = tuple(known)
        require_metadata(self.metadata, known)
        system = Template(self.system)
        require_columns(system, known, "system")
        user, assistant = turn_of(self.user, known, "user"), turn_of(self.assistant, known, "assistant")
        return ToChat(system, user, assistant, self.metadata, self.allow_empty).surveyed()


def require_metadata(names: Iterable[str], known: Sequence[str]) -> None:
    """Refuse columns to carry along that are not there.

    Raises:
        UsageError: If one is not; suggests the nearest.
    """
    for name in names:
        if name not in known:
            raise UsageError(f"metadata names the column {shown(name)}, which the file does not have",
                             hint=did_you_mean(name, known))  # fmt: skip


def turn_of(text: str, known: tuple[str, ...], option: str, *, fixed: bool = False) -> Template | str:
    """A bare column (a string), or a template that names at least one; or none, where a fixed text may be meant.

    Raises:
        UsageError: If it uses a column that does not exist, or none.
    """
    if text in known:
        return text
    template = Template(text)
    require_columns(template, known, option)
    if template.columns or template.whole or template.surveyed:
        return template
    same = next((name for name in known if _plainly(name) == _plainly(text)), None)
    if "{" not in text and (same or not re.search(r"\s", text.strip())):
        hint = f'Did you mean "{same}"?' if same else did_you_mean(text, known)
        if fixed:
            hint += f" For fixed text, write '{{{{ {shown(text)} }}}}'."
        raise UsageError(f"{option} {shown(text)} is neither a column nor a template", hint=hint.strip())
    if fixed:
        return template
    raise UsageError(
        f"{option} {shown(text)} uses no column, so every example would have the same text",
        hint="Write {{ column }} in it. If your shell or workflow engine filled the braces in before ftdata saw them, "
        f"put the template in a file: --{option} @file.",
    )


def _plainly(text: str) -> str:
    """A name without what people mistake in it: case, spaces, punctuation."""
    return re.sub(r"[\W_]+", "", text).casefold()


class FilledTurns:
    """What steps that fill templates from a row's columns share; who inherits has `turns`, `metadata` and `values`."""

    turns: tuple[Template | str, ...]
    metadata: tuple[str, ...]

    @property
    def carries_metadata(self) -> bool:
        """Whether the examples have metadata."""
        return bool(self.metadata)

    def surveyed(self) -> Self | ToChatWithValues:
        """The step; a survey, if a template lists a column's values."""
        columns = [name for turn in self.turns if isinstance(turn, Template) for name in turn.surveyed]
        step: Any = self  # whoever inherits is called with a row
        return ToChatWithValues(step, tuple(dict.fromkeys(columns))) if columns else self

    def knowing(self, values: Mapping[str, list[str]]) -> Self:
        """The step, knowing the values that its templates list."""
        known: Self = replace(self, values=values)  # type: ignore[type-var] # whoever inherits is a dataclass
        return known

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_function"}


@dataclass(frozen=True)
class ToChat(FilledTurns):
    """The step from a row to a chat example.

    Attributes:
        values: The distinct values of the columns that a template lists.
    """

    system: Template
    user: Template | str
    assistant: Template | str
    metadata: tuple[str, ...] = ()
    allow_empty: bool = False
    values: Mapping[str, list[str]] | None = None
    name: ClassVar[str] = "to_chat"

    @property
    def turns(self) -> tuple[Template | str, ...]:  # type: ignore[override] # made of fields
        """The templates and columns, in the order of what they make."""
        return self.system, self.user, self.assistant

    def __call__(self, row: Row, position: int = 0) -> Example:
        """The chat example.

        Raises:
            RowError: If the row lacks the columns, or a turn is empty.
        """
        return self._function(row)

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns that the turns are made of; none where rows must go one by one.

        That is for metadata, and for templates with more in them than text and columns.
        """
        turns = (self.user, self.assistant, self.system)
        if self.metadata or any(isinstance(t, Template) and t.parts is None for t in turns):
            return ()
        return tuple(name for turn in turns for name in ((turn,) if isinstance(turn, str) else turn.columns))

    @property
    def uses(self) -> frozenset[str] | None:
        """The columns that it reads; None for all."""
        turns = (self.user, self.assistant, self.system)
        if any(isinstance(turn, Template) and turn.whole for turn in turns):
            return None
        columns = [(turn,) if isinstance(turn, str) else (*turn.columns, *turn.surveyed) for turn in turns]
        return frozenset(chain(self.metadata, *columns))

    def lines(self, columns: Mapping[str, list[bytes]]) -> bytes | None:
        """The examples' lines for many rows at once, several times as fast as one by one.

        None where rows must go one by one: see `needs`; and where a turn is empty.
        """
        system, user, assistant = (pieces_of(turn, columns) for turn in (self.system, self.user, self.assistant))
        if not self.needs or user is None or assistant is None or system is None:
            return None
        if not self.allow_empty and (may_be_empty(user) or may_be_empty(assistant)):
            return None
        turns: list[tuple[str, Pieces, bytes]] = [("user", user, b"}"), ("assistant", assistant, b"}")]
        if may_be_empty(system):
            return None if self.system.columns else lines_of(turns)
        return lines_of([("system", system, b"}"), *turns])

    @cached_property
    def _function(self) -> Callable[[Row], Example]:
        system = self._system()
        user, assistant = reader_of(self.user, self.values), reader_of(self.assistant, self.values)
        empty_allowed, metadata = self.allow_empty, self.metadata

        def to_chat(row: Row) -> Example:
            asked, answered = user(row), assistant(row)
            if not empty_allowed and not (asked.strip() and answered.strip()):
                raise empty_turn(*(("assistant", self.assistant) if asked.strip() else ("user", self.user)))
            turns = [{"role": "user", "content": asked}, {"role": "assistant", "content": answered}]
            said = system if isinstance(system, str) else system(row)
            if said:
                turns.insert(0, {"role": "system", "content": said})
            example: Example = {"messages": turns}
            if metadata:
                example["metadata"] = carried(row, metadata)
            return example

        return to_chat

    def _system(self) -> Reader | str:
        """The system prompt, or how to make it from a row; white space alone is no prompt."""
        render = self.system.renderer(self.values)
        if self.system.columns or self.system.whole:
            return lambda row: text if (text := render(row)).strip() else ""
        text = render({})
        return text if text.strip() else ""


def empty_turn(role: str, source: Template | str | None) -> RowError:
    """What to say of a turn without text."""
    turn = {"assistant": "answer", "user": "user turn"}.get(role, role)
    named = f" (column {shown(source)})" if isinstance(source, str) else ""
    return RowError(f"the {turn} is empty{named}", hint="To keep it, use --allow-empty.")


Pieces = list[bytes | list[bytes]]
"""A text of each row: what is the same for all, and cells."""


def pieces_of(turn: Template | str, columns: Mapping[str, list[bytes]]) -> Pieces | None:
    """A turn's text for every row, if it is a column or made of text and columns alone."""
    if isinstance(turn, str):
        return [columns[turn]]
    if turn.parts is None:
        return None
    return [columns[text] if is_column else encode_text(text)[1:-1] for text, is_column in turn.parts]


_FIRST = itemgetter(slice(0, 1))
# What white space begins with in UTF-8, and in JSON where it is escaped.
_BLANK = frozenset((b"", b" ", b"\\", b"\xc2", b"\xe1", b"\xe2", b"\xe3"))


def may_be_empty(pieces: Pieces) -> bool:
    """Whether the text of some row is white space alone."""
    blank = [[piece] if isinstance(piece, bytes) else piece for piece in pieces]
    if any(_BLANK.isdisjoint(map(_FIRST, texts)) for texts in blank):
        return False
    rows = max(map(len, blank), default=1)
    cells = zip(*(texts if len(texts) == rows else repeat(texts[0], rows) for texts in blank), strict=True)
    whole = map(b"".join, cells) if blank else [b""]
    return not all(text[:1] not in _BLANK or decode_finite(b'"%b"' % text).strip() for text in whole)


def lines_of(turns: Iterable[tuple[str, Pieces, bytes | list[bytes]]], beside: bytes = b"") -> bytes:
    """The lines of many chats at once.

    Args:
        turns: Of each its role, its texts, and what closes it, such as ``,"weight":1}``.
        beside: What stands behind the messages.
    """
    pieces: Pieces = []
    for role, texts, closing in turns:
        opening = encode({"role": role, "content": ""})[:-2]
        pieces += [b"," if pieces else b'{"messages":[', opening, *texts, b'"', closing]
    return joined([*pieces, b"]" + beside + b"}\n"])


def joined(pieces: Pieces) -> bytes:
    """The texts of all rows, one behind the other."""
    rows = max(len(piece) for piece in pieces if isinstance(piece, list))
    merged: Pieces = []
    for piece in pieces:
        before = merged[-1] if merged else None
        if isinstance(piece, bytes) and isinstance(before, bytes):
            merged[-1] = before + piece
        else:
            merged.append(piece)
    # There is no step for each row: every piece has its places in one list.
    places = [b""] * (rows * len(merged))
    for at, piece in enumerate(merged):
        places[at :: len(merged)] = [piece] * rows if isinstance(piece, bytes) else piece
    return b"".join(places)


def reader_of(turn: Template | str, values: Mapping[str, list[str]] | None) -> Reader:
    """What makes a turn's text of a row."""
    return column(turn) if isinstance(turn, str) else turn.renderer(values)


def carried(row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    """The columns to carry along.

    Raises:
        RowError: If the row does not have all of them.
    """
    try:
        return {name: row[name] for name in names}
    except KeyError as error:
        raise RowError(f"the row has no {error}") from None


class Listing(Protocol):
    """A step whose templates list values of columns."""

    @property
    def carries_metadata(self) -> bool: ...

    def knowing(self, values: Mapping[str, list[str]]) -> DecidedColumns:
        """The step, knowing the values."""
        ...


class DecidedColumns(Protocol):
    """What makes examples of rows once all values are known."""

    def __call__(self, row: Row, position: int = 0) -> Any: ...


@dataclass(frozen=True)
class ToChatWithValues:
    """The step to chat whose templates list all values of some columns, which must be surveyed first."""

    step: Listing
    columns: tuple[str, ...]
    name: ClassVar[str] = "to_chat"

    @property
    def carries_metadata(self) -> bool:
        """Whether the examples have metadata."""
        return self.step.carries_metadata

    def survey(self) -> Values:
        """A summary of no rows."""
        return Values(self.columns)

    def decide(self, values: Values) -> DecidedColumns:
        """The step, knowing the values."""
        return self.step.knowing(values.listed())


class Values:
    """A survey of the distinct values of some columns: as many strings as there are values, 10,000 at most."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.columns = columns
        self.found: dict[str, set[str]] = {name: set() for name in columns}

    def add(self, row: Row) -> None:
        """Take in a row."""
        for name, found in self.found.items():
            value = row.get(name)
            if value is not None and value != "":
                found.add(value if type(value) is str else as_text(value))
                if len(found) > MAX_VALUES:
                    raise UsageError(f'values("{name}") would list more than {MAX_VALUES:,} values')

    def merge(self, later: Values) -> None:
        """Take in the values of later rows."""
        for name, found in self.found.items():
            found |= later.found[name]
            if len(found) > MAX_VALUES:
                raise UsageError(f'values("{name}") would list more than {MAX_VALUES:,} values')

    def listed(self) -> dict[str, list[str]]:
        """The values, sorted."""
        return {name: sorted(found) for name, found in self.found.items()}
