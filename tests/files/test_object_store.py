"""Outputs in an object store: a real S3 server on this machine, reached as users reach theirs."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from moto.server import ThreadedMotoServer

import ftdata
from ftdata.errors import OutputError, UsageError
from tests.cli import running

ROWS = [{"prompt": f"{n}?", "completion": str(n)} for n in range(50)]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def store(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A bucket named `data`, empty."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    fsspec.get_filesystem_class("s3").clear_instance_cache()  # another module's server has gone
    system = fsspec.filesystem("s3", skip_instance_cache=True)
    system.mkdir("data")
    yield system
    system.rm("data", recursive=True)


def written(store: Any) -> list[str]:
    store.invalidate_cache()
    return sorted(path.removeprefix("data/") for path in store.find("data"))


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz", "parquet"])
def test_an_object_is_written_and_read_back(store: Any, ending: str) -> None:
    result = ftdata.read(ROWS).write(f"s3://data/deep/train.{ending}")
    assert written(store) == [f"deep/train.{ending}"]
    assert result.written[0].bytes == store.info(f"data/deep/train.{ending}")["size"]
    assert ftdata.read(f"s3://data/deep/train.{ending}").to_list() == ROWS


def test_an_object_is_replaced_only_by_force(store: Any) -> None:
    ftdata.read(ROWS).write("s3://data/a.jsonl")
    with pytest.raises(OutputError, match="exists already"):
        ftdata.read(ROWS[:1]).write("s3://data/a.jsonl")
    ftdata.read(ROWS[:1]).write("s3://data/a.jsonl", force=True)
    assert json.loads(store.cat("data/a.jsonl")) == ROWS[0]
    with pytest.raises(UsageError, match="is an input"):
        ftdata.read("s3://data/a.jsonl").write("s3://data/a.jsonl", force=True)


def test_nothing_is_put_where_rows_were_rejected(store: Any) -> None:
    with pytest.raises(ftdata.RejectedRows):
        ftdata.read([*ROWS, {"prompt": "1"}], format="completion").write("s3://data/a.jsonl")
    assert written(store) == []


def test_rejects_manifest_and_numbered_parts_stand_beside(store: Any, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text("\n".join(map(json.dumps, [*ROWS, {"prompt": 1, "completion": "x"}])))
    found = ftdata.read(source, format="completion").write(
        "s3://data/p-{n}.jsonl", max_rows=20, rejects="s3://data/p.rejects.jsonl", max_rejects=1, manifest=True
    )
    assert written(store) == ["p-1.jsonl", "p-2.jsonl", "p-3.jsonl", "p-all.manifest.json", "p.rejects.jsonl"]
    assert found.rejects == "s3://data/p.rejects.jsonl"
    says = json.loads(store.cat("data/p-all.manifest.json"))
    assert [one["path"] for one in says["outputs"]] == [f"s3://data/p-{n}.jsonl" for n in (1, 2, 3)]
    # Another run makes fewer parts: what is left of the first one goes, and so do its rejects.
    again = ftdata.read(ROWS[:25]).write(
        "s3://data/p-{n}.jsonl", max_rows=20, rejects="s3://data/p.rejects.jsonl", force=True
    )
    assert again.removed == ("s3://data/p-3.jsonl",)
    assert written(store) == ["p-1.jsonl", "p-2.jsonl", "p-all.manifest.json"]


def test_the_command_line_writes_there(store: Any, tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text("\n".join(map(json.dumps, ROWS)))
    done = running.ftdata(tmp_path, "dedupe", "in.jsonl", "-o", "s3://data/{stem}.jsonl.gz")
    assert done.code == 0, done.err
    assert gzip.decompress(store.cat("data/in.jsonl.gz")).count(b"\n") == 50


def test_a_bucket_that_is_not_there_is_told(store: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(OutputError, match=r"s3://nowhere/a\.jsonl"):
        ftdata.read(ROWS).write("s3://nowhere/a.jsonl")
    assert not list(tmp_path.glob("*.part"))


def test_a_web_address_is_refused_before_the_work() -> None:
    with pytest.raises(UsageError, match="a web address can be read but not written"):
        ftdata.read(ROWS).write("https://example.com/a.jsonl")
    with pytest.raises(UsageError, match="is a folder"):
        ftdata.read(ROWS).write("memory://data/")
