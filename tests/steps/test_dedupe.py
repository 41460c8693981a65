"""Dedupe: exact and near, which one is kept, and why."""

from __future__ import annotations

import random
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.errors import UsageError
from ftdata.example import content_hash
from ftdata.steps.dedupe import exact
from ftdata.steps.near import matching
from ftdata.steps.near.sketches import Similarity
from ftdata.steps.near.text import compared, jaccard, shingles
from tests import strategies
from tests.steps.making import altered, asked, chat, chinese, data, sentence, written
from tests.strategies import tries

# -- exact --------------------------------------------------------------------------------------------------------------


@tries(40)
@given(st.lists(strategies.chats, min_size=1, max_size=6), st.data())
def test_of_equal_examples_the_first_is_kept(rows: list[dict[str, Any]], draw: st.DataObject) -> None:
    rows = [rows[at] for at in draw.draw(st.lists(st.integers(0, len(rows) - 1), min_size=1, max_size=12))]
    kept = list(data(rows).dedupe())
    first: dict[bytes, dict[str, Any]] = {}
    for row in rows:
        first.setdefault(content_hash(row), row)
    assert kept == list(first.values())


def test_records_that_stay_are_written_as_the_bytes_that_were_read(tmp_path: Path) -> None:
    odd = [
        b'{ "messages" : [{"content":"caf\\u00e9","role":"user"},{"role":"assistant","content":"1e3"}], "n": 1e3}',
        b'{"n": 1000.0,"messages":[{"role":"user","content":"caf\xc3\xa9"},{"role":"assistant","content":"1e3"}]}',
        b'{"messages":[{"role":"user","content":"b"},{"role":"assistant","content":"c"}]}',
    ]
    (tmp_path / "in.jsonl").write_bytes(b"\n\n".join([*odd, odd[2]]) + b"\n")
    result = ftdata.read(tmp_path / "in.jsonl", format="openai").dedupe().write(tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_bytes() == odd[0] + b"\n" + odd[2] + b"\n"
    assert result.tally.dropped == {("dedupe", "equals another example"): 2}
    assert result.tally.balanced


KEPT = [
    ({}, ["a", "A ", "b", "b"]),
    ({"key": "prompt"}, ["a", "A ", "b"]),
    ({"key": "prompt", "normalize": True}, ["a", "b"]),
    ({"key": "answer"}, ["a", "b"]),
    ({"key": "last_user"}, ["a", "A ", "b"]),
    ({"key": "answer.n"}, ["a", "b"]),
    ({"key": "queue"}, ["a", "b", "b"]),
    ({"key": lambda row: len(row["messages"])}, ["a"]),
    ({"keep": "last", "key": "answer"}, ["b", "b"]),
    ({"keep": "longest", "key": "answer"}, ["A ", "b"]),
    ({"keep": "best:score", "key": "answer"}, ["A ", "b"]),
    ({"metadata": True}, ["a", "A ", "b", "b"]),
]
ROWS = [
    chat("a", '{"n": 1}', metadata={"queue": "x", "score": 1}),
    chat("A ", '{"n": 1}', metadata={"queue": "x", "score": "3"}),
    chat("b", '{"n": 1}', metadata={"queue": "y", "score": 2}),
    chat("b", '{"n": 2}', metadata={}),
]


@pytest.mark.parametrize("options, kept", KEPT, ids=range(len(KEPT)))
def test_what_is_compared_and_what_is_kept(options: dict[str, Any], kept: list[str]) -> None:
    assert asked(data(ROWS).dedupe(**options)) == kept


def test_weights_and_metadata_make_a_difference_by_choice() -> None:
    weighed = chat("a")
    weighed["messages"][-1] = {**weighed["messages"][-1], "weight": 0}
    rows = [chat("a", metadata={"id": 1}), chat("a", metadata={"id": 2}), weighed]
    assert data(rows).dedupe().count() == 1
    assert data(rows).dedupe(metadata=True).count() == 3
    assert data(rows).dedupe(weights=True).count() == 2


def test_normalised_content_still_has_its_system_prompt_and_roles() -> None:
    rows = [chat("Hello there", system="one"), chat("hello  THERE!", system="ONE"), chat("hello there", system="two")]
    assert data(rows).dedupe(normalize=True).count() == 3
    assert data(rows).dedupe(normalize=True, ignore_punctuation=True).count() == 2


def test_an_example_without_the_key_is_compared_as_a_whole() -> None:
    rows = [chat("a", metadata={"id": 1}), chat("b"), chat("c"), chat("b"), chat("d", metadata={"id": 1})]
    assert asked(data(rows).dedupe(key="id")) == ["a", "b", "c"]


@pytest.mark.parametrize("near", [None, 0.8])
def test_a_key_that_no_example_has_is_an_error(near: float | None) -> None:
    with pytest.raises(UsageError, match="carry it along when you convert: --metadata customer"):
        data(ROWS).dedupe(key="metadata.customer", near=near).count()


@pytest.mark.parametrize(
    "options, words",
    [
        ({"keep": "middle"}, "keep is one of first, last, longest"),
        ({"keep": "best:"}, "best: names what to compare"),
        ({"near": 2}, "from 0.3 to 1"),
        ({"near": 0.9, "weights": True}, "compared by text only"),
        ({"shingle": 3}, "Add near"),
    ],
    ids=str,
)
def test_options_that_cannot_be_meant(options: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        data(ROWS).dedupe(**options)


def test_a_score_that_is_no_number_is_told_with_its_place() -> None:
    rows = [chat("a", metadata={"score": "high"}), chat("a", metadata={"score": 1})]
    with pytest.raises(ftdata.RowError, match=r'score is not a number; got "high"'):
        data(rows).dedupe(keep="best:score").count()


def test_duplicates_know_their_twins_and_places(tmp_path: Path) -> None:
    one, two = written(tmp_path / "one.jsonl", ROWS[:3]), written(tmp_path / "two.jsonl", [ROWS[2], *ROWS[:2]])
    found = ftdata.read([one, two]).duplicates()
    assert (found.kept, found.removed, found.ratio) == (3, 3, 0.5)
    assert [(str(one_.origin), str(one_.twin), one_.score) for one_ in found] == [
        (f"{two}:1", f"{one}:3", 1.0), (f"{two}:2", f"{one}:1", 1.0), (f"{two}:3", f"{one}:2", 1.0),
    ]  # fmt: skip
    assert [len(members) for _, members in found.clusters()] == [1, 1, 1]
    assert found.examples.count() == 3
    with pytest.raises(UsageError, match="no threshold"):
        found.at(0.9)


# -- near ---------------------------------------------------------------------------------------------------------------


def similarity(one: dict[str, Any], other: dict[str, Any]) -> float:
    return jaccard(shingles(compared(one)), shingles(compared(other)))


def near_rows(seed: int, count: int = 60) -> list[dict[str, Any]]:
    """Texts and altered copies of texts and of altered copies, in English and Chinese."""
    chosen = random.Random(seed)
    texts: list[str] = []
    for _ in range(count):
        if texts and chosen.random() < 0.6:
            source = chosen.choice(texts)
            texts.append(altered(chosen, source, chosen.randint(0, 4)))
        else:
            texts.append(sentence(chosen, 25) if chosen.random() < 0.5 else chinese(chosen, 60))
    return [chat(text) for text in texts]


@pytest.mark.parametrize("keep", ["first", "last", "longest"])
@pytest.mark.parametrize("seed", range(3))
def test_each_is_removed_for_a_kept_twin_that_is_as_near_as_it_says(seed: int, keep: str) -> None:
    rows = near_rows(seed)
    found = data(rows).duplicates(near=0.8, keep=keep)
    removed = {one.origin.line - 1: (one.twin.line - 1, one.score) for one in found}
    assert removed
    for position, (twin, score) in removed.items():
        assert twin not in removed
        assert score == similarity(rows[position], rows[twin]) >= 0.8
        if keep == "first":
            assert twin < position
    # Nothing that was kept is near something that was kept, but for what bands may miss just at the threshold.
    kept = [row for at, row in enumerate(rows) if at not in removed]
    assert not any(similarity(a, b) >= 0.88 for n, a in enumerate(kept) for b in kept[:n])


def test_never_through_a_chain() -> None:
    chosen = random.Random(1)
    first = sentence(chosen, 40)
    second = altered(chosen, first, 3)
    third = altered(chosen, second, 4)
    rows = [chat(text) for text in (first, second, third)]
    threshold = min(similarity(rows[0], rows[1]), similarity(rows[1], rows[2])) - 0.01
    assert similarity(rows[0], rows[2]) < threshold
    kept = list(data(rows).dedupe(near=threshold))
    assert kept == [rows[0], rows[2]]


@pytest.mark.parametrize("make", [sentence, chinese], ids=["English", "Chinese"])
def test_planted_near_duplicates_are_found(make: Any) -> None:
    chosen = random.Random(7)
    rows, planted = [], 0
    for number in range(300):
        text = make(chosen)
        rows.append(chat(text))
        copy = chat(altered(chosen, text, 1 + number % 2))
        if similarity(rows[-1], copy) >= 0.9:
            rows.append(copy)
            planted += 1
    assert planted > 100
    assert data(rows).duplicates(near=0.85).removed >= 0.98 * planted


def test_a_shared_system_prompt_makes_nobody_alike() -> None:
    chosen = random.Random(3)
    long = sentence(chosen, 2000)
    rows = [chat(sentence(chosen, 12), sentence(chosen, 5), system=long) for _ in range(20)]
    assert data(rows).dedupe(near=0.85).count() == 20
    assert data(rows).dedupe(near=0.85, instructions=True).count() == 1


def test_short_texts_are_compared_exactly_and_counted() -> None:
    rows = [chat("yes", "no"), chat("yes", "on"), chat("yes", "no"), chat(sentence(random.Random(1)))]
    found = data(rows).duplicates(near=0.95, key="answer")
    assert (found.removed, found.short) == (1, 4)  # the answers "no", "on", "no" and "ok"
    assert 0.99 <= found.recall <= 1


def test_examples_without_text_are_compared_as_wholes() -> None:
    def silent(name: str) -> dict[str, Any]:
        return {"messages": [{"role": "system", "content": name}]}

    rows = [silent("a"), silent("b"), silent("a"), chat(sentence(random.Random(1)))]
    assert data(rows).dedupe(near=0.85).count() == 3


def test_a_higher_threshold_needs_no_new_survey(tmp_path: Path) -> None:
    rows = near_rows(5, 80)
    path = written(tmp_path / "in.jsonl", rows)
    found = ftdata.read(path).duplicates(near=0.6)
    stricter = found.at(0.8)
    fresh = {one.origin.line for one in ftdata.read(path).duplicates(near=0.8) if one.score >= 0.85}
    assert fresh <= {one.origin.line for one in stricter}
    assert all(one.score >= 0.8 for one in stricter)
    assert stricter.removed < found.removed
    assert stricter.examples.count() == stricter.kept
    assert stricter.at(0.9).removed <= stricter.removed
    with pytest.raises(UsageError, match="needs a new survey"):
        found.at(0.5)


@pytest.mark.parametrize("near", [None, 0.8])
def test_the_same_bytes_from_any_number_of_workers(tmp_path: Path, near: float | None) -> None:
    rows = near_rows(9, 200) * 2
    path = written(tmp_path / "in.jsonl", rows)
    outputs = set()
    for workers in (1, 2, 8):
        out = tmp_path / f"{workers}.jsonl"
        ds = ftdata.read(path)
        object.__setattr__(ds, "_shared", {})
        ds.dedupe(near=near).write(out, workers=workers)
        outputs.add(out.read_bytes())
    assert len(outputs) == 1


@pytest.mark.parametrize("ways", ["dedupe", "split", "overlap"])
def test_boilerplate_is_compared_with_a_bounded_number_of_texts_and_that_is_told(
    ways: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def compared(count: int) -> int:
        calls = 0
        similarity = Similarity.__call__

        def counted(self: Any, one: int, other: int) -> float:
            nonlocal calls
            calls += 1
            return similarity(self, one, other)

        monkeypatch.setattr(Similarity, "__call__", counted)
        boilerplate = " ".join(f"word{n}" for n in range(60))
        # Of each text 0.6 are all texts', so that they meet in buckets, and no two are so similar as to be one.
        rows = [chat(f"{boilerplate} {blake2b(b'%d' % n, digest_size=60).hexdigest()}") for n in range(count)]
        if ways == "dedupe":
            data(rows).dedupe(near=0.8).count()
        elif ways == "split":
            _ = data(rows).split(valid=0.2, near=0.8).summary
        else:
            len(data(rows[: count // 2]).overlap(data(rows[count // 2 :]), near=0.8))
        monkeypatch.undo()
        return calls

    monkeypatch.setattr(matching, "MOST", 5)
    once = compared(80)
    assert "such as boilerplate" in caplog.text
    monkeypatch.setattr(matching, "MOST", 5)
    assert compared(160) <= 2.6 * once + 50


def test_near_drops_what_is_equal_but_for_ids_and_the_spacing_of_arguments() -> None:
    def called(known: str, arguments: str) -> dict[str, Any]:
        call = {"id": known, "type": "function", "function": {"name": "f", "arguments": arguments}}
        return {"messages": [{"role": "user", "content": "go"}, {"role": "assistant", "tool_calls": [call]}]}

    rows = [called("x", '{"a": 1, "b": 2}'), called("y", '{"a": 1, "b": 2}'), called("z", '{"b":2,"a":1}')]
    data = ftdata.read(rows)
    assert data.duplicates().kept == data.duplicates(near=0.85).kept == 1


def test_near_says_how_many_of_the_removed_answer_otherwise() -> None:
    prompt = "Please read the order below and call the tool with the right parameters. Order number: {}."
    rows = [
        {"messages": [{"role": "user", "content": prompt.format(n)}, {"role": "assistant", "content": answer}]}
        for n, answer in enumerate(["a", "a", "b"])
    ]
    found = ftdata.read(rows).duplicates(near=0.7)
    assert (found.removed, found.answers) == (2, 1)
    assert found.to_dict()["other_answers"] == 1


@tries(200)
@given(st.lists(st.integers(0, 6), max_size=30), st.data())
def test_few_and_many_have_the_same_twins(content: list[int], draw: st.DataObject) -> None:
    hashes = b"".join(bytes((number,)) * 16 for number in content)
    order = draw.draw(st.none() | st.permutations(range(len(content))))
    assert exact._of_few(hashes, order) == exact._of_many(hashes, None if order is None else np.array(order, np.int64))
