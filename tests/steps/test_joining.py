"""Answers that meet their requests."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.dataset import Dataset
from ftdata.dataset.joins import together
from ftdata.engines.local import Local
from ftdata.engines.plan import Outcome
from ftdata.errors import UsageError
from ftdata.formats.transcripts.failing import NO_ANSWER
from ftdata.steps.joining import MANY, RETRIED, UNASKED, UNCERTAIN, UNMET

Row = dict[str, Any]


def request(id: str, said: str = "q", **more: Any) -> Row:
    body = {"model": "gpt-4.1", "messages": [{"role": "user", "content": said}], **more}
    return {"custom_id": id, "method": "POST", "url": "/v1/chat/completions", "body": body}


def answer(id: str, *said: str, finish: str = "stop") -> Row:
    choices = [
        {"index": index, "message": {"role": "assistant", "content": text, "refusal": None}, "finish_reason": finish}
        for index, text in enumerate(said)
    ]
    body = {"id": f"chatcmpl-{id}", "object": "chat.completion", "model": "gpt-4.1-2025-04-14", "choices": choices}
    return {"id": f"batch_req_{id}", "custom_id": id, "response": {"status_code": 200, "body": body}, "error": None}


def failed(id: str, code: str = "context_length_exceeded") -> Row:
    body = {"error": {"message": "too long", "code": code}}
    return {"id": "x", "custom_id": id, "response": {"status_code": 400, "body": body}, "error": None}


EXPIRED: Row = {"id": "x", "custom_id": "e", "response": None, "error": {"code": "batch_expired", "message": "…"}}


def outcome(data: Dataset) -> tuple[list[Row], dict[str, int], dict[str, int]]:
    """The examples, and drops and rejects by reason."""
    result = data.write("out.jsonl", max_rejects=10**6, force=True, format="ftdata", allow_empty=True)
    examples = [json.loads(line) for line in Path("out.jsonl").read_text().splitlines()] if result.written else []
    tally = result.tally
    assert tally.balanced
    return (
        examples,
        {reason: count for (_, reason), count in tally.dropped.items()},
        {reason: count for (_, reason), count in tally.rejected.items()},
    )


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


CASES: dict[str, tuple[list[Row], list[Row], list[Row], list[str], dict[str, int], dict[str, int]]] = {
    "one": ([request("a")], [answer("a", "x")], [], ["x"], {}, {}),
    "another order": (
        [request("a", "1"), request("b", "2")], [answer("b", "y"), answer("a", "x")], [], ["x", "y"], {}, {},
    ),
    "several choices": ([request("a")], [answer("a", "x", "y")], [], ["x", "y"], {}, {}),
    "failed": (
        [request("a"), request("b")], [answer("a", "x")], [failed("b")], ["x"],
        {"the request failed: status 400: context_length_exceeded": 1}, {},
    ),
    "expired": ([request("e")], [], [EXPIRED], [], {"the request failed: batch_expired": 1}, {}),
    "failed, then answered": ([request("a")], [answer("a", "x")], [failed("a")], ["x"], {RETRIED: 1}, {}),
    "nobody answered": ([request("a"), request("b")], [answer("a", "x")], [], ["x"], {NO_ANSWER: 1}, {}),
    "nobody asked": ([request("a")], [answer("a", "x"), answer("b", "y")], [], ["x"], {}, {UNASKED: 1}),
    "two requests": (
        [request("a", "1"), request("a", "2")], [answer("a", "x")], [], [], {}, {UNCERTAIN: 3},
    ),
    "the same request twice": ([request("a"), request("a")], [answer("a", "x")], [], ["x"], {}, {}),
    "the same answer twice": ([request("a")], [answer("a", "x"), answer("a", "x")], [], ["x"], {}, {}),
    "two answers": ([request("a")], [answer("a", "x"), answer("a", "y")], [], [], {}, {MANY: 3}),
    "cut off": (
        [request("a")], [answer("a", "x", finish="length")], [], [], {"the answer ended with length": 1}, {},
    ),
    "a request that is none": (
        [{"custom_id": "a", "body": {"messages": [1]}}], [answer("a", "x")], [], [], {},
        {"expected a message, an object with a role": 1, "its request cannot be used: expected a message, an object with a role": 1},
    ),
    "an id that is none": (
        [request("a")], [answer("a", "x"), {**answer("b", "y"), "custom_id": 7}], [], ["x"], {},
        {"expected an id, a string": 1},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "answers", "errors", "said", "drops", "rejects"), CASES.values(), ids=CASES.keys())
def test_what_meets(
    asked: list[Row], answers: list[Row], errors: list[Row], said: list[str], drops: dict[str, int],
    rejects: dict[str, int],
) -> None:  # fmt: skip
    data = ftdata.read(answers or errors)
    joined = data.join(ftdata.read(asked), errors=ftdata.read(errors) if errors and answers else None)
    examples, dropped, rejected = outcome(joined)
    assert [example["messages"][-1]["content"] for example in examples] == said
    assert (dropped, rejected) == (drops, rejects)


def test_what_is_known_of_an_answer() -> None:
    asked = request("a", temperature=0.5, metadata={"team": "x"})
    (example,) = ftdata.read([answer("a", "x")]).join(ftdata.read([asked]))
    assert example["metadata"] == {
        "id": "chatcmpl-a", "custom_id": "a", "model": "gpt-4.1-2025-04-14", "finish_reason": "stop", "status": 200,
        "parameters": {"temperature": 0.5}, "team": "x",
    }  # fmt: skip


def test_columns_come_back_as_metadata() -> None:
    columns: list[Row] = [{"custom_id": "a", "metadata": {"customer": "007"}}, {"custom_id": "z", "metadata": {}}]
    data = ftdata.read([answer("a", "x")]).join(ftdata.read([request("a")]), columns_from=ftdata.read(columns))
    examples, dropped, _ = outcome(data)
    assert examples[0]["metadata"]["customer"] == "007"
    assert dropped == {UNMET: 1}


def test_stored_completions_meet_their_messages() -> None:
    completion = {
        "object": "chat.completion", "id": "chatcmpl-1", "model": "gpt-4o", "tools": None, "metadata": {"task": "t"},
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hi", "tool_calls": None},
                     "finish_reason": "stop"}],
    }  # fmt: skip
    messages: list[Row] = [
        {"id": "chatcmpl-1-1", "role": "user", "content": None, "name": None,
         "content_parts": [{"type": "text", "text": "Hello"}]},
        {"id": "chatcmpl-1-0", "role": "system", "content": "s", "name": None, "content_parts": None},
    ]  # fmt: skip
    (example,) = ftdata.read([completion]).join(ftdata.read(messages))
    assert example["messages"] == [
        {"role": "system", "content": "s"},
        {"role": "user", "content": [{"type": "text", "text": "Hello"}]},
        {"role": "assistant", "content": "Hi"},
    ]
    assert example["metadata"]["task"] == "t"
    page = {"object": "list", "data": messages, "has_more": False}
    completions = {"object": "list", "data": [completion]}
    assert list(ftdata.read([completion]).join(ftdata.read([page]))) == [example]
    _, _, rejected = outcome(ftdata.read([completions]).join(ftdata.read([page])))
    assert rejected == {"expected a list of a completion's messages": 1}


def test_loose_chunks_are_put_together() -> None:
    def chunk(delta: Row, finish: str | None = None) -> Row:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return {"id": "a", "object": "chat.completion.chunk", "model": "gpt-4o", "choices": [choice]}

    chunks: list[Row] = [chunk({"role": "assistant", "content": "Hel"}), chunk({"content": "lo"}), chunk({}, "stop")]
    (example,) = ftdata.read(chunks).join(ftdata.read([request("a")]))
    assert example["messages"][-1] == {"role": "assistant", "content": "Hello"}
    assert example["metadata"]["finish_reason"] == "stop"


def test_an_answer_alone_says_what_it_needs() -> None:
    with pytest.raises(ftdata.RowError, match=r"in another file.*--requests"):
        ftdata.read([answer("a", "x")]).head(1)


def test_a_request_alone_is_a_prompt() -> None:
    assert ftdata.read([request("a")]).head(1)[0]["messages"] == [{"role": "user", "content": "q"}]


def test_bodies_of_responses() -> None:
    asked = {"custom_id": "a", "method": "POST", "url": "/v1/responses", "body": {"model": "m", "input": "q"}}
    assert ftdata.read([asked]).head(1)[0]["messages"] == [{"role": "user", "content": "q"}]
    output = [{"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "x"}]}]
    body = {"id": "resp_1", "object": "response", "status": "completed", "output": output}
    row = {"id": "b", "custom_id": "a", "response": {"status_code": 200, "body": body}, "error": None}
    (example,) = ftdata.read([row]).join(ftdata.read([asked]))
    assert example["messages"] == [{"role": "user", "content": "q"}, {"role": "assistant", "content": "x"}]
    assert example["metadata"] == {
        "id": "resp_1", "custom_id": "a", "model": "m", "finish_reason": "stop", "status": 200,
    }  # fmt: skip
    body["status"] = "cancelled"
    _, dropped, _ = outcome(ftdata.read([row]).join(ftdata.read([asked])))
    assert dropped == {"the request failed: cancelled": 1}


def written(name: str, rows: list[Row]) -> str:
    Path(name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return name


PAIRED = {
    "numbers": (["in-1.jsonl", "in-2.jsonl"], ["out-1.jsonl", "out-2.jsonl"], True),
    "words": (["in/monday.jsonl", "in/friday.jsonl"], ["out/friday.jsonl", "out/monday.jsonl"], True),
    "numbers inside words": (["batch1in.jsonl", "batch2in.jsonl"], ["batch1out.jsonl", "batch2out.jsonl"], True),
    "other names": (["in-1.jsonl", "in-2.jsonl"], ["batch_abc.jsonl", "batch_def.jsonl"], False),
    "other numbers": (["in-10.jsonl", "in-11.jsonl"], ["out-20.jsonl", "out-21.jsonl"], False),
    "one more": (["in-1.jsonl", "in-2.jsonl"], ["out-1.jsonl", "out-2.jsonl", "out-3.jsonl"], False),
    "one": (["in.jsonl"], ["out.jsonl"], False),
}


@pytest.mark.parametrize(("asked", "answers", "paired"), PAIRED.values(), ids=PAIRED.keys())
def test_files_are_paired_by_their_names(asked: list[str], answers: list[str], paired: bool) -> None:
    for folder in ("in", "out"):
        Path(folder).mkdir()
    requests = ftdata.read([written(name, [request("a", name)]) for name in asked])
    data = ftdata.read([written(name, [answer("a", "x")]) for name in answers])
    found = together([requests.source, data.source], None, None)
    assert bool(found) == paired
    if paired:
        examples = list(data.join(requests))
        assert [example["messages"][0]["content"] for example in examples] == asked


def columns(*customers: str) -> list[Row]:
    return [{"custom_id": id, "metadata": {"customer": f"{id}-{batch}"}} for id, batch in map(str.split, customers)]


@pytest.mark.parametrize("found_by", ["named", "among the requests", "both"])
def test_the_columns_of_requests_in_several_files_are_beside_them(found_by: str) -> None:
    asked = [written("in-00001.jsonl", [request("a", "1")]), written("in-00002.jsonl", [request("b", "2")])]
    beside = written("in.metadata.jsonl", columns("a 0", "b 0"))
    answers = [written("out-00001.jsonl", [answer("a", "one")]), written("out-00002.jsonl", [answer("b", "two")])]
    requests = asked if found_by == "named" else "in*.jsonl"
    data = ftdata.read(answers).join(requests, columns_from=None if found_by == "among the requests" else beside)
    assert [example["metadata"]["customer"] for example in data] == ["a-0", "b-0"]
    assert len(data.source.files) == 5


def test_each_batch_has_its_own_columns_where_their_names_show_it() -> None:
    for batch in "12":
        written(f"in-{batch}.jsonl", [request("a", batch)])
        written(f"in-{batch}.metadata.jsonl", columns(f"a {batch}"))
        written(f"out-{batch}.jsonl", [answer("a", batch)])
    found = list(ftdata.read("out-*.jsonl").join("in-*.jsonl"))
    assert [(example["messages"][0]["content"], example["metadata"]["customer"]) for example in found] == [
        ("1", "a-1"), ("2", "a-2"),
    ]  # fmt: skip
    objects = written("batches.jsonl", [{"id": "batch_1", "input_file_id": "in-1", "output_file_id": "out-1"}])
    with pytest.raises(UsageError, match="omit the batch objects"):
        ftdata.read("out-1.jsonl").join("in-1.jsonl", columns_from="in-1.metadata.jsonl", batches=objects)


def test_batch_objects_say_which_files_belong_together() -> None:
    objects: list[Row] = [
        {"id": "batch_1", "input_file_id": "file-A", "output_file_id": "file-X", "error_file_id": None},
        {"id": "batch_2", "input_file_id": "file-B", "output_file_id": "file-Y", "error_file_id": "file-Z"},
    ]
    batches = written("batches.jsonl", objects)
    asked = [written("file-A.jsonl", [request("a", "1")]), written("file-B.jsonl", [request("a", "2")])]
    answers = [written("file-Y.jsonl", [answer("a", "two")]), written("file-X.jsonl", [answer("a", "one")])]
    found = [[turn["content"] for turn in example["messages"]]
             for example in ftdata.read(answers).join(asked, batches=batches)]  # fmt: skip
    assert found == [["1", "one"], ["2", "two"]]
    other = written("other.jsonl", [answer("a", "x")])
    with pytest.raises(UsageError, match="no batch"):
        ftdata.read(other).join(asked, batches=batches)


@given(st.data())
def test_a_join_is_what_a_dict_would_give(data: st.DataObject) -> None:
    ids = data.draw(st.lists(st.text(min_size=1, max_size=4), unique=True, min_size=1, max_size=12))
    answered = data.draw(st.lists(st.sampled_from(ids), unique=True))
    asked = [request(id, f"q {id}") for id in ids]
    random.Random(0).shuffle(answered)
    answers = [answer(id, f"a {id}") for id in answered]
    if not answers:
        return
    examples = list(ftdata.read(answers).join(ftdata.read(asked)))
    assert [example["messages"] for example in examples] == [
        [{"role": "user", "content": f"q {id}"}, {"role": "assistant", "content": f"a {id}"}]
        for id in ids
        if id in answered
    ]


def test_any_number_of_workers_gives_the_same_bytes() -> None:
    ids = [str(number) for number in range(3000)]
    asked = written("in.jsonl", [request(id, "q" * (number % 50 + 1)) for number, id in enumerate(ids)])
    random.Random(1).shuffle(ids)
    answers = written("out.jsonl", [answer(id, f"a {id}") for id in ids[:-10]])
    plan = ftdata.read(answers).join(asked).plan()
    outputs = []
    for workers in (1, 3):
        outcome = Outcome()
        lines = b"".join(lines for _, lines, _ in Local(workers, block_size=1 << 14).map(plan, outcome))
        assert outcome.tally.written == lines.count(b"\n") == 2990
        outputs.append(lines)
    assert outputs[0] == outputs[1]


def test_rows_that_need_no_join_say_so() -> None:
    pair: Row = {"request": {"messages": []}, "response": {"choices": []}}
    _, _, rejected = outcome(ftdata.read([pair]).join(ftdata.read([request("a")])))
    assert rejected == {"the request stands beside its answer already": 1}


TEXT, CALL = [{"role": "assistant", "content": "billing"}], {"name": "route", "arguments": "{}"}
REMEMBERED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "text": ({"expected": TEXT}, {"expected": "billing"}),
    "text beside columns": ({"expected": TEXT, "metadata": {"n": 1}}, {"expected": "billing", "n": 1}),
    "calls": (
        {"expected": [{"role": "assistant", "tool_calls": [{"id": "1", "type": "function", "function": CALL}]}]},
        {"expected": [CALL]},
    ),
    "a column that is called so": (
        {"expected": TEXT, "metadata": {"expected": "b"}},
        {"expected": "billing", "expected_": "b"},
    ),
    "nothing": ({"metadata": {"n": 1}}, {"n": 1}),
}


@pytest.mark.parametrize(("remembered", "known"), REMEMBERED.values(), ids=REMEMBERED.keys())
def test_expected_answers_come_back(remembered: dict[str, Any], known: dict[str, Any]) -> None:
    asked = [{"custom_id": "a", "body": {"messages": [{"role": "user", "content": "?"}]}}]
    body = {"choices": [{"message": {"role": "assistant", "content": '{"queue": "billing"}'}}]}
    answers = [{"custom_id": "a", "response": {"status_code": 200, "body": body}}]
    data = ftdata.read(answers).join(asked, columns_from=[{"custom_id": "a", **remembered}])
    (example,) = data
    assert {key: example["metadata"].get(key) for key in known} == known
    assert len(list(data.filter("answer.queue == expected", unknown="drop"))) == (known.get("expected") == "billing")


def test_an_expected_answer_that_is_none_is_a_reject() -> None:
    asked = [{"custom_id": "a", "body": {"messages": [{"role": "user", "content": "?"}]}}]
    body = {"choices": [{"message": {"role": "assistant", "content": "a"}}]}
    answers = [{"custom_id": "a", "response": {"status_code": 200, "body": body}}]
    data = ftdata.read(answers).join(asked, columns_from=[{"custom_id": "a", "expected": "billing"}])
    with pytest.raises(ftdata.RowError, match="expected the messages of an answer; got"):
        list(data)


def of_model(name: str, id: str = "a") -> Row:
    body = {"model": name, "choices": [{"message": {"role": "assistant", "content": f"of {name}"}}]}
    return {"custom_id": id, "response": {"status_code": 200, "body": body}}


TEACHERS: dict[str, tuple[list[str], list[str]]] = {
    "one request of all": (["large"], ["large-2026-01-01", "mini"]),
    "one of each": (["large", "mini"], ["mini-2026-01-01", "large-2026-01-01"]),
    "a name that another begins with": (["gpt", "gpt-mini"], ["gpt-mini-2026-01-01", "gpt-2026-01-01"]),
}


@pytest.mark.parametrize(("asked", "answers"), TEACHERS.values(), ids=TEACHERS.keys())
def test_the_same_prompt_may_be_asked_of_several_models(asked: list[str], answers: list[str]) -> None:
    asks = [request("a", model=name, messages=[{"role": "user", "content": f"to {name}"}]) for name in asked]
    made = list(ftdata.read([of_model(name) for name in answers]).join(ftdata.read(asks)))
    said = {one["metadata"]["model"]: one["messages"][0]["content"] for one in made}
    assert said.keys() == set(answers)
    if len(asked) > 1:
        assert all(model.startswith(prompt.removeprefix("to ") + "-2026") for model, prompt in said.items())


UNTOLD: dict[str, tuple[list[str], list[str]]] = {
    "two answers of one model": (["large"], ["large", "large"]),
    "a model that nobody asked": (["large", "mini"], ["large", "other"]),
}


@pytest.mark.parametrize(("asked", "answers"), UNTOLD.values(), ids=UNTOLD.keys())
def test_models_that_do_not_tell(asked: list[str], answers: list[str], tmp_path: Path) -> None:
    asks = [request("a", model=name) for name in asked]
    rows = [of_model(name) for name in answers]
    rows[-1]["response"]["body"]["id"] = "differs"
    tally = (
        ftdata.read(rows)
        .join(ftdata.read(asks))
        .write(tmp_path / "out.jsonl", max_rejects="100%", allow_empty=True)
        .tally
    )
    assert tally.rejected.total() == len(asked) + len(answers)


@pytest.mark.parametrize("body", [[1], "x", 5, None, {}])
def test_requests_that_are_none_are_rejects(tmp_path: Path, body: object) -> None:
    ask = {"messages": [{"role": "user", "content": "q"}], "model": "m"}
    rows = [{"custom_id": "a", "body": body}, {"custom_id": "a", "body": ask}]
    answer = {"custom_id": "a", "response": {"body": {"choices": [{"message": {"role": "assistant", "content": "r"}}]}}}
    for name, lines in (("requests", rows), ("answers", [answer])):
        (tmp_path / f"{name}.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    told: list[str] = []
    data = ftdata.read(tmp_path / "answers.jsonl").join(tmp_path / "requests.jsonl")
    list(data.examples(on_reject=lambda one: told.append(str(one.error))))
    assert not any("a bug in ftdata" in one for one in told)
