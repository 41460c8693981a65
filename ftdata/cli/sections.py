"""Help in sections: a command's own options first, those that all commands share folded into a line."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from ftdata.verbs import Verb

_QUICK = "ftdata.quick"
"""Where click's context keeps whether short options may be found at once."""

P = TypeVar("P", bound=click.Parameter)


def in_section(title: str, params: Iterable[P]) -> list[P]:
    """The parameters, to be shown under a title where all help is asked for."""
    placed = list(params)
    for param in placed:
        param.section = title  # type: ignore[attr-defined] # ours: click has no sections
    return placed


class Sectioned(click.Command):
    """A command whose ``--help`` folds the sections and whose ``--help-all`` shows them.

    Attributes:
        verb: What it does.
    """

    def __init__(self, verb: Verb, **kwargs: Any) -> None:
        super().__init__(verb.name, **kwargs)
        self.verb = verb
        if any(getattr(param, "section", "") for param in self.params):
            self.params.append(_help_all())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options; of one such as ``-o=x`` click says what it has to say."""
        ctx.meta[_QUICK] = not any("=" in arg for arg in args if arg.startswith("-") and not arg.startswith("--"))
        return super().parse_args(ctx, args)

    def make_parser(self, ctx: click.Context) -> Any:
        """Click's parser, which knows ``-o`` as it knows ``--output``.

        It looks for ``-o`` among the long names first, and compares it with all of them to tell what may have been
        meant, before it looks among the short ones: as long as all the rest of parsing takes.
        """
        parser: Any = super().make_parser(ctx)
        if ctx.meta.get(_QUICK):
            for name, option in getattr(parser, "_short_opt", {}).items():
                parser._long_opt.setdefault(name, option)
        return parser

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options, section by section."""
        sections: dict[str, list[click.Parameter]] = {"Options": []}
        for param in self.get_params(ctx):
            if isinstance(param, click.Argument):
                continue
            sections.setdefault(getattr(param, "section", "") or "Options", []).append(param)
        whole = bool(ctx.meta.get("ftdata.help_all"))
        folded = []
        for title, params in sections.items():
            records = [record for param in params if (record := param.get_help_record(ctx)) is not None]
            if not records:
                continue
            if title == "Options" or whole:
                with formatter.section(title):
                    formatter.write_dl(records)
            else:
                folded.append((title, _flags(params)))
        if folded:
            with formatter.section("More options, explained by --help-all"):
                _write_folded(formatter, folded)


def _flags(params: Collection[click.Parameter]) -> str:
    """The flags of a section; of one with very many, those that people look for."""
    shown = [param.opts[0] for param in params if not getattr(param, "beside", False)]
    return ", ".join([*shown, "…"] if any(getattr(param, "beside", False) for param in params) else shown)


def _write_folded(formatter: click.HelpFormatter, folded: list[tuple[str, str]]) -> None:
    """The names of sections and their flags, which are not broken at their dashes."""
    from textwrap import wrap

    wide = max(len(title) for title, _ in folded) + 2
    for title, flags in folded:
        lines = wrap(flags, formatter.width - wide - 2, break_on_hyphens=False, break_long_words=False)
        for name, line in zip((title, *[""] * len(lines)), lines, strict=False):
            formatter.write(f"  {name:<{wide}}{line}\n")


def _help_all() -> click.Option:
    def show(ctx: click.Context, param: click.Parameter, value: bool) -> None:
        if value and not ctx.resilient_parsing:
            ctx.meta["ftdata.help_all"] = True
            click.echo(ctx.get_help(), color=ctx.color)
            ctx.exit()

    return click.Option(
        ["--help-all"], is_flag=True, is_eager=True, expose_value=False, callback=show,
        help="Show this message with every option.",
    )  # fmt: skip
