"""Answers to one request, or to one prompt."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.errors import UsageError
from ftdata.findings import Drop
from ftdata.steps.choosing import HOWS, Choose
from ftdata.steps.edits import EditPairs
from tests.steps.making import chat, data, written
from tests.strategies import tries

Row = dict[str, Any]


def choice(request: str, number: int, answer: str, **known: Any) -> Row:
    return chat(f"about {request}", answer, metadata={"id": request, "choice": number, **known})


ROWS = [
    choice("r1", 0, "x", score=1),
    choice("r1", 1, "y", score=3),
    choice("r1", 2, "y", score=2),
    chat("alone", "z", metadata={"id": "r2", "score": 5}),
    choice("r3", 0, "p"),
    choice("r3", 1, "q"),
]


@pytest.mark.parametrize(("how", "kept"), [("first", [0, 3, 4]), ("majority", [1, 3, 4]), ("best", [1, 3, 4])])
def test_choices(how: Any, kept: list[int]) -> None:
    assert list(data(ROWS).choices(how)) == [ROWS[at] for at in kept]


def test_reasons(tmp_path: Path) -> None:
    def drops(how: Any) -> dict[str, int]:
        result = data(ROWS).choices(how).write(tmp_path / "out.jsonl", force=True)
        assert result.tally.balanced
        return {why: count for (_, why), count in result.tally.dropped.items()}

    assert drops("first") == {"it is not the first answer to its request": 3}
    assert drops("best") == {"its request has a better answer": 3}
    assert drops("majority") == {"its request has a more frequent answer": 2, "its answer was given before": 1}
    assert drops("pairs") == {
        "it is neither the best nor the worst answer": 1,
        "its request has one answer: no pair": 1,
        "its request has no two answers with a score: no pair": 2,
    }


def test_what_had_to_be_chosen_without_a_score_is_counted(tmp_path: Path) -> None:
    result = data(ROWS).choices("best").write(tmp_path / "out.jsonl")
    assert result.tally.changed["choices", "requests of which no answer has a score: the first answer kept"] == 1


def test_pairs() -> None:
    tool = {"type": "function", "function": {"name": "f"}}
    rows = [{**row, "tools": [tool]} for row in ROWS[:3]]
    assert list(data(rows).choices("pairs")) == [
        {
            "input": {"messages": [{"role": "user", "content": "about r1"}], "tools": [tool]},
            "preferred_output": [{"role": "assistant", "content": "y"}],
            "non_preferred_output": [{"role": "assistant", "content": "x"}],
            "metadata": {"id": "r1", "score": 3, "preferred_score": 3.0, "non_preferred_score": 1.0},
        }
    ]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([choice("r", 0, "a", score=1), choice("r", 1, "b", score=1)], "equal scores"),
        ([choice("r", 0, "a", score=1), choice("r", 1, "a ", score=2)], "are the same"),
        ([choice("r", 0, "a", score=1), choice("r", 1, "b")], "no two answers with a score"),
    ],
)
def test_no_pairs(rows: list[Row], why: str, tmp_path: Path) -> None:
    tally = data(rows).choices("pairs").write(tmp_path / "out.jsonl", allow_empty=True).tally
    assert [(why in said, count) for (_, said), count in tally.dropped.items()] == [(True, 2)]


def test_requests_with_one_id_are_told_apart_by_their_prompt_and_by_the_numbers_of_their_choices() -> None:
    other = [{**row, "messages": chat("else", "z")["messages"]} for row in ROWS[:2]]
    assert len(list(data([*ROWS[:2], *other]).choices("first"))) == 2
    without = [chat("q", answer, metadata={"choice": at}) for answer in "ab" for at in (1, 0)]
    assert [row["metadata"] for row in data(without).choices("first")] == [{"choice": 0}, {"choice": 0}]


def test_a_named_score_and_an_expression() -> None:
    rows = [choice("r", at, text, scores={"tone": at, "length": -at}) for at, text in enumerate(("long", "s"))]
    for score, kept in (("tone", 1), ("length", 0), ("answer|length", 0), ("scores.tone + 1", 1)):
        assert list(data(rows).choices("best", score=score)) == [rows[kept]], score


def test_a_score_that_is_no_number_rejects_its_row() -> None:
    rows = [choice("r", 0, "a", score="good"), choice("r", 1, "b", score=1)]
    rejected: list[Any] = []
    assert list(data(rows).choices("best").examples(on_reject=rejected.append)) == [rows[1]]
    assert [one.origin.line for one in rejected] == [1]


def test_repeats_have_equal_turns_before_the_answer_and_equal_functions() -> None:
    def call(id: str, spaces: str = "") -> Row:
        function = {"name": "f", "arguments": '{"a":' + spaces + "1}"}
        turns: list[Row] = [
            {"role": "user", "content": "q"},
            {"role": "assistant", "tool_calls": [{"id": id, "type": "function", "function": function}]},
            {"role": "tool", "tool_call_id": id, "content": "r"},
            {"role": "assistant", "content": f"answer {id}"},
        ]
        return {"messages": turns, "tools": [{"type": "function", "function": {"name": "f"}}]}

    asking = {**call("a"), "messages": call("a")["messages"][:2]}  # an earlier call of the same conversation
    rows = [asking, call("a"), call("b", " "), {**call("c"), "tools": []}, chat("q"), chat("q", system="s")]
    assert list(data(rows).repeats("first")) == [row for at, row in enumerate(rows) if at != 2]


def test_what_is_no_chat_stays() -> None:
    rows = [{"prompt": "a", "completion": "b"}] * 2
    assert list(data(rows).repeats("first")) == rows


@pytest.mark.parametrize(("how", "among"), [("worst", "request"), ("best", "session")])
def test_what_cannot_be_meant(how: str, among: str) -> None:
    with pytest.raises(UsageError):
        Choose(how, among)


Answer = tuple[int, str, int | None]
logs = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from("abc"), st.none() | st.integers(0, 2)), min_size=1, max_size=12
)


def naive(log: list[Answer], how: Any) -> list[tuple[int, str]]:
    """What stays, by prompt in the order of first mention: (position, answer), or a pair's two answers."""
    kept = []
    for prompt in dict.fromkeys(prompt for prompt, _, _ in log):
        its = [(at, text, score) for at, (of, text, score) in enumerate(log) if of == prompt]
        scored = [one for one in its if one[2] is not None]
        if how == "first":
            kept.append(its[0][:2])
        elif how == "majority":
            most = Counter(text for _, text, _ in its)
            kept.append(next(one[:2] for one in its if most[one[1]] == max(most.values())))
        elif how == "best":
            kept.append(sorted(scored, key=lambda one: -(one[2] or 0))[0][:2] if scored else its[0][:2])
        elif len(scored) > 1:
            scored.sort(key=lambda one: -(one[2] or 0))
            best = scored[0]
            worst = next(one for one in scored if one[2] == scored[-1][2])
            if best[2] != worst[2] and best[1] != worst[1]:
                kept.append((best[0], best[1] + worst[1]))
    return kept


