"""The verbs that add a step."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Self, cast

from ftdata.dataset.plans import Planned
from ftdata.errors import UsageError
from ftdata.expressions import RESERVED, Predicate
from ftdata.formats import Columns
from ftdata.steps.user import Author, Filter, Map, UserAuthor, UserMap, UserTest

if TYPE_CHECKING:
    from ftdata.formats.mapping import Mapping

PathLike = str | os.PathLike[str]

log = logging.getLogger("ftdata")


class Shaping(Planned):
    """What is done with rows and examples: each method returns a new dataset."""

    def to_chat(
        self,
        mapping_or_function: Mapping | dict[str, Any] | PathLike | Map | UserAuthor | None = None,
        *,
        user: str = "",
        assistant: str = "",
        system: str = "",
        metadata: Sequence[str] = (),
        allow_empty: bool = False,
    ) -> Self:
        """An example of each row: by columns and templates, by a mapping, or by a function.

        Args:
            mapping_or_function: A `Mapping`, the same as a dict, the path of a mapping file; or a function from a row
                to an example, a list of examples, or a Drop. None to make a chat of the columns that follow.
            user: A column's name, or a template such as ``"{{ subject }}: {{ body }}"``.
            assistant: A column's name, or a template.
            system: A template; empty for no system message.
            metadata: Columns to carry along in the example's ``metadata``.
            allow_empty: Whether an empty user turn or answer is meant; else its row is rejected.

        Raises:
            UsageError: A column is not there, or a turn names none.
            RecipeError: The mapping says what cannot be meant.
        """
        if isinstance(metadata, str):
            raise UsageError(f"metadata is a list of columns; got {metadata!r}", hint=f"Write [{metadata!r}].")
        if mapping_or_function is not None:
            if user or assistant or system or metadata:
                raise UsageError(
                    "a mapping or a function says all of it: user, assistant, system and metadata go in it"
                )
            return self._mapped(mapping_or_function, allow_empty)
        if not (user and assistant):
            raise UsageError("to_chat needs user and assistant, or a mapping, or a function",
                             hint=f"The columns are {', '.join(self.columns())}.")  # fmt: skip
        _warn_of_hidden(metadata)
        columns = Columns(user, assistant, system, tuple(metadata), allow_empty)
        return self._with(columns.bound(self.columns()))

    def _mapped(self, by: Mapping | dict[str, Any] | PathLike | Map | UserAuthor, allow_empty: bool) -> Self:
        from ftdata.formats.mapping import Mapping

        if isinstance(by, Map):
            return self._with(Author(by.function, by.label))
        if callable(by):
            return self._with(Author(cast("UserMap", by)))
        if not isinstance(by, Mapping):
            by = Mapping(by) if isinstance(by, dict) else Mapping.load(by)
        _warn_of_hidden(by.hidden)
        return self._with(by.bound(self.columns(), allow_empty=allow_empty))

    def map(self, function: UserMap | Map) -> Self:
        """Every example through a function that returns it (changed or not), a list of examples, or a Drop."""
        return self._with(function if isinstance(function, Map) else Map(function))

    def filter(self, test: UserTest | str, *, reason: str = "") -> Self:
        """The examples of which a function, or an expression such as ``'score|float >= 0.8'``, says yes.

        Raises:
            UsageError: The expression cannot be read.
        """
        return self._with(Filter(Predicate(test) if isinstance(test, str) else test, reason))


def _warn_of_hidden(metadata: Iterable[str]) -> None:
    for name in set(metadata) & set(RESERVED):
        log.warning('in expressions "%s" means the example\'s own; the column is metadata.%s', name, name)
