"""Fixes that must have seen a whole file: prompts and completions as the older models want them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import ftdata
from ftdata.formats.completion import CompletionChats
from ftdata.formats.completion.marks import SEPARATORS
from ftdata.rules.completions import PREPARING
from tests.rules.cases import line, several

Row = dict[str, Any]

TEXTS = st.one_of(
    st.sampled_from(
        ["yes", " no", "", "A CAT", "Where is it", "It is here", "a -> b", "x\\ny", "\n", "###", "THE END"]
    ),
    st.text("aB -#>\n.?", max_size=8),
)
ENDS = st.sampled_from(["", "", " ->", "\n", " END", *SEPARATORS])


@st.composite
def files(draw: st.DrawFn) -> list[Row]:
    """Rows with an ending that most of them share, or none."""
    begin, end, stop = draw(st.sampled_from(["", "", "Answer me this: "])), draw(ENDS), draw(ENDS)
    texts = draw(st.lists(st.tuples(TEXTS, TEXTS, st.integers(0, 9)), min_size=1, max_size=14))
    return [
        {"prompt": begin + prompt + (end if odd else ""), "completion": completion + (stop if odd else "")}
        for prompt, completion, odd in texts
    ]


def checked(rows: list[Row], *, select: tuple[str, ...] = ()) -> dict[str, int]:
    return dict(ftdata.read(rows, format="completion").check(method="completion", select=select).counts)


def mended(rows: list[Row], *slugs: str) -> list[Row]:
    data = ftdata.read(rows, format="completion")
    return list(data.fix(unsafe=True, method="completion", select=slugs or ("completions", "duplicate-example")))


@given(files())
@example([{"prompt": f"Answer me this: {end}", "completion": "yes"} for end in ("", "\n")])
def test_what_was_fixed_is_found_no_more_and_fixed_once(rows: list[Row]) -> None:
    once = mended(rows)
    left = checked(once) if once else {}
    # Ends and spaces that were put there are there. What others share may be new once some are cut or are gone.
    for slug in ("completion-space", "completion-escape", "completion-empty", "duplicate-example"):
        assert slug not in left
    for slug in PREPARING:
        again = mended(rows, slug)
        assert slug not in checked(again, select=(slug,))
        assert mended(again, slug) == again


@given(files())
def test_a_check_and_a_conversion_find_the_same(rows: list[Row]) -> None:
    data = ftdata.read(rows, format="completion").completion_to_chat()
    list(data.examples(on_reject=lambda reject: None))
    (decision,) = (one for one in data.decisions() if isinstance(one, CompletionChats))
    found, told = decision.found[0], checked(rows)
    if found.task == "generation":
        assert not told.keys() & {"completion-separator", "completion-ending", "completion-empty-prompt"}
    if found.separator:
        bare = [row for row in rows if row["prompt"].strip() and not row["prompt"].endswith(found.separator)]
        assert ("completion-separator" in told) == (bool(bare) and "completion-same-prompt" not in told)
    if "completion-separator" in told and not found.separator:
        assert len({row["prompt"][-1:] for row in rows if row["prompt"].strip()}) > 1
    if found.space:
        bare = [row for row in rows if row["completion"].strip() and not row["completion"].startswith(" ")]
        assert ("completion-space" in told) == bool(bare)
    assert ("completion-classification" in told) == (found.task == "classification")
    assert bool(found.survey.escaped) == ("completion-escape" in told)


FILES: dict[str, tuple[list[Row], list[Row]]] = {
    "bare": (
        [line("Where is a", "here B"), line("Who is c", "it is d")],
        [line("Where is a ->", " here B\n"), line("Who is c ->", " it is d\n")],
    ),
    "prefixes and capitals": (
        [line("TELL ME NOW: ABC ->", " THE ANSWER: X END"), line("TELL ME NOW: DEF ->", " THE ANSWER: Y END")],
        [line("abc ->", " x END"), line("def ->", " y END")],
    ),
    "empty, long and twice": (
        [*several("{} ->", " {}\n"), *several("{} ->", " {}\n")[:2], line("x ->", ""), line("x" * 10_001, " y\n")],
        several("{} ->", " {}\n"),
    ),
    "escapes": (
        [line("a\\nb ->\\n", " x\\n"), line("c\\nd ->\\n", " y\\n")],
        [line("a\nb ->\n", " x\n"), line("c\nd ->\n", " y\n")],
    ),
    "text without prompts": ([line("", "some"), line("", "more")], [line("", " some"), line("", " more")]),
}


@pytest.mark.parametrize(("rows", "expected"), FILES.values(), ids=FILES.keys())
def test_files_as_the_older_models_want_them(rows: list[Row], expected: list[Row]) -> None:
    assert mended(rows) == expected


def test_each_file_is_mended_on_its_own_by_any_number_of_workers(tmp_path: Path) -> None:
    for name, prompt in (("a", "{} ->"), ("b", "first\n{}")):
        text = "".join(json.dumps(row) + "\n" for row in several(prompt, "{}"))
        (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
    data = ftdata.read([tmp_path / "a.jsonl", tmp_path / "b.jsonl"])
    report = data.check()
    places = {(one.rule, Path(str(one.origin)).name) for one in report.findings if one.rule.startswith("completion")}
    assert ("completion-separator", "b.jsonl:1") in places
    assert {name for rule, name in places if rule == "completion-ending"} == {"a.jsonl:1", "b.jsonl:1"}
    for workers in (1, 2):
        result = data.fix(unsafe=True, select=["completion-separator"]).write(
            tmp_path / "{stem}.out", format="openai", force=True, workers=workers
        )
        assert result.tally.changed == {("fix", "completion-separator"): 12}
        first, second = (json.loads((tmp_path / f"{name}.out").read_text("utf-8").splitlines()[0]) for name in "ab")
        assert (first["prompt"], second["prompt"]) == ("parcel ->", "first\nparcel\n\n###\n\n")


def test_columns_in_another_case_are_told_and_renamed_before_anything_else() -> None:
    rows = [{"Prompt": row["prompt"], "Completion": row["completion"]} for row in several("{}", "{}")]
    told = ftdata.read(rows).check().counts
    assert told["completion-case"] == 24
    assert told["completion-separator"] == 1
    assert "missing-key" not in told
    assert next(iter(ftdata.read(rows).fix(unsafe=True))) == line("parcel ->", " lecrap\n")


def test_safe_fixes_leave_texts_alone() -> None:
    rows = several("{}", "{}")
    assert list(ftdata.read(rows).fix()) == rows
