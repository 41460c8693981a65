"""``ftdata completion``."""

from __future__ import annotations

import click

__all__ = ["completion"]

_VARIABLE = "_FTDATA_COMPLETE"


@click.command(short_help="Print the script that lets your shell complete commands, options and values.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that lets your shell complete commands, options and values.

    \b
      ftdata completion bash > ~/.local/share/bash-completion/completions/ftdata
      ftdata completion zsh > "${fpath[1]}/_ftdata"
      ftdata completion fish > ~/.config/fish/completions/ftdata.fish
    """
    from click.shell_completion import get_completion_class

    from ftdata.cli import ftdata

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click has these three
    made = kind(ftdata, {}, "ftdata", _VARIABLE)
    click.echo(made.source_template % made.source_vars())
