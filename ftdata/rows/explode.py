"""Rows that hold whole conversations become a row for each message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass
from ftdata.codec import canonical, decode, member
from ftdata.errors import RowError, UsageError, did_you_mean, shown
from ftdata.findings import Drop
from ftdata.formats.transcripts.dialogue import comment_of, thread_of
from ftdata.rows.documents import is_document, text_of_document

if TYPE_CHECKING:
    from ftdata.rows.steps import Row

CONVERSATION, TURN, PARENT = "conversation", "turn", "parent_"
"""The columns that each message gets: which conversation it is of, its number in it, and those of the row."""
WHOLE = "$"
"""In place of a column: the row itself is a message."""

_DEPTH = 8


@dataclass(frozen=True)
class Explode:
    """Makes a row of each message that a row holds: of lists, their JSON text, or dialogues written as text.

    Attributes:
        columns: Where the messages are, one after another: columns, or paths such as ``parts.items``.
    """

    columns: tuple[str, ...]
    of_rows: ClassVar[bool] = True
    name: ClassVar[str] = "explode"

    def names(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """The columns of the rows before: those behind it are told by what the rows hold, see `found`.

        Raises:
            UsageError: If a column does not exist, or none is named.
        """
        if not self.columns:
            raise UsageError("explode names no column", hint=f"The columns are {', '.join(known)}.")
        for path in self.columns:
            name = path if path in known else path.partition(".")[0]
            if name not in known and path != WHOLE:
                hint = did_you_mean(name, known) or f"The columns are {', '.join(known)}."
                raise UsageError(f"explode names the column {shown(name)}, which the file does not have", hint=hint)
        return known

    def found(self, rows: Sequence[Row]) -> tuple[str, ...]:
        """The columns behind the step, as some of its rows have them."""
        return tuple(dict.fromkeys(name for row in rows for name in row))

    def __call__(self, row: Row) -> list[Row | Drop] | Drop:
        """A row for each message, or a drop where there is none.

        Raises:
            RowError: If a column holds what are not messages.
        """
        return self.counting(Counter())(row)

    def counting(self, changes: Counter[str]) -> Callable[[Row], list[Row | Drop] | Drop]:
        """The map, counting what it leaves out of texts."""

        def explode(row: Row) -> list[Row | Drop] | Drop:
            found: list[dict[str, Any]] = []
            for path in self.columns:
                if path == WHOLE:
                    found.append(flat(_without(row, self.columns)))
                else:
                    value, place = _at(row, path)
                    found += [flat(one) for one in self._messages(value, path, place, changes)]
            if not found:
                return Drop("holds no messages")
            return list(_rows(found, row, self.columns))

        return explode

    def _messages(self, value: Any, path: str, place: str, changes: Counter[str]) -> list[Any]:
        """The messages of a column; of several, one that holds plain text is a turn under the column's name."""
        if len(self.columns) > 1 and type(value) is str and value.strip()[:1] not in ("[", "{"):
            comment = comment_of(value)
            turns = [comment] if comment else thread_of(value, changes) if "\n" in value else []
            return list(turns) or ([{"speaker": path, "text": value}] if value.strip() else [])
        return _messages(value, place, changes)


def _rows(found: list[dict[str, Any]], row: Row, columns: Sequence[str]) -> Iterator[Row]:
    """The messages with their places, and with the columns of the row that they come of."""
    outer = flat(_without(row, columns))
    names = dict.fromkeys(name for one in found for name in one)
    own = next((outer[name] for name in ("id", "ticket_id", "conversation_id") if outer.get(name)), None)
    key = own if type(own) in (str, int) else blake2b(canonical(row), digest_size=12).hexdigest()
    beside = {_free(f"{PARENT}{name}", names): value for name, value in outer.items()}
    which, turn = _free(CONVERSATION, names), _free(TURN, names)
    empty = dict.fromkeys(names)
    for number, one in enumerate(found):
        yield {**empty, **one, which: key, turn: number, **beside}


