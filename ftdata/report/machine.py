"""A report as other programs read it: GitHub's workflow commands, and SARIF."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftdata.errors import printable
from ftdata.findings import Finding, Severity
from ftdata.report.rules import PAGES
from ftdata.rules import RULES

if TYPE_CHECKING:
    from ftdata.report.checked import Report

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def github(report: Report) -> Iterator[str]:
    """Workflow commands, which GitHub shows beside the lines of a pull request."""
    for one in report.findings:
        where = ""
        if one.origin:
            where = f"file={_property(one.origin.path)},line={max(1, one.origin.line)},"
        said = ": ".join(filter(None, (one.json_path, one.message.rstrip("."))))
        yield f"::{_COMMANDS[one.severity]} {where}title={one.rule}::{_data(f'{said}. {one.hint}')}"
    if report.cut > 0:
        yield f"::notice title=ftdata::{report.cut:,} more findings are not shown"


def _data(text: str) -> str:
    return printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def sarif(report: Report, version: str) -> str:
    """SARIF 2.1.0, for code scanning."""
    slugs = sorted(report.counts)
    rules = [
        {
            "id": slug,
            "shortDescription": {"text": RULES[slug].title},
            "fullDescription": {"text": RULES[slug].why},
            "help": {"text": f"{RULES[slug].fix} Source: {RULES[slug].source}."},
            "helpUri": f"{PAGES}{slug}/",
            "defaultConfiguration": {"level": _LEVELS[RULES[slug].severity]},
        }
        for slug in slugs
    ]
    driver = {"name": "ftdata", "version": version, "rules": rules}
    results = [_result(one, slugs.index(one.rule)) for one in report.findings]
    run: dict[str, Any] = {"tool": {"driver": driver}, "results": results}
    if report.cut > 0:
        run["properties"] = {"notShown": report.cut}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2)


def _result(one: Finding, number: int) -> dict[str, Any]:
    said = ": ".join(filter(None, (one.json_path, one.message.rstrip("."))))
    result: dict[str, Any] = {
        "ruleId": one.rule,
        "ruleIndex": number,
        "level": _LEVELS[one.severity],
        "message": {"text": printable(f"{said}. {one.hint}")},
    }
    if one.origin:
        place = {
            "artifactLocation": {"uri": one.origin.path},
            "region": {"startLine": max(1, one.origin.line)},
        }
        result["locations"] = [{"physicalLocation": place}]
    return result
