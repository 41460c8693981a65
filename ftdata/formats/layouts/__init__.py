"""The layouts of public training sets: each row is read as the first layout that it has.

A layout is a record in `known`: what columns it has, under any of their usual names, and what becomes of a row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, overload

from ftdata.classes import dataclass, field, replace
from ftdata.errors import RowError, shown
from ftdata.formats.layouts import marks
from ftdata.formats.layouts.known import LAYOUTS as OWN
from ftdata.formats.layouts.record import Layout, Options, RowColumns, beside
from ftdata.formats.registry import Format, Parsed, only_read
from ftdata.plugins import PluginError, load, plugins

__all__ = ["LAYOUTS", "RECORDS", "Layout", "beaten", "doubts", "doubts_of", "layout_of", "mixed", "taken"]

Row = dict[str, Any]

_SETS_OF_KEYS = 1000  # that are remembered: rows with keys made of data have no end of them
_NAME = "layouts"


def _added() -> tuple[Layout, ...]:
    """The layouts that other packages add; a name that ftdata has already is ftdata's.

    Raises:
        PluginError: If what one adds is not a layout of its name.
    """
    known, found = {one.name for one in OWN}, []
    for name in plugins("ftdata.layouts"):
        one = load("ftdata.layouts", name)
        if not isinstance(one, Layout) or one.name != name:
            raise PluginError(f"what is added to ftdata.layouts as {name} is not a Layout of that name")
        found += [one] if name not in known else []
    return tuple(found)


class _Records(Sequence[Layout]):
    """All layouts. Those that others add are loaded at the first question: what adds them may import this module."""

    @cached_property
    def _all(self) -> tuple[Layout, ...]:
        return (*OWN, *_added())

    @overload
    def __getitem__(self, at: int) -> Layout: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Layout, ...]: ...

    def __getitem__(self, at: int | slice) -> Layout | tuple[Layout, ...]:
        return self._all[at]

    def __iter__(self) -> Iterator[Layout]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


RECORDS: Sequence[Layout] = _Records()
"""All layouts, in the order in which a row is tried; those that other packages add are the last."""


@dataclass(slots=True)
class _Known:
    """What was found out about rows with the same keys."""

    found: dict[tuple[str, ...], tuple[RowColumns, tuple[Layout, ...]]] = field(default_factory=dict)

    def of(self, row: Row) -> tuple[RowColumns, tuple[Layout, ...]]:
        """The columns of a row that hold something, and the layouts that rows with such columns may have."""
        keys = tuple([key for key, value in row.items() if value is not None])
        found = self.found.get(keys)
        if found is None:
            at = RowColumns(keys)
            found = at, tuple(layout for layout in RECORDS if layout.has(at))
            if len(self.found) < _SETS_OF_KEYS:
                self.found[keys] = found
        return found


_KNOWN = _Known()


def layout_of(row: Row) -> Layout | None:
    """The layout that a row has."""
    at, layouts = _KNOWN.of(row)
    return next((layout for layout in layouts if layout.fits(row, at)), None)


@dataclass(frozen=True)
class _Parse:
    options: Options

    def __call__(self, row: Row, repaired: Counter[str]) -> Parsed:
        """What becomes of a row.

        Raises:
            RowError: If it has no layout that is known, or something in it is not as its layout has it.
        """
        at, layouts = _KNOWN.of(row)
        for layout in layouts:
            if layout.fits(row, at):
                return layout.make(row, at, self.options, repaired)
        if layouts:  # it says what is wrong
            return layouts[-1].make(row, at, self.options, repaired)
        keys = ", ".join(map(shown, row)) or "none"
        raise RowError(f"expected the columns of a known layout; got {keys}",
                       hint="See them with: ftdata formats --layouts; or name the columns: --user and --assistant.",
                       json_path="$")  # fmt: skip


def beaten(row: Row) -> tuple[str, ...]:
    """The formats whose reader would pass over what this row says."""
    layout = layout_of(row)
    return layout.beats if layout else ()


def taken(rows: Iterable[Row]) -> str:
    """By which layouts rows are read, and what columns stay behind as metadata."""
    names: Counter[str] = Counter()
    left: dict[str, None] = {}
    for row in rows:
        layout = layout_of(row)
        if layout is None:
            continue
        names[layout.name] += 1
        left.update(dict.fromkeys(_left(row)))
    said = ", ".join(f"{name} ({count})" for name, count in names.most_common()) if len(names) > 1 else "".join(names)
    return f"the layout {said}" + (f"; kept as metadata: {', '.join(list(left)[:8])}" if left else "")


def doubts_of(rows: Iterable[object]) -> str:
    """The doubts of the first row that could be read, with a space behind them."""
    first = next((row for row in rows if isinstance(row, dict)), {})
    return f"{said} " if (said := doubts(first)) else ""


def doubts(row: Row) -> str:
    """Why a row has no layout though its columns come near one, a sentence; empty where they do not."""
    at = RowColumns([key for key, value in row.items() if value is not None])
    if layout_of(row) is not None:
        return ""
    text = at.one("text", "transcript", "conversation", "content", "prompt")
    if text is not None and type(row[text]) is str and (found := marks.seen(row[text])).startswith("the marks"):
        return f"The texts in {text} have {found}, which no known way to write a conversation out has."
    answered = at.all("answered")
    if len(answered) > 1 and beside(answered[0], answered):
        return f"The answer may be in {' or '.join(answered[:3])}."
    asked = at.all("asked")
    if len(asked) > 1 and answered:
        return f"The question may be in {' or '.join(asked[:3])}."
    return ""


def _left(row: Row) -> list[str]:
    try:
        made = LAYOUTS.read(row, Counter())
    except RowError:
        return []
    one = made[0] if isinstance(made, list) and made else made
    return [name for name in one.get("metadata", {}) if name in row] if isinstance(one, dict) else []


_ROWS = Format(
    name=_NAME,
    about="rows of public training sets, each by its columns: ftdata formats --layouts lists them (read only)",
    kinds=("chat", "preference", "reinforcement"),
    parse=_Parse(Options()),
    dump=only_read(_NAME),
    recognises=lambda row: layout_of(row) is not None,
    sign="the columns of a public set's layout",
    writes=False,
    source="the cards of the public sets that each layout names",
    says=taken,
)


@dataclass(frozen=True)
class _Mixed:
    formats: Mapping[str, Format]

    def __call__(self, row: Row, repaired: Counter[str]) -> Parsed:
        better = beaten(row)
        for name, known in self.formats.items():
            if name not in better and known.fits(row):
                return known.parse(row, repaired)
        return LAYOUTS.parse(row, repaired)


def mixed(formats: Mapping[str, Format]) -> Format:
    """Layouts, for files in which some rows are of these formats."""
    kinds = dict.fromkeys((*LAYOUTS.kinds, *(kind for known in formats.values() for kind in known.kinds)))
    return replace(LAYOUTS, parse=_Mixed(formats), kinds=tuple(kinds))


_VARIANTS: Mapping[str, tuple[str, Options]] = {
    "adjacent": ("layouts, of ranked answers each against the next", Options(ranked="adjacent")),
    "safer": ("layouts, of two verdicts the one on which answer is safer", Options(verdict="safer")),
    "all": ("layouts, of a tree of messages each path to an answer", Options(tree="all")),
    "pairs": ("layouts, of a tree of messages the best answer to each against the worst", Options(tree="pairs")),
}
LAYOUTS = replace(
    _ROWS,
    variants={
        word: replace(_ROWS, name=f"{_NAME}:{word}", about=about, parse=_Parse(options))
        for word, (about, options) in _VARIANTS.items()
    },
)
