"""Dialogues written as text or Markdown: a name at the start of a line says who speaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from ftdata.classes import dataclass, field, replace
from ftdata.errors import RowError, shown
from ftdata.example.speakers import (
    DROP,
    HEADING,
    KNOWN,
    STAMPED,
    TEXT,
    Speakers,
    Spoken,
    day_of,
    fenced,
    nobodys,
    spoken,
    stands_for_media,
)
from ftdata.facts.names import side_of
from ftdata.findings import Drop
from ftdata.formats.registry import Format, Parsed, only_read
from ftdata.lazily import pattern

KEYS = ("text", "transcript", "dialogue", "conversation")
"""Where a row has its dialogue."""

STAMPS = "times of turns left out"
BEFORE = "lines before the first turn left out"
RULES = "lines between turns left out"
JOINED = "turns of one speaker in a row joined"
EMPTY = "empty turns left out"
NOBODYS = "lines with a time that nobody said left out"
MEDIA = "pictures, voice messages and deleted messages left out"
UNANSWERED = "turns that nobody answered left out"

_LABELS = frozenset((
    "note", "notes", "example", "examples", "output", "input", "result", "results", "step", "tip", "tips", "warning",
    "important", "summary", "title", "question", "answer", "pros", "cons", "source", "sources", "explanation", "code",
    "date", "time", "name", "email", "subject", "total", "usage", "default", "returns", "args", "raises",
))  # fmt: skip
"""Words that stand before colons within a turn, and are nobody's name unless a time stands before them."""
_AT = pattern(r",?\s{1,9}(?:à|um|at|om)\s{1,9}")
_HALF = pattern(r"\s{0,9}\b([AaPp])\.\s?[Mm]\.")
_BETWEEN = pattern(r"\s*(?:([-*_=])(?:\s*\1){2,}|#{1,6}\s.*|(?i:conversation|chat|dialogue)\W*\d*\W*)\s*$")
_RULE = pattern(r"\s*([-*_=])(?:\s*\1){2,}\s*$")
_COMMENT = pattern(r"\s*(\d{1,2}/[^\W\d_]{3,9}/\d{2,4} \d{1,2}:\d{2}(?: [AP]M)?);([^;\n]{0,200});")
"""The time and the author of a comment in a cell of Jira's, where each comment has a column (its CSV export)."""


@dataclass(slots=True)
class _Turn:
    """One turn, while its lines are gathered."""

    name: str
    role: str
    lines: list[str] = field(default_factory=list)

    def content(self, repaired: Counter[str]) -> str:
        """Its text, without empty lines around it and the rules that part turns."""
        lines = self.lines
        while lines and (not lines[-1].strip() or _RULE.match(lines[-1])):
            if lines.pop().strip():
                repaired[RULES] += 1
        while lines and not lines[0].strip():
            lines = lines[1:]
        return "\n".join(lines).rstrip()


def parse(row: dict[str, Any], repaired: Counter[str], speakers: Speakers = KNOWN) -> Parsed:
    """A chat example of a row's dialogue; a drop where nobody answered.

    Raises:
        RowError: If there is no dialogue, or a speaker is not mapped.
    """
    key = _key(row)
    turns = _turns(row[key], f"$.{key}", speakers, repaired)
    messages: list[dict[str, Any]] = []
    before = ""
    for turn in turns:
        if turn.role == DROP:
            repaired[f"turns left out as asked: {shown(turn.name)}"] += 1
            continue
        content = turn.content(repaired)
        if not content:
            repaired[EMPTY] += 1
        elif messages and before == turn.name.casefold():
            messages[-1]["content"] += "\n" + content
            repaired[JOINED] += 1
        else:
            messages.append({"role": turn.role, "content": content})
            before = turn.name.casefold()
    if not any(message["role"] == "assistant" for message in messages):
        return Drop("nobody answered")
    while messages[-1]["role"] != "assistant":
        messages.pop()
        repaired[UNANSWERED] += 1
    own = {name: value for name, value in row.items() if name != key and value is not None and value != ""}
    return {"messages": messages, "metadata": own} if own else {"messages": messages}


def with_roles(roles: Mapping[str, str]) -> Format:
    """The format, for dialogues of these speakers.

    Raises:
        UsageError: If a name means what it cannot.
    """
    return replace(DIALOGUE, parse=partial(parse, speakers=Speakers.of(roles)))


def _key(row: dict[str, Any]) -> str:
    """The key of a row's dialogue.

    Raises:
        RowError: If there is none.
    """
    for key in KEYS:
        if type(row.get(key)) is str:
            return key
    texts = [key for key, value in row.items() if type(value) is str]
    if len(texts) == 1 and len(row) == 1:
        return texts[0]
    raise RowError(f"expected a dialogue under one of {', '.join(KEYS)}; got none", json_path="$")


