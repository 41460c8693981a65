"""Balance: sizes of classes, and which examples they are made of."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.codec import encode
from ftdata.errors import StepError, UsageError
from ftdata.steps.balance import BalanceOptions, shares_of
from tests.steps.making import chat, data, written
from tests.strategies import tries

Row = dict[str, Any]
SIZES = {"a": 20, "b": 8, "c": 5}


def rows_of(sizes: dict[str, int]) -> list[Row]:
    rows = [chat(f"{name} {number}", name) for name, size in sizes.items() for number in range(size)]
    return rows[::2] + rows[1::2]


def answers(dataset: Any) -> dict[str, int]:
    return dict(Counter(row["messages"][-1]["content"] for row in dataset))


@pytest.mark.parametrize(
    "options, sizes",
    [
        ({"how": "under"}, {"a": 5, "b": 5, "c": 5}),
        ({"how": "under", "target": "median"}, {"a": 8, "b": 8, "c": 5}),
        ({"how": "under", "target": "50%"}, {"a": 10, "b": 8, "c": 5}),
        ({"how": "under", "target": 0.5}, {"a": 10, "b": 8, "c": 5}),
        ({"how": "over"}, {"a": 20, "b": 20, "c": 20}),
        ({"how": "over", "target": 9}, {"a": 20, "b": 9, "c": 9}),
        ({"how": "cap", "target": 7}, {"a": 7, "b": 7, "c": 5}),
        ({"how": "under", "share": {"a": 0.25}}, {"a": 4, "b": 8, "c": 5}),
        ({"how": "under", "share": {"c": "50%"}}, {"a": 3, "b": 1, "c": 5}),
        ({"how": "over", "share": {"c": 0.5}}, {"a": 20, "b": 8, "c": 28}),
        ({"how": "under", "share": {"a": 0.5, "b": 0.25, "c": 0.25}}, {"a": 10, "b": 5, "c": 5}),
        ({"how": "over", "share": {"a": 0.5, "b": 0.25, "c": 0.25}}, {"a": 20, "b": 10, "c": 10}),
    ],
    ids=str,
)
def test_sizes(options: dict[str, Any], sizes: dict[str, int]) -> None:
    even = data(rows_of(SIZES)).balance(by="answer", **options)
    assert answers(even) == sizes
    table = data(rows_of(SIZES)).balance_table(by="answer", **options)
    assert (table.before, table.after) == (SIZES, sizes)
    assert table.copies == max(0, sum(sizes.values()) - 33)


@tries(30)
@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 12), min_size=1), st.sampled_from(["under", "over"]),
       st.sampled_from(["min", "median", "max", "60%", 4]))  # fmt: skip
def test_laws(sizes: dict[str, int], how: Literal["under", "over"], target: str | int) -> None:
    rows = rows_of(sizes)
    ds = data(rows)
    result = list(ds.balance(by="answer", how=how, target=target))
    table = ds.balance_table(by="answer", how=how, target=target)
    assert answers(result) == table.after
    known = Counter(map(encode, rows))
    found = Counter(map(encode, result))
    assert set(found) <= set(known)
    if how == "under":
        assert all(count == 1 for count in found.values())
    else:
        assert set(found) == set(known)  # every original stays, and no two copies of one differ by more than one round
        for name in sizes:
            times = [count for text, count in found.items() if f'"content":"{name}"'.encode() in text]
            assert max(times) - min(times) <= 1
    order = list(dict.fromkeys(map(encode, result)))
    assert order == [encode(row) for row in rows if encode(row) in found]


def test_under_takes_the_same_examples_whatever_their_order_and_more_of_the_same_when_the_target_grows() -> None:
    rows = rows_of(SIZES)
    one = {encode(row) for row in data(rows).balance(by="answer", how="under")}
    assert one == {encode(row) for row in data(rows[::-1]).balance(by="answer", how="under")}
    assert one <= {encode(row) for row in data(rows).balance(by="answer", how="under", target=7)}
    assert one != {encode(row) for row in data(rows).balance(by="answer", how="under", seed=1)}


def test_copies_and_what_stays_are_the_bytes_that_were_read(tmp_path: Path) -> None:
    lines = [
        b'{"messages": [{"role":"user","content":"%d"}, {"role":"assistant","content":"b"}]}' % n for n in range(3)
    ]
    lines.append(b'{"messages":[{"content":"z","role":"user"},{"role":"assistant","content":"caf\\u00e9"}]}')
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(lines))
    result = ftdata.read(tmp_path / "in.jsonl").balance(by="answer", how="over").write(tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_bytes().splitlines() == [*lines, lines[3], lines[3]]
    assert result.tally.added == {"balance": 2}


def test_weights_leave_another_trained_turn() -> None:
    def long(n: int) -> Row:
        return {"messages": [*chat(f"first {n}")["messages"], *chat(f"then {n}", "a")["messages"]]}

    rows = [*map(long, range(4)), *[chat(f"short {n}", "a") for n in range(3)], chat("only", "b")]
    table = data(rows).balance_table(by="answer", how="weights")
    even = list(data(rows).balance(by="answer", how="weights"))
    silent = [row for row in even if row["messages"][-1].get("weight") == 0]
    assert all(len(row["messages"]) == 4 for row in silent)
    assert all("weight" not in row["messages"][1] for row in even)
    assert table.before == {"a": 7, "b": 1}
    assert table.after == {"a": 7 - len(silent), "b": 1}
    assert len(silent) + table.untouched == 6
    assert [row for row in even if row not in silent] == [row for row in rows if row in even]


CALL = {"id": "1", "type": "function", "function": {"name": "search", "arguments": "{}"}}
DECLINES = [
    chat("a", "I'm sorry, but I can't help with that."),
    chat("b", "Sorry, I cannot share this."),
    {"messages": [{"role": "user", "content": "c"}, {"role": "assistant", "content": None, "refusal": "No."}]},
    chat("d", "I’m sorry, I can’t do that."),
    chat("e", "抱歉，我无法回答这个问题。"),
    chat("f", "Sorry for the delay: it is sunny."),
    chat("g", "I can help with that."),
]


@pytest.mark.parametrize(
    "by, rows, classes",
    [
        ("answer.queue", [chat("a", '{"queue":"x"}'), chat("b", '{"queue":"y"}'), chat("c", "?")],
         {"x": 1, "y": 1, "(none)": 1}),
        ("tool", [{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": [CALL]}]},
                  chat("b")], {"search": 1, "": 1}),
        ("queue", [chat("a", metadata={"queue": "x"}), chat("b", metadata={"queue": 3})], {"x": 1, "3": 1}),
        ("refusal", DECLINES, {"refusal": 5, "not refusal": 2}),
        (lambda row: len(row["messages"]), [chat("a"), chat("b", system="s")], {"2": 1, "3": 1}),
    ],
    ids=["field", "tool", "metadata", "refusal", "function"],
)  # fmt: skip
def test_classes(by: Any, rows: list[Row], classes: dict[str, int]) -> None:
    assert data(rows).balance_table(by=by, how="under").before == classes


def test_a_share_of_refusals() -> None:
    rows = [
        *[chat(f"r{n}", "I'm sorry, but I can't help with that.") for n in range(60)],
        *[chat(f"a{n}") for n in range(95)],
    ]
    table = data(rows).balance_table(by="refusal", how="under", share={"refusal": 0.05})
    assert table.after == {"not refusal": 95, "refusal": 5}


def test_all_choices_come_of_one_survey() -> None:
    tables = data(rows_of(SIZES)).balance_choices(by="answer")
    assert {how: sum(table.after.values()) for how, table in tables.items()} == {
        "under": 15, "over": 60, "cap": 21, "weights": 33,
    }  # fmt: skip


@pytest.mark.parametrize(
    "options, words",
    [
        ({"how": "sideways"}, "how is one of under, over"),
        ({"how": "cap"}, "a cap is a number"),
        ({"how": "under", "target": "lots"}, "a target is min, median"),
        ({"how": "under", "target": 3, "share": {"a": 0.1}}, "Give one"),
        ({"how": "under", "share": {"a": 0}}, "between 0 and 1"),
        ({"how": "under", "share": {"z": 0.1}}, 'the class "z" is empty'),
        ({"how": "under", "share": {"a": 0.5, "b": 0.5}}, "leaves nothing for other classes"),
        ({"how": "under", "share": {"a": 0.5, "b": 0.3, "c": 0.1}}, "sum to 0.9, not to 1"),
        ({"how": "under", "by": "nobody"}, "--metadata nobody"),
    ],
    ids=str,
)
def test_what_cannot_be_meant(options: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        data(rows_of(SIZES)).balance(**{"by": "answer", **options}).count()


def test_what_names_no_classes() -> None:
    with pytest.raises(UsageError, match="over 10,000 different values"):
        data(chat(f"q{n}", str(n)) for n in range(10_001)).balance(by="answer", how="under").count()
    with pytest.raises(UsageError, match="no examples to balance"):
        data([chat("a")]).filter(lambda row: False).balance(by="answer", how="under").count()
    with pytest.raises(StepError, match="raised ZeroDivisionError"):
        data([chat("a")]).balance(by=lambda row: 1 / 0, how="under").count()


def test_the_same_bytes_from_any_number_of_workers(tmp_path: Path) -> None:
    path = written(tmp_path / "in.jsonl", rows_of({"a": 900, "b": 300, "c": 30}))
    for how in ("under", "over", "weights"):
        outputs = set()
        for workers in (1, 2, 8):
            out = tmp_path / f"{workers}.jsonl"
            ftdata.read(path).balance(by="answer", how=how).write(out, workers=workers, force=True)
            outputs.add(out.read_bytes())
        assert len(outputs) == 1


def test_shares_are_read_as_percent_too() -> None:
    assert shares_of({"a": "5%", "b": 0.05})["a"] == shares_of({"b": 0.05})["b"]
    assert BalanceOptions("under", None, shares_of({"a": "50%"})).sizes({"a": 10, "b": 4}) == {"a": 4, "b": 4}
