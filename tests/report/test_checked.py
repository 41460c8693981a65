"""Reports of checks: for people, for CI, for notebooks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas
import pytest

import ftdata
from ftdata.report.checked import Report
from ftdata.report.machine import github, sarif
from ftdata.report.rules import PAGES, rules_page
from ftdata.rules import RULES

from ..rules.cases import answers, chat, said, user

DOCS = Path(__file__).parents[2] / "docs"

ROWS: list[Any] = [
    *answers(*(f"The answer is number {number}." for number in range(60))),
    chat(weight=1),
    chat({"role": "<b>bot|</b>\x1b[2J", "content": "a"}, user("b"), said("c, with 100% of it")),
    *[chat(user(f"q{number}"), said("a"), id=number) for number in range(30)],
]


@pytest.fixture(scope="module")
def report() -> Report:
    return ftdata.read(ROWS).check(max_findings=5)


def test_text_is_grouped_and_says_what_was_cut(report: Report) -> None:
    text = str(report)
    assert "error[unknown-key] A key that the service does not know: 30 findings" in text
    assert "  … and 25 more" in text
    assert text.index("error[unknown-key]") < text.index("warning[no-system]")
    assert "\x1b" not in text
    assert text.splitlines()[-1].startswith(
        "checked 92 rows of <list> for openai (sft): 32 errors, 1 warning; --fix puts 31 right"
    )
    assert report.cut == 25
    assert str(ftdata.read(ROWS[:60]).check()).endswith("nothing found")


def test_json_holds_everything(report: Report) -> None:
    told = json.loads(report.to_json())
    assert told["counts"]["unknown-key"] == 30
    assert told["levels"]["error"] == 32
    assert told["findings"][0] == report.findings[0].to_dict()
    assert told["ok"] is report.ok is False


def test_github_commands_keep_to_their_line(report: Report) -> None:
    lines = list(github(report))
    assert len(lines) == len(report.findings) + 1
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) and "\n" not in line for line in lines)
    assert any("100%25" not in line and "title=unknown-key" in line for line in lines)
    assert "25 more findings" in lines[-1]


def test_sarif_names_rules_and_places(report: Report) -> None:
    log = json.loads(sarif(report, "1"))
    for rule in log["runs"][0]["tool"]["driver"]["rules"]:
        assert (
            (DOCS / "reference" / "rules" / rule["helpUri"].removeprefix(PAGES).rstrip("/")).with_suffix(".md").exists()
        )
    run = log["runs"][0]
    slugs = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert set(slugs) == set(report.counts)
    for result in run["results"]:
        assert slugs[result["ruleIndex"]] == result["ruleId"]
    first = run["results"][0]["locations"][0]["physicalLocation"]
    assert first["region"]["startLine"] >= 1


def test_html_and_markdown_let_nothing_out(report: Report) -> None:
    assert "<b>bot" not in report._repr_html_()
    assert "\x1b" not in report._repr_html_()
    assert "&lt;b&gt;bot" in report._repr_html_()
    table = [line for line in report.to_markdown().splitlines() if line.startswith("|")]
    assert len(table) == len(report.findings) + 2
    assert "<b>bot" not in report.to_markdown()
    assert all(line.replace("\\|", "").count("|") == 6 for line in table)


def test_a_table_of_findings(report: Report) -> None:
    table = report.to_pandas()
    assert isinstance(table, pandas.DataFrame)
    assert len(table) == len(report.findings)
    assert set(table["rule"]) <= set(RULES)


def test_one_page_has_all_rules() -> None:
    page = list(rules_page())
    for slug in RULES:
        assert f"### {slug}" in page
