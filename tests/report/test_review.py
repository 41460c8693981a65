"""An example as a row for people."""

from __future__ import annotations

from typing import Any

import pytest

from ftdata.report.review import review

Row = dict[str, Any]
FUNCTION = {"name": "f", "arguments": '{"n":1}'}
TURNS: list[Row] = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]

CASES: dict[str, tuple[Row, Row]] = {
    "a question": ({"messages": TURNS}, {"system": "", "prompt": "q", "answer": "a"}),
    "system and developer": (
        {"messages": [{"role": "system", "content": "s"}, {"role": "developer", "content": "d"}, *TURNS]},
        {"system": "s\n\nd", "prompt": "q", "answer": "a"}),
    "several turns": ({"messages": [*TURNS, *TURNS]}, {"system": "", "prompt": "user: q\n\nassistant: a\n\nuser: q", "answer": "a"}),
    "calls": (
        {"messages": [TURNS[0], {"role": "assistant", "content": None, "tool_calls": [{"id": "1", "type": "function", "function": FUNCTION}]}],
         "tools": [{"type": "function", "function": {"name": "f"}}, {"type": "function", "function": {"name": "g"}}]},
        {"system": "", "prompt": "q", "answer": 'f({"n":1})', "functions": "f, g"}),
    "a result": (
        {"messages": [TURNS[0], {"role": "assistant", "function_call": FUNCTION}, {"role": "function", "name": "f", "content": "r"}, TURNS[1]]},
        {"system": "", "prompt": 'user: q\n\nassistant: f({"n":1})\n\nfunction: r', "answer": "a"}),
    "an image": (
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "see"}, {"type": "image_url", "image_url": {"url": "https://x/a.png"}}]}, TURNS[1]]},
        {"system": "", "prompt": 'see\n[image {"url":"https://x/a.png"}]', "answer": "a"}),
    "no answer": ({"messages": [TURNS[0]], "reference": 7}, {"system": "", "prompt": "q", "answer": ""}),
    "a pair": (
        {"input": {"messages": [TURNS[0]]}, "preferred_output": [TURNS[1]], "non_preferred_output": [{"role": "assistant", "content": "b"}]},
        {"system": "", "prompt": "q", "answer": "a", "rejected": "b"}),
    "a completion": ({"prompt": "p", "completion": "c"}, {"system": "", "prompt": "p", "answer": "c"}),
    "metadata": (
        {"messages": TURNS, "metadata": {"id": "007", "answer": [1], "n": None}},
        {"system": "", "prompt": "q", "answer": "a", "id": "007", "metadata.answer": [1], "n": None}),
}  # fmt: skip


@pytest.mark.parametrize(("example", "row"), CASES.values(), ids=CASES)
def test_review(example: Row, row: Row) -> None:
    assert list(review(example).items()) == list(row.items())
