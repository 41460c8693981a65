"""Text and Markdown files of dialogues: where one ends and the next begins.

Two dialogues are separated by a rule (``---``, ``***``), a heading such as ``# Conversation 2``, a form feed, or only
by the system turn of the next one, provided that something was said before. A rule before an assistant turn shows that
the file has rules between turns; in that case they separate no dialogues. Nothing in a code block counts.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter, deque
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass
from ftdata.errors import InputError, RowError
from ftdata.example.speakers import KNOWN, STAMPED, Speakers, closes, fence, fenced, spoken
from ftdata.files.blocks import Block, Row, Undivided
from ftdata.files.opening import BOM, Opening, is_regular, record_too_large
from ftdata.files.sizes import BLOCK, MAX_RECORD
from ftdata.lazily import pattern

if TYPE_CHECKING:
    from ftdata.files.options import FileOptions

TEXT = "text"
"""The key of a row."""

_ROWS_A_BLOCK = 2000
_LOOKED_AT = 16 << 20  # bytes of a stream
_CHAT = 1 << 16  # bytes in which a chat's first lines are looked for
_FIRST_LINES = 60
_DATED = 9  # characters that a time has at most without a date
_BEFORE = 3  # lines: a rule, and blank ones behind it
_RULE = pattern(r"\s*([-*_=])(?:\s*\1){2,}\s*$")
_TITLE = pattern(
    r"(?i)\s*(?:(?:#{1,6}\s*|[=*_-]{2,}\s*)(?:conversation|chat|dialogue|transcript|session)\s*[=*_-]*"
    r"|(?:#{1,6}\s*|[=*_-]{2,}\s*)?(?:conversation|chat|dialogue|transcript|session)"
    r"\s*(?:#|no\.?|nr\.?)?\s*\d+\b[^a-z]*(?:[:–—-].*)?)$"
)
_SAID = ("user", "assistant")


@dataclass(frozen=True, slots=True)
class Dialogues(Undivided):
    """The container of .txt and .md files in which user and assistant speak.

    Attributes:
        max_record: The largest size of a dialogue in bytes.
        speakers: Who is who.
        between: A pattern of the lines between dialogues, instead of detecting them.
        rules: Whether rules separate dialogues.
    """

    max_record: int = MAX_RECORD
    speakers: Speakers = KNOWN
    between: str | None = None
    rules: bool = True
    name: ClassVar[str] = "text"

    def blocks(self, opening: Opening, file: int, block_size: int) -> Iterator[Block]:
        """Blocks of dialogues, each with the line on which it begins."""
        held: list[tuple[int, bytes]] = []
        start = size = first = 0
        for line, raw in self._cut(opening.chunks(block_size), opening.path):
            if size >= block_size or len(held) >= _ROWS_A_BLOCK:
                yield Block(file, start, start + size, values=(held, line - 1 - first))
                start, size, held, first = start + size, 0, [], line - 1
            held.append((line - first, raw))
            size += len(raw)
        yield Block(file, start, start + size, values=(held, sum(raw.count(b"\n") + 1 for _, raw in held)))

    def read(self, opening: Opening, block: Block) -> DialogueReader:
        """The dialogues of a block."""
        if block.values is None:
            return DialogueReader(list(self._cut(iter([block.data or b""]), opening.path)), 0)
        return DialogueReader(*block.values)

    def recognises(self, opening: Opening) -> bool:
        """Whether both sides of a dialogue speak in a file."""
        said: set[str] = set()
        return any(self.speakers.recognise(lines, said) for lines in _windows(opening, self.max_record))

    def strangers(self, begin: bytes) -> list[str]:
        """Unknown names that begin several of the first lines, the most frequent first."""
        turns = (turn for line in _lines(iter([begin])) if (turn := spoken(line)) and turn.sure)
        names = Counter(turn.name for turn in turns if not self.speakers.meaning(turn))
        return [name for name, count in names.most_common(4) if count > 1]

    def is_thread(self, begin: bytes) -> bool:
        """Whether the first lines are a messenger's export: most of them have a time, several a name."""
        lines = [line for line in _lines(iter([begin[:_CHAT]])) if line.strip()][:_FIRST_LINES]
        turns = [turn for line in lines if (turn := spoken(line)) and turn.form == STAMPED and len(turn.time) > _DATED]
        return len({turn.name for turn in turns}) > 1 and len(turns) * 3 > len(lines)

    def _cut(self, pieces: Iterator[bytes], path: str) -> Iterator[tuple[int, bytes]]:
        return _Cutter(self, path).cut(_lines(pieces, path, self.max_record))


