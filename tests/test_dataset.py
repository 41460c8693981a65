"""Dataset: what it tells before anything is run."""

from __future__ import annotations

from typing import Any

import pytest

import ftdata

ROWS = [{"q": "1", "a": "x", "tool": "saw", "score": "0.5"}, {"q": "2", "a": "y", "tool": "axe", "score": "0.9"}]


def test_a_reserved_word_wins_with_a_notice(caplog: pytest.LogCaptureFixture) -> None:
    data = ftdata.read(ROWS).to_chat(user="q", assistant="a", metadata=["tool"])
    assert 'in expressions "tool" means the example\'s own; the column is metadata.tool' in caplog.text
    assert data.filter("metadata.tool == 'axe'").count() == 1
    assert data.filter("tool == ''").count() == 2


def test_a_column_that_was_not_carried_is_an_error_that_says_how() -> None:
    data = ftdata.read(ROWS).to_chat(user="q", assistant="a")
    with pytest.raises(ftdata.RowError, match=r"'score' is undefined\. If it is a column, keep it with --metadata"):
        data.filter("score|float > 0.7").count()


def test_steps_before_and_behind_to_chat() -> None:
    data = ftdata.read(ROWS).filter("score|float > 0.7").to_chat(user="q", assistant="a").filter("answer == 'y'")
    assert [row["messages"][0]["content"] for row in data] == ["2"]
    assert data.columns() == ("q", "a", "tool", "score")


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: ftdata.read(ROWS, format="opnai"), 'unknown format "opnai". Did you mean "openai"?'),
        (lambda: ftdata.read(ROWS).to_chat(user="q", assistant="a", metadata="score"), r"Write \['score'\]"),
        (lambda: ftdata.read(ROWS).filter("score >"), '"score >" is not a valid expression'),
        (lambda: ftdata.read(ROWS).count(), "turn it into chats: --user and --assistant, or to_chat"),
    ],
    ids=["format", "metadata", "expression", "table"],
)
def test_what_cannot_be_meant_is_said(call: object, words: str) -> None:
    assert callable(call)
    with pytest.raises((ftdata.UsageError, ftdata.UnknownFormatError), match=words):
        call()


def test_mixed_rows_are_not_guessed_at() -> None:
    rows: list[dict[str, Any]] = [
        {"messages": [{"role": "user", "content": "a"}]},
        {"messages": [{"role": "user", "content": "a"}], "metadata": {}},
    ]
    assert ftdata.read(rows).detected().why == "1 of the first 2 rows has messages with roles, and metadata"
