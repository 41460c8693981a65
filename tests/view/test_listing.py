"""Rows of any file are found by their positions, and what a filter finds is what its command writes."""

from __future__ import annotations

import gzip
import json
import shlex
import time
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.errors import UsageError
from ftdata.example.identities import identity
from ftdata.view.listing import RowList
from ftdata.view.opened import Filters
from tests.cli.running import ftdata as command
from tests.view.desks import opened, ticket, written

TICKETS = [ticket(number) for number in range(40)]


def whole(listing: RowList) -> RowList:
    listing.want(None, 20)
    assert listing.done
    assert listing.error is None
    return listing


def saved(folder: Path, kind: str, rows: list[dict[str, Any]]) -> Path:
    if kind == "jsonl":
        return written(folder / "a.jsonl", rows)
    if kind == "blank lines":
        return written(folder / "a.jsonl", [line for row in rows for line in ("", row, "  ")])
    if kind == "json":
        path = folder / "a.json"
        path.write_text(json.dumps(rows, indent=1))
    elif kind == "gz":
        path = folder / "a.jsonl.gz"
        path.write_bytes(gzip.compress(b"".join(json.dumps(row).encode() + b"\n" for row in rows)))
    elif kind == "utf-16":
        path = folder / "a.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-16")
    else:
        path = folder / f"a.{kind}"
        ftdata.read(rows).write(path)
    return path


KINDS = ("jsonl", "blank lines", "json", "gz", "utf-16", "parquet")


@pytest.mark.parametrize("block", [400, 1 << 20], ids=["many blocks", "one block"])
@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_every_container_are_found_and_read_again(tmp_path: Path, kind: str, block: int) -> None:
    file = opened(saved(tmp_path, kind, TICKETS))
    engine = file.data.engine(1)
    engine.block_size = block
    for all_rows in (True, False):
        listing = whole(RowList(file.data.plan, engine, all_rows=all_rows))
        assert listing.found == len(TICKETS)
        rows = file.rows(listing, 0, len(TICKETS))
        assert [row.examples for row in rows] == [[one] for one in TICKETS]
        assert [row.examples for row in file.rows(listing, 17, 2)] == [[one] for one in TICKETS[17:19]]
        assert file.rows(listing, len(TICKETS), 5) == []
        if kind == "blank lines":
            assert [row.line for row in rows] == [3 * number + 2 for number in range(len(TICKETS))]
        listing.stop()
    file.close()


FILTERS = [
    Filters(where='"refund" in prompt'),
    Filters(where="turns > 5"),
    Filters(search="REFUND"),
    Filters(search='it\'s "quoted" $(x)'),
    Filters(label="billing"),
    Filters(label='say "no" \\ now'),
    Filters(rule="email-address"),
    Filters(search="-o"),
    Filters(where="score > 1"),
    Filters(where='answer == "billing"', search="parcel", rule="email-address"),
]
ODD = [
    {"messages": [{"role": "user", "content": "it's \"quoted\" $(x)"}, {"role": "assistant", "content": 'say "no" \\ now'}]},
    {"messages": [{"role": "user", "content": "Refund?"}, {"role": "assistant", "content": "Write to ann.lee@acme-parcels.com, please."}]},
    {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "billing"}], "metadata": {"score": 2}},
]  # fmt: skip


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_what_a_filter_shows_is_what_its_command_writes(tmp_path: Path, monkeypatch: Any, filters: Filters) -> None:
    path = written(tmp_path / "-in.jsonl", [*TICKETS, "broken", *ODD])
    monkeypatch.chdir(tmp_path)
    file = opened(path)
    shown = [row.examples[0] for row in file.rows(whole(file.listing(filters)), 0, 200)]
    words = shlex.split(file.command(filters))
    assert words[:2] == ["ftdata", "filter"]
    assert command(tmp_path, *words[1:]).code in (0, 1)
    out = tmp_path / "filtered.jsonl"
    wrote = [json.loads(line) for line in out.read_bytes().splitlines()] if out.exists() else []
    assert shown == wrote
    file.close()


