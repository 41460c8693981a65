"""The verbs that write."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

from ftdata.dataset.plans import Planned
from ftdata.formats import FORMATS, named
from ftdata.steps.primitives import NotingStep
from ftdata.writing import Limit, Result, limit_of, write

log = logging.getLogger("ftdata")

PathLike = str | os.PathLike[str]


class Outputs(Planned):
    """Where examples go."""

    def write(
        self,
        path: PathLike,
        *,
        format: str | None = None,
        force: bool = False,
        rejects: PathLike | None = None,
        max_rejects: int | str = 0,
        strict: bool = False,
        max_rows: int = 0,
        max_bytes: int = 0,
        workers: int | None = None,
        on_progress: Callable[[int], None] | None = None,
    ) -> Result:
        """Write the examples as JSON lines, whole or not at all, and say what came of every row.

        Args:
            path: The output; ``.gz`` and ``.zst`` compress, ``-`` is stdout, ``{stem}`` makes one output per input, and
                ``{n}`` numbers parts of at most `max_rows` rows or `max_bytes` bytes.
            format: The format to write; by default the one that was read, and ``openai`` (``ftdata`` if there is
                metadata) for examples that were made from columns.
            force: Whether an existing file may be replaced.
            rejects: Where rows that cannot become examples go; by default nowhere.
            max_rejects: How many there may be, a number or a share such as ``"1%"``.
            strict: Whether to stop at the first of them.
            max_rows: Rows of a numbered part.
            max_bytes: Bytes of a numbered part, before compression.
            workers: Worker processes; by default as many as there are processors, and none for small input.
            on_progress: Gets the bytes of each piece of input that is done.

        Raises:
            RejectedRows: More rows were rejected than allowed; nothing was written.
            OutputError: The output exists and `force` is off, or cannot be written.
            StepError: A function of yours failed; nothing was written.
        """
        writes = named(FORMATS, format) if format else None
        plan = self.plan(writes)
        limit: Limit = limit_of(max_rejects)
        result = write(
            self._engine(workers),
            plan,
            os.fspath(path),
            force=force,
            rejects=os.fspath(rejects) if rejects is not None else None,
            limit=limit,
            strict=strict,
            max_rows=max_rows,
            max_bytes=max_bytes,
            on_progress=on_progress,
        )
        for step in self.steps:
            for note in step.notes(result.tally) if isinstance(step, NotingStep) else ():
                log.warning("%s", note)
        return result
