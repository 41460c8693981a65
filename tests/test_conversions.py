"""What a conversion writes for a service, the service's check accepts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.findings import Finding, Severity
from ftdata.formats.targets import TARGETS
from ftdata.rules import RULES

from .rules.cases import CASES, Cases

WIDER = ("set", "file", "against")
"""Rules that no single row breaks: a conversion leaves them to check."""


def rows_of(cases: Cases) -> list[Any]:
    """The rows of a rule's files that break it, and then those that do not; lines that are bytes are none."""
    return [row for file in (*cases.bad, *cases.good) for row in file if isinstance(row, dict)]


TABLE = {
    slug: rows
    for slug, cases in CASES.items()
    if RULES[slug].over not in ("line", "reject", *WIDER) and (rows := rows_of(cases))
}


def written(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def errors(path: Path, name: str) -> list[Finding]:
    """The errors in single rows."""
    found = ftdata.read(path).check(target=name, workers=1).findings
    return [one for one in found if one.severity >= Severity.ERROR and RULES[one.rule].over not in WIDER]


@pytest.mark.parametrize("slug", sorted(TABLE))
@pytest.mark.parametrize("name", TARGETS)
def test_what_is_written_for_a_service_has_no_error_of_its_check(name: str, slug: str, tmp_path: Path) -> None:
    given, path = written(tmp_path / "given.jsonl", TABLE[slug]), tmp_path / "out.jsonl"
    result = ftdata.read(given, format="openai").write(path, format=name, max_rejects="100%", workers=1)
    assert result.tally.balanced
    if result.written:
        assert errors(path, name) == []
