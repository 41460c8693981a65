"""Catalogues: the template that a text was made from is found, and what it was filled with is carried over."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.lang import catalogue, entries
from ftdata.lang.catalogue import Catalogue, spelled_out
from tests.lang.templates import missing, of_help, of_room, of_rules

ENTRIES = list(entries("zh"))[1:]
HOLE = re.compile(r"\{(#?\d+)\*?\}")

SMALL = Catalogue([
    ("{0} of {1} rows", "{1} 行中的 {0} 行"),
    ("{#0} row{s}", "{#0} 行"),
    ("the label {0} is not known", "不认识标签 {0}"),
    ("Choose another one.", "请另选一个。"),
    ("read", "读取"),
    ("note: ", "注意："),
    ("rejected {0}: {1}", "拒绝 {0*}：{1*}"),
])  # fmt: skip


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("3 of 5 rows", "5 行中的 3 行"),
        ("1 row", "1 行"),
        ("2 rows", "2 行"),
        ("many rows", "many rows"),
        ('the label "x" is not known. Choose another one.', '不认识标签 "x"。请另选一个。'),
        ("read             3 rows", "读取             3 行"),
        ("note: 3 rows", "注意：3 行"),
        ("a.jsonl:3: $.messages[0]: the label x is not known", "a.jsonl:3: $.messages[0]: 不认识标签 x"),
        ("rejected 2 rows: the label x is not known", "拒绝 2 行：不认识标签 x"),
        ("what nobody translated", "what nobody translated"),
        ("", ""),
    ],
)
def test_a_text_is_translated(english: str, chinese: str) -> None:
    assert SMALL.translate(english) == chinese


@given(st.sampled_from(ENTRIES), st.text("äöü中文0123456789#[]/", min_size=1, max_size=12))
def test_what_a_template_was_filled_with_is_carried_over(entry: tuple[str, str], held: str) -> None:
    english, said = entry
    filled = HOLE.sub(lambda hole: "17" if hole[1][0] == "#" else held, spelled_out(english)[0])
    told = catalogue("zh").translate(filled)
    if HOLE.search(english) and catalogue("zh").knows(filled):
        assert ("17" if "{#" in english else held) in told
    assert said or told == filled


STARRED = [one for one in ENTRIES if re.search(r"\{0\*\}", one[1]) and HOLE.findall(one[0]) == ["0"]]
PLAIN = [one for one in ENTRIES if one[1] and not HOLE.search(one[0]) and "{s}" not in one[0] and one[0][-1:].isalpha()]


@given(st.sampled_from(STARRED), st.sampled_from(PLAIN))
def test_a_message_in_a_hole_is_translated_too(outer: tuple[str, str], inner: tuple[str, str]) -> None:
    told = catalogue("zh").translate(spelled_out(outer[0])[0].replace("{0}", inner[0]))
    assert inner[1] in told


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("read as completion: 30 of the first 31 rows have prompt and completion",
         "读作 completion：前 31 行中有 30 行具有 prompt 和 completion"),
        ("rejected             1 by read: not valid JSON: the JSON ends too early",
         "拒绝                 1 个，read：不是有效的 JSON：JSON 过早结束"),
        ("note: a.jsonl: 2,245 rows hold a literal \\n; --unescape makes new lines of them",
         "注意：a.jsonl：2,245 行含有字面的 \\n；--unescape 会变为换行"),
    ],
)  # fmt: skip
def test_what_the_longest_message_inside_says_decides(english: str, chinese: str) -> None:
    assert catalogue("zh").translate(english) == chinese


def test_messages_within_messages_come_to_an_end() -> None:
    nested = "rejected 2 by read: " * 40 + "x"
    assert catalogue("zh").translate(nested)


@given(st.text())
def test_anything_can_be_translated(text: str) -> None:
    assert catalogue("zh").translate(text) is not None


def test_translations_have_the_holes_of_their_templates() -> None:
    assert not [one for one in ENTRIES if set(HOLE.findall(one[0])) != set(HOLE.findall(one[1]))]


def test_no_template_is_translated_twice() -> None:
    assert len({english for english, _ in ENTRIES}) == len(ENTRIES)


COVERED = {"errors": 0.95, "writing": 0.95, "files": 0.95, "rows": 0.95, "authoring": 0.95, "engines": 0.9, "steps": 0.9,
           "cli": 0.85, "tokens": 0.8, "report": 0.75, "dataset": 0.7, "recipe": 0.7, "formats": 0.65}  # fmt: skip
"""By room: the least share of its texts that have a translation; sources, examples and patterns stay as they are."""


@pytest.mark.parametrize("room", COVERED)
def test_most_texts_of_a_room_are_translated(room: str) -> None:
    texts = of_room(room)
    lacking = missing(texts)
    assert 1 - len(lacking) / len(texts) >= COVERED[room], "\n".join(lacking)


@pytest.mark.parametrize("texts", [of_help, of_rules], ids=["help", "rules"])
def test_help_and_rules_are_translated(texts: type[set[str]]) -> None:
    lacking = missing(texts())
    assert len(lacking) <= 0.03 * len(texts()), "\n".join(lacking)
