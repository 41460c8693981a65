"""Agents' sessions: what each harness logs comes to the conversations that it was."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

import ftdata
from ftdata.errors import RowError, UsageError
from ftdata.findings import Drop
from ftdata.formats import FORMATS, detect
from ftdata.formats.transcripts.exchange import Exchange
from ftdata.formats.transcripts.options import Reads
from ftdata.formats.transcripts.sessions import harness
from ftdata.formats.transcripts.sessions.claude_code import BRANCHES, SUMMARIES, TWICE
from ftdata.formats.transcripts.sessions.conversation import CUT, META
from ftdata.steps.primitives import Refused
from ftdata.steps.sessions import GatherSessions
from tests.formats import example_of
from tests.formats.test_damage import damaged

Row = dict[str, Any]
HARNESSES = ("claude-code", "codex", "agent-session")


def rows(name: str) -> list[Row]:
    path = Path(__file__).parent / f"rows/{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def gathered(name: str, given: list[Row]) -> tuple[list[Any], Counter[str]]:
    changes: Counter[str] = Counter()
    return list(GatherSessions(name).working(changes)(given)), changes


def spoken(example: Row) -> list[tuple[str, Any]]:
    return [
        (turn["role"], [call["id"] for call in turn["tool_calls"]] if "tool_calls" in turn else turn["content"])
        for turn in example["messages"]
    ]


@pytest.mark.parametrize("name", [*HARNESSES, "gemini-cli"])
def test_every_event_is_told(name: str) -> None:
    for row in rows(name):
        assert detect([row], FORMATS).format is FORMATS[name], row


def test_a_session_of_claude_code() -> None:
    made, changes = gathered("claude-code", [row for row in rows("claude-code") if row["type"] != "summary"])
    main, side, after = made
    assert [role for role, _ in spoken(main)] == [
        "user", "assistant", "tool", "tool", "assistant", "user", "assistant", "tool", "assistant",
    ]  # fmt: skip
    first = main["messages"][1]
    assert first["content"] == "I read both files."
    assert first["reasoning_content"] == "Look first."
    assert [call["id"] for call in first["tool_calls"]] == ["toolu_1", "toolu_2"]
    assert main["messages"][5]["content"] == "Fix it."
    assert main["metadata"]["cut_results"] == 1
    assert main["metadata"]["session"].startswith("5b1c")
    assert spoken(side) == [("user", "Fix price()"), ("assistant", "It adds the tax now.")]
    assert side["metadata"]["sidechain"] is True
    assert spoken(after)[-1] == ("assistant", "They pass.")
    assert spoken(after)[0][1].startswith("This session is being continued")
    assert changes[BRANCHES] == 2
    assert changes[SUMMARIES] == changes[CUT] == 1
    assert changes[META] >= 2


def test_functions_are_told_by_their_calls() -> None:
    main, *_ = gathered("claude-code", rows("claude-code"))[0]
    read, task = (tool["function"] for tool in main["tools"])
    assert read["parameters"] == {
        "type": "object",
        "properties": {"file_path": {"type": "string"}, "limit": {"type": "integer"}},
        "required": ["file_path"],
    }
    assert task["name"] == "Task"
    assert main["metadata"]["inferred_tools"] == ["Read", "Task"]
    step = GatherSessions("claude-code", Reads(infer_tools=False))
    (main, *_) = step.work(rows("claude-code"))
    assert isinstance(main, dict)
    assert "tools" not in main


def test_events_that_stand_twice_count_once() -> None:
    given = [row for row in rows("claude-code") if row["type"] != "summary"]
    once, _ = gathered("claude-code", given)
    twice, changes = gathered("claude-code", [*given, *given[2:9]])
    assert twice == once
    assert changes[TWICE] == 7


def test_a_rollout_of_codex() -> None:
    before, after = gathered("codex", rows("codex"))[0]
    assert spoken(before) == [
        ("system", "You are a coding agent."), ("user", "Which files are here?"), ("assistant", ["call_1"]),
        ("tool", "a.py"), ("assistant", ["call_2"]), ("tool", "Done"), ("assistant", "a.py, and I patched it."),
    ]  # fmt: skip
    assert before["messages"][2]["reasoning_content"] == "**Listing**"
    assert before["tools"][1] == {"type": "custom", "custom": {"name": "apply_patch"}}
    assert before["metadata"]["model"] == after["metadata"]["model"] == "gpt-5-codex"
    assert before["metadata"]["reasoning"] == "summary"
    assert spoken(after)[1:] == [
        ("user", "a.py was patched."), ("user", "Anything else?"), ("assistant", "No."),
    ]  # fmt: skip


def test_a_session_of_pi() -> None:
    (made,), changes = gathered("agent-session", rows("agent-session"))
    assert spoken(made) == [
        ("user", "List the files."), ("assistant", ["t1"]), ("tool", "a.py"), ("assistant", "There is a.py."),
        ("user", "Thanks."), ("assistant", "You are welcome."),
    ]  # fmt: skip
    assert changes[BRANCHES] == 1
    assert made["metadata"]["finish_reason"] == "stop"


def test_a_session_in_the_hubs_format() -> None:
    given: list[dict[str, Any]] = [
        {"type": "session", "harness": "mine", "id": "s", "name": "Files"},
        {"type": "message", "message": {"role": "user", "content": "Hi"}},
        {"type": "message", "message": {"role": "assistant", "content": "Hello"}},
    ]
    (made,), _ = gathered("agent-session", given)
    assert spoken(made) == [("user", "Hi"), ("assistant", "Hello")]
    assert made["metadata"]["harness"] == "mine"


def test_a_compaction_of_pi_is_a_border() -> None:
    given = rows("agent-session")
    last = {
        "type": "compaction",
        "id": "c",
        "parentId": "e6",
        "summary": "Files were listed.",
        "firstKeptEntryId": "e5",
    }
    more: list[Row] = [
        {"type": "message", "id": "n1", "parentId": "c", "message": {"role": "user", "content": "And now?"}},
        {"type": "message", "id": "n2", "parentId": "n1", "message": {"role": "assistant", "content": "Nothing."}},
    ]
    before, after = gathered("agent-session", [*given, last, *more])[0]
    assert spoken(before)[-1] == ("assistant", "You are welcome.")
    assert [said for _, said in spoken(after)] == [
        "Files were listed.", "Thanks.", "You are welcome.", "And now?", "Nothing.",
    ]  # fmt: skip


def test_a_session_of_gemini_cli() -> None:
    made = example_of(FORMATS["gemini-cli"], rows("gemini-cli")[0])
    assert spoken(made) == [
        ("user", "List the files."), ("assistant", ["ls-1"]), ("tool", "a.py"), ("assistant", "There is a.py."),
    ]  # fmt: skip
    assert made["messages"][1]["reasoning_content"] == "Listing: ls does it."


def test_what_stream_json_prints() -> None:
    given: list[Row] = [
        {"type": "system", "subtype": "init", "session_id": "s", "tools": ["Bash"], "model": "claude-x"},
        {"type": "user", "message": {"role": "user", "content": [{"type": "text", "text": "hi"}]}, "session_id": "s"},
        {"type": "assistant", "session_id": "s", "parent_tool_use_id": None, "message": {
            "id": "m", "type": "message", "role": "assistant", "model": "claude-x", "stop_reason": "end_turn",
            "content": [{"type": "text", "text": "Hello"}]}},
        {"type": "result", "subtype": "success", "is_error": False, "result": "Hello", "session_id": "s"},
    ]  # fmt: skip
    (made,), _ = gathered("claude-code", given)
    assert spoken(made) == [("user", "hi"), ("assistant", "Hello")]


@pytest.mark.parametrize("name", HARNESSES)
def test_damage_rejects_a_session_or_leaves_it_out(name: str) -> None:
    chance = Random(name)
    given = rows(name)
    for _ in range(200):
        at = chance.randrange(len(given))
        made, _ = gathered(name, [*given[:at], damaged(given[at], chance), *given[at + 1 :]])
        assert all(isinstance(one, dict | Drop | Refused) for one in made)


def test_a_folder_of_sessions_is_one_source(tmp_path: Path) -> None:
    for number in range(3):
        given = [{**row, "sessionId": f"s{number}"} if "sessionId" in row else row for row in rows("claude-code")]
        text = "".join(json.dumps(row) + "\n" for row in given)
        (tmp_path / f"{number}.jsonl").write_text(text, encoding="utf-8")
    data = ftdata.read(tmp_path)
    assert len(list(data)) == 9
    told = "".join(
        turn.get("content", "") for turn in data.head(1)[0]["messages"] if isinstance(turn.get("content"), str)
    )
    assert "sk-proj" not in told
    kept = ftdata.read(tmp_path, redact=False).head(1)[0]["messages"]
    assert "sk-proj" in kept[0]["content"]


def test_sessions_of_one_file_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "rollouts.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in [*rows("codex"), *rows("codex")]), encoding="utf-8")
    assert len(list(ftdata.read(path))) == 4


def test_choices_of_reading_are_for_logs(tmp_path: Path) -> None:
    path = tmp_path / "chats.jsonl"
    chat = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]}
    path.write_text(json.dumps(chat) + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match="is for logs of calls"):
        list(ftdata.read(path, hosted_tools="keep"))
    with pytest.raises(UsageError, match="is for agents' sessions"):
        list(ftdata.read(path, redact=False))


def test_an_event_alone_is_no_example() -> None:
    for name in HARNESSES:
        with pytest.raises(RowError, match="alone is not an example"):
            FORMATS[name].read(rows(name)[0], Counter())
        assert isinstance(harness(name).exchanges(rows(name), Counter())[0], Exchange)
