"""Dry runs: all the work is done and reported, but no file is created, replaced or removed.

Every output goes through `ftdata.files.output`, which asks here whether to create it. A run that only counted would be
a different run: rows are written as usual, to nowhere, so that the tally, the sizes and the hashes are the real ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

_DRY: ContextVar[bool] = ContextVar("ftdata_dry_run", default=False)


@contextmanager
def dry_run() -> Iterator[None]:
    """Write nothing in this block: runs do all their work, and their results say what they would have written.

    Examples:
        >>> import ftdata
        >>> with ftdata.dry_run():
        ...     result = ftdata.read([{"prompt": "a", "completion": "b"}]).write("train.jsonl")
        >>> result.tally.written, result.dry_run
        (1, True)
    """
    token = _DRY.set(True)
    try:
        yield
    finally:
        _DRY.reset(token)


def is_dry() -> bool:
    """Whether nothing may be written."""
    return _DRY.get()


def make_folder(path: Path) -> None:
    """Make a folder and those it is in, unless this is a dry run.

    Raises:
        OSError: If it cannot be made.
    """
    if not is_dry():
        path.mkdir(parents=True, exist_ok=True)
