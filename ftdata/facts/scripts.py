"""The scripts that texts are written in, by the blocks of Unicode."""

from __future__ import annotations

import re

_SCRIPTS = (
    ("Japanese", re.compile(r"[\u3040-\u30ff]")),
    ("Korean", re.compile(r"[\uac00-\ud7af]")),
    ("Chinese", re.compile(r"[\u4e00-\u9fff]")),
    ("Cyrillic", re.compile(r"[\u0400-\u04ff]")),
    ("Arabic", re.compile(r"[\u0600-\u06ff]")),
    ("Greek", re.compile(r"[\u0370-\u03ff]")),
    ("Devanagari", re.compile(r"[\u0900-\u097f]")),
    ("Thai", re.compile(r"[\u0e00-\u0e7f]")),
    ("Hebrew", re.compile(r"[\u0590-\u05ff]")),
)

_BEYOND = re.compile("[\u0370-\u1fff\u3040-\ud7af]")
"""Characters of which some stand in a text of any of these scripts."""


def script_of(text: str) -> str:
    """The script of a text, or nothing where there are hardly any letters."""
    if text.isascii():
        return "Latin" if len(text) > 3 else ""
    for name, pattern in _SCRIPTS if _BEYOND.search(text, 0, 400) else ():
        if len(pattern.findall(text, 0, 400)) * 5 >= min(len(text), 400):
            return name
    return "Latin" if sum(map(str.isalpha, text[:100])) > 3 else ""
