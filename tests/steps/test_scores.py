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
    "of an experiment": {"id": "s", "dataset_run_id": "x", "trace_id": None, "name": "n", "value": 1},
    "of nothing": {"name": "n", "value": 1},
}


@pytest.mark.parametrize("row", NONE.values(), ids=NONE.keys())
def test_a_score_of_no_call_is_a_drop(row: Row) -> None:
    assert ReadScores()(row) == Drop("the score is of no call, trace or session")


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
        {"run_id": "a", "key": "y", "score": 3.0},
    ]
    assert joined([call("a")], scores) == [{"id": "a", "scores": {"x": 2, "y": 3}}]


UNTOLD: dict[str, tuple[Row, Row]] = {
    "no times": ({}, {}),
    "one without its time": ({"timestamp": "2026-01-01"}, {}),
    "at the same moment": ({"timestamp": "2026-01-01"}, {"timestamp": "2026-01-01T00:00:00Z"}),
}


@pytest.mark.parametrize(("one", "other"), UNTOLD.values(), ids=UNTOLD.keys())
def test_several_values_of_which_none_is_the_latest_are_rejects(one: Row, other: Row, tmp_path: Path) -> None:
    scores = [{"id": "a", "score": 1, **one}, {"id": "a", "score": 2, **other}, {"id": "a", "name": "y", "value": 1}]
    data = ftdata.read([call("a")]).join_scores(ftdata.read(scores))
    tally = data.write(tmp_path / "out.jsonl", max_rejects=2, format="ftdata").tally
    assert (tally.rejected.total(), tally.merged["join_scores"]) == (2, 1)
    ((_, reason),) = tally.rejected
    assert "several different values of the score score" in reason
    assert [one["metadata"]["scores"] for one in ftdata.read(tmp_path / "out.jsonl")] == [{"y": 1}]


def test_scores_of_choices_are_each_of_its_own_answer() -> None:
    calls = [call("a", choice=n) for n in range(3)] + [call("b"), call("c", choice=1)]
    scores: list[dict[str, Any]] = [
        {"id": "a", "choice": "0", "score": "0.1"}, {"id": "a", "choice": 1, "score": 0.9},
        {"id": "a", "name": "length", "value": 7}, {"id": "a", "choice": 2.0, "name": "length", "value": 8},
        {"id": "b", "choiceIndex": 0, "score": 0.5}, {"id": "c", "choice": 0, "score": 0.3},
    ]  # fmt: skip
    assert [known.get("scores") for known in joined(calls, scores)] == [
        {"length": 7, "score": 0.1}, {"length": 7, "score": 0.9}, {"length": 8}, {"score": 0.5}, None,
    ]  # fmt: skip


def test_what_is_said_of_scores_of_choices(tmp_path: Path) -> None:
    scores = [{"id": "a", "score": 1}, {"id": "a", "choice": 5, "score": 1}, {"id": "a", "choice": "x", "score": 1}]
    data = ftdata.read([call("a", choice=0), call("a", choice=1)]).join_scores(ftdata.read(scores))
    tally = data.write(tmp_path / "out.jsonl", max_rejects=1).tally
    assert tally.changed == {("join_scores", "scores of a whole request given to each of its answers"): 1}
    assert tally.dropped == {("join_scores", "no example is of the score's choice"): 1}
    assert [reason for _, reason in tally.rejected] == ["expected the number of a choice, from 0"]


OF: dict[str, tuple[Row, Row]] = {
    "a custom_id": ({"id": "a", "custom_id": "r"}, {"custom_id": "r", "score": 1}),
    "a custom_id beside an id of its own": ({"id": "a", "custom_id": "r"}, {"id": "s", "custom_id": "r", "score": 1}),
    "a call's id beside a custom_id": ({"id": "a", "custom_id": "r"}, {"run_id": "a", "custom_id": "x", "score": 1}),
    "a session": ({"id": "a", "session": "r"}, {"sessionId": "r", "score": 1}),
    "a trace": ({"id": "a", "trace": "r", "session": "s"}, {"trace_id": "r", "session_id": "x", "score": 1}),
}


