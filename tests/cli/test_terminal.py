"""What people see in a real terminal: colours as they want them, and a pager."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import ftdata

pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")
pytestmark = pytest.mark.process

CHAT = {"messages": [{"role": "user", "content": "你好"}, {"role": "assistant", "content": "您好，请讲"}]}
PAGER = f"{sys.executable} -c \"import sys; [print('paged', line, end='') for line in sys.stdin]\""


def in_terminal(cwd: Path, *args: str, **env: str) -> str:
    """What a terminal shows of a command."""
    ours, theirs = pty.openpty()
    own = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "CLICOLOR", "PAGER", "LESS")}
    own |= {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "24", "FTDATA_PAGER": "cat", **env}
    process = subprocess.Popen(
        [sys.executable, "-m", "ftdata", *args], cwd=cwd, stdin=theirs, stdout=theirs, stderr=theirs, env=own
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux tells the end of a terminal so
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    process.wait()
    return shown.decode()


@pytest.fixture
def chats(tmp_path: Path) -> Path:
    (tmp_path / "chats.jsonl").write_text(json.dumps(CHAT, ensure_ascii=False) + "\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("args", [("head", "chats.jsonl"), ("check", "chats.jsonl"), ("look", "nothing.jsonl")])
def test_no_color_is_obeyed_by_reports_and_errors(chats: Path, args: tuple[str, ...]) -> None:
    assert "\x1b[" in in_terminal(chats, *args)
    assert "\x1b[" not in in_terminal(chats, *args, NO_COLOR="1")


@pytest.mark.parametrize("env", [{"CLICOLOR": "0"}, {"TERM": "dumb"}])
def test_other_ways_to_say_it_are_obeyed(chats: Path, env: dict[str, str]) -> None:
    assert "\x1b[" not in in_terminal(chats, "stats", "chats.jsonl", **env)


def test_a_pager_shows_reports_with_their_colours(chats: Path) -> None:
    shown = in_terminal(chats, "head", "chats.jsonl", FTDATA_PAGER=PAGER)
    assert "paged" in shown and "\x1b[" in shown and "您好，请讲" in shown
    assert "paged" in in_terminal(chats, "look", "chats.jsonl", FTDATA_PAGER=PAGER)


def test_no_pager_and_none_that_is_there(chats: Path) -> None:
    assert "paged" not in in_terminal(chats, "--no-pager", "head", "chats.jsonl", FTDATA_PAGER=PAGER)
    assert "您好，请讲" in in_terminal(chats, "head", "chats.jsonl", FTDATA_PAGER="there-is-no-such-pager")


def test_a_pager_that_leaves_early_ends_nothing_badly(chats: Path) -> None:
    (chats / "many.jsonl").write_text((json.dumps(CHAT) + "\n") * 3000, encoding="utf-8")
    shown = in_terminal(chats, "head", "many.jsonl", "-n", "3000", FTDATA_PAGER="head -n 2")
    assert "Traceback" not in shown and "error" not in shown and shown.count("\n") <= 3


def test_a_pipe_gets_neither_colours_nor_a_pager(chats: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTDATA_PAGER", PAGER)
    done = ftdata(chats, "head", "chats.jsonl")
    assert done.code == 0 and "\x1b[" not in done.out and "paged" not in done.out
    monkeypatch.setenv("CLICOLOR_FORCE", "1")
    assert "\x1b[" in ftdata(chats, "head", "chats.jsonl").out
