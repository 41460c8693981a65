"""Times in columns: read as all rows tell, refused where they do not; and messages put in order by them."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.errors import RowError, UsageError
from tests.rows.test_rows import rows_of, table

FORMS = ("{d}/{m}/2024 3:0{n} PM", "{m}/{d}/2024 15:0{n}", "{d}.{m}.24 15:0{n}", "2024年{m}月{d}日 下午3:0{n}", "Jan {d}, 2024 3:0{n} PM", "170420784{n}", "170420784{n}000", "2024-01-{d:02} 15:0{n}")  # fmt: skip


def talk(form: str, newest: bool, groups: int = 6) -> list[dict[str, Any]]:
    """Messages of conversations on different days."""
    rows = []
    for group in range(groups):
        said = [("client", f"q{group}"), ("agent", f"a{group}"), ("client", f"r{group}"), ("agent", f"b{group}")]
        own = [{"chat": str(group), "who": who, "text": text, "Sent at": form.format(d=10 + group, m=1, n=n)}
               for n, (who, text) in enumerate(said)]  # fmt: skip
        rows += own[::-1] if newest else own
    return rows


HOW: dict[str, Any] = {"group_by": "chat", "role_column": "who", "content_column": "text", "role_map": {"client": "user", "agent": "assistant"}}  # fmt: skip


@pytest.mark.parametrize("newest", [False, True])
@pytest.mark.parametrize("form", FORMS)
def test_messages_are_put_in_order_by_any_times(tmp_path: Path, form: str, newest: bool) -> None:
    data = ftdata.read(table(tmp_path, talk(form, newest))).gather_messages(
        order_by="Sent at", **HOW, metadata=["Sent at"]
    )
    said = [[message["content"] for message in one["messages"]] for one in data]
    assert said == [[f"q{n}", f"a{n}", f"r{n}", f"b{n}"] for n in range(6)]
    assert next(iter(data))["metadata"]["Sent at"] == form.format(d=10, m=1, n=0)


@pytest.mark.parametrize("form", FORMS)
def test_rows_that_stand_newest_first_are_told_of(tmp_path: Path, form: str, caplog: pytest.LogCaptureFixture) -> None:
    for newest in (False, True):
        caplog.clear()
        with caplog.at_level(logging.WARNING, "ftdata"):
            ftdata.read(talk(form, newest)).gather_messages(**HOW)
        assert ("are newest first by \"Sent at\": order_by='Sent at' puts them in order" in caplog.text) == newest


@pytest.mark.parametrize("form", FORMS)
def test_look_turns_them_round(tmp_path: Path, form: str) -> None:
    found = ftdata.read(table(tmp_path, talk(form, True))).look().to_dict()
    assert "--order-by 'Sent at'" in found["commands"][0]
    assert any("newest first" in note for note in found["notes"])
    assert not any("dropped" in note or "rejected" in note for note in found["notes"])


def test_equal_times_of_rows_that_stand_newest_first_are_turned_round_too() -> None:
    rows = talk("1/2/2024 3:05 PM", True, 2)
    rows[0]["Sent at"] = rows[4]["Sent at"] = "1/2/2024 3:06 PM"
    data = ftdata.read(rows).gather_messages(order_by="Sent at", **HOW)
    assert [[one["content"] for one in chat["messages"]] for chat in data] == [
        [f"q{n}", f"a{n}", f"r{n}", f"b{n}"] for n in range(2)
    ]


DATES: list[tuple[list[str], list[str] | str]] = [
    (["31/1/2024", "1/2/2024"], ["2024-01-31", "2024-02-01"]),
    (["1/31/2024", "1/2/2024"], ["2024-01-31", "2024-01-02"]),
    (["1/2/2024", "1/2/2024"], "could have the day first or the month first, as in 1/2.*Say which: times='at' with day_first=True"),
    (["1/2/2024", "31/1/2024", "1/31/2024"], "the day is first in 31/1/2024, and the month in 1/31/2024"),
    (["1.2.2024", ""], ["2024-02-01", ""]),
]  # fmt: skip


@pytest.mark.parametrize(("dates", "expected"), DATES, ids=[str(dates) for dates, _ in DATES])
def test_the_column_as_a_whole_tells_which_is_the_day(
    tmp_path: Path, dates: list[str], expected: list[str] | str
) -> None:
    data = ftdata.read([{"at": date, "q": "q", "a": "a"} for date in dates]).times("at")
    made = data.to_chat(user="q", assistant="a", metadata=["at"])
    if isinstance(expected, str):
        with pytest.raises(UsageError, match=expected):
            list(made)
    else:
        assert [one["metadata"]["at"][:10] for one in made] == expected


def test_what_is_said_of_the_day_counts() -> None:
    rows = [{"at": "1/2/2024"}]
    for first, iso in ((True, "2024-02-01T00:00:00"), (False, "2024-01-02T00:00:00")):
        assert rows_of(ftdata.read(rows).times("at", day_first=first)) == [{"at": iso}]
    assert rows_of(ftdata.read([{"at": "02-24-01 9h"}]).times("at", time_format="%d-%y-%m %Hh")) == [
        {"at": "2024-01-02T09:00:00"}
    ]


def test_what_is_no_time_is_rejected_with_what_to_say() -> None:
    data = ftdata.read([{"at": "soon"}]).times("at")
    with pytest.raises(RowError, match=r'\$.at: expected a time; got "soon". Say how it is written: time_format='):
        rows_of(data)
    with pytest.raises(UsageError, match="a time format is such as"):
        ftdata.read([{"at": "soon"}]).times("at", time_format="dd.mm")
    with pytest.raises(UsageError, match="times names no column"):
        ftdata.read([{"at": "soon"}]).times()


def test_dates_that_sort_differently_either_way_are_not_sorted_by_a_guess(tmp_path: Path) -> None:
    rows = [
        {"chat": "1", "who": "client", "text": "q", "at": "1/2/2024"},
        {"chat": "1", "who": "agent", "text": "a", "at": "2/1/2024"},
    ]
    with pytest.raises(UsageError, match="could have the day first or the month first"):
        list(ftdata.read(rows).gather_messages(order_by="at", **HOW))
