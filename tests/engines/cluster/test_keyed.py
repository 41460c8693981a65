"""Surveys that are decided key by key: the same decision, and no summary here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata.engines.cluster.keyed as keyed
from ftdata.dataset import Dataset
from ftdata.engines import Local
from ftdata.engines.cluster.engine import Clustered
from ftdata.engines.cluster.far import Chain, FarFates, Remote, itself
from ftdata.errors import UsageError
from ftdata.steps.keyed import KeyedSurvey
from tests.engines.cluster.here import Here
from tests.engines.cluster.plans import lines, outcome, read, written
from tests.strategies import tries

SURVEYS: dict[str, Callable[[Dataset], Dataset]] = {
    "dedupe": lambda data: data.dedupe(),
    "dedupe by key": lambda data: data.dedupe(key="metadata.who"),
    "dedupe, the last": lambda data: data.dedupe(key="metadata.who", keep="last"),
    "dedupe, the best": lambda data: data.dedupe(key="metadata.who", keep="best:score"),
    "dedupe of nothing": lambda data: data.filter("score > 2").dedupe(),
    "balance under": lambda data: data.balance(by="answer", how="under"),
    "balance over": lambda data: data.balance(by="answer", how="over"),
    "balance cap": lambda data: data.balance(by="answer", how="cap", target=20),
    "balance weights": lambda data: data.balance(by="metadata.who", how="weights"),
    "split": lambda data: data.split(valid=0.3).train,
    "split in three": lambda data: data.split(valid=0.2, test=0.3).valid,
    "split by id": lambda data: data.split(valid=0.3, id="metadata.who").train,
}  # fmt: skip

REFUSED: dict[str, Callable[[Dataset], Dataset]] = {
    "no key": lambda data: data.dedupe(key="metadata.none"),
    "no class": lambda data: data.balance(by="metadata.none", how="under"),
    "nothing to balance": lambda data: data.filter("score > 2").balance(by="answer", how="under"),
    "too many copies": lambda data: data.balance(by="answer", how="over", target=10**9),
    "no id": lambda data: data.split(valid=0.3, id="metadata.none").train,
    "an empty part": lambda data: data.split(valid=0.00001).train,
}  # fmt: skip


@pytest.fixture(scope="module")
def chats(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("chats"))


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyed, "FATES", 50)
    monkeypatch.setattr(keyed, "partitions", lambda *sizes: 5)


def decided(engine: Local, data: Dataset) -> Any:
    """What a plan comes to, and what else its decision knows."""
    found = data.on(engine)
    step = found.decided()
    about: Any = step.decision.about  # type: ignore[union-attr] # of all these
    if hasattr(about, "removed"):
        places = [
            (str(step.origin(one)), str(step.origin(twin)))
            for one, twin in zip(about.removed, about.twins, strict=True)
        ]
        about = about.count, list(about.scores), places
    return outcome(engine, data), about


@pytest.mark.parametrize("name", SURVEYS)
def test_a_survey_comes_to_the_same(name: str, chats: Path) -> None:
    data = SURVEYS[name](read(chats))
    assert isinstance(data.steps[-1], KeyedSurvey) or hasattr(data.steps[-1], "surveys")
    expected = decided(Local(1, block_size=3000), data)
    assert decided(Clustered(cluster=Here(), block_size=3000), data) == expected


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_refused_in_the_same_words(name: str, chats: Path) -> None:
    data = REFUSED[name](read(chats))
    with pytest.raises(UsageError) as expected:
        outcome(Local(1), data)
    with pytest.raises(UsageError) as found:
        outcome(Clustered(cluster=Here(), block_size=3000), data)
    assert str(found.value) == str(expected.value)


def test_examples_are_given_here_too(chats: Path) -> None:
    data = read(chats).dedupe()
    expected = list(data.on(Local(1)).examples(on_reject=lambda reject: None))
    assert list(data.on(Clustered(cluster=Here(), block_size=3000)).examples(on_reject=lambda reject: None)) == expected


def test_a_decision_may_be_applied_by_another_engine(chats: Path) -> None:
    data = read(chats).dedupe()
    decisions: dict[Any, Any] = {}
    outcome(Clustered(cluster=Here(), block_size=3000, decisions=decisions), data)
    found = outcome(Local(2, block_size=3000, decisions=decisions), data)
    assert len(decisions) == 1 and found == outcome(Local(1), data)


def test_no_hash_comes_here(tmp_path: Path) -> None:
    """Only accounts and counts do: as much for four times the examples in as many blocks."""

    def fetched(count: int) -> int:
        path = tmp_path / f"{count}.jsonl"
        path.write_bytes(b"".join(row for row in lines(count).splitlines(keepends=True) if b'"score"' in row))
        cluster = Here()
        engine = Clustered(cluster=cluster, block_size=path.stat().st_size // 5)
        read(path).dedupe().on(engine).decided()
        return cluster.fetched

    assert fetched(1600) < fetched(400) + 1200  # a hash alone has 16


@tries(60)
@given(st.lists(st.binary(max_size=8)), st.data())
def test_pieces_read_as_one(pieces: list[bytes], data: st.DataObject) -> None:
    import numpy as np

    whole = b"".join(pieces)
    starts = [0, *(sum(map(len, pieces[: at + 1])) for at in range(len(pieces)))]
    kept = [Remote(np.frombuffer(piece, np.uint8), itself) for piece in pieces]
    table = bytes(range(255, -1, -1))
    chain, fates = Chain(kept, starts), FarFates(kept, starts)
    turned = fates.translate(table)
    cut = data.draw(st.slices(len(whole)))
    assert (list(chain), list(fates), list(turned)) == (list(whole), list(whole), list(whole.translate(table)))
    assert list(chain[cut]) == list(whole[cut]) and bytes(fates[cut]) == whole[cut]
    assert bytes(turned.translate(table)[cut]) == whole[cut] and len(fates) == len(whole)
    if whole:
        at = data.draw(st.integers(-len(whole), len(whole) - 1))
        assert (chain[at], fates[at], turned[at]) == (whole[at], whole[at], 255 - whole[at])
    with pytest.raises(IndexError):
        chain[len(whole)]
