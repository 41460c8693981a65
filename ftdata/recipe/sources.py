"""Sources: files, and how examples are made of their rows, as ``ftdata convert`` makes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ftdata.dataset import Dataset, read
from ftdata.dataset.composed import CONVERT, CONVERTING, of_data
from ftdata.dataset.reading import OWN_FORMAT, usable_beside
from ftdata.dataset.rowed import ROWS
from ftdata.dataset.rowed import parted as of_rows
from ftdata.verbs import Option, declared

ITS_OWN = ("files", "share")
"""What a source has beside the options of reading and converting."""


def opened(values: Mapping[str, Any], to: str | None) -> Dataset:
    """The examples of a source.

    Args:
        values: Its options, by parameter.
        to: The format that they are written as, if it is one: prompts and completions may stay what they are.

    Raises:
        InputError: If a file cannot be read.
        UsageError: If options contradict each other.
    """
    reading, converting = parted(values)
    rowing, _ = of_rows(values)
    files = values["files"]
    data = read([files] if isinstance(files, str) else files, **reading)
    data = ROWS.function(data, **rowing) if rowing else data
    if not converting:
        return data
    asked = with_data(CONVERT, converting, reading) | of_data(data, converting, to, converting)
    made: Dataset = CONVERT.function(data, **asked)
    return made


def check_source(values: Mapping[str, Any]) -> None:
    """Refuse options of a source that do not go together.

    Raises:
        UsageError: If they do not.
    """
    CONVERT.check(parted(values)[1])
    ROWS.check(of_rows(values)[0])


def parted(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The options of reading, and those of converting: what both have makes examples where anything does."""
    own = {name: value for name, value in of_rows(values)[1].items() if name not in ITS_OWN}
    converting = {one.name: own[one.name] for one in CONVERT if one.name in own}
    if CONVERTING.maker(converting) is None:
        converting = {
            name: one for name, one in converting.items() if name not in {also.name for also in declared(read)}
        }
    return {name: one for name, one in own.items() if name not in converting}, converting


def with_data(options: Iterable[Option], values: Mapping[str, Any], reading: Mapping[str, Any]) -> dict[str, Any]:
    """The options as the verb takes them: further files are opened with what they can use of the options of reading."""
    files = {one.name for one in options if one.kind.data}
    return {
        name: read(value, **usable_beside(value, reading, own_format=name in OWN_FORMAT)) if name in files else value
        for name, value in values.items()
    }
