"""Manual pages, made of the declarations: one of ftdata, and one of each command."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click

from ftdata import __version__
from ftdata.asks import asked_by
from ftdata.cli import COMMANDS

_ABOUT = (
    "Turns files into chat-format fine-tuning data, and checks, prices, deduplicates, balances, splits and distils it. "
    "Nothing is lost in silence."
)
_CODES = (
    ("0", "Clean; examples that were dropped as asked for included."),
    ("1", "Findings, or rows that were rejected beyond what is allowed."),
    ("2", "Wrong usage: an unknown option or column, an output that exists, a package that is missing."),
    ("3", "Something cannot be read, written or reached."),
    ("4", "A bug in ftdata."),
    ("130", "Interrupted; nothing was written."),
)


def page_name(command: str = "") -> str:
    """What a page is called: ``ftdata-check.1``."""
    return f"ftdata-{command}.1" if command else "ftdata.1"


def manual() -> str:
    """The page of ftdata itself."""
    lines = _head("ftdata", "the toolchain for fine-tuning data")
    lines += [".SH SYNOPSIS", ".B ftdata", "COMMAND [OPTIONS] [FILE...]"]
    lines += [".SH DESCRIPTION", _text(_ABOUT)]
    lines.append(".SH COMMANDS")
    for name, (_, line) in sorted(COMMANDS.items()):
        lines += [".TP", f".BR {_word(f'ftdata-{name}')} (1)", _text(line)]
    return "\n".join([*lines, *_end([])]) + "\n"


def manual_of(name: str, command: click.Command) -> str:
    """The page of a command."""
    with asked_by("command"):
        ctx = click.Context(command, info_name=f"ftdata {name}", help_option_names=["-h", "--help"])
        lines = _head(f"ftdata-{name}", (command.short_help or "").rstrip("."))
        usage = " ".join(command.collect_usage_pieces(ctx))
        lines += [
            ".SH SYNOPSIS",
            f".B ftdata {_word(name)}",
            _text(usage),
            ".SH DESCRIPTION",
            *_paragraphs(command.help or ""),
        ]
        for title, options in _sections(command).items():
            lines.append(f'.SH "{title.upper()}"')
            for one in options:
                record = one.get_help_record(ctx)
                if record is not None:
                    lines += [".TP", f"\\fB{_text(record[0])}\\fR", _text(record[1])]
    return "\n".join([*lines, *_end(["ftdata (1)"])]) + "\n"


def _sections(command: click.Command) -> dict[str, list[click.Option]]:
    found: dict[str, list[click.Option]] = {}
    for param in command.params:
        if isinstance(param, click.Option) and not param.hidden:
            found.setdefault(getattr(param, "section", "") or "Options", []).append(param)
    return found


def _head(name: str, about: str) -> list[str]:
    return [
        f'.TH "{name.upper()}" "1" "" "ftdata {__version__}" "ftdata"',
        ".SH NAME",
        f"{_word(name)} \\- {_text(about)}",
    ]


def _end(also: list[str]) -> Iterator[str]:
    yield '.SH "EXIT STATUS"'
    for code, about in _CODES:
        yield from (".TP", f".B {code}", _text(about))
    for one in also:
        yield from ('.SH "SEE ALSO"', f".BR {one}")


def _paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of a help text; those under a backspace keep their lines."""
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if paragraph.lstrip().startswith("\b"):
            yield from (
                ".PP",
                ".nf",
                *(_text(line.strip()) for line in paragraph.replace("\b", "").strip().splitlines()),
                ".fi",
            )
        else:
            yield from (".PP", _text(" ".join(paragraph.split())))


def _word(text: str) -> str:
    return text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")


def _text(text: str) -> str:
    """Text that roff takes for nothing else."""
    made = _word(text).replace("…", "...").replace("“", '"').replace("”", '"')
    made = "".join(char if char.isascii() else f"\\[u{ord(char):04X}]" for char in made)
    return f"\\&{made}" if made.startswith((".", "\\(aq")) else made
