"""The report page: what it says, and each of its parts clicked in a real browser."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

import ftdata
from ftdata.lang import catalogue
from ftdata.report import picture
from ftdata.report.paged import DataReport
from ftdata.report.shown import MAX_IMAGE
from ftdata.report.telling import _bin, _edges
from tests.chromium import PHONE, WIDE, Shown, showing
from tests.report.made import PIXEL, chat, lines, written
from tests.report.page.test_page import NASTY
from tests.tokens.tiny import TINY

SECTIONS = [
    "overview",
    "source",
    "funnel",
    "findings",
    "classes",
    "lengths",
    "tools",
    "savings",
    "words",
    "twins",
    "places",
    "metrics",
    "examples",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="module")
def report(folder: Path) -> DataReport:
    data = ftdata.read([folder / "train.jsonl", folder / "valid.jsonl"])
    metrics = ftdata.metrics(folder / "results.csv")
    return data.report(before=folder / "all.jsonl", metrics=metrics, tokenizer=TINY, template="chatml")


@pytest.fixture(scope="module")
def page(report: DataReport) -> bytes:
    return report.to_html().encode()


@contextmanager
def opened(
    browser: Browser, page: bytes, folder: Path, *, size: tuple[int, int] = WIDE, dark: bool = False
) -> Iterator[Shown]:
    with showing(browser, page, folder, size=size, dark=dark) as shown:
        shown.page.wait_for_selector("body[data-ready]")
        yield shown


def title(page: Page) -> str:
    return page.locator(".viewed h3").inner_text()


# -- what it says ------------------------------------------------------------------------------------------------------


def test_its_figures_are_those_of_the_verbs(folder: Path, report: DataReport) -> None:
    data, says = ftdata.read([folder / "train.jsonl", folder / "valid.jsonl"]), report.to_dict()
    checked, stats = data.check(tokenizer=TINY, template="chatml"), data.stats()
    assert {rule["rule"]: rule["count"] for rule in says["rules"]} == dict(checked.counts)
    assert says["levels"] == checked.levels
    assert says["lengths"]["tokens"]["sum"] == stats.total.total
    assert says["lengths"]["trained"]["max"] == stats.trained.most
    assert sum(count for *_, count in says["lengths"]["tokens"]["bins"]) == says["examples"] == stats.examples
    assert [(one["place"], one["usd"]) for one in says["places"]] == [
        (one.place, one.cost.usd) for one in stats.models if one.takes
    ]
    assert says["account"]["read"] == says["account"]["written"] == says["examples"]


def test_it_tells_where_the_file_came_from(report: DataReport) -> None:
    made = report.says["manifest"]
    assert [Path(one["path"]).name for one in made["inputs"]] == ["all.jsonl"]
    assert made["steps"] == ["dedupe", "balance"]
    assert not made["as_made"]  # a line was added since
    account = made["account"]
    assert account["read"] == account["written"] + sum(sum(one.values()) for one in account["dropped"].values())


def test_classes_before_and_after(folder: Path, report: DataReport) -> None:
    says = report.says["classes"]
    answers = [ftdata.Key("answer")(row) for row in ftdata.read(folder / "all.jsonl")]
    assert {one["value"]: one["before"] for one in says["top"]} == {name: answers.count(name) for name in set(answers)}
    assert says["before"] == len(answers)


def test_files_that_share_prompts_are_told(folder: Path) -> None:
    says = ftdata.read([folder / "all.jsonl", folder / "valid.jsonl"]).report().says
    (leak,) = says["leakage"]
    assert (leak["examples"], leak["prompts"], leak["of"]) == (3, 3, 4)
    assert [Path(place).name for place in leak["first"][0]["places"]] == ["all.jsonl:1", "valid.jsonl:1"]
    (clash,) = says["conflicts"]["first"]
    assert clash["answers"] == 2


def test_places_that_are_known_late_are_shown_too(folder: Path) -> None:
    found = ftdata.read(folder / "all.jsonl").report(examples=1, max_findings=1)
    shown = {one.place for one in found.examples}
    for clash in found.says["conflicts"]["first"]:
        assert shown >= set(clash["places"])
    for rule in found.says["rules"]:
        for one in rule["findings"]:
            assert one["place"] is None or one["place"] in shown
            assert "twin" not in one or one["twin"] in shown


def test_estimates_are_told_and_near(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ftdata.read(folder / "all.jsonl").report().says
    monkeypatch.setattr(picture, "COUNTED", 30)
    monkeypatch.setattr(picture, "KEPT", 30)
    part = ftdata.read(folder / "all.jsonl").report().says
    assert (whole["counted"]["share"], part["counted"]["share"]) == (1, 3)
    assert part["counted"]["examples"] < whole["counted"]["examples"]
    assert part["lengths"]["tokens"]["sum"] == pytest.approx(whole["lengths"]["tokens"]["sum"], rel=0.4)
    assert part["classes"] == whole["classes"]  # these are counted of all


@pytest.mark.process
def test_the_page_is_the_same_from_any_number_of_workers(folder: Path) -> None:
    pages = [ftdata.read(folder / "train.jsonl").report(workers=workers).to_html() for workers in (1, 2)]
    assert pages[0] == pages[1]


def test_rows_that_are_no_examples_are_shown_as_they_are(tmp_path: Path) -> None:
    good = json.dumps(chat("a", "b"))
    (tmp_path / "a.jsonl").write_text(f'{good}\n{{"messages": 5}}\n{good[:-9]}\n{good}\n', encoding="utf-8")
    found = ftdata.read(tmp_path / "a.jsonl").report()
    assert [(one.line, one.broken) for one in found.examples] == [(1, False), (2, True), (3, True), (4, False)]
    assert found.says["account"]["read"] == 4 and found.says["account"]["written"] == 2
    assert found.to_html()


def test_a_stream_is_reported_too() -> None:
    found = ftdata.read(iter([chat("a", "b"), chat("c", "d")])).report()
    assert found.says["examples"] == 2


@pytest.mark.parametrize("value", [*range(40), 63, 64, 1000, 65_535, 65_536, 10**9])
def test_bins_hold_their_values(value: int) -> None:
    least, following = _edges(_bin(value))
    assert least <= value < following
    assert _bin(following) == _bin(value) + 1


def test_a_thousand_long_examples_fit(tmp_path: Path) -> None:
    chance = Random(5)
    words = ["".join(chance.choices("abcdefghijklmnop", k=chance.randint(2, 9))) for _ in range(5000)]
    image = "data:image/png;base64," + "A" * (MAX_IMAGE + 1)
    made = [chat(" ".join(chance.choices(words, k=900)), " ".join(chance.choices(words, k=300))) for _ in range(1000)]
    made[0]["messages"][1]["content"] = [
        {"type": "text", "text": "x"},
        {"type": "image_url", "image_url": {"url": image}},
    ]
    found = ftdata.read(made).report(examples=1000)
    page = found.to_html()
    assert len(page.encode()) < 2_000_000
    assert image not in page
    assert re.search(r'"shown":1000\b', page)


# -- the page in a browser ---------------------------------------------------------------------------------------------


def test_every_part_is_there_and_nothing_is_asked_for(browser: Browser, page: bytes, tmp_path: Path) -> None:
    with opened(browser, page, tmp_path) as shown:
        assert shown.page.locator("main > section").evaluate_all("all => all.map(one => one.id)") == SECTIONS
        for name in SECTIONS:
            shown.page.locator(f'.contents a[href="#{name}"]').click()
            assert shown.page.locator(f"#{name} h2").is_visible()
        assert shown.page.locator(".chart svg").count() == 3
        assert shown.quiet, (shown.requests, shown.said)


def test_a_finding_opens_its_example(browser: Browser, page: bytes, tmp_path: Path) -> None:
    with opened(browser, page, tmp_path) as shown:
        rule = shown.page.locator("#findings details", has_text="email-address")
        rule.locator("summary").click()
        place = rule.locator(".place").first
        wanted = place.inner_text()
        place.click()
        assert title(shown.page) == wanted
        assert shown.page.locator('.viewer .finding[data-rule="email-address"]').count() == 1
        assert shown.page.evaluate("document.activeElement.tagName") == "H3"
        shown.page.reload()  # the address says what is open
        shown.page.wait_for_selector("body[data-ready]")
        assert title(shown.page) == wanted
        rule.locator("summary").click()
        rule.get_by_role("button", name="Show these examples").click()
        assert shown.page.locator(".pick").count() == 1


def test_twins_open_each_other(browser: Browser, page: bytes, tmp_path: Path) -> None:
    with opened(browser, page, tmp_path) as shown:
        both = shown.page.locator("#twins .places li").first.locator(".place")
        texts = []
        for at in range(2):
            both.nth(at).click()
            texts.append(shown.page.locator(".viewer .turns").inner_text())
        assert texts[0] == texts[1]


def test_examples_are_filtered_searched_and_walked(browser: Browser, page: bytes, tmp_path: Path) -> None:
    with opened(browser, page, tmp_path) as shown:
        picks, status = shown.page.locator(".pick"), shown.page.locator("[role=status]")
        everything = picks.count()
        shown.page.get_by_label("All classes").select_option("event")
        assert 0 < picks.count() < everything
        assert set(shown.page.locator(".pick .badge").all_text_contents()) == {"event"}
        shown.page.get_by_label("All classes").select_option("")
        shown.page.get_by_label("All roles").select_option("tool")
        assert picks.count() == 1
        assert shown.page.locator(".turn.role-tool").count() == 1
        shown.page.get_by_label("All roles").select_option("")
        shown.page.get_by_label("All findings").select_option("-")
        assert picks.count() < everything
        shown.page.get_by_label("All findings").select_option("")
        shown.page.keyboard.press("/")
        shown.page.keyboard.type("stain cover")
        picks.nth(1).wait_for(state="detached")
        assert shown.page.locator(".viewer img").count() == 1
        assert "1 of the" in status.inner_text()
        shown.page.keyboard.press("Escape")
        assert picks.count() == everything
        shown.page.locator("h1").click()
        first = title(shown.page)
        shown.page.keyboard.press("j")
        assert title(shown.page) != first
        shown.page.keyboard.press("k")
        assert title(shown.page) == first
        shown.page.get_by_role("button", name="Next example").click()
        assert title(shown.page) != first
        shown.page.get_by_role("searchbox").fill("nothing like that")
        shown.page.wait_for_selector("text=No example matches.")


def test_a_class_shows_its_examples(browser: Browser, page: bytes, tmp_path: Path) -> None:
    with opened(browser, page, tmp_path) as shown:
        shown.page.locator("#classes").get_by_role("button", name="return").click()
        assert set(shown.page.locator(".pick .badge:not(.warning)").all_text_contents()) == {"return"}


def test_what_trains_is_marked(browser: Browser, page: bytes, tmp_path: Path) -> None:
    with opened(browser, page, tmp_path) as shown:
        shown.page.get_by_label("All roles").select_option("tool")
        marks = shown.page.locator(".turn[data-role=assistant]").evaluate_all(
            "all => all.map(one => one.classList.contains('trained'))"
        )
        assert marks == [False, True, True]
        tokens = shown.page.locator(".rendering .token")
        assert 0 < shown.page.locator(".rendering .token.trained").count() < tokens.count()
        assert "chatml" not in shown.page.locator(".drops").inner_text()
        assert shown.page.locator(".drops li").count() >= 1  # chatml knows no calls


def test_light_and_dark_by_hand(browser: Browser, page: bytes, tmp_path: Path) -> None:
    with opened(browser, page, tmp_path) as shown:
        colours = []
        for _ in range(3):
            shown.page.locator("button.theme").click()
            colours.append(shown.page.evaluate("getComputedStyle(document.body).backgroundColor"))
        assert colours[0] == colours[2] != colours[1]


@pytest.mark.parametrize("size, dark", [(WIDE, False), (WIDE, True), (PHONE, False)], ids=["wide", "dark", "phone"])
def test_axe_finds_nothing(browser: Browser, page: bytes, tmp_path: Path, size: tuple[int, int], dark: bool) -> None:
    with opened(browser, page, tmp_path, size=size, dark=dark) as shown:
        shown.page.locator("details:not([open]) > summary").evaluate_all(
            "all => all.forEach(one => one.parentElement.open = true)"
        )
        assert shown.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert shown.faults() == []


def test_it_prints_what_is_to_be_read(browser: Browser, page: bytes, tmp_path: Path) -> None:
    with opened(browser, page, tmp_path, dark=True) as shown:
        shown.page.emulate_media(media="print", color_scheme="dark")
        shown.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
        assert not shown.page.locator(".contents").is_visible()
        assert not shown.page.locator(".controls").is_visible()
        assert shown.page.locator("#findings .places").last.is_visible()
        assert shown.page.locator(".viewer .turn").first.is_visible()
        assert shown.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert shown.page.pdf().startswith(b"%PDF")


def test_it_speaks_chinese(browser: Browser, report: DataReport, tmp_path: Path) -> None:
    with opened(browser, report.to_html("zh").encode(), tmp_path) as shown:
        assert shown.page.get_attribute("html", "lang") == "zh-Hans"
        assert shown.page.locator("#examples h2").inner_text() == "样本"
        said = shown.page.locator("main").inner_text() + shown.page.locator("select").first.inner_text()
        assert not re.search(r"\b(?:r|kind|role|severity)\.[a-z]", said)  # a key without its words
        titles = shown.page.locator("#findings summary .title").all_inner_texts()
        assert titles == [catalogue("zh").translate(rule["title"]) for rule in report.says["rules"]]
        assert all(re.search("[一-鿿]", title) for title in titles)


def test_findings_are_told_in_the_language_of_the_page(report: DataReport) -> None:
    pages = {lang: embedded(report.to_html(lang)) for lang in ("en", "zh")}
    for told, said in zip(pages["zh"], pages["en"], strict=True):
        for key in ("title", "why", "fix"):
            assert told[key] == catalogue("zh").translate(said[key]) != said[key]
        messages = [
            (one["message"], other["message"]) for one, other in zip(told["findings"], said["findings"], strict=True)
        ]
        assert messages == [(catalogue("zh").translate(english), english) for _, english in messages]
    assert [rule["title"] for rule in pages["en"]] == [rule["title"] for rule in report.says["rules"]]


def embedded(page: str) -> list[dict[str, Any]]:
    """The rules in a page's data."""
    found = re.search(r'<script type="application/json" id="data-report">(.*?)</script>', page, re.DOTALL)
    assert found
    rules: list[dict[str, Any]] = json.loads(found[1])["rules"]
    return rules


