"""What is guessed from the first rows comes to the same as what is surveyed first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.engines import guessing
from ftdata.engines.guessing import GuessedRun, GuessJob
from ftdata.engines.local import Local
from ftdata.engines.plan import Outcome, Plan
from ftdata.files.source import open_source
from ftdata.formats import FORMATS
from ftdata.formats.completion import CompletionToChat, FileFindings
from ftdata.formats.parsing import Parse
from ftdata.steps import Map, Step

BLOCK = 2000


def row(n: int, separator: str = "\n\n###\n\n", stop: str = " END") -> dict[str, Any]:
    return {"prompt": f"question {n}{separator}", "completion": f" answer {n}{stop}"}


def lines(rows: list[dict[str, Any] | str]) -> str:
    return "".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in rows)


def came_to(
    paths: list[Path], *further: Step, step: CompletionToChat | None = None, workers: int = 1
) -> tuple[Any, ...]:
    rejects: list[tuple[str, str, bytes]] = []
    outcome = Outcome(
        on_reject=lambda one: rejects.append((str(one.origin), str(one.error), one.raw)),
    )
    engine = Local(workers, block_size=BLOCK)
    steps = (Parse(FORMATS["completion"]), step or CompletionToChat(), *further)
    plan = Plan(open_source(paths), steps, FORMATS["completion"], FORMATS["openai"])
    output = [(name, text, count) for name, text, count in engine.map(plan, outcome)]
    decisions: list[Any] = [decided.decision for decided, _ in engine.decisions.values()]
    found: list[FileFindings] = [one for decision in decisions for one in decision.found.values()]
    starts = [(list(decided.starts), bytes(decided.plain)) for decided, _ in engine.decisions.values()]
    return output, outcome.tally.to_dict(), rejects, outcome.read, [one.to_dict() for one in found], starts


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bool]]:
    """Of each guess, whether it stood."""
    stood: list[bool] = []
    decided = GuessedRun.decided

    def noting(self: GuessedRun, results: Any) -> Any:
        found = decided(self, results)
        stood.append(self.stands)
        return found

    monkeypatch.setattr(GuessedRun, "decided", noting)
    yield stood


def surveyed_first(*given: Any, **asked: Any) -> tuple[Any, ...]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guessing, "guessable", lambda plan, size: None)
        return came_to(*given, **asked)


ODD = ("no JSON", "", '{"prompt": "a"}', '{"prompt": 1, "completion": "x"}', '{"prompt": "", "completion": " x END"}')
MIXED: list[dict[str, Any] | str] = [*(row(n) for n in range(200)), *ODD, *(row(n) for n in range(200, 400))]
DIALOGUE = "A shop.\n\n###\n\nUser: hi\nAgent: yes?\nUser: bye\nAgent:"
WRONG = {
    "a mark that only the first rows have": [*map(row, range(20)), *(row(n, "", "") for n in range(400))],
    "a mark that only later rows have": [*(row(n, "", "") for n in range(20)), *map(row, range(400))],
    "prompts where the first rows have none": [
        *({"prompt": "", "completion": f" text {n}"} for n in range(20)),
        *({"prompt": f"q {n}", "completion": f" a {n}"} for n in range(400)),
    ],
    "dialogues behind what is none": [
        *(row(n, "", "") for n in range(20)),
        *({"prompt": DIALOGUE, "completion": f" a {n}"} for n in range(400)),
    ],
}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_guess_that_is_right_comes_to_the_same(workers: int, tmp_path: Path, told: list[bool]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(lines(MIXED))
    assert came_to([path], workers=workers) == surveyed_first([path])
    assert told == [True]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("case", WRONG)
def test_a_guess_that_is_wrong_is_made_good(case: str, workers: int, tmp_path: Path, told: list[bool]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(lines(WRONG[case]))  # type: ignore[arg-type] # dicts alone
    assert came_to([path], workers=workers) == surveyed_first([path])
    assert told == [False]


def test_each_file_has_a_guess_of_its_own(tmp_path: Path, told: list[bool]) -> None:
    paths = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    paths[0].write_text(lines(list(map(row, range(400)))))
    paths[1].write_text(lines([row(n, " ->", "") for n in range(400)]))
    assert came_to(paths) == surveyed_first(paths)
    assert told == [True]


def test_what_a_prefix_depends_on_is_guessed_too(tmp_path: Path, told: list[bool]) -> None:
    path = tmp_path / "a.jsonl"
    said = ("Answer the question of a customer. And be brief.\n", "Answer the question of a customer.\n")
    path.write_text(lines([{"prompt": said[n > 200] + f"q{n}", "completion": f" a{n}"} for n in range(400)]))
    step = CompletionToChat(prefix_to_system=True)
    assert came_to([path], step=step) == surveyed_first([path], step=step)
    assert told == [False]


def test_a_user_s_function_is_tried_on_nothing(tmp_path: Path, told: list[bool]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(lines(list(map(row, range(400)))))
    called: list[Any] = []

    def seen(example: dict[str, Any]) -> dict[str, Any]:
        called.append(example)
        return example

    came_to([path], Map(seen))
    assert len(called) == 400
    assert told == []


@pytest.mark.parametrize("torn", range(3))
def test_a_block_that_fails_counts_for_nothing(
    torn: int, tmp_path: Path, told: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(lines(MIXED))
    expected = surveyed_first([path])
    run = GuessJob.__call__

    def tearing(self: GuessJob, index: int, block: Any) -> Any:
        result = run(self, index, block)
        result.summary.torn = index == torn
        return result

    monkeypatch.setattr(GuessJob, "__call__", tearing)
    assert came_to([path]) == expected
    assert told == [False]


SOME = st.one_of(
    st.builds(row, st.integers(0, 9), st.sampled_from(["\n\n###\n\n", " ->", ""]), st.sampled_from([" END", "\n", ""])),
    st.just({"prompt": DIALOGUE, "completion": "{}"}),
    st.sampled_from(ODD),
)


@given(st.lists(SOME, max_size=60), st.sampled_from([(), (row(1),) * 200]))
def test_any_rows_come_to_the_same(tmp_path_factory: pytest.TempPathFactory, rows: list[Any], further: Any) -> None:
    path = tmp_path_factory.mktemp("guessing") / "a.jsonl"
    path.write_text(lines([row(0), *rows, *further]))
    assert came_to([path]) == surveyed_first([path])


ASKED = (
    CompletionToChat(),
    CompletionToChat(prefix_to_system=True),
    CompletionToChat(separator=" ->", stop=" END"),
    CompletionToChat(trim=True, whole_prompts=True),
)
WHOLE = st.one_of(
    st.builds(row, st.integers(0, 9), st.sampled_from(["\n\n###\n\n", " ->", ""]), st.sampled_from([" END", "\n", ""])),
    st.builds(
        lambda prompt, completion: {"prompt": prompt, "completion": completion},
        st.sampled_from([DIALOGUE, f"{DIALOGUE} ->", "Ask it. Now: é", "<|end|>", '"\0\\n', "", " "]),
        st.sampled_from([" yes END", "  code\n", "{}", "<|end|>", "\u2028", "", " "]),
    ),
    st.just({"prompt": "a", "completion": "b", "more": "c"}),
)


@given(st.lists(WHOLE, max_size=60), st.sampled_from([(), (row(1),) * 200]), st.sampled_from(ASKED), st.booleans())
def test_rows_that_are_made_at_once_come_to_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[dict[str, Any]],
    further: tuple[dict[str, Any], ...],
    step: CompletionToChat,
    compact: bool,
) -> None:
    path = tmp_path_factory.mktemp("guessing") / "a.jsonl"
    encode = partial(json.dumps, ensure_ascii=False, separators=(",", ":")) if compact else json.dumps
    path.write_text("".join(encode(one) + "\n" for one in (row(0), *rows, *further)), encoding="utf-8")
    expected = surveyed_first([path], step=step)
    assert came_to([path], step=step) == expected
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(GuessJob, "_at_once", lambda self, block: None)
        assert came_to([path], step=step) == expected


def test_rows_without_anything_odd_are_made_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(lines([*map(row, range(400)), {"prompt": DIALOGUE, "completion": " yes END"}]))
    monkeypatch.setattr(GuessJob, "_one_by_one", lambda self, index, block: pytest.fail("one by one"))
    assert came_to([path])[1]["written"] == 401
