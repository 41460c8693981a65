from __future__ import annotations

import gzip
import os
import threading
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
import zstandard

from ftdata.errors import InputError
from ftdata.files.opening import chunks, compression_of, fingerprint, head, is_regular, one_shot, open_bytes, stem
from ftdata.files.source import open_source


@pytest.mark.parametrize(
    ("path", "compression"),
    [("a.jsonl", ""), ("a.jsonl.gz", "gzip"), ("a.CSV.GZ", "gzip"), ("a.csv.zst", "zstd"), ("gz", ""), ("-", ""),
     ("a.gz/b.csv", "")],
)  # fmt: skip
def test_compression_by_extension(path: str, compression: str) -> None:
    assert compression_of(path) == compression


@pytest.mark.parametrize(
    ("path", "name"),
    [("a/b.csv.gz", "b"), ("b.jsonl", "b"), ("b", "b"), ("b.v2.jsonl", "b.v2"), ("b.jsonl.zst", "b"), ("-", "stdin"),
     (".hidden", ".hidden"), ("a.b/c", "c"), ("b.gz", "b")],
)  # fmt: skip
def test_stems(path: str, name: str) -> None:
    assert stem(path) == name


def test_a_fingerprint_tells_a_change(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"{}\n")
    before = fingerprint(str(path))
    assert before is not None
    assert before == fingerprint(str(path))
    assert before.size == 3
    path.write_bytes(b"{}\n\n")
    assert fingerprint(str(path)) != before


def test_a_fingerprint_tells_a_replacement_of_the_same_size(tmp_path: Path) -> None:
    path, other = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    path.write_bytes(b"{}\n")
    before = fingerprint(str(path))
    assert before is not None
    other.write_bytes(b"[]\n")
    os.utime(other, ns=(before.modified_ns, before.modified_ns))
    other.replace(path)
    assert fingerprint(str(path)) != before


def test_stdin_has_no_fingerprint() -> None:
    assert fingerprint("-") is None
    assert not is_regular("-")


@pytest.mark.parametrize(("name", "words"), [("missing.jsonl", "cannot be read: No such file"), (".", "is a folder")])
def test_what_cannot_be_read(tmp_path: Path, name: str, words: str) -> None:
    path = str(tmp_path / name)
    with pytest.raises(InputError, match=words) as caught:
        fingerprint(path)
    assert caught.value.path == path


DATA = bytes(range(256)) * 40


@pytest.mark.parametrize(
    ("name", "packed"),
    [("a.bin", DATA), ("a.bin.gz", gzip.compress(DATA)), ("a.bin.zst", zstandard.compress(DATA)),
     ("b.zst", zstandard.compress(DATA[:99]) + zstandard.compress(DATA[99:]))],
    ids=["plain", "gzip", "zstd", "zstd, two frames"],
)  # fmt: skip
@pytest.mark.parametrize("size", [1, 100, 1 << 20])
def test_bytes_come_decompressed_and_in_pieces(tmp_path: Path, name: str, packed: bytes, size: int) -> None:
    path = tmp_path / name
    path.write_bytes(packed)
    with open_bytes(str(path)) as stream:
        pieces = list(chunks(stream, str(path), size))
    assert b"".join(pieces) == DATA
    assert max(map(len, pieces)) <= size
    assert head(str(path), 300) == DATA[:300]


def test_no_bytes_is_no_piece(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.write_bytes(b"")
    with open_bytes(str(path)) as stream:
        assert list(chunks(stream, str(path))) == []
    assert head(str(path)) == b""


def _cut(packed: bytes) -> bytes:
    return packed[: len(packed) // 2]


_NOISE = b"".join(str(number * 7919 % 100_003).encode() for number in range(100_000))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.gz", _cut(gzip.compress(_NOISE))),
        ("a.gz", gzip.compress(_NOISE)[:-1]),
        ("a.gz", b"not compressed"),
        ("a.gz", gzip.compress(_NOISE)[:-8] + b"12345678"),
        ("a.zst", _cut(zstandard.compress(_NOISE))),
        ("a.zst", zstandard.compress(_NOISE)[:-1]),
        ("a.zst", b"not compressed"),
    ],
    ids=["gz half", "gz but a byte", "gz not", "gz wrong sum", "zst half", "zst but a byte", "zst not"],
)
def test_a_file_that_breaks_off_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with open_bytes(str(path)) as stream, pytest.raises(InputError, match="cannot be read to its end") as caught:
        list(chunks(stream, str(path), 1000))
    assert caught.value.hint == "It may be truncated, or not compressed."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_a_pipe_is_looked_at_without_using_it_up(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(DATA,))
    writer.start()
    assert head(str(pipe), 10) == DATA[:10]
    assert head(str(pipe), 20) == DATA[:20]
    assert head(str(pipe), 5) == DATA[:5]
    with open_bytes(str(pipe)) as stream:
        assert b"".join(chunks(stream, str(pipe), 7)) == DATA
    writer.join(10)
    with pytest.raises(InputError, match="can be read only once"):
        open_bytes(str(pipe))
    assert one_shot(str(pipe)) is one_shot(str(pipe))


READ: dict[str, Callable[[str], object]] = {
    "read to its end": lambda pipe: list(open_source([pipe]).rows()),
    "given up in the middle": lambda pipe: next(iter(open_source([pipe]).rows())),
    "of a kind that is no stream": lambda pipe: open_source([pipe]),
}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("kind", READ)
def test_a_pipe_is_closed_once_it_is_done_with(tmp_path: Path, kind: str) -> None:
    pipe = tmp_path / ("pipe.parquet" if "no stream" in kind else "pipe.jsonl")
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b'{"a":1}\n' * 3 if pipe.suffix == ".jsonl" else b"PAR1",))
    writer.start()
    with pytest.raises(InputError, match="from a stream") if "no stream" in kind else nullcontext():
        READ[kind](str(pipe))
    writer.join(10)
    stream = one_shot(str(pipe))._stream
    assert stream is not None
    assert stream.closed


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gz", "zst"])
def test_a_compressed_pipe_is_decompressed(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    pipe = tmp_path / f"pipe.{'gz' if pack is gzip.compress else 'zst'}"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(pack(DATA),))
    writer.start()
    found = head(str(pipe), 10)
    with open_bytes(str(pipe)) as stream:
        rest = b"".join(chunks(stream, str(pipe)))
    writer.join(10)
    assert (found, rest) == (DATA[:10], DATA)