def test_a_hostile_dataset_runs_nothing(browser: Browser, tmp_path: Path) -> None:
    name = "x<img src=x onerror=alert(1)>.jsonl" if os.name != "nt" else "x.jsonl"
    made = []
    for one in NASTY:
        call = {"id": one, "type": "function", "function": {"name": one, "arguments": json.dumps({one: one})}}
        image = {"type": "image_url", "image_url": {"url": one}}
        said = [{"role": "system", "content": one}, {"role": "user", "content": [{"type": "text", "text": one}, image]},
                {"role": "assistant", "content": one, "tool_calls": [call]}, {"role": "tool", "tool_call_id": one, "content": one},
                {"role": "assistant", "content": one}]  # fmt: skip
        tool = {
            "type": "function",
            "function": {"name": one, "description": one, "parameters": {"type": "object", "properties": {one: {}}}},
        }
        made += [{"messages": said, "tools": [tool], "metadata": {one: one}}, chat(one, "yes"), {one: one}]
    lines(tmp_path / name, made)
    found = ftdata.read(tmp_path / name).report(examples=1000, max_findings=1000)
    with opened(browser, found.to_html().encode(), tmp_path) as shown:
        assert shown.page.locator(".pick").count() == len(made)
        for _ in made:
            shown.page.keyboard.press("j")
        assert shown.page.locator("main :is(script, iframe, a, object, embed)").count() == 0
        assert shown.page.locator("main img").count() == 0
        assert shown.quiet, (shown.requests, shown.said, shown.dialogs)


