"""Shutdown dates that OpenAI's API tells: the real SDK against a server on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from ftdata.errors import InputError
from ftdata.tokens.models import model_table
from ftdata.tokens.models.shutdowns import shutdowns
from tests.cli.running import ftdata

CHAT = '{"messages":[{"role":"user","content":"%d?"},{"role":"assistant","content":"4"}]}\n'


@dataclass
class Api:
    """What the server says, and what it was asked."""

    models: list[dict[str, Any]]
    status: int = 200
    asked: list[tuple[str, str]] = field(default_factory=list)


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Api]:
    said = Api(
        [
            {"id": "gpt-4o-2024-08-06", "object": "model", "created": 1, "owned_by": "system", "shutdown_date": "2027-03-01"},
            {"id": "gpt-4.1-2025-04-14", "object": "model", "created": 1, "owned_by": "system", "shutdown_date": None},
            {"id": "gpt-9", "object": "model", "created": 1, "owned_by": "system"},
            {"id": "ft:gpt-4o-2024-08-06:acme::x", "object": "model", "created": 1, "owned_by": "acme",
             "shutdown_date": "2027-02-01"},
        ]
    )  # fmt: skip

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said.asked.append((self.path, self.headers["Authorization"]))
            body = {"object": "list", "data": said.models} if said.status == 200 else {"error": {"message": "no"}}
            data = json.dumps(body).encode()
            self.send_response(said.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{server.server_port}/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("FTDATA_CACHE", str(tmp_path / "cache"))
    yield said
    server.shutdown()
    server.server_close()


def test_dates_are_asked_for_kept_and_used(api: Api, tmp_path: Path) -> None:
    assert model_table()["gpt-4o"].inference_ends.isoformat() == "2027-01-14"  # type: ignore[union-attr]
    done = ftdata(tmp_path, "models", "gpt-4o", "--refresh")
    assert done.code == 0, done.err
    assert api.asked == [("/v1/models", "Bearer sk-secret")]
    kept = tmp_path / "cache" / "shutdown-dates.json"
    assert f"wrote     {kept} (2 shutdown dates of 4 models)" in done.err
    assert "2027-02-01  ft:gpt-4o-2024-08-06:acme::x is shut down" in done.err
    assert "answers until  2027-02-28" in done.out
    assert "shutdown_date of GET /v1/models" in done.out
    assert "sk-secret" not in kept.read_text() + done.out + done.err
    table = model_table()
    assert table["gpt-4.1"].inference_ends.isoformat() == "2027-01-14", "no date there: what is known stays"  # type: ignore[union-attr]
    assert table.named("gpt-4o", "azure").inference_ends.isoformat() == "2027-10-01"  # type: ignore[union-attr]
    assert table["ft:gpt-4o-2024-08-06:acme::x"].inference_ends.isoformat() == "2027-02-01"  # type: ignore[union-attr]
    assert table["ft:gpt-4o-2024-08-06:acme::y"].inference_ends.isoformat() == "2027-03-01"  # type: ignore[union-attr]


def test_nothing_else_asks(api: Api, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("".join(CHAT % number for number in range(20)))
    for line in (("models",), ("places", "a.jsonl"), ("stats", "a.jsonl"), ("check", "a.jsonl", "--model", "gpt-4o")):
        ftdata(tmp_path, *line)
    assert api.asked == []


@pytest.mark.parametrize("status, words", [(401, "answered 401"), (403, "answered 403")])
def test_errors_of_the_api_are_said(api: Api, tmp_path: Path, status: int, words: str) -> None:
    api.status = status
    done = ftdata(tmp_path, "models", "--refresh")
    assert (done.code, words in done.err, "sk-secret" in done.err) == (3, True, False), done.err
    assert not (tmp_path / "cache").exists()


def test_without_a_key_nothing_is_asked(api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    done = ftdata(tmp_path, "models", "--refresh")
    assert (done.code, "Set OPENAI_API_KEY" in done.err) == (2, True), done.err
    assert api.asked == []


def test_a_date_that_is_none_is_said(api: Api, tmp_path: Path) -> None:
    api.models[0]["shutdown_date"] = "soon"
    done = ftdata(tmp_path, "models", "--refresh")
    assert (done.code, "tells a shutdown_date that is not a date" in done.err) == (3, True), done.err


@pytest.mark.parametrize("text", ["", "[]", '{"dates": {"x": 3}, "as_of": "", "known": 1}'])
def test_a_broken_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("FTDATA_CACHE", str(tmp_path))
    (tmp_path / "shutdown-dates.json").write_text(text)
    with pytest.raises(InputError, match="holds no shutdown dates"):
        shutdowns()
