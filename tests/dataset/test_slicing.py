"""Datasets as sequences: what a list of their examples says, they say."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata import Drop
from ftdata.engines.local import Local
from ftdata.engines.plan import Outcome
from ftdata.errors import RowError, UsageError
from tests.strategies import tries

ROWS = [{"prompt": f"{n}?", "completion": str(n)} for n in range(40)]
whole = st.one_of(st.none(), st.integers(-50, 50))


@tries(60)
@given(whole, whole, st.one_of(st.none(), st.integers(1, 7)))
def test_a_slice_is_what_a_list_has_there(start: int | None, stop: int | None, every: int | None) -> None:
    data = ftdata.read(ROWS)[start:stop:every]
    assert data.to_list() == ROWS[start:stop:every]
    assert len(data) == len(ROWS[start:stop:every])
    assert bool(data) == bool(ROWS[start:stop:every])


@tries(40)
@given(st.integers(-45, 45))
def test_a_position_is_what_a_list_has_there(at: int) -> None:
    data = ftdata.read(ROWS)
    if -40 <= at < 40:
        assert data[at] == ROWS[at]
    else:
        with pytest.raises(IndexError, match="no example at"):
            data[at]


def test_positions_count_what_comes_out_and_the_account_balances(tmp_path: Path) -> None:
    data = ftdata.read(ROWS).filter("prompt != '3?'")[2:5]
    assert [one["prompt"] for one in data] == ["2?", "4?", "5?"]
    tally = data.write(tmp_path / "o.jsonl").tally
    assert (tally.read, tally.written, tally.dropped.total()) == (40, 3, 37)


@pytest.mark.parametrize("workers", [1, 2])
def test_slices_of_slices_are_the_same_from_any_number_of_workers(workers: int) -> None:
    data: ftdata.Dataset = ftdata.read(ROWS).skip(5).take(20)[::3][-4:]
    engine = Local(workers, block_size=200)
    lines = b"".join(line for _, line, _ in engine.map(data.plan(), Outcome()))
    assert lines.count(b"\n") == 4
    assert data.to_list() == ROWS[5:25][::3][-4:]


def test_what_cannot_be_meant_is_refused() -> None:
    data = ftdata.read(ROWS)
    with pytest.raises(UsageError, match="goes forward"):
        data[::-1]
    with pytest.raises(UsageError, match="0 or more"):
        data.skip(-1)
    with pytest.raises(UsageError, match="at least one"):
        data.take(0)


def test_a_bad_row_is_not_counted_in_silence() -> None:
    bad: dict[str, Any] = {"prompt": 1}
    data = ftdata.read([*ROWS, bad], format="completion")
    with pytest.raises(RowError):
        len(data)
    assert data.count(max_rejects=1) == 40
    assert data  # the first is one


def test_lengths_of_different_steps_are_told_apart() -> None:
    data = ftdata.read(ROWS)
    assert [len(one) for one in (data, data.take(3), data.skip(3), data)] == [40, 3, 37, 40]


def test_datasets_are_joined_in_order_whatever_they_were_read_from() -> None:
    chat = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
    one, two = ftdata.read(ROWS[:2]), ftdata.read([chat])
    joined = one.concat(two, [one, two])
    assert joined.to_list() == [*ROWS[:2], chat, *ROWS[:2], chat]
    assert joined.dedupe().count() == 3
    assert one.concat() is one
    filtered = one.filter("prompt == '1?'").concat(one)
    assert [row["prompt"] for row in filtered] == ["1?", "0?", "1?"]
    nested = one.concat(two).dedupe().concat(one[1:], two.shuffle())
    assert nested.to_list() == [*ROWS[:2], chat, ROWS[1], chat]


def test_a_generator_function_is_a_map() -> None:
    def twice(example: dict[str, Any]) -> Any:
        if example["prompt"] == "0?":
            yield Drop("no")
            return
        yield example
        yield {**example, "completion": "again"}

    made = ftdata.read(ROWS[:2]).map(twice)
    assert [row["completion"] for row in made] == ["1", "again"]

    def fails(example: dict[str, Any]) -> Any:
        yield example
        raise ValueError("late")

    with pytest.raises(ftdata.StepError, match="raised ValueError: late"):
        ftdata.read(ROWS).map(fails).count()
    assert ftdata.read(ROWS).map(fails, on_error="reject").count(max_rejects=40) == 0


def test_shuffled_slices_are_of_the_order_that_comes_out() -> None:
    data = ftdata.read(random.Random(1).sample(ROWS, 40)).shuffle("s")
    assert data[:10].to_list() == data.to_list()[:10]
