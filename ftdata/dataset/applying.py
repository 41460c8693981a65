"""Refuse reading options that none of the files can use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ftdata.errors import UsageError, option

if TYPE_CHECKING:
    from ftdata.files.source import File, Source

_JSON = (".jsonl", ".ndjson", ".json")
_TEXT = frozenset(("csv", "jsonl", "json", "txt", "text"))


class _For(NamedTuple):
    """What an option applies to.

    Attributes:
        what: In words.
        containers: The kinds of file that use it.
        never: Extensions of files that do not use it, whatever the containers.
    """

    what: str
    containers: frozenset[str]
    never: tuple[str, ...] = ()


_OPTIONS: Mapping[str, _For] = {
    "delimiter": _For("CSV files", frozenset(("csv",)), _JSON),
    "quote": _For("CSV files", frozenset(("csv",)), _JSON),
    "escape": _For("CSV files", frozenset(("csv",)), _JSON),
    "columns": _For("CSV files and spreadsheets without a header", frozenset(("csv", "spreadsheet")), _JSON),
    "encoding": _For("files of text", _TEXT),
    "rows_at": _For("JSON files", frozenset(("json",)), (".csv", ".tsv", ".jsonl", ".ndjson")),
    **dict.fromkeys(
        ("header_row", "skip", "skip_footer"),
        _For("CSV files and spreadsheets", frozenset(("csv", "spreadsheet")), _JSON),
    ),
    "sheet": _For("spreadsheets", frozenset(("spreadsheet",))),
    "between": _For("text files of dialogues", frozenset(("text",))),
}


def refuse_unused(source: Source, given: Mapping[str, Any]) -> None:
    """Refuse reading options that none of the files can use.

    Args:
        source: The opened source.
        given: The options of `ftdata.read`.

    Raises:
        UsageError: If one applies to none of the files.
    """
    for name, about in _OPTIONS.items():
        value = given.get(name)
        if not value:
            continue
        if not any(_uses(file, about) for file in source.files):
            first = source.files[0].name if source.files else "the rows in memory"
            raise UsageError(
                f"{option(name)} is for {about.what}, and {first} is none",
                hint="Remove it." if len(source.files) < 2 else "None of the files is one: leave it out.",
            )


def _uses(file: File, about: _For) -> bool:
    from ftdata.files.extensions import extension_of

    return file.container.name in about.containers and extension_of(file.name) not in about.never