def _turns(text: str, path: str, speakers: Speakers, repaired: Counter[str]) -> list[_Turn]:
    """The dialogue's turns.

    Raises:
        RowError: If there is none, or the speaker is unknown.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    turns: list[_Turn] = []
    forms: set[str] = set()
    strangers: list[Spoken] = []
    for line, inside in zip(lines, fenced(lines), strict=True):
        turn = None if inside else spoken(line)
        meaning = speakers.meaning(turn) if turn else ""
        if turn and meaning and meaning != TEXT:
            turns.append(_Turn(turn.name, meaning, [turn.said]))
            forms.add(turn.form)
            if turn.form == STAMPED:
                repaired[STAMPS] += 1
            continue
        if turn and not meaning:
            strangers.append(turn)
        if not turn and not inside and STAMPED in forms and (nobodys(line) or day_of(line)):
            repaired[NOBODYS] += 1
        elif turns:
            turns[-1].lines.append(line)
        elif line.strip() and not _BETWEEN.match(line):
            repaired[BEFORE] += 1
    _refuse_strangers(strangers, forms, path)
    if not turns:
        raise RowError("expected turns that begin with who speaks, such as User: and Assistant:; got none",
                       hint="Say who is who: --role-map Alice=user,Bob=assistant.", json_path=path)  # fmt: skip
    return turns


def _refuse_strangers(strangers: list[Spoken], forms: set[str], path: str) -> None:
    """Raise where a name that nobody explained begins lines as a speaker's does.

    That is a name behind a time, or one that stands several times in the way that the known names are written.
    """
    counted: Counter[str] = Counter()
    for turn in strangers:
        if turn.form == STAMPED and (not forms or STAMPED in forms):
            counted[turn.name] += 2
        elif turn.sure and turn.name.casefold() not in _LABELS and (not forms or turn.form in forms):
            counted[turn.name] += 2 if not forms and turn.form != HEADING else 1
    names = [name for name, count in counted.items() if count > 1]
    if names:
        said = f"{shown(names[0])} speaks" if len(names) == 1 else f"{', '.join(map(shown, names[:4]))} speak"
        pairs = ",".join(f"{name}={role}" for name, role in zip(names[:2], ("user", "assistant"), strict=False))
        hint = f"Map it: --role-map {pairs}; drop leaves turns out, text means that it is not a name."
        raise RowError(f"{said}, and nobody said as whom", hint=hint, json_path=path)


def thread_of(text: str, repaired: Counter[str]) -> list[dict[str, str]]:
    """The turns of a dialogue, whoever speaks: speaker, time and text of each; none where it is no dialogue.

    Who speaks is told by how names are written: with a time before or behind each, or as names that are known or
    come again. A date on a line of its own is the date of the times that follow.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    firsts = [None if inside else spoken(line) for line, inside in zip(lines, fenced(lines), strict=True)]
    names = _names(firsts)
    stamped = any(turn and turn.form == STAMPED and turn.name in names for turn in firsts)
    found: list[tuple[_Turn, str]] = []
    day = ""
    for line, turn in zip(lines, firsts, strict=True):
        if turn and stamped and stands_for_media(turn.said):
            repaired[MEDIA] += 1
        elif turn and turn.name in names and (turn.form == STAMPED or not stamped):
            found.append((_Turn(turn.name, "", [turn.said]), _time(turn.time, day)))
        elif stamped and not turn and (date := day_of(line)):
            day = date
        elif stamped and not turn and nobodys(line):
            repaired[NOBODYS] += 1
        elif found:
            found[-1][0].lines.append(line)
        elif line.strip() and not _BETWEEN.match(line):
            repaired[BEFORE] += 1
    return [{"speaker": turn.name, "time": time, "text": turn.content(repaired)} for turn, time in found]


def comment_of(text: str) -> dict[str, str] | None:
    """The turn in a cell of Jira's that holds a comment: speaker, time and text; None where it is no such cell."""
    comment = _COMMENT.match(text)
    if comment is None:
        return None
    said = text[comment.end() :].replace("\r\n", "\n").strip()
    return {"speaker": comment[2].strip(), "time": comment[1], "text": said}


def _time(written: str, day: str) -> str:
    """A turn's time as tables write them, with the day that stood above it."""
    time = _AT.sub(" ", _HALF.sub(r" \1M", written))
    return f"{day} {time}" if day and time and len(time) < len("2024-1-1 0") else time


def _names(firsts: Sequence[Spoken | None]) -> set[str]:
    """The names that speak, of those that begin lines."""
    turns = [turn for turn in firsts if turn and turn.name.casefold() not in _LABELS]
    stamped = {turn.name for turn in turns if turn.form == STAMPED and turn.sure}
    if stamped:
        return stamped
    known = {turn.name for turn in turns if KNOWN.meaning(turn) or side_of(turn.name)}
    counted = Counter(turn.name for turn in turns if turn.sure)
    again = {name for name, count in counted.items() if count > 1}
    first = {turn.name for turn in turns[:1] if firsts.index(turn) == 0 and turn.sure}
    names = known | again | (first if known | again else set())
    return names if len(names) > 1 else set()


def _recognised(row: dict[str, Any]) -> bool:
    if len(row) != 1:
        return False
    key, text = next(iter(row.items()))
    if key not in KEYS or type(text) is not str:
        return False
    lines = text.split("\n")
    first = next((line for line in lines if (line.strip() and not _BETWEEN.match(line)) or KNOWN.role(line)), "")
    return bool(KNOWN.role(first)) and KNOWN.recognise(lines)


DIALOGUE = Format(
    name="dialogue",
    about="dialogues as text or Markdown: User: … Assistant: …; .txt and .md files, or a column of a table",
    kinds=("chat",),
    parse=parse,
    dump=only_read("dialogue"),
    recognises=_recognised,
    sign="text in which user and assistant speak",
    writes=False,
    transcript=True,
)
