"""Each public layout is read to the last field, told by its rows, and whatever is damaged in it is no more than a reject."""

from __future__ import annotations

import copy
import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

import ftdata
from ftdata.errors import RowError, UnknownFormatError
from ftdata.findings import Drop
from ftdata.formats import FORMATS, detect, named
from ftdata.formats.layouts import RECORDS, doubts, layout_of
from tests.formats.layouts.cases import CASES, Case, Q, chat, pair, said, user
from tests.formats.test_damage import damaged

Row = dict[str, Any]


def made(name: str, row: Row) -> list[Row] | str:
    given = copy.deepcopy(row)
    found = named(FORMATS, name).read(row, Counter())
    assert row == given, "a row that is read stays as it was"
    if isinstance(found, Drop):
        return found.reason
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else [found]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_public_row_is_told_and_read_to_the_last_field(case: Case) -> None:
    found = detect([case.row], FORMATS)
    assert found.format is not None, found.why
    layout = layout_of(case.row)
    assert case.read in (found.format.name, layout.name if layout else "")
    assert (found.format.name == "layouts") == (case.read not in FORMATS)
    assert made(found.format.name, case.row) == case.made


def test_each_layout_has_a_case_and_a_source() -> None:
    assert {layout.name for layout in RECORDS} == {case.read for case in CASES.values()} - set(FORMATS)
    assert len({layout.name for layout in RECORDS}) == len(RECORDS)
    assert all(layout.about and layout.sets for layout in RECORDS)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_damaged_row_is_examples_a_drop_or_a_reject(case: Case) -> None:
    chance, known = Random(repr(case.row)), FORMATS["layouts"]
    for _ in range(60):
        wrong = damaged(case.row, chance)
        known.fits(wrong)
        try:
            made("layouts", wrong)
        except RowError as error:
            assert error.message
            assert "of another kind" not in error.message, error


def test_options_say_which_of_several_examples_a_row_holds() -> None:
    row = CASES["berkeley-nest/Nectar"].row
    neighbours = made("layouts:adjacent", row)
    assert [one["metadata"]["rank_chosen"] for one in neighbours if isinstance(one, dict)] == [1.0, 2.0]
    row = CASES["PKU-Alignment/PKU-SafeRLHF"].row
    safer = made("layouts:safer", row)
    assert safer == pair(user(Q), better="They are tired.", worse="Trees save water in winter.", better_response_id=1,
                         safer_response_id=0)  # fmt: skip


DOUBTFUL: dict[str, Row] = {
    "two answers": {"question": Q, "answer": "a", "response": "b"},
    "two questions": {"question": Q, "query": "q", "answer": "a"},
    "choices without the one that is meant": {"question": Q, "choices": ["a", "b"], "answer": 7},
    "counts": {"prompt": Q, "num_responses": 3},
    "scores": {"question": Q, "score": 3},
    "an id": {"question": Q, "answer_id": 3},
    "a table": {"subject": "x", "body": "y", "queue": "z"},
}


