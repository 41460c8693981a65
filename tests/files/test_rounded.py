"""Columns of ids that became floating-point numbers are told, and others are not."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

import ftdata

ID = 1674947091321123456
COLUMNS: dict[str, tuple[list[object], bool]] = {
    "ids of which one is missing": ([ID, None, ID + 2], True),
    "ids": ([ID, ID + 1, ID + 2], False),
    "ids as text": ([str(ID), None, "7"], False),
    "large and round": ([1e20, 2.5e30, None], False),
    "small": ([1.5, None, 12345678.0], False),
    "negative": ([-float(ID), 1.0, 2.0], True),
    "no numbers": ([float("inf"), float("nan"), 0.1], False),
}


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("way", ["pandas", "pyarrow", "polars", "parquet"])
def test_rounded_ids_are_told(tmp_path: Path, caplog: pytest.LogCaptureFixture, kind: str, way: str) -> None:
    pd, pa, pl = (pytest.importorskip(name) for name in ("pandas", "pyarrow", "polars"))
    import pyarrow.parquet as pq

    values, told = COLUMNS[kind]
    frame = pd.DataFrame({"id": values, "q": ["a", "b", "c"], "n": [1.0, 2.5, 3.0]})
    table = pa.Table.from_pandas(frame)
    pq.write_table(table, tmp_path / "t.parquet")
    given = {"pandas": frame, "pyarrow": table, "polars": pl.from_arrow(table), "parquet": tmp_path / "t.parquet"}[way]
    with caplog.at_level(logging.WARNING, "ftdata"):
        data = ftdata.read(given)
    assert ('the column "id" holds whole numbers of more than 15 digits' in caplog.text) is told
    assert '"n"' not in caplog.text
    assert data.columns()[:2] == ("id", "q")
