"""Filters: words, lengths, refusals, languages."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.errors import InputError, MissingPackageError, RowError, StepError, UsageError
from ftdata.facts.refusals import PHRASES, Refuses, phrases_in
from ftdata.steps import filtering


def chat(answer: str, **metadata: Any) -> dict[str, Any]:
    example: dict[str, Any] = {
        "messages": [
            {"role": "system", "content": "s"},
            {"role": "user", "content": "question"},
            {"role": "assistant", "content": answer},
        ]
    }
    return {**example, "metadata": metadata} if metadata else example


ROWS = [
    chat("yes", score=1),
    chat("I’m sorry, but I cannot help.", score=2),
    chat("a much longer answer " * 20, score=3),
]


@pytest.mark.parametrize(
    "expression, kept",
    [
        ("turns == 2", [0, 1, 2]),
        ("characters < 50", [0, 1]),
        ("tokens > 50", [2]),
        ("not refusal", [0, 2]),
        ("refusal and score == 2", [1]),
        ("score >= 2 and tokens < 60", [1]),
    ],
)
def test_words_of_expressions(expression: str, kept: list[int]) -> None:
    assert list(ftdata.read(ROWS).filter(expression)) == [ROWS[index] for index in kept]


SOME = [chat("good", score=0.9), chat("bad", score=0.1), chat("who knows")]
UNKNOWN_EXPRESSIONS = [
    "score >= 0.8",
    "metadata.score >= 0.8",
    "score > 0.8 if score else false",
    "tokens < 90 and score > 0.8",
]


@pytest.mark.parametrize("expression", UNKNOWN_EXPRESSIONS)
def test_what_does_not_say_what_is_named(expression: str, tmp_path: Path) -> None:
    with pytest.raises(RowError, match="score"):
        list(ftdata.read(SOME).filter(expression))
    result = ftdata.read(SOME).filter(expression, unknown="drop").write(tmp_path / "out.jsonl")
    assert (result.tally.written, result.tally.dropped["filter", "its score is not known"]) == (1, 1)
    assert list(ftdata.read(SOME).filter(expression, unknown="keep")) == [SOME[0], SOME[2]]
    with pytest.raises(UsageError, match="reject, drop, keep"):
        ftdata.read(SOME).filter(expression, unknown="guess")  # type: ignore[arg-type] # as a typo has it


@pytest.mark.parametrize(
    ("expression", "advice"),
    [
        ("score >= 0.8", "score is defined and score >= 0.8"),
        ("score > 1 or score < 0.5", "score is defined and (score > 1 or score < 0.5)"),
    ],
)
def test_the_advice_for_what_only_some_say_helps(expression: str, advice: str) -> None:
    with pytest.raises(RowError) as raised:
        list(ftdata.read(SOME).filter(expression))
    assert f'If only some examples have it, use "{advice}".' in str(raised.value)
    assert len(list(ftdata.read(SOME).filter(advice))) == 1


def test_metadata_wins_over_a_word() -> None:
    assert len(list(ftdata.read([chat("x", tokens=7), chat("x", tokens=8)]).filter("tokens == 7"))) == 1


def test_a_column_called_language_needs_no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lingua", None)
    filtering._detector.cache_clear()
    rows = [chat("x" * 30, language="de"), chat("x" * 30, language="en")]
    for expression in ("language == 'de'", "metadata.language == 'de'", "metadata['language'] == 'de'"):
        assert list(ftdata.read(rows).filter(expression)) == rows[:1]


def test_lengths_tell_their_reasons(tmp_path: Any) -> None:
    data = ftdata.read(ROWS).within(tokens=(0, 60), characters=(13, None), turns=(2, 2))
    assert data.write(tmp_path / "out.jsonl").tally.dropped == {
        ("filter", "more than 60 tokens"): 1,
        ("filter", "fewer than 13 characters"): 1,
    }


@pytest.mark.parametrize("language, phrase", [(code, phrase) for code, said in PHRASES.items() for phrase in said])
def test_phrases_are_found(language: str, phrase: str) -> None:
    assert Refuses().says_no(phrase.capitalize() + " …")


@pytest.mark.parametrize(
    "answer",
    ["I can certainly help.", "He said: no. " * 20 + "I'm sorry, but I can't.", "", "我可以帮你。", "Das kann ich."],
)
def test_answers_that_do_not_refuse(answer: str) -> None:
    assert not Refuses()(chat(answer))


def test_marked_refusals_and_own_phrases() -> None:
    turns = [{"role": "user", "content": "?"}, {"role": "assistant", "content": None, "refusal": "No."}]
    assert Refuses()({"messages": turns})
    assert phrases_in(["# mine", "", " nope "]) == ("nope",)
    assert list(ftdata.read(ROWS).without_refusals(["YES"])) == ROWS[1:]
    assert list(ftdata.read(ROWS).without_refusals([])) == ROWS


def test_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filtering, "_detector", lambda: lambda text: "de" if "ich" in text else None)
    rows = [chat("ich weiß es leider auch nicht so genau"), chat("ok"), chat("quite a long answer, in no language")]
    assert list(ftdata.read(rows).in_language("en")) == rows[1:]
    assert list(ftdata.read(rows).filter("language == 'de'")) == rows[:1]
    with pytest.raises(UsageError, match='a language is a code such as en or zh; got "english"'):
        ftdata.read(rows).in_language("english")


def test_languages_need_lingua(monkeypatch: pytest.MonkeyPatch) -> None:
    filtering._detector.cache_clear()
    monkeypatch.setitem(sys.modules, "lingua", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'ftdata\[language\]'"):
        ftdata.read(ROWS).in_language("en")


def test_languages_with_lingua() -> None:
    pytest.importorskip("lingua")
    filtering._detector.cache_clear()
    assert filtering.language_of("Ich hätte gern eine Auskunft über meine Bestellung.") == "de"
    assert filtering.language_of("发票上的公司名称写错了") == "zh"


# -- functions of the user's own -----------------------------------------------------------------------------------------


def fails(example: dict[str, Any]) -> Any:
    if example["metadata"]["score"] == 2:
        raise KeyError("x")
    return example


def test_an_error_in_a_function_stops_or_rejects() -> None:
    data = ftdata.read(ROWS)
    for verb in (data.map, data.filter):
        with pytest.raises(StepError, match=r"<list>:2: .* raised KeyError: 'x'"):
            list(verb(fails))
        rejected: list[ftdata.Rejected] = []
        left = list(verb(fails, on_error="reject").examples(on_reject=rejected.append))
        assert left == [ROWS[0], ROWS[2]]
        assert [(one.origin.line, "raised KeyError" in one.error.message) for one in rejected] == [(2, True)]
        with pytest.raises(InputError):
            list(verb(fails, on_error="reject"))
    assert len(list(data.map(ftdata.step(fails), on_error="reject").examples(on_reject=lambda reject: None))) == 2
    with pytest.raises(UsageError, match="stop"):
        data.map(fails, on_error="skip")  # type: ignore[arg-type]
