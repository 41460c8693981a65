from __future__ import annotations

import gzip
import hashlib
import os
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from ftdata.errors import OutputError, UsageError
from ftdata.files import Sink, Written

ROW = b'{"a":1}\n'
posix = pytest.mark.skipif(os.name == "nt", reason="file modes and links are POSIX")


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _write(path: Path, data: bytes = ROW, *, force: bool = False) -> Written:
    with Sink(str(path), force=force) as sink:
        sink.write(data, data.count(b"\n"), "in.jsonl")
        [written] = sink.commit()
    return written


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def test_an_output_appears_when_it_is_committed(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    with Sink(str(path)) as sink:
        sink.write(ROW, 1, "a.csv")
        sink.write(ROW * 2, 2, "b.csv")
        assert not path.exists()
        [written] = sink.commit()
        assert path.read_bytes() == ROW * 3
    assert _names(tmp_path) == ["out.jsonl"]
    assert written == Written(str(path), 3, len(ROW) * 3, hashlib.sha256(ROW * 3).hexdigest())
    assert written.to_dict() == {"path": str(path), "rows": 3, "bytes": 24, "sha256": written.sha256}


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "out.jsonl.zst", "{stem}.jsonl"])
def test_without_a_commit_nothing_is_left(tmp_path: Path, name: str) -> None:
    with Sink(str(tmp_path / name)) as sink:
        sink.write(ROW, 1, "a.csv")
    assert _names(tmp_path) == []


def test_an_error_leaves_nothing_and_goes_on(tmp_path: Path) -> None:
    with pytest.raises(KeyError), Sink(str(tmp_path / "out.jsonl")) as sink:
        sink.write(ROW, 1, "a.csv")
        raise KeyError("x")
    assert _names(tmp_path) == []


def test_an_error_leaves_an_existing_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"before")
    with pytest.raises(KeyError), Sink(str(path), force=True) as sink:
        sink.write(ROW, 1, "a.csv")
        raise KeyError("x")
    assert path.read_bytes() == b"before"
    assert _names(tmp_path) == ["out.jsonl"]


def test_no_example_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"before")
    with Sink(str(path), force=True) as sink:
        sink.claim(["a.csv"])
        assert sink.commit() == ()
    assert path.read_bytes() == b"before"


def test_an_existing_file_is_refused_before_any_work(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"before")
    with pytest.raises(OutputError, match="exists already"):
        Sink(str(path)).claim(["a.csv"])
    with pytest.raises(OutputError, match="exists already"):
        _write(path)
    assert path.read_bytes() == b"before"
    assert _names(tmp_path) == ["out.jsonl"]


def test_force_replaces(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"before")
    with Sink(str(path), force=True) as sink:
        sink.claim(["a.csv"])
        sink.write(ROW, 1, "a.csv")
        assert path.read_bytes() == b"before"
        sink.commit()
    assert path.read_bytes() == ROW


def test_a_file_that_appeared_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    with pytest.raises(OutputError, match="exists already"), Sink(str(path)) as sink:
        sink.write(ROW, 1, "a.csv")
        path.write_bytes(b"theirs")
        sink.commit()
    assert path.read_bytes() == b"theirs"
    assert _names(tmp_path) == ["out.jsonl"]


def test_of_several_outputs_all_are_complete_before_the_first_appears(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_bytes(b"theirs")
    with pytest.raises(OutputError, match="exists already"), Sink(str(tmp_path / "{stem}.jsonl")) as sink:
        sink.write(ROW, 1, "a.csv")
        sink.write(ROW, 1, "b.csv")
        sink.commit()
    assert _names(tmp_path) == ["b.jsonl"]


def test_one_output_per_input(tmp_path: Path) -> None:
    with Sink(str(tmp_path / "{stem}.jsonl")) as sink:
        sink.claim(["x/a.csv", "b.csv.gz"])
        for origin, rows in (("x/a.csv", 1), ("b.csv.gz", 2), ("x/a.csv", 1)):
            sink.write(ROW * rows, rows, origin)
        written = sink.commit()
    assert [(Path(one.path).name, one.rows) for one in written] == [("a.jsonl", 2), ("b.jsonl", 2)]
    assert _names(tmp_path) == ["a.jsonl", "b.jsonl"]


def test_two_inputs_with_one_stem_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"x/a\.csv and y/a\.jsonl would both become"):
        Sink(str(tmp_path / "{stem}.jsonl")).claim(["x/a.csv", "y/a.jsonl"])


def test_two_inputs_may_share_one_output(tmp_path: Path) -> None:
    with Sink(str(tmp_path / "all.jsonl")) as sink:
        sink.claim(["x/a.csv", "y/a.csv"])
        sink.write(ROW, 1, "x/a.csv")
        sink.write(ROW, 1, "y/a.csv")
        assert [one.rows for one in sink.commit()] == [2]


# -- numbered parts -------------------------------------------------------------------------------------------------------


@given(
    pieces=st.lists(st.lists(st.integers(0, 30), min_size=1, max_size=6), min_size=1, max_size=5),
    max_rows=st.integers(0, 5),
    max_bytes=st.integers(0, 60),
)
def test_parts_keep_exactly_to_their_limits(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[list[int]], max_rows: int, max_bytes: int
) -> None:
    folder = tmp_path_factory.mktemp("parts")
    max_rows = max_rows or (0 if max_bytes else 1)
    with Sink(str(folder / "p-{n:03}.jsonl"), max_rows=max_rows, max_bytes=max_bytes) as sink:
        for piece in pieces:
            sink.write(b"".join(b"x" * size + b"\n" for size in piece), len(piece), "a.csv")
        written = sink.commit()
    expected: list[list[int]] = []
    for size in (size + 1 for piece in pieces for size in piece):
        last = expected[-1] if expected else []
        full = not last or (max_rows and len(last) >= max_rows) or (max_bytes and sum(last) + size > max_bytes)
        if full:
            expected.append([size])
        else:
            last.append(size)
    assert [(one.rows, one.bytes) for one in written] == [(len(part), sum(part)) for part in expected]
    assert _names(folder) == [f"p-{number:03}.jsonl" for number in range(1, len(expected) + 1)]
    found = b"".join(path.read_bytes() for path in sorted(folder.iterdir()))
    assert found == b"".join(b"x" * size + b"\n" for piece in pieces for size in piece)


