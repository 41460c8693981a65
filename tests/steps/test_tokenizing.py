"""Tokens: rows with what is trained, in the shapes of trainers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.errors import RowError, UsageError
from ftdata.findings import RejectedRows
from tests.tokens.tiny import TINY

pytest.importorskip("tokenizers")

CHAT: dict[str, Any] = {
    "messages": [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Ho", "weight": 0},
        {"role": "user", "content": "So?"},
        {"role": "assistant", "content": "Yes"},
    ]
}
PAIR: dict[str, Any] = {
    "input": {"messages": CHAT["messages"][:1]},
    "preferred_output": [{"role": "assistant", "content": "Yes"}],
    "non_preferred_output": [{"role": "assistant", "content": "No"}],
}


def rows(example: Any, **options: Any) -> list[Any]:
    return list(ftdata.read([example]).tokenize(TINY, template="chatml", **options))


def test_what_is_written_is_what_is_rendered() -> None:
    (made,) = ftdata.render(CHAT, TINY, "chatml")
    (row,) = rows(CHAT)
    assert row == {"input_ids": made.tokens, "attention_mask": [1] * len(made.tokens), "labels": made.labels}
    assert "".join(one.text for one in made.segments() if one.trained) == "Yes<|im_end|>\n"  # not what has the weight 0


def test_shapes() -> None:
    (row,) = rows(CHAT)
    learned = [0.0 if label == -100 else 1.0 for label in row["labels"]]
    assert rows(CHAT, shape="together") == [row]
    assert rows(CHAT, shape="tinker") == [{"tokens": row["input_ids"], "weights": learned}]
    (shown,) = rows(CHAT, shape="fireworks")
    assert (shown["token_ids"], shown["token_weights"]) == (row["input_ids"], learned)
    assert shown["decoded_tokens"][0] == "<|im_start|>"


def test_pairs_are_trls() -> None:
    (row,) = rows(PAIR)
    chosen, rejected = ftdata.render(PAIR, TINY, "chatml")
    assert row["prompt_ids"] + row["chosen_ids"] == chosen.tokens
    assert row["prompt_ids"] + row["rejected_ids"] == rejected.tokens
    assert len(row["chosen_ids"]) == len("Yes") + 2
    with pytest.raises(RowError, match="hold one conversation"):
        rows(PAIR, shape="tinker")


def test_what_is_over_the_limit() -> None:
    tokens = len(rows(CHAT)[0]["input_ids"])
    assert rows(CHAT, max_tokens=tokens) == rows(CHAT)
    with pytest.raises(RowError, match=f"{tokens} tokens, and {tokens - 1} are allowed"):
        rows(CHAT, max_tokens=tokens - 1)
    assert rows(CHAT, max_tokens=tokens - 1, over="drop") == []
    (cut,) = rows(CHAT, max_tokens=tokens - 2, over="cut")
    assert len(cut["input_ids"]) == tokens - 2 and cut["labels"][-1] != -100
    with pytest.raises(RowError, match="none of its tokens of those that are left is trained"):
        rows(CHAT, max_tokens=10, over="cut")
    with pytest.raises(UsageError, match="at least one token"):
        rows(CHAT, max_tokens=0)


def test_files(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow.parquet")
    data = ftdata.read([CHAT, CHAT]).tokenize(TINY, template="chatml")
    data.write(tmp_path / "a.jsonl")
    written = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    for shape in ("trl", "tinker", "fireworks"):
        shaped = ftdata.read([CHAT, CHAT]).tokenize(TINY, template="chatml", shape=shape)
        shaped.write(tmp_path / f"{shape}.parquet", format="tokens")
        assert pa.read_table(tmp_path / f"{shape}.parquet").to_pylist() == list(shaped)
    assert written == list(data)
    assert str(pa.read_schema(tmp_path / "trl.parquet").field("labels").type).startswith("list<element: int32")
    with pytest.raises(UsageError, match="a review table holds examples"):
        data.write(tmp_path / "a.csv")
    with pytest.raises(UsageError, match="written unchanged, not as trl"):
        data.write(tmp_path / "b.jsonl", format="trl")
    with pytest.raises(UsageError, match="need a tokenizer, and none is given"):
        ftdata.read([CHAT]).write(tmp_path / "b.jsonl", format="tokens")


def test_what_the_template_drops_is_counted(tmp_path: Path) -> None:
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    calling = {"messages": [CHAT["messages"][0], {"role": "assistant", "content": "", "tool_calls": [call]}]}
    done = ftdata.read([calling, CHAT]).tokenize(TINY, template="chatml").write(tmp_path / "a.jsonl")
    assert done.tally.changed == {("tokenize", "calls dropped by the chat template"): 1}
    with pytest.raises(RejectedRows, match="the chat template refuses"):
        refused = {"messages": [{"role": "system", "content": "x"}, *CHAT["messages"]]}
        ftdata.read([refused]).tokenize(TINY, template="gemma").write(tmp_path / "b.jsonl")


def test_the_same_on_workers(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(
        "".join(
            json.dumps({"messages": [{"role": "user", "content": f"{n}"}, CHAT["messages"][3]]}) + "\n"
            for n in range(3000)
        )
    )
    for workers in (1, 2):
        ftdata.read(path).tokenize(TINY).write(tmp_path / f"{workers}.jsonl", workers=workers)
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()
