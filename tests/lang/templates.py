"""What there is to translate: the texts of the source as templates, and what help says of commands and options.

``python -m tests.lang.templates`` lists those that the Chinese catalogue lacks.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from itertools import islice, product

from ftdata.asks import asked_by
from ftdata.cli import COMMANDS, ftdata
from ftdata.cli.reference import commands
from ftdata.lang import catalogue, entries
from ftdata.lang.catalogue import spelled_out
from ftdata.rules import RULES
from tests.words import SOURCE, in_messages

_LABEL = re.compile(r"(\S+(?: \S+)?) {2,}(?=\S)")
_SPELLINGS = 8


def of_help() -> set[str]:
    """What help says: of each command, of each option."""
    with asked_by("command"):
        found = {line for _, line in COMMANDS.values()}
        for one in (ftdata, *commands().values()):
            paragraphs = inspect.cleandoc(one.help or "").split("\n\n")
            found |= {_line(text) for text in paragraphs if not text.startswith("\b")}
            found |= {_line(about) for option in one.params if (about := getattr(option, "help", None))}
    return found


def of_rules() -> set[str]:
    """What rules say of what they find."""
    return {text for rule in RULES.values() for text in (rule.title, rule.why, rule.fix) if text}


def of_room(room: str) -> set[str]:
    """The texts in the modules of a room, each place in which something is filled in a numbered hole."""
    paths = [*SOURCE.glob(f"{room}/**/*.py"), *SOURCE.glob(f"{room}.py")]
    return {text for path in paths for text in _templates(path.read_text(encoding="utf-8"))}


def is_known(text: str) -> bool:
    """Whether the Chinese catalogue has a text or template, in whichever of its spellings."""
    known = _keys()
    return all(one in known or catalogue("zh").knows(one) for one in spelled_out(text))


def missing(texts: set[str]) -> list[str]:
    """Those that the Chinese catalogue lacks."""
    return sorted(text for text in texts if not is_known(text))


@cache
def _keys() -> set[str]:
    return {one for key, _ in entries("zh") for one in spelled_out(key)}


def _line(text: str) -> str:
    return " ".join(text.split())


def _templates(source: str) -> Iterator[str]:
    for node in in_messages(ast.parse(source)):
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        for chosen in islice(product(*map(_spellings, parts)), _SPELLINGS):
            text = "".join(chosen)
            text = text[label.end() :] if (label := _LABEL.match(text)) else text
            around = re.split("\x00|%s", text)
            yield _line("".join(f"{{{number - 1}}}" * (number > 0) + part for number, part in enumerate(around)))


def _spellings(part: ast.expr) -> list[str]:
    """What a piece of a text may read: a plural's s, one of two words, or anything."""
    if isinstance(part, ast.Constant):
        return [str(part.value)]
    value = part.value if isinstance(part, ast.FormattedValue) else part
    if isinstance(value, ast.IfExp):
        said = [one.value for one in (value.body, value.orelse) if isinstance(one, ast.Constant)]
        if len(said) == 2 and all(isinstance(one, str) for one in said):
            return ["{s}"] if {*said} == {"", "s"} else [str(one) for one in said]
    return ["\x00"]


if __name__ == "__main__":
    for place, texts in {
        "help": of_help(),
        "rules": of_rules(),
        "report": of_room("report"),
        "cli": of_room("cli"),
    }.items():
        print(f"## {place}", *missing(texts), "", sep="\n")
