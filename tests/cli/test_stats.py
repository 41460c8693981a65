"""`ftdata stats` and `ftdata models`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .running import ftdata

CHAT = '{"messages":[{"role":"user","content":"2 + 2?"},{"role":"assistant","content":"4"}]}\n'


@pytest.fixture
def train(tmp_path: Path) -> Path:
    (tmp_path / "train.jsonl").write_text(CHAT * 20)
    return tmp_path


def test_a_table_for_a_model(train: Path) -> None:
    done = ftdata(train, "stats", "train.jsonl", "--model", "ft:gpt-4o-mini-2024-07-18:acme::x", "--epochs", "3")
    assert done.code == 0, done.err
    assert done.out.startswith("20 examples (chat 20)\n40 messages (user 20, assistant 20)\n")
    assert "tokens           17  17      17  17.0   17   17  340" in done.out
    assert "training        0.0031 USD = 340 tokens x 3 epochs x 3.00 USD a million tokens" in done.out
    assert "\x1b" not in done.out


def test_all_models_and_json(train: Path) -> None:
    done = ftdata(train, "stats", "train.jsonl", "train.jsonl")
    assert "40 examples" in done.out
    assert "models that train this, 3 epochs (the guide's heuristic):" in done.out
    found = json.loads(ftdata(train, "stats", "train.jsonl", "--json", "--for", "openai").out)
    assert (found["examples"], found["tokens"]["total"]["p95"], len(found["models"])) == (20, 17, 11)
    assert found["ftdata"]


def test_rows_that_are_no_examples_end_with_1(train: Path) -> None:
    (train / "some.jsonl").write_text(CHAT + '{"messages":[{"role":"ghost","content":"x"}]}\n')
    done = ftdata(train, "stats", "some.jsonl")
    assert done.code == 1
    assert "rejected: 1 row that cannot become examples" in done.out


@pytest.mark.parametrize(
    "options, words",
    [
        (("--model", "gpt-4.1-mimi"), 'Did you mean "gpt-4.1-mini"?'),
        (("--epochs", "0"), 'epochs are "auto" or a number from 1 to 50'),
        (("--tokenizer", "o200"), 'there is no tokenizer "o200"'),
    ],
)
def test_what_cannot_be_meant_ends_with_2(train: Path, options: tuple[str, str], words: str) -> None:
    done = ftdata(train, "stats", "train.jsonl", *options)
    assert (done.code, words in done.err) == (2, True), done.err


def test_files_that_cannot_be_read_end_with_3(train: Path) -> None:
    assert ftdata(train, "stats", "nothing.jsonl").code == 3
    assert ftdata(train, "stats", "train.jsonl", "--models", "nothing.toml").code == 3


def test_models(train: Path) -> None:
    done = ftdata(train, "models")
    assert done.code == 0
    assert "gpt-4.1-nano        o200k_base" in done.out
    assert "gpt-3.5-turbo-0301" not in done.out
    assert "chat examples train with OpenAI, Azure OpenAI, Together" in done.out
    found = json.loads(ftdata(train, "models", "--json").out)
    assert found["models"]["gpt-4o"]["prices"]["training"] == 25
    assert found["places"]["openai"]["closes"] == "2027-01-06"
    assert found["places"]["azure"]["models"]["gpt-4o"]["methods"] == ["sft", "dpo"]


def test_one_model_and_ones_own(train: Path) -> None:
    (train / "my.toml").write_text('[models."gpt-4o"]\nlimit = 1000\n')
    done = ftdata(train, "models", "gpt-4o-2024-08-06", "--models", "my.toml")
    assert "example limit  1,000 tokens" in done.out
    assert "batch cached input" in done.out
    assert json.loads(ftdata(train, "models", "o4-mini", "--json").out)["prices_with_data_sharing"]["input"] == 2
    wrong = ftdata(train, "models", "gpt4o")
    assert (wrong.code, 'Did you mean "gpt-4o"?' in wrong.err) == (2, True)
