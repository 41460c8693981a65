"""Who may ask the server, what it says, and when it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

import ftdata
from ftdata.errors import OutputError
from ftdata.view.pages import Desk
from ftdata.view.server import ViewServer
from tests.view.desks import asked, opened, served, ticket, told, written

TICKETS = [ticket(number) for number in range(30)]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ViewServer]:
    with served(opened(written(tmp_path / "train.jsonl", TICKETS))) as server:
        yield server


def test_it_listens_on_this_machine_alone(server: ViewServer) -> None:
    assert server.server_address[0] == "127.0.0.1"
    assert len(server.token) >= 32
    other = ViewServer(server.desk)
    assert other.token != server.token
    other.server_close()


@pytest.mark.parametrize(
    ("what", "method", "options", "code"),
    [
        ("", "GET", {}, 200),
        ("?lang=zh", "GET", {}, 200),
        ("", "GET", {"token": "wrong"}, 403),
        ("", "GET", {"token": ""}, 403),
        ("", "GET", {"Host": "evil.example"}, 403),
        ("", "GET", {"Host": "127.0.0.1"}, 403),
        ("other", "GET", {}, 404),
        ("../../etc/passwd", "GET", {}, 404),
        ("api/list", "POST", {}, 200),
        ("api/list", "POST", {"token": "wrong"}, 403),
        ("api/list", "POST", {"Host": "evil.example"}, 403),
        ("api/list", "POST", {"Origin": "http://evil.example"}, 403),
        ("api/list", "POST", {"Origin": "null"}, 403),
        ("api/list", "POST", {"Origin": ""}, 403),
        ("api/list", "POST", {"Content_Type": "text/plain"}, 415),
        ("api/save", "POST", {"Origin": "https://evil.example"}, 403),
        ("api/nothing", "POST", {}, 400),
        ("api/list", "PUT", {}, 501),
    ],
)
def test_who_may_ask(server: ViewServer, what: str, method: str, options: dict[str, str], code: int) -> None:
    assert asked(server, what, method=method, **options)[0] == code


@pytest.mark.parametrize(
    ("what", "values"),
    [
        ("rows", {}), ("rows", {"start": -1, "count": 1}), ("rows", {"start": True, "count": 1}), ("row", {"at": "1"}),
        ("list", {"file": 7}), ("twin", {"line": 1}), ("save", {}), ("save", {"edits": {}, "mark": ""}), ("list", []),
    ],
)  # fmt: skip
def test_requests_that_no_page_makes_are_refused(server: ViewServer, what: str, values: Any) -> None:
    code, body = asked(server, f"api/{what}", values)
    assert code == 400
    assert json.loads(body)["error"]


def test_a_bad_expression_is_told(server: ViewServer) -> None:
    code, body = asked(server, "api/list", {"filters": {"where": "turns >"}})
    assert code == 422
    assert "turns >" in json.loads(body)["error"]


def test_the_page_is_under_a_strict_policy(server: ViewServer) -> None:
    with urlopen(server.address) as answer:
        page, headers = answer.read().decode(), answer.headers
    assert "default-src 'none'" in page and "connect-src 'self'" in page and "unsafe" not in page
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_rows_come_with_what_is_said_of_them(server: ViewServer) -> None:
    found = told(server, "rows", start=3, count=2)
    assert [one["line"] for one in found["rows"]] == [4, 5]
    assert found["rows"][0]["asked"] == "Ticket 3: refund, please"
    assert found["rows"][0]["class"] == "billing"
    row = told(server, "row", at=3)
    assert row["examples"][0]["example"] == TICKETS[3]
    assert told(server, "row", at=99) == {"at": 99, "gone": True}


@pytest.mark.parametrize("lang", ["en", "zh", "xx", None])
def test_findings_and_refusals_are_told_in_the_language_of_the_page(tmp_path: Path, lang: str | None) -> None:
    rows = [{"messages": []}, TICKETS[0] | {"extra": 1}, "{", *TICKETS]
    english = lang != "zh"
    with served(opened(written(tmp_path / "train.jsonl", rows))) as server:
        found = [one for at in range(3) for one in told(server, "row", at=at, lang=lang)["findings"]]
        refused = json.loads(asked(server, "api/list", {"filters": {"where": "turns >"}, "lang": lang})[1])
    said = [one["message"] for one in found] + [one["hint"] for one in found if one["hint"]] + [refused["error"]]
    assert len(said) >= 4
    assert [not re.search("[一-鿿]", text) for text in said] == [english] * len(said)


def test_news_end_when_all_is_found(server: ViewServer) -> None:
    code, body = asked(server, "api/news", {"filters": {"search": "refund"}})
    lines = [json.loads(line) for line in body.splitlines()]
    assert code == 200
    assert lines[-1]["done"] and lines[-1]["found"] == 10


def test_twins_stand_on_the_same_line_or_have_the_same_id(tmp_path: Path) -> None:
    first = opened(written(tmp_path / "a.jsonl", TICKETS))
    other = opened(written(tmp_path / "b.jsonl", TICKETS[::-1]), ids=True)
    with served(first, other) as server:
        shown = told(server, "row", at=4)["examples"][0]
        assert told(server, "twin", line=5)["examples"][0]["example"] == TICKETS[25]
        assert told(server, "twin", id=shown["id"])["line"] == 26
        assert told(server, "twin", id="0" * 16) == {"gone": True}


def test_edits_are_saved_for_apply_and_come_again(server: ViewServer, tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    shown = [told(server, "row", at=at)["examples"][0] for at in range(4)]
    ids = [{"id": one["id"], "was": one["was"]} for one in shown]
    edits = [
        {**ids[0], "keep": False, "note": "off topic"},
        {**ids[1], "score": 4, "label": "good"},
        {**ids[2], "values": {"$.messages[2].content": "refunds", "$.messages[2].weight": 0}},
    ]
    loaded = told(server, "load")
    assert loaded == {"edits": [], "mark": ""}
    mark = told(server, "save", edits=edits, mark="")["mark"]
    assert told(server, "load") == {"edits": edits, "mark": mark}
    out = tmp_path / "out.jsonl"
    result = ftdata.read(path).apply(tmp_path / "train.edits.jsonl", ids=False).write(out)
    made = [json.loads(line) for line in out.read_bytes().splitlines()]
    assert result.tally.dropped.total() == 1
    assert made[0]["messages"] == TICKETS[1]["messages"]
    assert made[1]["messages"][2] == {"role": "assistant", "content": "refunds", "weight": 0}
    assert made[2:] == TICKETS[3:]
    # All taken back: nothing is left to apply.
    assert told(server, "save", edits=[], mark=mark)["mark"] == ""
    assert not (tmp_path / "train.edits.jsonl").exists()


def test_edits_of_somebody_else_are_not_overwritten(server: ViewServer, tmp_path: Path) -> None:
    one = told(server, "row", at=0)["examples"][0]
    edit = {"id": one["id"], "was": one["was"], "score": 1}
    told(server, "save", edits=[edit], mark="")
    code, body = asked(server, "api/save", {"edits": [], "mark": ""})
    assert code == 409
    assert "has changed" in json.loads(body)["error"]
    assert (tmp_path / "train.edits.jsonl").stat().st_size > 10


@pytest.mark.parametrize(
    "edit", [7, {}, {"id": "a", "keep": "no"}, {"id": "a", "score": "high"}, {"id": "a", "values": []}]
)
def test_what_is_no_edit_is_not_saved(server: ViewServer, tmp_path: Path, edit: Any) -> None:
    assert asked(server, "api/save", {"edits": [edit], "mark": ""})[0] == 422
    assert not (tmp_path / "train.edits.jsonl").exists()


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    desk = Desk([opened(written(tmp_path / "a.jsonl", TICKETS))])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(OutputError, match="--port"):
            ViewServer(desk, taken.getsockname()[1])
    with pytest.raises(OutputError):
        ViewServer(desk, 99_999)


# -- its life ---------------------------------------------------------------------------------------------------------


def started(*words: str, **how: Any) -> tuple[subprocess.Popen[str], str]:
    line = [sys.executable, "-m", "ftdata", "view", "--no-open", *words]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **how)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


@pytest.mark.process
@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_it_prints_its_address_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    process, address = started(str(written(tmp_path / "a.jsonl", TICKETS)))
    with urlopen(address) as answer:
        assert b"a.jsonl" in answer.read()
    process.send_signal(signal.SIGINT)
    _, talk = process.communicate(timeout=20)
    assert process.returncode == 0, talk
    assert "read as openai" in talk


@pytest.mark.process
@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    path = written(tmp_path / "a.jsonl", TICKETS)
    code = (
        "import subprocess, sys; p = subprocess.Popen([sys.executable, '-m', 'ftdata', 'view', '--no-open', sys.argv[1]],"
        "stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True); print(p.pid, p.stdout.readline())"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    pid = int(done.stdout.split()[0])
    until = time.monotonic() + 15
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{pid}/stat").exists() and Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("it outlived its parent")


def test_it_ends_when_nobody_asks_any_more(tmp_path: Path) -> None:
    server = ViewServer(Desk([opened(written(tmp_path / "a.jsonl", TICKETS))]), idle=0.2)
    server.run()
    assert server.desk.closing.is_set()
