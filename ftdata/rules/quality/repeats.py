"""Answers that the model is shown before it gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ftdata.rules.look import RowLook
from ftdata.rules.registry import Problem, rule

_SHORT = 80
"""Characters of an answer that is taken for a label or a quotation, which may well stand in the prompt."""

_LABEL = re.compile(
    r"(?:^|\n)[ \t#*<\[]*(?:answer|assistant|output|response|completion|model|bot|ai|gpt)\b[^\w\n]*\s*\Z", re.I
)
"""What stands before an answer in a prompt that holds the finished dialogue."""


def _shown(answer: str, text: str) -> bool:
    """Whether the text is the answer, or has it behind the word for one; what is extracted from a text is neither."""
    if len(text) == len(answer):
        return text == answer
    at = text.find(answer)
    return (
        at > 0 and text[at + len(answer) :][:1] in ("", "\n") and _LABEL.search(text[max(0, at - 40) : at]) is not None
    )


def _twice(look: RowLook) -> bool:
    """Whether the answer stands in the row's texts before its own place, which is the last one in most rows."""
    answer = look.answer
    if answer is None or len(answer) < _SHORT:
        return False
    return look.text.find(answer) + len(answer) < len(look.text)


@rule(
    "answer-repeated", "warning", "The answer stands in its own prompt",
    over="row", kinds=("chat", "completion"), near=_twice, since="0.2.0",
    why="The model learns to copy, and in use the prompt holds no answer. Logs that were joined wrongly look so.",
    fix="Take the answer out of the prompt, or leave the example out where copying is not what is meant.",
    source="seen in logs whose input repeats the output; only answers of 80 characters and more, which are no labels",
)  # fmt: skip
def answer_repeated(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """A text before the last trained answer that is the same, or has it behind 'Answer:'; one finding an example."""
    answer = look.answer
    if answer is None or len(answer) < _SHORT:
        return
    for text, path, role in look.texts():
        if text is answer:
            return
        if role != "call" and _shown(answer, text):
            yield Problem(path, "the last answer stands in this text")
            return
