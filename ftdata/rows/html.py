"""HTML to text: lines, lists, tables and links as a person would type them.

What tags alone tell is read directly. Anything else (hidden elements, tags that never end, signs that are no tags) the
parser puts in order first: what it writes again has only tags whose form is known.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from typing import ClassVar, Literal

from ftdata.classes import dataclass, field
from ftdata.errors import MissingPackageError
from ftdata.facts.markup import BLOCKS, ELEMENTS, HIDDEN, PARAGRAPHS, SLACK, UNSEEN, is_html
from ftdata.lazily import pattern
from ftdata.rows.steps import ALL, Row
from ftdata.rows.steps import require as require_columns

Links = Literal["text", "target"]
"""What stays of a link: its text alone, or with its target behind it."""

_TAG = pattern(r"<(/?)([A-Za-z][A-Za-z0-9:-]*+)(?=[\s/>])([^<>\"']*+(?:(?:\"[^\"]*+\"|'[^']*+')[^<>\"']*+)*+)>")
_RAW = pattern(r"(?i)<!--|<!doctype[^<>]*>|<(script|style|head|title|noscript|svg|select)\b[^<>]*>")
_RAW_ENDS = {
    name: pattern(rf"(?i)</{name}\s*>") for name in ("script", "style", "head", "title", "noscript", "svg", "select")
} | {"": pattern("-->")}
_BEGIN = pattern(r"</?([A-Za-z][A-Za-z0-9:-]*)(?=[\s/>])|<[!?]")
_ATTRIBUTE = pattern(r"\s(href|alt|start)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))", re.I)
_ENTITY = pattern(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

# Marks for what is to come of the text, which may hold none of them: it is cleaned of control characters.
_BREAK, _LINE, _PARAGRAPH, _SPACE, _BULLET, _QUOTE, _UNQUOTE, _CELL, _KEPT = "\1\2\3\4\5\6\7\x08\x0b"
_LINK, _TARGET, _UNLINK, _PRE, _UNPRE, _LESS = "\x0e\x0f\x10\x11\x12\x13"
_CONTROL = dict.fromkeys([*range(1, 9), 11, *range(14, 32)])
_MARKS = "".join(map(chr, _CONTROL))
_WHITE = pattern(r"[ \t\r\n\f]{2,}|[\t\r\n\f]")
_BREAKS = pattern("[\1\2\3][ \1\2\3]*")
_CELLS = pattern(" ?\x08[ \x08]*")
_LINKED = pattern("\x0e([^\x0e-\x10]*)\x0f([^\x0e-\x10]*)\x10")
_FORMATTED = pattern("\x11([^\x11\x12]*)\x12")
_AFTER_BULLET = pattern("\5[ \2\3]*")
_NO_MARGIN = pattern(r"(?i)MsoNormal|MsoListParagraph|margin:\s*0|margin-(?:bottom|top):\s*0")
_BREAKING = pattern(rf"(?i)<(?:br|{'|'.join(sorted(PARAGRAPHS | BLOCKS))})[\s/>]")


def installed() -> bool:
    """Whether the parser is there."""
    return find_spec("selectolax") is not None


def require() -> None:
    """Raise where the parser is not installed.

    Raises:
        MissingPackageError: If it is not.
    """
    if not installed():
        raise MissingPackageError("reading HTML", "selectolax", "html")


def text_of(source: str, links: Links = "text") -> str:
    r"""The text that a piece of HTML shows; a text without tags only has its entities decoded.

    Args:
        source: HTML, whole or a fragment.
        links: What stays of links.

    Examples:
        >>> text_of("<p>Hi Ann,</p><p>see <a href='https://a.example'>this</a>:<br>1 &lt; 2</p>")
        'Hi Ann,\n\nsee this:\n1 < 2'
        >>> text_of("<ul><li>one<li>two</ul>")
        '- one\n- two'
        >>> text_of("Fish &amp; chips\nfor <ann@example.org>")
        'Fish & chips\nfor <ann@example.org>'
        >>> text_of("<@U012AB3CD|ann>: see <https://a.example|this>, <!here>")
        '@ann: see this, @here'
    """
    if not is_html(source):
        source = SLACK.sub(lambda found: _reference(found, links), source) if "<" in source else source
        return _ENTITY.sub(lambda found: html.unescape(found[0]), source).replace("\xa0", " ")
    if any(map(source.__contains__, _MARKS)):
        source = source.translate(_CONTROL)
    if not _BREAKING.search(source):  # lines are lines where no tag makes them
        source = source.replace("\r\n", "\n").replace("\n", _BREAK)
    low = source.lower()
    marked = None if any(map(low.__contains__, HIDDEN)) else _Marks(links).of(_without_raw(source))
    if marked is None:
        marked = _Marks(links, sure=True).of(_in_order(source)) or ""
    return _finished(marked)


def _reference(found: re.Match[str], links: Links) -> str:
    """What Slack shows for a reference; the id of whom it does not name."""
    name = found["name"] or ""
    if found["link"]:
        target = re.sub("^(?:mailto|tel):", "", found["link"])
        return f"{name} ({target})" if links == "target" and name not in ("", target) else name or target
    if found["channel"]:
        return "#" + (name or found["channel"]).removeprefix("#")
    return "@" + (name or found["person"] or found["all"].partition("^")[0]).removeprefix("@")


def _without_raw(source: str) -> str:
    """The source without comments and elements whose text is not shown; one that never ends stays.

    In time in proportion to the source: of what has no end from here on, no end is looked for again.
    """
    kept, at, endless = [], 0, set()
    for found in _RAW.finditer(source):
        if found.start() < at:
            continue
        ends, name = found.end(), (found[1] or "").lower()
        if name or found[0] == "<!--":
            end = None if name in endless else _RAW_ENDS[name].search(source, ends)
            if end is None:
                endless.add(name)
                continue
            ends = end.end()
        kept.append(source[at : found.start()])
        at = ends
    return "".join([*kept, source[at:]])


def _in_order(source: str) -> str:
    """The same as the parser reads it: without what is not shown, each tag in its known form."""
    from selectolax.lexbor import LexborHTMLParser

    if "<" in _BEGIN.sub(lambda tag: "" if _known(tag[1]) else "<", source):
        source = re.sub("<", lambda sign: "<" if (t := _BEGIN.match(source, sign.start())) and _known(t[1]) else "&lt;",
                        source)  # fmt: skip
    page = LexborHTMLParser(source)
    low = source.lower()
    page.strip_tags([name for name in UNSEEN if f"<{name}" in low])
    if hidden := [selector for sign, selector in HIDDEN.items() if sign in low]:
        for node in page.css(", ".join(hidden)):
            node.decompose()
    body = page.body
    return re.sub(r"(?s)<!--.*?-->|<!\[[^>]*>|<\?[^>]*>", "", (body.html if body is not None else None) or "")


def _known(name: str | None) -> bool:
    """Whether a tag of this name is one; comments and declarations have none."""
    return not name or name.lower() in ELEMENTS or ":" in name or "-" in name


@dataclass(slots=True)
class _Marks:
    """Puts marks in place of tags.

    Attributes:
        links: What stays of links.
        sure: Whether the parser put all in order.
        lists: Of each list that is open, the number of its next item; None for bullets.
        odd: Whether a tag was seen that the parser has to look at.
    """

    links: Links
    sure: bool = False
    lists: list[int | None] = field(default_factory=list)
    odd: bool = False

    def of(self, source: str) -> str | None:
        """The text with its marks; None where the parser must put it in order first."""
        text = _TAG.sub(self._mark, source)
        if ("<" in text or self.odd) and not self.sure:
            return None
        return text.replace("<", _LESS)

    def _mark(self, tag: re.Match[str]) -> str:
        name = tag[2].lower()
        mark = _SIMPLE.get(name)
        return mark if mark is not None else self._other(name, tag)

    def _other(self, name: str, tag: re.Match[str]) -> str:
        """The mark of a tag that does more than end a line."""
        closing = tag[1] == "/"
        if name == "p":
            return _LINE if closing or (tag[3] and _NO_MARGIN.search(tag[3])) else _PARAGRAPH
        if name == "a":
            return self._link(closing, tag[3])
        if name == "li":
            return _LINE if closing else self._item()
        if name in ("ul", "ol", "dir", "menu"):
            return self._list(name, closing, tag[3])
        if name in ("td", "th"):
            return "" if closing else _CELL
        if name == "blockquote":
            return _PARAGRAPH + (_UNQUOTE if closing else _QUOTE) + _PARAGRAPH
        if name == "pre":
            return _UNPRE + _PARAGRAPH if closing else _PARAGRAPH + _PRE
        if name == "img":
            return _attribute(tag[3], "alt")
        if name in UNSEEN:
            self.odd = True
            return ""
        return "" if ":" in name or "-" in name else _LESS + tag[0][1:]

    def _link(self, closing: bool, attributes: str) -> str:
        if self.links == "text":
            return ""
        return _UNLINK if closing else f"{_LINK}{_attribute(attributes, 'href').strip()}{_TARGET}"

    def _list(self, name: str, closing: bool, attributes: str) -> str:
        if closing:
            if self.lists:
                self.lists.pop()
        else:
            start = _attribute(attributes, "start") if name == "ol" else ""
            first = int(start) if start.isdecimal() and len(start) < 10 else 1
            self.lists.append(first if name == "ol" else None)
        return _PARAGRAPH if len(self.lists) < (1 if closing else 2) else _LINE

    def _item(self) -> str:
        number = self.lists[-1] if self.lists else None
        if number is not None:
            self.lists[-1] = number + 1
        indent = _SPACE * 2 * (len(self.lists) - 1)
        return f"{_LINE}{indent}{'-' if number is None else f'{number}.'}{_SPACE}{_BULLET}"


_OTHER = frozenset(("p", "a", "ul", "ol", "dir", "menu", "li", "td", "th", "blockquote", "pre", "img", *UNSEEN))
_SIMPLE = {
    name: _BREAK if name == "br" else _PARAGRAPH if name in PARAGRAPHS else _LINE if name in BLOCKS else ""
    for name in sorted(ELEMENTS - _OTHER)
}


def _attribute(attributes: str, name: str) -> str:
    for found in _ATTRIBUTE.finditer(attributes):
        if found[1].lower() == name:
            return found[2] or found[3] or found[4] or ""
    return ""


def _finished(text: str) -> str:
    """The text with what the marks in it stand for."""
    if _PRE in text:
        text = _FORMATTED.sub(_formatted, text)
    if _LINK in text:
        text = _LINKED.sub(_with_target, text)
    text = _WHITE.sub(" ", text)
    if _BULLET in text:
        text = _AFTER_BULLET.sub("", text)
    text = _BREAKS.sub(lambda found: _newlines(found[0]), text).replace(" \n", "\n")
    if _CELL in text:
        text = re.sub(r"(?m)^(?: ?\| )+| \| ?$", "", _CELLS.sub(" | ", text))
    if "&" in text:
        text = html.unescape(text)
    if _QUOTE in text:
        text = _quoted(text)
    if any(map(text.__contains__, _MARKS)):
        text = text.translate(_LAST)
    text = text.replace("\xa0", " ")
    if " \n" in text or "\n\n\n" in text:
        text = re.sub("\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text))
    return text.strip("\n").rstrip().lstrip(" ") if not text.startswith("    ") else text.rstrip()


_LAST = str.maketrans({_SPACE: " ", _KEPT: "\n", _LESS: "<", **dict.fromkeys("\x0e\x0f\x10\x11\x12\5\6\7\x08")})


def _formatted(found: re.Match[str]) -> str:
    text = found[1].replace("\r\n", "\n").removeprefix("\n").replace(_BREAK, "\n")
    return text.replace("\n", _KEPT).replace("\t", _SPACE * 4).replace(" ", _SPACE)


def _with_target(found: re.Match[str]) -> str:
    target = html.unescape(found[1])
    shown = _WHITE.sub(" ", html.unescape(found[2])).strip()
    bare = target.removeprefix("mailto:").removeprefix("tel:")
    if not bare or bare.startswith(("#", "javascript:")) or shown in (target, bare, bare.rstrip("/")):
        return found[2]
    return f"{found[2]} ({found[1]})" if shown else found[1]


@lru_cache(1000)
def _newlines(marks: str) -> str:
    """One line end or two for breaks and the ends of blocks that stand together."""
    if _PARAGRAPH in marks:
        return "\n\n"
    breaks = marks.count(_BREAK)
    lines = 1 + breaks - (marks[0] == _BREAK) if _LINE in marks else breaks  # a break at a block's end ends its line
    return "\n\n" if lines > 1 else "\n"


def _quoted(text: str) -> str:
    """The lines between marks of quotes, with the sign of a quote before them."""
    lines: list[str] = []
    depth, blank = 0, False
    for line in text.split("\n"):
        said = line.replace(_QUOTE, "").replace(_UNQUOTE, "").strip(" ")
        depth += line.count(_QUOTE)
        if said:
            if blank and lines:
                lines.append(("> " * depth).rstrip() if lines[-1].startswith(">") and depth else "")
            lines.append(f"{'> ' * depth}{said}")
            blank = False
        else:
            blank = True
        depth = max(0, depth - line.count(_UNQUOTE))
    return "\n".join(lines)


@dataclass(frozen=True)
class HtmlToText:
    """Makes text of the HTML in some columns."""

    columns: tuple[str, ...]
    links: Links = "text"
    of_rows: ClassVar[bool] = True
    name: ClassVar[str] = "html_to_text"

    def names(self, known: tuple[str, ...]) -> tuple[str, ...]:
        """The same columns."""
        require_columns(self.columns, known, "html-to-text")
        require()
        return known

    def __call__(self, row: Row) -> Row:
        """The row, its HTML as text."""
        return self.counting(Counter())(row)

    def counting(self, changes: Counter[str]) -> Callable[[Row], Row]:
        """The map, counting the cells that it changes."""
        links, columns, every = self.links, self.columns, ALL in self.columns

        def made_text(row: Row) -> Row:
            made = {}
            for name in row if every else columns:
                cell = row.get(name)
                if type(cell) is str and ("<" in cell or "&" in cell) and (text := text_of(cell, links)) != cell:
                    made[name] = text
                    changes["cells of HTML made text"] += 1
            return {**row, **made} if made else row

        return made_text
