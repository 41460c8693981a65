"""Weights: which messages are trained."""

from __future__ import annotations

from typing import Any

import pytest

from ftdata.errors import RowError, UsageError
from ftdata.expressions import Predicate
from ftdata.findings import Drop
from ftdata.steps.weighting import NOTHING, Weights

CALL = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}


def chat(*weights: Any) -> dict[str, Any]:
    """Three assistant messages: the first calls, the second is Ann's, the third says sorry."""
    own: list[dict[str, Any]] = [
        {"role": "assistant", "tool_calls": [CALL]},
        {"role": "assistant", "content": "yes", "name": "ann"},
        {"role": "assistant", "content": "sorry"},
    ]
    for turn, weight in zip(own, weights, strict=False):
        if weight is not None:
            turn["weight"] = weight
    result = {"role": "tool", "tool_call_id": "1", "content": ""}
    user = {"role": "user", "content": "?"}
    return {"messages": [user, own[0], result, own[1], user, own[2]], "metadata": {"score": 3}}


@pytest.mark.parametrize(
    "step, before, after",
    [
        (Weights(), chat(), chat()),
        (Weights(), chat(0, 1, None), chat(1, 1, None)),
        (Weights("last"), chat(), chat(0, 0, None)),
        (Weights("last"), chat(1, 1, 0), chat(0, 0, 1)),
        (Weights(index=(0,)), chat(), chat(None, 0, 0)),
        (Weights(index=(-1, 1)), chat(), chat(0, None, None)),
        (Weights(names=("ann",)), chat(), chat(0, None, 0)),
        (Weights(calling=True), chat(), chat(None, 0, 0)),
        (Weights("last", calling=False), chat(), chat(0, 0, None)),
        (Weights("none", where=Predicate("'sorry' in content")), chat(0), chat(0, None, 0)),
        (Weights(where=Predicate("tool == 'f' and metadata.score > 2 and score == 3")), chat(), chat(None, 0, 0)),
        (Weights(where=Predicate("last or trained and index == 1")), chat(0), chat(0, None, None)),
        (Weights("none", index=(0,)), chat(None, True, 0.0), chat(0, 1, 0)),
    ],
)
def test_who_is_trained(step: Weights, before: dict[str, Any], after: dict[str, Any]) -> None:
    assert repr(step(before)) == repr(after)


@pytest.mark.parametrize("step", [Weights("none"), Weights(names=("bob",)), Weights(index=(7,))])
def test_nothing_left_to_train_is_dropped(step: Weights) -> None:
    assert step(chat()) == Drop(NOTHING)


def test_weights_of_other_roles_go() -> None:
    example = chat()
    example["messages"][0] = {"role": "user", "content": "?", "weight": 0}
    assert Weights()(example) == chat()


@pytest.mark.parametrize(
    "example",
    [
        {"prompt": "a", "completion": "b"},
        {"input": {"messages": [{"role": "user", "content": ""}]}, "preferred_output": [], "non_preferred_output": []},
        {"messages": [{"role": "developer", "content": ""}, {"role": "user", "content": ""}]},
    ],
)
def test_only_chats_have_weights(example: dict[str, Any]) -> None:
    with pytest.raises(RowError, match="weights takes chat examples; got a"):
        Weights("last")(example)


def test_another_word_than_last_all_none() -> None:
    with pytest.raises(UsageError, match=r'train is not "lest"\. Did you mean "last"'):
        Weights("lest")  # type: ignore[arg-type]
