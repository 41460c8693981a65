"""Review and back: what nobody edited stays, what somebody edited comes back, and nothing is guessed."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from openpyxl import load_workbook

import ftdata
from ftdata import RejectedRows
from ftdata.errors import InputError, RowError, UsageError
from ftdata.example.identities import ID, identity
from ftdata.steps.reviewed import ReviewEdit, merged
from ftdata.steps.sheets import plain, seal
from tests.cli.running import ftdata as run
from tests.strategies import chats, completions, preferences, tries

CHAT: dict[str, Any] = {
    "messages": [
        {"role": "system", "content": "You route tickets."},
        {"role": "user", "content": "=1+1 costs too much"},
        {"role": "assistant", "content": "billing"},
    ]
}
OTHER: dict[str, Any] = {
    "messages": [
        {"role": "user", "content": "Is it raining in Oslo?"},
        {
            "role": "assistant",
            "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "rain", "arguments": '{"city":"Oslo"}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "yes"},
        {"role": "assistant", "content": "Yes.", "weight": 0},
        {"role": "user", "content": "And in Bergen?"},
        {"role": "assistant", "content": "Always."},
    ]
}
PAIR: dict[str, Any] = {
    "input": {"messages": [{"role": "user", "content": "Say hello."}]},
    "preferred_output": [{"role": "assistant", "content": "Hello!"}],
    "non_preferred_output": [{"role": "assistant", "content": "No."}],
}
COMPLETION = {"prompt": "1, 2,", "completion": " 3"}

WAYS = [(by, ending) for by in ("example", "turn") for ending in ("xlsx", "csv")]


@pytest.fixture
def data(tmp_path: Path) -> ftdata.Dataset:
    path = tmp_path / "train.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in (CHAT, OTHER)))
    return ftdata.read(path)


def table(data: ftdata.Dataset, path: Path, by: Any = "example") -> list[dict[str, str]]:
    data.review(path, by=by, force=True)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def save(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize("kind", [chats, preferences, completions], ids=["chat", "preference", "completion"])
@pytest.mark.parametrize(("by", "ending"), WAYS)
def test_what_nobody_edited_is_what_it_was(kind: Any, by: Any, ending: str, tmp_path: Path) -> None:
    @tries(10)
    @given(kind)
    def law(example: Any) -> None:
        whole = ftdata.read([example])
        whole.review(tmp_path / f"review.{ending}", by=by, findings=False, force=True)
        assert whole.apply(tmp_path / f"review.{ending}").to_list() == whole.to_list()

    law()


@pytest.mark.parametrize(("by", "ending"), WAYS)
def test_bytes_stay_where_nobody_edited(by: Any, ending: str, data: ftdata.Dataset, tmp_path: Path) -> None:
    review, out = tmp_path / f"review.{ending}", tmp_path / "out.jsonl"
    data.review(review, by=by)
    data.apply(review).write(out)
    assert out.read_bytes() == (tmp_path / "train.jsonl").read_bytes()


def test_edits_in_a_spreadsheet_come_back(data: ftdata.Dataset, tmp_path: Path) -> None:
    path = tmp_path / "review.xlsx"
    data.review(path, by="turn")
    book = load_workbook(path)
    sheet: Any = book["review"]
    names = [cell.value for cell in sheet[1]]
    at = {name: names.index(name) + 1 for name in names}
    assert sheet.cell(3, at["text"]).value == "=1+1 costs too much"
    assert sheet.cell(3, at["text"]).data_type == "s", "no formula"
    sheet.cell(4, at["text"]).value = "technical"
    sheet.cell(4, at["score"]).value = 4
    sheet.cell(6, at["calls"]).value = sheet.cell(6, at["calls"]).value.replace("Oslo", "Bergen")
    sheet.cell(8, at["train"]).value = "yes"
    sheet.cell(10, at["train"]).value = "no"
    sheet.cell(10, at["label"]).value = "weather"
    book.save(path)
    one, other = data.apply(path).to_list()
    assert one["messages"][2]["content"] == "technical"
    assert one["metadata"] == {"score": 4, ID: identity(CHAT)}
    assert json.loads(other["messages"][1]["tool_calls"][0]["function"]["arguments"]) == {"city": "Bergen"}
    assert [turn.get("weight") for turn in other["messages"]] == [None, None, None, None, None, 0]
    assert other["metadata"]["label"] == "weather"


def test_drops_are_counted_with_their_reason(data: ftdata.Dataset, tmp_path: Path) -> None:
    rows = table(data, tmp_path / "review.csv")
    rows[0] |= {"keep": "drop", "note": "spam"}
    result = data.apply(save(tmp_path / "review.csv", rows)).write(tmp_path / "out.jsonl")
    assert result.tally.dropped == {("apply", "spam"): 1}
    assert result.tally.written == 1


def test_changes_are_counted(data: ftdata.Dataset, tmp_path: Path) -> None:
    rows = table(data, tmp_path / "review.csv")
    rows[0] |= {"answer": "technical", "label": "x"}
    result = data.apply(save(tmp_path / "review.csv", rows)).write(tmp_path / "out.jsonl")
    assert result.tally.changed == {("apply", "texts edited"): 1, ("apply", "labels set"): 1}


def test_an_edited_example_is_found_again(data: ftdata.Dataset, tmp_path: Path) -> None:
    rows = table(data, tmp_path / "review.csv")
    rows[0]["answer"] = "technical"
    first = ftdata.read(data.apply(save(tmp_path / "review.csv", rows)).to_list())
    again = table(first, tmp_path / "again.csv")
    assert again[0]["id"] == rows[0]["id"]
    again[0]["score"] = "2.5"
    second = first.apply(save(tmp_path / "again.csv", again)).to_list()
    assert second[0]["metadata"] == {"score": 2.5, ID: rows[0]["id"]}
    assert ID not in data.apply(tmp_path / "review.csv", ids=False).to_list()[0].get("metadata", {})


def test_edited_answers_make_pairs(data: ftdata.Dataset, tmp_path: Path) -> None:
    rows = table(data, tmp_path / "review.csv")
    rows[0]["answer"] = "technical"
    (pair,) = data.apply(save(tmp_path / "review.csv", rows), pairs=True).to_list()
    assert pair["preferred_output"] == [{"role": "assistant", "content": "technical"}]
    assert pair["non_preferred_output"] == [{"role": "assistant", "content": "billing"}]


def test_two_reviewers_are_put_together(data: ftdata.Dataset, tmp_path: Path) -> None:
    rows = table(data, tmp_path / "one.csv")
    one = save(tmp_path / "one.csv", [rows[0] | {"score": "3"}, rows[1]])
    two = save(tmp_path / "two.csv", [rows[0] | {"label": "x"}, rows[1] | {"keep": "drop"}])
    (made,) = data.apply([one, two]).to_list()
    assert (made["metadata"]["score"], made["metadata"]["label"]) == (3, "x")
    three = save(tmp_path / "three.csv", [rows[0] | {"score": "4"}, rows[1]])
    with pytest.raises(InputError, match="disagree on score"):
        data.apply([one, three])


REFUSED = {
    "keep": ({"keep": "maybe"}, "expected keep or drop"),
    "score": ({"score": "good"}, "expected a number in the column score"),
    "id": ({"id": "", "answer": "x"}, "the columns id and was were changed"),
}


@pytest.mark.parametrize(("change", "said"), REFUSED.values(), ids=list(REFUSED))
def test_what_cannot_be_meant_is_refused_with_its_row(
    change: dict[str, str], said: str, data: ftdata.Dataset, tmp_path: Path
) -> None:
    rows = table(data, tmp_path / "review.csv")
    path = save(tmp_path / "review.csv", [rows[0] | change, rows[1]])
    with pytest.raises(InputError, match=said) as refused:
        data.apply(path)
    assert f"{path}:2" in str(refused.value)


REJECTED = {
    "emptied": ("example", 0, {"answer": ""}, "the column answer was emptied"),
    "fixed": ("example", 1, {"prompt": "Another prompt."}, "the column prompt cannot be edited here"),
    "train": ("turn", 2, {"train": "perhaps"}, "expected yes or no"),
    "calls": ("turn", 4, {"calls": "{"}, "not valid JSON"),
    "no list": ("turn", 4, {"calls": "{}"}, "expected a JSON list"),
    "no example": ("turn", 4, {"calls": '[{"id": 1}]'}, "expected"),
}


@pytest.mark.parametrize(("by", "at", "change", "said"), REJECTED.values(), ids=list(REJECTED))
def test_an_edit_that_makes_no_example_rejects_it(
    by: Any, at: int, change: dict[str, str], said: str, data: ftdata.Dataset, tmp_path: Path
) -> None:
    rows = table(data, tmp_path / "review.csv", by)
    rows[at] |= change
    with pytest.raises(RejectedRows, match=said):
        data.apply(save(tmp_path / "review.csv", rows)).write(tmp_path / "out.jsonl")


def test_edits_of_an_example_that_changed_or_went_are_refused_or_skipped(data: ftdata.Dataset, tmp_path: Path) -> None:
    rows = table(data, tmp_path / "review.csv")
    path = save(tmp_path / "review.csv", [rows[0] | {"answer": "technical"}, rows[1] | {"score": "1"}])
    other = ftdata.read([OTHER])
    with pytest.raises(InputError, match=r"1 edit cannot be applied: .*review.csv:2: no example has the id"):
        other.apply(path).to_list()
    assert other.apply(path, conflicts="skip").to_list()[0]["metadata"]["score"] == 1
    kept = ftdata.read([{**CHAT, "metadata": {ID: rows[0]["id"]}, "messages": CHAT["messages"][1:]}, OTHER])
    with pytest.raises(InputError, match="has changed since it was reviewed"):
        kept.apply(path).to_list()


def test_rows_without_an_edit_need_no_example(data: ftdata.Dataset, tmp_path: Path) -> None:
    data.review(tmp_path / "review.csv")
    assert ftdata.read([PAIR]).apply(tmp_path / "review.csv").to_list() == [PAIR]


@pytest.mark.parametrize("by", ["example", "turn"])
def test_equal_examples_are_told_apart(by: Any, tmp_path: Path) -> None:
    thrice = ftdata.read([CHAT, OTHER, CHAT, CHAT])
    rows = table(thrice, tmp_path / "review.csv", by)
    assert len({row["id"] for row in rows}) == 4
    second = [row for row in rows if row["id"] == f"{identity(CHAT)}#2"]
    second[-1]["answer" if by == "example" else "text"] = "technical"
    rows[0]["keep"] = "drop"
    made = thrice.apply(save(tmp_path / "review.csv", rows)).to_list()
    assert [one["messages"][-1]["content"] for one in made] == ["Always.", "technical", "billing"]
    assert len({identity(one) for one in made}) == 3


def test_the_number_of_an_equal_example_counts_through_the_whole_set(tmp_path: Path) -> None:
    many = ftdata.read([OTHER] * 40 + [CHAT] * 3 + [OTHER] * 40)
    edits = tmp_path / "edits.jsonl"
    named = f"{identity(OTHER)}#41"
    edits.write_text(json.dumps({"id": named, "was": identity(OTHER), "keep": False, "reason": "x"}))
    made = many.apply(edits).to_list()
    assert made == [*[OTHER] * 40, *[CHAT] * 3, *[OTHER] * 39]
    edits.write_text(json.dumps({"id": f"{identity(CHAT)}#4", "keep": False}))
    with pytest.raises(InputError, match="no example has the id"):
        many.apply(edits).to_list()


def test_a_mark_against_formulas_stays_out_of_the_data(tmp_path: Path) -> None:
    texts = ["=1+1", "'=quoted", "-3 degrees", "'quoted"]
    data = ftdata.read([{"prompt": text, "completion": " a"} for text in texts])
    rows = table(data, tmp_path / "review.csv")
    assert [row["prompt"] for row in rows] == ["'=1+1", "'=quoted", "'-3 degrees", "'quoted"]
    for row in rows:
        row["prompt"] += "!"
    made = data.apply(save(tmp_path / "review.csv", rows)).to_list()
    assert [one["prompt"] for one in made] == [f"{text}!" for text in texts]


def test_an_edits_file_says_the_same(data: ftdata.Dataset, tmp_path: Path) -> None:
    path = tmp_path / "edits.jsonl"
    edits: list[Any] = [
        {"id": identity(CHAT), "was": identity(CHAT), "values": {"$.messages[2].content": "technical"}, "score": 4},
        {"id": identity(OTHER), "keep": False, "reason": "off topic"},
    ]
    path.write_text("".join(json.dumps(one) + "\n" for one in edits))
    (made,) = data.apply(path).to_list()
    assert made["messages"][2]["content"] == "technical"


def test_an_edits_file_may_hold_whole_examples(data: ftdata.Dataset, tmp_path: Path) -> None:
    path = tmp_path / "edits.jsonl"
    new = {"messages": [*CHAT["messages"][:2], {"role": "assistant", "content": "technical"}]}
    path.write_text(json.dumps({"id": identity(CHAT), "example": new}))
    result = data.apply(path, ids=False).write(tmp_path / "out.jsonl")
    assert result.tally.changed == {("apply", "examples edited"): 1}
    assert ftdata.read(tmp_path / "out.jsonl").to_list() == [new, OTHER]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"messages": []}, "not a JSON path"),
        ({"$.messages[9].content": "x"}, "where the edit would write"),
        ({"$.messages.content": "x"}, "where the edit would write"),
        ({"$.nothing.there": "x"}, "where the edit would write"),
        ({"$.messages": "x"}, "expected"),
    ],
)
def test_values_that_have_no_place_reject_the_example(
    values: Any, said: str, data: ftdata.Dataset, tmp_path: Path
) -> None:
    path = tmp_path / "edits.jsonl"
    path.write_text(json.dumps({"id": identity(CHAT), "values": values}))
    with pytest.raises(RejectedRows, match=said):
        data.apply(path).write(tmp_path / "out.jsonl")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"keep": False}, "is not a review"),
        ({"id": ""}, "needs the id"),
        ({"id": "a", "keep": "yes"}, "keep is true or false"),
        ({"id": "a", "score": "high"}, "a score is a number"),
        ({"id": "a", "values": []}, "values are an object"),
        ({"id": "a", "scor": 1}, "no edit has the key scor"),
        ({"id": "a", "note": 1}, "expected a text"),
        ({"id": "a", "values": {"$.x": 1}, "example": {}}, "not both"),
    ],
)
def test_an_edits_file_that_is_none_is_refused(line: Any, said: str, data: ftdata.Dataset, tmp_path: Path) -> None:
    path = tmp_path / "edits.jsonl"
    path.write_text(json.dumps(line) + "\n")
    with pytest.raises(ValueError, match=said):
        data.apply(path)


def test_findings_stand_beside_their_example(data: ftdata.Dataset, tmp_path: Path) -> None:
    rows = table(data, tmp_path / "review.csv")
    assert "info no-definitions: the rows call functions and declare none" in rows[1]["findings"]
    data.review(tmp_path / "bare.csv", findings=False)
    assert "no-definitions" not in (tmp_path / "bare.csv").read_text(encoding="utf-8-sig")


def test_a_text_too_long_for_a_cell_is_shown_and_not_edited(tmp_path: Path) -> None:
    long = ftdata.read(
        [{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b" * 40_000}]}]
    )
    path = tmp_path / "review.xlsx"
    long.review(path)
    assert long.apply(path).to_list() == long.to_list()
    book = load_workbook(path)
    cut: Any = book["review"].cell(2, 4)
    assert len(cut.value) == 32_767
    book["review"].cell(2, 5 + 1).value = "keep"
    book.save(path)
    assert long.apply(path).to_list() == long.to_list(), "a cut text is no edit"
    cut.value = "c" + cut.value[1:]
    book.save(path)
    with pytest.raises(RejectedRows, match="holds a cut text"):
        long.apply(path).write(tmp_path / "out.jsonl")
    cut.value = "short"
    book.save(path)
    assert long.apply(path).to_list()[0]["messages"][1]["content"] == "short"


def test_a_broken_row_is_told_and_the_others_are_reviewed(data: ftdata.Dataset, tmp_path: Path) -> None:
    with (tmp_path / "train.jsonl").open("a") as stream:
        stream.write('{"messages": "none"}\n')
    done = run(tmp_path, "review", "train.jsonl", "-o", "review.xlsx")
    assert done.code == 1
    assert "1 rows cannot become examples" in done.err
    assert "train.jsonl:3" in done.err
    again = run(tmp_path, "apply", "review.xlsx", "train.jsonl", "-o", "out.jsonl")
    assert "the sheet" not in again.err, "the sheet that says how to review is not asked about"
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 2
    with pytest.raises(RowError):
        ftdata.read(tmp_path / "train.jsonl").review(tmp_path / "strict.csv")
    assert not (tmp_path / "strict.csv").exists()


def test_a_review_is_a_table(data: ftdata.Dataset, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"ends in \.xlsx or \.csv"):
        data.review(tmp_path / "review.txt")


def test_a_cell_is_known_again_whatever_a_spreadsheet_made_of_it() -> None:
    assert plain("'=1+1") == plain("=1+1")
    assert plain("a\r\nb\x00") == plain("a\nb")
    assert plain(" \n") == plain("")
    assert seal(["a", "'-b"]) == seal(["a", "-b"]) != seal(["a", "b"])
    assert seal(["a"]) != seal([" a"])


@pytest.mark.parametrize(("by", "ending"), WAYS)
def test_white_space_is_an_edit(by: Any, ending: str, tmp_path: Path) -> None:
    data = ftdata.read([{"prompt": "Is it?", "completion": "yes"}])
    path, column = tmp_path / f"review.{ending}", "answer" if by == "example" else "text"
    if ending == "csv":
        rows = table(data, path, by)
        rows[-1][column] = " yes"
        save(path, rows)
    else:
        data.review(path, by=by)
        book = load_workbook(path)
        sheet: Any = book["review"]
        sheet.cell(sheet.max_row, [cell.value for cell in sheet[1]].index(column) + 1).value = " yes"
        book.save(path)
    assert data.apply(path, ids=False).to_list() == [{"prompt": "Is it?", "completion": " yes"}]


def test_conflicts_are_refused_or_skipped_and_nothing_else(data: ftdata.Dataset, tmp_path: Path) -> None:
    data.review(tmp_path / "review.csv")
    with pytest.raises(UsageError, match="refused or skipped"):
        data.apply(tmp_path / "review.csv", conflicts="ignore")  # type: ignore[arg-type]


def test_edits_of_one_example_become_one() -> None:
    found = merged(
        [
            ReviewEdit("a", place="1", score=1),
            ReviewEdit("a", place="2", label="x"),
            ReviewEdit("b", place="3", keep=False),
        ]
    )
    assert (found["a"].score, found["a"].label, found["b"].keep) == (1, "x", False)
