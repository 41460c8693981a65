"""What a conversion writes for a service, the service's check accepts."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

import ftdata
from ftdata.findings import Finding, Severity
from ftdata.formats import FORMATS
from ftdata.formats.targets import TARGETS
from ftdata.rules import RULES
from ftdata.rules.checker import Checker
from ftdata.rules.held import Held
from ftdata.rules.page import Page
from ftdata.rules.plain import is_plain, is_text
from tests import strategies

from .rules.cases import CASES, Cases, calling, chat, image, legacy, said, seen, tool, tools_chat, user

WIDER = ("set", "file", "against", "label")
"""Rules that no single row breaks: a conversion leaves them to check. Whether a row needs a label, others tell."""

_LONGEST = 100_000  # characters of a row: one of images is 13 MB


def rows_of(cases: Cases) -> list[Any]:
    """The rows of a rule's files that break it, and then those that do not; lines that are bytes are none."""
    rows = [row for file in (*cases.bad, *cases.good) for row in file if isinstance(row, dict)]
    return [row for row in rows if len(json.dumps(row)) < _LONGEST]


TABLE = {
    slug: rows
    for slug, cases in CASES.items()
    if RULES[slug].over not in ("line", "reject", *WIDER)
    and RULES[slug].group != "budget"
    and not cases.template  # a conversion knows no model's template
    and (rows := rows_of(cases))
}
HELD = [name for name, target in TARGETS.items() if target.written == name]
"""Targets that `convert --to` names; what is written for others is a format of its own."""
METHODS = sorted({cases.method for cases in CASES.values()})
GOOD = [
    chat(user("Hi"), said("Hello."), said("How are you?")),
    chat(user([{"type": "text", "text": "Hi "}, {"type": "text", "text": "there"}]), said()),
    legacy({"role": "assistant", "function_call": {"name": "forecast", "arguments": "{}"}}),
    tools_chat(calling({"type": "function", "function": {"name": "forecast", "arguments": '{"city": "Oslo"}'}})),
    seen(image(url="https://example.com/a.png", detail="low")),
    chat(user("Hi"), user("Are you there?"), said("Yes.")),
    tools_chat(),
]
"""Good lines of OpenAI's of which another service refuses some."""


