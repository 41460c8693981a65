"""The laws of engines, over a cluster that stands in for all of them: the same bytes, whatever dies."""

from __future__ import annotations

import inspect
import json
import pickle
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.dataset import Dataset
from ftdata.engines import Local
from ftdata.engines.cluster import called as there
from ftdata.engines.cluster.engine import BLOCKS, LARGEST, STREAMED, Clustered
from ftdata.engines.cluster.refusing import Everything
from ftdata.engines.cluster.shuffling import partitions
from ftdata.errors import FtdataError, RowError, StepError
from ftdata.files.sizes import BLOCK
from ftdata.files.source import Source
from tests.engines.cluster.here import Here, Kept, at_random
from tests.engines.cluster.plans import PLANS, lines, outcome, read, written
from tests.fuzz import verbs
from tests.fuzz.golden import rows_of
from tests.strategies import tries


def clustered(size: int = 3000, **how: Any) -> Clustered:
    return Clustered(cluster=Here(**how), block_size=size)


@pytest.fixture(scope="module")
def chats(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("chats"))


@pytest.mark.parametrize("slots", [1, 2, 8])
@pytest.mark.parametrize("name", PLANS)
def test_a_plan_comes_to_the_same(name: str, slots: int, chats: Path) -> None:
    data = PLANS[name](read(chats))
    found = outcome(clustered(slots=slots), data)
    assert found == outcome(Local(1, block_size=3000), data)
    assert found[0] and found[1]


@tries(30)
@given(st.sampled_from(sorted(PLANS)), st.integers(0, 2**32), st.sampled_from([700, 3000, 50_000]))
def test_and_so_it_does_where_workers_die_now_and_then(name: str, seed: int, size: int) -> None:
    data = PLANS[name](ftdata.read(_chats()))
    # As many as leave no task without a worker that lives.
    cluster = Here(2, at_random(seed, 0.2, 2))
    assert outcome(Clustered(cluster=cluster, block_size=size), data) == outcome(Local(1), data)


_FILE: list[Path] = []


def _chats() -> Path:
    """One file for all examples of a property."""
    if not _FILE:
        import tempfile

        _FILE.append(written(Path(tempfile.mkdtemp(prefix="ftdata-test-"))))
    return _FILE[0]


def _told(found: Any) -> Any:
    """What a verb or a report came to, for comparing."""
    if isinstance(found, Dataset):
        rejects: list[str] = []
        made = list(found.examples(on_reject=lambda reject: rejects.append(str(reject.error))))
        lines = outcome(found.engine(), found)
        return made, rejects, lines
    if hasattr(found, "parts") and not isinstance(found, dict):
        found = found.parts
    if isinstance(found, dict):
        return {key: _told(one) for key, one in found.items()}
    if isinstance(found, list | tuple):
        return [_told(one) for one in found]
    if hasattr(found, "to_dict"):
        return found.to_dict()
    shown = repr(found)
    return type(found).__name__ if " at 0x" in shown else shown


def _done(work: Callable[[], Any]) -> Any:
    try:
        return _told(work())
    except FtdataError as error:
        return type(error), str(error)


@pytest.mark.parametrize("method", sorted(verbs.methods()))
def test_every_verb_and_report_comes_to_the_same(method: str, tmp_path: Path) -> None:
    chance = Random(method)
    other = ftdata.read([{"messages": rows_of("ftdata")[1]["messages"]}], format="ftdata")
    args, options = verbs.drawn(method, chance, other)
    rows = chance.choices(rows_of("ftdata"), k=25)
    if method == "to_chat":
        rows = [{"prompt": f"{number % 7}?", "completion": "4"} for number in range(25)]
    path = tmp_path / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    for name in ("on_reject", "on_progress"):
        options.pop(name, None)

    def on(engine: Local) -> Any:
        data = ftdata.read(path, format=None if method == "to_chat" else "ftdata").on(engine)
        return _done(lambda: getattr(data, method)(*args, **options))

    assert on(clustered(2000)) == on(Local(1, block_size=2000))


