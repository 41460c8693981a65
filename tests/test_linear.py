"""What grows with a text grows as the text does: each pattern of the package, and each reader and verb over texts."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.files.source import open_source
from ftdata.steps.cleaning import tidied, visible
from tests.patterns import Pattern, patterns, pumps

_SHORT, _LONG = 22, 1500
_QUICK = 0.001  # seconds for the long text, in which nothing that is not linear stays
_PUMPS = 16  # of a pattern
_ANY = [
    " ",
    "\n",
    "a",
    "1",
    "-",
    "a.",
    "a:",
    "\t",
    "{",
    "[",
    "<",
    '"',
    "é",
    "漢",
    ", ",
    "=",
    "@",
    "`",
    "*",
    "#",
    "_",
    "'",
]
_ENDS = ("!", "\n!")

BOUNDED = {
    "ftdata.formats.completion.marks._MARK": "looks at the last characters of a text only",
    "ftdata.formats.hermes._CALL": "looks up to the last </tool_call> only; `test_readers`",
    "ftdata.formats.hermes._RESPONSE": "looks up to the last </tool_response> only; `test_readers`",
    "ftdata.marks._PLAIN": "is matched by PyYAML, at the beginning of a scalar",
    "ftdata.formats.hermes._TOOLS": "looks up to the last </tools> only; `test_readers`",
}
"""Patterns that would not be linear by themselves, and why they are as they are used."""


def _seconds(pattern: Pattern, methods: frozenset[str], text: str) -> float:
    given: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
    start = time.thread_time()
    if not methods <= {"match", "fullmatch"} or not methods:
        for _ in pattern.finditer(given):
            pass
    for method in methods & {"match", "fullmatch"}:
        getattr(pattern, method)(given)
    return time.thread_time() - start


def _grows(measured: Callable[[int], float], short: int = _LONG) -> bool:
    """Whether it takes more than its share longer for eight times the text, twice."""
    for _ in range(3):
        once, more = min(measured(short) for _ in range(2)), measured(short * 8)
        if more < max(once, 1e-5) * 8 * 2.5:
            return False
    return True


def _slow(pattern: Pattern, methods: frozenset[str], pump: str, end: str) -> bool:
    def measured(size: int) -> float:
        return _seconds(pattern, methods, pump * (size // len(pump) + 1) + end)

    return measured(_SHORT) > 0.05 or (measured(_LONG) > _QUICK and _grows(measured))


def test_every_pattern_is_linear() -> None:
    found = patterns()
    assert len(found) > 100
    slow = {}
    for place, (pattern, methods) in found.items():
        if place.partition("#")[0] in BOUNDED:
            continue
        own = pumps(pattern)
        for pump in dict.fromkeys([*own[:: len(own) // _PUMPS + 1], *_ANY]):
            for end in _ENDS:
                if place not in slow and _slow(pattern, methods, pump, end):
                    slow[place] = (pattern.pattern, pump, end)
    assert not slow


def test_what_is_bounded_is_there() -> None:
    assert {place.partition("#")[0] for place in patterns()} >= BOUNDED.keys()


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"\s+$", r"<a>.*?</a>", r"x*y"], ids=str)
def test_a_pattern_that_is_not_linear_is_seen(pattern: str) -> None:
    import re

    compiled = re.compile(pattern)
    assert any(_slow(compiled, frozenset({"search"}), pump, "!") for pump in pumps(compiled))


# -- verbs -------------------------------------------------------------------------------------------------------------

TEXTS = {
    "blanks": "a" + " " * 1000 + "b",
    "secrets": "api_key=" * 100 + "passwd: ",
    "tokens": "eyJ-" * 200,
    "keys": "-----BEGIN PRIVATE KEY-----\n",
    "entities": "&amp" * 100,
    "joiners": "\u200d\u200b",
    "tags": "<think><tool_call>{a}",
    "brackets": "[[{{<|",
    "quotes": "“ab 「cd ",
    "addresses": "a@a.a.",
    "digits": "1-2 3.4",
    "speakers": "User: **a b c",
}


def _rows(path: Path, pump: str, size: int) -> Path:
    text = pump * (size // len(pump) + 1)
    row = {"messages": [{"role": "user", "content": text}, {"role": "assistant", "content": text + "!"}]}
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


VERBS: dict[str, Callable[[ftdata.Dataset], Any]] = {
    "text": lambda data: list(data.text(white_space=True, unicode="NFC", zero_width=True, quotes=True, html=True)),
    "redact": lambda data: list(data.redact()),
    "filter": lambda data: list(data.without_refusals()),
    "check": lambda data: data.check(target="openai"),
    "head": lambda data: data.head(),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("text", TEXTS)
def test_verbs_are_linear(verb: str, text: str, tmp_path: Path) -> None:
    def measured(size: int) -> float:
        data = ftdata.read(_rows(tmp_path / "a.jsonl", TEXTS[text], size))
        start = time.thread_time()
        VERBS[verb](data)
        return time.thread_time() - start

    measured(100)  # what is imported and made once
    assert measured(16000) < 0.2 or not _grows(measured, 8000)


HERMES = {
    "role": "gpt",
    "calls": "<tool_call>{a}",
    "open": "<tool_call> {",
    "tools": "<tools>",
    "blanks": "<tools>" + " " * 99,
}
FILES: dict[str, Callable[[int], tuple[str, str]]] = {
    "csv-without-delimiter": lambda n: ("a.csv", "id,text\n" + "some words of a plain line\n" * (n // 27)),
    "csv-open-quote": lambda n: ("a.csv", 'id,text\n1,"' + 'a"\n"' * (n // 4)),
    "csv-quotes": lambda n: ("a.csv", "id,text\n" + '"a,' * (n // 3)),
    "json-long-row": lambda n: ("a.json", '[{"a": "' + "x" * n + '"}]'),
    "json-broken": lambda n: ("a.json", '[{"a": 1}, ' + '{"a": ' * (n // 6)),
    "json-brackets": lambda n: ("a.json", '[{"a": 1}, {"a" ' + ', {"a": [' * (n // 9)),
    "jsonl": lambda n: ("a.jsonl", '{"a": ' * (n // 6)),
    "dialogue-fences": lambda n: ("a.txt", "User: a\nAssistant: b\n" + "```\n~~~\n````\n" * (n // 13)),
    "dialogue-rules": lambda n: ("a.txt", "User: a\nAssistant: b\n" + "- " * (n // 2) + "!"),
    "tool_calls": lambda n: ("a.jsonl", _conversation("<tool_call> {a}" * (n // 15))),
    "tool_results": lambda n: ("a.jsonl", _conversation("<tool_response> " * (n // 16))),
    "glaive": lambda n: ("a.jsonl", json.dumps({"system": "SYSTEM: a", "chat": "USER: a\n\n" + "\n " * (n // 2)})),
    "harmony": lambda n: ("a.jsonl", json.dumps({"text": "<|start|>user<|message|>" * (n // 24)})),
}  # fmt: skip


def _conversation(text: str) -> str:
    turns = [("system", "<tools>" + text), ("human", "a"), ("gpt", text), ("tool", text), ("gpt", "b")]
    return json.dumps({"conversations": [{"from": who, "value": said} for who, said in turns]})


@pytest.mark.parametrize("name", FILES)
def test_readers_are_linear(name: str, tmp_path: Path) -> None:
    def measured(size: int) -> float:
        called, text = FILES[name](size)
        (tmp_path / called).write_text(text, encoding="utf-8")
        start = time.thread_time()
        for _, row in open_source([tmp_path / called]).rows():
            if isinstance(row, dict):
                ftdata.read([row]).plan  # noqa: B018
        return time.thread_time() - start

    measured(100)
    assert measured(32000) < 0.2 or not _grows(measured, 16000)


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\u200d\u200d\u200db", "ab"),
        ("é\u200d\u200dé", "é\u200d\u200dé"),
        ("é\u200d\u200b\u200dé", "é\u200d\u200dé"),
        ("é\u200d\u200b\u200da", "éa"),
        ("\u200dé", "\u200dé"),
    ],
)
def test_invisible_characters_beside_ascii_go_however_many(text: str, clean: str) -> None:
    assert visible(text) == clean


def test_blanks_at_the_ends_of_lines_go() -> None:
    assert tidied("a \t\nb  c \n") == "a\nb  c"
