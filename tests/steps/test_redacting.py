"""Redaction: what is found, what is left alone, and that the same stays the same."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import Any

import pytest
from hypothesis import given

from ftdata.errors import MissingPackageError, UsageError
from ftdata.facts.personal import FINDERS, card, chinese_id, iban
from ftdata.steps.redacting import Redact
from tests import strategies
from tests.strategies import tries


def redacted(text: str, step: Redact | None = None) -> str:
    content = (step or Redact())({"messages": [{"role": "user", "content": text}]})["messages"][0]["content"]
    assert isinstance(content, str)
    return content


@pytest.mark.parametrize(
    "text, after",
    [
        ("write to ann.b+c@mail.example.org, or ANN.B+C@mail.example.org.", "write to [EMAIL_1], or [EMAIL_1]."),
        ("给我发邮件：li@example.cn谢谢", "给我发邮件：[EMAIL_1]谢谢"),
        ("call +49 30 1234567 or (212) 555-2368", "call [PHONE_1] or [PHONE_2]"),
        ("手机13812345678，或+86 138-1234-5678", "手机[PHONE_1]，或[PHONE_1]"),
        ("030 1234567", "[PHONE_1]"),
        ("card 4111 1111 1111 1111, 4111-1111-1111-1111", "card [CARD_1], [CARD_1]"),
        ("身份证号 11010519491231002X", "身份证号 [ID_1]"),
        ("pay to DE89 3704 0044 0532 0130 00 now", "pay to [IBAN_1] now"),
        ("from 203.0.113.7 and 2001:db8::1:2", "from [IP_1] and [IP_2]"),
        ("sk-proj-abcdefghijklmnopqrstuvwx and AKIAIOSFODNN7EXAMPLE", "[KEY_1] and [KEY_2]"),
        ("-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----", "[KEY_1]"),
        ("a@x.org b@x.org a@x.org", "[EMAIL_1] [EMAIL_2] [EMAIL_1]"),
        ("[EMAIL_1] is taken, c@x.org is not", "[EMAIL_1] is taken, [EMAIL_2] is not"),
    ],
)  # fmt: skip
def test_what_is_found(text: str, after: str) -> None:
    assert redacted(text) == after


@pytest.mark.parametrize(
    "text",
    [
        "order 4111111111111112", "110105194912310021", "2024-01-15 10:30", "version 1.2.3.4.5", "999.1.1.1", "127.0.0.1",
        "15.01.2024", "3.14159265358979", "user@host", "1234567", "12:30:45", "DE00 3704 0044 0532 0130 00", "0x1234567890abcdef",
        "1111111111111111", "isbn 978-3-16-148410-0",
    ],
)  # fmt: skip
def test_what_is_left_alone(text: str) -> None:
    assert redacted(text) == text


def test_checks() -> None:
    assert card("5500005555555559")
    assert not card("5500005555555558")
    assert chinese_id("11010519491231002x")
    assert not chinese_id("110105194913310021")
    assert iban("GB82WEST12345698765432")
    assert not iban("GB82WEST12345698765433")


def test_the_same_in_arguments_and_results_which_stay_json() -> None:
    arguments = '{"to": "ann@x.org", "n": 4111111111111111, "l": ["ann@x.org", 5, 1.5, null]}'
    call = {"id": "1", "type": "function", "function": {"name": "mail", "arguments": arguments}}
    example = {
        "messages": [
            {"role": "user", "content": "Mail ann@x.org"},
            {"role": "assistant", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "1", "content": '{"ok":true,"quote":"\\"ann@x.org\\""}'},
            {"role": "assistant", "content": "Sent to ann@x.org.", "reasoning_content": "ann@x.org, bob@x.org"},
        ],
        "metadata": {"customer": "ann@x.org"},
    }
    changes: Counter[str] = Counter()
    turns = Redact().counting(changes)(example)["messages"]
    assert turns[0]["content"] == "Mail [EMAIL_1]"
    # Spaced as it was.
    assert turns[1]["tool_calls"][0]["function"]["arguments"] == (
        '{"to": "[EMAIL_1]", "n": "[CARD_1]", "l": ["[EMAIL_1]", 5, 1.5, null]}'
    )
    assert turns[2]["content"] == '{"ok":true,"quote":"\\"[EMAIL_1]\\""}'
    assert (turns[3]["content"], turns[3]["reasoning_content"]) == ("Sent to [EMAIL_1].", "[EMAIL_1], [EMAIL_2]")
    assert changes == {"e-mail addresses replaced": 7, "card numbers replaced": 1}
    assert Redact()(example)["metadata"] == example["metadata"]
    assert Redact(metadata=True)(example)["metadata"] == {"customer": "[EMAIL_1]"}


def test_other_kinds() -> None:
    completion = {"prompt": "a@x.org", "completion": "a@x.org"}
    assert Redact()(completion) == {"prompt": "[EMAIL_1]", "completion": "[EMAIL_1]"}
    answered = {"messages": [{"role": "assistant", "content": "b@x.org"}], "input": "a@x.org, b@x.org"}
    assert Redact()(answered)["input"] == "[EMAIL_2], [EMAIL_1]"
    graded = {"messages": [{"role": "user", "content": "a@x.org"}], "reference": {"mail": ["a@x.org"]}}
    assert Redact()(graded)["reference"] == {"mail": ["[EMAIL_1]"]}


@tries(60)
@given(strategies.chats)
def test_arguments_stay_json(example: dict[str, Any]) -> None:
    def arguments(row: dict[str, Any]) -> list[str]:
        return [call["function"]["arguments"] for turn in row["messages"] for call in turn.get("tool_calls") or ()]

    for before, after in zip(arguments(example), arguments(Redact()(example)), strict=True):
        try:
            json.loads(before)
        except ValueError:
            continue
        json.loads(after)


def test_own_stand_ins_and_some_kinds_only() -> None:
    step = Redact(("email",), {"email": "user{n}@example.com"})
    assert redacted("a@x.org 13812345678", step) == "user1@example.com 13812345678"
    with pytest.raises(UsageError, match="needs a number"):
        Redact(stand_ins={"email": "somebody"})
    with pytest.raises(UsageError, match='"mail" cannot be redacted'):
        Redact(("mail",))


def test_names_need_presidio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "presidio_analyzer", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'ftdata\[names\]'"):
        Redact((*FINDERS, "name"))


def test_names(monkeypatch: pytest.MonkeyPatch) -> None:
    def ann(text: str) -> list[tuple[int, int]]:
        return [(at, at + 3) for at in range(len(text)) if text.startswith("Ann", at)]

    monkeypatch.setattr("ftdata.steps.redacting.names_finder", lambda language: ann)
    assert redacted("Ann met Ann", Redact(("name",))) == "[NAME_1] met [NAME_1]"


def test_a_word_makes_stand_ins_the_same_in_all_examples() -> None:
    def said(text: str, word: str) -> str:
        example = {"messages": [{"role": "user", "content": text}, {"role": "assistant", "content": "ok"}]}
        content: str = Redact(consistent=word)(example)["messages"][0]["content"]
        return content

    one, again, other = said("a@b.co", "w"), said("write to A@b.co", "w"), said("c@d.co", "w")
    assert one.startswith("[EMAIL_")
    assert one in again
    assert one != other
    assert one != said("a@b.co", "another word")
