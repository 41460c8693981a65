"""What a gather refuses: told in order, counted, with the place of whose fault it is, from any number of workers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

import ftdata
from ftdata.codec import encode
from ftdata.engines.local import Local
from ftdata.engines.plan import Outcome, Plan, Rejected
from ftdata.errors import RowError
from ftdata.files.source import Source, open_source
from ftdata.findings import Drop
from ftdata.formats import FORMATS
from ftdata.steps.primitives import Made, Refused

Row = dict[str, Any]


@dataclass(frozen=True)
class Strict:
    """Joins rows of a key; a group with a bad member is refused as a whole."""

    name: ClassVar[str] = "strict"

    def key(self, row: Row) -> Any:
        return row["k"]

    def rank(self, example: Row) -> None:
        return None

    def work(self, group: list[Row]) -> Sequence[Made]:
        raise AssertionError("a counting gather is asked for its counting work")

    def working(self, changes: Counter[str]) -> Callable[[list[Row]], Sequence[Made]]:
        def work(group: list[Row]) -> Sequence[Made]:
            bad = next((number for number, row in enumerate(group) if row["bad"]), None)
            if bad is not None:
                error = RowError('is bad; got "x"', hint="Do not.", json_path="$.bad")
                return [Refused(number, error, bad) for number in range(len(group))]
            changes["groups joined"] += 1
            return [{"messages": [{"role": "user", "content": str(row["n"])} for row in group[1:]]}, Drop("first")]

        return work


def source(folder: Path) -> tuple[Source, list[Row]]:
    rows = [{"k": n * 7919 % 301, "n": n, "bad": n % 97 == 5} for n in range(3000)]
    path = folder / "in.jsonl"
    path.write_bytes(b"\n".join(map(encode, rows)))
    return open_source([path]), rows


def run(given: Source, workers: int, block_size: int) -> tuple[bytes, list[tuple[str, int, str, bytes]], Outcome]:
    rejects: list[tuple[str, int, str, bytes]] = []

    def on_reject(reject: Rejected) -> None:
        rejects.append((reject.origin.path, reject.origin.line, str(reject.error), reject.raw))

    outcome = Outcome(on_reject=on_reject)
    plan = Plan(given, (Strict(),), None, FORMATS["ftdata"])
    output = b"".join(lines for _, lines, _ in Local(workers, block_size=block_size).map(plan, outcome))
    assert outcome.tally.balanced
    return output, rejects, outcome


def test_refused_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftdata.engines.spill.PARTITION", 4096)
    given, rows = source(tmp_path)
    output, rejects, outcome = run(given, 1, 5000)
    first_bad = {row["k"]: row["n"] + 1 for row in reversed(rows) if row["bad"]}
    expected = [(row["n"] + 1, first_bad[row["k"]]) for row in rows if row["k"] in first_bad]
    assert [line for _, line, _, _ in rejects] == [line for line, _ in expected]
    path = given.files[0].name
    for (_, line, error, raw), (_, fault) in zip(rejects, expected, strict=True):
        because = f" ({path}:{fault})" if fault != line else ""
        assert error == f'{path}:{line}: $.bad: is bad; got "x"{because}. Do not.'
        assert raw == encode(rows[line - 1])
    groups = {row["k"] for row in rows}
    assert outcome.tally.rejected == {("strict", "is bad"): len(expected)}
    assert outcome.tally.changed == {("strict", "groups joined"): len(groups) - len(first_bad)}
    assert output.count(b"\n") == outcome.tally.dropped.total() == len(groups) - len(first_bad)


@pytest.mark.parametrize("workers, block_size", [(2, 5000), (3, 333), (1, 1 << 21)])
def test_the_same_from_any_number_of_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int, block_size: int
) -> None:
    monkeypatch.setattr("ftdata.engines.spill.PARTITION", 4096)
    given, _ = source(tmp_path)
    one, other = run(given, 1, 5000), run(given, workers, block_size)
    assert other[:2] == one[:2]
    assert other[2].tally == one[2].tally


@pytest.mark.parametrize("runs", [2, 3, 10])
def test_more_runs_than_may_be_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: int) -> None:
    given, _ = source(tmp_path)
    expected = run(given, 1, 5000)
    monkeypatch.setattr("ftdata.engines.spill.PARTITION", 4096)
    monkeypatch.setattr("ftdata.engines.spill._OPEN", runs)
    found = run(given, 1, 5000)
    assert found[:2] == expected[:2]
    assert found[2].tally == expected[2].tally


def test_strict_stops_at_the_earliest_refused_row(tmp_path: Path) -> None:
    rows = [{"id": "b", "role": "user", "content": "x"}, {"id": "a", "role": "ghost", "content": "x"},
            {"id": "b", "role": "ghost", "content": "x"}]  # fmt: skip
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"\n".join(map(encode, rows)))
    with pytest.raises(ftdata.RowError, match=r"in\.jsonl:1: its conversation is rejected: .*in\.jsonl:3"):
        ftdata.read(path).gather_messages(group_by="id").write(tmp_path / "out.jsonl", strict=True)
    assert not (tmp_path / "out.jsonl").exists()
