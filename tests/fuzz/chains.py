"""Verbs behind each other: what one wrote, the next one takes; and what is done twice is done."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import ftdata
from ftdata import Dataset
from ftdata.errors import FtdataError
from tests.fuzz.commands import held
from tests.fuzz.failures import Broken
from tests.fuzz.files import lines
from tests.fuzz.golden import all_formats

Row = dict[str, Any]
Test = Callable[[list[Row]], None]

TWICE = ("dedupe", "fix", "valid", "without_refusals", "within", "filter", "merge_turns", "strip", "drop_trailing", "reasoning",
         "weights", "drop_if", "keep_if", "finished", "drop_few_shot", "redact", "tools", "labels")  # fmt: skip
"""Methods whose result they leave alone."""
AGAIN = ("out.jsonl", "out.jsonl.gz", "out.jsonl.zst", "out.parquet", "out.arrow", "out.json")
MIDDLE = (
    ("dedupe",), ("sample", "--shuffle"), ("check", "--fix"), ("balance", "--by", "answer"), ("strip", "--strip", "unused"),
)  # fmt: skip


def twice(method: str, args: list[Any], given: dict[str, Any]) -> Test:
    """The law that a method leaves alone what it made."""

    def test(rows: list[Row]) -> None:
        made = _made(ftdata.read(rows, format="ftdata"), method, args, given) if rows else []
        again = _made(ftdata.read(made, format="ftdata"), method, args, given) if made else []
        if made != again:
            one = next(((a, b) for a, b in zip(made, again, strict=False) if a != b), (len(made), len(again)))
            raise Broken(f"{method} twice is not {method} once", json.dumps(one)[:400])

    return test


def _made(data: Dataset, method: str, args: list[Any], given: dict[str, Any]) -> list[Row]:
    try:
        found = getattr(data, method)(*args, **given)
        return list(found.examples(on_reject=lambda one: None)) if isinstance(found, Dataset) else []
    except FtdataError:
        return []


def chained(folder: Path, reads: str, writes: str, chance: Random) -> tuple[str, Test]:
    """A chain of commands, and the law that each takes what the one before it wrote."""
    out, middle = chance.choice(AGAIN), chance.choice(MIDDLE)

    def test(rows: list[Row]) -> None:
        if not rows:
            return
        with tempfile.TemporaryDirectory(dir=folder) as name:
            place = Path(name)
            (place / "in.jsonl").write_bytes(lines(rows))
            first = ["convert", "in.jsonl", "--from", reads, "--to", writes, "--max-rejects", "100%"]
            if held(place, [*first, "-o", "a.jsonl"]).code or not (place / "a.jsonl").exists():
                return
            _taken(place, ["convert", "a.jsonl", "--from", writes, "--to", writes, "-o", "same.jsonl"], writes)
            if _unlinked(_rows(place / "a.jsonl")) != _unlinked(_rows(place / "same.jsonl")):
                raise Broken(f"convert --to {writes} changes what it wrote")
            held(place, ["check", "a.jsonl", "--from", writes])
            held(place, ["look", "a.jsonl"])
            _taken(place, ["convert", "a.jsonl", "--from", writes, "--to", writes, "-o", out], writes)
            _taken(place, ["convert", out, "--from", writes, "--to", writes, "-o", "back.jsonl"], f"{writes} of {out}")
            if _unlinked(_rows(place / "back.jsonl")) != _unlinked(_rows(place / "a.jsonl")):
                raise Broken(f"{writes} through {out} comes back otherwise")
            done = held(place, [*middle[:1], "a.jsonl", *middle[1:], "--from", writes, "-o", "b.jsonl"])
            if done.code not in (0, 1) or not (place / "b.jsonl").exists():
                return
            if middle[0] == "check" or all_formats()[writes].transcript:
                _taken(place, ["head", "b.jsonl"], f"what {middle[0]} wrote of {writes}")  # which is in OpenAI's
                return
            _taken(
                place,
                ["convert", "b.jsonl", "--from", writes, "--to", writes, "-o", "c.jsonl"],
                f"{writes} of {middle[0]}",
            )

    return f"convert --from {reads} --to {writes}, {' '.join(middle)}, {out}", test


def _taken(place: Path, line: list[str], what: str) -> None:
    done = held(place, line)
    if done.code:
        raise Broken(f"{line[0]} does not take {what}: exit {done.code}", f"{line} {done.err[-500:]}")


def _rows(path: Path) -> list[Row]:
    return [json.loads(text) for text in path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n") if text]


def _unlinked(value: Any) -> Any:
    """The rows without the ids of calls, which reading gives to those that have none."""
    if isinstance(value, dict):
        return {key: _unlinked(item) for key, item in value.items() if key not in ("id", "tool_call_id")}
    return [_unlinked(item) for item in value] if isinstance(value, list) else value
