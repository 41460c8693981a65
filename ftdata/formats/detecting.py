"""Detect the format of rows and say why, without guessing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass
from ftdata.errors import RowError, UnknownFormatError, shown
from ftdata.formats.registry import Format, Formats
from ftdata.lazily import late

if TYPE_CHECKING:
    from ftdata.formats.settling import listed, sided
else:
    listed = late(globals(), "ftdata.formats.settling", "listed")
    sided = late(globals(), "ftdata.formats.settling", "sided")

LAYOUTS = "layouts"
PLAIN = "openai"
_SPEAKERS = frozenset(("system", "user", "assistant"))
_TURN = frozenset(("role", "content"))
_MARKS = "<[{"
"""What begins everything that other formats write into texts."""


@dataclass(frozen=True)
class Detected:
    """A format and the reason for it, or None for a table of columns."""

    format: Format | None
    why: str


def detect(rows: Iterable[dict[str, Any]], formats: Mapping[str, Format]) -> Detected:
    """The one format that the rows have.

    Raises:
        UnknownFormatError: If the rows are of several formats; with the candidates.
    """
    looked = list(rows)
    if _are_plain(looked, formats):
        known = formats[PLAIN]
        return Detected(known, f"{_number(len(looked), len(looked), plain=False)} {_sign(known, looked)}")
    found = _counted(looked, formats)
    settled = _settled(found, looked, formats)
    if isinstance(settled, Detected):
        return settled
    found = settled
    if not found:
        keys = ", ".join(map(shown, looked[0])) if looked else "none"
        return Detected(None, f"no format is known with the keys {keys}")
    marks = dict(found)
    for name in found:
        # Rows without a dialect's marks among rows that have them are rows of the dialect too.
        base = formats[name].dialect_of
        if base in found and len(_dialects(found, base, formats)) == 1:
            marks.pop(base, None)
    # A wrong guess would train on the wrong turns, so several candidates are an error and never a vote.
    if len(marks) > 1:
        counts = ", ".join(f"{name} ({count} of {len(looked)})" for name, count in sorted(found.items()))
        error = UnknownFormatError(f"the first rows look like {counts}", hint="Choose one with --from.")
        error.row = _first_other(looked, marks, formats)  # who read the rows knows its line
        raise error
    name, count = next(iter(marks.items()))
    known = formats[name]
    return Detected(known, f"{_number(count, len(looked), plain=len(found) > 1)} {_sign(known, looked)}")


def _are_plain(rows: list[dict[str, Any]], formats: Mapping[str, Format]) -> bool:
    """Whether the rows are OpenAI's messages of mere text, which no other format has: none need be imported for them.

    A test holds that the long way comes to the same.
    """
    own = isinstance(formats, Formats) and PLAIN in formats and not formats.added()
    return own and bool(rows) and all(map(_is_plain, rows))


def _is_plain(row: dict[str, Any]) -> bool:
    turns = row.get("messages")
    return len(row) == 1 and type(turns) is list and bool(turns) and all(map(_is_plain_turn, turns))


def _is_plain_turn(turn: Any) -> bool:
    if type(turn) is not dict or turn.keys() != _TURN:
        return False
    role, text = turn["role"], turn["content"]
    return type(role) is str and role in _SPEAKERS and type(text) is str and not any(mark in text for mark in _MARKS)


def _number(count: int, looked: int, *, plain: bool) -> str:
    if looked == 1:
        return "the first row has"
    if plain or count < looked:
        return f"{count} of the first {looked} rows {'has' if count == 1 else 'have'}"
    return f"the first {looked} rows have"


def _dialects(found: Mapping[str, int], base: str, formats: Mapping[str, Format]) -> list[str]:
    return [name for name in found if formats[name].dialect_of == base]


def _first_other(rows: list[dict[str, Any]], found: Mapping[str, int], formats: Mapping[str, Format]) -> int | None:
    """The number of the first row, from 1, that is not of the format of the row before it."""
    told = [next((name for name in found if formats[name].fits(row)), None) for row in rows]
    return next((index + 1 for index in range(1, len(told)) if told[index] != told[index - 1]), None)


def _settled(
    found: dict[str, int], rows: list[dict[str, Any]], formats: Mapping[str, Format]
) -> Detected | dict[str, int]:
    """What is told row by row, if some rows have a public set's layout; or else the formats that rows look like.

    A format is claimed only if it can read a row that looks like it: if none can, and a layout can, it is that.
    """
    known = formats.get(LAYOUTS)
    if known is None or not any(map(known.fits, rows)):
        return found
    others = {name: formats[name] for name in found if name != LAYOUTS}
    claimed = [row for row in rows if any(other.fits(row) for other in others.values())]
    if LAYOUTS in found and others and all(map(known.fits, claimed)):
        why = (
            f"{_number(found[LAYOUTS], len(rows), plain=True)} {_sign(known, rows)}; the others are {', '.join(others)}"
        )
        return Detected(_layouts().mixed(others), why)
    read = [row for row in claimed for other in others.values() if other.fits(row) and _readable(other, row)]
    if claimed and not read and any(_readable(known, row) for row in claimed if known.fits(row)):
        return {LAYOUTS: sum(map(known.fits, rows))}
    return found


def _layouts() -> Any:
    """The module of the layouts: many records, imported where rows are told and not for the help of a command."""
    return import_module("ftdata.formats.layouts")


def _sign(known: Format, rows: list[dict[str, Any]]) -> str:
    return known.says(rows) if known.says else known.sign


def _counted(rows: list[dict[str, Any]], formats: Mapping[str, Format]) -> dict[str, int]:
    """How many rows look like each format.

    A row with a dialect's marks does not count for what it is a dialect of, nor one with any other format's marks for
    OpenAI's shape, which many others begin with.
    """
    found: dict[str, int] = {}
    known = tuple(formats.items())  # which looks each up
    for row in rows:
        names = _fitting(row, known) or _fitting(sided(listed(row, Counter()), Counter()), known)
        if LAYOUTS in names:
            better = _layouts().beaten(row)
            names = [name for name in names if name not in (*better, LAYOUTS)] or [LAYOUTS]
        marked = any(not formats[name].native for name in names)
        bases = {formats[name].dialect_of for name in names}
        for name in names:
            if name not in bases and not (marked and formats[name].native):
                found[name] = found.get(name, 0) + 1
    return found


def _fitting(row: dict[str, Any], formats: Iterable[tuple[str, Format]]) -> list[str]:
    return [name for name, known in formats if known.fits(row)]


def confirmed(asked: Format, rows: Iterable[dict[str, Any]], formats: Mapping[str, Format]) -> Format:
    """The format that was asked for, if the rows may be of it.

    Raises:
        UnknownFormatError: If none of them can be read as it, and they look like another one; with that one.
    """
    looked = list(rows)
    if not looked or any(_readable(asked, row) for row in looked):
        return asked
    found = _counted(looked, formats)
    found.pop(asked.name.partition(":")[0], None)
    if not found:
        return asked
    name, count = max(found.items(), key=lambda item: item[1])
    have = _number(count, len(looked), plain=False)
    raise UnknownFormatError(
        f"the rows are not in the format {asked.name}: {have} {formats[name].sign}",
        hint=f"Omit --from, or use --from {name}.",
    )


def _readable(asked: Format, row: dict[str, Any]) -> bool:
    """Whether a row may be of a format: what it drops must look like a row of its own."""
    try:
        made = asked.read(row, Counter())
    except RowError:
        return False
    found = made if type(made) is list else [made]
    # A format may drop rows on purpose, such as spans without an answer. They count if they look like its own.
    return any(type(one) is dict for one in found) or asked.fits(row)
