"""The scripts that texts are written in, by the blocks of Unicode."""

from __future__ import annotations

from ftdata.lazily import pattern

_SCRIPTS = (
    ("Japanese", pattern(r"[\u3040-\u30ff]+")),
    ("Korean", pattern(r"[\uac00-\ud7af]+")),
    ("Chinese", pattern(r"[\u4e00-\u9fff]+")),
    ("Cyrillic", pattern(r"[\u0400-\u04ff]+")),
    ("Arabic", pattern(r"[\u0600-\u06ff]+")),
    ("Greek", pattern(r"[\u0370-\u03ff]+")),
    ("Devanagari", pattern(r"[\u0900-\u097f]+")),
    ("Thai", pattern(r"[\u0e00-\u0e7f]+")),
    ("Hebrew", pattern(r"[\u0590-\u05ff]+")),
)

_BEYOND = pattern("[\u0370-\u1fff\u3040-\ud7af]")
"""Characters of which some stand in a text of any of these scripts."""


def script_of(text: str) -> str:
    """The script of a text, or nothing where there are hardly any letters."""
    if text.isascii():
        return "Latin" if len(text) > 3 else ""
    for name, letters in _SCRIPTS if _BEYOND.search(text, 0, 400) else ():
        if len("".join(letters.findall(text, 0, 400))) * 5 >= min(len(text), 400):
            return name
    return "Latin" if sum(map(str.isalpha, text[:100])) > 3 else ""
