"""Archives: one file of them is read, as a stream."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ftdata.errors import InputError, UsageError
from ftdata.files import open_source
from ftdata.files.output import Output
from tests.files.samples import read

ROWS = [{"a": number} for number in range(5)]


def packed(path: Path, files: dict[str, str], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


ARRAY, LINES = json.dumps(ROWS), "".join(json.dumps(row) + "\n" for row in ROWS)
READ: dict[str, dict[str, str]] = {
    "an export": {"chat.html": "<", "user.json": "{}", "conversations.json": ARRAY, "a.jpg": "x"},
    "an export in a folder": {"export/user.json": "{}", "export/conversations.json": ARRAY},
    "an export in parts": {
        "conversations-001.json": json.dumps(ROWS[2:]), "conversations-000.json": json.dumps(ROWS[:2]),
        "user.json": "{}",
    },
    "lines": {"rows.jsonl": LINES, "__MACOSX/._rows.jsonl": "x", "readme.md": "x"},
}  # fmt: skip


@pytest.mark.parametrize("files", READ.values(), ids=READ.keys())
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_file_that_holds_rows(tmp_path: Path, files: dict[str, str], method: int) -> None:
    path = str(packed(tmp_path / "export.zip", files, method))
    assert read(open_source([path])) == ROWS


def test_cells_in_an_archive(tmp_path: Path) -> None:
    path = packed(tmp_path / "t.csv.zip", {"t.csv": "q,a\n1,2\n"})
    assert read(open_source([str(path)])) == [{"q": "1", "a": "2"}]


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "nothing": ({"a.jpg": "x"}, "holds no file that can be read from an archive"),
    "two": ({"a.jsonl": LINES, "b.jsonl": LINES}, r"holds several candidate files: a\.jsonl, b\.jsonl"),
    "two exports": ({"a/conversations.json": ARRAY, "b/conversations.json": ARRAY}, "holds several candidate files"),
}


@pytest.mark.parametrize(("files", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_it_does_not_guess(tmp_path: Path, files: dict[str, str], words: str) -> None:
    path = str(packed(tmp_path / "export.zip", files))
    with pytest.raises(InputError, match=words) as caught:
        open_source([path])
    assert caught.value.path == path
    assert caught.value.hint == "Unpack it, and give the files."


def test_broken_archives(tmp_path: Path) -> None:
    path = packed(tmp_path / "export.zip", {"conversations.json": ARRAY}, zipfile.ZIP_STORED)
    whole = path.read_bytes()
    path.write_bytes(whole[:40])
    with pytest.raises(InputError, match="cannot be read as a zip archive"):
        open_source([str(path)])
    at = whole.index(ARRAY[:6].encode())
    path.write_bytes(whole[:at] + b'[{"b"' + whole[at + 5 :])
    with pytest.raises(InputError, match="cannot be read to its end: Bad CRC-32"):
        read(open_source([str(path)]))
    flags = whole.index(b"PK\x01\x02") + 8
    path.write_bytes(whole[:flags] + b"\x01" + whole[flags + 1 :])  # locked
    with pytest.raises(InputError, match=r"its conversations\.json cannot be read: .*password"):
        open_source([str(path)])


def test_it_is_read_only(tmp_path: Path) -> None:
    for name in ("a.jsonl.zip", "a.jsonl.bz2", "a.jsonl.xz"):
        with pytest.raises(UsageError, match="files can be read but not written"):
            Output(str(tmp_path / name))
    assert not list(tmp_path.iterdir())


MEASURE = """
import resource, sys
from ftdata.files import open_source
from ftdata.files.source import peek
source = open_source([sys.argv[1]])
peek(source, 1)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
rows = sum(1 for _ in source.rows())
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.process
@pytest.mark.skipif(sys.platform != "linux", reason="where memory is told in KiB")
def test_a_large_member_is_never_in_memory(tmp_path: Path) -> None:
    row = json.dumps({"text": "x" * 20_000})
    path = packed(tmp_path / "export.zip", {"conversations.json": "[" + ",".join([row] * 5_000) + "]"})  # 100 MB
    done = subprocess.run([sys.executable, "-c", MEASURE, str(path)], capture_output=True, check=True, text=True)
    rows, grown = map(int, done.stdout.split())
    assert rows == 5_000
    assert grown < 40_000
