"""A target's judge is its writer: what a format's `dump` would reject or change is no row of it as it lies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from ftdata.codec import member
from ftdata.errors import RowError, shown
from ftdata.formats.registry import Refusal, Refusals

_CARRYING = frozenset(("functions", "function_call", "refusal"))
"""Keys that say something which is lost where they are left out; readers pass over others."""

Parse = Callable[[dict[str, Any], Counter[str]], Any]
Dump = Callable[[dict[str, Any], Counter[str]], dict[str, Any]]


def by_writer(row: dict[str, Any], parse: Parse, dump: Dump, taken: frozenset[str] | None) -> Refusals:
    """What a writer says of a row, read as its format is read.

    Args:
        row: The row as it lies.
        parse: The format's.
        dump: The format's.
        taken: Keys whose values may differ from what is written; None where rows may have another shape altogether.
    """
    try:
        example = parse(row, Counter())
    except RowError:
        return  # what is no example is told by the rules
    if type(example) is not dict:
        return
    try:
        written = dump(example, Counter())
    except RowError as error:
        if taken is None:
            place = f"{error.json_path} of the example made of it: " if error.json_path else ""
            yield Refusal("$", place + error.message)
        else:
            yield Refusal(error.json_path or "$", error.message)
        return
    if taken is not None and written is not row:
        yield from _unlike(row, written, "$", taken)


def _unlike(given: Any, written: Any, path: str, taken: frozenset[str]) -> Iterator[Refusal]:
    if type(given) is dict and type(written) is dict:
        yield from _keys(given, written, path, taken)
    elif type(given) is list and type(written) is list and len(given) == len(written):
        for index, (old, new) in enumerate(zip(given, written, strict=True)):
            yield from _unlike(old, new, f"{path}[{index}]", taken)
    elif given != written or type(given) is not type(written):
        yield Refusal(path, f"expected {shown(written)}; got {shown(given)}")


def _keys(given: dict[str, Any], written: dict[str, Any], path: str, taken: frozenset[str]) -> Iterator[Refusal]:
    for key, value in given.items():
        if key in taken:
            continue
        here = member(path, key)
        if key in written:
            if value is not written[key]:
                yield from _unlike(value, written[key], here, taken)
        elif key in _CARRYING and value:
            instead = [name for name in written if name not in given]
            yield Refusal(here, "has no place" + (f": {' and '.join(instead)} is what is read" if instead else ""))