class DialogueReader:
    """The rows of dialogues that were delimited before."""

    def __init__(self, rows: list[tuple[int, bytes]], lines: int) -> None:
        self._rows = rows
        self._after = lines
        self.lines = 0

    def __iter__(self) -> Iterator[Row]:
        for number, (_, raw) in enumerate(self._rows, 1):
            row: dict[str, Any] | RowError
            try:
                row = {TEXT: raw.decode()}
            except UnicodeDecodeError:
                row = RowError(
                    "is not UTF-8", hint="Give its encoding, such as --encoding cp1252 or --encoding gb18030."
                )
            yield number, b"" if type(row) is dict else raw, row
        self.lines = self._after

    def columns(self, names: Collection[str]) -> None:
        """There are none."""
        return

    def line_of(self, number: int) -> int:
        """The line on which a dialogue begins."""
        return self._rows[number - 1][0]


def dialogues(opening: Opening, asked: FileOptions) -> Dialogues:
    """The container of a file of dialogues.

    Raises:
        InputError: If the pattern between dialogues is none.
    """
    if asked.between is not None:
        try:
            re.compile(asked.between)
        except re.error as error:
            raise InputError(f"the pattern between dialogues is invalid: {error}") from None
    speakers = Speakers.of(dict(asked.roles))
    limit = asked.max_record
    rules = asked.between is None and not any(_between_turns(lines, speakers) for lines in _windows(opening, limit))
    return Dialogues(asked.max_record, speakers, asked.between, rules)


def _windows(opening: Opening, limit: int) -> Iterator[list[str]]:
    """The lines of a file, many at a time; for a stream, only its beginning."""
    regular = is_regular(opening.path)
    held: list[str] = []
    size = 0
    pieces = opening.chunks(BLOCK) if regular else iter([opening.head(_LOOKED_AT)[0]])
    for line in _lines(pieces, opening.path, limit):
        held.append(line)
        size += len(line) + 1
        if size >= BLOCK:
            yield held
            # A rule at the end may stand before a turn that follows.
            held, size = held[-_BEFORE:], 0
    yield held


def _between_turns(lines: list[str], speakers: Speakers) -> bool:
    """Whether a rule is right before an assistant turn."""
    after_rule = False
    for line, inside in zip(lines, fenced(lines), strict=True):
        if inside or not line.strip():
            continue
        if after_rule and speakers.role(line) == "assistant":
            return True
        after_rule = _RULE.match(line) is not None
    return False


