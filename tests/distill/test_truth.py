"""A truth table of the helper loop: 200 questions with three choices each, of which it is known what is wrong with them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.dataset import Dataset
from tests.distill.asking import lines, write

Row = dict[str, Any]

QUESTIONS, CHOICES = 200, 3
WHOLE = ("rate limited", "bad request", "expired", "no answer")
"""What happens to whole requests, by the number of the question."""
SINGLE = ("cut off", "filtered", "refused", "marked as refused", "no JSON", "another form", "wrong")
"""What happens to the first choice."""


def fate(question: int) -> str:
    """What happens at a question: each of the eleven kinds of failure ten times, and nothing to the others."""
    kinds = (*WHOLE, *SINGLE)
    return kinds[question % 20] if question % 20 < len(kinds) else ""


COUNT = {kind: sum(fate(n) == kind for n in range(QUESTIONS)) for kind in ("", *WHOLE, *SINGLE)}


def right(question: int) -> int:
    return question * 7 % 40


def content(number: int, *, think: bool = True) -> str:
    return ("<think>Let me see: 5? 6?</think>\n" if think else "") + f'{{"n": {number}}}'


def choice(question: int, at: int) -> Row:
    """The choices: the first one fails, the second is right, the third is right where the question is even."""
    kind = fate(question) if at == 0 else ""
    wrong = kind == "wrong" or (at == 2 and question % 2)
    said: Row = {"role": "assistant", "content": content(right(question) + bool(wrong), think=at != 1)}
    finish = {"cut off": "length", "filtered": "content_filter"}.get(kind, "stop")
    if kind == "refused":
        said["content"] = "<think>Hm.</think>I'm sorry, but I can't help with that."
    elif kind == "marked as refused":
        said |= {"content": None, "refusal": "No."}
    elif kind == "no JSON":
        said["content"] = "<think>Hm.</think>It is seven."
    elif kind == "another form":
        said["content"] = '{"m": 1}'
    return {"index": at, "message": said, "finish_reason": finish}


def answer(request: Row, question: int) -> Row:
    line: Row = {"id": f"b{question}", "custom_id": request["custom_id"], "response": None, "error": None}
    kind = fate(question)
    if kind == "expired":
        return line | {"error": {"code": "batch_expired", "message": "It was not executed in time."}}
    if kind in ("rate limited", "bad request"):
        status = 429 if kind == "rate limited" else 400
        body: Row = {"error": {"message": kind, "type": "error", "code": None, "param": None}}
        return line | {"response": {"status_code": status, "body": body}}
    body = {"id": f"chatcmpl-{question}", "object": "chat.completion", "created": 1770000000, "model": "gpt-4.1",
            "choices": [choice(question, at) for at in range(CHOICES)], "usage": {"completion_tokens": 9}}  # fmt: skip
    return line | {"response": {"status_code": 200, "body": body}}


SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"], "additionalProperties": False}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("truth")
    rows = [{"question": f"question {n}", "right": str(right(n)), "level": str(n % 5)} for n in range(QUESTIONS)]
    ftdata.requests(
        rows, folder / "in.jsonl", model="gpt-4.1", user="question", expected="right", n=CHOICES, response_format=SCHEMA
    )
    asked = lines(folder / "in.jsonl")
    made = [answer(request, n) for n, request in enumerate(asked) if fate(n) != "no answer"]
    write(
        folder / "out.jsonl", [row for row in made[::-1] if row["response"] and row["response"]["status_code"] == 200]
    )
    write(folder / "err.jsonl", [row for row in made if not row["response"] or row["response"]["status_code"] != 200])
    write(folder / "scores.jsonl", [
        {"custom_id": request["custom_id"], "choice": at, "score": (2, 1, 3)[at] / 10}
        for n, request in enumerate(asked) for at in range(CHOICES) if fate(n) not in WHOLE
    ])  # fmt: skip
    write(folder / "traces.jsonl", [{"id": "nobody", "session_id": "s"}])
    return folder


def joined(files: Path, **more: Any) -> Dataset:
    return ftdata.read(files / "out.jsonl").join(
        files / "in.jsonl", errors=files / "err.jsonl", columns_from=files / "in.metadata.jsonl", **more
    )


ANSWERED = QUESTIONS - sum(COUNT[kind] for kind in WHOLE)
LEFT_OUT = COUNT["cut off"] + COUNT["filtered"]
REFUSED = COUNT["refused"] + COUNT["marked as refused"]
INVALID = COUNT["no JSON"] + COUNT["another form"]


def odd_and_answered() -> int:
    return sum(n % 2 for n in range(QUESTIONS) if fate(n) not in WHOLE)


def test_every_failure_is_told_and_every_right_answer_stays(files: Path, tmp_path: Path) -> None:
    data = joined(files).without_refusals().valid().verify("answer.n == expected|int")
    tally = data.write(tmp_path / "out.jsonl", format="ftdata").tally
    reasons = Counter({reason: count for (_, reason), count in tally.dropped.items()})
    assert reasons["the answer ended with length"] == COUNT["cut off"]
    assert reasons["the answer ended with content_filter"] == COUNT["filtered"]
    assert reasons["the answer refuses"] == REFUSED
    assert reasons["the answer is not JSON, as its response_format asks"] == COUNT["no JSON"]
    assert reasons["the answer does not fit the schema of its response_format"] == COUNT["another form"]
    assert reasons["it is wrong: not answer.n == expected|int"] == COUNT["wrong"] + odd_and_answered()
    failed = [(reason, count) for (step, reason), count in tally.dropped.items() if step == "join"]
    assert sum(count for _, count in failed) == sum(COUNT[kind] for kind in WHOLE)
    assert reasons["nothing answers this request"] == COUNT["no answer"] or any("no answer" in one for one, _ in failed)
    assert tally.rejected.total() == 0
    kept = list(ftdata.read(tmp_path / "out.jsonl"))
    assert len(kept) == ANSWERED * CHOICES - LEFT_OUT - REFUSED - INVALID - COUNT["wrong"] - odd_and_answered()
    assert all(one["metadata"]["verdict"] is True and one["metadata"]["level"] in "01234" for one in kept)
    assert tally.read + tally.added.total() == (
        tally.written + tally.dropped.total() + tally.rejected.total() + tally.merged.total()
    )


def test_scores_by_choice_choose_exactly(files: Path, tmp_path: Path) -> None:
    data = joined(files).join_scores(files / "scores.jsonl", files / "traces.jsonl").choices("best")
    tally = data.write(tmp_path / "out.jsonl", format="ftdata").tally
    assert Counter(one["metadata"]["choice"] for one in ftdata.read(tmp_path / "out.jsonl")) == {2: ANSWERED}
    assert tally.dropped[("join_traces", "no example is of the trace")] == 1
    # Scores of choices that were cut off have no answer to meet.
    assert tally.dropped[("join_scores", "no example is of the score's choice")] == LEFT_OUT


def test_right_answers_first_then_the_best_of_them(files: Path) -> None:
    best = joined(files).join_scores(files / "scores.jsonl").verify("answer.n == expected|int").choices("best")
    chosen = Counter(one["metadata"]["choice"] for one in best)
    unhurt = [n for n in range(QUESTIONS) if fate(n) not in WHOLE]
    first = sum(n % 2 and fate(n) not in SINGLE for n in unhurt)  # 0.2 of the first beats 0.1 of the second
    assert chosen == {2: sum(n % 2 == 0 for n in unhurt), 0: first, 1: sum(n % 2 for n in unhurt) - first}


def test_a_majority_of_three_is_exact(files: Path, tmp_path: Path) -> None:
    data = joined(files).valid().vote("answer.n", min_agreement=0.6)
    tally = data.write(tmp_path / "out.jsonl", format="ftdata").tally
    won = {
        int(one["messages"][0]["content"].removeprefix("question ")): one for one in ftdata.read(tmp_path / "out.jsonl")
    }
    agreeing = {}
    for n in (n for n in range(QUESTIONS) if fate(n) not in WHOLE):
        gone = fate(n) in SINGLE and fate(n) != "wrong"  # a refusal in text is no JSON either
        values = [right(n) + (fate(n) == "wrong")] * (not gone) + [right(n), right(n) + n % 2]
        value, count = Counter(values).most_common(1)[0]
        if count / len(values) >= 0.6:
            agreeing[n] = (value, count / len(values))
    told = {
        n: (int(one["messages"][-1]["content"].partition('"n": ')[2][:-1]), one["metadata"]["agreement"])
        for n, one in won.items()
    }
    assert told == agreeing
    few = tally.dropped[("vote", "less than 60% of the answers to its prompt agree")]
    assert few == 2 * (ANSWERED - len(agreeing))


def test_pass_rates_are_exact(files: Path) -> None:
    kept = list(joined(files).verify("answer.n == expected|int", wrong="keep", pass_rate="0.1..0.9"))
    mixed = {
        n for n in range(QUESTIONS) if fate(n) not in WHOLE and (n % 2 or fate(n) in SINGLE[2:])
    }  # fmt: skip
    assert {int(one["messages"][0]["content"].removeprefix("question ")) for one in kept} == mixed
