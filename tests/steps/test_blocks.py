"""Every whole-dataset step comes to the same from one block and from many, in one process and in several."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.dataset import Dataset
from ftdata.engines import Local, Outcome
from ftdata.steps.overlap import OverlapKind, Reference, compared_with
from ftdata.steps.split import Split
from ftdata.steps.split.asked import part, parts_of
from tests.steps.making import altered, chat, sentence, written

ONE_BLOCK = Local(1)


def make_rows() -> list[dict[str, Any]]:
    chosen = random.Random(12)
    texts = [sentence(chosen, 12) for _ in range(80)]
    texts += [altered(chosen, chosen.choice(texts), 1) for _ in range(40)] + chosen.choices(texts, k=40)
    chosen.shuffle(texts)
    return [
        chat(text, chosen.choice("aabc"), metadata={"who": chosen.randrange(30), "score": chosen.random()})
        for text in texts
    ]


ROWS = make_rows()

STEPS: dict[str, Any] = {
    "dedupe": lambda ds: ds.dedupe(key="prompt"),
    "best": lambda ds: ds.dedupe(key="prompt", keep="best:score"),
    "near": lambda ds: ds.dedupe(near=0.7),
    "near longest": lambda ds: ds.dedupe(near=0.7, keep="longest"),
    "conflicts": lambda ds: ds.resolve_conflicts("best:score"),
    "under": lambda ds: ds.balance(by="answer", how="under"),
    "over": lambda ds: ds.balance(by="answer", how="over"),
    "part": lambda ds: ds.split(valid=0.3, stratify="answer").valid,
    "several": lambda ds: ds.dedupe(near=0.7).split(valid=0.3, group="who").train.balance(by="answer", how="under"),
}  # fmt: skip


def output(engine: Local, ds: Dataset) -> bytes:
    return b"".join(lines for _, lines, _ in engine.map(ds.plan(), Outcome()))


@pytest.mark.parametrize("name", STEPS)
def test_steps(tmp_path: Path, name: str) -> None:
    ds: Dataset = STEPS[name](ftdata.read(written(tmp_path / "in.jsonl", ROWS)))
    expected = output(ONE_BLOCK, ds)
    assert 0 < expected.count(b"\n") != len(ROWS)
    assert output(Local(1, block_size=700), ds) == expected
    assert output(Local(2, block_size=5000), ds) == expected


@pytest.mark.parametrize("options", [{}, {"near": 0.7, "stratify": "answer"}, {"group": "who", "id": "who"}], ids=str)
def test_parts(tmp_path: Path, options: dict[str, Any]) -> None:
    ds = ftdata.read(written(tmp_path / "in.jsonl", ROWS))
    step = Split(parts_of([part("train", None), part("valid", 0.2), part("test", 0.2)]), **options)
    plan = replace(ds.plan(), route=step, outputs=3)

    def parts(engine: Local) -> list[bytes]:
        found = [b"", b"", b""]
        for _, number, lines, _ in engine.route(plan, Outcome()):
            found[number] += lines
        return found

    expected = parts(ONE_BLOCK)
    assert all(expected)
    assert parts(Local(1, block_size=700)) == expected
    assert parts(Local(2, block_size=5000)) == expected


@pytest.mark.parametrize(
    "kind", [OverlapKind(), OverlapKind(near=0.7), OverlapKind(ngram=5)], ids=["prompt", "near", "ngram"]
)
def test_overlap(tmp_path: Path, kind: OverlapKind) -> None:
    one = ftdata.read(written(tmp_path / "one.jsonl", ROWS[:100]))
    other = ftdata.read(written(tmp_path / "two.jsonl", ROWS[100:]))

    def pairs(engine: Local) -> tuple[Any, list[str]]:
        reference = engine.decide(replace(other.plan(), steps=(*other.plan().steps, Reference(kind))))
        about: Any = reference.decision
        decided = engine.decide(replace(one.plan(), steps=(*one.plan().steps, compared_with(kind, about.about))))
        found: Any = decided.decision
        return found.about, [str(decided.origin(pair.one)) for pair in found.about]

    expected = pairs(ONE_BLOCK)
    assert expected[0]
    assert pairs(Local(1, block_size=700)) == expected
    assert pairs(Local(2, block_size=5000)) == expected
