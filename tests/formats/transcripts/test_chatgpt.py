"""ChatGPT's export."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.errors import RowError
from ftdata.findings import Drop
from ftdata.formats import FORMATS, detect, named
from ftdata.formats.transcripts.bodies import items
from ftdata.formats.transcripts.envelopes import chatgpt, screen
from tests import strategies
from tests.formats import example_of

Row = dict[str, Any]
CHATGPT = FORMATS["chatgpt"]
ALL = ["chatgpt", "chatgpt:branches", "chatgpt:tools", "chatgpt:branches+tools"]
ROWS = [
    json.loads(line) for line in (Path(__file__).parent / "rows/chatgpt.jsonl").read_text(encoding="utf-8").splitlines()
]


def message(role: str, *parts: Any, **more: Any) -> Row:
    content = {"content_type": "text" if all(type(part) is str for part in parts) else "multimodal_text"}
    return {"author": {"role": role}, "content": {**content, "parts": list(parts)}, "recipient": "all", **more}


def chain(*messages: Any, **more: Any) -> Row:
    """A conversation of one branch; its root is empty."""
    nodes = {"0": {"id": "0", "message": None, "parent": None}}
    for number, said in enumerate(messages, 1):
        nodes[str(number)] = {"id": str(number), "message": said, "parent": str(number - 1)}
    return {"mapping": nodes, "current_node": str(len(messages)), **more}


def contents(row: Row, repaired: Counter[str] | None = None, name: str = "chatgpt") -> list[Any]:
    return [turn.get("content") for turn in example_of(named(FORMATS, name), row, repaired)["messages"]]


def test_the_branch_that_was_last_on_the_screen() -> None:
    assert all(detect([row], FORMATS).format is CHATGPT for row in ROWS)
    repaired: Counter[str] = Counter()
    example = example_of(CHATGPT, ROWS[0], repaired)
    assert [turn["content"] for turn in example["messages"]] == [
        "Name a river.", "The Volga.", "How long is it?", "About 3,530 km. See Volga.",
    ]  # fmt: skip
    assert example["metadata"] == {
        "id": "conv-rivers", "model": "gpt-4o", "created": "2026-01-31T12:00:00.500000Z", "finish_reason": "stop",
        "session": "conv-rivers", "title": "Rivers", "images": 0, "attachments": 0, "calls": 0,
    }  # fmt: skip
    assert repaired == {screen.CONTEXT: 1, screen.CITATIONS: 3}


def test_other_branches_by_choice() -> None:
    made = named(FORMATS, "chatgpt:branches").read(ROWS[0], Counter())
    assert type(made) is list
    ends = [(one["messages"][-1]["content"], one["metadata"]["branch"]) for one in made if type(one) is dict]
    assert ends == [("The Thames.", 0), ("About 3,530 km. See Volga.", 1)]


def test_what_tools_did_is_left_out_and_counted() -> None:
    repaired: Counter[str] = Counter()
    example = example_of(CHATGPT, ROWS[1], repaired)
    assert [turn["content"] for turn in example["messages"]] == [
        "Add the numbers in the file.", "Let me add them.\n\nIt is 3.",
    ]  # fmt: skip
    assert {key: example["metadata"][key] for key in ("model", "attachments", "calls")} == {
        "model": "o3", "attachments": 1, "calls": 1,
    }  # fmt: skip
    assert repaired == {
        screen.ATTACHMENTS: 1, screen.THOUGHTS: 2, screen.CALLS: 1, screen.RESULTS: 1, items.JOINED: 1,
    }  # fmt: skip


def test_what_tools_did_by_choice() -> None:
    turns = example_of(named(FORMATS, "chatgpt:tools"), ROWS[1])["messages"]
    function = {"name": "python", "arguments": '{"code":"print(1+2)"}'}
    assert turns[1:] == [
        {
            "role": "assistant",
            "content": "Let me add them.",
            "tool_calls": [{"id": "call_call", "type": "function", "function": function}],
        },
        {"role": "tool", "tool_call_id": "call_call", "content": "3\n"},
        {"role": "assistant", "content": "It is 3."},
    ]


def test_images_are_named_only_and_speech_is_text() -> None:
    example = example_of(CHATGPT, ROWS[2])
    assert [turn["content"] for turn in example["messages"]][:3] == ["[image]", "A cat.", "What colour?"]
    assert example["metadata"]["images"] == 1
    assert example["metadata"]["finish_reason"] == "length"


IMAGE: Row = {"content_type": "image_asset_pointer", "asset_pointer": "sediment://x"}
ASKED = message("user", "q")
HIDDEN: Row = {"metadata": {"is_visually_hidden_from_conversation": True}}
CALL = message("assistant", '{"q": 1}', recipient="web.search")
RESULT = message("tool", "r")

SHOWN: dict[str, tuple[list[Any], str, list[Any], dict[str, int]]] = {
    "an image beside words": ([message("user", IMAGE, "q"), message("assistant", "a")], "chatgpt", ["q", "a"],
                              {screen.IMAGES: 1}),
    "hidden messages": ([message("system", "s", **HIDDEN), message("system", "", **HIDDEN), ASKED,
                         message("assistant", "a")], "chatgpt", ["q", "a"], {screen.HIDDEN: 1}),
    "a system prompt that shows": ([message("system", "s"), ASKED, message("assistant", "a")], "chatgpt",
                                   ["s", "q", "a"], {}),
    "an answer in two": ([ASKED, message("assistant", "a"), message("assistant", "b")], "chatgpt", ["q", "a\n\nb"],
                         {items.JOINED: 1}),
    "an answer that went on": (
        [ASKED, message("assistant", "go", metadata={"finish_details": {"type": "max_tokens"}}),
         message("assistant", "ing on")], "chatgpt", ["q", "going on"], {items.JOINED: 1},
    ),
    "analysis": ([ASKED, message("assistant", "hm", channel="analysis"), message("assistant", "a")], "chatgpt",
                 ["q", "a"], {screen.THOUGHTS: 1}),
    "a question without an answer at the end": ([ASKED, message("assistant", "a"), ASKED], "chatgpt", ["q", "a"], {}),
    "a call without a result": ([ASKED, CALL, message("assistant", "a")], "chatgpt:tools", ["q", "a"],
                                {screen.RENAMED: 1, screen.UNANSWERED: 1}),
    "a call at the end": ([ASKED, message("assistant", "a"), CALL, RESULT], "chatgpt:tools", ["q", "a"],
                          {screen.RENAMED: 1, screen.UNANSWERED: 1}),
    "a result in two": ([ASKED, CALL, RESULT, RESULT, message("assistant", "a")], "chatgpt:tools",
                        ["q", None, "r\n\nr", "a"], {screen.RENAMED: 1}),
    "a result of nothing": ([ASKED, RESULT, message("assistant", "a")], "chatgpt:tools", ["q", "a"],
                            {screen.RESULTS: 1}),
    "a mark that is cut off": ([ASKED, message("assistant", "a \ue200cite\ue202x")], "chatgpt", ["q", "a citex"],
                               {screen.CITATIONS: 2}),
    "the user's own marks": ([message("user", "【1†x】"), message("assistant", "a")], "chatgpt", ["【1†x】", "a"], {}),
}  # fmt: skip


@pytest.mark.parametrize(("messages", "name", "said", "counts"), SHOWN.values(), ids=SHOWN.keys())
def test_what_stood_on_the_screen(messages: list[Row], name: str, said: list[Any], counts: dict[str, int]) -> None:
    repaired: Counter[str] = Counter()
    assert contents(chain(*messages), repaired, name) == said
    assert repaired == counts


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ROWS[3], "the conversation has no answer"),
        ({"mapping": {}}, "the conversation has no answer"),
        (chain(message("assistant", "Welcome.")), "the conversation has no question"),
    ],
    ids=["no answer", "nothing", "no question"],
)
@pytest.mark.parametrize("name", ["chatgpt", "chatgpt:tools"])
def test_what_nobody_answered_is_dropped(row: Row, reason: str, name: str) -> None:
    assert named(FORMATS, name).read(row, Counter()) == Drop(reason)


def test_an_answer_stopped_by_hand_is_cut_off() -> None:
    for how in ({"status": "in_progress"}, {"metadata": {"finish_details": {"type": "interrupted"}}}):
        row = chain(ASKED, message("assistant", "a", **how))
        assert example_of(CHATGPT, row)["metadata"]["finish_reason"] == "length"


def test_without_a_current_node_the_latest_branch_is_read() -> None:
    row = {**ROWS[0], "current_node": None}
    row["mapping"] = dict(reversed(row["mapping"].items()))
    repaired: Counter[str] = Counter()
    assert contents(row, repaired)[1] == "The Volga."
    assert repaired[chatgpt.UNNAMED] == 1


CIRCLE = chain(ASKED, message("assistant", "a"))
CIRCLE["mapping"]["0"]["parent"] = "2"
MISSING = chain(ASKED, message("assistant", "a"))
del MISSING["mapping"]["0"]
TREES: dict[str, tuple[Row, str, str]] = {
    "a circle": (CIRCLE, "the messages go round in a circle: this one", '$.mapping["2"]'),
    "a circle without an end": ({**CIRCLE, "current_node": "x"}, "the messages go round in a circle: none", "$.mapping"),
    "a parent that is not there": (MISSING, 'the message before "1" is not there: "0"', '$.mapping["1"].parent'),
    "a node that is none": ({"mapping": {"a": 1}, "current_node": "a"}, "expected a message with its parent; got 1",
                            "$.mapping.a"),
    "no tree": ({"mapping": []}, "expected the messages by their ids; got []", "$.mapping"),
    "an unknown role": (chain(message("narrator", "x")), "expected one of system, user, assistant, tool",
                        '$.mapping["1"].message.author.role'),
}  # fmt: skip


@pytest.mark.parametrize(("row", "words", "path"), TREES.values(), ids=TREES.keys())
def test_what_is_no_tree_is_told_with_its_place(row: Row, words: str, path: str) -> None:
    with pytest.raises(RowError) as raised:
        CHATGPT.read(row, Counter())
    assert raised.value.message.startswith(words)
    assert raised.value.json_path == path


@given(st.lists(st.one_of(st.none(), st.integers(0, 6)), min_size=1, max_size=6), st.sampled_from(ALL))
def test_no_links_are_gone_round_for_ever(parents: list[int | None], name: str) -> None:
    nodes = {
        str(id): {"message": message("assistant" if id % 2 else "user", "x"), "parent": None if up is None else str(up)}
        for id, up in enumerate(parents)
    }
    try:
        made = named(FORMATS, name).read({"mapping": nodes, "current_node": "0"}, Counter())
    except RowError as error:
        assert error.json_path.startswith("$.mapping")
        return
    assert isinstance(made, dict | list | Drop)


said = strategies.texts.filter(lambda text: text.strip() and not screen._MARK.search(text))


@given(st.lists(st.tuples(said, said), min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_a_conversation_comes_back_whatever_else_was_tried(turns: list[tuple[str, str]], chance: Random) -> None:
    spoken = [text for pair in turns for text in pair]
    row = chain(*(message("assistant" if at % 2 else "user", text) for at, text in enumerate(spoken)))
    for number in range(3):  # questions that were put otherwise, answers that were asked for again
        at = chance.randrange(len(spoken))
        other = message("assistant" if at % 2 else "user", f"other {number}")
        row["mapping"][f"other {number}"] = {"message": other, "parent": str(at)}
    shuffled = list(row["mapping"].items())
    chance.shuffle(shuffled)
    row["mapping"] = dict(shuffled)
    for name in ("chatgpt", "chatgpt:tools"):
        assert contents(row, name=name) == spoken
    made = named(FORMATS, "chatgpt:branches").read(row, Counter())
    assert type(made) is list
    every = [[turn["content"] for turn in one["messages"]] for one in made if type(one) is dict]
    assert spoken in every
    assert len({tuple(one) for one in every}) == len(every)
    assert not any(a != b and a == b[: len(a)] for a in every for b in every), "no branch is the beginning of another"
