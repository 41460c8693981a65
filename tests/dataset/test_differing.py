"""Differences of two sets: what was kept, changed, added and removed, and what that shifts."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.errors import UsageError
from ftdata.example.identities import ID, identity
from ftdata.report.changes import changes, pieces
from tests.chromium import PHONE, WIDE, showing
from tests.cli.running import ftdata as run
from tests.strategies import examples, texts, tries

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def chat(asked: str, said: str, **more: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": said}], **more}


OLD = [chat(f"Question {number}: what is {number} and {number}?", str(2 * number)) for number in range(20)]


def counts(old: list[Any], new: list[Any], **options: Any) -> tuple[int, int, int, int]:
    found = ftdata.read(old, format="openai").diff(ftdata.read(new, format="openai"), facts=False, **options)
    return found.kept, found.changed, found.removed, found.added


def test_each_kind_of_difference_is_told() -> None:
    new = [*OLD[:3], chat("Question 3: what is 3 and 3?", "six"), *OLD[5:], chat("Where is Oslo?", "In Norway.")]
    found = ftdata.read(OLD).diff(ftdata.read(new))
    assert (found.kept, found.changed, found.removed, found.added) == (18, 1, 1, 1)
    changed = next(one for one in found if one.how == "changed")
    assert changed.by == "prompt"
    (change,) = changed.changes
    assert (change.path, change.old, change.new) == ("$.messages[1].content", "6", "six")
    assert not found.moved
    assert {one.name for one in found.figures} == {"tokens", "trained tokens"}


def test_an_edited_prompt_is_matched_by_its_text() -> None:
    old = [chat("My parcel has not arrived and the tracking page shows nothing since Monday.", "shipping")]
    new = [chat("My parcel has not arrived and the tracking page shows nothing since Friday.", "shipping")]
    (one,) = ftdata.read(old).diff(ftdata.read(new), facts=False)
    assert (one.how, one.by) == ("changed", "nearest")
    assert [piece for piece in one.changes[0].pieces if piece[0] != "="] == [("-", "Monday"), ("+", "Friday")]


def test_an_id_matches_before_all_else() -> None:
    old = [chat("a", "b", metadata={ID: "1"}), chat("c", "d", metadata={ID: "2"})]
    new = [chat("c", "d", metadata={ID: "1"}), chat("a", "b", metadata={ID: "2"})]
    found = ftdata.read(old, format="ftdata").diff(ftdata.read(new, format="ftdata"), facts=False)
    assert {one.by for one in found} == {"id"}
    assert found.changed == 2


def test_an_edited_example_is_matched_by_the_id_of_what_it_was() -> None:
    edited = chat("Where is Oslo?", "In Norway.", metadata={ID: identity(OLD[3])})
    (one,) = ftdata.read(OLD).diff(ftdata.read([*OLD[:3], edited, *OLD[4:]], format="ftdata"), facts=False)
    assert (one.how, one.by) == ("changed", "id")


def test_equal_examples_are_counted_one_by_one() -> None:
    assert counts([OLD[0]] * 3 + OLD[1:3], [OLD[0]] * 2 + OLD[1:3]) == (4, 0, 1, 0)
    assert counts([OLD[0]] * 2, [OLD[0]] * 5) == (2, 0, 0, 3)


def test_an_id_that_was_added_is_no_change() -> None:
    assert counts(OLD[:2], [{**OLD[0], "metadata": {ID: "1"}}, OLD[1]]) == (2, 0, 0, 0)


def test_another_order_is_told() -> None:
    found = ftdata.read(OLD).diff(ftdata.read(OLD[::-1]), facts=False)
    assert (found.kept, bool(found), found.moved) == (20, False, True)


def test_formats_do_not_matter(tmp_path: Path) -> None:
    data = ftdata.read(OLD)
    data.write(tmp_path / "a.jsonl", format="sharegpt")
    data.write(tmp_path / "b.parquet")
    assert not ftdata.read(tmp_path / "a.jsonl").diff(ftdata.read(tmp_path / "b.parquet"), facts=False)


def test_shifts_of_classes_and_findings() -> None:
    old = [chat(f"Ticket {number}", ("billing", "shipping")[number % 2]) for number in range(20)]
    new = [
        chat(f"Ticket {number}", "billing" if number < 5 else ("billing", "shipping")[number % 2])
        for number in range(20)
    ]
    new.append(chat("", ""))
    found = ftdata.read(old).diff(ftdata.read(new))
    assert {one.name: (one.old, one.new) for one in found.classes} == {"billing": (10, 12), "shipping": (10, 8)}
    assert all(one.new != one.old for one in found.findings) and any(one.new > one.old for one in found.findings)


@tries(40)
@given(st.lists(examples, max_size=6), st.lists(examples, max_size=6), st.randoms(use_true_random=False))
def test_the_counts_add_up(old: list[Any], new: list[Any], chance: random.Random) -> None:
    new = [*new, *chance.sample(old, len(old) // 2)]
    kept, changed, removed, added = counts(old, new)
    assert kept + changed + removed == len(old)
    assert kept + changed + added == len(new)
    assert kept >= len(old) // 2
    assert counts(old, old) == (len(old), 0, 0, 0)


@tries(60)
@given(texts, texts)
def test_pieces_make_both_texts(old: str, new: str) -> None:
    found = pieces(old, new)
    assert "".join(text for how, text in found if how != "+") == old
    assert "".join(text for how, text in found if how != "-") == new


@tries(40)
@given(examples)
def test_an_example_differs_from_itself_in_nothing(example: Any) -> None:
    assert list(changes(example, example)) == []


def test_long_texts_are_compared_line_by_line() -> None:
    old = "".join(f"line {number} of a long text\n" for number in range(3_000))
    assert ("-", "line 7 of a long text\n") in pieces(old, old.replace("line 7 ", "line seven "))


# -- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> Path:
    new = [*OLD[:18], chat("<script>alert(1)</script> @you `x` | y", "<img src=x onerror=alert(1)>")]
    for name, rows in (("old.jsonl", OLD), ("new.jsonl", new)):
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return tmp_path


@pytest.mark.parametrize(
    ("condition", "code"),
    [("removed > 5%", 1), ("removed > 10%", 0), ("added >= 1", 1), ("changed == 0", 1), ("kept < 18", 0)],
)
def test_a_condition_decides_the_exit_code(condition: str, code: int, files: Path) -> None:
    done = run(files, "diff", "old.jsonl", "new.jsonl", "--no-facts", "--fail-on", condition)
    assert (done.code, f"failed: {condition}" in done.err) == (code, bool(code))


def test_findings_that_came_fail(files: Path) -> None:
    (files / "worse.jsonl").write_text("".join(json.dumps(row) + "\n" for row in [*OLD, chat("", "")]))
    assert run(files, "diff", "old.jsonl", "worse.jsonl", "--fail-on", "findings > 0").code == 1
    assert run(files, "diff", "worse.jsonl", "old.jsonl", "--fail-on", "findings > 0").code == 0, "they went"


@pytest.mark.parametrize("condition", ["removed", "rows > 1", "removed > many", "", "removed > 5%%"])
def test_what_is_no_condition_is_refused(condition: str, files: Path) -> None:
    done = run(files, "diff", "old.jsonl", "new.jsonl", "--fail-on", condition)
    assert done.code == 2
    assert "not a condition" in done.err
    assert "removed > 5%" in done.err


def test_json_holds_counts_and_examples(files: Path) -> None:
    done = run(files, "diff", "old.jsonl", "new.jsonl", "--json", "--fail-on", "removed > 5%")
    found = json.loads(done.out)
    assert (found["added"], found["removed"], found["changed"], found["kept"]) == (1, 2, 0, 18)
    assert [one["how"] for one in found["examples"]] == ["removed", "removed", "added"]
    assert found["examples"][0]["old"]["place"] == "old.jsonl:19"
    assert found["failed"] == ["removed > 5%"]


def test_markdown_runs_nothing_and_calls_nobody(files: Path) -> None:
    done = run(files, "diff", "old.jsonl", "new.jsonl", "--markdown", "--no-facts")
    assert "<script>" not in done.out
    assert " @you" not in done.out
    assert "| removed | 2 |" in done.out


@pytest.mark.parametrize("facts", [[], ["--no-facts"]])
def test_rows_that_are_no_examples_are_told(facts: list[str], files: Path) -> None:
    with (files / "new.jsonl").open("a") as stream:
        stream.write('{"messages": 3}\n{bad\n')
    done = run(files, "diff", "old.jsonl", "new.jsonl", *facts, "--fail-on", "rejected > 1")
    assert (done.code, "0 old and 2 new rows cannot become examples" in done.out) == (1, True), done
    assert "Rejected  0 old and 2 new" in run(files, "diff", "old.jsonl", "new.jsonl", "--markdown", *facts).out
    found = json.loads(run(files, "diff", "old.jsonl", "new.jsonl", "--json", *facts).out)
    assert (found["rejected"], found["new"]) == ({"old": 0, "new": 2}, 19)


def test_few_examples_are_listed_where_few_are_wanted(files: Path) -> None:
    found = json.loads(run(files, "diff", "old.jsonl", "new.jsonl", "--json", "--examples", "1", "--no-facts").out)
    assert [one["how"] for one in found["examples"]] == ["removed", "added"]


def test_outputs_that_exclude_each_other_are_refused(files: Path) -> None:
    assert run(files, "diff", "old.jsonl", "new.jsonl", "--json", "--markdown").code == 2
    done = run(files, "diff", "old.jsonl", "new.jsonl", "--no-facts", "--fail-on", "findings > 0")
    assert (done.code, "Remove --no-facts" in done.err) == (2, True)


def test_no_number_of_conditions_is_met_by_nothing() -> None:
    found = ftdata.read(OLD).diff(ftdata.read(OLD), facts=False)
    assert not found.meets("changed > 0")
    with pytest.raises(UsageError, match="not a condition"):
        found.meets("nothing")


# -- the page ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("size", "dark"), [(WIDE, False), (WIDE, True), (PHONE, False)])
def test_the_page_shows_differences_and_runs_nothing(
    browser: Browser, files: Path, lang: str, size: tuple[int, int], dark: bool
) -> None:
    done = run(files, "diff", "old.jsonl", "new.jsonl", "--html", "diff.html", "--lang", lang, "--no-facts")
    assert done.code == 0, done.err
    with showing(browser, files / "diff.html", size=size, dark=dark) as shown:
        page = shown.page
        assert page.locator("article").count() == 3
        assert page.locator("article.is-added").inner_text().count("<script>") == 1
        page.locator("button[data-how=added]").click()
        assert page.locator("article:visible").count() == 1
        page.locator("button[data-how='']").click()
        page.locator("input[type=search]").fill("what is 19")
        assert page.locator("article:visible").count() == 1
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert shown.quiet
        assert shown.faults() == []


def test_the_page_marks_words_that_changed(browser: Browser, tmp_path: Path) -> None:
    found = ftdata.read([chat("What is two and two?", "It is four.")]).diff(
        ftdata.read([chat("What is two and two?", "It is five.")]), facts=False
    )
    with showing(browser, found.html(), tmp_path) as shown:
        assert shown.page.locator("del").inner_text() == "four"
        assert shown.page.locator("ins").inner_text() == "five"
        shown.page.locator("details > summary").first.click()
        shown.page.locator("article .conversation").wait_for()  # the whole example is made once it is opened
        assert shown.page.locator("article .conversation").count() == 1
