"""Texts one by one: empty, unfilled, damaged, cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftdata.facts.traces import Traces
from ftdata.lazily import pattern
from ftdata.rules.mending import parts_of, turns_of
from ftdata.rules.registry import Problem, fixes, rule

if TYPE_CHECKING:
    from ftdata.rules.look import RowLook

_ZERO_WIDTH = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u180e"))


_NULLS = frozenset(("null", "None", "NULL", "Null", "none", "NaN", "nan", "undefined", "NONE"))
"""What programming languages write for nothing."""


def says_nothing(text: str) -> bool:
    """Whether nothing is left of a text without white space and zero-width characters."""
    first = text.lstrip()[:1]
    return not first or (ord(first) in _ZERO_WIDTH and not text.translate(_ZERO_WIDTH).strip())


def is_thin(text: str) -> bool:
    """Whether a text says nothing, or is a word for it."""
    return text in _NULLS or says_nothing(text)


def _is_thin(look: RowLook) -> bool:
    return look.thin


@rule(
    "empty-turn", "warning", "A text that is empty, white space or invisible",
    over="text", kinds=("chat", "preference", "reinforcement"),
    near=_is_thin,
    why="The model learns to say nothing, or to answer nothing.",
    fix="Leave the example out, or find out where the text went.",
    source="OpenAI's guide: examine the data for missing content",
)  # fmt: skip
def empty_turn(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """Texts of which nothing is left without white space and zero-width characters."""
    if says_nothing(text):
        if role == "tool" or (role == "assistant" and not text and b"_call" in look.raw):
            return  # a result may be empty, and so may be the content beside a call
        yield Problem(path, "empty" if not text else "only white space or invisible characters", text)


@rule(
    "null-answer", "warning", 'A text that is only "null", "None", "NaN" or "undefined"',
    over="text",
    near=_is_thin,
    why="A program wrote what it has for nothing; the model learns to answer it.",
    fix="Leave the example out, or write the answer that is meant.",
    source="seen in exports of tables",
)  # fmt: skip
def null_answer(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """What programming languages write for nothing."""
    if role in ("assistant", "user") and text in _NULLS:
        yield Problem(path, f"only the word {text}")


# One of few characters first: such a pattern is searched for four times as fast.
_PLACEHOLDER = pattern(
    r"[{\[$%<](?:(?<=\{)(?<!\$\{)\{\s*\w[\w.]*\s*\}\}|(?<=\$)\{[\w.]+\}|(?<=%)\(\w+\)s"
    r"|(?<=\[)(?i:your|insert|customer|company|product|name|date)(?:\s[^\]\n]{0,40})?\]"
    r"|(?<=<)(?i:insert|your)[\s_-][^>\n]{1,40}>)"
)
_LATIN = pattern("(?i)lorem ipsum")
_UNFILLED = Traces(r"\{\{|\$\{|%\(|[\[<](?i:your|insert|customer|company|product|name|date)", "orem |OREM ")


@rule(
    "placeholder", "warning", "A placeholder that was not filled in",
    over="text",
    traces=_UNFILLED,
    why="The model learns to write the placeholder.",
    fix="Fill it in when the file is made, or leave the example out.",
    source="OpenAI's guide: examine the data for issues",
)  # fmt: skip
def placeholder(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """Braces, brackets and words that stand for something else; one finding a text.

    In code they are the language's own, and in a letter the blanks that its reader fills in.
    """
    prose = _CODE.sub(" ", text) if "`" in text else text
    for found in _PLACEHOLDER.finditer(prose):
        if found[0][0] == "$" and _STATEMENT.search(prose):
            continue
        if found[0][0] in "[<" and _LETTER.search(prose):
            continue
        yield Problem(path, "a placeholder", found[0])
        return
    if latin := _LATIN.search(prose):
        yield Problem(path, "a placeholder", latin[0])


_CODE = pattern("```.*?(?:```|\\Z)|`[^`\n]*`", re.DOTALL)
_STATEMENT = pattern(
    r"[;{]$|^[ \t]*\}|=>|^[ \t]*(?:import|from|const|let|var|def|function|echo|export)\b", re.MULTILINE
)
_LETTER = pattern(
    r"^[^\w\n]{0,20}(?:dear|to whom|subject:)\b|^[^\w\n]{0,20}(?:sincerely|(?:best|kind|warm) regards|yours)\b",
    re.I | re.MULTILINE,
)


_LEFTOVER = pattern(
    r"(?:\n\n(?:###|===|---|===>|--->|### =>)\n\n| ->)$|(?: END| \[END\]|###|\*\*\*|\+\+\+|&&&|\$\$\$|@@@|%%%)$"
)

_LEFT_OVER = Traces(r"(?: ->| END|\[END\]|###|\*\*\*|\+\+\+|&&&|\$\$\$|@@@|%%%|(?:###|===|---|>)\n\n)\n")


_ABOUT_MARKS = pattern(r"(?i)asterisk|divider|delimiter|separat|markdown|postscript|星号|分隔|分割")


def _is_meant(found: re.Match[str], text: str) -> bool:
    """Whether marks at an end are a longer line of them, or the conversation is about such marks."""
    mark = found[0].strip()
    if mark.isalnum() or mark.startswith("["):
        return False
    return found.string[: found.start()].endswith(mark[0]) or _ABOUT_MARKS.search(text) is not None


@rule(
    "legacy-leftover", "warning", "A separator or ending of the older prompt/completion files",
    over="text", kinds=("chat", "preference", "reinforcement"),
    traces=_LEFT_OVER,
    why="Chat models know where a turn ends; they learn the separator as text.",
    fix="Remove it: --unsafe-fixes does.",
    source="the removed tool openai tools fine_tunes.prepare_data: separators and endings",
)  # fmt: skip
def legacy_leftover(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """The separators and endings that the removed tool suggested."""
    found = _LEFTOVER.search(text, max(0, len(text) - 16)) if role in ("user", "assistant") else None
    if found and not _is_meant(found, look.text):
        yield Problem(path, "the text ends with a separator of older files", found[0])


@fixes("legacy-leftover", safe=False)
def without_leftovers(row: dict[str, Any], kind: str) -> None:
    """Cut them off, with the white space before them."""
    holders = [(turn, "content") for turn in turns_of(row) if turn.get("role") in ("user", "assistant")]
    holders += [(part, "text") for part in parts_of(row)]
    for holder, key in holders:
        while type(holder.get(key)) is str and (found := _LEFTOVER.search(holder[key])):
            holder[key] = holder[key][: found.start()].rstrip()


# Bytes of UTF-8 that were read as Windows-1252: a leading byte's letter and what the following bytes look like.
_FOLLOWING = (
    "\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201a"
    "\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122"
)
_MOJIBAKE = pattern(
    f"[ÂÃâäåæçèéïðÐÑ](?:(?<=[ÂÃ])[{_FOLLOWING}]|(?<=[âäåæçèéï])[{_FOLLOWING}]{{2}}|(?<=ð)[{_FOLLOWING}]{{3}}"
    f"|(?<=[ÐÑ])[{_FOLLOWING}][ÐÑ][{_FOLLOWING}])"
)

_DAMAGE = Traces(
    "\ufffd", f"[ÂÃ][{_FOLLOWING}]", f"[âäåæçèéï][{_FOLLOWING}]{{2}}", f"ð[{_FOLLOWING}]{{3}}",
    f"[ÐÑ][{_FOLLOWING}][ÐÑ][{_FOLLOWING}]",
)  # fmt: skip


@rule(
    "mojibake", "warning", "Text that was read in the wrong encoding",
    over="text",
    traces=_DAMAGE,
    why="The model learns to write the damage.",
    fix="Read the source in its own encoding: --encoding cp1252, gb18030, …; --unsafe-fixes puts plain cases right.",
    source="UTF-8 bytes read as Windows-1252; U+FFFD, which stands for what could not be read",
)  # fmt: skip
def mojibake(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """Sequences that are UTF-8 when written back as Windows-1252, and replacement characters; one finding a text."""
    if text.isascii():
        return
    if "\ufffd" in text:
        yield Problem(path, "a replacement character (U+FFFD): something could not be read")
        return
    for found in _MOJIBAKE.finditer(text):
        right = unscrambled(found[0])
        if right != found[0]:
            yield Problem(path, f'"{found[0]}", which was probably "{right}"')
            return


def unscrambled(text: str) -> str:
    """The text as it was before it was read as Windows-1252; the text itself if it was not."""
    raw = bytearray()
    for char in text:
        try:
            raw += char.encode("cp1252")
        except UnicodeEncodeError:
            if ord(char) > 0xFF:
                return text
            raw.append(ord(char))
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return text


@fixes("mojibake", safe=False)
def readable_again(row: dict[str, Any], kind: str) -> None:
    """Write the sequences back that are surely damaged."""
    holders: list[tuple[dict[str, Any], str]] = [(row, "prompt"), (row, "completion")]
    holders += [(turn, "content") for turn in turns_of(row)]
    holders += [(part, "text") for part in parts_of(row)]
    for holder, key in holders:
        if type(holder.get(key)) is str:
            holder[key] = _MOJIBAKE.sub(lambda found: unscrambled(found[0]), holder[key])


@rule(
    "cut-off-answer", "info", "An answer that ends in the middle of a sentence",
    over="row", near=lambda look: look.answer is not None and len(look.answer) >= 200,
    why="It was cut at a limit of tokens; the model learns to stop there.",
    fix="Take answers whose finish_reason is stop, or complete them.",
    source="OpenAI's guide: examine the data; a guess by the last character",
)  # fmt: skip
def cut_off_answer(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """Long last answers in sentences that end with a letter or comma, and code blocks that are never closed."""
    text = look.answer
    if not text or len(text) < 200:
        return
    end = text.rstrip()[-1:]
    if text.count("```") % 2:
        yield Problem("", "the last answer has a code block that is not closed")
    elif (
        (end.isalpha() or end in ",;-(")
        and not _ends_as_it_may(text)
        and sum(map(text.count, (". ", "。", "! ", "? ", "！", "？"))) >= 2
    ):
        yield Problem("", "the last answer ends without an end", text[-40:])


def _ends_as_it_may(text: str) -> bool:
    """Whether the last line needs no stop: a short one, an item of a list, one that ends with a hashtag or label."""
    last = text.rstrip().rpartition("\n")[2].lstrip()
    return len(last) <= 60 or _ITEM.fullmatch(last) is not None or _LABEL.search(last[-60:]) is not None


_ITEM = pattern(r"(?:[-*•#>|]|\d{1,3}[.)])[^.!?]*")
_LABEL = pattern(r"(?:\#|:[ \t]{0,9})\w+\Z")
