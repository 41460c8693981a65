"""Personal data: `check` finds what `redact` replaces, and nothing is missed by the quick look."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.facts.personal import FINDERS, Finder, _digits
from ftdata.formats.targets import target
from ftdata.rules.look import RowLook
from ftdata.rules.quality import personal
from ftdata.steps.redacting import Redact

RULES: dict[str, Callable[..., Any]] = {
    "key": personal.secret,
    "email": personal.email_address,
    "phone": personal.phone_number,
    "card": personal.card_number,
    "iban": personal.bank_account,
    "id": personal.identity_number,
    "ip": personal.ip_address,
}
MARKS = [(kind, number) for kind, finder in FINDERS.items() for number in range(len(finder.marks))]
FOUND = {
    "key": [
        "sk-proj-abcdefghijklmnopqrstuvwx", "password: hunter2hunter2", "PASSWORD=Tr0ub4dor&3", "密码：abc12345678",
        'api_key = "0123456789abcdef"', "-----BEGIN RSA PRIVATE KEY-----\nMIIE",
        "ya29.a0AfH6SMBx1234567890abcd", "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    ],
    "email": ["li@mail.cn", "Ann.B+c@some-company.co.uk"],
    "phone": ["+49 30 1234567", "13812345678", "(212) 555-2368", "030 1234567"],
    "card": ["4111 1111 1111 1111", "5500-0055-5555-5559", "2223003122003222"],
    "iban": ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432", "FR14 2004 1010 0505 0001 3M02 606"],
    "id": [
        "11010519491231002X", "536-90-4399", "390.533.447-05", "54362315K", "X-2482300-W", "2 95 10 99 126 111 93",
        "971013-9019902", "2341 2341 2346",
    ],
    "ip": ["8.8.8.8", "2a00:1450:4001:81b::200e"],
}  # fmt: skip
LEFT = {
    "key": ["the key features of 12345678", "password: <your password>", "passwords are hashed"],
    "email": ["a@example.com", "bot@service.test", "@mention"],
    "phone": ["15.01.2024", "1234567"],
    "card": ["4111111111111112", "1111111111111111"],
    "iban": ["DE00 3704 0044 0532 0130 00", "GB82WEST1234569876543"],
    "id": ["110105194912310021", "000-12-3456", "390.533.447-06", "54362315A", "2341 2341 2347"],
    "ip": ["127.0.0.1", "192.168.1.1", "203.0.113.7", "2001:db8::1", "1.2.3.4.5", "std::vector", "Face::Bad"],
}  # fmt: skip


def problems(kind: str, text: str) -> list[str]:
    return [problem.text for problem in RULES[kind](text, "$", "user", RowLook("chat", target("openai"), text=text))]


def redacted(text: str, *kinds: str) -> str:
    step = Redact(kinds=kinds or tuple(FINDERS))
    content = step({"messages": [{"role": "user", "content": text}]})["messages"][0]["content"]
    assert isinstance(content, str)
    return content


def test_each_kind_has_its_rule_and_its_cases() -> None:
    assert set(RULES) == set(FINDERS) == set(FOUND) == set(LEFT)


@pytest.mark.parametrize("kind, text", [(kind, text) for kind, texts in FOUND.items() for text in texts])
def test_what_check_finds_redact_replaces(kind: str, text: str) -> None:
    for said in (text, f"a {text} b", f"给{text}谢谢", f"it is {text}, and {text}."):
        assert len(problems(kind, said)) == 1, said
        assert not problems(kind, redacted(said, kind))


@pytest.mark.parametrize("kind, text", [(kind, text) for kind, texts in LEFT.items() for text in texts])
def test_what_is_nobodys_is_no_finding(kind: str, text: str) -> None:
    assert problems(kind, text) == []


@cache
def texts_of(kind: str, number: int) -> st.SearchStrategy[str]:
    """Texts in which a mark's pattern finds something."""
    pattern = FINDERS[kind].marks[number].pattern
    return st.from_regex(re.compile(pattern.pattern, pattern.flags), fullmatch=True)


@pytest.mark.parametrize("kind, number", MARKS, ids=[f"{kind}-{number}" for kind, number in MARKS])
@given(data=st.data())
def test_the_quick_look_misses_nothing(kind: str, number: int, data: st.DataObject) -> None:
    finder: Finder = FINDERS[kind]
    mark = finder.marks[number]
    text = data.draw(texts_of(kind, number))
    match = mark.pattern.search(text)
    if match and mark.check(match[mark.pattern.groupindex.get("value", 0)]):
        assert finder.traces.found_in(f"é {text} b")
        assert not mark.needles or any(needle in text for needle in mark.needles)


@given(text=st.text("01 9-().+/x,é", max_size=40), count=st.sampled_from([8, 13, 17]))
def test_digits_in_a_row_are_seen_whatever_separates_them(text: str, count: int) -> None:
    bare = "".join(char for char in text if char not in " -().+/")
    runs = "".join(char if char.isdigit() else " " for char in bare).split()
    assert _digits(count).found_in(text) == any(len(each) >= count for each in runs)


PIECES = [text for texts in (*FOUND.values(), *LEFT.values()) for text in texts]


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4), st.sampled_from([" ", ", ", "\n", "，", " and "]))
def test_after_redact_check_finds_nothing(pieces: list[str], between: str) -> None:
    after = redacted(between.join(pieces))
    assert {kind: problems(kind, after) for kind in RULES if problems(kind, after)} == {}


def test_the_name_of_a_password_stays() -> None:
    assert redacted('{"password": "hunter2hunter2"} key') == '{"password": "[KEY_1]"} key'
