"""The limit of a record holds while a file is decompressed: a few KB must not fill memory."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

resource = pytest.importorskip("resource")

SIZE = 256 << 20
RECORD = 1 << 20

READ = """
import resource, sys
import ftdata
from ftdata.files.source import open_source
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    for _ in open_source([sys.argv[1]], max_record=int(sys.argv[2])).rows():
        pass
    print("read")
except ftdata.InputError as error:
    print(error)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def _zst(data: bytes) -> bytes:
    return pytest.importorskip("zstandard").ZstdCompressor(1).compress(data)  # type: ignore[no-any-return]


def _zip(data: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("a.jsonl", data)
    return held.getvalue()


PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gz": lambda data: gzip.compress(data, 1),
    "bz2": lambda data: bz2.compress(data, 1),
    "xz": lambda data: lzma.compress(data, preset=0),
    "zst": _zst,
    "zip": _zip,
}
ROWS = {
    "jsonl": (b'{"a": 1}\n{"a": "', b"x"),
    "json": (b'[{"a": 1}, {"a": "', b"x"),
    "csv": (b'a,b\n1,2\n1,"', b"x"),
    "txt": (b"User: a\nAssistant: ", b"x"),
}


@pytest.mark.parametrize(
    ("rows", "packed"), [*((rows, "gz") for rows in ROWS), *(("jsonl", packed) for packed in PACKED if packed != "gz")]
)
def test_a_long_record_of_a_small_file_is_an_error(rows: str, packed: str, tmp_path: Path) -> None:
    begin, filler = ROWS[rows]
    size = SIZE // 8 if packed in ("bz2", "xz") else SIZE // 2
    path = tmp_path / f"a.{rows}.{packed}"
    path.write_bytes(PACKED[packed](begin + filler * size))
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path), str(RECORD)], capture_output=True, text=True, check=True
    )
    said, peak = done.stdout.strip().rsplit("\n", 1)
    assert f"a record is larger than {RECORD:,} bytes" in said
    assert int(peak) < 120_000  # KB
