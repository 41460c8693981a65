"""Samples, shuffles, ladders and mixes: by content, whatever the order and the number of workers."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.codec import encode
from ftdata.engines import gathering, spill
from ftdata.errors import UsageError
from ftdata.steps.primitives import Kept, RankingGather
from ftdata.steps.sampling import EVERYTHING, NOTHING, Shuffle, Smallest
from tests import strategies
from tests.strategies import tries


def rows(name: str, count: int, size: int = 1) -> list[dict[str, Any]]:
    return [ftdata.chat(ftdata.user(f"{name} {number}"), ftdata.assistant("x " * size)) for number in range(count)]  # type: ignore[misc]


def names(data: Any) -> list[str]:
    return [row["messages"][0]["content"] for row in data]


def by_source(data: Any) -> Counter[str]:
    return Counter(name.split()[0] for name in names(data))


ROWS = rows("a", 200)


def test_a_sample_is_of_content_not_of_order() -> None:
    shuffled = Random(1).sample(ROWS, len(ROWS))
    for options in ({"n": 50}, {"share": 0.25}):
        taken = names(ftdata.read(ROWS).sample(**options))
        assert len(taken) == 50
        assert set(names(ftdata.read(shuffled).sample(**options))) == set(taken)
        assert taken == sorted(taken, key=lambda name: int(name.split()[1])), "in the order of the input"
    assert set(names(ftdata.read(ROWS).sample(50, seed=1))) != set(taken)


def test_a_smaller_sample_is_part_of_a_larger_one() -> None:
    ladder = ftdata.read(ROWS).ladder([1, 0.5, 0.25, 0.125], seed="x")
    found = [set(names(data)) for data in ladder.values()]
    assert [len(one) for one in found] == [200, 100, 50, 25]
    assert found[0] > found[1] > found[2] > found[3]


def test_equal_examples_are_told_apart_by_their_place() -> None:
    data = ftdata.read(ROWS[:1] * 10)
    assert data.sample(4).count() == 4
    assert data.first(3).count() == 3
    assert data.sample(99).count() == 10


@tries(50)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 9)), max_size=60),
    st.integers(0, 60),
    st.integers(1, 6),
    st.integers(1, 30),
)
def test_the_smallest_are_those_of_sorting(found: list[tuple[int, int]], count: int, parts: int, most: int) -> None:
    total = Smallest(most)
    size = max(1, len(found) // parts)
    for start in range(0, len(found), size):
        part = Smallest(most)
        for rank, weight in found[start : start + size]:
            part.add(rank, weight)
        total.merge(part)
    assert (total.count, total.weight) == (len(found), sum(weight for _, weight in found))
    places = sorted((rank, at) for at, (rank, _) in enumerate(found))
    if count >= len(found):
        assert total.first(count) == EVERYTHING
    elif count == 0:
        assert total.first(count) == NOTHING
    elif count <= most:
        assert total.first(count) == places[count - 1]
    if most >= len(found) and count < total.weight:
        last = total.weighing(count)
        taken = sum(found[at][1] for rank, at in places if (rank, at) <= last)
        assert taken <= count


@given(strategies.examples, st.text(max_size=5))
def test_where_an_example_stands_alone_is_told_by_its_hash(example: dict[str, Any], seed: str) -> None:
    shuffle = Shuffle(seed)
    assert isinstance(shuffle, RankingGather)
    (made,) = shuffle.work([example])
    assert made == Kept(0, rank=shuffle.alone(shuffle.hashed(example)))


@pytest.mark.parametrize("format", ["openai", "sharegpt"])
@pytest.mark.parametrize("partition", [1 << 24, 1 << 10], ids=["one partition", "many"])
def test_a_shuffle_is_the_same_where_every_example_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str, partition: int
) -> None:
    path, out = tmp_path / "rows.jsonl", tmp_path / "out.jsonl"
    path.write_bytes(b"".join(encode(row) + b"\n" for row in [*ROWS, *ROWS[:70], *ROWS[:7]]))
    monkeypatch.setattr(spill, "PARTITION", partition)

    def written() -> tuple[object, bytes]:
        result = ftdata.read(path).shuffle(1).write(out, format=format, force=True, workers=1)
        return result.tally, out.read_bytes()

    quick = written()
    monkeypatch.setattr(gathering, "RankingGather", str)  # which no gather is
    assert written() == quick


def test_a_shuffle_moves_everything_and_loses_nothing(tmp_path: Path) -> None:
    data = ftdata.read([*ROWS, *ROWS[:20]])
    once = names(data.shuffle(7))
    assert Counter(once) == Counter(names(data))
    assert once != names(data)
    assert once == names(data.shuffle(7)) != names(data.shuffle(8))
    twins = [at for at, (one, other) in enumerate(pairwise(once)) if one == other]
    assert len(twins) < 5, "equal examples do not stand together"
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"".join(encode(row) + b"\n" for row in ROWS))
    outputs = []
    for workers in (1, 2):
        ftdata.read(path).sample(share=0.5).shuffle(1).write(tmp_path / "out.jsonl", workers=workers, force=True)
        outputs.append((tmp_path / "out.jsonl").read_bytes())
    assert outputs[0] == outputs[1]


def test_a_mix_by_examples() -> None:
    a, b = ftdata.read(rows("a", 70)), ftdata.read(rows("b", 200))
    assert by_source(ftdata.mix([(a, 0.7), (b, 0.3)])) == {"a": 70, "b": 30}
    assert by_source(ftdata.mix([(a, 1), (b, 1)], total=50)) == {"a": 25, "b": 25}
    assert by_source(ftdata.mix([(a, 0.5), (b, 0.5)], total=400, repeat=True)) == {"a": 200, "b": 200}
    ordered = names(ftdata.mix([(a, 1), (b, 1)], shuffle=False))
    assert ordered[:70] == [f"a {number}" for number in range(70)]
    assert names(ftdata.mix([(a, 1), (b, 1)])) != ordered
    with pytest.raises(UsageError, match=r"enough for a mix of 140 examples; 400 were asked for.*--repeat"):
        ftdata.mix([(a, 1), (b, 1)], total=400).count()


def test_a_mix_by_tokens() -> None:
    a, b = ftdata.read(rows("a", 40, size=30)), ftdata.read(rows("b", 400))
    tokens = {name: data.stats("gpt-4o").total.total for name, data in (("a", a), ("b", b))}
    mixed = ftdata.mix([(a, 0.5), (b, 0.5)], by="tokens")
    counted = Counter[str]()
    for row in mixed:
        counted[row["messages"][0]["content"][0]] += ftdata.count_tokens(row, "gpt-4o")
    least = min(tokens.values())
    assert all(least - 50 <= count <= least for count in counted.values()), (counted, tokens)


def test_a_mix_of_several_formats_and_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.jsonl").write_bytes(b"".join(encode(row) + b"\n" for row in rows(name, 10)))
    carried = [{**row, "metadata": {"n": 1}} for row in rows("carried", 10)]
    table = ftdata.read([{"q": f"table {number}", "a": "x"} for number in range(10)]).to_chat(user="q", assistant="a")
    data = ftdata.mix(
        [(ftdata.read([tmp_path / "one.jsonl", tmp_path / "two.jsonl"]), 2), (ftdata.read(carried), 1), (table, 1)]
    )
    assert by_source(data) == {"one": 10, "two": 10, "carried": 10, "table": 10}
    result = data.write(tmp_path / "out.jsonl", workers=2)
    assert result.tally.balanced
    assert result.tally.read == 40
    assert sum("metadata" in row for row in ftdata.read(tmp_path / "out.jsonl")) == 10


def test_rejects_of_a_mix_know_their_place(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(encode(ROWS[0]) + b"\n{\n")
    data = ftdata.mix([(ftdata.read(tmp_path / "a.jsonl"), 1), (ftdata.read(ROWS), 1)], shuffle=False)
    rejected: list[ftdata.Rejected] = []
    assert len(list(data.examples(on_reject=rejected.append))) == 2
    assert [(reject.origin.path, reject.origin.line) for reject in rejected] == [(str(tmp_path / "a.jsonl"), 2)]


def test_what_cannot_be_meant() -> None:
    data = ftdata.read(ROWS)
    for make in (
        lambda: data.sample(), lambda: data.sample(5, share=0.5), lambda: data.sample(share=2), lambda: data.first(0),
        lambda: ftdata.mix([(data, 1)]), lambda: ftdata.mix([(data, 1), (data, 0)]),
        lambda: ftdata.mix([(data, 1), (data, 1)], by="bytes"),  # type: ignore[arg-type]
        lambda: ftdata.mix([(data, 1), (data, 1)], repeat=True),
    ):  # fmt: skip
        with pytest.raises(UsageError):
            make()  # type: ignore[no-untyped-call]
    with pytest.raises(UsageError, match="datasets cannot be joined after a step that looks at all"):
        ftdata.mix([(data.sample(3), 1), (data, 1)]).count()
    with pytest.raises(UsageError, match="source 2 of the mix has no examples"):
        ftdata.mix([(data, 1), (data.filter("false"), 1)]).count()