def test_what_comes_here_of_a_shuffle_is_its_result_alone(chats: Path) -> None:
    """Neither what is scattered nor what groups leave goes through the driver, nor what is written into parts."""
    cluster = Here()
    size = chats.stat().st_size
    data = read(chats).sample(shuffle=True, seed=3).on(Clustered(cluster=cluster, block_size=3000))
    data.write(chats.parent / "shuffled.jsonl", parts=True, max_rejects=2)
    accounts = 2500 * (size // 3000 + 1) * 4
    assert cluster.fetched < size + accounts
    before = cluster.fetched
    outcome(Clustered(cluster=cluster, block_size=3000), read(chats).sample(shuffle=True, seed=3))
    assert cluster.fetched - before > size


# -- what cannot be done


class Poisoned(Here):
    """Workers die of the second block: each time that it comes, or the first time."""

    def __init__(self, lost: Callable[[int], bool]) -> None:
        super().__init__()
        self._lost, self._times = lost, 0

    def submit(self, returns: int, said: Any, values: Any) -> list[Kept]:
        made = super().submit(returns, said, values)
        if len(values) > 1 and getattr(values[1], "start", None) == 3000:
            self._times += 1
            if self._lost(self._times):
                for kept in made:
                    kept.data = None
        return made


@pytest.mark.parametrize(
    ("name", "lost"),
    [
        ("map", lambda time: time == 1),
        ("dedupe", lambda time: time % 2),  # what is lost comes once more, to be refused
        ("dedupe", lambda time: time == 1),  # the survey alone cannot take it in
        ("shuffle", lambda time: time == 1),
        ("several", lambda time: time % 2),
    ],
    ids=["map", "survey and decision", "survey", "gather", "several"],
)
def test_a_block_of_which_workers_die_is_refused_row_by_row(
    name: str, lost: Callable[[int], bool], tmp_path: Path
) -> None:
    """It is named, its rows are in the account, and the run goes on."""
    path = written(tmp_path)
    made, rejects, tally = outcome(Clustered(cluster=Poisoned(lost), block_size=3000), PLANS[name](read(path)))
    refused = [one for one in rejects if "workers died" in one]
    assert 5 < len(refused) < 40
    assert "bytes 3,000 to 6,000" in refused[0]
    at = {int(one.removeprefix(f"{path}:").split(":")[0]) for one in refused}
    assert len(at) == len(refused)
    rest = lines().splitlines(keepends=True)
    without = tmp_path / "without.jsonl"
    without.write_bytes(b"".join(row for number, row in enumerate(rest, 1) if number not in at))
    expected = outcome(Local(1), PLANS[name](read(without)))
    assert sorted(made.splitlines()) == sorted(expected[0].splitlines())
    assert tally["read"] == 240


def test_a_partition_of_which_workers_die_is_refused_example_by_example(chats: Path) -> None:
    class Torn(Here):
        def submit(self, returns: int, said: Any, values: Any) -> list[Kept]:
            made = super().submit(returns, said, values)
            if isinstance(values[-1], list) and values[0] == 1 and not self.deaths:  # the work on the second partition
                self.deaths = 1
                for kept in made:
                    kept.data = None
            return made

    made, rejects, tally = outcome(Clustered(cluster=Torn(), block_size=3000), PLANS["shuffle"](read(chats)))
    refused = [one for one in rejects if "at a part of the groups" in one]
    assert refused and len(refused) + made.count(b"\n") == 238
    places = [int(one.split(":")[1]) for one in refused]
    assert places == sorted(places)
    assert tally["rejected"]


def test_a_block_that_only_the_survey_cannot_take_is_refused_before_its_decision_counts() -> None:
    refused = Everything(RowError("died"))
    assert refused and refused.get(10**9).message == "died"
    assert pickle.loads(pickle.dumps(refused)).get(3).message == "died"


def test_what_no_worker_can_read_ends_the_run_with_its_place(chats: Path) -> None:
    with pytest.raises(FtdataError, match=r"chats.jsonl: workers died, one after another, at bytes 0 to 3,000"):
        outcome(Clustered(cluster=Here(dies=lambda: True), block_size=3000), PLANS["map"](read(chats)))


def test_the_users_fault_ends_the_run_at_the_earliest_example(chats: Path) -> None:
    def fails(example: dict[str, Any]) -> dict[str, Any]:
        return {"x": example["metadata"]["none"]}

    data = read(chats).map(fails)
    with pytest.raises(StepError) as found:
        outcome(clustered(), data)
    with pytest.raises(StepError) as expected:
        outcome(Local(1), data)
    assert str(found.value) == str(expected.value)


def test_another_version_on_a_worker_is_told(chats: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftdata.engines.cluster.staging.VERSION", "9.9.9 on Python 3.99")
    with pytest.raises(RuntimeError, match=r"the plan was made by ftdata 9\.9\.9 .*same versions on all machines"):
        outcome(clustered(), PLANS["map"](read(chats)))


def test_what_a_worker_calls_needs_nothing_of_ftdata_to_say_that_it_is_missing() -> None:
    source = inspect.getsource(there.called)
    before = source[: source.index("from ftdata")]
    names = set(there.called.__code__.co_names) & set(vars(there))
    assert not names - {"called"} and "import ftdata\n" in before


def test_a_job_that_cannot_travel_runs_here(chats: Path, caplog: pytest.LogCaptureFixture) -> None:
    held = read(chats).map(partial(_holding, threading.Lock()))
    for data in (held, held.dedupe(), held.sample(shuffle=True)):
        caplog.clear()
        assert outcome(clustered(), data) == outcome(Local(1), data)
        assert "runs in one process" in caplog.text


def _holding(held: object, example: dict[str, Any]) -> dict[str, Any]:
    return example


# -- sizes


@pytest.mark.parametrize("size", [0, 1 << 30, 10 << 30, 1 << 40, 1 << 43])
def test_blocks_and_pieces_stay_few_and_small(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Clustered(cluster=Here(slots=100))
    source = Source(())
    monkeypatch.setattr(Source, "size", property(lambda self: size))
    block = engine._size(source)
    count = partitions(size, block, 100)
    assert BLOCK <= block <= LARGEST
    assert block == LARGEST or size // block <= 2 * BLOCKS
    assert 1 <= count <= 256
    assert STREAMED <= LARGEST
