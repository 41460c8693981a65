"""Which export files are of: by the names of their columns, or by the keys of their objects at any depth."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ftdata.facts.exports import EXPORTS, Export
from ftdata.report.messages import folded

_DEPTH = 5
_LOOKED_INTO = 20  # objects of a list

Row = dict[str, Any]


def export_of(rows: Sequence[Row]) -> tuple[Export, str] | None:
    """The export that rows are of, and where in a file's one object its rows are (empty where they are its rows)."""
    paths = {path for row in rows[:50] for path in _paths(row, _DEPTH)}
    if found := _known(paths):
        return found, ""
    if len(rows) != 1:
        return None
    for key, value in rows[0].items():
        for inner, place in _lists(key, value):
            objects = [one for one in inner[:50] if isinstance(one, dict)]
            inside = {path for row in objects for path in _paths(row, _DEPTH)}
            if objects and (found := _known(inside)):
                return found, place
    return None


def _lists(key: str, value: Any) -> Iterator[tuple[list[Any], str]]:
    """The lists of objects under a key, one level deep or two, with their JSON paths."""
    if isinstance(value, list):
        yield value, f"$.{key}"
    elif isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, list):
                yield inner, f"$.{key}.{name}"


def _known(paths: set[str]) -> Export | None:
    return next((export for export in EXPORTS if all(_any(one, paths) for one in export.has)), None)


def _any(alternatives: str, paths: set[str]) -> bool:
    return any(_plain(path) in paths for path in alternatives.split("|"))


def _plain(path: str) -> str:
    return ".".join(map(folded, path.split(".")))


def _paths(value: Any, depth: int) -> Iterator[str]:
    """The paths of an object's keys, folded; lists are passed through."""
    if isinstance(value, list):
        for one in value[:_LOOKED_INTO]:
            yield from _paths(one, depth)
    elif isinstance(value, dict) and depth:
        for key, inner in value.items():
            name = folded(key)
            yield name
            yield from (f"{name}.{path}" for path in _paths(inner, depth - 1))


def exploded(export: Export, rows: Iterable[Row]) -> list[str]:
    """The paths of `explode` that some of these rows have, as they spell them."""
    found: dict[str, None] = {}
    held = list(rows)
    for path in export.explode:
        if path.endswith("*"):
            found |= dict.fromkeys(name for row in held for name in row if _is_repeated(name, path[:-1]))
            continue
        for row in held:
            if (spelled := _spelled(row, path)) is not None:
                found[spelled] = None
                break
    return list(found)


def with_columns(template: str, rows: Sequence[Row]) -> str:
    """A template of an export with the columns as rows spell them: ``{type}`` is one, ``{parent_type}`` its issue's."""

    def spelled(found: re.Match[str]) -> str:
        outer = "parent_" if found[1].startswith("parent_") else ""
        plain = found[1].removeprefix(outer)
        name = next((name for row in rows for name in row if folded(name) == folded(plain)), None)
        return f"row[{json.dumps(outer + name, ensure_ascii=False)}]|default(none)" if name else "none"

    return re.sub(r"\{(\w+)\}", spelled, template)


def _is_repeated(name: str, repeated: str) -> bool:
    """Whether a column has a name, or is a further one of it: ``Comment``, ``Comment_2``; ``Comment.1`` by pandas."""
    return folded(re.sub(r"[ _.-]\d{1,4}$", "", name)) == repeated


def _spelled(row: Row, path: str) -> str | None:
    """A path as a row spells it, if something that holds messages stands there."""
    if path == "$":
        return path
    names: list[str] = []
    value: Any = row
    for part in path.split("."):
        if not isinstance(value, dict):
            return None
        name = next((key for key in value if folded(key) == folded(part)), None)
        if name is None:
            return None
        names.append(name)
        value = value[name]
    one = isinstance(value, dict) and "." not in path and any(folded(key) in ("body", "author") for key in value)
    return ".".join(names) if isinstance(value, list) or one else None