def _lines(pieces: Iterator[bytes], path: str = "", limit: int = MAX_RECORD) -> Iterator[str]:
    """The lines without their ends; bytes that are not UTF-8 are kept as surrogates.

    Raises:
        InputError: If a line is longer than a record may be.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    rest: list[str] = []  # of a line that has not ended
    held, first = 0, True
    for piece in pieces:
        text = decoder.decode(piece.removeprefix(BOM) if first else piece)
        first = False
        ended, newline, begun = text.rpartition("\n")
        if newline:
            yield from (line.removesuffix("\r") for line in "".join([*rest, ended]).split("\n"))
            rest, held = [], 0
        rest.append(begun)
        held += len(begun)
        if held > limit:
            raise record_too_large(path, limit)
    last = "".join(rest) + decoder.decode(b"", final=True)
    if last:
        yield last.removesuffix("\r")


@lru_cache(64)
def _pattern(between: str) -> re.Pattern[str]:
    return re.compile(between)


class _Cutter:
    """Cuts lines into dialogues: (first line number, text) of each that is not empty."""

    def __init__(self, container: Dialogues, path: str) -> None:
        self.container = container
        self.path = path
        self.between = _pattern(container.between) if container.between is not None else None
        self.never: set[str] = set()  # fences that nothing closes
        self.number = 1
        self._begin([])

    def _begin(self, held: list[str]) -> None:
        self.held = held
        self.size = sum(map(len, held))
        self.parting: int | None = None  # where among them a rule or title stands that may part dialogues
        self.strong = False
        self.said: set[str] = set()
        self.opened = ""
        self.opened_at = 0

    def cut(self, lines: Iterator[str]) -> Iterator[tuple[int, bytes]]:
        """The dialogues of these lines."""
        again: deque[str] = deque()
        while True:
            line = again.popleft() if again else next(lines, None)
            if line is None:
                if not self.opened:
                    break
                # A fence that nothing closes is text: what follows it is gone through again.
                self.never.add(self.opened)
                again.extend(self.held[self.opened_at + 1 :])
                self.held, self.opened = self.held[: self.opened_at + 1], ""
                self.size = sum(map(len, self.held))
                continue
            yield from self._take(line)
        yield from self._whole(len(self.held))

    def _take(self, line: str) -> Iterator[tuple[int, bytes]]:
        self.size += len(line) + 1
        if self.size > self.container.max_record:
            raise record_too_large(self.path, self.container.max_record)
        if self.opened:
            if (mark := fence(line)) and closes(mark, self.opened):
                self.opened = ""
            self.held.append(line)
            return
        opens = self._opens(line)
        if opens and not self.container.speakers.role(line):
            self.parting = None
            self.held.append(line)
        elif self.between:
            self.held.append(line)
            if self.between.search(line):
                self.held.pop()
                yield from self._whole(len(self.held))
                self.number += 1
                self._begin([])
        else:
            if self._parts(line):
                yield from self._whole(len(self.held) if self.parting is None else self.parting)
                self.said.add(self.container.speakers.role(line))
            self.held.append(line)
        if opens:
            self.opened, self.opened_at = opens, len(self.held) - 1

    def _opens(self, line: str) -> str:
        """The mark of the code block that begins with the line; empty if none does."""
        mark = fence(line)
        return "" if mark is None or any(mark[0].startswith(never) for never in self.never) else mark[0]

    def _parts(self, line: str) -> bool:
        """Whether another dialogue begins with this line, or with what comes before it."""
        if not line.strip(" \t"):
            return False
        role = self.container.speakers.role(line)
        if role:
            heard = bool(self.said & {*_SAID})
            parts = self.parting is not None and (self.strong or role != "assistant")
            parts = heard and (parts or "\f" in line or (role == "system" and "assistant" in self.said))
            if not parts:
                self.said.add(role)
                self.parting, self.strong = None, False
            return parts
        strong = "\f" in line or _TITLE.match(line) is not None
        if strong or (self.container.rules and _RULE.match(line)):
            if self.parting is None:
                self.parting = len(self.held)
            self.strong = self.strong or strong
        elif not (self.parting is not None and line.lstrip().startswith("#")):
            self.parting, self.strong = None, False
        return False

    def _whole(self, count: int) -> Iterator[tuple[int, bytes]]:
        """The dialogue in the first held lines, if it is not empty; the others begin the next one."""
        its, rest = self.held[:count], self.held[count:]
        empty = next((n for n, line in enumerate(its) if line.strip()), len(its))
        while its and not its[-1].strip():
            its.pop()
        if its:
            yield self.number + empty, "\n".join(its[empty:]).encode("utf-8", "surrogateescape")
        self.number += count
        self._begin(rest)
