"""A mapping, and the step that it becomes for rows of known columns."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Named
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from ftdata.authoring.columns import Row, ToChat, ToChatWithValues
from ftdata.authoring.mapping.bulk import Bulk, bulk_of
from ftdata.authoring.mapping.loading import Lines, checked, load
from ftdata.authoring.mapping.making import maker
from ftdata.authoring.mapping.models import OneExample, Turn, Whole
from ftdata.authoring.mapping.reading import Scope
from ftdata.classes import dataclass, field, replace
from ftdata.errors import RecipeError, RowError, at, shown
from ftdata.expressions import Template
from ftdata.expressions.words import RESERVED
from ftdata.findings import Drop
from ftdata.formats.gate import gate

Said = TypeVar("Said", bound=OneExample)


class Mapping:
    """A validated mapping: how a row of a table becomes one or more examples.

    Args:
        says: The mapping as an object; see the guide for its keys.

    Raises:
        RecipeError: If it is invalid; with the JSON path of each problem.

    Examples:
        >>> turns = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a", "weight": "good"}]
        >>> import ftdata
        >>> rows = [{"q": "2 + 2?", "a": "4", "good": "1"}]
        >>> ftdata.read(rows).to_chat(ftdata.Mapping({"messages": turns})).head(1)[0]["messages"][1]
        {'role': 'assistant', 'content': '4', 'weight': 1}
    """

    def __init__(self, says: dict[str, Any], *, _file: Path | None = None, _lines: Lines | None = None) -> None:
        self._file = str(_file) if _file else None
        self._lines = _lines or {}
        folder = _file.parent if _file else Path()
        whole = checked(says, self._lines, self._file)
        with at(self._file):
            self._whole = _with_definitions(whole, folder, self._lines)
        self._images = (folder / (whole.images_dir or "")).absolute()

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Mapping:
        """Load a mapping from a YAML or JSON file; the files that it names are relative to its folder.

        Raises:
            RecipeError: If it cannot be read, or is invalid; with line and JSON path.
        """
        file = Path(path)
        says, lines = load(file)
        return cls(says, _file=file, _lines=lines)

    def __repr__(self) -> str:
        return f"Mapping({self._file or '…'})"

    def bound(self, known: Sequence[str], *, allow_empty: bool = False) -> ToChat | MapRows | ToChatWithValues:
        """The step for rows that have these columns; a survey, if a template lists a column's values.

        Raises:
            UsageError: If a column does not exist, or the mapping uses none; with the place in the file.
        """
        whole = self._whole
        scope = Scope(
            tuple(known), self._lines, self._file, whole.roles, self._images, allow_empty or whole.allow_empty
        )
        maker(scope, whole)
        simple = _simple(whole, scope)
        if simple:
            return simple.surveyed()
        step = MapRows(whole, replace(scope, lines={}))
        return ToChatWithValues(step, tuple(scope.surveyed)) if scope.surveyed else step

    @property
    def hidden(self) -> list[str]:
        """The metadata keys that expressions cannot use directly, because they are words of an example."""
        return sorted({key for one in self._whole.parts() for key in one.metadata or ()} & set(RESERVED))


@dataclass(frozen=True)
class MapRows:
    """The step from a row to what a mapping makes of it."""

    whole: Whole
    scope: Scope = field(repr=False)
    name: ClassVar[str] = "to_chat"

    @property
    def carries_metadata(self) -> bool:
        """Whether the examples have metadata."""
        return any(one.metadata for one in self.whole.parts())

    def knowing(self, values: Named[str, list[str]]) -> MapRows:
        """The step, knowing the values that its templates list."""
        return replace(self, scope=replace(self.scope, values=values))

    @property
    def needs(self) -> tuple[str, ...]:
        """The columns that the turns are made of; none where rows must go one by one."""
        return self._bulk.needs if self._bulk else ()

    def lines(self, columns: dict[str, list[bytes]]) -> bytes | None:
        """The examples' lines for many rows at once; None where rows must go one by one."""
        return self._bulk.lines(columns) if self._bulk else None

    def __call__(self, row: Row, position: int = 0) -> Row | Drop | list[Any]:
        """The example, several, or a Drop where the mapping makes none of this row.

        Raises:
            RowError: If the row lacks the columns, or the result is not an example; with the JSON path in the example.
        """
        made = self._function(row)
        if len(made) == 1:
            return made[0]
        if made:
            return [*made]
        condition = self.whole.if_
        return Drop(f"not {condition}" if condition and not self.whole.for_ else "the mapping makes no example from it")

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key not in ("_function", "_bulk")}

    @cached_property
    def _bulk(self) -> Bulk | None:
        return bulk_of(self.whole, self.scope)

    @cached_property
    def _function(self) -> Callable[[Row], list[dict[str, Any]]]:
        return maker(self.scope, self.whole)


def _simple(whole: Whole, scope: Scope) -> ToChat | None:
    """The quicker step, where the mapping says no more than a system, a user's and an assistant's text."""
    turns = whole.messages or []
    said = {name for name in OneExample.model_fields if getattr(whole, name) is not None}
    plain = all(isinstance(turn, Turn) and {"role", "content"} == turn.model_fields_set for turn in turns)
    if whole.examples or not said <= {"messages", "metadata"} or not plain or isinstance(whole.metadata, dict):
        return None
    texts = {turn.role: turn.content for turn in turns if isinstance(turn, Turn) and isinstance(turn.content, str)}
    if len(texts) < len(turns) or list(texts) not in (["user", "assistant"], ["system", "user", "assistant"]):
        return None
    sources = {role: scope.source(str(text), f"$.{role}") for role, text in texts.items()}
    system = sources.get("system", Template(""))
    if isinstance(system, str):
        system = Template(f"{{{{ row[{json.dumps(system)}] }}}}")
    return ToChat(system, sources["user"], sources["assistant"], tuple(whole.metadata or ()), scope.allow_empty)


def _with_definitions(whole: Whole, folder: Path, lines: Lines) -> Whole:
    """The mapping with the tools of its files in it, all tools checked."""
    if whole.examples is None:
        return _defined(whole, folder, lines, "$")
    examples = [_defined(one, folder, lines, f"$.examples[{index}]") for index, one in enumerate(whole.examples)]
    return _defined(whole, folder, lines, "$").model_copy(update={"examples": examples})


def _defined(said: Said, folder: Path, lines: Lines, place: str) -> Said:
    found: dict[str, Any] = {}
    for key in ("tools", "functions"):
        value, where, path, placed = getattr(said, key), f"{place}.{key}", None, lines
        if isinstance(value, str) and value.startswith("@"):
            where, path = "$", folder / value[1:]
            value, placed = load(path)
            if not isinstance(value, list):
                raise RecipeError(f"expected a list of {key}; got {shown(value)}", path=str(path), line=1)
            found[key] = value
        if isinstance(value, list):
            _check_definitions(key, value, where, str(path) if path else None, placed)
    return said.model_copy(update=found) if found else said


def _check_definitions(key: str, value: list[Any], where: str, path: str | None, lines: Lines) -> None:
    try:
        gate({"messages": [{"role": "user", "content": ""}], key: value})
    except RowError as error:
        bare = key == "tools" and any(isinstance(one, dict) and "name" in one for one in value)
        hint = "Wrap each one as {type: function, function: {…}}." if bare else error.hint
        inside = error.json_path.removeprefix(f"$.{key}")
        item = where + inside.split("]")[0] + "]"
        raise RecipeError(error.message, hint=hint, path=path, line=lines.get(item), json_path=where + inside) from None


__all__ = ["MapRows", "Mapping"]