@tries(40)
@given(logs, st.sampled_from(HOWS))
def test_repeats_are_what_a_loop_would_choose(log: list[Answer], how: Any) -> None:
    rows = [
        chat(f"p{prompt}", text, metadata={"at": at} | ({} if score is None else {"score": score}))
        for at, (prompt, text, score) in enumerate(log)
    ]
    found = list(data(rows).repeats(how))
    if how == "pairs":
        said = [
            (row["metadata"]["at"], row["preferred_output"][0]["content"] + row["non_preferred_output"][0]["content"])
            for row in found
        ]
    else:
        said = [(row["metadata"]["at"], row["messages"][-1]["content"]) for row in found]
    assert said == naive(log, how)


@pytest.mark.parametrize(("verb", "how"), [("choices", "best"), ("repeats", "pairs")])
def test_the_same_bytes_from_any_number_of_workers_and_everything_is_accounted_for(
    verb: str, how: str, tmp_path: Path
) -> None:
    rows = [
        choice(f"r{at % 400}", at // 400, "abcd"[(at + at // 400) % 4], score=(at * 13 + at // 400) % 5, more="x" * 500)
        for at in range(2000)
    ]
    path = written(tmp_path / "log.jsonl", rows)
    outputs = []
    for workers in (1, 3):
        result = getattr(ftdata.read(path), verb)(how).write(tmp_path / f"{workers}.jsonl", workers=workers)
        assert result.tally.balanced
        assert result.tally.written == {"best": 400, "pairs": 320}[how]
        outputs.append((tmp_path / f"{workers}.jsonl").read_bytes())
    assert outputs[0] == outputs[1]


EDITS: dict[str, tuple[Row, str]] = {
    "an edit": ({"corrected": "better"}, ""),
    "JSON": ({"corrected": {"queue": "a"}}, ""),
    "none": ({"n": 1}, "it has no edit: corrected"),
    "an empty one": ({"corrected": " "}, "it has no edit: corrected"),
    "the same": ({"corrected": "said\n"}, "the edit is the answer itself: no pair"),
}


@pytest.mark.parametrize(("known", "why"), EDITS.values(), ids=EDITS.keys())
def test_edits_are_preferred_to_answers(known: Row, why: str) -> None:
    turns = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "<think>hm</think>said", "weight": 1}]
    made = EditPairs("corrected")({"messages": turns, "tools": [], "metadata": known})
    if why:
        assert made == Drop(why)
        return
    text = known["corrected"] if isinstance(known["corrected"], str) else '{"queue":"a"}'
    assert made == {
        "input": {"messages": turns[:1], "tools": []},
        "preferred_output": [{"role": "assistant", "content": text}],
        "non_preferred_output": [{"role": "assistant", "content": "<think>hm</think>said"}],
        "metadata": known,
    }


def test_only_answers_are_edited() -> None:
    assert EditPairs("a")({"prompt": "p", "completion": "c"}) == Drop(
        "it does not end with an answer that could be edited"
    )


MARGINS: dict[str, tuple[float, int]] = {"none": (0, 1), "just met": (0.5, 1), "not met": (0.6, 0)}


@pytest.mark.parametrize(("margin", "pairs"), MARGINS.values(), ids=MARGINS.keys())
def test_scores_of_pairs_differ_by_a_margin(margin: float, pairs: int) -> None:
    group = [
        {
            "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": str(score)}],
            "metadata": {"score": score},
        }
        for score in (0.25, 0.75)
    ]
    assert len(list(data(group).repeats("pairs", margin=margin))) == pairs


def test_a_margin_is_not_negative() -> None:
    with pytest.raises(UsageError, match="a margin is 0 or more"):
        data([]).repeats("pairs", margin=-1)


def test_answers_are_preferred_to_refusals_and_teachers_to_others() -> None:
    def said(text: str, model: str) -> Row:
        return {
            "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": text}],
            "metadata": {"model": model},
        }

    rows = [said("I'm sorry, but I can't help with that.", "large-2026"), said("Sure.", "mini")]
    for score, better in (("not refusal", 1), ("model is matching('^large')", 0)):
        (pair,) = data(rows).repeats("pairs", score=score)
        assert pair["preferred_output"][0]["content"] == rows[better]["messages"][-1]["content"]