def written(path: Path, rows: list[Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def converted(rows: list[Any], name: str, folder: Path) -> tuple[ftdata.Result, list[Finding]]:
    """What came of the rows, and the errors that the service's check finds in a row of what was written."""
    path = folder / "out.jsonl"
    data = ftdata.read(written(folder / "given.jsonl", rows), format="openai")
    result = data.write(path, format=name, max_rejects="100%", workers=1, force=True, allow_empty=True)
    assert result.tally.balanced
    found = ftdata.read(path).check(target=name, workers=1).findings if result.tally.written else ()
    return result, [one for one in found if one.severity >= Severity.ERROR and RULES[one.rule].over not in WIDER]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", HELD)
def test_what_is_written_for_a_service_has_no_error_of_its_check(name: str, method: str, tmp_path: Path) -> None:
    rows = [row for slug, rows in TABLE.items() if CASES[slug].method == method for row in rows]
    assert converted([*GOOD, *rows], name, tmp_path)[1] == []


@pytest.mark.parametrize("slug", sorted(slug for slug in TABLE if RULES[slug].severity >= Severity.ERROR))
def test_what_breaks_a_rule_is_put_right_rejected_or_told(slug: str, tmp_path: Path) -> None:
    name = CASES[slug].target
    result, errors = converted(TABLE[slug], name, tmp_path)
    assert errors == []
    told = result.tally.rejected or result.tally.lost or result.tally.changed
    assert told, "a row that breaks the rule is not written in silence"


@pytest.mark.parametrize("number", range(len(GOOD)))
@pytest.mark.parametrize("name", HELD)
def test_good_lines_of_openais_are_written_as_another_service_takes_them(
    name: str, number: int, tmp_path: Path
) -> None:
    assert converted([GOOD[number]], name, tmp_path)[1] == []


def test_keys_that_the_service_does_not_have_are_left_out_and_told(tmp_path: Path) -> None:
    rows = [chat(user(id=1), said(), source="a"), chat(prompt_id="x"), chat()]
    result, _ = converted(rows, "openai", tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_bytes().splitlines()]
    assert lines == [chat(user(), said()), chat(), chat()]
    assert result.tally.lost == {
        "other keys": 2, "other keys: source": 1, "other keys: prompt_id": 1,
        "other keys of messages": 1, "other keys of messages: id": 1,
    }  # fmt: skip
    assert strategies.families(result.tally.lost) <= set(FORMATS["openai"].loses)


def test_ftdatas_own_lines_keep_them_in_the_metadata(tmp_path: Path) -> None:
    rows = [chat(source="a", metadata={"id": 1}), chat(tools=[], weight=2), chat(id=1, metadata={"id": 2})]
    given = ftdata.read(written(tmp_path / "a.jsonl", rows), format="openai")
    given.write(tmp_path / "b.jsonl", format="ftdata")
    lines = [json.loads(line) for line in (tmp_path / "b.jsonl").read_bytes().splitlines()]
    assert lines == [chat(metadata={"source": "a", "id": 1}), rows[1], rows[2]]


def test_a_row_that_no_fix_puts_right_is_rejected_with_the_rules_name(tmp_path: Path) -> None:
    result, _ = converted([chat(user(), said(weight=3)), chat()], "azure", tmp_path)
    assert result.tally.written == 1
    assert dict(result.tally.rejected) == {("azure", "weight: expected 0 or 1"): 1}


def test_what_is_good_is_written_as_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "given.jsonl"
    line = json.dumps(tools_chat(), indent=None, separators=(" , ", " : ")).encode() + b"\n"
    path.write_bytes(line)
    ftdata.read(path).write(tmp_path / "out.jsonl", format="openai")
    assert (tmp_path / "out.jsonl").read_bytes() == line


def test_a_verb_that_writes_what_it_read_holds_nothing_to_a_service(tmp_path: Path) -> None:
    rows = [chat(user("Hi"), said("a"), id=1), chat(user("Hi"), said("a"), id=2)]
    ftdata.read(written(tmp_path / "a.jsonl", rows)).dedupe().write(tmp_path / "b.jsonl")
    assert (tmp_path / "b.jsonl").read_bytes() == (tmp_path / "a.jsonl").read_bytes()


@pytest.mark.parametrize("allow_empty", [False, True])
def test_the_columns_of_a_table_are_held_to_the_service_too(allow_empty: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("q,a\nHi,Hello\nHi,<|endoftext|>\nHi,<|no token|>\n")
    made = ftdata.read(path).to_chat(user="q", assistant="a", allow_empty=allow_empty)
    result = made.write(tmp_path / "out.jsonl", format="openai", max_rejects=1)
    assert result.tally.written == 2
    assert list(result.tally.rejected) == [("openai", "special-token: the special token <|endoftext|>")]


STRICT = tuple(one for one in RULES.values() if one.severity >= Severity.ERROR and one.over not in ("own", *WIDER))


def errors_in(row: dict[str, Any]) -> Counter[str]:
    page = Page(Checker(STRICT), 0, 0)
    page.judge(b"", row)
    return page.sheet.counts


def held_lightly(row: dict[str, Any]) -> None:
    """A row that a quick look lets pass has no error, whether or not the definitions were judged before it looks."""
    held = Held(lambda example, lost: example, TARGETS["openai"], "chat")
    for _ in range(2):
        if is_text(row) or is_plain(row, held._boxes):
            assert not errors_in(row)
        held._found("chat", row)


@given(row=strategies.chats)
def test_what_a_quick_look_lets_pass_has_no_error(row: dict[str, Any]) -> None:
    held_lightly(row)


@pytest.mark.parametrize("slug", sorted(slug for slug in TABLE if CASES[slug].method == "sft"))
def test_a_quick_look_lets_nothing_pass_that_breaks_a_rule(slug: str) -> None:
    for row in TABLE[slug]:
        held_lightly(row)


@pytest.mark.parametrize("name", ["gemini", "anthropic", "sharegpt", "llama-factory"])
def test_what_was_not_lost_is_not_told(name: str, tmp_path: Path) -> None:
    shown = [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": "https://a.org/b.png"}},
    ]
    rows = [chat(user(shown), said())]
    result = ftdata.read(written(tmp_path / "a.jsonl", rows)).write(tmp_path / "b.jsonl", format=name)
    assert result.tally.written == 1
    assert result.tally.lost == {}


@pytest.mark.parametrize("name", [name for name in HELD if name != "azure"])  # whose calls may be without
def test_calls_without_ids_get_some_where_the_service_wants_them(name: str, tmp_path: Path) -> None:
    bare = {"type": "function", "function": {"name": "forecast", "arguments": '{"city": "Oslo"}'}}
    answered = [calling(bare, bare), {"role": "tool", "content": "rain"}, {"role": "tool", "content": "sun"}, said()]
    rows = [tools_chat(*answered, tools=[tool(description="The weather")])]
    result, errors = converted(rows, name, tmp_path)
    assert (result.tally.written, errors) == (1, [])
    (made,) = ftdata.read(tmp_path / "out.jsonl").head(1)
    calls = made["messages"][-4]["tool_calls"]
    if calls[0].get("id") and made["messages"][-3].get("tool_call_id"):
        assert [turn["tool_call_id"] for turn in made["messages"][-3:-1]] == [call["id"] for call in calls]
