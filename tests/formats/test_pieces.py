"""The pieces that formats share: nulls, ids, arguments, definitions, deprecated functions, one example an answer."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.errors import RowError
from ftdata.example import content_hash
from ftdata.findings import Drop
from ftdata.formats import arguments, definitions
from ftdata.formats.calling import to_functions, to_tools
from ftdata.formats.ids import call_id, from_nine, nine
from ftdata.formats.nulls import prune
from ftdata.steps.turning import PerAnswer
from tests import strategies

Row = dict[str, Any]
TURN = {"role": "user", "content": "q"}


@pytest.mark.parametrize(
    ("row", "pruned", "count"),
    [
        ({"messages": [{**TURN, "name": None, "tool_calls": None}], "tools": None}, {"messages": [TURN]}, 3),
        ({"messages": [TURN], "tools": [{"default": None}]}, {"messages": [TURN], "tools": [{"default": None}]}, 0),
        ({"input": {"messages": [{**TURN, "name": None}], "tools": None}}, {"input": {"messages": [TURN]}}, 2),
        (
            {"conversations": [{"from": "a", "value": "b", "weight": None}]},
            {"conversations": [{"from": "a", "value": "b"}]},
            1,
        ),
        ({"messages": None}, {}, 1),
        ({"messages": [None, "x"], "metadata": {"a": None}}, {"messages": [None, "x"], "metadata": {"a": None}}, 0),
        ({}, {}, 0),
    ],
)
def test_nulls_go_from_the_top_and_from_messages(row: Row, pruned: Row, count: int) -> None:
    before = copy.deepcopy(row)
    found, number = prune(row)
    assert (found, number) == (pruned, count)
    assert row == before
    assert (found is row) == (count == 0)


@given(st.integers(0, 100), st.text(), st.text())
def test_ids_are_made_of_place_and_call(number: int, name: str, given: str) -> None:
    id = call_id(number, name, given)
    assert id == call_id(number, name, given) != call_id(number + 1, name, given)
    assert (len(id), from_nine(nine(id))) == (14, id)


@given(st.text())
def test_mistral_gets_nine_letters_and_digits(id: str) -> None:
    short = nine(id)
    assert (len(short), short.isascii(), short.isalnum()) == (9, True, True)
    assert nine(short) == short


@pytest.mark.parametrize(
    ("text", "value", "repaired"),
    [
        ('{"a": 1}', {"a": 1}, 0),
        ("{'a': True, 'b': None}", {"a": True, "b": None}, 1),
        ("[1, 2]", [1, 2], 0),
    ],
)
def test_json_and_python_are_read(text: str, value: object, repaired: int) -> None:
    counted: Counter[str] = Counter()
    assert arguments.read(text, "$", counted) == value
    assert counted.total() == repaired


@pytest.mark.parametrize("text", ["", "no json", "{'a': datetime}", "{'a': {1, 2}}", "__import__('os')"])
def test_what_is_neither_is_an_error(text: str) -> None:
    with pytest.raises(RowError, match="not valid JSON"):
        arguments.read(text, "$.x", Counter())


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ('[{"name": "f"}]', ["f"]),
        ([{"name": "f"}, {"type": "function", "function": {"name": "g"}}], ["f", "g"]),
        ([{"type": "function", "name": "f", "strict": True}], ["f"]),
        ({"name": "f"}, ["f"]),
        ("", []),
        (None, []),
        ("[]", []),
    ],
)
def test_definitions_are_wrapped(given: object, names: list[str]) -> None:
    found = definitions.read_tools(given, "$.tools", Counter())
    assert [tool["function"]["name"] for tool in found] == names
    assert all(tool["type"] == "function" and "type" not in tool["function"] for tool in found)


def test_a_property_called_type_keeps_its_name() -> None:
    schema = {"type": "object", "properties": {"type": {"type": "string", "enum": ["a"], "default": "a"}}}
    spelled = definitions.retyped(schema, str.upper)
    assert spelled == {"type": "OBJECT", "properties": {"type": {"type": "STRING", "enum": ["a"], "default": "a"}}}
    assert definitions.retyped(spelled, str.lower) == schema


@given(strategies.chats)
def test_functions_become_tools_and_back(example: Row) -> None:
    before = copy.deepcopy(example)
    try:
        modern = to_tools(example)
    except RowError as error:
        assert "expected a call before this result" in error.message
        return
    assert example == before
    assert "functions" not in modern
    assert not any("function_call" in turn or turn["role"] == "function" for turn in modern["messages"])
    lost: Counter[str] = Counter()
    back = to_functions(modern, lost)
    assert not any(turn.get("tool_calls") or turn["role"] == "tool" for turn in back["messages"])
    ids = [call["id"] for turn in modern["messages"] for call in turn.get("tool_calls") or ()]
    if not lost and len(ids) == len(set(ids)):
        assert content_hash({**to_tools(back), "tools": None}) == content_hash(
            {**_no_empty_calls(modern), "tools": None}
        )


def _no_empty_calls(example: Row) -> Row:
    return {
        **example,
        "messages": [{k: v for k, v in turn.items() if k != "tool_calls" or v} for turn in example["messages"]],
    }


def test_a_result_without_a_call_is_an_error() -> None:
    with pytest.raises(RowError, match="expected a call before this result; got none"):
        to_tools({"messages": [{"role": "function", "name": "f", "content": "x"}]})


def _chat(*weights: int | None) -> Row:
    turns: list[Row] = []
    for number, weight in enumerate(weights):
        answer = {"role": "assistant", "content": str(number)}
        turns += [TURN, answer if weight is None else {**answer, "weight": weight}]
    return {"messages": turns}


@pytest.mark.parametrize(
    ("weights", "made"),
    [
        ((None,), None),
        ((0, None), None),
        ((None, 1), [(None,), (0, 1)]),
        ((None, 0, None), [(None,), (0, 0, None)]),
        ((None, 0), [(None,)]),
    ],
)
def test_one_example_an_answer(weights: tuple[int | None, ...], made: list[tuple[int | None, ...]] | None) -> None:
    example = _chat(*weights)
    found = PerAnswer()(example)
    if made is None:
        assert found is example
    else:
        assert (found if isinstance(found, list) else [found]) == [_chat(*one) for one in made]


def test_examples_without_a_trained_answer_are_dropped() -> None:
    assert PerAnswer()(_chat(0, 0)) == Drop("no answer is trained")
    with pytest.raises(RowError, match="per_answer"):
        PerAnswer()({"prompt": "a", "completion": "b"})
