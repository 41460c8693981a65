"""Looking at all rows of prompt and completion, file by file, before anything is done with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from hashlib import blake2b
from typing import Any

from ftdata.classes import dataclass, field
from ftdata.codec import decode, member
from ftdata.errors import RowError, shown
from ftdata.expressions import as_text
from ftdata.formats.completion.dialogues import is_dialogue
from ftdata.formats.completion.marks import (
    ENDINGS,
    SEPARATORS,
    begins_with_lone_space,
    common_prefix,
    common_suffix,
    mark_of,
    unescaped,
)

MAX_LABELS = 200
_MAX_MARKS = 1000
_LETTERS = 400  # characters of a text whose capitals are counted
_AT_ONCE = 256  # rows that are surveyed together, which is much cheaper than one by one
_number = int.from_bytes
_CAPITALS, _SMALL = bytes(range(65, 91)), bytes(range(97, 123))


Names = tuple[str, str]
"""The columns with the prompt and with the completion."""

NAMES: Names = ("prompt", "completion")


def texts_of(row: dict[str, Any], names: Names = NAMES) -> tuple[str, str]:
    """Prompt and completion of a row, however their columns are spelled; a label may be a number.

    Raises:
        RowError: If one is missing, or is not text.
    """
    try:
        prompt, completion = row[names[0]], row[names[1]]
    except KeyError:
        spelled = {key.strip().casefold(): key for key in reversed(row)}
        wanted = [name.strip().casefold() for name in names]
        if not spelled.keys() >= set(wanted):
            keys = ", ".join(map(shown, row)) or "none"
            raise RowError(f"expected {' and '.join(names)}; got the keys {keys}", json_path="$") from None
        prompt, completion = (row[spelled[name]] for name in wanted)
    if type(prompt) is str and type(completion) is str:
        return prompt, completion
    if type(completion) in (int, float, bool):
        completion = as_text(completion)  # a label
    return _text(prompt, names[0]), _text(completion, names[1])


def _text(value: Any, name: str) -> str:
    if type(value) is str or value is None:
        return value or ""
    raise RowError(f"expected text; got {shown(value)}", json_path=member("$", name))


class Distinct:
    """How many distinct texts there are, in half a megabyte: exactly up to 65,536, by estimate (0.4%) beyond."""

    KEPT = 1 << 16

    def __init__(self) -> None:
        self._kept: set[int] = set()
        self._limit = 1 << 64

    def add(self, texts: Iterable[str]) -> None:
        """Take in texts."""
        self.add_marks([blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest() for text in texts])

    def add_marks(self, marks: Iterable[bytes]) -> None:
        """Take in texts by digests of 8 bytes."""
        limit = self._limit
        self._kept.update([number for mark in marks if (number := _number(mark, "big")) < limit])
        if len(self._kept) >= 2 * self.KEPT:
            self._prune()

    def merge(self, other: Distinct) -> None:
        """Take in what another one has seen."""
        self._limit = min(self._limit, other._limit)
        self._kept |= other._kept
        if not self.exact:
            self._kept = {number for number in self._kept if number < self._limit}
        if len(self._kept) >= 2 * self.KEPT:
            self._prune()

    def _prune(self) -> None:
        self._kept = set(sorted(self._kept)[: self.KEPT])
        self._limit = max(self._kept) + 1

    @property
    def exact(self) -> bool:
        """Whether the count is no estimate."""
        return self._limit == 1 << 64

    @property
    def count(self) -> int:
        """How many."""
        if self.exact:
            return len(self._kept)
        return round(len(self._kept) / (self._limit / (1 << 64)))


@dataclass
class CommonText:
    """What all prompts, or all completions, have in common.

    Attributes:
        candidates: The marks that prepare_data would have put behind them.
        whole: Whether what only remarks on the file are made of is looked for too: suffix, repeated, used, lined,
            spaced, capitals, small and longest.
        count: How many say something; all that follows is of these.
        empty: How many are empty or white space.
        prefix: What all begin with; None before the first.
        suffix: What all end with.
        marks: The mark at the end of each that has one.
        repeated: How many have their mark in the text as well.
        used: Which candidates occur in the texts.
        lined: How many have a new line in them.
        spaced: How many begin with a space.
        lone: How many begin with one space and no further white space, as the old guide has it; more is indentation.
        capitals: Capital letters of ASCII, at the beginning of each and without its mark.
        small: Small letters of ASCII, likewise.
        longest: Characters of the longest without its mark and the space before that.
        same: Whether all are equal.
    """

    candidates: tuple[str, ...]
    whole: bool = True
    count: int = 0
    empty: int = 0
    prefix: str | None = None
    suffix: str = ""
    marks: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    used: set[str] = field(default_factory=set)
    lined: int = 0
    spaced: int = 0
    lone: int = 0
    capitals: int = 0
    small: int = 0
    longest: int = 0
    same: bool = True

    def add(self, texts: list[str]) -> None:
        """Take in texts, at least one."""
        blank = texts.count("") + list(map(str.isspace, texts)).count(True)
        if blank:
            self.empty += blank
            texts = [text for text in texts if text and not text.isspace()]
            if not texts:
                return
        self.count += len(texts)
        self._narrow_to(texts)
        marks = list(map(mark_of, texts))
        self.lone += sum(map(begins_with_lone_space, texts))
        if self.whole:
            self._remark(texts, marks)
        else:
            for mark, count in Counter(filter(None, marks)).items():
                self._count(mark, count)

    def _count(self, mark: str, count: int) -> bool:
        """Count a mark, if there are not too many yet; whether it is counted."""
        known = mark in self.marks or len(self.marks) < _MAX_MARKS
        if known:
            self.marks[mark] += count
        return known

    def _remark(self, texts: list[str], marks: list[str]) -> None:
        """What remarks are made of."""
        if self.suffix:
            for text in texts:
                if not text.endswith(self.suffix):
                    self.suffix = common_suffix(self.suffix, text)
        bodies = [text[: -len(mark)] if mark else text for text, mark in zip(texts, marks, strict=True)]
        self.longest = max(self.longest, *map(len, map(str.rstrip, bodies)))
        for mark, body in zip(marks, bodies, strict=True):
            if mark and self._count(mark, 1):
                self.repeated += mark in body and not mark.isspace()
        if len(self.used) < len(self.candidates):
            joined = "\0".join(bodies)  # which is in no candidate
            self.used.update(_held(joined, [mark for mark in self.candidates if mark not in self.used]))
        self.lined += ["\n" in text for text in texts].count(True)
        self.spaced += [text[0] for text in texts].count(" ")
        letters = "".join([body[:_LETTERS] for body in bodies]).encode("utf-8", "surrogatepass")
        self.capitals += len(letters) - len(letters.translate(None, _CAPITALS))
        self.small += len(letters) - len(letters.translate(None, _SMALL))

    def merge(self, later: CommonText) -> None:
        """Take in what another one has seen."""
        if later.prefix is not None:
            first = self.prefix is None
            same = later.same and (first or (self.same and self.prefix == later.prefix))
            self._narrow(later.prefix, later.suffix, same=same)
        for mark, count in later.marks.items():
            self._count(mark, count)
        self.used |= later.used
        self.longest = max(self.longest, later.longest)
        for name in ("count", "empty", "repeated", "lined", "spaced", "lone", "capitals", "small"):
            setattr(self, name, getattr(self, name) + getattr(later, name))

    def _narrow_to(self, texts: list[str]) -> None:
        if self.prefix is None:
            self.prefix = self.suffix = texts[0]
        self.same = self.same and texts.count(self.prefix) == len(texts)
        if self.prefix:  # what the first and the last in order begin with, all between them begin with
            self.prefix = common_prefix(common_prefix(self.prefix, min(texts)), max(texts))

    def _narrow(self, begins: str, ends: str, *, same: bool) -> None:
        if self.prefix is None:
            self.prefix, self.suffix = begins, ends
        else:
            self.prefix, self.suffix = common_prefix(self.prefix, begins), common_suffix(self.suffix, ends)
        self.same = same


@dataclass
class FileSurvey:
    """What the rows of one file have in common, in about a megabyte.

    Attributes:
        rows: How many there are.
        escaped: How many hold a literal backslash and n, which may stand for a new line.
        objects: How many completions are JSON objects or lists.
        labels: The completions as they are and their numbers, while there are few; else None.
        dialogues: How many prompts are dialogues that end with the name of who speaks next.
        columns: Columns beside prompt and completion.
        first: The first row's prompt and completion.
    """

    rows: int = 0
    prompts: CommonText = field(default_factory=lambda: CommonText(SEPARATORS))
    completions: CommonText = field(default_factory=lambda: CommonText(ENDINGS))
    escaped: int = 0
    objects: int = 0
    labels: Counter[str] | None = field(default_factory=Counter)
    dialogues: int = 0
    answers: Distinct = field(default_factory=Distinct)
    columns: Counter[str] = field(default_factory=Counter)
    first: tuple[str, str] | None = None

    @classmethod
    def begun(cls, *, whole: bool) -> FileSurvey:
        """One of no rows; see `CommonText.whole`."""
        return cls(prompts=CommonText(SEPARATORS, whole), completions=CommonText(ENDINGS, whole))

    def add(self, prompts: list[str], completions: list[str]) -> None:
        """Take in the texts of rows, as many prompts as completions."""
        if not prompts:
            return
        self.rows += len(prompts)
        if self.first is None:
            self.first = prompts[0][-4000:], completions[0][:4000]
        self.prompts.add(prompts)
        self.completions.add(completions)
        self.answers.add(completions)
        bare = [completion.strip() for completion in completions]
        self.objects += sum([_is_json(text) for text in bare if text[:1] in ("{", "[")])
        if self.labels is not None:
            self.labels.update([text[:200] for text in completions])
            if len(self.labels) > MAX_LABELS:
                self.labels = None

    def merge(self, later: FileSurvey) -> None:
        """Take in what another one has seen of the same file, further down."""
        self.first = self.first or later.first
        self.rows += later.rows
        self.escaped += later.escaped
        self.dialogues += later.dialogues
        self.objects += later.objects
        for mine, theirs in ((self.prompts, later.prompts), (self.completions, later.completions)):
            mine.merge(theirs)
        self.answers.merge(later.answers)
        self.columns.update(later.columns)
        self.labels = None if self.labels is None or later.labels is None else self.labels + later.labels
        if self.labels is not None and len(self.labels) > MAX_LABELS:
            self.labels = None


def _held(text: str, marks: Iterable[str]) -> list[str]:
    """Those marks that are in the text, which may be long: one character is looked for much faster than several."""
    there = {character: character in text for character in dict.fromkeys("".join(marks))}
    return [mark for mark in marks if all(map(there.get, mark)) and mark in text]


def _escapes(*texts: str) -> bool:
    """Whether a text holds a literal backslash and n."""
    return any("\\" in text and "\\n" in text for text in texts)


def _is_json(text: str) -> bool:
    try:
        decode(text.encode())
    except (RowError, UnicodeEncodeError):
        return False
    return True


class FileSurveys:
    """The surveys of all files, by their numbers.

    Args:
        unescape: Whether a literal backslash and n stands for a new line.
        names: The columns of prompts and completions.
        carried: Columns that are no surprise beside them.
        whole: Whether remarks on the files are to be made of them.
    """

    def __init__(
        self, unescape: bool, names: Names = NAMES, carried: Collection[str] = (), *, whole: bool = True
    ) -> None:
        self._names = names
        self._used = {name.strip().casefold() for name in names} | {name.strip().casefold() for name in carried}
        self._files: dict[int, FileSurvey] = {}
        self._unescape = unescape
        self._whole = whole
        self._now = self._files.setdefault(0, FileSurvey.begun(whole=whole))
        self._prompts: list[str] = []
        self._completions: list[str] = []

    @property
    def files(self) -> dict[int, FileSurvey]:
        """By number."""
        self._take_in()
        return self._files

    def in_file(self, file: int) -> FileSurveys:
        """Itself; what is added from now on is of this file."""
        self._take_in()
        self._now = self._files.setdefault(file, FileSurvey.begun(whole=self._whole))
        return self

    def add(self, row: dict[str, Any]) -> None:
        """Take in a row; one that cannot be read is for the second pass to reject."""
        try:
            prompt, completion = texts_of(row, self._names)
        except RowError:
            return
        self._prompts.append(prompt)
        self._completions.append(completion)
        # Here, and not with the others at once, since whoever makes a chat of the row asks the same next.
        self._now.dialogues += is_dialogue(unescaped(prompt) if self._unescape else prompt)
        if len(self._prompts) >= _AT_ONCE:
            self._take_in()
        if len(row) > 2:
            for key in row:
                if key.strip().casefold() not in self._used and len(self._now.columns) < _MAX_MARKS:
                    self._now.columns[key] += 1

    def add_texts(self, prompts: list[str], completions: list[str], dialogues: int) -> None:
        """Take in rows that have nothing but these texts, in which nothing is unescaped.

        Args:
            prompts: The prompts.
            completions: As many completions.
            dialogues: How many of the prompts are dialogues.
        """
        self._now.dialogues += dialogues
        for at in range(0, len(prompts), _AT_ONCE):
            self._prompts, self._completions = prompts[at : at + _AT_ONCE], completions[at : at + _AT_ONCE]
            self._take_in()

    def _take_in(self) -> None:
        """Survey the rows that were added since the last time."""
        prompts, completions = self._prompts, self._completions
        self._prompts, self._completions = [], []
        self._now.escaped += list(map(_escapes, prompts, completions)).count(True)
        if self._unescape:
            prompts, completions = list(map(unescaped, prompts)), list(map(unescaped, completions))
        self._now.add(prompts, completions)

    def __getstate__(self) -> dict[str, Any]:
        self._take_in()
        return self.__dict__

    def merge(self, later: FileSurveys) -> None:
        """Take in the surveys of the rows that follow."""
        self._take_in()
        for file, survey in later.files.items():
            self._files.setdefault(file, FileSurvey.begun(whole=self._whole)).merge(survey)