@pytest.mark.parametrize("row", DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_doubts_are_no_layout(row: Row) -> None:
    assert layout_of(row) is None
    assert detect([row], FORMATS).format is None


UNREADABLE: dict[str, tuple[Row, str, str]] = {
    "sides that share nothing": (
        {"chosen": [user("a"), said("b")], "rejected": [user("c"), said("d")], "system": "x"},
        "expected a prompt, or chosen and rejected that begin alike; got neither",
        "$",
    ),
    "sides of another prompt": (
        {"chosen": [user("a"), said("b")], "rejected": [user("a"), said("d")], "question": "x"},
        "expected chosen and rejected to begin alike, with the prompt; got another conversation",
        "$.chosen",
    ),
    "a mark that nobody knows": (
        {
            "text": "<|im_start|>user\na<|im_end|><|im_start|>critic\nb<|im_end|><|im_start|>assistant\nc<|im_end|>",
            "id": 1,
        },
        'expected a known speaker; got "<|im_start|>critic"',
        "$.text",
    ),
    "a text without marks": (
        {"text": "<|turn|> hello"},
        'expected turns such as ### Human: and ### Assistant:; got the marks "<|turn|>"',
        "$.text",
    ),
    "an answer that is none": ({"question": Q, "answer": " "}, "expected an answer; got none", "$.answer"),
    "a winner that nobody knows": (
        {"winner": "model_c", "response_a": "a", "response_b": "b", "prompt": Q},
        'expected a, b or tie; got "model_c"',
        "$.winner",
    ),
    "turns of one who is unknown": (
        {"dialogue": [{"speaker": "user", "text": "a"}, {"speaker": "Mallory", "text": "b"}]},
        'expected a known speaker; got "Mallory"',
        "$.dialogue[1].speaker",
    ),
}


@pytest.mark.parametrize(("row", "message", "path"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_a_reject_with_its_place(row: Row, message: str, path: str) -> None:
    with pytest.raises(RowError) as caught:
        FORMATS["layouts"].read(row, Counter())
    assert caught.value.message == message
    assert caught.value.json_path == path


def test_rows_of_several_layouts_are_read_each_as_what_it_is() -> None:
    rows = [CASES["LDJnr/Capybara"].row, CASES["databricks/databricks-dolly-15k"].row]
    found = detect(rows, FORMATS)
    assert found.format is not None
    assert found.why == ("the first 2 rows have the layout turns (1), question-and-answer (1); "
                         "kept as metadata: source, category")  # fmt: skip


def test_rows_of_a_format_among_rows_of_a_layout_are_read_as_that_format() -> None:
    rows: list[dict[str, Any]] = [
        {"instruction": Q, "input": "", "output": "a"},
        {"instruction": Q, "response": "a"},
        {"messages": [user(Q)]},
    ]
    found = detect(rows[:2], FORMATS)
    assert found.format is not None
    assert found.why.startswith("1 of the first 2 rows has the layout question-and-answer; the others are alpaca")
    assert [found.format.read(row, Counter()) for row in rows[:2]] == chat(user(Q), said("a")) * 2


def test_rows_of_two_formats_are_refused_with_the_line_where_they_differ(tmp_path: Path) -> None:
    rows = [{"messages": [user(Q)]}, {"messages": [user(Q)]}, {"conversations": [{"from": "human", "value": Q}]}]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, rows)))
    with pytest.raises(UnknownFormatError, match=r"in\.jsonl:3: the first rows look like openai \(2 of 3\), sharegpt"):
        ftdata.read(tmp_path / "in.jsonl").detected()


def test_a_format_is_claimed_only_if_it_can_read_a_row() -> None:
    fits = {"instruction": ["no text"], "output": "a", "question": Q, "answer": "a"}
    assert detect([fits], FORMATS).format is FORMATS["alpaca"], "no layout can read it either"
    for name in ("Anthropic/hh-rlhf", "Intel/orca_dpo_pairs"):
        assert FORMATS["trl"].fits(CASES[name].row) is False or layout_of(CASES[name].row) is not None
        found = detect([CASES[name].row], FORMATS).format
        assert found is FORMATS["layouts"]


NEAR: dict[str, tuple[Row, str]] = {
    "two answers": (DOUBTFUL["two answers"], "The answer may be in response or answer."),
    "two questions": (DOUBTFUL["two questions"], "The question may be in question or query."),
    "marks": ({"text": "<|turn|> hi"}, 'The texts in text have the marks "<|turn|>"'),
    "a table": (DOUBTFUL["a table"], ""),
    "a layout": (CASES["GAIR/lima"].row, ""),
}


@pytest.mark.parametrize(("row", "said"), NEAR.values(), ids=NEAR.keys())
def test_candidates_are_named_where_columns_come_near_a_layout(row: Row, said: str) -> None:
    assert doubts(row).startswith(said)
    assert bool(doubts(row)) == bool(said)
