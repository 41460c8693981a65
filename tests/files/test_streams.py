"""File objects: whatever can be written into one is read as its file would be."""

from __future__ import annotations

import gzip
import io
import logging
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.errors import InputError
from tests.files import samples
from tests.files.samples import ROWS

BYTES: dict[str, bytes] = {
    "jsonl": samples.lines(ROWS),
    "gzip": gzip.compress(samples.lines(ROWS)),
    "zstd": samples.PACK[".zst"](samples.lines(ROWS)),
    "csv": samples.csv_text(ROWS).encode(),
    "json": b"[" + samples.lines(ROWS).replace(b"}\n", b"},")[:-1] + b"]",
}


def rows(source: Any) -> int:
    return sum(1 for _ in ftdata.read(source).source.rows())


@pytest.mark.parametrize("kind", BYTES)
def test_bytes_without_a_name_are_told_by_how_they_begin(kind: str) -> None:
    assert rows(io.BytesIO(BYTES[kind])) == len(ROWS)


@pytest.mark.parametrize("ending", [".parquet", ".arrow", ".xlsx", ".csv"])
def test_tables_too(ending: str, tmp_path: Path) -> None:
    data = [{"prompt": "a", "completion": "b"}]
    ftdata.read(data).write(tmp_path / f"t{ending}")
    assert rows(io.BytesIO((tmp_path / f"t{ending}").read_bytes())) == 1


def test_text_and_open_files_are_read_from_where_they_stand(tmp_path: Path) -> None:
    assert rows(io.StringIO(samples.lines(ROWS).decode())) == len(ROWS)
    path = tmp_path / "t.jsonl"
    path.write_bytes(b"no json\n" + samples.lines(ROWS))
    with path.open("rb") as stream:
        stream.readline()
        data = ftdata.read(stream)
    assert repr(data) == f"Dataset({path})"
    assert sum(1 for _ in data.source.rows()) == len(ROWS)


def test_it_can_be_read_twice_and_by_workers() -> None:
    data = ftdata.read(io.BytesIO(b'{"prompt":"a","completion":"b"}\n' * 100))
    assert data.count() == data.count(workers=2) == len(data.to_list()) == 100


def test_errors_name_what_was_given() -> None:
    with pytest.raises(InputError, match=r"^<BytesIO>: is empty"):
        ftdata.read(io.BytesIO(b""))
    with pytest.raises(ftdata.RowError, match=r"^<BytesIO>:2: "):
        ftdata.read(io.BytesIO(b'{"prompt": "a", "completion": "b"}\n{"prompt"\n')).to_list()
    closed = io.BytesIO(b"x")
    closed.close()
    with pytest.raises(InputError, match="closed file"):
        ftdata.read(closed)


def test_lazy_frames_are_collected() -> None:
    import polars

    lazy = polars.LazyFrame({"prompt": ["a", "b"], "completion": ["1", "2"]}).filter(polars.col("prompt") == "b")
    assert ftdata.read(lazy).to_list() == [{"prompt": "b", "completion": "2"}]


def test_a_run_is_logged_for_programs(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    data: list[dict[str, Any]] = [
        {"prompt": "a", "completion": "b", "metadata": {"n": 1}},
        {"prompt": "a", "completion": "b"},
        {"prompt": 1},
    ]
    with caplog.at_level(logging.INFO, logger="ftdata"):
        ftdata.read(data, format="completion").dedupe().write(
            tmp_path / "o.jsonl", format="openai", max_rejects=1, rejects=tmp_path / "r.jsonl"
        )
    told = [record.getMessage() for record in caplog.records if record.name == "ftdata.run"]
    assert told[0] == "read <list> as completion"
    assert "read 3 rows" in told
    assert "written 1 example" in told
    for begin in ("dropped 1 by dedupe: ", "rejected 1 by "):
        assert any(line.startswith(begin) for line in told), told
    assert f"output {tmp_path / 'o.jsonl'} as openai" in told
    assert told[-1] == f"rejects {tmp_path / 'r.jsonl'}"
