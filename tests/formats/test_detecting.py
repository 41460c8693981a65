from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.errors import UnknownFormatError
from ftdata.formats import FORMATS, OPENAI, Detected, Format, confirmed, detect
from tests import strategies
from tests.formats import example_of
from tests.formats.test_golden import READ

Row = dict[str, Any]
CHAT: Row = {"messages": [{"role": "user", "content": "q"}]}
CARRYING: Row = {**CHAT, "metadata": {"a": 1}}
THINKING: Row = {"messages": [{"role": "assistant", "content": "a", "reasoning_content": "t"}]}
TABLE: Row = {"subject": "x", "body": "y"}
TURNS = [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]
PAIR: Row = {"input": CHAT, "preferred_output": [], "non_preferred_output": []}


def _format(name: str, recognises: Callable[[Row], bool]) -> Format:
    return replace(OPENAI, name=name, recognises=recognises)


TOLD: dict[str, tuple[list[Row], str | None, str]] = {
    "one row": ([CHAT], "openai", "the first row has messages with roles"),
    "a row of another kind": ([CHAT, CHAT, TABLE], "openai", "2 of the first 3 rows have messages with roles"),
    "metadata": ([CARRYING], "ftdata", "the first row has messages with roles, and metadata"),
    "metadata on some": ([CHAT, CARRYING], "ftdata", "1 of the first 2 rows has messages with roles, and metadata"),
    "reasoning": ([THINKING], "ftdata", "the first row has"),
    "preference": ([PAIR], "openai", "the first row has messages with roles, or the keys of preference lines"),
    "completion": ([{"prompt": "p", "completion": "c"}], "completion", "the first row has prompt and completion"),
    "spelled otherwise": (
        [{"Prompt ": "p", "COMPLETION": "c"}],
        "completion",
        "the first row has prompt and completion",
    ),
    "completion and more": ([{"prompt": "p", "completion": "c", "id": 1}], "completion", "the first row"),
    "completion with metadata": ([{"prompt": "p", "completion": "c", "metadata": {}}], "ftdata", "the first row"),
    "lists for both": ([{"prompt": [], "completion": []}], "trl", "the first row has TRL's columns"),
    "label": ([{**CHAT, "label": True}], "trl", "the first row has TRL's columns"),
    "arguments as objects on some": (
        [CHAT, {"messages": [{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": {}}}]}]}],
        "trl",
        "1 of the first 2 rows has TRL's columns, or objects for arguments",
    ),
    "tools as text": ([{**CHAT, "tools": "[]"}], "trl", "the first row"),
    "roles among conversations": ([{"conversations": [{"role": "user", "content": "q"}]}], "sharegpt", "the first row"),
    "turns under messages": ([{"messages": TURNS}], "sharegpt", "the first row"),
    "calls in the text of some": (
        [{"conversations": TURNS}, {"conversations": [{"from": "gpt", "value": "<tool_call>{}</tool_call>"}]}],
        "hermes",
        "1 of the first 2 rows has conversations with <tool_call> or <tools>",
    ),
    "harmony's marks": (
        [{"text": "<|start|>user<|message|>q<|end|>"}],
        "harmony",
        "the first row has text with <|start|> and <|message|>",
    ),
    "a weight at the root": ([{**CHAT, "weight": 0.5}], "fireworks", "the first row has messages and a weight"),
    "system beside": ([{**CHAT, "system": "s"}], "anthropic", "the first row has a system prompt beside the messages"),
    "a table": ([TABLE], None, 'no format is known with the keys "subject", "body"'),
    "nothing": ([], None, "no format is known with the keys none"),
    "no keys": ([{}], None, "no format is known with the keys"),
}


@pytest.mark.parametrize(("rows", "name", "why"), TOLD.values(), ids=TOLD.keys())
def test_a_format_is_told_by_the_first_rows(rows: list[Row], name: str | None, why: str) -> None:
    found = detect(rows, FORMATS)
    assert (found.format.name if found.format else None) == name
    assert found.why.startswith(why)


ALSO = {
    "mistral": "openai",
    "anthropic": "openai",
    "trl": "openai",
    "tinker": "openai",
    "fireworks": "openai",
}  # a documented row may have none of its own marks


@pytest.mark.parametrize(("name", "row"), [case[:2] for case in READ.values()], ids=READ.keys())
def test_documented_rows_are_told(name: str, row: Row) -> None:
    found = detect([row], FORMATS).format
    assert found
    assert found.name in (name.partition(":")[0], ALSO.get(name))


def test_an_iterator_will_do() -> None:
    why = "the first row has messages with roles, or the keys of preference lines"
    assert detect(iter([CHAT]), FORMATS) == Detected(OPENAI, why)


def test_it_refuses_to_guess() -> None:
    formats = {
        "one": _format("one", lambda row: "a" in row),
        "two": _format("two", lambda row: "b" in row),
    }
    with pytest.raises(UnknownFormatError) as caught:
        detect([{"a": 1}, {"a": 1, "b": 2}, {"c": 3}], formats)
    assert str(caught.value) == "the first rows look like one (2 of 3), two (1 of 3). Choose one with --from."


@pytest.mark.parametrize(
    "rows",
    [
        [CHAT, {"conversations": TURNS}],
        [{"prompt": "p", "completion": "c"}, CHAT],
        [{"instruction": "a", "output": "b"}, {"contents": []}],
        [CARRYING, {**CHAT, "label": True}],
    ],
    ids=["openai, sharegpt", "completion, openai", "alpaca, gemini", "two dialects"],
)
def test_rows_that_disagree_are_refused_with_the_candidates(rows: list[Row]) -> None:
    with pytest.raises(UnknownFormatError, match=r"the first rows look like \w+ \(1 of 2\), \w+ \(1 of 2\)"):
        detect(rows, FORMATS)


@given(st.lists(strategies.examples.filter(lambda row: "prompt" not in row), min_size=1, max_size=4))
def test_valid_examples_are_told(rows: list[Row]) -> None:
    found = detect(rows, FORMATS)
    assert found.format is FORMATS["ftdata" if any("metadata" in row for row in rows) else "openai"]


@given(st.sampled_from(sorted(FORMATS)), st.sampled_from(sorted(READ)))
def test_a_wrong_name_is_an_error_with_the_right_one(asked: str, case: str) -> None:
    """Or else a row of the one is a row of the other; it never becomes an empty conversation."""
    row = READ[case][1]
    known = FORMATS[asked]
    try:
        assert confirmed(known, [row], FORMATS) is known
    except UnknownFormatError as error:
        told = detect([row], FORMATS).format
        assert told
        assert f"Omit --from, or use --from {told.name}." in str(error)
    else:
        example = example_of(known, row)
        holder = example.get("input", example)
        assert holder.get("messages") or "prompt" in example


def test_what_no_format_knows_is_left_to_the_reader_of_rows() -> None:
    assert confirmed(OPENAI, [TABLE], FORMATS) is OPENAI
    assert confirmed(OPENAI, [], FORMATS) is OPENAI


LOGGED = (
    "Human: hi", "User: a\nAssistant: b", "### Instruction:\na", "Ticket 7: late", "a\n\nb", "SYSTEM: x", "tool: f(1)",
)  # fmt: skip


@given(
    st.lists(
        st.lists(
            st.fixed_dictionaries(
                {
                    "role": st.sampled_from(("system", "user", "assistant")),
                    "content": st.text(max_size=40) | st.sampled_from(LOGGED),
                }
            ),
            min_size=1,
            max_size=4,
        ),
        min_size=1,
        max_size=3,
    )
)
def test_plain_rows_are_told_the_short_way_as_the_long_way(chats: list[list[Row]]) -> None:
    rows = [{"messages": turns} for turns in chats]
    assert detect(rows, FORMATS) == detect(rows, dict(FORMATS))  # the long way, of a mapping that nothing is known of
