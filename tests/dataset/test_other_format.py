"""`check` judges what lies in the file: rows of another format are an error, whatever they would become."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.formats import FORMATS, Format, detect
from ftdata.formats.targets import TARGETS, Target
from ftdata.rules import RULES
from tests.formats.test_golden import READ

CHAT = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}


def told(path: Path, target: str = "openai") -> list[ftdata.Finding]:
    return [one for one in ftdata.read(path).check(target=target).findings if one.rule == "other-format"]


def rows() -> list[tuple[str, dict[str, Any]]]:
    """The golden rows that are told to be of one format by their keys."""
    found = []
    for _, row, _ in READ.values():
        known = detect([row], FORMATS).format
        if known is not None:
            found.append((known.name, row))
    return found


def takes(service: Target, known: Format) -> bool:
    """Whether a target takes rows of a format as they lie."""
    return known.name in service.reads or (known.native and "openai" in service.reads)


def may_take(service: Target, known: Format, row: dict[str, Any]) -> bool:
    """Whether a row may be the target's though its keys are another format's: chats of text are many's.

    TRL also trains on text alone, whatever marks are in it.
    """
    own = FORMATS[service.format] if service.own else None
    return own is not None and (known.native or own.fits(row) or not any(told.sure for told in own.refusals(row)))


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(("name", "row"), rows(), ids=lambda one: one if isinstance(one, str) else "")
def test_rows_of_each_format_for_each_target(name: str, row: dict[str, Any], target: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("\n" + json.dumps(row) + "\n", encoding="utf-8")
    found = told(path, target)
    if takes(TARGETS[target], FORMATS[name]):
        assert not found
        return
    if not found and may_take(TARGETS[target], FORMATS[name], row):
        assert "refused-row" not in ftdata.read(path).check(target=target).counts
        return
    (one,) = found
    assert str(one.origin) == f"{path}:2"
    assert one.severity.name.lower() == "error"
    assert f"the rows are {name}" in one.message
    command = f"ftdata convert {path} --to {TARGETS[target].written} -o rows.{target}.jsonl"
    assert one.hint == f"Convert them: {command}"
    converted_rows_are_taken(path, target, shlex.split(command)[-1])


def converted_rows_are_taken(path: Path, target: str, name: str) -> None:
    """What the command writes is judged without an error; only the number of rows may be wrong."""
    written = path.parent / name
    try:
        ftdata.read(path).write(written, format=TARGETS[target].written, max_rejects="100%")
    except ftdata.EmptyOutputError:
        return  # the example is one that the target cannot hold
    if written.exists():
        counts = ftdata.read(written).check(target=target).counts
        errors = [slug for slug in counts if RULES[slug].severity.label == "error" and RULES[slug].over != "set"]
        assert errors == []


def test_the_help_is_of_what_would_be_written(tmp_path: Path) -> None:
    path = tmp_path / "alpaca.jsonl"
    row = {"instruction": "q", "input": "", "output": "a"}
    path.write_text("\n".join(map(json.dumps, [row, row, {**row, "output": 5}])), encoding="utf-8")
    counts = ftdata.read(path).check(target="llama-factory").counts
    assert "other-format" not in counts  # it reads alpaca
    report = ftdata.read(path).check(target="trl")
    assert report.rows == 2
    assert report.counts["duplicate-example"] == 1
    (rejected,) = [one for one in report.findings if one.rule == "rejected-row"]
    assert (str(rejected.origin), rejected.json_path) == (f"{path}:3", "$.output")


@pytest.mark.parametrize("target", TARGETS)
def test_rows_in_no_format(target: str, tmp_path: Path) -> None:
    path = tmp_path / "a table.jsonl"
    path.write_text('{"colour": "red", "size": 3}\n' * 3, encoding="utf-8")
    report = ftdata.read(path).check(target=target)
    assert not report.ok
    if TARGETS[target].own:
        (one,) = report.findings
        assert one.rule == "other-format"
        assert one.hint.endswith(f"ftdata look {shlex.quote(str(path))}")


def test_steps_are_judged_as_they_would_be_written() -> None:
    chats = ftdata.read([CHAT]).filter("True")
    for target in TARGETS:
        assert "other-format" not in chats.check(target=target).counts, target
        assert "refused-row" not in chats.check(target=target).counts, target


def test_what_was_converted_is_not_told(tmp_path: Path) -> None:
    path = tmp_path / "alpaca.jsonl"
    path.write_text(json.dumps({"instruction": "q", "input": "", "output": "a"}) + "\n")
    assert told(path)
    ftdata.read(path).write(tmp_path / "chats.jsonl", format="openai")
    assert not told(tmp_path / "chats.jsonl")


def test_it_can_be_left_out_and_known(tmp_path: Path) -> None:
    path = tmp_path / "alpaca.jsonl"
    path.write_text(json.dumps({"instruction": "q", "input": "", "output": "a"}) + "\n")
    data = ftdata.read(path)
    assert "other-format" not in data.check(ignore=["other-format"]).counts
    prints = data.check(prints=True).prints
    assert "other-format" not in data.check(baseline=prints).counts


def test_examples_in_memory_are_judged_as_they_are() -> None:
    assert "other-format" not in ftdata.read([CHAT]).check().counts
