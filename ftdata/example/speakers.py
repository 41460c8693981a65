"""Who speaks in a dialogue that is written as text: a name at the start of a line, in the ways that people write it.

``User: hi`` · ``**User:** hi`` · ``## User`` · ``You said:`` · ``[12:30] Alice: hi`` · ``Alice (12:30): hi`` ·
``31.12.23, 22:05 - Alice: hi`` (WhatsApp) · ``Alice 2023-12-31 22:05:00`` (WeChat, the text on the next line)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatchcase

from ftdata.classes import dataclass
from ftdata.errors import UsageError, did_you_mean
from ftdata.lazily import pattern

DROP, TEXT = "drop", "text"
MEANINGS = ("system", "developer", "user", "assistant", DROP, TEXT)
"""What a name may mean: a role, that its turns are left out, or that it is nobody's name."""

NAMES = {
    **dict.fromkeys(("user", "human", "you", "customer"), "user"),
    **dict.fromkeys(("assistant", "ai", "ai assistant", "bot", "chatbot", "chatgpt", "gpt", "gpt-4", "gpt-4o", "claude",
                     "gemini", "copilot", "llm", "agent"), "assistant"),
    **dict.fromkeys(("system", "system prompt", "system message"), "system"),
    "developer": "developer",
}  # fmt: skip
"""Names that say who speaks, in small letters."""

HEADINGS = {"prompt": "user", "response": "assistant", "model": "assistant"}
"""Names that say it only as a heading."""

PLAIN, MARKED, HEADING, STAMPED = "plain", "marked", "heading", "stamped"

_TIME = r"(?:[上下]午\s?|午前\s?|午後\s?)?\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?(?:\s?[AaPp]\.?\s?[Mm]\.?)?"
_DATE = r"(?:\d{1,4}[-./]\s?\d{1,2}[-./]\s?\d{1,4}\.?|\d{4}年\d{1,2}月\d{1,2}日)"
_DATED = rf"{_DATE}(?:\s*\(?[^\W\d_]{{1,9}}\.?\)?)??(?:,?\s*(?:à|um|at|om)\s+|,\s*|\s+|T){_TIME}(?:Z|[+-]\d\d:?\d\d)?"
_STAMP = rf"(?:{_DATED}|{_TIME}Z?)"
_NAME = r"(?P<name>(?:[^\W\d_]|\+\d)[^\s:：*_#\[\]]*(?:[ ]+[^\s:：*_#\[\]]+){0,3}?)"
_AFTER = rf"(?:[ ]said)?(?:\s*[\[(](?P<stamp>{_STAMP})[\])])?\s*"
_BEGIN = pattern(
    rf"(?:\[(?P<one>{_STAMP})\]|\((?P<two>{_STAMP})\)|(?P<three>{_STAMP}))\s*(?:[-–—|]\s*)?(?:~\s*)?(?=[^\W\d_]|\+\d)"
)
_NAMED = pattern(r"(?P<name>[^:：\n]{1,60}?)\s*(?::(?P<gap>\s+|$)|：)(?P<said>.*)")
_AHEAD = pattern(rf"{_NAME}[\s,]+[\[(]?(?P<stamp>{_DATED})[\])]?(?P<gap>)(?P<said>)\s*$")
_BEHIND = pattern(rf"(?P<stamp>{_DATED})\s+{_NAME}(?P<gap>)(?P<said>)\s*$")
_NOBODY = pattern(rf"\[{_STAMP}\]\s*\S|{_DATED}\s*[-–—|]\s*\S")
_DAY = pattern(
    rf"\W*(?:[^\W\d_]{{2,12}}\.?,?\s+)?({_DATE}|\d{{1,2}}\.? (?:[^\W\d_]{{3,12}}\.?|de [^\W\d_]{{4,12}} de) \d{{4}}"
    r"|[^\W\d_]{3,12}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4})\W*$"
)
_WHITE = " \t\r\n\f\v\u200e\u200f\u202a\u202c\ufeff"
_FORMS = (
    (PLAIN, pattern(rf"{_NAME}{_AFTER}(?::(?P<gap>\s+|$)?|：(?P<wide>\s*))(?P<said>.*)")),
    (
        MARKED,
        pattern(rf"(?P<mark>\*\*|__|\*|_){_NAME}{_AFTER}(?::\s*(?P=mark)|(?P=mark)\s*:)(?P<gap>)\s*(?P<said>.*)"),
    ),
    (MARKED, pattern(rf"(?P<mark>\*\*|__){_NAME}{_AFTER}(?P=mark)(?P<gap>)(?P<said>)\s*$")),
)
_TITLED = pattern(rf"[*_]*{_NAME}{_AFTER}:?[*_]*(?P<gap>)(?P<said>)$")
_HEADING = pattern(r"#{1,6}\s+(.*)")
_FENCE = pattern(r" {0,3}(`{3,}|~{3,})(.*)")


