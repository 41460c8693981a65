"""Refusals: one opinion for `check`, `filter`, `distill` and the expressions."""

from __future__ import annotations

from pathlib import Path

import pytest

import ftdata
from ftdata.facts.refusals import APOLOGIES, PHRASES, REFUSES, Refuses, every_phrase
from ftdata.steps.keys import reader

REFUSED = (
    "I'm sorry, but I can't help with that.",
    "I’m really sorry — I cannot assist with this request.",
    "As an AI language model, I don't have opinions.",
    "Unfortunately, we cannot share other customers' orders.",
    "我无法回答这个问题",
    "很抱歉，关于这一点我不能提供更多信息。",
    "Es tut mir leid, aber dabei kann ich nicht helfen.",
    "Désolé, mais je ne peux pas répondre à cette question.",
    "Lo siento, pero no puedo ayudarte con eso.",
    "Sinto muito, mas não posso ajudar.",
    "Mi dispiace, ma non posso aiutarti.",
    "申し訳ありませんが、その質問にはお答えできません。",
    "죄송하지만 그 요청은 도와드릴 수 없습니다.",
    "К сожалению, я не могу ответить на этот вопрос.",
    "<think>They ask for a key. I must not.</think>\n\nI can't help with that.",
)
ANSWERED = (
    "I'm sorry, but I need your order number to look that up. What is it?",
    "I am sorry for the delay: your parcel arrives tomorrow.",
    "抱歉让您久等了，您的订单明天送达。",
    "Tut mir leid für die Verspätung! Das Paket kommt morgen.",
    "申し訳ありませんが、注文番号を教えていただけますか。",
    "Désolé pour l'attente, votre colis arrive demain.",
    "Lo siento por la espera: su paquete llega mañana.",
    "<think>I can't help with that unless I know the city.</think>It rains in Bergen.",
    "Restart the router.",
    "",
)


@pytest.mark.parametrize("text", REFUSED)
def test_refusals_of_all_languages_are_known(text: str) -> None:
    assert REFUSES.says_no(text)


@pytest.mark.parametrize("text", ANSWERED)
def test_an_apology_that_goes_on_to_help_is_no_refusal(text: str) -> None:
    assert not REFUSES.says_no(text)


@pytest.mark.parametrize("phrase", every_phrase())
def test_each_phrase_refuses_by_itself(phrase: str) -> None:
    assert REFUSES.says_no(f"{phrase} …")


@pytest.mark.parametrize("language", APOLOGIES)
def test_each_apology_refuses_in_its_own_sentence(language: str) -> None:
    openers, denials = APOLOGIES[language]
    for denial in denials:
        for opener in openers:
            assert REFUSES.says_no(f"{opener}, {denial}")
            assert not REFUSES.says_no(f"{opener}. Well. " + "x" * 200 + denial)


def test_the_same_languages_are_known_for_both_kinds() -> None:
    assert set(APOLOGIES) == set(PHRASES)


@pytest.mark.parametrize("text", (*REFUSED, *ANSWERED))
def test_every_verb_has_the_same_opinion(text: str) -> None:
    example = {"messages": [{"role": "user", "content": "?"}, {"role": "assistant", "content": text}]}
    opinions = {Refuses()(example), bool(reader("refusal")(example)), REFUSES.says_no(text)}
    assert len(opinions) == 1


def test_check_counts_what_filter_drops(tmp_path: Path) -> None:
    rows = [
        {"messages": [{"role": "user", "content": f"question {number}"}, {"role": "assistant", "content": text}]}
        for number, text in enumerate((*REFUSED, *ANSWERED))
    ]
    data = ftdata.read(rows, format="openai")
    dropped = data.filter(no_refusals=True).write(tmp_path / "kept.jsonl").tally.dropped.total()
    told = next(finding for finding in data.check().findings if finding.rule == "refusals")
    assert dropped == len(REFUSED)
    assert told.message.startswith(f"{dropped} of {len(rows)} answers refuse")
