"""Every key of a row has a fate: beside each format's own row, a key of each meaning is used, refused or named."""

from __future__ import annotations

import copy
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.errors import RowError
from ftdata.findings import RejectedRows
from ftdata.formats import FORMATS, named
from ftdata.rules import FIXES

from .test_golden import READ

Row = dict[str, Any]

MARK = "Answer like a pirate"
SIBLINGS: dict[str, Any] = {
    "system": MARK,
    "system_prompt": MARK,
    "available_tools": [{"name": "pirate", "parameters": {"type": "object", "properties": {MARK: {"type": "string"}}}}],
    "images": [f"{MARK}.png"],
    "image": f"{MARK}.png",
    "rejected_response": MARK,
    "rejected_messages": [{"role": "assistant", "content": MARK}],
    "label": False,
    "kto_tag": "false",
    "other_dialogue": [{"role": "user", "content": MARK}, {"role": "assistant", "content": MARK}],
    "audio": f"{MARK}.wav",
}
ROWS = {
    name: row
    for name, (known, row, _) in READ.items()
    if not FORMATS[known.partition(":")[0]].transcript and "from trl" not in name
}
CASES = [(name, sibling) for name in ROWS for sibling in SIBLINGS if sibling not in ROWS[name]]


def read(name: str, row: Row) -> Row:
    known = named(FORMATS, READ[name][0])
    made = known.read(copy.deepcopy(row), Counter())
    assert isinstance(made, dict)
    return made


@pytest.mark.parametrize(("name", "sibling"), CASES)
def test_a_key_with_a_meaning_is_used_refused_or_named(name: str, sibling: str, tmp_path: Path) -> None:
    row = {**ROWS[name], sibling: SIBLINGS[sibling]}
    try:
        made = read(name, row)
    except RowError as error:
        assert error.message
        return
    value = SIBLINGS[sibling]
    if value is False or value == "false":
        assert (made.get("metadata") or {}).get("kto_tag") is False or sibling in str(made), "a label is kept"
        return
    assert MARK in json.dumps(made), "what was read is in the example"
    if sibling not in made and sibling not in (made.get("metadata") or {}):
        return  # used
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(row) + "\n")
    try:
        result = ftdata.read(path, format=READ[name][0]).write(tmp_path / "out.jsonl", format="openai")
    except RejectedRows:
        return
    assert any(sibling in loss for loss in result.tally.lost), "what stays behind is named"


CHATS = [
    {"messages": [{"role": "user", "content": "Plan a trip"}, {"role": "assistant", "content": "By train."}]},
    {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}], "tools": []},
]


@pytest.mark.parametrize("sibling", SIBLINGS)
@pytest.mark.parametrize("slug", [slug for slug, (how, _) in FIXES.items() if how == "safe"])
def test_no_safe_fix_deletes_what_carries_meaning(slug: str, sibling: str) -> None:
    for chat in CHATS:
        row = copy.deepcopy({**chat, sibling: SIBLINGS[sibling]})
        FIXES[slug][1](row, "chat")
        said = json.dumps(row)
        assert MARK in said or sibling in said or '"kto_tag": false' in said


