"""The verbs that add a step."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Self

from ftdata.dataset.plans import Planned
from ftdata.errors import UsageError
from ftdata.expressions import RESERVED, Predicate
from ftdata.formats import Columns, PerAnswer
from ftdata.formats.completion import CompletionToChat
from ftdata.steps.user import Filter, Map, UserMap, UserTest

log = logging.getLogger("ftdata")


class Shaping(Planned):
    """What is done with rows and examples: each method returns a new dataset."""

    def to_chat(
        self,
        *,
        user: str,
        assistant: str,
        system: str = "",
        metadata: Sequence[str] = (),
        allow_empty: bool = False,
    ) -> Self:
        """A chat example of each row.

        Args:
            user: A column's name, or a template such as ``"{{ subject }}: {{ body }}"``.
            assistant: A column's name, or a template.
            system: A template; empty for no system message.
            metadata: Columns to carry along in the example's ``metadata``.
            allow_empty: Whether an empty user turn or answer is meant; else its row is rejected.

        Raises:
            UsageError: A column is not there, or a turn names none.
        """
        if isinstance(metadata, str):
            raise UsageError(f"metadata is a list of columns; got {metadata!r}", hint=f"Write [{metadata!r}].")
        for name in set(metadata) & set(RESERVED):
            log.warning('in expressions "%s" means the example\'s own; the column is metadata.%s', name, name)
        columns = Columns(user, assistant, system, tuple(metadata), allow_empty)
        return self._with(columns.bound(self.columns()))

    def completion_to_chat(self, *, prefix_to_system: bool = False, unescape: bool = False) -> Self:
        """A chat of each row of prompt and completion, without what the first models needed around them.

        Each file is looked at as a whole first: the separator behind its prompts, the space before and the stop behind
        its completions are taken away where nine in ten rows have them. `decisions` holds what was found.

        Args:
            prefix_to_system: Whether the instruction that all prompts of a file begin with becomes the system prompt.
            unescape: Whether a literal backslash and ``n`` becomes a new line.
        """
        return self._with(CompletionToChat(prefix_to_system, unescape))

    def per_answer(self) -> Self:
        """A chat of each trained answer, ending there; for trainers that know no weights."""
        return self._with(PerAnswer())

    def map(self, function: UserMap | Map) -> Self:
        """Every example through a function that returns it (changed or not), a list of examples, or a Drop."""
        return self._with(function if isinstance(function, Map) else Map(function))

    def filter(self, test: UserTest | str, *, reason: str = "") -> Self:
        """The examples of which a function, or an expression such as ``'score|float >= 0.8'``, says yes.

        Raises:
            UsageError: The expression cannot be read.
        """
        return self._with(Filter(Predicate(test) if isinstance(test, str) else test, reason))
