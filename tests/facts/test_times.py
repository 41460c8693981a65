"""Times as people and programs write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.facts.times import day_and_month, moment, since_1970
from tests.strategies import tries

WHEN = datetime(2024, 1, 2, 15, 4, 5)
DAY = datetime(2024, 1, 2)
WRITTEN = {
    "2024-01-02 15:04:05": WHEN, "2024-01-02T15:04:05Z": WHEN.replace(tzinfo=UTC), "2024-01-02 15:04:05 UTC": WHEN.replace(tzinfo=UTC),
    "2024-01-02 15:04:05 +0100": WHEN.replace(tzinfo=timezone(timedelta(hours=1))), "2/1/2024 3:04:05 PM": WHEN, "02.01.2024, 15:04:05": WHEN,
    "2.1.24 15:04:05": WHEN, "Jan 2, 2024 3:04:05 PM": WHEN, "2 January 2024 15:04:05": WHEN, "Tuesday, January 2, 2024": DAY, "Jan 2nd, 2024": DAY,
    "Tue, 02 Jan 2024 15:04:05 +0000": WHEN.replace(tzinfo=UTC), "2. Januar 2024 um 15:04:05": WHEN, "2 de enero de 2024": DAY, "2 janv. 2024 à 15:04:05": WHEN,
    "2024年1月2日": DAY, "2024年1月2日 下午3:04:05": WHEN, "2024年01月02日 15时04分05秒": WHEN, "2024/1/2 下午 3:04:05": WHEN, "2024年1月2日 星期二 15:04:05": WHEN,
    "2024年1月2日(火) 午後3:04:05": WHEN, "2024년 1월 2일 오후 3:04:05": WHEN, "2024. 1. 2. 오후 3:04:05": WHEN, "2024年1月2日 上午12:00": DAY, "2024/1/2 中午12:00": datetime(2024, 1, 2, 12),
    "2024-01-02 3:04:05 PM": WHEN, "1704207845": WHEN.replace(tzinfo=UTC), "1704207845000": WHEN.replace(tzinfo=UTC), "1704207845000000": WHEN.replace(tzinfo=UTC),
    "02/Jan/24 3:04:05 PM": WHEN, "2/Jan/2024": DAY, "02/Jan/2024:15:04:05 +0000": WHEN.replace(tzinfo=UTC),
}  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
def test_a_time_is_understood(text: str) -> None:
    assert moment(text) == WRITTEN[text]
    assert moment(f"  {text} ") == WRITTEN[text]


@pytest.mark.parametrize("text", [
    "", "5", "20240102", "hello", "12:30", "2024", "1/2", "32/13/2024", "2024年13月1日", "Foo 2, 2024", "1/2/2024 25:00", "1-2/2024", "1.5.2", "99999999999999999999999", "x" * 100,
])  # fmt: skip
def test_what_is_no_time(text: str) -> None:
    assert moment(text) is None


@given(st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1)))
@tries(50)
def test_every_way_of_writing_says_the_same(when: datetime) -> None:
    when = when.replace(microsecond=0)
    half = when.strftime("%I:%M:%S %p")
    for text in (f"{when.day}/{when.month}/{when.year} {half}", f"{when:%d.%m.%Y %H:%M:%S}", f"{when:%B %d, %Y} {half}",
                 f"{when.year}年{when.month}月{when.day}日 {'下午' if when.hour > 11 else '上午'}{when:%I:%M:%S}", when.isoformat()):  # fmt: skip
        assert moment(text) == when, text
    assert moment(f"{when.month}/{when.day}/{when.year} {when:%H:%M:%S}", day_first=False) == when
    seconds = int(when.replace(tzinfo=UTC).timestamp())
    if seconds >= 10**8:
        for power in (0, 3, 6, 9):
            assert since_1970(str(seconds * 10**power)) == when.replace(tzinfo=UTC)


def test_which_dates_have_two_readings() -> None:
    assert day_and_month("1/2/2024 3:05 PM") == (1, 2)
    assert day_and_month("1.2.2024") is day_and_month("2024-01-02") is day_and_month("x") is None
