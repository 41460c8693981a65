"""A judge is asked about answers, over real connections, and its scores come back to them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import ftdata as library
from ftdata.distill.judging import shown_to_judge
from ftdata.errors import RowError, UsageError
from ftdata.steps.judged import ReadJudged
from ftdata.steps.meeting import judge_id
from tests.cli.running import ftdata
from tests.distill.asking import answered, lines, write
from tests.distill.server import Asked, Reply, completion, serving
from tests.distill.test_loop import answer

Row = dict[str, Any]

RUBRIC = "Give 1 to 5 points for how well the answer fits.\n"


def example(question: int, at: int, text: str, **known: Any) -> Row:
    turns = [{"role": "user", "content": f"question {question}"}, {"role": "assistant", "content": text}]
    return {"messages": turns, "metadata": {"id": f"c{question}", "choice": at, **known}}


def judged(asked: Asked) -> Reply:
    """The judge: as many points as the answer has letters; nothing about empty talk, and an error for one."""
    text = asked.body["messages"][-1]["content"].rpartition("# Answer to judge\n\n")[2]
    if text == "fail":
        return Reply({"error": {"message": "no", "type": "error", "code": "bad", "param": None}}, 400)
    score: Any = "many" if text == "odd" else len(text)
    return Reply(completion(json.dumps({"reason": "its length", "score": score})))


ANSWERS = [
    *(example(0, at, text) for at, text in enumerate(["a", "<think>long, long</think>\nbbb", "cc"])),
    *(example(1, at, text) for at, text in enumerate(["dd", "dd", "fail"])),
    *(example(2, at, text) for at, text in enumerate(["odd", "e"])),
]


def test_the_judge_chooses(tmp_path: Path) -> None:
    write(tmp_path / "answers.jsonl", ANSWERS)
    (tmp_path / "rubric.md").write_text(RUBRIC)
    done = ftdata(tmp_path, "requests", "answers.jsonl", "--judge", "rubric.md", "--model", "gpt-4.1", "-o", "in.jsonl")
    assert done.code == 0, done.err
    asked = lines(tmp_path / "in.jsonl")
    assert len(asked) == len(ANSWERS) - 1  # the same answer twice is judged once
    assert asked[0]["body"]["messages"][0] == {"role": "system", "content": RUBRIC.strip()}
    assert all("long" not in json.dumps(row) for row in asked)
    with serving(judged) as server:
        answer(server, tmp_path / "in.jsonl", tmp_path / "out.jsonl", tmp_path / "err.jsonl")
    line = ["distill", "answers.jsonl", "--judged", "out.jsonl", "--judged", "err.jsonl", "--choices", "best",
            "--min-score", "0", "--keep-unknown", "-o", "best.jsonl", "--to", "ftdata", "--max-rejects", "1"]  # fmt: skip
    done = ftdata(tmp_path, *line)
    assert done.code == 0, done.err
    assert "the judge gave no number as answer.score" in (tmp_path / "best.rejects.jsonl").read_text()
    best = [
        (one["messages"][-1]["content"][-3:], one["metadata"].get("scores")) for one in lines(tmp_path / "best.jsonl")
    ]
    assert best == [("bbb", {"judge": 3}), ("dd", {"judge": 2}), ("e", {"judge": 1})]


def test_a_rubric_may_be_all_that_is_read(tmp_path: Path) -> None:
    (tmp_path / "rubric.md").write_text("{{ prompt }} -> {{ answer }} ({{ level }}), not {{ expected }}")
    rows = [example(0, 0, "<think>hm</think>a", level=3, expected="b")]
    library.requests(rows, tmp_path / "in.jsonl", model="m", judge=tmp_path / "rubric.md")
    (asked,) = lines(tmp_path / "in.jsonl")
    assert asked["body"]["messages"] == [{"role": "user", "content": "question 0 -> a (3), not b"}]


def test_what_a_judge_is_shown() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "ls", "arguments": "{}"}}
    said = {"messages": [{"role": "user", "content": "list"}, {"role": "assistant", "content": None, "tool_calls": [call]}],
            "metadata": {"expected": [call["function"]]}}  # fmt: skip
    assert shown_to_judge(said) == (
        '# Conversation\n\n[user]\nlist\n\n# Expected answer\n\n[{"name": "ls", "arguments": "{}"}]\n\n'
        "# Answer to judge\n\n[calls ls with {}]"
    )


def test_ids_are_made_of_all_that_was_said() -> None:
    ids = Counter(judge_id(one) for one in ANSWERS)
    assert sorted(ids.values()) == [1] * 6 + [2]
    thought = example(0, 1, "bbb")
    assert judge_id(thought) == judge_id(ANSWERS[1])
    assert judge_id({"messages": [{"role": "user", "content": "?"}]}) is None


SAID: dict[str, tuple[Any, Any]] = {
    "a number": ('{"score": 4}', 4), "text": ('{"score": "4.5"}', 4.5), "yes": ('{"score": true}', 1),
    "a thought first": ('<think>5?</think>{"score": 4}', 4),
}  # fmt: skip


@pytest.mark.parametrize(("text", "score"), SAID.values(), ids=SAID.keys())
def test_scores_of_judges(text: str, score: Any) -> None:
    note = ReadJudged()(answered("ft-1", text))
    assert isinstance(note, dict)
    (known,) = note.values()
    assert (known["judged"], known["name"], known["value"]) == ("ft-1", "judge", score)


@pytest.mark.parametrize("text", ["4 points", '{"points": 4}', '{"score": null}'])
def test_scores_that_are_none_are_rejects(text: str) -> None:
    with pytest.raises(RowError, match=r"the judge gave no number as answer\.score"):
        ReadJudged()(answered("ft-1", text))


@pytest.mark.parametrize("wrong", [{"user": "text"}, {"system": "Hi"}, {"expected": "a"}, {"tools": []}])
def test_what_a_judge_is_not_asked(wrong: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "rubric.md").write_text(RUBRIC)
    with pytest.raises(UsageError):
        library.requests(
            ANSWERS,
            model="m",
            judge=tmp_path / "rubric.md",
            **{**wrong, **({"tools": [{}]} if "tools" in wrong else {})},
        )


def test_what_has_no_answer_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "rubric.md").write_text(RUBRIC)
    rows = [*ANSWERS[:1], {"messages": [{"role": "user", "content": "?"}]}]
    done = library.requests(rows, tmp_path / "in.jsonl", model="m", judge=tmp_path / "rubric.md", max_rejects=1)
    assert done.result is not None
    assert [reason for _, reason in done.result.tally.rejected] == ["there is no answer to judge"]
