"""The languages that the command line speaks besides English: messages found again in a catalogue, and translated.

Messages are made in English wherever they are made. Where one is shown to a person, its English is looked up: the
catalogue holds templates, and the text in their holes is carried over as it is. What no template fits stays English.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from ftdata.lang.catalogue import Catalogue

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')


def entries(lang: str) -> Iterator[tuple[str, str]]:
    """The templates of a language's catalogue, a gettext file, with their translations."""
    said: dict[str, str] = {}
    keyword = ""
    for line in files(__package__).joinpath(f"{lang}.po").read_text(encoding="utf-8").splitlines():
        found = _STRING.search(line) if line and line[0] != "#" else None
        if found is None:
            continue
        if line[0] != '"':
            keyword = line.partition(" ")[0]
            if keyword == "msgid" and said:
                yield said["msgid"], said["msgstr"]
                said = {}
            said[keyword] = ""
        said[keyword] += json.loads(found[0])
    if said:
        yield said["msgid"], said["msgstr"]


@cache
def catalogue(lang: str) -> Catalogue:
    """The catalogue of a language, read when its first message is to be shown."""
    return Catalogue((english, other) for english, other in entries(lang) if english and other)
