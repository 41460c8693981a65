"""Responses that go on from one another become the conversation that they were."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ftdata

Row = dict[str, Any]


def response(number: int, before: int | None, *, status: str = "completed") -> Row:
    """The row of a question, which goes on from an earlier response."""
    said = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": f"a{number}"}]}
    asks: Row = {"model": "gpt-4.1", "input": f"q{number}", "instructions": "Be brief."}
    if before is not None:
        asks["previous_response_id"] = f"resp_{before}"
    return {
        "id": f"row-{number}",
        "request": asks,
        "response": {"id": f"resp_{number}", "object": "response", "status": status, "model": "gpt-4.1", "output": [said],
                     "previous_response_id": asks.get("previous_response_id")},
    }  # fmt: skip


def told(rows: list[Row], **options: Any) -> tuple[list[list[str]], list[str]]:
    """What was said in each conversation, and why rows were rejected."""
    rejected: list[str] = []
    data = ftdata.read(rows, **options)
    made = list(data.examples(on_reject=lambda one: rejected.append(str(one.error))))
    return [[turn["content"] for turn in example["messages"][1:]] for example in made], rejected


def test_a_chain_is_one_conversation() -> None:
    rows = [response(1, None), response(2, 1), response(3, 2)]
    assert told(rows) == ([["q1", "a1", "q2", "a2", "q3", "a3"]], [])
    assert ftdata.read(rows).head(1)[0]["metadata"]["calls"] == 3


def test_the_order_of_the_log_says_nothing() -> None:
    rows = [response(3, 2), response(1, None), response(2, 1)]
    assert told(rows) == ([["q1", "a1", "q2", "a2", "q3", "a3"]], [])


def test_branches_are_conversations_of_their_own() -> None:
    rows = [response(1, None), response(2, 1), response(3, 1)]
    made, rejected = told(rows)
    assert sorted(made) == [["q1", "a1", "q2", "a2"], ["q1", "a1", "q3", "a3"]]
    assert not rejected


def test_others_stay_as_they_are() -> None:
    rows = [response(7, None), response(1, None), response(2, 1), response(8, None)]
    assert told(rows) == ([["q7", "a7"], ["q1", "a1", "q2", "a2"], ["q8", "a8"]], [])


def test_what_goes_on_from_nothing_is_a_reject() -> None:
    rows = [response(1, None), response(5, 4), response(6, 5), response(2, 1)]
    made, rejected = told(rows)
    assert made == [["q1", "a1", "q2", "a2"]]
    assert len(rejected) == 2
    assert all("only in part here" in reason for reason in rejected)


def test_a_chain_that_failed_at_last_is_told_up_to_there() -> None:
    rows = [response(1, None), response(2, 1), response(3, 2, status="failed")]
    assert told(rows) == ([["q1", "a1", "q2", "a2"]], [])


def test_a_circle_is_no_chain() -> None:
    made, rejected = told([response(1, 2), response(2, 1)])
    assert made == []
    assert len(rejected) == 2


def test_workers_tell_the_same(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    rows = [row for number in range(0, 90, 3) for row in (
        response(number + 1, None), response(number + 2, number + 1), response(number + 3, number + 2))]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    results = []
    for workers in (1, 2):
        out = tmp_path / f"{workers}.jsonl"
        ftdata.read(path).write(out, format="ftdata", workers=workers)
        results.append(out.read_bytes())
    assert results[0] == results[1]
    assert results[0].count(b"\n") == 30


def test_hosted_tools_may_be_kept() -> None:
    row = response(1, None)
    row["response"]["output"].insert(0, {"type": "web_search_call", "id": "ws", "action": {"query": "q"}})
    assert told([row]) == ([], [])
    assert told([row], hosted_tools="keep") == ([["q1", "a1"]], [])


def test_a_row_without_any_is_read_as_ever() -> None:
    row = response(1, None)
    row["response"]["output"] = [{"type": "mystery"}]
    made, rejected = told([row])
    assert made == []
    assert len(rejected) == 1
