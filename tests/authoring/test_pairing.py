"""Pairs of columns: two answers to one prompt."""

from __future__ import annotations

from typing import Any

import pytest

import ftdata

ROWS = [{"q": "2 + 2?", "good": "4", "bad": "5", "by": "ann"}, {"q": "3 + 3?", "good": "6", "bad": "6", "by": "bob"}]


def test_columns_and_templates_make_a_pair(tmp_path: Any) -> None:
    data = ftdata.read(ROWS).to_chat(
        user="q", chosen="{{ good }}.", rejected="{{ bad }}.", system="You count for {{ by }}.", metadata=["by"]
    )
    result = data.write(tmp_path / "out.jsonl", format="ftdata")
    assert list(ftdata.read(tmp_path / "out.jsonl")) == [
        {
            "input": {"messages": [{"role": "system", "content": "You count for ann."},
                                   {"role": "user", "content": "2 + 2?"}]},
            "preferred_output": [{"role": "assistant", "content": "4."}],
            "non_preferred_output": [{"role": "assistant", "content": "5."}],
            "metadata": {"by": "ann"},
        }
    ]  # fmt: skip
    assert result.tally.to_dict()["dropped"] == {"to_pair": {"both answers are the same": 1}}


def test_an_empty_side_is_a_reject_with_its_column() -> None:
    data = ftdata.read([{"q": "a", "good": " ", "bad": "b"}]).to_chat(user="q", chosen="good", rejected="bad")
    with pytest.raises(ftdata.RowError, match='the better answer is empty \\(column "good"\\)'):
        data.head(1)
    kept = ftdata.read([{"q": "a", "good": "", "bad": "b"}]).to_chat(
        user="q", chosen="good", rejected="bad", allow_empty=True
    )
    assert kept.head(1)[0]["preferred_output"] == [{"role": "assistant", "content": ""}]


def test_a_pair_knows_the_values_of_a_column() -> None:
    data = ftdata.read(ROWS).to_chat(user="q", chosen="good", rejected="bad", system='One of {{ values("by") | join }}')
    assert data.head(1)[0]["input"]["messages"][0]["content"] == "One of annbob"


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "one side": ({"user": "q", "chosen": "good"}, "a pair of columns needs rejected"),
    "no prompt": ({"chosen": "good", "rejected": "bad"}, "a pair of columns needs user"),
    "an answer too": (
        {"user": "q", "assistant": "good", "chosen": "good", "rejected": "bad"},
        "a pair has two answers",
    ),
    "no such column": ({"user": "q", "chosen": "goood", "rejected": "bad"}, 'Did you mean "good"'),
}


@pytest.mark.parametrize(("given", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_meant_is_refused(given: Any, words: str) -> None:
    with pytest.raises(ftdata.UsageError, match=words):
        ftdata.read(ROWS).to_chat(**given)
