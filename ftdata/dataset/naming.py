"""Column names as arguments: lists of them, and names that expressions shadow."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from ftdata.errors import UsageError
from ftdata.expressions.words import RESERVED
from ftdata.verbs.kinds import listed

log = logging.getLogger("ftdata")


def keys_of(group_by: str | Sequence[str], columns: Sequence[str]) -> tuple[str, ...]:
    """The columns in ``a,b``, unless one column has that name."""
    if isinstance(group_by, str):
        return (group_by,) if group_by in columns else tuple(listed(group_by)) or (group_by,)
    joined = ",".join(group_by)
    return (joined,) if joined in columns else tuple(group_by)


def columns_of(metadata: Sequence[str]) -> Sequence[str]:
    """The metadata columns; warns if a word of the expressions hides one."""
    if isinstance(metadata, str):
        raise UsageError(f"metadata is a list of columns; got {metadata!r}", hint=f"Write [{metadata!r}].")
    warn_of_hidden(metadata)
    return metadata


def warn_of_hidden(metadata: Sequence[str]) -> None:
    """Warn about columns whose names mean the example's own fields in expressions."""
    for name in sorted(set(metadata) & set(RESERVED)):
        log.warning('in expressions "%s" means the example\'s own; the column is metadata.%s', name, name)