def test_rows_that_are_no_example_are_shown_with_the_reason(tmp_path: Path) -> None:
    file = opened(written(tmp_path / "a.jsonl", [TICKETS[0], '{"messages": [', TICKETS[1], {"messages": []}, "7"]))
    rows = file.rows(whole(file.listing(Filters())), 0, 9)
    assert [bool(row.error) for row in rows] == [False, True, False, True, True]
    assert [row.line for row in rows] == [1, 2, 3, 4, 5]
    assert rows[1].value() == '{"messages": ['
    assert [one[0]["severity"] for one in file.findings(rows) if one][:1] == ["error"]
    file.close()


def test_a_table_is_shown_as_it_is_and_cannot_be_filtered(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("colour,size\nred,3\nblue,4\n")
    file = opened(path)
    rows = file.rows(whole(file.listing(Filters())), 0, 9)
    assert [row.value() if not row.examples else row.examples[0] for row in rows] == [
        {"colour": "red", "size": "3"}, {"colour": "blue", "size": "4"}]  # fmt: skip
    with pytest.raises(UsageError, match="no known format"):
        file.listing(Filters(search="red"))
    file.close()


def test_findings_are_of_the_rows_that_are_shown(tmp_path: Path) -> None:
    rows = [TICKETS[0], ODD[1]]
    file = opened(written(tmp_path / "a.jsonl", rows))
    found = file.findings(file.rows(whole(file.listing(Filters())), 0, 9))
    assert [[one["rule"] for one in each] for each in found][1].count("email-address") == 1
    assert "email-address" not in [one["rule"] for one in found[0]]
    choices = file.choices()
    assert ["billing", 14] not in choices["classes"]
    assert "email-address" in [slug for slug, _, _ in choices["rules"]]
    file.close()


def test_examples_are_found_by_line_and_by_id(tmp_path: Path) -> None:
    file = opened(written(tmp_path / "a.jsonl", ["", *TICKETS]), ids=True)
    listing = whole(file.listing(Filters()))
    assert listing.at_line(2) == 0
    assert listing.at_line(41) == 39
    for at in (0, 7, 39):
        assert listing.named(identity(TICKETS[at])) == at
    assert listing.named("0" * 16) is None
    assert listing.named("chosen by a person") is None
    file.close()


def test_a_search_that_another_one_follows_ends(tmp_path: Path) -> None:
    file = opened(written(tmp_path / "a.jsonl", TICKETS))
    lists = [file.listing(Filters(search=f"{number}")) for number in range(9)]
    assert len(file._lists) <= 5
    file.close()
    for one in lists:
        one._thread.join(timeout=10)
        assert not one._thread.is_alive()


def test_a_filter_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    file = opened(written(tmp_path / "a.jsonl", TICKETS))
    for bad in (Filters(where="turns >"), Filters(rule="no-such-rule")):
        with pytest.raises(UsageError):
            file.listing(bad)
    with pytest.raises(UsageError):
        Filters.of({"where": 3})
    file.close()


@pytest.mark.slow
def test_the_first_page_of_a_large_file_is_there_at_once(tmp_path: Path) -> None:
    path = tmp_path / "big.jsonl"
    line = json.dumps(ticket(1)).encode() + b"\n"
    with path.open("wb") as stream:
        for _ in range(300):
            stream.write(line * ((1 << 20) // len(line)))
    file = opened(path)
    file.findings([])
    before = time.monotonic()
    listing = file.listing(Filters())
    listing.want(50, 5)
    assert len(file.rows(listing, 0, 50)) == 50
    assert time.monotonic() - before < 1
    assert not listing.done
    # What is found by a filter is there while more of it is still looked for.
    found = file.listing(Filters(search="parcel"))
    found.want(50, 60)
    assert len(file.rows(found, 0, 50)) == 50
    assert not found.done
    file.close()
