"""HTML: the names of its elements, by what they do to the text in them, and how a text shows that it is HTML.

Sources: the HTML standard's index of elements and its section on rendering (which elements are blocks, which are not
shown); what mail clients write: Outlook's MsoNormal paragraphs without margins and its elements with a colon,
hidden preheaders of newsletters.
"""

from __future__ import annotations

from ftdata.lazily import pattern

PARAGRAPHS = frozenset((
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "blockquote", "pre", "hr", "figure",
))  # fmt: skip
"""Elements with space around them."""
BLOCKS = frozenset((
    "div", "section", "article", "header", "footer", "main", "nav", "aside", "address", "li", "dt", "dd", "tr",
    "tbody", "thead", "tfoot", "caption", "center", "details", "summary", "fieldset", "legend", "form", "figcaption",
    "option", "html", "body", "dir", "menu", "hgroup", "optgroup", "search", "dialog",
))  # fmt: skip
"""Elements that begin and end a line."""
UNSEEN = frozenset((
    "script", "style", "head", "title", "noscript", "template", "svg", "iframe", "object", "noframes", "noembed",
    "textarea", "select", "xmp", "plaintext", "math", "audio", "video", "canvas", "map", "datalist",
))  # fmt: skip
"""Elements whose content is no text of the page, or is not read as HTML."""
INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "br", "button", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "img", "input", "ins", "kbd", "label", "mark", "meter", "nobr", "output", "progress", "q", "rp", "rt",
    "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "td", "th", "time", "tt", "u", "var", "wbr",
    "col", "colgroup", "meta", "link", "base", "area", "embed", "param", "source", "track", "picture", "slot",
    "marquee",
))  # fmt: skip
ELEMENTS = PARAGRAPHS | BLOCKS | UNSEEN | INLINE

HIDDEN = {
    "hidden": '[hidden], [style*="visibility:hidden" i], [style*="visibility: hidden" i]',
    "preheader": '[class*="preheader" i]',
    **{
        style: f'[style*="{style}" i]'
        for style in (
            "display:none", "display: none", "mso-hide:all", "mso-hide: all", "max-height:0", "max-height: 0",
            "font-size:0px", "font-size: 0px", "opacity:0;", "opacity: 0;",
        )
    },
}  # fmt: skip
"""CSS selectors of what a page holds and does not show, by what stands, in small letters, in a text that has it."""

_NAMES = "|".join(sorted(ELEMENTS, key=lambda name: (-len(name), name)))
TAG = pattern(rf"(?i)</?(?:{_NAMES})(?:\s[^<>]*)?/?>|<!--|<!doctype\s")
"""A tag of HTML; ``<name@example.org>`` and ``<your name>`` are none."""


def is_html(text: str) -> bool:
    """Whether a text has tags of HTML.

    Examples:
        >>> is_html("<p>Hi</p>"), is_html("a < b, mail <ann@example.org>"), is_html("AT&amp;T")
        (True, False, False)
    """
    return "<" in text and TAG.search(text) is not None


SLACK = pattern(
    r"<(?:@(?P<person>[UW][A-Z0-9]{1,20})|#(?P<channel>[CG][A-Z0-9]{1,20})|!(?P<all>[a-z]{2,20}(?:\^[^<>|\n]{1,200})?)"
    r"|(?P<link>(?:https?://|mailto:|tel:)[^<>|\s]{1,2000}))(?:\|(?P<name>[^<>\n]{0,500}))?>"
)
"""What Slack writes for people, channels, groups and links.

Source: Slack's guide to formatting text for app surfaces.
"""


def is_slack(text: str) -> bool:
    """Whether a text has references as Slack writes them.

    Examples:
        >>> is_slack("See <https://a.example|this>, <@U012AB3CD>"), is_slack("write to <https://a.example>")
        (True, True)
        >>> is_slack("<ann@example.org> and <@ann>")
        False
    """
    return SLACK.search(text) is not None


def has_markup(text: str) -> bool:
    """Whether a text has HTML, or what Slack writes in place of names and links."""
    return "<" in text and (is_html(text) or is_slack(text))
