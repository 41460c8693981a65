"""The scripts that examples are written in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ftdata.rules.limits import Totals
from ftdata.rules.look import Look
from ftdata.rules.quality.answers import Seen
from ftdata.rules.registry import Found, Problem, rule

_SCRIPTS = (
    ("Japanese", re.compile(r"[\u3040-\u30ff]")),
    ("Korean", re.compile(r"[\uac00-\ud7af]")),
    ("Chinese", re.compile(r"[\u4e00-\u9fff]")),
    ("Cyrillic", re.compile(r"[\u0400-\u04ff]")),
    ("Arabic", re.compile(r"[\u0600-\u06ff]")),
    ("Greek", re.compile(r"[\u0370-\u03ff]")),
    ("Devanagari", re.compile(r"[\u0900-\u097f]")),
    ("Thai", re.compile(r"[\u0e00-\u0e7f]")),
    ("Hebrew", re.compile(r"[\u0590-\u05ff]")),
)


def script_of(text: str) -> str:
    """The script of a text, or nothing where there are hardly any letters."""
    if text.isascii():
        return "Latin" if len(text) > 3 else ""
    for name, pattern in _SCRIPTS:
        if len(pattern.findall(text, 0, 400)) * 5 >= min(len(text), 400):
            return name
    return "Latin" if sum(map(str.isalpha, text[:100])) > 3 else ""


@dataclass(slots=True)
class Languages:
    """How many answers are in which script, and where the first of each stands; a few entries in all."""

    scripts: dict[str, Seen] = field(default_factory=dict)

    def add(self, look: Look) -> None:
        """Take in the next answer."""
        if look.answer:
            self._note(script_of(look.answer), 1, look.spot)

    def _note(self, script: str, count: int, spot: int) -> None:
        known = self.scripts.get(script)
        if known:
            known.count += count
        else:
            self.scripts[script] = Seen(count, spot)

    def merge(self, later: Languages) -> None:
        """Take in those that follow."""
        for script, seen in later.scripts.items():
            self._note(script, seen.count, seen.spot)


@rule(
    "mixed-languages", "info", "A few answers are in another script than most",
    over="set", survey=Languages,
    why="Where it is not meant, the model answers in the wrong language now and then.",
    fix="Look at them, and leave out what is not meant.",
    source="OpenAI's guide: examine the data; told by the script, not by the language",
)  # fmt: skip
def mixed_languages(seen: Languages, totals: Totals) -> Iterator[Found]:
    """Scripts of less than a tenth of the answers, beside one of nine tenths or more."""
    known = {script: one for script, one in seen.scripts.items() if script}
    total = sum(one.count for one in known.values())
    for script, one in known.items():
        most = max(known, key=lambda name: known[name].count)
        if script != most and known[most].count >= 0.9 * total:
            yield Found(Problem("", f"{one.count:,} of {total:,} answers are {script}, most are {most}"), one.spot)
