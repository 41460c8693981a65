"""Telling a format by its rows: it says why, and refuses to guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ftdata.errors import UnknownFormatError, shown
from ftdata.formats.registry import Format


@dataclass(frozen=True)
class Detected:
    """A format and the reason for it, or None for a table of columns."""

    format: Format | None
    why: str


def detect(rows: Iterable[dict[str, Any]], formats: Mapping[str, Format]) -> Detected:
    """The one format that the rows have.

    Raises:
        UnknownFormatError: The rows are of none, or of several.
    """
    looked = list(rows)
    found: dict[str, int] = {}
    for row in looked:
        for known in formats.values():
            if known.recognises(row):
                found[known.name] = found.get(known.name, 0) + 1
    if not found:
        keys = ", ".join(map(shown, looked[0])) if looked else "none"
        return Detected(None, f"no format is known with the keys {keys}")
    # Metadata on some rows only: still ftdata's own form, which may hold it.
    if set(found) == {"openai", "ftdata"}:
        return Detected(formats["ftdata"], "some of the first rows carry metadata")
    if len(found) > 1:
        counts = ", ".join(f"{name} ({count} of {len(looked)})" for name, count in sorted(found.items()))
        raise UnknownFormatError(f"the first rows look like {counts}", hint="Say which with --from.")
    name, count = next(iter(found.items()))
    return Detected(formats[name], f"{count} of the first {len(looked)} rows have its keys")
