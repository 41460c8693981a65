"""Uploading to a hub: the hub's own client against a server on this machine that keeps what it gets."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import datasets
import huggingface_hub
import pyarrow.parquet as pq
import pytest

import ftdata
from ftdata.errors import OutputError

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # the hub's client warns of itself

CHATS = [ftdata.chat(ftdata.user(f"{n}?"), ftdata.assistant(str(n)), metadata={"n": n}) for n in range(20)]


class Hub(BaseHTTPRequestHandler):
    """The few addresses of the hub that an upload of a dataset asks for."""

    protocol_version = "HTTP/1.1"
    files: dict[str, bytes]
    store: dict[str, bytes]
    refuses = False

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _answer(self, value: object, status: int = 200, code: str = "") -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if code:
            self.send_header("X-Error-Code", code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_GET(self) -> None:
        if "/tree/" in self.path:
            self._answer({"error": "no such folder"}, 404, "EntryNotFound")  # nothing is there yet
        elif self.path.startswith("/api/datasets/"):
            self._answer({"id": "me/set", "sha": "0" * 40, "siblings": [], "private": False})
        else:
            self._answer({"error": "not found"}, 404)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length")
        body = self.rfile.read(int(length)) if length else b"".join(iter(self._chunk, b""))
        if type(self).refuses:
            self._answer({"error": "You don't have the rights"}, 403)
        elif self.path.endswith("/repos/create"):
            self._answer({"url": "http://hub/datasets/me/set"})
        elif "/preupload/" in self.path:
            asked = json.loads(body)["files"]
            files = [
                {"path": one["path"], "uploadMode": self._mode(one["path"]), "shouldIgnore": False} for one in asked
            ]
            self._answer({"files": files})
        elif self.path.endswith("/info/lfs/objects/batch"):
            here = f"http://{self.headers['Host']}/store/"
            objects = [
                {**one, "actions": {"upload": {"href": here + one["oid"]}}} for one in json.loads(body)["objects"]
            ]
            self._answer({"transfer": "basic", "objects": objects})
        elif self.path == "/api/validate-yaml":
            self._answer({"errors": [], "warnings": []})
        elif "/paths-info/" in self.path:
            self._answer([])
        elif "/commit/" in self.path:
            for line in filter(None, body.split(b"\n")):
                says = json.loads(line)
                path = says["value"].get("path")
                if says["key"] == "file":
                    self.files[path] = base64.b64decode(says["value"]["content"])
                elif says["key"] == "lfsFile":
                    self.files[path] = self.store[says["value"]["oid"]]
            self._answer(
                {"success": True, "commitUrl": "https://huggingface.co/datasets/me/set/commit/1", "commitOid": "1" * 40}
            )
        else:
            self._answer({"error": self.path}, 404)

    def do_PUT(self) -> None:
        self.store[self.path.rpartition("/")[2]] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer({})

    def _mode(self, path: str) -> str:
        return "lfs" if path.endswith(".parquet") else "regular"

    def _chunk(self) -> bytes:
        size = int(self.rfile.readline(), 16)
        data = self.rfile.read(size)
        self.rfile.readline()
        return data


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    handler = type("Own", (Hub,), {"files": {}, "store": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(datasets.config, "HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_DISABLE_XET", True)
    yield handler
    server.shutdown()
    server.server_close()


def _rows(files: dict[str, bytes], split: str) -> list[dict[str, Any]]:
    (path,) = [path for path in files if path.startswith(f"data/{split}-")]
    rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(files[path])).to_pylist()
    return rows


def test_examples_are_uploaded_as_to_hf_makes_them(hub: type[Hub]) -> None:
    where = ftdata.read(CHATS).push_to_hub("me/set", token="hf_x")
    assert where == "https://huggingface.co/datasets/me/set/commit/1"
    assert _rows(hub.files, "train") == [{"messages": chat["messages"], "n": n} for n, chat in enumerate(CHATS)]
    assert b"configs:" in hub.files["README.md"]


def test_the_parts_of_a_split_become_splits(hub: type[Hub]) -> None:
    parts = ftdata.read(CHATS).split(valid=0.2)
    parts.push_to_hub("me/set", token="hf_x")
    made = parts.to_hf()
    assert {name: len(_rows(hub.files, name)) for name in parts.names} == {name: made[name].num_rows for name in made}
    assert sum(made.num_rows.values()) == 20


def test_what_the_hub_refuses_is_an_error_with_its_reason(hub: type[Hub]) -> None:
    hub.refuses = True
    with pytest.raises(OutputError, match=r"^me/set: the hub refuses: "):
        ftdata.read(CHATS).push_to_hub("me/set", token="hf_x")
    assert hub.files == {}
    with pytest.raises(ftdata.RowError):
        ftdata.read([*CHATS, {"messages": 1}], format="openai").push_to_hub("me/set", token="hf_x")
