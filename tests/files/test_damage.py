"""Damaged files of columns: rows, rejects or an error that names the file, and never anything else."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ftdata.errors import InputError
from ftdata.files import open_source
from tests.files import samples

TABLE = samples.table(
    [
        {"s": text, "n": number, "l": [1, 2][: number % 3], "o": {"a": "x", "f": number / 2}}
        for number, text in enumerate(["abc", "dé", "x" * 50] * 10)
    ]
)


def whole(folder: Path, kind: str) -> bytes:
    path = folder / "whole"
    if kind == "parquet":
        return samples.parquet(path, TABLE, row_group_size=10).read_bytes()
    return (samples.arrow_file if kind == "file" else samples.arrow_stream)(path, TABLE).read_bytes()


def outcome(path: Path) -> str:
    try:
        return "rows" if all(isinstance(row, dict) for _, row in open_source([path]).rows()) else "rejects"
    except InputError as error:
        assert str(error).startswith(str(path))
        return "error"


@pytest.mark.parametrize("kind", ["file", "stream"])
def test_bytes_that_were_changed(tmp_path: Path, kind: str) -> None:
    good, chance, found = whole(tmp_path, kind), random.Random(7), set()
    for number in range(150):
        data = bytearray(good)
        for _ in range(chance.choice([1, 1, 3, 10])):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path = tmp_path / f"{number}.arrow"  # mapped into memory while it is open, so never the same file
        path.write_bytes(data)
        found.add(outcome(path))
    assert found == {"rows", "rejects", "error"}


@pytest.mark.parametrize("kind", ["parquet", "file", "stream"])
def test_a_file_that_is_cut_off_anywhere(tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    good = whole(tmp_path, kind)
    for size in range(1, len(good), len(good) // 60):
        path = tmp_path / f"{size}.{'parquet' if kind == 'parquet' else 'arrow'}"
        path.write_bytes(good[:size])
        caplog.clear()
        if outcome(path) != "error":  # a stream may end behind any of its batches
            assert kind == "stream"
            assert "without a mark at its end: is it cut off?" in caplog.text
    path.write_bytes(good)
    caplog.clear()
    assert outcome(path) == "rows"
    assert not caplog.text
