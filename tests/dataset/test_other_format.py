"""`check` judges what lies in the file: rows of another format are an error, whatever they would become."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.formats import FORMATS, detect
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


@pytest.mark.parametrize("target", ["openai", "azure"])
@pytest.mark.parametrize(("name", "row"), rows(), ids=lambda one: one if isinstance(one, str) else "")
def test_rows_of_each_format(name: str, row: dict[str, Any], target: str, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("\n" + json.dumps(row) + "\n", encoding="utf-8")
    own = FORMATS[name].native or name == "completion"
    found = told(path, target)
    assert [str(one.origin) for one in found] == ([] if own else [f"{path}:2"])
    for one in found:
        assert one.severity.name.lower() == "error"
        assert f"the rows are {name}" in one.message
        assert f"ftdata convert {path} --to {target}" in one.hint


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
