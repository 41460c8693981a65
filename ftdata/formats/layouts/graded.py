"""Layouts for graders and process rewards: the steps of an answer with a verdict on each, a prompt with its truth."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ftdata.errors import RowError
from ftdata.formats.layouts.answers import asked_of, before, question, with_rest
from ftdata.formats.layouts.conversations import is_conversation, messages_of

if TYPE_CHECKING:
    from ftdata.formats.layouts.record import Options, Row, RowColumns
    from ftdata.formats.registry import Parsed


def has_steps(at: RowColumns) -> bool:
    """Whether there may be the steps of one answer, with a verdict on each."""
    return asked_of(at) is not None and "completions" in at and "labels" in at


def are_steps(row: Row, at: RowColumns) -> bool:
    """Whether there are: as many verdicts as texts."""
    asked, steps, labels = asked_of(at), row[at.names["completions"]], row[at.names["labels"]]
    return (
        asked is not None
        and type(row[asked[0]]) in (str, list)
        and type(steps) is type(labels) is list
        and len(steps) == len(labels) > 0
        and set(map(type, steps)) == {str}
        and set(map(type, labels)) == {bool}
    )


def stepwise(row: Row, at: RowColumns, options: Options, repaired: Counter[str]) -> Parsed:
    """A chat whose answer is all steps; it is wanted where all of them are right."""
    asked, (steps, labels) = asked_of(at), (at.names["completions"], at.names["labels"])
    if asked is None or not are_steps(row, at):
        raise RowError("expected steps, and whether each is right; got others", json_path=f"$.{steps}")
    used = {steps, labels, asked[0]}
    if type(row[asked[0]]) is list:
        messages = [*before(row, at, used), *messages_of(row[asked[0]], f"$.{asked[0]}", repaired)]
    else:
        messages = question(row, at, used, repaired)
    messages.append({"role": "assistant", "content": "\n".join(row[steps])})
    return with_rest(row, used, {"messages": messages}, kto_tag=all(row[labels]), step_labels=row[labels])


def has_truth(at: RowColumns) -> bool:
    """Whether there are a prompt, and what its answers are rewarded by."""
    return "prompt" in at and "reward_model" in at


def is_truth(row: Row, at: RowColumns) -> bool:
    """Whether the prompt is turns, and the reward tells the truth that answers are held against."""
    prompt, reward = row[at.names["prompt"]], row[at.names["reward_model"]]
    return type(prompt) is list and is_conversation(prompt) and type(reward) is dict and "ground_truth" in reward


def with_truth(row: Row, at: RowColumns, options: Options, repaired: Counter[str]) -> Parsed:
    """A prompt to be answered, with the truth and its kind for a grader."""
    prompt, reward = at.names["prompt"], at.names["reward_model"]
    if not is_truth(row, at):
        raise RowError("expected a prompt and its ground truth; got others", json_path=f"$.{reward}")
    graded = {name: row[name] for name in (at.one("data_source"), at.one("ability")) if name and row[name] is not None}
    messages = messages_of(row[prompt], f"$.{prompt}", repaired)
    example = {"messages": messages, "ground_truth": row[reward]["ground_truth"], **graded}
    return with_rest(row, {prompt, reward, *graded}, example)
