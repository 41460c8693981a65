"""Checks before a plan reads logs: options that do not apply, and responses that continue others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ftdata.errors import UsageError, option

if TYPE_CHECKING:
    from ftdata.formats import Format
    from ftdata.formats.transcripts.options import Reads


def refuse_unused_choices(reads: Format | None, logs: Reads) -> None:
    """Refuse options for logs if the rows are not from a log.

    Raises:
        UsageError: If one is given for rows that are not from a log, or not from an agent's session.
    """
    for name in logs.chosen():
        if reads is None or not (reads.private if name == "redact" else reads.transcript):
            what = "agents' sessions" if name == "redact" else "logs of calls"
            given = option(name, getattr(logs, name))
            raise UsageError(
                f"{given} is for {what}; these rows are {reads.name if reads else 'a table'}", hint="Remove it."
            )


def goes_on(row: Any) -> bool:
    """Whether a row is a response that continues another one."""
    if not isinstance(row, dict):
        return False
    from ftdata.formats.transcripts.envelopes.chains import link

    return link(row)[1] is not None
