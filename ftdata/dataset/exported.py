"""The complete command that `look` proposes for exports, and for rows that contain whole conversations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, replace
from ftdata.engines.plan import Outcome, Plan
from ftdata.errors import FtdataError, MissingPackageError
from ftdata.expressions import Template
from ftdata.facts.exports import Export
from ftdata.files.given import given
from ftdata.formats.transcripts.dialogue import thread_of
from ftdata.lazily import pattern
from ftdata.profile import Rows
from ftdata.report.exports import exploded, export_of, with_columns
from ftdata.report.messages import Messages
from ftdata.rows.explode import Explode
from ftdata.rows.making import SetColumns

if TYPE_CHECKING:
    from ftdata.dataset.plans import Planned
    from ftdata.report.proposal import ProposedTurns

Row = dict[str, Any]

THREADS = Export("conversations in a cell", "", (), author=("speaker",), text=("text",), time=("turn",))
"""The columns that dialogues as text become when they are exploded."""
CHAT = Export(
    "a messenger's chat, such as WhatsApp's or WeChat's", "", (), author=("speaker",), asker=("*",), text=("text",),
    time=("time",), gap="6h",
)  # fmt: skip
"""A chat of two or more people in one text file: pauses separate its conversations."""
_NUMBER = r"(?:[\s_.-]*(?:message|msg|turn|text|utterance))?[\s_.-]*(\d+)$"
_ASKED = pattern(rf"(?i)(q|question|user|prompt|human|customer|ask|input|问题|问|提问|frage|pregunta){_NUMBER}")
_ANSWERED = pattern(
    rf"(?i)(a|answer|assistant|agent|bot|reply|response|output|ans|答案|答|回答|antwort|respuesta){_NUMBER}"
)


@dataclass(frozen=True)
class FoundExport:
    """A recognized export.

    Attributes:
        export: What is known about it.
        place: Where its rows are within a file's single object; empty if they are the file's rows.
        explode: Where its rows contain messages.
    """

    export: Export
    place: str
    explode: tuple[str, ...]

    @property
    def by_texts(self) -> bool:
        """Whether it was recognized by its cells rather than by the column names of a known export."""
        return not self.export.source and self.export is not CHAT


def found_in(data: Planned) -> FoundExport | None:
    """The export that a dataset comes from, or the column that contains conversations; None for neither."""
    rows = _dicts(data)
    if not rows:
        return None
    known = export_of(rows)
    if known:
        export, place = known
        inner = _inner(rows, place)
        made = {name: with_columns(template, inner) for name, template in export.columns.items()}
        return FoundExport(replace(export, columns=made), place, tuple(exploded(export, inner)))
    if columns := _turns(rows[0]):
        roles = {"*".join((_prefix(name, _ASKED), "")): "user" for name in columns[::2]}
        roles |= {"*".join((_prefix(name, _ANSWERED), "")): "assistant" for name in columns[1::2]}
        return FoundExport(replace(THREADS, name="columns of turns", roles=roles), "", columns)
    thread = _thread(rows)
    chat = all(file.container.name == "text" for file in data.source.files)
    return FoundExport(CHAT if chat else THREADS, "", (thread,)) if thread else None


def _dicts(data: Planned) -> list[Row]:
    return [row for _, _, row in data._peeked() if isinstance(row, dict)]


def _inner(rows: Sequence[Row], place: str) -> list[Row]:
    """The rows at a place in a file's single object."""
    value: Any = list(rows)
    if place:
        value = rows[0]
        for name in place.split(".")[1:]:
            value = value[name]
    return [row for row in value if isinstance(row, dict)]


def _turns(row: Row) -> tuple[str, ...]:
    """The columns of questions and answers by their numbers (q1, a1, q2, a2), if there are at least two of each."""
    asked = {int(found[2]): name for name in row if (found := _ASKED.match(name))}
    answered = {int(found[2]): name for name in row if (found := _ANSWERED.match(name))}
    numbers = sorted(asked.keys() & answered.keys())
    return tuple(name for number in numbers for name in (asked[number], answered[number])) if len(numbers) > 1 else ()


def _prefix(name: str, pattern: re.Pattern[str]) -> str:
    """A column's name without its number."""
    found = pattern.match(name)
    return found[1] if found else name


def _thread(rows: Sequence[Row]) -> str:
    """The column whose texts are dialogues of several speakers."""
    for name in dict.fromkeys(name for row in rows for name in row):
        texts = [text for row in rows if isinstance(text := row.get(name), str) and "\n" in text]
        heard = [{turn["speaker"] for turn in thread_of(text, Counter())} for text in texts]
        if texts and sum(len(speakers) > 1 for speakers in heard) * 2 > len(rows):
            return name
    return ""


def proposal(data: Planned, found: FoundExport) -> ProposedTurns | None:
    """All steps from an export's rows to conversations; None if its columns do not determine them."""
    seen, sample = _survey(data, found)
    turns = Messages(seen, sample, found.export, nested=bool(found.explode)).propose()
    if turns is None:
        return None
    told = f": {found.export.source}" if found.export.source else ""
    rows = {"explode": list(found.explode), **turns.rows} if found.explode else turns.rows
    return replace(turns, rows=rows, notes=(f"these are {found.export.name}{told}", *turns.notes))


def _survey(data: Planned, found: FoundExport) -> tuple[Rows, list[Row]]:
    """What the messages contain, all of them, and some in full."""
    steps: list[Any] = list(data.row_steps)
    if found.explode:
        steps.append(Explode(found.explode))
    if found.export.columns:
        steps.append(SetColumns({name: Template(text) for name, text in found.export.columns.items()}))
    source = given(_inner(_dicts(data), found.place), None) if found.place else data.source
    plan = Plan(source, tuple(steps))
    seen: Rows = data._engine(None).survey(plan, Rows, Outcome(on_reject=lambda _: None))
    seen.flush()
    examples = data._engine(1).examples(plan, Outcome(on_reject=lambda _: None))
    return seen, list(islice(examples, 500))


def tried(data: Planned, turns: ProposedTurns, rows: Sequence[Row], outcome: Outcome) -> int | None:
    """The number of examples that the proposal makes of some rows; None if it is invalid."""
    from ftdata.dataset.rowed import ROWED

    try:
        made: Any = replace(
            data, source=given(list(rows), None), steps=(), row_steps=(), reads=None, parts=(), _shared={}
        )
        made = ROWED.apply(made, **turns.rows)
        made = getattr(made, turns.verb)(**turns.options)
        return sum(1 for _ in made.engine(1).examples(made.plan(), outcome))
    except MissingPackageError:
        raise  # the proposal stands, with what it needs
    except FtdataError:
        return None


def rows_of(data: Planned, found: FoundExport | None) -> list[Row]:
    """The rows to try a proposal on: the first ones, or all rows in the file's single object."""
    rows = _dicts(data)
    return _inner(rows, found.place) if found and found.place else rows