def test_parts_are_cut_at_newlines_only(tmp_path: Path) -> None:
    lines = [b"a\rb\n", "x\u2028y\u0085\n".encode(), b"\x0b\x0c\x1c\n"]
    with Sink(str(tmp_path / "{n}"), max_rows=1) as sink:
        sink.write(b"".join(lines), 3, "a")
        assert [one.rows for one in sink.commit()] == [1, 1, 1]
    assert [(tmp_path / str(number)).read_bytes() for number in (1, 2, 3)] == lines


def test_the_parts_of_each_input_are_numbered_from_one(tmp_path: Path) -> None:
    with Sink(str(tmp_path / "{stem}-{n}.jsonl"), max_rows=2) as sink:
        sink.write(ROW * 3, 3, "a.csv")
        sink.write(ROW * 3, 3, "b.csv")
        sink.commit()
    assert _names(tmp_path) == ["a-1.jsonl", "a-2.jsonl", "b-1.jsonl", "b-2.jsonl"]


@pytest.mark.parametrize(
    ("pattern", "limits", "words"),
    [
        ("out.jsonl", {"max_rows": 5}, "a size limit makes several files"),
        ("{stem}.jsonl", {"max_bytes": 5}, "Number them"),
        ("{n}.jsonl", {}, "numbers parts, which need a size limit"),
        ("{other}.jsonl", {}, "cannot be filled in"),
        ("{}.jsonl", {}, "cannot be filled in"),
        ("{stem", {}, "cannot be filled in"),
        ("{n:x y}", {}, "cannot be filled in"),
        ("{stem.nothing}", {}, "It may hold {stem} and {n}."),
    ],
)
def test_patterns_that_cannot_be_meant(pattern: str, limits: dict[str, int], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Sink(pattern, max_rows=limits.get("max_rows", 0), max_bytes=limits.get("max_bytes", 0))


# -- the file itself ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("extension", "unpack"),
    [("", bytes), (".gz", gzip.decompress), (".zst", lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data))],
    ids=["plain", "gz", "zst"],
)  # fmt: skip
def test_digest_and_size_are_those_on_disk(tmp_path: Path, extension: str, unpack: object) -> None:
    assert callable(unpack)
    path = tmp_path / f"out.jsonl{extension}"
    with Sink(str(path)) as sink:
        for number in range(1000):
            sink.write(b'{"a":%d}\n' % number, 1, "in")
        [written] = sink.commit()
    data = path.read_bytes()
    assert (written.bytes, written.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    assert written.rows == 1000
    assert unpack(data) == b"".join(b'{"a":%d}\n' % number for number in range(1000))


@pytest.mark.parametrize("extension", [".gz", ".zst"])
def test_equal_content_is_an_equal_file(tmp_path: Path, extension: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one = _write(tmp_path / f"one.jsonl{extension}")
    later = time.time() + 1000
    monkeypatch.setattr(time, "time", lambda: later)
    other = _write(tmp_path / f"other.jsonl{extension}")
    assert one.sha256 == other.sha256


def test_gzip_holds_no_time_and_no_name(tmp_path: Path) -> None:
    _write(tmp_path / "out.jsonl.gz")
    data = (tmp_path / "out.jsonl.gz").read_bytes()
    assert data[4:8] == bytes(4)
    assert data[3] == 0


@posix
def test_behind_a_link_the_file_is_replaced_not_the_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "data.jsonl", tmp_path / "link.jsonl"
    target.write_bytes(b"before")
    link.symlink_to(target)
    written = _write(link, force=True)
    assert link.is_symlink()
    assert target.read_bytes() == ROW
    assert written.path == str(link)
    assert _names(tmp_path / "real") == ["data.jsonl"]


@posix
def test_a_link_to_nothing_makes_its_target(tmp_path: Path) -> None:
    link = tmp_path / "link.jsonl"
    link.symlink_to(tmp_path / "data.jsonl")
    _write(link)
    assert link.is_symlink()
    assert (tmp_path / "data.jsonl").read_bytes() == ROW


@posix
@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o666, 0o400], ids=oct)
def test_a_replaced_file_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"before")
    path.chmod(mode)
    _write(path, force=True)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@posix
@pytest.mark.usefixtures("umask")
def test_a_new_file_respects_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    _write(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing/out.jsonl", "cannot be written: No such file or directory. Create the folder first."),
        ("file/out.jsonl", "cannot be written"),
        ("folder", "is a folder, not a file. Give a file in it"),
    ],
)
def test_places_that_cannot_be_written(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "folder").mkdir()
    path = tmp_path / name
    with pytest.raises(OutputError, match=words) as caught:
        _write(path)
    assert caught.value.path == str(path)
    assert _names(tmp_path) == ["file", "folder"]


def test_a_long_name_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 240 + ".jsonl")
    _write(path)
    assert path.read_bytes() == ROW


@posix
@pytest.mark.skipif(sys.platform == "win32", reason="there is no /dev/null")
def test_a_device_is_written_not_replaced() -> None:
    written = _write(Path("/dev/null"))
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    assert (written.rows, written.bytes) == (1, len(ROW))
