"""What comes along from mails and web pages: HTML, quoted mails, signatures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ftdata.facts.mail import DASHES, DEVICES, HEADED, INTRODUCED, PARTED
from ftdata.facts.traces import Traces
from ftdata.lazily import pattern
from ftdata.rules.registry import Problem, rule

if TYPE_CHECKING:
    from ftdata.rules.look import RowLook

_ROLES = ("user", "assistant")
_CODE = pattern("```.*?(?:```|\\Z)|`[^`\n]*`", re.DOTALL)
_WHOLE = pattern(
    r"(?is)\s*<(?:p|div|span|table|html|body|ul|ol|blockquote|font|section|h[1-6])\b[^<>]*>.*</\w+\s*>\s*\Z"
)
_CLOSED = pattern(r"(?is)<(p|div|span|td|font|blockquote|li|h[1-6])\b[^<>]*>[^<>]*\w[^<>]*</\1\s*>")
_ABOUT = pattern(
    r"(?i)\bhtml|\bcss\b|<!doctype|\bxml\b|javascript|web ?page|website|markup|\btags?\b|template|<script|class="
    r"|\bdom\b|react|\bvue\b|\bsvg\b|front-?end|网页|标签"
)
_SIGNED = 8  # lines that a signature has at most


@rule(
    "html-text", "warning", "A turn that is HTML of a mail or page, and no text",
    over="text", kinds=("chat", "preference", "reinforcement"),
    traces=Traces("</|<br"),
    why="The model learns to write tags that its reader sees, and pays for them.",
    fix="Make text of it where rows are read: ftdata convert --html-to-text COLUMN.",
    source="help desks' exports, whose bodies are HTML (Intercom's and Zendesk's API references)",
)  # fmt: skip
def html_text(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """Turns that are an element from end to end, or hold several; not code, and not where HTML is talked of."""
    if role not in _ROLES or "<" not in text or _ABOUT.search(look.text):
        return
    prose = _CODE.sub(" ", text) if "`" in text else text
    found = _WHOLE.match(prose) or (len(_CLOSED.findall(prose)) > 1 and _CLOSED.search(prose)) or None
    if found:
        yield Problem(path, "the text is HTML", found[0][:60])


@rule(
    "quoted-mail", "warning", "A turn that carries an older mail along",
    over="text", kinds=("chat", "preference", "reinforcement"),
    traces=Traces("\n>|---|From:|Von:|De ?:|发件人|写道|___"),
    why="What was quoted is trained again, and out of its order.",
    fix="Take it out where rows are read: ftdata convert --strip-mail COLUMN.",
    source="what Gmail, Outlook, Apple Mail, Thunderbird and QQ put before a quoted message",
)  # fmt: skip
def quoted_mail(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """The line before a quoted mail with the quote below it, a line between mails, or a block of headers."""
    if role not in _ROLES or "\n" not in text:
        return
    prose = _CODE.sub(" ", text) if "`" in text else text
    found = PARTED.search(prose) or next((one for one in HEADED.finditer(prose) if _has_text(prose, one)), None)
    if found is None and (begun := INTRODUCED.search(prose)):
        below = prose[begun.end() :].lstrip("\n")
        found = begun if below.startswith(">") or "@" in begun[0] else None
    if found:
        yield Problem(path, "the text quotes an older mail", found[0].strip()[:60])


_LABELLED = pattern(
    r"[\s\W]{0,8}[\w ]{1,24}\s?[:：]|\W*(?:memo(?:randum)?|备忘录|通知|公告|notice|circular)\W*$", re.IGNORECASE
)


def _has_text(text: str, headers: re.Match[str]) -> bool:
    """Whether anything is said before a block of headers: else it is the text's own, a memo's or a letter's."""
    before = text[: headers.start()].splitlines()
    return any(line.strip() and not _LABELLED.match(line) for line in before)


@rule(
    "mail-signature", "info", "A turn that ends with a mail's signature",
    over="text", kinds=("chat", "preference", "reinforcement"),
    traces=Traces("\n-- \n|ent from|esendet|nvoy|nviado|nviato|发自|Get Outlook|から送信|ent via"),
    why="The model learns to sign, and whose phone it was sent from.",
    fix="Take it out where rows are read: ftdata convert --strip-mail COLUMN.",
    source='RFC 3676, section 4.3, for "-- "; what phones\' mail apps put under mails',
)  # fmt: skip
def mail_signature(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """What a phone puts under a mail as the last line, and a few lines below ``-- ``."""
    if role not in _ROLES or "\n" not in text:
        return
    end = text.rstrip()
    last = end.rpartition("\n")
    if last[1] and DEVICES.fullmatch(last[2].strip()):
        yield Problem(path, "the text ends with what a mail app puts under mails", last[2].strip()[:60])
        return
    if "-- " not in text:
        return
    found = next((one for one in DASHES.finditer(text) if one[0] == "-- "), None)
    if found and "`" not in text and 0 < text.count("\n", found.end()) <= _SIGNED:
        yield Problem(path, "the text ends with a signature", text[found.end() :].strip()[:60])
