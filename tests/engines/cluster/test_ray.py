"""Ray for real: several processes, an object store, and workers that are killed."""

from __future__ import annotations

import os
import runpy
import signal
import threading
import time
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import psutil
import pytest

import ftdata
from ftdata.engines import Local
from ftdata.engines.chosen import engine_of
from ftdata.engines.cluster.engine import Clustered
from ftdata.engines.cluster.ray import connect
from ftdata.errors import FtdataError, UsageError
from tests.engines.cluster.plans import PLANS, lines, outcome, written

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("ray_of_two")]


def on_ray(size: int = 6000, limit: int | None = None) -> Clustered:
    return Clustered(cluster=connect(""), block_size=size, limit=limit)


@pytest.mark.parametrize("name", ["function", "balance", "near", "gather twice", "several"])
def test_a_plan_comes_to_the_same(name: str, tmp_path: Path) -> None:
    data = PLANS[name](ftdata.read(written(tmp_path)))
    expected = outcome(Local(1), data)
    assert outcome(on_ray(), data) == expected
    if name == "gather twice":
        assert outcome(on_ray(limit=1), data) == expected


def test_reports_come_to_the_same(tmp_path: Path) -> None:
    data = ftdata.read(written(tmp_path))

    def found(engine: str) -> list[Any]:
        here = data.on(engine)
        return [here.stats("gpt-4.1").to_dict(), here.check().to_dict(), here.look().to_dict()]

    assert found("ray") == found("local")


def test_workers_that_are_killed_change_nothing(tmp_path: Path) -> None:
    """One of them now and then, as its memory or its machine may go, while they work."""
    path = written(tmp_path, 480)
    data = PLANS["several"](ftdata.read(path).map(_slowly))
    expected = outcome(Local(1), PLANS["several"](ftdata.read(path).map(_at_once)))
    over = threading.Event()
    killed: list[int] = []

    def kill() -> None:
        chance = Random(3)
        while not over.wait(0.3 * chance.random()) and len(killed) < 2:
            busy = [one for one in psutil.Process().children(recursive=True) if _is_busy(one)]
            if busy:
                victim = chance.choice(busy)
                victim.send_signal(signal.SIGKILL)
                killed.append(victim.pid)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        assert outcome(on_ray(8000), data) == expected
    finally:
        over.set()
        thread.join()
    assert killed


def _is_busy(process: psutil.Process) -> bool:
    try:
        return process.name().startswith("ray::ftdata") or "ray::ftdata" in " ".join(process.cmdline()[:1])
    except psutil.Error:
        return False


def _at_once(example: dict[str, Any]) -> dict[str, Any]:
    return example


def _slowly(example: dict[str, Any]) -> dict[str, Any]:
    time.sleep(0.004)
    return example


def test_a_row_that_kills_its_workers_costs_its_block_alone(tmp_path: Path) -> None:
    def deadly(example: dict[str, Any]) -> dict[str, Any]:
        if example["metadata"]["score"] == 7:
            os.kill(os.getpid(), signal.SIGKILL)
        return example

    rows = lines().splitlines(keepends=True)
    rows[100] = rows[100].replace(b'"score":', b'"score": 7, "was":')
    path = tmp_path / "deadly.jsonl"
    path.write_bytes(b"".join(rows))
    made, rejects, tally = outcome(on_ray(), ftdata.read(path).map(deadly))
    refused = [one for one in rejects if "workers died, one after another, at bytes" in one]
    assert f"{path}:101: " in " ".join(refused)
    assert 10 < len(refused) < 80
    assert tally["read"] == 240 == made.count(b"\n") + len(rejects)


def test_an_object_store_is_read_and_written_by_workers(store: str, tmp_path: Path) -> None:
    import fsspec

    system = fsspec.filesystem("s3", skip_instance_cache=True)
    path = written(tmp_path)
    system.put_file(str(path), f"{store}/in/chats.jsonl")
    gone: list[str] = []
    data = PLANS["several"](ftdata.read(f"{store}/in/*.jsonl")).on(on_ray())
    result = data.write(
        f"{store}/out/train.jsonl.gz", parts=True, max_rejects=2, on_progress=lambda size: gone.append("")
    )
    expected = outcome(Local(1), PLANS["several"](ftdata.read(path)))
    assert len(result.written) > 2 and len(gone) > 2
    system.invalidate_cache()
    standing = sorted(one.rpartition("/")[2] for one in system.find(f"{store}/out"))
    assert standing == [*(one.path.rpartition("/")[2] for one in result.written), "train.parts.json"]
    assert b"".join(map(_unzipped, result.paths)) == expected[0]
    merged = data.write(f"{store}/out/one.jsonl", merge_parts=True, max_rejects=2)
    system.invalidate_cache()
    assert system.cat_file(merged.paths[0]) == expected[0]


def _unzipped(path: str) -> bytes:
    import fsspec

    with fsspec.open(path, "rb", compression="gzip") as stream:
        return bytes(stream.read())


def test_names_of_engines(tmp_path: Path) -> None:
    assert isinstance(engine_of("ray", None, {}), Clustered)
    with pytest.raises(UsageError, match="connected to another Ray"):
        engine_of("ray://elsewhere:10001", None, {})


def test_the_example_runs_on_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = Path(ftdata.__file__).parent.parent / "examples" / "cluster.py"
    for engine in ("local", "ray"):
        monkeypatch.setattr("sys.argv", [str(script), str(tmp_path / f"{engine}.jsonl"), engine])
        runpy.run_path(str(script), run_name="__main__")
    assert (tmp_path / "ray.jsonl").read_bytes() == (tmp_path / "local.jsonl").read_bytes() != b""


@pytest.fixture
def unknown_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function of a module that workers do not find."""
    (tmp_path / "mine_alone.py").write_text("def same(example):\n    return example\n")
    monkeypatch.syspath_prepend(tmp_path)
    return import_module("mine_alone").same


def test_a_module_that_workers_lack_is_named(tmp_path: Path, unknown_there: Any) -> None:
    data = ftdata.read(written(tmp_path)).map(unknown_there)
    with pytest.raises(FtdataError, match=r"No module named 'mine_alone'.*define the function in the script"):
        outcome(on_ray(), data)


@pytest.mark.slow
def test_runs_that_fail_leave_this_process_alone(tmp_path: Path, unknown_there: Any) -> None:
    """What is on its way when a run fails ends at any moment of the run's end: one of hundreds is the wrong one."""
    data = ftdata.read(written(tmp_path)).map(unknown_there)
    for _ in range(500):
        with pytest.raises(FtdataError, match="No module named 'mine_alone'"):
            outcome(on_ray(), data)