@dataclass(frozen=True, slots=True)
class Spoken:
    """The first line of what may be a turn.

    Attributes:
        name: Whose.
        said: What follows on the line.
        form: How the name is written: plain, marked (bold), heading or stamped (with a time).
        sure: Whether it is written as names are; ``http://`` is not.
        time: The time beside the name, as it is written; empty without one.
    """

    name: str
    said: str
    form: str
    sure: bool
    time: str = ""


def spoken(line: str) -> Spoken | None:
    """Whose turn may begin with the line; None where it begins with no name.

    Examples:
        >>> spoken("31.12.23, 22:05 - Ann Lee: hi")
        Spoken(name='Ann Lee', said='hi', form='stamped', sure=True, time='31.12.23, 22:05')
        >>> spoken("Ann 2023-12-31 22:05:00").time
        '2023-12-31 22:05:00'
    """
    line = line.lstrip(_WHITE)
    if not line or not (":" in line or line[0] in "#*_" or "：" in line):
        return None
    stamped = _BEGIN.match(line) if line[0] in "[(" or line[0].isdigit() else None
    rest = line[stamped.end() :] if stamped else line
    form, found = _spoken(line, rest, stamped is not None)
    if found is None:
        return None
    time = (stamped["one"] or stamped["two"] or stamped["three"]) if stamped else found["stamp"]
    name = " ".join(found["name"].split())
    return Spoken(name, found["said"], STAMPED if time else form, found["gap"] is not None, time or "")


def _spoken(line: str, rest: str, stamped: bool) -> tuple[str, re.Match[str] | None]:
    """How a name is written at the beginning of a line, of which `rest` stands behind the time."""
    if heading := _HEADING.match(rest):
        rest = heading[1]
        if found := _TITLED.match(rest.rstrip()):
            return HEADING, found
    form, found = next(((form, found) for form, known in _FORMS if (found := known.match(rest))), (PLAIN, None))
    if found:
        # A time with a date is not a name's beginning: "Ann 2023-12-31 22:05:00" ends with one.
        ahead = None if stamped or rest is not line else _AHEAD.match(rest)
        return HEADING if heading else form, ahead or found
    if stamped:
        return STAMPED, _NAMED.match(rest) or _BEHIND.match(line)
    return PLAIN, _AHEAD.match(rest)


def nobodys(line: str) -> bool:
    """Whether a line has a time as turns have, and nobody's name: somebody joined, a call was missed."""
    return _NOBODY.match(line.lstrip(_WHITE)) is not None


_MEDIA = pattern(
    r"(?i)[<\[(]?(?:media|multimedia|image|video|audio|sticker|gif|document|contact card|voice message|photo|bild|"
    r"medien|sprachnachricht|m[ée]dias?|imagen|imagem|arquivo de m[íi]dia|foto|"
    r"图片|视频|语音|表情|动画表情|媒体文件|画像)"
    r"[^\W\d]*\s?(?:omitted|weggelassen|ausgeschlossen|omis(?:es|e)?|omitid[oa]s?|ocult[oa]|omess[ioa]|"
    r"已省略|省略)?[>\])]?"
)
_OMITTED = pattern(r"(?i).*(?:omitted|weggelassen|ausgeschlossen|\bomi|ocult|omess|省略|[\]>]\Z)")
_DELETED = pattern(
    r"(?i)(?:this message was deleted|you deleted this message|diese nachricht wurde gelöscht|"
    r"ce message a été supprimé|se eliminó este mensaje|missed (?:voice|video) call)\.?"
)


