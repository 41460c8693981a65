"""Lines that workers of this machine leave in files."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

import ftdata.engines.cluster.spooling as spooling
from ftdata.engines import Local
from ftdata.engines.cluster.engine import Clustered
from ftdata.engines.cluster.spooling import Spool
from tests.engines.cluster.here import Here
from tests.engines.cluster.plans import PLANS, outcome, read, written


@pytest.fixture(autouse=True)
def _all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """However few they are."""
    monkeypatch.setattr(spooling, "LEAST", 1)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.mark.parametrize("name", ["map", "shuffle", "gather and map", "several"])
def test_they_do_not_come_through_the_store(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, 960)
    data = PLANS[name](read(path))
    cluster = Here()
    found = outcome(Clustered(cluster=cluster, block_size=path.stat().st_size // 4), data)
    assert found == outcome(Local(1), data)
    if name in ("map", "shuffle"):
        assert cluster.fetched < len(found[0]) / 2
    assert list(tmp_path.glob("ftdata-lines-*")) == []


@pytest.mark.parametrize("name", ["map", "shuffle"])
def test_where_the_folder_is_not_seen_they_do(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Spool, "made", classmethod(lambda cls: cls(str(tmp_path / "elsewhere"))))
    data = PLANS[name](read(written(tmp_path)))
    cluster = Here()
    found = outcome(Clustered(cluster=cluster, block_size=3000), data)
    assert found == outcome(Local(1), data)
    assert cluster.fetched > len(found[0])


def test_what_cannot_be_written_goes_another_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, data: bytes) -> int:
        self.touch()
        raise OSError("no space left")

    spool = Spool.made()
    monkeypatch.setattr(Path, "write_bytes", full)
    assert spool.left(b"lines\n") == ""
    assert list(Path(spool.folder).iterdir()) == []
