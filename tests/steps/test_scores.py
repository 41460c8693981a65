"""Logged calls with their scores and traces."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.engines.local import Local
from ftdata.engines.plan import Outcome
from ftdata.errors import RowError, UsageError
from ftdata.findings import Drop
from ftdata.steps.scores import SCORE, ReadScores

Row = dict[str, Any]
WARM: Row = {"data_type": "CATEGORICAL", "value": 0, "string_value": "warm"}


def call(id: str | None, trace: str | None = None, **more: Any) -> Row:
    known = {name: value for name, value in {"id": id, "trace": trace, **more}.items() if value is not None}
    said = [{"role": "user", "content": "?"}, {"role": "assistant", "content": f"{id}"}]
    return {"messages": said, "metadata": known} if known else {"messages": said}


def joined(calls: list[Row], scores: list[Row], traces: list[Row] | None = None) -> list[Row]:
    data = ftdata.read(calls).join_scores(ftdata.read(scores), ftdata.read(traces) if traces else None)
    return [example.get("metadata", {}) for example in data]


VALUES: dict[str, tuple[Row, tuple[str, Any]]] = {
    "a plain table": ({"id": "a", "score": "0.5"}, ("score", 0.5)),
    "Langfuse's number": (
        {"id": "s", "observation_id": "a", "trace_id": "t", "name": "x", "value": 1, "data_type": "NUMERIC"},
        ("x", 1),
    ),
    "Langfuse's category": ({"id": "s", "observationId": "a", "name": "tone", **WARM}, ("tone", "warm")),
    "Langfuse's yes": ({"observation_id": "a", "name": "ok", "value": 1.0, "data_type": "BOOLEAN"}, ("ok", True)),
    "LangSmith's feedback": ({"id": "f", "run_id": "a", "key": "x", "score": 0.25, "value": None}, ("x", 0.25)),
    "LangSmith's category": ({"run_id": "a", "key": "x", "score": None, "value": "good"}, ("x", "good")),
    "Phoenix's evaluation": ({"context.span_id": "a", "name": "x", "score": "", "label": "correct"}, ("x", "correct")),
    "a rating": ({"request_id": "a", "rating": "5"}, ("rating", 5)),
    "yes as text": ({"request_id": "a", "feedback": "true"}, ("feedback", True)),
}


@pytest.mark.parametrize(("row", "found"), VALUES.values(), ids=VALUES.keys())
def test_scores_as_vendors_write_them(row: Row, found: tuple[str, Any]) -> None:
    (known,) = joined([call("a")], [row])
    name, value = found
    assert known["scores"] == {name: value}
    assert type(known["scores"][name]) is type(value)
    assert known.get("score") == (value if type(value) in (int, float) else None)


NONE: dict[str, Row] = {
    "of a session": {"id": "s", "session_id": "x", "trace_id": None, "name": "n", "value": 1},
    "of nothing": {"name": "n", "value": 1},
}


@pytest.mark.parametrize("row", NONE.values(), ids=NONE.keys())
def test_a_score_of_no_call_is_a_drop(row: Row) -> None:
    assert ReadScores()(row) == Drop("the score is of neither a call nor a trace")


def test_a_score_without_its_value() -> None:
    assert ReadScores()({"run_id": "a", "score": ""}) == Drop("the score has no value")
    with pytest.raises(RowError, match="expected a score; got a row without any of score, value"):
        ReadScores()({"run_id": "a", "points": 3})


def test_the_moment_is_the_same_however_it_is_written() -> None:
    one, other = (
        ReadScores()({"run_id": "a", "score": 1, "created_at": "2026-01-31T13:00:00+01:00"}),
        ReadScores()({"run_id": "a", "score": 1, "timestamp": "2026-01-31 12:00:00"}),
    )
    assert isinstance(one, dict)
    assert isinstance(other, dict)
    assert one[SCORE]["at"] == other[SCORE]["at"]


def test_the_latest_of_several_counts() -> None:
    scores = [
        {"run_id": "a", "key": "x", "score": 2, "created_at": "2026-01-02"},
        {"run_id": "a", "key": "x", "score": 1, "created_at": "2026-01-01"},
        {"run_id": "a", "key": "y", "score": 3},
        {"run_id": "a", "key": "y", "score": 4},
    ]
    assert joined([call("a")], scores) == [{"id": "a", "scores": {"y": 4, "x": 2}}]


def test_scores_of_a_trace_count_for_all_its_calls_and_its_own_for_each() -> None:
    scores = [
        {"trace_id": "t", "name": "x", "value": 1, "timestamp": "2026-02-01"},
        {"trace_id": "t", "observation_id": "b", "name": "x", "value": 2, "timestamp": "2026-01-01"},
    ]
    made = joined([call("a", "t"), call("c", "u"), call("b", "t")], scores)
    assert [(known["id"], known.get("score")) for known in made] == [("a", 1), ("c", None), ("b", 2)]


def test_traces_tell_what_their_calls_belong_to() -> None:
    trace = {"id": "t", "name": "chat", "session_id": "s", "tags": '["vip"]', "user_id": "u", "metadata": '{"id": 7}'}
    (known,) = joined([call("a", "t", user_id="mine")], [{"id": "a", "score": 1}], [trace])
    assert known == {
        "id": "a", "trace": "t", "user_id": "mine", "session": "s", "tags": ["vip"], "trace_name": "chat", "id_": 7,
        "scores": {"score": 1}, "score": 1,
    }  # fmt: skip


def test_scores_that_were_logged_stay_beside_the_joined() -> None:
    (known,) = joined([call("a", scores={"x": 1, "y": "z"}, score=1)], [{"id": "a", "name": "w", "score": 2}])
    assert known["scores"] == {"x": 1, "y": "z", "w": 2}
    assert "score" not in known


def test_calls_without_ids_stay_where_they_are() -> None:
    calls = [call(None), call("a"), call(None), call("b", "t"), call(None)]
    data = ftdata.read(calls).join_scores(ftdata.read([{"id": "b", "score": 1}]))
    assert [example["messages"][1]["content"] for example in data] == ["None", "a", "None", "b", "None"]


def test_all_rows_are_accounted_for(tmp_path: Path) -> None:
    scores: list[Row] = [
        {"id": "a", "score": 1}, {"id": "a", "score": 2}, {"id": "z", "score": 1}, {"trace_id": "z", "score": 1},
        {"session_id": "s", "score": 1}, {"id": "a", "points": 1},
    ]  # fmt: skip
    data = ftdata.read([call("a", "t"), call("b", "t")]).join_scores(
        ftdata.read(scores), ftdata.read([{"id": "t", "name": "n"}, {"id": "y", "name": "n"}])
    )
    tally = data.write(tmp_path / "out.jsonl", max_rejects="100%").tally
    assert tally.dropped == {
        ("join_scores", "no example is of the score's call"): 1,
        ("join_traces", "no example is of the score's trace"): 1,
        ("join_traces", "no example is of the trace"): 1,
        ("read_scores", "the score is of neither a call nor a trace"): 1,
    }
    assert (tally.merged["join_scores"], tally.merged["join_traces"]) == (2, 1)
    assert (tally.read, tally.written, tally.rejected.total()) == (10, 2, 1)


def test_a_reject_behind_the_join_tells_where_its_own_row_stood(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text("".join(json.dumps(call(id, "t")) + "\n" for id in "abc"))

    def fail(example: Row) -> Row:
        if example["metadata"]["id"] == "b":
            raise ValueError("no")
        return example

    data = ftdata.read(path).join_scores(ftdata.read([{"trace_id": "t", "score": 1}])).map(fail, on_error="reject")
    places: list[int] = []
    assert len(list(data.examples(on_reject=lambda reject: places.append(reject.origin.line)))) == 2
    assert places == [2]


def test_any_number_of_workers_joins_the_same(tmp_path: Path) -> None:
    calls = tmp_path / "calls.jsonl"
    calls.write_text("".join(json.dumps(call(f"c{n}", f"t{n % 40}")) + "\n" for n in range(300)))
    scores = [{"id": f"c{n}", "score": n} for n in range(0, 300, 2)]
    more = [{"trace_id": f"t{n}", "name": "of the trace", "score": n} for n in range(40)]
    data = ftdata.read(calls).join_scores(ftdata.read([*scores, *more]))
    outputs = []
    for workers, block in ((1, 1 << 20), (1, 700), (2, 900)):
        engine = Local(workers, block_size=block)
        outputs.append(b"".join(lines for _, lines, _ in engine.map(data.plan(), Outcome())))
    assert outputs[0].count(b"\n") == 300
    assert len(set(outputs)) == 1


WRONG: dict[str, Callable[[], object]] = {
    "nothing to join": lambda: ftdata.read([call("a")]).join_scores(),
    "after examples met": lambda: ftdata.read([call("a")]).dedupe().join_scores(ftdata.read([{"id": "a", "score": 1}])),
    "joined twice": lambda: (
        ftdata.read([call("a")])
        .join_scores(ftdata.read([{"id": "a", "score": 1}]))
        .join_scores(ftdata.read([{"id": "a"}]))
    ),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_joined(wrong: Callable[[], object]) -> None:
    with pytest.raises(UsageError):
        wrong()
