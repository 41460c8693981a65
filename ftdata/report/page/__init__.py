"""The kit of our pages: one self-contained file of HTML in which data is shown and never run.

A page holds its own styles and scripts, each allowed by its hash in a strict Content-Security-Policy; nothing else
runs and nothing is loaded. Data lies in blocks of JSON that the browser does not read as HTML or as a script.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from typing import get_args

from ftdata.codec import JSON, encode
from ftdata.verbs.types import Lang

LANGS: tuple[str, ...] = get_args(Lang)
"""The languages of our pages."""

_LANG = {"en": "en", "zh": "zh-Hans"}
_IN_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_ESCAPED = str.maketrans(_IN_SCRIPT)


def resource(name: str) -> str:
    """A file of this kit: ``page.css``, ``show.js``, ``strings.json``."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


@cache
def strings(lang: str) -> dict[str, str]:
    """The words of our pages in a language, by their keys; English where a language lacks one."""
    known = json.loads(resource("strings.json"))
    return {**known["en"], **known[lang]}


def assemble(
    title: str,
    body: str,
    data: Mapping[str, JSON],
    scripts: Sequence[str] = (),
    styles: Sequence[str] = (),
    lang: Lang = "en",
    *,
    packed: Mapping[str, JSON] | None = None,
    allow: Mapping[str, str] | None = None,
) -> bytes:
    """A page as UTF-8.

    Args:
        title: Its title, as plain text.
        body: What stands in its body, as HTML that holds no data: texts of users go through `data`.
        data: Values that its scripts read by name: ``ftdataShow.data(name)`` promises one.
        scripts: Scripts that run behind ``show.js``, in their order.
        styles: Style sheets behind ``page.css``.
        lang: The language of its words; they are at hand as ``ftdataShow.words``.
        packed: Further data, compressed, for what is large.
        allow: Further directives of the policy, such as ``connect-src`` for a page that is served.
    """
    run = [resource("show.js"), *scripts]
    looks = [resource("page.css"), *styles]
    blocks = [_json("strings", strings(lang)), *(_json(name, value) for name, value in data.items())]
    blocks += [_packed(name, value) for name, value in (packed or {}).items()]
    page = f"""<!doctype html>
<html lang="{_LANG[lang]}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy(run, looks, allow or {})}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">
{"".join(_element("style", text) for text in looks)}
</head>
<body>
{body}
{"".join(blocks)}
{"".join(_element("script", text) for text in run)}
</body>
</html>
"""
    return page.encode()


def _policy(run: Sequence[str], looks: Sequence[str], allow: Mapping[str, str]) -> str:
    directives = {
        "default-src": "'none'",
        "script-src": " ".join(map(_hash, run)),
        "style-src": " ".join(map(_hash, looks)),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        **allow,
    }
    return escape("; ".join(f"{name} {value}" for name, value in directives.items()), quote=True).replace("&#x27;", "'")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _element(tag: str, text: str) -> str:
    """A script or a style, which must not end its element itself: a hash speaks of what stands there."""
    if f"</{tag}" in text.lower() or "<!--" in text or "\r" in text:
        raise ValueError(f"a {tag} of a page may not hold what ends it")
    return f"<{tag}>{text}</{tag}>"


def _json(name: str, value: JSON) -> str:
    text = encode(value).decode().translate(_ESCAPED)
    return f'<script type="application/json" id="data-{escape(name)}">{text}</script>\n'


def _packed(name: str, value: JSON) -> str:
    return f'<script type="application/gzip" id="data-{escape(name)}">{pack(value)}</script>\n'


def pack(value: JSON) -> str:
    """A value as JSON, compressed, in base64: as large as it stands in a page."""
    return base64.b64encode(gzip.compress(encode(value), 9, mtime=0)).decode()
