"""The page of ``ftdata view`` in a real browser: each of its controls is used, and what it did is looked at."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

import ftdata
from ftdata.report.page import LANGS, resource
from ftdata.view.opened import OpenFile
from tests.chromium import PHONE, WIDE, Shown, showing
from tests.report.page.test_page import KINDS, NASTY
from tests.view.desks import opened, served, ticket, written

TICKETS = [ticket(number) for number in range(120)]
CALLING: dict[str, Any] = {
    "messages": [
        {"role": "user", "content": "Weather in Oslo? Reply to ann.lee@acme-parcels.com"},
        {"role": "assistant", "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Oslo"}'}}]},
        {"role": "tool", "tool_call_id": "c1", "content": "rain"},
        {"role": "assistant", "content": "<think>Rain.</think>It rains."},
    ],
    "tools": [{"type": "function", "function": {"name": "weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}}}],
}  # fmt: skip


@contextmanager
def page_of(browser: Browser, *files: OpenFile, query: str = "", **how: Any) -> Iterator[Shown]:
    """The page, once its first rows are there; at the end it asked its own server alone and reported nothing."""
    with served(*files) as server, showing(browser, server.address + query, **how) as shown:
        expect(shown.page.locator("#list [data-mark=full]").first).to_be_visible()
        yield shown
        assert all(one.startswith(server.address) for one in shown.requests), shown.requests
        assert shown.said == []


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return written(tmp_path / "train.jsonl", [*TICKETS, CALLING, "{broken"])


@pytest.fixture
def page(browser: Browser, path: Path) -> Iterator[Page]:
    with page_of(browser, opened(path)) as shown:
        yield shown.page


def lines(page: Page) -> list[str]:
    """The lines of the rows that are listed, in their order."""
    items = page.locator("#list [data-mark=full]").evaluate_all(
        "all => all.map(one => [Number(one.dataset.at), one.querySelector('.place').textContent])"
    )
    return [place for _, place in sorted(items)]


def edits(path: Path) -> list[dict[str, Any]]:
    found = path.with_name("train.edits.jsonl")
    return [json.loads(line) for line in found.read_bytes().splitlines()]


def test_the_first_row_is_open_and_the_list_goes_on(page: Page) -> None:
    expect(page.locator("#count")).to_have_text("122 rows")
    expect(page.locator("#row h2")).to_have_text("train.jsonl:1")
    expect(page.locator("#row .turn.trained .text")).to_have_text("billing")
    page.locator("#list").evaluate("list => { list.scrollTop = list.scrollHeight; }")
    expect(page.locator("#list").get_by_text("line 122")).to_be_visible()
    page.locator("#list [data-at='121']").click()
    expect(page.locator("#row .finding.error").first).to_be_visible()
    expect(page.locator("#row .raw")).to_have_text("{broken")


def test_filters_one_by_one_and_together(page: Page) -> None:
    page.locator("#search").fill("REFUND")
    expect(page.locator("#count")).to_contain_text("40 matches")
    expect(page.locator("#row mark").first).to_have_text("refund")
    page.locator("#where").fill('"12" in prompt')
    page.locator("#where").press("Enter")
    expect(page.locator("#count")).to_contain_text("1 match")
    assert lines(page) == ["line 13"]
    page.locator("#clear").click()
    expect(page.locator("#count")).to_have_text("122 rows")
    expect(page.locator("#line")).to_be_hidden()
    page.locator("#label").select_option("shipping")
    expect(page.locator("#count")).to_contain_text("40 matches")
    page.locator("#clear").click()
    page.locator("#rule").select_option("email-address")
    expect(page.locator("#count")).to_contain_text("1 match")
    expect(page.locator("#row h2")).to_have_text("train.jsonl:121")
    page.locator("#search").fill("nowhere at all")
    expect(page.locator("#nothing")).to_be_visible()


def test_a_bad_expression_is_told_beside_it(browser: Browser, path: Path) -> None:
    with served(opened(path)) as server, showing(browser, server.address) as shown:
        shown.page.locator("#where").fill("turns >")
        shown.page.locator("#where").press("Enter")
        expect(shown.page.locator("#said")).to_contain_text("turns >")
        expect(shown.page.locator("#where")).to_have_attribute("aria-invalid", "true")
        shown.page.locator("#where").fill("turns > 0")
        shown.page.locator("#where").press("Enter")
        expect(shown.page.locator("#count")).to_contain_text("121 matches")
        expect(shown.page.locator("#said")).to_be_hidden()


def test_the_command_of_a_filter_is_copied(page: Page, path: Path) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#search").fill("refund")
    expect(page.locator("#command")).to_have_text(f"ftdata filter {path} --search refund -o filtered.jsonl")
    page.locator("#copy").click()
    expect(page.locator("#said")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#command").inner_text()


def test_keys_do_what_the_help_says(page: Page) -> None:
    page.keyboard.press("j")
    expect(page.locator("#row h2")).to_have_text("train.jsonl:2")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("#row h2")).to_have_text("train.jsonl:2")
    page.keyboard.press("d")
    expect(page.locator("#drop")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("d")
    expect(page.locator("#drop")).to_have_attribute("aria-pressed", "false")
    page.keyboard.press("4")
    expect(page.locator("[data-score='4']")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("4")
    expect(page.locator("[data-score='4']")).to_have_attribute("aria-pressed", "false")
    for key, id in (("/", "search"), ("f", "where"), ("l", "its-label"), ("n", "note")):
        page.keyboard.press(key)
        expect(page.locator(f"#{id}")).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.locator(f"#{id}")).not_to_be_focused()
    page.keyboard.press("e")
    expect(page.locator("textarea").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("textarea")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.locator("#list").focus()
    page.keyboard.press("End")
    expect(page.locator("#row h2")).to_have_text("train.jsonl:122")
    page.keyboard.press("Home")
    expect(page.locator("#row h2")).to_have_text("train.jsonl:1")
    page.locator("#jump").fill("50")
    page.locator("#jump").press("Enter")
    expect(page.locator("#row h2")).to_have_text("train.jsonl:50")


def test_what_is_decided_is_saved_and_applied(page: Page, path: Path) -> None:
    page.locator("#drop").click()
    page.locator("#next").click()
    expect(page.locator("#row h2")).to_have_text("train.jsonl:2")
    page.locator("[data-score='5']").click()
    page.locator("#its-label").fill("good")
    page.locator("#note").fill("keep this one")
    page.locator("#note").press("Tab")
    page.locator("#next").click()
    expect(page.locator("#row h2")).to_have_text("train.jsonl:3")
    page.locator("#edit").click()
    page.locator(".role-assistant textarea").fill("refunds\nand more")
    page.locator(".train").click()
    expect(page.locator(".turn.edited .undo")).to_be_visible()
    expect(page.locator("#changes")).to_have_text("Edits: 3")
    expect(page.locator("#list [data-at='0'] .is-against")).to_be_visible()
    page.locator("#save").click()
    expect(page.locator("#save")).to_be_disabled()
    expect(page.locator("#applied")).to_contain_text("edited.jsonl --to ftdata")
    assert [{key: one.get(key) for key in ("keep", "score", "label", "note", "values")} for one in edits(path)] == [
        {"keep": False, "score": None, "label": None, "note": None, "values": None},
        {"keep": None, "score": 5, "label": "good", "note": "keep this one", "values": None},
        {"keep": None, "score": None, "label": None, "note": None,
         "values": {"$.messages[2].content": "refunds\nand more", "$.messages[2].weight": 0}},
    ]  # fmt: skip
    out = path.with_name("out.jsonl")
    good = written(path.with_name("good.jsonl"), [*TICKETS, CALLING])
    ftdata.read(good).apply(path.with_name("train.edits.jsonl")).write(out, format="ftdata")
    made = [json.loads(line) for line in out.read_bytes().splitlines()]
    kept = made[0]["metadata"]
    assert (kept["score"], kept["label"], kept["note"]) == (5, "good", "keep this one")
    assert made[1]["messages"][2] == {"role": "assistant", "content": "refunds\nand more", "weight": 0}
    assert made[2:] == [*TICKETS[3:], CALLING]


def test_calls_and_thoughts_are_edited_and_undone(page: Page, path: Path) -> None:
    page.locator("#jump").fill("121")
    page.locator("#jump").press("Enter")
    expect(page.locator("#row h2")).to_have_text("train.jsonl:121")
    page.locator("#edit").click()
    page.locator("[data-path='$.messages[1].tool_calls[0].function.arguments']").fill('{"city":"Bergen"}')
    answer = page.locator("textarea[data-path='$.messages[3].content']")
    assert answer.input_value() == "<think>Rain.</think>It rains."
    answer.fill("It pours.")
    page.keyboard.press("Control+s")
    expect(page.locator("#save")).to_be_disabled()
    assert edits(path)[0]["values"] == {"$.messages[1].tool_calls[0].function.arguments": '{"city":"Bergen"}',
                                        "$.messages[3].content": "It pours."}  # fmt: skip
    page.locator("#edit").click()
    while page.locator(".undo").count():
        page.locator(".undo").first.click()
    page.locator("#save").click()
    expect(page.locator("#save")).to_be_disabled()
    assert not path.with_name("train.edits.jsonl").exists()


def test_edits_come_again_and_unsaved_ones_are_guarded(browser: Browser, path: Path) -> None:
    with page_of(browser, opened(path)) as shown:
        shown.page.locator("#drop").click()
        shown.page.locator("#save").click()
        expect(shown.page.locator("#save")).to_be_disabled()
    with page_of(browser, opened(path)) as shown:
        expect(shown.page.locator("#drop")).to_have_attribute("aria-pressed", "true")
        expect(shown.page.locator("#changes")).to_have_text("Edits: 1")
        shown.page.locator("#drop").click()
        shown.page.locator("#lang").click()
        assert len(shown.dialogs) == 1  # the page asks whether it may be left
        expect(shown.page.locator("#drop")).to_have_attribute("aria-pressed", "false")


def test_edits_that_another_page_saved_are_not_overwritten(browser: Browser, path: Path) -> None:
    with (
        served(opened(path)) as server,
        showing(browser, server.address) as one,
        showing(browser, server.address) as two,
    ):
        for shown in (one, two):
            shown.page.locator("#drop").click()
        one.page.locator("#save").click()
        expect(one.page.locator("#save")).to_be_disabled()
        two.page.locator("#next").click()
        two.page.locator("#save").click()
        expect(two.page.locator("#said")).to_contain_text("changed elsewhere")
        expect(two.page.locator("#save")).to_be_enabled()


def test_two_files_side_by_side(browser: Browser, path: Path, tmp_path: Path) -> None:
    other = [
        TICKETS[1],
        {**TICKETS[0], "messages": [*TICKETS[0]["messages"][:2], {"role": "assistant", "content": "other"}]},
        TICKETS[2],
    ]
    with page_of(browser, opened(path), opened(written(tmp_path / "other.jsonl", other), ids=True)) as shown:
        page = shown.page
        sides = page.locator(".side-of-file")
        expect(sides).to_have_count(2)
        expect(sides.nth(1).locator(".role-user .text")).to_have_text(TICKETS[1]["messages"][1]["content"])
        assert sides.nth(0).locator(".differs").count() == 2
        page.keyboard.press("j")
        expect(page.locator("#row h2")).to_have_text("train.jsonl:2")
        page.locator("#by").select_option("id")
        expect(sides.nth(1).locator("h3")).to_contain_text("other.jsonl:1")
        assert page.locator(".differs").count() == 0
        page.keyboard.press("Escape")
        page.locator("#jump").fill("9")
        page.locator("#jump").press("Enter")
        expect(sides.nth(1)).to_contain_text("No example of this file has this id")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_axe_finds_nothing(browser: Browser, path: Path, lang: str, dark: bool, size: tuple[int, int]) -> None:
    with page_of(browser, opened(path), query=f"?lang={lang}", size=size, dark=dark) as shown:
        page = shown.page
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.locator("#search").fill("oslo")
        expect(page.locator("#count")).to_contain_text("1 ")
        assert shown.faults() == []
        page.locator("#list [data-at='0']").click()
        page.locator("#edit").click()
        page.locator("#drop").click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert shown.faults() == []
        page.keyboard.press("Control+s")
        page.locator("#help").click()
        expect(page.locator("#keys")).to_be_visible()
        assert shown.faults() == []


def test_every_kind_is_listed_and_opened(browser: Browser, tmp_path: Path) -> None:
    kinds = [one for name, one in KINDS.items() if name not in ("completion", "other")]
    with page_of(browser, opened(written(tmp_path / "train.jsonl", kinds))) as shown:
        for at in range(len(kinds)):
            shown.page.locator(f"#list [data-at='{at}']").click()
            expect(shown.page.locator("#row h2")).to_have_text(f"train.jsonl:{at + 1}")
            expect(shown.page.locator("#row .conversation")).to_be_visible()


def test_a_table_is_looked_at(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("colour,size\nred,3\nblue,4\n")
    with page_of(browser, opened(path)) as shown:
        expect(shown.page.locator(".table")).to_contain_text("ftdata look")
        expect(shown.page.locator("#search")).to_be_disabled()
        expect(shown.page.locator("#row")).to_contain_text("red")


def test_hostile_examples_run_nothing_and_ask_for_nothing(browser: Browser, tmp_path: Path) -> None:
    rows = [
        {"messages": [{"role": "user", "name": "a", "content": one}, {"role": "assistant", "content": one, "tool_calls": [
            {"id": "c", "type": "function", "function": {"name": one, "arguments": one}}]}], "metadata": {one: one}}
        for one in NASTY
    ]  # fmt: skip
    path = written(tmp_path / "<img src=x onerror=alert(1)>.jsonl", [*rows, *NASTY])
    with page_of(browser, opened(path)) as shown:
        page = shown.page
        for at in (*range(len(NASTY)), len(NASTY) + 2):
            page.locator("#jump").fill(str(at + 1))
            page.locator("#jump").press("Enter")
            expect(page.locator("#row h2")).to_contain_text(f":{at + 1}")
            page.keyboard.press("Escape")
            if at < len(NASTY):
                page.locator("#edit").click()
                expect(page.locator("#row textarea").first).to_be_visible()
        assert page.locator("#app script, #app svg, #app img, #app iframe, #row a").count() == 0
        assert shown.dialogs == []


def test_scripts_make_no_markup_of_data() -> None:
    for name in ("view.js", "editing.js"):
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "Function(", "document.write"):
            assert word not in resource(name)


# -- pictures for the docs ---------------------------------------------------------------------------------------------

IMAGES = Path(__file__).parent.parent.parent / "docs" / "images"


@pytest.mark.parametrize("name", ["view", "view-edit"])
def test_the_docs_show_the_page(browser: Browser, tmp_path: Path, name: str) -> None:
    """``UPDATE_GOLDEN=1`` takes the pictures anew."""
    rows = [ticket(number) for number in range(400)]
    rows[2] = CALLING | {"metadata": {"customer": "c-17"}}
    file = OpenFile(ftdata.read(written(tmp_path / "train.jsonl", rows)), ["train.jsonl"])
    with page_of(browser, file, dark=name == "view-edit") as shown:
        page = shown.page
        if name == "view":
            page.locator("#search").fill("refund")
            expect(page.locator("#count")).to_contain_text("134 matches")
            page.keyboard.press("Escape")
            expect(page.locator("#search")).to_have_value("refund")
        else:
            page.locator("#list [data-at='2']").click()
            expect(page.locator("#row h2")).to_have_text("train.jsonl:3")
            page.keyboard.press("4")
            page.keyboard.press("e")
            page.locator("textarea[data-path='$.messages[3].content']").fill("It rains all day.")
        expect(page.locator("#row .conversation")).to_be_visible()
        if os.environ.get("UPDATE_GOLDEN"):
            page.screenshot(path=IMAGES / f"{name}.png")
    assert (IMAGES / f"{name}.png").stat().st_size < 250_000
