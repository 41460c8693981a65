"""Memory does not grow with the rows, beyond a few bytes of a hash or a place for each: buffers are small here."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.engines.local import Local
from ftdata.errors import UnknownFormatError
from tests.bench import shapes

FEW, MANY = 400, 2_000
BLOCK, PARTITION = 16 << 10, 32 << 10

FLAT = 60
"""Bytes a row that a pass may keep: of each block it knows where it stands, and blocks have twenty rows here."""
HASHES = 300
"""Bytes a row that what compares rows may keep of each: a row's text has 800, as objects it has 5,000."""

Run = Callable[[Any, Path], object]


def _diffed(data: Any, out: Path) -> object:
    changed = data.map(lambda example: {**example, "metadata": {"new": True}})
    return data.diff(changed, facts=False)


RUNS: dict[str, tuple[str, int, Run]] = {
    "write": ("in.jsonl", FLAT, lambda data, out: data.write(out)),
    "merged": ("calls.jsonl", HASHES, lambda data, out: data.merge_calls("prefix").write(out)),
    "conversations": ("threads.csv", FLAT, lambda data, out: data.gather_messages(group_by="id").write(out)),
    "shuffle": ("in.jsonl", HASHES, lambda data, out: data.shuffle().write(out)),
    "dedupe": ("in.jsonl", HASHES, lambda data, out: data.dedupe().write(out)),
    "check": ("in.jsonl", HASHES, lambda data, out: data.check()),
    "stats": ("in.jsonl", HASHES, lambda data, out: data.stats()),
    "diff": ("in.jsonl", 2 * HASHES, _diffed),
    "report": ("in.jsonl", HASHES, lambda data, out: data.report(examples=5)),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    made = {count: tmp_path_factory.mktemp(f"rows{count}") for count in (FEW, MANY)}
    for count, folder in made.items():
        shapes.write_all(folder, count, named=("in.jsonl", "calls.jsonl"))
    return made


def peak(run: Run, path: Path, out: Path) -> int:
    """The bytes that Python's objects took at once, beyond those that were there before."""
    data = ftdata.read(path).on(Local(1, block_size=BLOCK))
    with suppress(UnknownFormatError):
        data.detected()  # which looks at the first megabyte
    gc.collect()
    tracemalloc.start()
    try:
        run(data, out)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNS)
def test_memory_hardly_grows_with_the_rows(
    name: str, folders: dict[int, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ftdata.engines.spill.PARTITION", PARTITION)
    monkeypatch.setattr("ftdata.engines.spill._BUFFER", 1 << 9)
    file, most, run = RUNS[name]
    for number in range(2):  # what is loaded once, at first or when it has been asked for often
        peak(run, folders[FEW] / file, tmp_path / f"warm{number}.jsonl")
    few, many = (peak(run, folders[count] / file, tmp_path / f"{count}.jsonl") for count in (FEW, MANY))
    assert (many - few) / (MANY - FEW) < most