def stands_for_media(said: str) -> bool:
    """Whether a messenger wrote it in place of a picture, a voice message or what was deleted.

    Examples:
        >>> stands_for_media("<Media omitted>"), stands_for_media("[图片]"), stands_for_media("a photo")
        (True, True, False)
    """
    text = said.strip(_WHITE)
    return bool((_MEDIA.fullmatch(text) and _OMITTED.match(text)) or _DELETED.fullmatch(text))


def day_of(line: str) -> str:
    """The date that is all of a line, between the turns of different days; empty where the line is none.

    Examples:
        >>> day_of("—— Monday, 1 January 2024 ——"), day_of("2024-01-01")
        ('1 January 2024', '2024-01-01')
    """
    found = _DAY.match(line) if len(line) < 60 else None
    return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Speakers:
    """Who is who.

    Attributes:
        roles: What further names mean, as pairs; they win over those that are known. A ``*`` in one stands for
            anything: ``agent *``.
    """

    roles: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, roles: Mapping[str, str]) -> Speakers:
        """The speakers of a role map.

        Raises:
            UsageError: If a name means what it cannot.
        """
        for name, meaning in roles.items():
            if meaning not in MEANINGS:
                hint = did_you_mean(meaning, MEANINGS)
                raise UsageError(f'"{name}" speaks as one of {", ".join(MEANINGS)}; got "{meaning}"', hint=hint)
        return cls(tuple((" ".join(name.split()).casefold(), meaning) for name, meaning in roles.items()))

    def meaning(self, turn: Spoken) -> str:
        """What a turn's name means, such as user; empty where nobody said it."""
        name = turn.name.casefold()
        for known, meaning in self.roles:
            if known == name:
                return meaning
        for known, meaning in self.roles:
            if "*" in known and fnmatchcase(name, known.replace("[", "[[]").replace("?", "[?]")):
                return meaning
        return NAMES.get(name) or (HEADINGS.get(name, "") if turn.form == HEADING else "")

    def role(self, line: str) -> str:
        """The role of the turn that begins with a line, or drop; empty where none begins."""
        turn = spoken(line)
        meaning = self.meaning(turn) if turn else ""
        return "" if meaning == TEXT else meaning

    def recognise(self, lines: Iterable[str], said: set[str] | None = None) -> bool:
        """Whether both sides of a dialogue speak in these lines, or in those before, of which `said` knows."""
        said = set() if said is None else said
        kept = list(lines)
        for line, inside in zip(kept, fenced(kept), strict=True):
            if not inside:
                said.add(self.role(line))
                if {"user", "assistant"} <= said:
                    return True
        return False


KNOWN = Speakers()
"""Those that are known without being told."""


def fence(line: str) -> tuple[str, bool] | None:
    """The mark of a line that opens or closes a block of code, and whether it may close one; None of any other.

    A block may begin right behind the name of who speaks.
    """
    if "```" not in line and "~~~" not in line:
        return None
    found = _FENCE.match(line)
    begins = found is not None
    if found is None and (turn := spoken(line)):
        found = _FENCE.match(turn.said.lstrip())
    if found is None or (found[1][0] == "`" and "`" in found[2]):
        return None
    return found[1], begins and not found[2].strip()


def closes(mark: tuple[str, bool], opened: str) -> bool:
    """Whether a fence closes the one that was opened."""
    return mark[1] and mark[0].startswith(opened)


def fenced(lines: Sequence[str]) -> list[bool]:
    """For each line whether it is code between fences; a fence that is never closed is text.

    A line that says who speaks before a block begins is none of it.
    """
    marks = [(number, mark) for number, line in enumerate(lines) if (mark := fence(line))]
    inside = [False] * len(lines)
    at = 0
    never: set[str] = set()  # marks that nothing behind closes
    while at < len(marks):
        first, (opened, _) = marks[at]
        last = None
        if not any(opened.startswith(mark) for mark in never):
            last = next((n for n in range(at + 1, len(marks)) if closes(marks[n][1], opened)), None)
            if last is None:
                never.add(opened)
        if last is not None:
            begins = first if _FENCE.match(lines[first]) else first + 1
            inside[begins : marks[last][0] + 1] = [True] * (marks[last][0] + 1 - begins)
            at = last
        at += 1
    return inside
