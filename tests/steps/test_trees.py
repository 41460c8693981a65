"""Trees of messages: the best path, every path, and pairs of ranked answers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.engines.plan import Rejected
from tests.strategies import tries

Row = dict[str, Any]


def message(id: str, parent: str | None, role: str, rank: int | None = None, **more: Any) -> Row:
    return {"message_id": id, "parent_id": parent, "text": id.upper(), "role": role, "rank": rank, "lang": "en",
            "message_tree_id": "t", **more}  # fmt: skip


TREE = [
    message("q", None, "prompter"),
    message("b", "q", "assistant", 1),
    message("a", "q", "assistant", 0),
    message("m", "b", "prompter"),
    message("n", "a", "prompter"),
    message("o", "n", "assistant"),
]


def said(path: str) -> list[Row]:
    roles = ("user", "assistant")
    return [{"role": roles[index % 2], "content": text} for index, text in enumerate(path)]


def examples(rows: list[Row], format: str, rejected: list[Rejected] | None = None) -> list[Row]:
    data = ftdata.read(rows, format=format)
    return list(data.examples(on_reject=rejected.append if rejected is not None else None))


ABOUT = {"lang": "en", "message_tree_id": "t"}
MADE: dict[str, list[Row]] = {
    "tree": [{"messages": said("QANO"), "metadata": ABOUT}],
    "tree:all": [{"messages": said("QANO"), "metadata": ABOUT}, {"messages": said("QB"), "metadata": ABOUT}],
    "tree:pairs": [
        {"input": {"messages": said("Q")}, "preferred_output": [{"role": "assistant", "content": "A"}],
         "non_preferred_output": [{"role": "assistant", "content": "B"}], "metadata": ABOUT}
    ],
}  # fmt: skip


@pytest.mark.parametrize("format", MADE)
@given(rows=st.permutations(TREE))
@tries(20)
def test_a_tree_becomes_examples_whatever_the_order_of_its_rows(format: str, rows: list[Row]) -> None:
    made = examples(rows, format)
    assert [example["metadata"] for example in made] == [ABOUT] * len(made)
    bare = [{key: example[key] for key in example if key != "metadata"} for example in made]
    assert bare == [{key: example[key] for key in example if key != "metadata"} for example in MADE[format]]


def test_trees_are_told_by_their_rows() -> None:
    data = ftdata.read(TREE)
    assert data.detected().why == "the first 6 rows have messages that name the message they answer"
    assert list(data) == MADE["tree"]


def test_an_answer_whose_message_is_missing_is_a_reject_with_its_place() -> None:
    rejected: list[Rejected] = []
    assert examples([*TREE, message("x", "gone", "assistant"), message("y", "x", "prompter")], "tree", rejected)
    assert [str(one.error) for one in rejected] == [
        '<list>:7: $.parent_id: the message that it answers, "gone", is not there',
        "<list>:8: $.parent_id: it answers a message that is not there, or itself",
    ]


def test_what_was_deleted_or_answers_itself_is_in_no_example() -> None:
    rejected: list[Rejected] = []
    rows = [*TREE[:2], message("a", "q", "assistant", 0, deleted=True), message("z", "z", "assistant")]
    assert examples(rows, "tree", rejected)[0]["messages"] == said("QB")
    assert [one.origin.line for one in rejected] == [4]


def test_a_tree_that_nobody_answered_is_a_drop(tmp_path: Any) -> None:
    data = ftdata.read([*TREE, message("l", None, "prompter", message_tree_id="u")], format="tree")
    result = data.write(tmp_path / "out.jsonl", format="openai")
    assert result.tally.to_dict()["dropped"] == {"gather_trees": {"nobody answered": 1}}
