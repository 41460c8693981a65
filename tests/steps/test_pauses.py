from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

import ftdata
from ftdata.errors import UsageError
from ftdata.steps.pauses import parted, pause_of
from ftdata.steps.turns import MemberError

ROWS = [
    {"chat": 1, "at": "2024-05-01T10:00:00", "role": "user", "content": "a"},
    {"chat": 1, "at": "2024-05-01T10:30:00", "role": "assistant", "content": "b"},
    {"chat": 1, "at": "2024-05-01T12:30:00", "role": "user", "content": "c"},
    {"chat": 1, "at": "2024-05-01T12:31:00", "role": "assistant", "content": "d"},
]


def test_a_pause_begins_another_conversation(tmp_path: Path) -> None:
    gathered = ftdata.read(ROWS).gather_messages(group_by="chat", order_by="at", gap="2h")
    result = gathered.write(tmp_path / "out.jsonl")
    assert [[turn["content"] for turn in one["messages"]] for one in gathered] == [["a", "b"], ["c", "d"]]
    assert (result.tally.written, result.tally.merged.total()) == (2, 2)
    assert len(list(ftdata.read(ROWS).gather_messages(group_by="chat", order_by="at", gap="3h"))) == 1


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("30m", 1800), ("30 min", 1800), ("2h", 7200), ("1.5h", 5400), ("1d", 86_400)]
)
def test_pauses(text: str, seconds: int) -> None:
    assert pause_of(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("values", [[0, 60, 10_000], [1_714_557_600_000, 1_714_557_660_000, 1_714_567_600_000]])
def test_numbers_are_seconds_or_milliseconds(values: list[int]) -> None:
    assert parted(values, [0, 1, 2], timedelta(hours=1), "$.at") == [[0, 1], [2]]


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(MemberError):
        parted(["soon"], [0], timedelta(hours=1), "$.at")
    with pytest.raises(UsageError, match="a pause is such as"):
        pause_of("soon")
    with pytest.raises(UsageError, match="order-by"):
        ftdata.read(ROWS).gather_messages(group_by="chat", gap="2h")
