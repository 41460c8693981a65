"""`ftdata places`, and `--for` of the commands that reckon with models."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .running import ftdata

EXAMPLES = Path(__file__).parents[2] / "examples"
TURNS = '{"messages":[{"role":"system","content":"Add."},{"role":"user","content":"%d + 1?"},{"role":"assistant","content":"%d"}]}\n'


@pytest.fixture
def train(tmp_path: Path) -> Path:
    (tmp_path / "train.jsonl").write_text("".join(TURNS % (number, number + 1) for number in range(60)))
    return tmp_path


def test_a_table_of_places(train: Path) -> None:
    done = ftdata(train, "places", "train.jsonl")
    assert done.code == 0, done.err
    lines = {line.split()[0]: line for line in done.out.splitlines() if line}
    assert "until 2027-01-05" in lines["openai"] or "gpt-4.1-mini at OpenAI" in done.out
    assert "until 2027-04-13 at least" in done.out
    assert "convert --to gemini" in done.out
    found = json.loads(ftdata(train, "places", "train.jsonl", "--json", "--epochs", "2").out)
    assert {one["epochs"] for one in found["places"]} == {2}
    assert found["ftdata"]


@pytest.mark.parametrize(
    "line, kind, where",
    [
        (("convert", "{}/tickets.csv", "--user", "body", "--assistant", "queue"), "chat", "together"),
        (("distill", "{}/transcripts/stored.jsonl"), "chat", "azure"),
        (("convert", "{}/calls.jsonl"), "chat", "fireworks"),
        (("convert", "{}/legacy.jsonl"), "chat", "trl"),
        (("convert", "{}/pairs.jsonl"), "preference", "together"),
    ],
)
def test_the_examples_of_the_docs_train_somewhere(tmp_path: Path, line: tuple[str, ...], kind: str, where: str) -> None:
    made = ftdata(tmp_path, *(word.format(EXAMPLES) for word in line), "-o", "a.jsonl")
    assert made.code == 0, made.err
    done = ftdata(tmp_path, "places", "a.jsonl", "--json")
    found = json.loads(done.out)
    assert (done.code, found["kind"]) == (0, kind)
    (one,) = (one for one in found["places"] if one["place"] == where)
    assert (one["verdict"], one["first"]) == ("trains", "")


def test_nowhere_is_1(train: Path) -> None:
    (train / "few.jsonl").write_text(TURNS % (1, 2))
    done = ftdata(train, "places", "few.jsonl", "--model", "gpt-4o")
    assert done.code == 1
    assert "1 examples, and at least 10 are needed" in done.out


@pytest.mark.parametrize(
    "line, said",
    [
        (("stats", "train.jsonl", "--model", "gpt-4.1"), True),
        (("stats", "train.jsonl", "--model", "gpt-4.1", "--for", "azure"), False),
        (("stats", "train.jsonl"), False),
        (("strip", "train.jsonl", "--model", "gpt-4o-mini"), True),
        (("strip", "train.jsonl"), False),
        (("strip", "train.jsonl", "--for", "azure"), False),
        (("requests", "train.jsonl", "--model", "gpt-4.1-mini"), True),
        (("requests", "train.jsonl", "--model", "gpt-9"), False),
        (("distill", "train.jsonl", "-o", "out.jsonl", "--system", "x", "--model", "gpt-4.1"), True),
        (("distill", "train.jsonl", "-o", "out.jsonl", "--system", "x"), False),
    ],
)
def test_a_model_that_does_not_last_is_told_loudly(train: Path, line: tuple[str, ...], said: bool) -> None:
    done = ftdata(train, *line)
    assert done.code == 0, done.err
    assert ("shut down on 2027-01-14" in done.err) == said


@pytest.mark.parametrize(
    "line, words",
    [
        (("stats", "train.jsonl", "--for", "nowhere"), 'there is no place "nowhere" that trains models'),
        (("stats", "train.jsonl", "--for", "anthropic"), 'there is no place "anthropic" that trains models'),
        (("stats", "train.jsonl", "--for", "trl", "--model", "gpt-4.1"), 'TRL does not train "gpt-4.1"'),
        (("models", "gpt-4.1", "--for", "together"), 'Together does not train "gpt-4.1"'),
        (
            ("strip", "train.jsonl", "--descriptions", "-o", "o.jsonl", "--for", "azure"),
            "--for only affects the preview of savings",
        ),
        (("distill", "train.jsonl", "-o", "o.jsonl", "--for", "azure"), "--for is for --system"),
    ],
)
def test_what_cannot_be_meant(train: Path, line: tuple[str, ...], words: str) -> None:
    done = ftdata(train, *line)
    assert (done.code, words in done.err) == (2, True), done.err


def test_other_names_of_places(train: Path) -> None:
    for name, place in (("foundry", "azure"), ("vertex", "gemini")):
        same = [ftdata(train, "stats", "train.jsonl", "--for", one).out for one in (name, place)]
        assert same[0] == same[1]