def test_pictures_are_shown_and_linked_ones_are_not_loaded(browser: Browser, tmp_path: Path) -> None:
    def looked(url: str) -> object:
        return [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": url}}]

    made = [chat(looked(PIXEL), "a dot"), chat(looked("https://example.com/a.png"), "a book")]
    with opened(browser, ftdata.read(made).report().to_html().encode(), tmp_path) as shown:
        assert shown.page.locator("figure img").evaluate("one => one.naturalWidth") == 1
        shown.page.keyboard.press("j")
        assert shown.page.locator("img").count() == 0
        assert "https://example.com/a.png" in shown.page.locator(".viewer").inner_text()
        assert shown.quiet


# -- pictures for the docs ---------------------------------------------------------------------------------------------

IMAGES = Path(__file__).parent.parent.parent / "docs" / "images"
VIEWS = {"report": ("", False), "report-example": ("#example=", True)}


@pytest.mark.parametrize("name", VIEWS)
def test_the_docs_show_the_page(browser: Browser, page: bytes, report: DataReport, tmp_path: Path, name: str) -> None:
    """``UPDATE_GOLDEN=1`` takes the pictures anew."""
    place, dark = VIEWS[name]
    with opened(browser, page, tmp_path, dark=dark) as shown:
        if place:
            called = next(one for one in report.examples if "tools" in one.example)
            shown.page.evaluate("place => { location.hash = '#example=' + encodeURIComponent(place); }", called.place)
            shown.page.wait_for_selector(".viewer .call")
            shown.page.locator(".viewer").evaluate("one => one.scrollIntoView()")
        if os.environ.get("UPDATE_GOLDEN"):
            IMAGES.mkdir(exist_ok=True)
            shown.page.screenshot(path=IMAGES / f"{name}.png")
    assert (IMAGES / f"{name}.png").stat().st_size < 250_000
