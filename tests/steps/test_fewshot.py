"""Few-shot examples in prompts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.errors import UsageError
from tests.steps.making import data, written

Row = dict[str, Any]
SHOTS = ["how?", "so", "and this?", "so too"]


def talk(*turns: str, system: str = "s") -> Row:
    said = [{"role": ("user", "assistant")[at % 2], "content": text} for at, text in enumerate(turns)]
    return {"messages": [{"role": "system", "content": system}, *said]}


def texts(rows: Any) -> list[list[str]]:
    return [[turn["content"] for turn in row["messages"][1:]] for row in rows]


def test_what_most_prompts_begin_with_is_left_out(tmp_path: Path) -> None:
    rows = [talk(*SHOTS, f"q{at}", "a") for at in range(18)] + [talk("q", "a"), talk(*SHOTS[:2], "other", "a")]
    found = texts(data(rows).drop_few_shot())
    assert found[:18] == [[f"q{at}", "a"] for at in range(18)]
    assert found[18:] == [["q", "a"], ["how?", "so", "other", "a"]]
    tally = data(rows).drop_few_shot().write(tmp_path / "out.jsonl").tally
    assert tally.changed["few-shot", "few-shot turns left out"] == 18 * 4


@pytest.mark.parametrize(
    "rows",
    [
        [talk(*SHOTS, f"q{at}", "a") for at in range(9)],  # too few to tell
        [talk(*SHOTS, f"q{at}", "a") for at in range(17)] + [talk("q", "a")] * 3,  # 85%
        # One long conversation, as a log of its calls holds it: the same question follows every time.
        [talk(*[f"turn {n}" for n in range(2 * calls)]) for calls in range(1, 30)],
        [talk(*SHOTS, f"q{at}", "a", system=f"{at}") for at in range(30)],
    ],
    ids=["few", "not enough of them", "one conversation", "a system prompt of its own each"],
)
def test_what_stays(rows: list[Row]) -> None:
    assert list(data(rows).drop_few_shot()) == rows


def test_another_share() -> None:
    rows = [talk(*SHOTS, f"q{at}", "a") for at in range(17)] + [talk("q", "a")] * 3
    assert texts(data(rows).drop_few_shot(0.8))[0] == ["q0", "a"]
    with pytest.raises(UsageError):
        data(rows).drop_few_shot(0.5)


def test_each_system_prompt_has_its_own() -> None:
    rows = [talk(f"{name}?", name, f"q{at}", "a", system=name) for at in range(12) for name in "xy"]
    assert all(len(said) == 2 for said in texts(data(rows).drop_few_shot()))


def test_system_messages_that_are_named_so_go() -> None:
    shots = [{"role": "system", "name": f"example_{who}", "content": "x"} for who in ("user", "assistant")]
    row = talk("q", "a")
    found = list(data([{"messages": [row["messages"][0], *shots, *row["messages"][1:]]}]).drop_few_shot())
    assert found == [row]


def test_a_conversation_behind_them_stays() -> None:
    rows = [talk(*SHOTS, f"q{at}", "a", f"r{at}", "b") for at in range(12)]
    assert texts(data(rows).drop_few_shot())[3] == ["q3", "a", "r3", "b"]


def test_many_beginnings_and_any_number_of_workers(tmp_path: Path) -> None:
    own = [talk(f"own {at}", "x", "y" * 400, "z") for at in range(1500)]
    rows = [talk(*SHOTS, f"q{at}", "a" * 400) for at in range(14000)]
    mixed = own[:700] + rows[:7000] + own[700:] + rows[7000:]
    path = written(tmp_path / "log.jsonl", mixed)
    outputs = []
    for workers in (1, 3):
        ftdata.read(path).drop_few_shot().write(tmp_path / f"{workers}.jsonl", workers=workers)
        outputs.append((tmp_path / f"{workers}.jsonl").read_bytes())
    assert outputs[0] == outputs[1]
    assert outputs[0].count(b"how?") == 0
    assert outputs[0].count(b"own ") == 1500