@pytest.mark.parametrize(
    ("row", "example"),
    [
        (
            {"dialog": [{"speaker": "Human", "text": "hi"}, {"speaker": "GPT ", "text": "hello"}]},
            {"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]},
        ),
        (
            {"messages": '[{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]'},
            {"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]},
        ),
        (
            {"thread": "[{'role': 'user', 'content': \"it's\"}, {'role': 'assistant', 'content': 'so'}]"},
            {"messages": [{"role": "user", "content": "it's"}, {"role": "assistant", "content": "so"}]},
        ),
        (
            {"messages": [{"role": "user", "content": "q", "loss": False},
                          {"role": "assistant", "content": "a", "masked": 1},
                          {"role": "assistant", "content": "b", "weight": "1"}]},
            {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a", "weight": 0},
                          {"role": "assistant", "content": "b", "weight": 1}]},
        ),
        (
            {"messages": [{"role": "user", "content": 3}, {"role": "assistant", "content": {"a": 1}}]},
            {"messages": [{"role": "user", "content": "3"}, {"role": "assistant", "content": '{"a":1}'}]},
        ),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": "a.png"}]},
                          {"role": "assistant", "content": "a cat", "thinking": "whiskers"}]},
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "a.png"}}]},
                          {"role": "assistant", "content": "a cat", "reasoning_content": "whiskers"}]},
        ),
        (
            {"messages": [{"role": "user", "content": "go"},
                          {"role": "tool_call", "content": '{"name": "f", "arguments": {"x": 1}}'},
                          {"role": "tool_response", "content": "ok"}, {"role": "assistant", "content": "done"}]},
            {"messages": [{"role": "user", "content": "go"},
                          {"role": "assistant", "tool_calls": [
                              {"id": "", "type": "function", "function": {"name": "f", "arguments": '{"x":1}'}}]},
                          {"role": "tool", "tool_call_id": "", "content": "ok"},
                          {"role": "assistant", "content": "done"}]},
        ),
        (
            {"system": "Be brief.", "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}],
             "score": 3},
            {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "q"},
                          {"role": "assistant", "content": "a"}], "score": 3},
        ),
        (
            {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}],
             "rejected_messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "b"}]},
            {"input": {"messages": [{"role": "user", "content": "q"}]},
             "preferred_output": [{"role": "assistant", "content": "a"}],
             "non_preferred_output": [{"role": "assistant", "content": "b"}]},
        ),
        (
            {"messages": [{"role": "user", "content": "<image>what?"}, {"role": "assistant", "content": "a cat"}],
             "images": [{"path": "a.png"}]},
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "a.png"}},
                                                       {"type": "text", "text": "what?"}]},
                          {"role": "assistant", "content": "a cat"}]},
        ),
        (
            {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], "label": "false"},
            {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}],
             "metadata": {"kto_tag": False}},
        ),
        (
            {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], "label": "sports"},
            {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}], "label": "sports"},
        ),
    ],
)  # fmt: skip
def test_rows_in_other_words_are_read(row: Row, example: Row) -> None:
    before = copy.deepcopy(row)
    made = FORMATS["openai"].read(row, Counter())
    assert isinstance(made, dict)
    for turn in made.get("messages", ()):
        for call in turn.get("tool_calls", ()):
            call["id"] = ""
        if "tool_call_id" in turn:
            turn["tool_call_id"] = ""
    assert made == example
    assert row == before, "the row that was read does not change"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a", "mask": True}]},
         "may mean either"),
        ({"messages": [{"role": "system", "content": "x"}, {"role": "user", "content": "q"},
                       {"role": "assistant", "content": "a"}], "system": "y"}, "one system prompt"),
        ({"messages": [{"role": "user", "content": "<image> <image>"}, {"role": "assistant", "content": "a"}],
          "images": ["a.png"]}, "expected 2 images"),
        ({"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}],
          "rejected_response": ["b", "c"]}, "expected one answer"),
        ({"prompt": "q", "completion": "a", "system": "x"}, "no place for a system prompt"),
    ],
)  # fmt: skip
def test_what_could_mean_two_things_is_refused(row: Row, said: str) -> None:
    with pytest.raises(RowError, match=said):
        FORMATS["openai"].read(row, Counter())


PAIRS = [
    {"prompt": "q", "chosen": "a", "rejected": "b"},
    {"question": "q", "chosen_response": "a", "rejected_response": "b"},
    {"prompt": "q", "chosen": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}],
     "rejected": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "b"}]},
    {"chosen": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}],
     "rejected": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "b"}]},
    {"chosen": json.dumps({"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}),
     "rejected": json.dumps({"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "b"}]})},
    {"prompt": "q", "chosen": {"role": "assistant", "content": "a"}, "rejected": {"role": "assistant", "content": "b"}},
]  # fmt: skip


@pytest.mark.parametrize("row", PAIRS)
def test_sides_of_a_pair_come_in_many_forms(row: Row) -> None:
    made = FORMATS["trl"].read(row, Counter())
    assert made == {
        "input": {"messages": [{"role": "user", "content": "q"}]},
        "preferred_output": [{"role": "assistant", "content": "a"}],
        "non_preferred_output": [{"role": "assistant", "content": "b"}],
    }


def test_a_side_of_another_conversation_is_refused() -> None:
    sides = {
        "chosen": [{"role": "user", "content": "other"}, {"role": "assistant", "content": "a"}],
        "rejected": [{"role": "user", "content": "else"}, {"role": "assistant", "content": "b"}],
    }
    with pytest.raises(RowError, match="begin alike"):
        FORMATS["trl"].read({"prompt": "q", **sides}, Counter())
