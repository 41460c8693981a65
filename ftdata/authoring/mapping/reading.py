"""What stands in a mapping's places (columns, templates, expressions), compiled to functions of a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ftdata.authoring.columns import Row, turn_of
from ftdata.classes import dataclass, field, replace
from ftdata.codec import decode, member
from ftdata.errors import FtdataError, RowError, UsageError, did_you_mean, shown
from ftdata.example.words import ROLES
from ftdata.expressions import Template, column, lone, require_columns
from ftdata.lazily import pattern

Read = Callable[[Row], Any]
Say = Callable[[Row], str]

_FOR = pattern(r"\s*([^\W\d]\w*)\s+in\s+(.+)", re.DOTALL)


@dataclass(frozen=True)
class Scope:
    """The names that a place of a mapping may use, and what it needs to know besides.

    Attributes:
        known: The columns, and the names of the loops around.
        lines: The line of each place in the mapping's file.
        file: The mapping's file.
        roles: What the data's own names of roles mean.
        images: The folder of image files.
        values: The distinct values of the surveyed columns, once they are known.
        surveyed: Gathers the columns whose values templates list.
        named: Gathers the columns that the mapping names at all.
    """

    known: tuple[str, ...]
    lines: Mapping[str, int] = field(default_factory=dict)
    file: str | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    images: Path = Path()
    allow_empty: bool = False
    values: Mapping[str, list[str]] | None = None
    surveyed: dict[str, None] = field(default_factory=dict)
    named: dict[str, None] = field(default_factory=dict)

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Attach the place in the mapping to an error."""
        try:
            yield
        except FtdataError as error:
            if not error.json_path:
                error.json_path, error.path, error.line = place, self.file, self.lines.get(place)
            raise

    def source(self, said: str, place: str) -> Template | str:
        """The column (a string) or template that is meant.

        Raises:
            UsageError: If there is no such column.
        """
        with self.at(place):
            found = turn_of(said, self.known, place.rsplit(".", 1)[-1], fixed=True)
            self._note(found)
        return found

    def text(self, said: str, place: str) -> Say:
        """A column's or a template's text."""
        found = self.source(said, place)
        return column(found) if isinstance(found, str) else found.renderer(self.values)

    def typed(self, said: str, place: str) -> Read:
        """A column's value, or a template's: ``{{ n|int }}`` alone is a number."""
        return self._value(self.source(said, place))

    def word(self, said: str, place: str) -> Say:
        """A name: of a column or a template that holds it, or the name itself."""
        if said in self.known or "{" in said:
            return self.text(said, place)
        return lambda row: said

    def leaf(self, said: Any, place: str) -> Read:
        """A JSON value whose texts are templates."""
        if isinstance(said, dict):
            fields = [(key, self.leaf(value, member(place, key))) for key, value in said.items()]
            return lambda row: {key: read(row) for key, read in fields}
        if isinstance(said, list):
            items = [self.leaf(value, f"{place}[{index}]") for index, value in enumerate(said)]
            return lambda row: [read(row) for read in items]
        if not isinstance(said, str) or ("{" not in said and said not in self.known):
            return lambda row: said
        if said in self.known:
            with self.at(place):
                raise UsageError(
                    f"{shown(said)} could be the column or a text",
                    hint=f"""Write '{_indexed(said)}' for the column, '{{{{ {shown(said)} }}}}' for the text.""",
                )
        return self.typed(said, place)

    def expression(self, said: str, place: str) -> Read:
        """An expression's value; a template of one expression and a column's name are the same."""
        if said in self.known:
            return self.typed(said, place)
        with self.at(place):
            template = _expression(said)
            require_columns(template, self.known, place.rsplit(".", 1)[-1])
            self._note(template)
        return template.evaluator(self.values)

    def condition(self, said: str, place: str) -> Callable[[Row], bool]:
        """Whether an expression says yes; a column that the row does not have is null in it."""
        read = self.expression(said, place)
        absent = dict.fromkeys((said,) if said in self.known else _expression(said).columns)
        return lambda row: bool(read({**absent, **row}))

    def loop(self, said: str, place: str) -> tuple[Callable[[Row], list[Any]], str]:
        """The items of ``name in column``, and the name."""
        with self.at(place):
            found = _FOR.fullmatch(said)
            if not found:
                raise UsageError(f"expected for: name in column; got {shown(said)}")
            if found[1] in ("row", "loop"):
                raise UsageError(f'"{found[1]}" has a meaning of its own in a loop', hint="Take another name.")
        name, listed = found[1], found[2].strip()
        read = self.expression(listed, place)
        absent = dict.fromkeys((listed,) if listed in self.known else _expression(listed).columns)

        def items(row: Row) -> list[Any]:
            value = structured(read({**absent, **row}), listed)
            if value is None:
                return []
            if not isinstance(value, list):
                raise RowError(f"{listed} is not a list; got {shown(value)}")
            return value

        return items, name

    def within(self, name: str) -> Scope:
        """The scope inside a loop."""
        return replace(self, known=tuple(dict.fromkeys((*self.known, name, "loop"))))

    def role(self, said: str, place: str) -> Say:
        """One of the known roles.

        Raises:
            UsageError: If it is neither a role nor something that could hold one.
        """
        fixed = said if said in ROLES else self.roles.get(said)
        if fixed:
            return lambda row: fixed
        if "{" not in said and said not in self.known:
            with self.at(place):
                hint = did_you_mean(said, (*ROLES, *self.known))
                raise UsageError(f"role {shown(said)} is neither a role nor a column", hint=hint)
        read, roles = self.text(said, place), self.roles

        def role(row: Row) -> str:
            text = read(row)
            known = roles.get(text, text)
            if known not in ROLES:
                hint = f"Say in the mapping what it means: roles: {{{shown(text)}: assistant}}."
                raise RowError(f"expected one of {', '.join(ROLES)}; got {shown(text)}", hint=hint)
            return known

        return role

    def _value(self, found: Template | str) -> Read:
        if isinstance(found, Template):
            return found.evaluator(self.values)

        def read(row: Row) -> Any:
            try:
                return row[found]
            except KeyError:
                raise RowError(f"the row has no {shown(found)}") from None

        return read

    def _note(self, found: Template | str) -> None:
        columns = (found,) if isinstance(found, str) else found.columns or (("row",) if found.whole else ())
        self.named.update(dict.fromkeys(columns))
        if isinstance(found, Template):
            self.surveyed.update(dict.fromkeys(found.surveyed))


def _expression(said: str) -> Template:
    """The template of an expression, which may stand in braces or not."""
    template = Template(said) if lone(said) is not None else Template("{{ " + said + " }}")
    if lone(template.source) is None:
        raise UsageError(f"{shown(said)} is not a valid expression")
    return template


def _indexed(name: str) -> str:
    return f"{{{{ {name} }}}}" if re.fullmatch(r"[^\W\d]\w*", name) else f"{{{{ row[{shown(name)}] }}}}"


def structured(value: Any, name: str) -> Any:
    """A value that may be there as its JSON text; None where there is none.

    Raises:
        RowError: If the text is not JSON.
    """
    if not isinstance(value, str):
        return value
    if not value.strip():
        return None
    try:
        return decode(value.encode())
    except RowError as error:
        raise RowError(f"{name} is not JSON text: {error.message}", hint=error.hint) from None
