"""Layouts of questions with choices, of which the answer names one by its number or its letter."""

from __future__ import annotations

from collections import Counter
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from ftdata.digits import whole
from ftdata.errors import RowError, shown
from ftdata.formats.layouts.answers import question, with_rest
from ftdata.formats.layouts.record import Options, Row, RowColumns, once

if TYPE_CHECKING:
    from ftdata.formats.registry import Parsed

_ANSWERS = (
    "answer",
    "answer_key",
    "answer_idx",
    "answer_index",
    "correct_answer",
    "correct",
    "label",
    "target",
    "gold",
)
_LETTERS = ascii_uppercase


@once
def _columns(at: RowColumns) -> tuple[str, str] | None:
    """The columns with the choices and with the answer."""
    choices, answer = at.one("choices", "options"), at.one(*_ANSWERS)
    return (choices, answer) if choices and answer else None


def has_choices(at: RowColumns) -> bool:
    """Whether there are a question, choices, and what names one of them."""
    return len(at.all("asked")) == 1 and _columns(at) is not None


def are_choices(row: Row, at: RowColumns) -> bool:
    """Whether the choices are texts, and the answer is one of them."""
    found = _columns(at)
    if found is None or type(row[at.all("asked")[0]]) is not str:
        return False
    labels, texts = _choices(row[found[0]])
    return len(texts) > 1 and _number(row[found[1]], labels, texts) is not None


def _choices(value: Any) -> tuple[list[str], list[str]]:
    """The letters and the texts of choices; nothing of what is none."""
    if type(value) is dict and type(value.get("text")) is list:
        texts, labels = value["text"], value.get("label")
    else:
        texts, labels = value, None
    if type(texts) is not list or not all(type(text) is str for text in texts) or len(texts) > len(_LETTERS):
        return [], []
    if type(labels) is not list or len(labels) != len(texts) or not all(type(label) is str for label in labels):
        labels = list(_LETTERS[: len(texts)])
    return labels, texts


def _number(answer: Any, labels: list[str], texts: list[str]) -> int | None:
    """Which choice an answer names: by its number from 0, its letter or its text."""
    if type(answer) is int:
        return answer if 0 <= answer < len(texts) else None
    said = answer.strip() if type(answer) is str else ""
    if said in labels:
        return labels.index(said)
    if said in texts:
        return texts.index(said)
    number = whole(said)
    return number if number is not None and number < len(texts) else None


def choice(row: Row, at: RowColumns, options: Options, repaired: Counter[str]) -> Parsed:
    """A chat of the question with its choices, a letter and a line each, and the one that is right."""
    found = _columns(at)
    if found is None:
        raise RowError("expected choices and an answer; got none", json_path="$")
    labels, texts = _choices(row[found[0]])
    number = _number(row[found[1]], labels, texts)
    if number is None:
        raise RowError(f"expected one of the choices; got {shown(row[found[1]])}", json_path=f"$.{found[1]}")
    used = set(found)
    messages = question(row, at, used, repaired)
    listed = [f"{label}. {text}" for label, text in zip(labels, texts, strict=True)]
    messages[-1]["content"] = "\n".join([messages[-1]["content"], *listed])
    return with_rest(row, used, {"messages": [*messages, {"role": "assistant", "content": listed[number]}]})
