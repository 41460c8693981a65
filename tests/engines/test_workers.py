"""The seam for other workers than ours: a stand-in of the standard library's gives the same bytes."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cloudpickle
import pytest

import ftdata
from ftdata.dataset import Dataset
from ftdata.engines import Local, Outcome
from ftdata.engines.flow import BlockResult
from ftdata.engines.workers import Job, Workers
from ftdata.formats import FTDATA


def work(payload: bytes, index: int, task: Any) -> BlockResult:
    result: BlockResult = pickle.loads(payload)(index, task)
    return result


class Futures:
    """A crew over an executor: it hands tasks out a few ahead and gives the results in their order."""

    def __init__(self, executor: Executor, job: Job, ahead: int) -> None:
        self.idle = True
        self._executor, self._ahead = executor, ahead
        self._payload: bytes = cloudpickle.dumps(job)  # type: ignore[no-untyped-call]

    def results(self, tasks: Iterable[tuple[int, Any]]) -> Iterator[tuple[int, BlockResult]]:
        self.idle = False
        waiting = []
        for index, task in tasks:
            waiting.append((index, self._executor.submit(work, self._payload, index, task)))
            if len(waiting) > self._ahead:
                number, future = waiting.pop(0)
                yield number, future.result()
        for number, future in waiting:
            yield number, future.result()
        self.idle = True

    def again(self, job: Job) -> Futures:
        return Futures(self._executor, job, self._ahead)

    def stop(self) -> None:
        """The executor outlives the crew."""


class Standin:
    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self.started = 0

    def parallel(self, small: Callable[[], bool]) -> int:
        return 2

    def start(self, job: Job, parallel: int) -> Futures:
        self.started += 1
        return Futures(self._executor, job, parallel)


VERBS: dict[str, Callable[[Dataset], Dataset]] = {
    "map": lambda data: data.system(set="Be brief."),
    "survey": lambda data: data.dedupe(near=0.9),
    "gather": lambda data: data.sample(shuffle=True, seed=3),
    "both": lambda data: data.dedupe().sample(shuffle=True, seed=3).filter("'7' not in prompt"),
}


@pytest.fixture(scope="module")
def executor() -> Iterator[Executor]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        yield executor


@pytest.mark.process
@pytest.mark.parametrize("verb", VERBS)
def test_the_bytes_are_the_same_from_other_workers(verb: str, executor: Executor, tmp_path: Path) -> None:
    path = tmp_path / "chats.jsonl"
    path.write_text("".join(
        json.dumps({"messages": [
            {"role": "user", "content": f"Where is parcel {number % 90}?"},
            {"role": "assistant", "content": f"In Bergen, at counter {number % 90}."},
        ]}) + "\n"
        for number in range(400)
    ))  # fmt: skip
    standin = Standin(executor)
    assert isinstance(standin, Workers)

    def output(engine: Local) -> bytes:
        plan = VERBS[verb](ftdata.read(path)).plan(FTDATA)
        return b"".join(lines for _, lines, _ in engine.map(plan, Outcome()))

    assert output(Local(standin, block_size=4000)) == output(Local(1, block_size=4000)) != b""
    assert standin.started
