"""What is written for a service has no error of its own check: every rule's own cases, for every service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.errors import UnknownFormatError
from ftdata.findings import Severity
from ftdata.formats.targets import TARGETS
from ftdata.rules import RULES

from .cases import CASES, chat, said, user

OF_FILES = ("image-size",)
"""Rows so long that a file's first one is not seen whole when its container is told."""


def files_of(slug: str) -> list[list[Any]]:
    cases = CASES[slug]
    return [case for case in (*cases.good, *cases.bad) if isinstance(case, list)]


def errors(path: Path, name: str) -> set[str]:
    """The errors of rows; those of sets, such as too few examples, are not a conversion's."""
    found = ftdata.read(path).check(target=name).findings
    return {one.rule for one in found if one.severity >= Severity.ERROR and RULES[one.rule].over not in ("set", "file")}


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("slug", [slug for slug in CASES if files_of(slug) and slug not in OF_FILES])
def test_what_is_written_for_a_service_has_no_error_of_its_check(slug: str, name: str, tmp_path: Path) -> None:
    for number, rows in enumerate(files_of(slug)):
        source, output = tmp_path / f"{number}.jsonl", tmp_path / f"{number}.{name}.jsonl"
        source.write_bytes(
            b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows)
        )
        try:
            result = ftdata.read(source, format="openai").write(output, format=name, max_rejects="100%")
        except (UnknownFormatError, KeyError, TypeError):
            continue  # it is no file of OpenAI's rows, or a writer's own fault, which has tests of its own
        if result.written:
            assert errors(output, name) == set(), rows


def test_a_reject_carries_the_rule_the_service_and_the_place() -> None:
    rows = ftdata.read([chat(user("a <|endoftext|> b"), said())])
    with pytest.raises(ftdata.RejectedRows) as caught:
        rows.write("-", format="openai")
    assert any(reason.startswith("special-token (openai)") for _, reason in caught.value.tally.rejected)


def test_keys_that_the_service_does_not_know_are_lost_by_name(tmp_path: Path) -> None:
    row = chat(user(id=7), said(), source="x")
    result = ftdata.read([row]).write(tmp_path / "a.jsonl", format="azure")
    assert result.tally.lost == {"other keys": 1, "other keys of messages": 1}
    assert json.loads((tmp_path / "a.jsonl").read_text("utf-8-sig")) == chat(user(), said())
    ftdata.read([row]).write(tmp_path / "b.jsonl", format="ftdata")
    assert json.loads((tmp_path / "b.jsonl").read_text()) == row
