"""The reference pages say what the registries say."""

from __future__ import annotations

import pytest

from tests import outputs
from tests.pages import OVERVIEW, REFERENCE, SITE, navigation, overview, pages

MADE = pages()
AGAIN = "python -m tests.pages writes them"


@pytest.mark.parametrize("path", sorted(MADE))
def test_a_page_is_what_is_registered(path: str) -> None:
    assert outputs.without((REFERENCE / path).read_text(encoding="utf-8")) == MADE[path], AGAIN


def test_no_page_is_of_what_is_registered_no_more() -> None:
    folders = {path.split("/")[0] for path in MADE}
    there = {f"{folder}/{page.name}" for folder in folders for page in (REFERENCE / folder).glob("*.md")}
    assert there == set(MADE), AGAIN


def test_the_navigation_lists_commands_formats_and_places() -> None:
    site = SITE.read_text(encoding="utf-8")
    assert navigation(site) == site, AGAIN
    for page in ("commands/convert.md", "formats/trl.md", "places/together.md"):
        assert f"reference/{page}\n" in site


def test_the_overview_for_models_lists_every_page_of_the_navigation() -> None:
    text = OVERVIEW.read_text(encoding="utf-8")
    assert text == overview(), AGAIN
    for page in ("index.md", "guide/check.md", "explanation/splits.md", "reference/commands/convert.md"):
        assert f"]({page})" in text


@pytest.mark.parametrize(
    ("shown", "said", "agrees"),
    [
        ("read  3 rows\n", "read  3 rows\n", True),
        ("read  3 rows\n", "read  4 rows\n", False),
        ("wrote a.jsonl (3 rows, … bytes)\n", "wrote a.jsonl (3 rows, 1,204 bytes)\n", True),
        ("one\n…\n", "one\ntwo\nthree\n", True),
        ("one\n…\n", "two\nthree\n", False),
        ("sha256 …\n", "sha256 0123456789abcdef\n", True),
        ("one\n", "one  \n\n", True),
    ],
)
def test_an_output_is_compared_by_what_is_shown(shown: str, said: str, agrees: bool) -> None:
    assert outputs.agree(shown, said) is agrees


def test_outputs_stay_when_a_page_is_made_anew() -> None:
    page = "# A\n\n```sh\nftdata rules\n```\n\nMore.\n"
    shown = outputs.shown_in(page, {"ftdata rules\n": "a rule\n"}, every=True)
    assert outputs.of(shown) == [("ftdata rules\n", "a rule\n")]
    assert outputs.without(shown) == page
    assert outputs.kept(shown, page) == shown
    assert outputs.shown_in(page, {"ftdata rules\n": "a rule\n"}, every=False) == page
