"""Datasets in a notebook: shown, never run, and never an exception in place of a picture."""

from __future__ import annotations

from typing import Any

import ftdata
from ftdata import assistant, user


def test_the_first_examples_are_shown_and_nothing_in_them_runs() -> None:
    rows = [{"messages": [user(f"<script>{number}\x1b[1m"), assistant("yes & no")]} for number in range(9)]
    html = ftdata.read(rows)._repr_html_()
    assert "<script>" not in html
    assert "\x1b" not in html
    assert html.count("&lt;script&gt;") == 3
    assert "yes &amp; no" in html


def test_what_cannot_be_run_yet_says_why() -> None:
    html = ftdata.read([{"<b>": 1}])._repr_html_()
    assert "the rows are in no known format" in html
    assert "<b>" not in html
    bad: list[dict[str, Any]] = [
        {"messages": [user("a"), assistant("b")]},
        {"messages": [{"role": "ghost", "content": "<i>"}]},
    ]
    assert "expected one of system" in ftdata.read(bad, format="openai")._repr_html_()