@pytest.mark.parametrize(("known", "score"), OF.values(), ids=OF.keys())
def test_what_scores_may_be_of(known: Row, score: Row) -> None:
    assert [one.get("score") for one in joined([call(**known), call("other")], [score])] == [1, None]


def test_the_narrowest_score_counts() -> None:
    known = call("a", "t", custom_id="r", session="s")
    names = {"session_id": "s", "trace_id": "t", "custom_id": "r", "run_id": "a"}
    scores = [{key: value, "score": at, "name": "x"} for at, (key, value) in enumerate(names.items())]
    for at in range(4, 0, -1):
        assert [one["scores"] for one in joined([known], scores[:at])] == [{"x": at - 1}]


def test_scores_of_sessions_among_others_are_known_by_the_first_rows(tmp_path: Path) -> None:
    scores = [*({"id": f"c{n}", "score": 1} for n in range(2000)), {"session_id": "s", "score": 1}]
    tally = ftdata.read([call("c1")]).join_scores(ftdata.read(scores)).write(tmp_path / "o.jsonl", max_rejects=1).tally
    assert [reason for _, reason in tally.rejected] == [
        "the score names a session_id, which no row at the beginning of the scores has"
    ]


def test_answers_of_a_batch_meet_requests_scores_and_traces(tmp_path: Path) -> None:
    asked = [{"custom_id": f"r{n}", "body": {"messages": [{"role": "user", "content": f"q{n}"}]}} for n in range(3)]
    ends = ["stop", "stop", "length"]
    answers = [
        {"custom_id": f"r{n}", "response": {"status_code": 200, "body": {"id": f"c{n}", "choices": [
            {"index": at, "finish_reason": ends[n], "message": {"role": "assistant", "content": f"a{at}"}}
            for at in range(2)
        ]}}}
        for n in range(3)
    ]  # fmt: skip
    scores = [{"custom_id": "r0", "choice": 1, "score": 0.9}, {"id": "c1", "choice": 0, "score": 0.2}]
    data = ftdata.read(answers).join(ftdata.read(asked)).join_scores(ftdata.read(scores))
    found = [(one["messages"][1]["content"], one["metadata"].get("score")) for one in data]
    assert found == [("a0", None), ("a1", 0.9), ("a0", 0.2), ("a1", None)]
    tally = data.choices("best").write(tmp_path / "out.jsonl").tally
    assert tally.dropped[("finished", "the answer ended with length")] == 2
    assert tally.read + tally.added.total() == (
        tally.written + tally.dropped.total() + tally.rejected.total() + tally.merged.total()
    )
    kept = [one["messages"][1]["content"] for one in ftdata.read(tmp_path / "out.jsonl")]
    assert kept == ["a1", "a0"]
    assert len(list(data.finished("any"))) == 6
    assert len(list(ftdata.read(answers).join(ftdata.read(asked)).finished("any").join_scores(scores))) == 6


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
        {"id": "a", "score": 1}, {"id": "a", "score": 1}, {"id": "z", "score": 1}, {"trace_id": "z", "score": 1},
        {"session_id": "s", "score": 1}, {"id": "a", "points": 1},
    ]  # fmt: skip
    data = ftdata.read([call("a", "t"), call("b", "t")]).join_scores(
        ftdata.read(scores), ftdata.read([{"id": "t", "name": "n"}, {"id": "y", "name": "n"}])
    )
    tally = data.write(tmp_path / "out.jsonl", max_rejects="100%").tally
    assert tally.dropped == {
        ("join_scores", "no example is of the score's call"): 1,
        ("join_scores", "no example is of the score's session"): 1,
        ("join_traces", "no example is of the score's trace"): 1,
        ("join_traces", "no example is of the trace"): 1,
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
