"""The MCP server, driven by the SDK's own client over stdio: it answers as the commands do, and reads named files alone."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from ftdata.cli import COMMANDS
from ftdata.errors import InputError
from ftdata.mcp.allowed import Allowed
from ftdata.samples import SAMPLES
from tests.cli.running import ftdata

anyio = pytest.importorskip("anyio")
client = pytest.importorskip("mcp.client")
stdio = pytest.importorskip("mcp.client.stdio")

ROOT = Path(__file__).parents[2]
TOOLS = {"files", "look", "check", "stats", "convert", *({"diff"} & COMMANDS.keys())}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    for name in ("tickets", "logs", "preferences"):
        (tmp_path / "data" / SAMPLES[name].file).write_bytes(SAMPLES[name].data)
    (tmp_path / "secret.jsonl").write_text('{"prompt": "secret", "completion": "secret"}\n', encoding="utf-8")
    return tmp_path


Asked = Callable[[Any], Awaitable[None]]


def asked(here: Path, what: Asked, *paths: str) -> None:
    """Start the server on these paths, and ask it."""
    known = stdio.StdioServerParameters(
        command=sys.executable, args=["-m", "ftdata", "mcp", *paths], cwd=here,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])},
    )  # fmt: skip

    async def run() -> None:
        with anyio.fail_after(120):
            async with client.Client(known) as session:
                await what(session)

    anyio.run(run)


def told(result: Any) -> dict[str, Any]:
    assert not result.is_error, result.content
    (text,) = result.content
    found: dict[str, Any] = json.loads(text.text)
    assert result.structured_content in (found, {"result": found})
    return found


@pytest.mark.process
def test_the_tools_answer_as_the_commands_do(here: Path) -> None:
    async def ask(session: Any) -> None:
        listed = (await session.list_tools()).tools
        assert {one.name for one in listed} == TOOLS
        assert all(one.annotations.read_only_hint and one.description for one in listed)
        assert len(told(await session.call_tool("files", {}))["files"]) == 3
        looked = told(await session.call_tool("look", {"file": "data/tickets.csv"}))
        by_hand = json.loads(ftdata(here / "data", "look", "tickets.csv", "--json").out)
        assert (looked["rows"], looked["format"]) == (by_hand["rows"], by_hand["format"])
        converted = told(
            await session.call_tool(
                "convert", {"file": "tickets.csv", "user": "{{ subject }}\n\n{{ body }}", "assistant": "queue"}
            )
        )
        assert (converted["tally"]["written"], converted["dry_run"], converted["exit_code"]) == (360, True, 0)
        checked = told(await session.call_tool("check", {"file": "tickets.csv", "max_findings": 2}))
        assert (checked["exit_code"], checked["ok"]) == (1, False)
        counted = told(await session.call_tool("stats", {"file": "preferences.jsonl", "model": "gpt-4.1-mini"}))
        assert counted["examples"] == 12
        if "diff" in TOOLS:
            found = told(await session.call_tool("diff", {"file": "preferences.jsonl", "other": "preferences.jsonl"}))
            assert found["exit_code"] == 0

    before = sorted(path.name for path in (here / "data").iterdir())
    asked(here, ask, "data")
    assert sorted(path.name for path in (here / "data").iterdir()) == before


@pytest.mark.process
def test_nothing_else_is_read(here: Path) -> None:
    (here / "data" / "link.jsonl").symlink_to(here / "secret.jsonl")
    refused: list[tuple[str, dict[str, Any]]] = [
        ("look", {"file": "secret.jsonl"}),
        ("look", {"file": str(here / "secret.jsonl")}),
        ("look", {"file": "../secret.jsonl"}),
        ("look", {"file": "link.jsonl"}),
        ("look", {"file": "*.jsonl"}),
        ("look", {"file": "."}),
        ("look", {"file": "https://example.org/a.jsonl"}),
        ("look", {"file": "-"}),
        ("look", {"file": "/etc/passwd"}),
        ("convert", {"file": "tickets.csv", "user": f"@{here}/secret.jsonl", "assistant": "queue"}),
        ("convert", {"file": "tickets.csv", "system": f"@{here}/secret.jsonl", "user": "body", "assistant": "queue"}),
        ("convert", {"file": "tickets.csv", "user": "body", "assistant": "nothing"}),
        ("check", {"file": "tickets.csv", "target": "nobody"}),
        ("check", {"file": "tickets.csv", "model": "--debug"}),
    ]

    async def ask(session: Any) -> None:
        for tool, arguments in refused:
            result = await session.call_tool(tool, arguments)
            assert result.is_error, (tool, arguments)
            assert 'secret", "completion' not in str(result.content)
        assert told(await session.call_tool("files", {}))["files"] == sorted(
            str((here / "data" / SAMPLES[name].file).resolve()) for name in ("tickets", "logs", "preferences")
        )
        assert told(await session.call_tool("look", {"file": "logs.jsonl"}))["rows"] > 0

    asked(here, ask, "data")


def test_what_may_be_read(here: Path) -> None:
    one = Allowed.of([str(here / "data" / "logs.jsonl")])
    assert one.file(str(here / "data" / "logs.jsonl")) == str((here / "data" / "logs.jsonl").resolve())
    for path in (str(here / "data" / "tickets.csv"), "", "\0", "a" * 5000):
        with pytest.raises(ValueError, match="none of the files"):
            one.file(path)
    with pytest.raises(InputError, match="is not there"):
        Allowed.of([str(here / "none")])
    assert Allowed.of([str(here)]).files(2)[1]


def test_answers_are_bounded() -> None:
    from ftdata.mcp.calling import MOST, bounded

    large = {"findings": [{"message": "x" * 5000, "at": n} for n in range(5000)], "ok": True}
    cut = bounded(large)
    assert len(json.dumps(cut)) <= MOST + 100
    assert cut["truncated"]
    assert cut["ok"]
    assert bounded({"a": [1, 2]}) == {"a": [1, 2], "truncated": False}
    wide = {f"key {n}": {f"k{m}": "x" * 300 for m in range(200)} for n in range(200)}
    assert len(json.dumps(bounded(wide))) <= MOST + 100


def test_without_the_package(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "mcp" or name == "ftdata.mcp.server"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mcp", None)
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    done = ftdata(here, "mcp", "data")
    assert (done.code, "pip install 'ftdata[mcp]'" in done.err) == (2, True), done
