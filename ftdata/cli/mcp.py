"""``ftdata mcp``."""

from __future__ import annotations

import click

from ftdata.cli import COMMANDS

__all__ = ["mcp"]


@click.command(short_help="Serve look, check, stats and convert to agents, over MCP on stdin and stdout.")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--timeout", type=click.FloatRange(min=1), default=120, show_default=True, metavar="SECONDS",
    help="How long one call may take.",
)  # fmt: skip
def mcp(paths: tuple[str, ...], timeout: float) -> None:
    """Serve look, check, stats and convert to agents, over MCP on stdin and stdout.

    Only the files and folders at PATH can be read, and nothing is written. Needs ftdata[mcp].

    \b
      ftdata mcp train.jsonl data/
    """
    from ftdata.mcp.server import server

    server(paths, COMMANDS, seconds=timeout).run("stdio")
