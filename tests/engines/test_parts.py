"""Outputs in parts: workers write them, and they are there all together or not at all."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.dataset import Dataset
from ftdata.engines import Local
from ftdata.engines.cluster.engine import Clustered
from ftdata.errors import OutputError, UsageError
from ftdata.findings import EmptyOutputError, RejectedRows
from tests.cli.running import ftdata as command
from tests.engines.cluster.here import Here, at_random
from tests.engines.cluster.plans import PLANS, written

ENGINES: dict[str, Any] = {
    "one process": lambda: Local(1, block_size=3000),
    "cluster": lambda: Clustered(cluster=Here(), block_size=3000),
    "dying cluster": lambda: Clustered(cluster=Here(2, at_random(7, 0.3, 2)), block_size=3000),
}


def on(engine: str, path: Path) -> Dataset:
    return ftdata.read(path).on(ENGINES[engine]())


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["map", "dedupe", "gather and map", "gather twice"])
def test_parts_are_the_same_bytes(engine: str, name: str, tmp_path: Path) -> None:
    path, out = written(tmp_path), tmp_path / "out"
    out.mkdir()
    whole = PLANS[name](ftdata.read(path)).write(tmp_path / "whole.jsonl", max_rejects=2, rejects=tmp_path / "r1.jsonl")
    made = PLANS[name](on(engine, path)).write(
        out / "train.jsonl", parts=True, max_rejects=2, rejects=tmp_path / "r2.jsonl"
    )
    assert len(made.paths) > 3
    assert b"".join(Path(one).read_bytes() for one in made.paths) == Path(whole.paths[0]).read_bytes()
    assert made.tally.to_dict() == whole.tally.to_dict()
    assert (tmp_path / "r1.jsonl").read_bytes() == (tmp_path / "r2.jsonl").read_bytes()
    count = len(made.paths)
    names = [f"train-{number:05}-of-{count:05}.jsonl" for number in range(count)]
    assert sorted(one.name for one in out.iterdir()) == sorted([*names, "train.parts.json"])
    says = json.loads((out / "train.parts.json").read_bytes())
    assert [one["path"] for one in says["parts"]] == names
    assert says["rows"] == whole.tally.written and says["bytes"] == whole.written[0].bytes
    assert ftdata.read(out / "*.jsonl").count() == whole.tally.written


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz"])
def test_parts_are_put_together_in_one_file(ending: str, tmp_path: Path) -> None:
    path = written(tmp_path)
    out = tmp_path / f"one.{ending}"
    made = PLANS["dedupe"](on("cluster", path)).write(out, merge_parts=True, max_rejects=2)
    whole = PLANS["dedupe"](ftdata.read(path)).write(tmp_path / "whole.jsonl", max_rejects=2)
    data = out.read_bytes()
    assert (gzip.decompress(data) if ending.endswith("gz") else data) == Path(whole.paths[0]).read_bytes()
    assert made.written[0].bytes == len(data) and made.written[0].rows == whole.tally.written
    assert sorted(one.name for one in tmp_path.iterdir()) == ["chats.jsonl", out.name, "whole.jsonl"]


def test_each_part_of_a_split_is_in_parts(tmp_path: Path) -> None:
    path = written(tmp_path)
    parts = on("cluster", path).split(valid=0.3)
    made = parts.write(str(tmp_path / "{part}.jsonl"), parts=True, max_rejects=2)
    whole = ftdata.read(path).split(valid=0.3).write(str(tmp_path / "{part}-whole.jsonl"), max_rejects=2)
    for name in ("train", "valid"):
        together = b"".join(Path(one).read_bytes() for one in made.paths if f"{name}-0" in one)
        assert together == (tmp_path / f"{name}-whole.jsonl").read_bytes()
    assert made.tally.to_dict() == whole.tally.to_dict()


def test_fewer_parts_take_those_of_an_earlier_run_away(tmp_path: Path) -> None:
    path = written(tmp_path)
    first = on("cluster", path).write(tmp_path / "o.jsonl", parts=True, max_rejects=2)
    with pytest.raises(OutputError, match="exists already"):
        on("cluster", path).write(tmp_path / "o.jsonl", parts=True, max_rejects=2)
    second = on("cluster", path).sample(3).write(tmp_path / "o.jsonl", parts=True, max_rejects=2, force=True)
    assert len(second.paths) < len(first.paths)
    assert sorted(tmp_path.glob("o-*.jsonl")) == sorted(map(Path, second.paths))
    assert second.removed


@pytest.mark.parametrize("fails", ["rejects", "empty", "full"])
def test_what_fails_leaves_nothing(fails: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path)
    data = on("cluster", path)
    if fails == "rejects":
        with pytest.raises(RejectedRows):
            data.write(tmp_path / "o.jsonl", parts=True)
    elif fails == "empty":
        with pytest.raises(EmptyOutputError):
            data.filter("1 == 2").write(tmp_path / "o.jsonl", parts=True, max_rejects=2)
    else:
        monkeypatch.setattr("ftdata.files.output.os.fsync", _no_room)
        with pytest.raises(OutputError, match="No space left"):
            data.write(tmp_path / "o.jsonl", parts=True, max_rejects=2)
    assert [one.name for one in tmp_path.iterdir()] == ["chats.jsonl"]


def _no_room(handle: int) -> None:
    raise OSError(28, "No space left on device")


def test_an_empty_output_is_one_empty_part(tmp_path: Path) -> None:
    data = ftdata.read(written(tmp_path)).filter("1 == 2")
    made = data.write(tmp_path / "o.jsonl", parts=True, max_rejects=2, allow_empty=True)
    assert [Path(one).name for one in made.paths] == ["o-00000-of-00001.jsonl"]
    assert Path(made.paths[0]).read_bytes() == b""


def test_a_folder_that_workers_do_not_see_is_named(tmp_path: Path) -> None:
    class Elsewhere(Here):
        def submit(self, returns: int, said: Any, values: Any) -> Any:
            for folder in tmp_path.glob(".*.part"):
                folder.rmdir()
            return super().submit(returns, said, values)

    data = ftdata.read(written(tmp_path)).on(Clustered(cluster=Elsewhere()))
    with pytest.raises(OutputError, match="name a folder that they share"):
        data.write(tmp_path / "o.jsonl", parts=True, max_rejects=2)


@pytest.mark.parametrize(
    ("path", "options", "says"),
    [
        ("-", {"parts": True}, "stdout is not written in parts"),
        ("o.parquet", {"parts": True}, "a table is not written in parts"),
        ("{stem}.out", {"parts": True}, "a pattern is not written in parts"),
        ("o.jsonl", {"parts": True, "merge_parts": True}, "left apart or put together"),
        ("o-{n}.jsonl", {"parts": True, "max_rows": 3}, "as large as what a worker reads"),
    ],
)
def test_what_cannot_be_meant_is_refused(path: str, options: dict[str, Any], says: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=says):
        ftdata.read([{"prompt": "a", "completion": "b"}]).write(path, **options)


def test_the_command_line_writes_parts_and_knows_engines(tmp_path: Path) -> None:
    written(tmp_path)
    done = command(tmp_path, "dedupe", "chats.jsonl", "-o", "o.jsonl", "--parts", "--engine", "local", "--json")
    assert done.code == 1  # two rows are rejected
    assert "o-00000-of-00001.jsonl" in done.err and (tmp_path / "o.parts.json").exists()
    done = command(tmp_path, "stats", "chats.jsonl", "--engine", "spark")
    assert done.code == 2 and 'no engine called "spark"' in done.err.replace("'", '"')
