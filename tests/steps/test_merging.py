"""Calls of one session become one conversation."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.engines.plan import Outcome
from ftdata.errors import StepError, UsageError
from ftdata.formats.gate import gate
from ftdata.steps.merging import MergeCalls
from ftdata.steps.saying import says
from tests import strategies
from tests.steps.making import chat, data, written
from tests.strategies import tries

Row = dict[str, Any]


def respelled(value: Any, mark: str) -> Any:
    """Messages as another request would spell them: other ids of calls, nulls, texts as parts, spaces in arguments."""
    turns = deepcopy(value)
    for turn in turns:
        for call in turn.get("tool_calls", ()):
            call["id"] += mark
            try:
                arguments = json.loads(call["function"]["arguments"])
            except ValueError:
                continue
            call["function"]["arguments"] = json.dumps(arguments, indent=len(mark), ensure_ascii=False)
        if "tool_call_id" in turn:
            turn["tool_call_id"] += mark
        if turn["role"] == "assistant":
            turn.setdefault("refusal", None)
            turn.pop("weight", None)
        if type(turn.get("content")) is str and turn["role"] == "user":
            turn["content"] = [{"type": "text", "text": turn["content"]}]
    return turns


@st.composite
def logs(draw: st.DrawFn) -> tuple[list[list[Row]], list[Row]]:
    """Conversations, and the calls that they were made of, in any order."""
    calls, whole = [], []
    for number in range(draw(st.integers(1, 3))):
        turns = draw(strategies.conversations())
        for turn in turns:
            turn.pop("weight", None)
        whole.append(turns)
        ends = [at + 1 for at, turn in enumerate(turns) if turn["role"] == "assistant"]
        for end in ends:
            spelled = (
                turns[:end] if end == len(turns) else respelled(turns[:end], draw(st.sampled_from(["", "_", "--"])))
            )
            calls.append({"messages": spelled, "metadata": {"session": number, "end": end, "of": len(ends)}})
    return whole, draw(st.permutations(calls))


@tries(40)
@given(logs())
def test_a_conversation_cut_into_calls_comes_back(log: tuple[list[list[Row]], list[Row]]) -> None:
    whole, calls = log
    found = list(data(calls).merge_calls())
    assert [row["metadata"]["session"] for row in found] == list(
        dict.fromkeys(one["metadata"]["session"] for one in calls)
    )
    for row in found:
        assert row["messages"] == whole[row["metadata"]["session"]]
        assert row["metadata"]["calls"] == row["metadata"]["of"]


def talk(*turns: str, **more: Any) -> Row:
    """A chat of user and assistant in turn."""
    roles = ("user", "assistant")
    return {"messages": [{"role": roles[at % 2], "content": text} for at, text in enumerate(turns)], **more}


def of(session: Any, *turns: str, **known: Any) -> Row:
    return talk(*turns, metadata={"session": session, **known})


def test_each_branch_is_kept_and_counted(tmp_path: Path) -> None:
    rows = [of(1, "a", "b"), of(1, "a", "b", "c", "d"), of(1, "a", "b", "x", "y"), of(1, "a", "z")]
    result = data(rows).merge_calls().write(tmp_path / "out.jsonl")
    found = list(data(rows).merge_calls())
    assert [len(row["messages"]) for row in found] == [4, 4, 2]
    assert [row["metadata"]["calls"] for row in found] == [2, 2, 1]
    assert result.tally.merged["merge"] == 1
    assert result.tally.changed["merge", "groups of calls that are several conversations: each is kept"] == 1
    assert result.tally.balanced


def test_the_metadata_are_those_of_the_last_call_and_of_equal_calls_the_last_is_kept() -> None:
    rows = [of(1, "a", "b", "c", "d", at=0), of(1, "a", "b", at=1), of(1, "a", "b", "c", "d", at=2)]
    assert [row["metadata"] for row in data(rows).merge_calls()] == [{"session": 1, "at": 2, "calls": 3}]


def test_merged_again_calls_add_up() -> None:
    rows = [of(1, "a", "b", calls=2), of(1, "a", "b", "c", "d", calls=3)]
    assert [row["metadata"]["calls"] for row in data(rows).merge_calls()] == [5]


def test_what_one_call_trains_is_trained() -> None:
    first, second = of(1, "a", "b"), of(1, "a", "b", "c", "d")
    second["messages"][1]["weight"] = 0
    assert [row["messages"] for row in data([first, second]).merge_calls()] == [talk("a", "b", "c", "d")["messages"]]
    assert next(iter(data([second]).merge_calls()))["messages"][1]["weight"] == 0


def test_only_selected_answers_are_trained_if_that_is_asked_for() -> None:
    rows = [of(1, "a", "b"), of(1, "a", "b", "c", "d", "e", "f")]
    (found,) = data(rows).merge_calls(train="selected")
    assert [turn.get("weight") for turn in found["messages"]] == [None, None, None, 0, None, None]


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([of(1, "a", "b", "c", "d")], "assistant turns whose own call is not there, trained too"),
        ([talk("a", "b")], "calls without session: kept as they are"),
        (
            [
                of(1, "a", "b"),
                {**of(1, "a", "b", "c", "d"), "tools": [{"type": "function", "function": {"name": "f"}}]},
            ],
            "conversations whose calls defined other functions: those of the longest kept",
        ),
    ],
)
def test_what_is_decided_is_counted(rows: list[Row], what: str, tmp_path: Path) -> None:
    result = data(rows).merge_calls().write(tmp_path / "out.jsonl")
    assert result.tally.changed["merge", what] == 1


def test_groups_by_anything() -> None:
    rows = [talk("a", "b", metadata={"user": 1}), talk("a", "b", "c", "d", metadata={"user": 1}), talk("a", "b")]
    assert len(list(data(rows).merge_calls("metadata.user"))) == 2
    assert len(list(data(rows).merge_calls(lambda example: len(example["messages"])))) == 2
    assert len(list(data(rows).merge_calls("prefix"))) == 1
    assert len(list(data(rows).merge_calls("trace"))) == 3


def test_a_function_that_fails_ends_the_run_and_names_the_row() -> None:
    def fails(example: Row) -> Any:
        return {1, 2} if example["messages"][0]["content"] == "x" else 1 / len(example.get("metadata", ""))

    for rows, said in (
        ([of(1, "a", "b"), talk("a", "b")], "raised ZeroDivisionError"),
        ([of(1, "x", "b")], "JSON value"),
    ):
        with pytest.raises(StepError, match=said) as raised:
            list(data(rows).merge_calls(fails))
        assert raised.value.line == len(rows)


def test_equal_examples_without_a_group_do_not_meet() -> None:
    assert list(data([talk("a", "b")] * 2).merge_calls()) == [talk("a", "b")] * 2


def test_a_prefix_is_the_system_prompt_the_first_user_turn_and_the_functions() -> None:
    tool = [{"type": "function", "function": {"name": "f"}}]
    rows = [chat("q", system="s"), chat("q", system="t"), chat("q"), {**chat("q"), "tools": tool}, chat("r")]
    assert len(list(data([*rows, *rows]).merge_calls("prefix"))) == 5


def test_other_kinds_stay() -> None:
    rows = [{"prompt": "a", "completion": "b", "metadata": {"session": 1}}] * 2
    assert list(data(rows).merge_calls()) == rows


@pytest.mark.parametrize(("by", "train"), [("", "all"), ("a b", "all"), ("session", "last")])
def test_what_cannot_be_meant(by: str, train: Any) -> None:
    with pytest.raises(UsageError):
        data([]).merge_calls(by, train=train)


@tries(20)
@given(st.lists(strategies.examples, min_size=1, max_size=6), st.sampled_from(["prefix", "answer"]))
def test_any_examples_are_accounted_for(rows: list[Row], by: str) -> None:
    chosen = ftdata.read(rows * 2, format="ftdata")
    for step in (chosen.merge_calls(by), chosen.repeats("pairs"), chosen.choices("best", score="1")):
        outcome = Outcome()
        made = list(step.engine(1).examples(step.plan(), outcome))
        assert outcome.tally.balanced
        assert outcome.tally.written == len(made)
        for example in made:
            gate(example)


def test_the_same_bytes_from_any_number_of_workers(tmp_path: Path) -> None:
    rows = []
    for step in range(1, 12):
        for session in range(60):
            turns = [f"{session} {at} " + "filling " * 20 for at in range(2 * step)]
            rows.append(of(session, *turns))
    path = written(tmp_path / "log.jsonl", rows)
    outputs = []
    for workers in (1, 3):
        result = ftdata.read(path).merge_calls().write(tmp_path / f"{workers}.jsonl", workers=workers)
        assert result.tally.balanced
        assert result.tally.written == 60
        outputs.append((tmp_path / f"{workers}.jsonl").read_bytes())
    assert outputs[0] == outputs[1]


def instructions(work: Callable[[], Any]) -> int:
    """How many instructions of Python it takes: the same in every run, however busy the machine is."""
    count = 0

    def tracing(frame: FrameType, event: str, given: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        count += event == "opcode"
        return tracing

    before = sys.gettrace()
    sys.settrace(tracing)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def test_a_large_group_takes_work_by_its_size() -> None:
    def work(calls: int) -> int:
        group = [of(1, "a", "b", f"{at}", "d") for at in range(calls)]
        return instructions(lambda: MergeCalls().work(group))

    work(2)  # what is done once
    assert 4 * work(100) < work(800) < 10 * work(100)  # 8 times as much, where comparing all pairs takes 64 times


def test_what_turns_say() -> None:
    def said(**turn: Any) -> bytes:
        return next(says([{"role": "assistant", **turn}]))

    def call(id: str, arguments: str) -> list[Row]:
        return [{"id": id, "type": "function", "function": {"name": "f", "arguments": arguments}}]

    assert said(content="a") == said(content=[{"type": "text", "text": "a"}], weight=0, refusal=None)
    assert said(content=None, tool_calls=call("1", '{"a": 1, "b": 2}')) == said(tool_calls=call("2", '{"b":2,"a":1}'))
    assert said(tool_calls=call("1", '{"a": 1}')) != said(tool_calls=call("1", '{"a": "1"}'))
    assert said(content="a") != said(content="a", name="n")
    image = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
    assert said(content=[image]) != said(content="")


def thinking(count: int, think: Callable[[int, Row], Row], **last: Any) -> list[Row]:
    """Calls of one session, each of which sends what was said before without what was thought."""
    calls: list[Row] = []
    said = [{"role": "user", "content": "list"}]
    for at in range(count):
        answer = {"role": "assistant", "content": f"Looking at {at}."}
        calls.append({"messages": [*said, think(at, answer)], "metadata": {"session": "s", "id": str(at)}})
        said = [*said, answer, {"role": "user", "content": "go on"}]
    calls[-1]["metadata"] |= last
    return calls


THOUGHTS: dict[str, Callable[[int, Row], Row]] = {
    "a field": lambda at, turn: {**turn, "reasoning_content": f"hm {at}"},
    "marks": lambda at, turn: {**turn, "content": f"<think>hm {at}</think>{turn['content']}"},
    "a mark without its opening": lambda at, turn: {**turn, "content": f"hm {at}\n</think>\n\n{turn['content']}"},
}


@pytest.mark.parametrize("think", THOUGHTS.values(), ids=THOUGHTS.keys())
def test_each_turn_keeps_what_was_thought_before_it(think: Callable[[int, Row], Row]) -> None:
    calls = thinking(3, think)
    (made,) = data(calls).merge_calls("session")
    assert made["metadata"]["calls"] == 3
    assert [turn for turn in made["messages"] if turn["role"] == "assistant"] == [
        call["messages"][-1] for call in calls
    ]  # fmt: skip
    (again,) = data([made, *calls]).merge_calls("session")
    assert again["messages"] == made["messages"]


def test_calls_keep_the_ids_that_their_results_name() -> None:
    def call(id: str) -> list[Row]:
        return [{"id": id, "type": "function", "function": {"name": "ls", "arguments": "{}"}}]

    own = {"role": "assistant", "content": None, "tool_calls": call("one"), "reasoning_content": "hm"}
    sent = {"role": "assistant", "content": None, "tool_calls": call("other")}
    result, user = {"role": "tool", "tool_call_id": "other", "content": "a"}, {"role": "user", "content": "list"}
    end = {"role": "assistant", "content": "Done."}
    calls = [
        {"messages": [user, own], "metadata": {"session": "s"}},
        {"messages": [user, sent, result, end], "metadata": {"session": "s"}},
    ]
    (made,) = data(calls).merge_calls("session")
    assert made["messages"] == [user, {**sent, "reasoning_content": "hm"}, result, end]


KINDS: dict[str, tuple[list[str | None], str | None]] = {
    "whole thoughts": ([None, None], None),
    "summaries": (["summary", "summary"], "summary"),
    "both": (["summary", None], "mixed"),
}


@pytest.mark.parametrize(("kinds", "told"), KINDS.values(), ids=KINDS.keys())
def test_summaries_of_thoughts_are_told_apart(kinds: list[str | None], told: str | None) -> None:
    calls = thinking(2, THOUGHTS["a field"])
    for call, kind in zip(calls, kinds, strict=True):
        call["metadata"] |= {"reasoning": kind} if kind else {}
    (made,) = data(calls).merge_calls("session")
    assert made["metadata"].get("reasoning") == told