def _free(name: str, taken: Mapping[str, Any]) -> str:
    """A name that is not taken yet."""
    while name in taken:
        name += "_"
    return name


def _at(row: Row, path: str) -> tuple[Any, str]:
    """What stands at a path, and its JSON path; None where nothing does."""
    if path in row:
        return row[path], member("$", path)
    value: Any = row
    place = "$"
    for name in path.split("."):
        place = member(place, name)
        if type(value) is not dict:
            return None, place
        value = value.get(name)
    return value, place


def _without(row: Row, columns: Sequence[str]) -> Row:
    """The row without its messages."""
    gone = {path if path in row else path.partition(".")[0] for path in columns}
    kept = {name: value for name, value in row.items() if name not in gone}
    for path in columns:
        first, _, rest = path.partition(".")
        if path not in row and rest and type(inner := row.get(first)) is dict:
            kept[first] = _without(inner, (rest,))
    return kept


def _messages(value: Any, place: str, changes: Counter[str]) -> list[Any]:
    """The messages that a cell holds.

    Raises:
        RowError: If it holds something else.
    """
    if type(value) is str:
        text = value.strip()
        if text[:1] in ("[", "{"):
            try:
                return _messages(decode(text.encode()), place, changes)
            except RowError:
                if not (turns := thread_of(value, changes)):
                    raise RowError("expected a list of messages; got what looks like JSON and is none",
                                   json_path=place) from None  # fmt: skip
                return list(turns)
        if not text:
            return []
        if turns := thread_of(value, changes):
            return list(turns)
        raise RowError("expected turns that begin with who speaks, such as [10:02] Ann: …; got none", json_path=place,
                       hint="Cells hold lists, their JSON text, or dialogues.")  # fmt: skip
    if value is None:
        return []
    if type(value) is dict:
        return [value]
    if type(value) is not list:
        raise RowError(f"expected a list of messages; got {shown(value)}", json_path=place)
    for number, one in enumerate(value):
        if type(one) not in (dict, str):
            raise RowError(f"expected a message; got {shown(one)}", json_path=f"{place}[{number}]")
    return value


def numbered(steps: Sequence[Any], group_by: str | Sequence[str], columns: Callable[[], tuple[str, ...]]) -> str:
    """The column with the numbers of messages that came of one row; empty where other rows may belong to them."""
    names = {group_by} if isinstance(group_by, str) else {*group_by}
    if names.isdisjoint((CONVERSATION, f"{CONVERSATION}_")) or not any(isinstance(one, Explode) for one in steps):
        return ""
    return next((name for name in (f"{TURN}_", TURN) if name in columns()), "")


def flat(value: Any) -> dict[str, Any]:
    """An object without objects in it: ``{"author": {"id": 1}}`` is ``{"author_id": 1}``; lists stay.

    A document of Atlassian's is its text. A key that is there already keeps its own value: that of the other gets a
    ``_`` behind it.

    Examples:
        >>> flat({"id": 1, "author": {"id": 2, "name": "Ann"}})
        {'id': 1, 'author_id': 2, 'author_name': 'Ann'}
    """
    if type(value) is not dict:
        return {"text": value}
    made: dict[str, Any] = {
        name: _as_text(one) for name, one in value.items() if type(one) is not dict or is_document(one)
    }
    for name, one in value.items():
        if type(one) is dict and not is_document(one):
            for inner, found in _deep(one, _DEPTH):
                made[_free(f"{name}_{inner}", made)] = found
    return made


def _deep(value: dict[str, Any], depth: int) -> Iterator[tuple[str, Any]]:
    for name, one in value.items():
        if type(one) is dict and depth and not is_document(one):
            yield from ((f"{name}_{inner}", found) for inner, found in _deep(one, depth - 1))
        else:
            yield name, _as_text(one)


def _as_text(value: Any) -> Any:
    return text_of_document(value) if is_document(value) else value
