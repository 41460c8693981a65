"""The scripts that examples are written in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ftdata.classes import dataclass, field
from ftdata.facts.scripts import script_of
from ftdata.rules.quality.answers import Seen
from ftdata.rules.registry import Found, Problem, rule

if TYPE_CHECKING:
    from ftdata.rules.limits import Totals
    from ftdata.rules.look import RowLook


@dataclass(slots=True)
class Languages:
    """How many answers are in which script, and where the first of each stands; a few entries in all."""

    scripts: dict[str, Seen] = field(default_factory=dict)

    def add(self, look: RowLook) -> None:
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
