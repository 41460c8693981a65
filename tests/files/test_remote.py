"""URLs: a real web server on this machine, and fsspec's own memory."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import ftdata
from ftdata.errors import InputError
from ftdata.files import open_source, stem
from ftdata.files.extensions import extension_of
from ftdata.files.opening import compression_of
from tests.files import samples
from tests.files.samples import ROWS, TEXTS, Row

FILES: dict[str, bytes] = {
    "t.jsonl": samples.lines(ROWS),
    "t.jsonl.gz": gzip.compress(samples.lines(ROWS)),
    "t.jsonl.zst": samples.PACK[".zst"](samples.lines(ROWS)),
    "t.csv": samples.csv_text(ROWS).encode(),
    "t.csv.gz": gzip.compress(samples.csv_text(ROWS).encode("utf-16")),
    "t.json": b"[" + samples.lines(ROWS).replace(b"}\n", b"},")[:-1] + b"]",
}


class Handler(SimpleHTTPRequestHandler):
    """Files, whole or a range of their bytes, as web servers and object stores give them."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        asked = self.headers.get("Range")
        if not path.is_file() or not asked:
            super().do_GET()
            return
        data = path.read_bytes()
        start, _, end = asked.removeprefix("bytes=").partition("-")
        first, last = int(start), min(int(end or len(data) - 1), len(data) - 1)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(data)}")
        self.send_header("Content-Length", str(last + 1 - first))
        self.end_headers()
        self.wfile.write(data[first : last + 1])

    def end_headers(self) -> None:
        self.send_header("Accept-Ranges", "bytes")
        super().end_headers()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("web")
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    samples.parquet(folder / "t.parquet", samples.table(ROWS), row_group_size=2)
    samples.arrow_file(folder / "t.arrow", samples.table(ROWS))
    samples.sheets(folder / "t.xlsx", {"s": samples.grid(ROWS)})
    return folder


@pytest.fixture(scope="module")
def web(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def memory(folder: Path) -> Iterator[str]:
    import fsspec

    system = fsspec.filesystem("memory")
    for path in folder.iterdir():
        system.pipe_file(f"/bucket/{path.name}", path.read_bytes())
    yield "memory://bucket"
    system.rm("/bucket", recursive=True)


def expected(name: str) -> list[Row]:
    return TEXTS if ".csv" in name else ROWS


@pytest.mark.parametrize("kind", ["web", "memory"])
@pytest.mark.parametrize("name", [*FILES, "t.parquet", "t.arrow", "t.xlsx"])
def test_every_container_by_url(request: pytest.FixtureRequest, kind: str, name: str) -> None:
    url = f"{request.getfixturevalue(kind)}/{name}"
    source = open_source([url])
    for _ in range(2):
        assert samples.read(source) == expected(name)
    source.verify()
    assert samples.by_blocks(source, 1 << 20) == expected(name)
    assert source.files[0].name == url
    assert not source.one_shot
    assert ftdata.read(url).to_chat(user="text", assistant="n").count() == 3


def test_a_signed_address_is_a_file(web: str) -> None:
    for name in ("t.jsonl.gz", "t.csv", "t.parquet"):
        assert samples.read(open_source([f"{web}/{name}?X-Signature=a*b.c&x=[1]"])) == expected(name)


def test_names_in_addresses() -> None:
    url = "https://example.com/a/b.csv.gz?sig=x/y.zst"
    assert (stem(url), extension_of(url), compression_of(url)) == ("b", ".csv", "gzip")


def test_patterns_by_url(web: str, memory: str) -> None:
    for url in (web, memory):
        source = open_source([f"{url}/*.jsonl"])
        assert [file.name for file in source.files] == [f"{url}/t.jsonl"]
        assert samples.read(source) == ROWS
        with pytest.raises(InputError, match="no file matches this pattern"):
            open_source([f"{url}/*.ndjson"])


def test_what_is_not_there(web: str, memory: str) -> None:
    for url in (web, memory):
        with pytest.raises(InputError, match=r"none\.jsonl: cannot be read: there is no such file"):
            open_source([f"{url}/none.jsonl"])
    with pytest.raises(InputError, match="is a folder, not a file"):
        open_source([memory])
    with pytest.raises(InputError, match="cannot be read: "):
        open_source(["http://127.0.0.1:1/t.jsonl"])


def test_a_remote_file_that_was_changed_is_noticed(memory: str) -> None:
    import fsspec

    system = fsspec.filesystem("memory")
    system.pipe_file("/bucket/changed.jsonl", b'{"a":1}\n')
    source = open_source([f"{memory}/changed.jsonl"])
    source.verify()
    system.pipe_file("/bucket/changed.jsonl", b'{"a":1}\n{"a":2}\n')
    with pytest.raises(InputError, match="has changed since"):
        source.verify()
