"""``ftdata mix``."""

from __future__ import annotations

import click

from ftdata.cli.declared import Invocation, command
from ftdata.cli.running import opened_each, told, written
from ftdata.cli.talk import notices
from ftdata.dataset.mixing import mix as mixed
from ftdata.errors import UsageError

__all__ = ["mix"]


def _mixed(call: Invocation) -> int:
    sources = [source_of(given) for given in call["source"]]
    with notices(call.quiet):
        parts = opened_each(call, [[path] for path, _ in sources])
        data = mixed([(part, share) for part, (_, share) in zip(parts, sources, strict=True)], **call.values)
        result = written(data, call)
    return told(call, result)


def source_of(given: str) -> tuple[str, float]:
    """The file and the share of ``a.jsonl=0.7``.

    Raises:
        UsageError: If it is none.
    """
    path, equals, share = given.rpartition("=")
    try:
        number = float(share)
    except ValueError:
        number = 0
    if not equals or not number > 0:
        raise UsageError(f"a source is a file and its share, such as a.jsonl=0.7; got {given!r}")
    return path, number


mix = command(
    mixed,
    _mixed,
    inputs=[],
    extra=[
        click.Option(["--source"], multiple=True, required=True, metavar="FILE=SHARE",
                     help="A file or pattern, and its share of the mix."),
    ],
)  # fmt: skip
