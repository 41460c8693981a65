"""The account in the words of the work."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from tests.cli.running import ftdata
from tests.distill.test_truth import (
    ANSWERED,
    CHOICES,
    COUNT,
    INVALID,
    LEFT_OUT,
    REFUSED,
    WHOLE,
    files,
    odd_and_answered,
)

__all__ = ["files"]

SELECTED = ANSWERED * CHOICES - LEFT_OUT - REFUSED - INVALID
RIGHT = SELECTED - COUNT["wrong"] - odd_and_answered()
LINE = "out.jsonl --requests in.jsonl --errors err.jsonl --columns-from in.metadata.jsonl --force -o {out}"
STAGES: dict[str, tuple[str, dict[str, int]]] = {
    "nothing asked": ("", {"unanswered": sum(COUNT[kind] for kind in WHOLE), "answers": ANSWERED * CHOICES}),
    "selected": ("--no-refusals --valid", {"answers": ANSWERED * CHOICES, "selected": SELECTED}),
    "verified": (
        "--no-refusals --valid --verify 'answer.n == expected|int' --to openai",
        {"answers": ANSWERED * CHOICES, "selected": SELECTED, "right": RIGHT},
    ),
    "all": (
        "--no-refusals --valid --verify 'answer.n == expected|int' --choices first --merge prefix --reasoning drop",
        {"selected": SELECTED, "right": RIGHT, "chosen": ANSWERED, "merged": ANSWERED},
    ),
    "voted": ("--valid --vote answer.n", {"chosen": ANSWERED}),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "told"), STAGES.values(), ids=STAGES.keys())
def test_each_stage_is_told_exactly(asked: str, told: dict[str, int], files: Path, tmp_path: Path) -> None:
    line = shlex.split(LINE.format(out=tmp_path / "o.jsonl") + " " + asked)
    done = ftdata(files, "distill", *line, "--json")
    assert done.code == 0, done.err
    work = json.loads(done.out)["work"]
    assert work | told == work
    stages = [count for what, count in work.items() if what != "unanswered"]
    assert stages == sorted(stages, reverse=True)


def test_the_lines(files: Path, tmp_path: Path) -> None:
    line = LINE.format(out=tmp_path / "o.jsonl").split()
    said = ftdata(files, "distill", *line, "--choices", "first").err.splitlines()
    at = said.index(next(one for one in said if one.startswith("unanswered")))
    assert said[at : at + 4] == [
        f"unanswered {sum(COUNT[kind] for kind in WHOLE):>11,} requests",
        f"answers    {ANSWERED * CHOICES:>11,} answers",
        f"selected   {ANSWERED * CHOICES - LEFT_OUT:>11,} answers",
        f"chosen     {ANSWERED:>11,} answers",
    ]
