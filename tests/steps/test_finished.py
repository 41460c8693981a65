"""Answers that were cut off."""

from __future__ import annotations

from typing import Any

import pytest

import ftdata
from ftdata.errors import UsageError
from ftdata.findings import Drop
from ftdata.steps.finished import Finished

STAYS: dict[str, tuple[dict[str, Any], tuple[str, ...], bool]] = {
    "stop": ({"finish_reason": "stop"}, (), True),
    "length": ({"finish_reason": "length"}, (), False),
    "filtered": ({"finish_reason": "content_filter"}, (), False),
    "nothing said": ({"completion_tokens": 5}, (), True),
    "as long as asked for": ({"completion_tokens": 5, "max_tokens": 5}, (), False),
    "as long, but it stopped": ({"finish_reason": "stop", "completion_tokens": 5, "max_tokens": 5}, (), True),
    "not among those asked for": ({"finish_reason": "tool_calls"}, ("stop",), False),
    "asked for": ({"finish_reason": "length"}, ("stop", "length"), True),
    "any": ({"finish_reason": "length"}, ("any",), True),
}


@pytest.mark.parametrize(("known", "reasons", "stays"), STAYS.values(), ids=STAYS.keys())
def test_what_stays(known: dict[str, Any], reasons: tuple[str, ...], stays: bool) -> None:
    example = {"messages": [], "metadata": known}
    found = Finished(reasons)(example)
    assert found is example if stays else isinstance(found, Drop)


def test_any_stands_alone() -> None:
    with pytest.raises(UsageError):
        Finished(("any", "stop"))


def test_it_is_done_with_every_transcript() -> None:
    asked = {"messages": [{"role": "user", "content": "q"}]}
    rows = [
        {"request": asked, "response": {"choices": [{"message": {"content": "a"}, "finish_reason": reason}]}}
        for reason in ("stop", "length")
    ]
    data = ftdata.read(rows)
    assert [example["metadata"]["finish_reason"] for example in data] == ["stop"]
