"""What mappings make of rows: a table of (mapping, row, example), and laws."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftdata.authoring.columns import ToChat, ToChatWithValues
from ftdata.authoring.mapping import Mapping, MapRows
from ftdata.codec import encode, encode_texts
from ftdata.errors import RowError, UsageError
from ftdata.findings import Drop
from ftdata.formats.gate import gate
from tests import strategies

Row = dict[str, Any]
Said = dict[str, Any]

USER = {"role": "user", "content": "q"}
ANSWER = {"role": "assistant", "content": "a"}
ROW: Row = {
    "q": "Q",
    "a": "A",
    "n": 3,
    "text": "7",
    "yes": "1",
    "no": "0",
    "none": None,
    "order id": "007",
    "empty": "",
}
TOOLS = [{"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}}]


def made(says: Said, row: Row, **options: Any) -> Any:
    step = Mapping(says).bound(tuple(row), **options)
    assert not isinstance(step, ToChatWithValues)
    return step(row)


def turns(*messages: Said, **further: Any) -> Said:
    return {"messages": list(messages), **further}


def call(name: str, arguments: str, id: str = "call_1") -> Said:
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def calling(*calls: Said) -> Said:
    return {"role": "assistant", "tool_calls": list(calls)}


def said(role: str, content: Any, **further: Any) -> Said:
    return {"role": role, "content": content, **further}


Q, A = said("user", "Q"), said("assistant", "A")
HISTORY = {"q": "Q", "past": [{"who": "human", "text": "hi"}, {"who": "bot", "text": "hello"}]}

GOLDEN: dict[str, tuple[Said, Row, Any]] = {
    "columns": (turns(USER, ANSWER), ROW, turns(Q, A)),
    "template": (turns(said("user", "{{ q }} and {{ a }}"), ANSWER), ROW, turns(said("user", "Q and A"), A)),
    "any turns": (turns(USER, ANSWER, USER, ANSWER), ROW, turns(Q, A, Q, A)),
    "weights": (
        turns(USER, {**ANSWER, "weight": 0}, {**ANSWER, "weight": "yes"}, {**ANSWER, "weight": "n > 5"}),
        ROW,
        turns(Q, {**A, "weight": 0}, {**A, "weight": 1}, {**A, "weight": 0}),
    ),
    "weight as a template": (
        turns(USER, {**ANSWER, "weight": "{{ no }}"}), ROW, turns(Q, {**A, "weight": 0}),
    ),
    "name": (
        turns({**USER, "name": "Ann"}, {**ANSWER, "name": "{{ q }}-{{ n }}"}, {**ANSWER, "name": "empty"}),
        ROW,
        turns({**Q, "name": "Ann"}, {**A, "name": "Q-3"}, A),
    ),
    "conditions": (
        turns(USER, {**USER, "if": "none"}, {**USER, "if": "n > 2"}, {**ANSWER, "if": "yes == '1'"}, {**ANSWER, "if": "empty"}),
        ROW,
        turns(Q, Q, A),
    ),
    "a condition in braces": (turns(USER, {**ANSWER, "if": "{{ n > 2 }}"}), ROW, turns(Q, A)),
    "a column with a space": (
        turns(said("user", "order id"), {**ANSWER, "if": "order id"}), ROW, turns(said("user", "007"), A),
    ),
    "an empty system prompt is left out": (turns(said("system", "empty"), USER, ANSWER), ROW, turns(Q, A)),
    "fixed texts": (
        turns(said("system", "Be kind."), said("user", '{{ "Hi" }}'), said("assistant", "Hello there"), USER, ANSWER),
        ROW,
        turns(said("system", "Be kind."), said("user", "Hi"), said("assistant", "Hello there"), Q, A),
    ),
    "roles from a column": (
        turns({"for": "m in past", "role": "{{ m.who }}", "content": "{{ m.text }}", "weight": 0}, USER,
              roles={"human": "user", "bot": "assistant"}),
        HISTORY,
        turns(said("user", "hi"), said("assistant", "hello", weight=0), Q),
    ),
    "a loop over JSON text": (
        turns({"for": "m in past", "if": "loop.first", "role": "user", "content": "{{ m.text }}{{ loop.length }}"}, USER),
        {**HISTORY, "past": json.dumps(HISTORY["past"])},
        turns(said("user", "hi2"), Q),
    ),
    "a loop over pairs, as a group": (
        turns({"for": "pair in history", "messages": [said("user", "{{ pair[0] }}"), said("assistant", "{{ pair[1] }}")]}, USER),
        {"q": "Q", "history": [["a", "b"], ["c", "d"]]},
        turns(said("user", "a"), said("assistant", "b"), said("user", "c"), said("assistant", "d"), Q),
    ),
    "a loop over nothing": (turns({"for": "x in none", "role": "user", "content": "x"}, USER), ROW, turns(Q)),
    "a group with a condition": (turns({"if": "none", "messages": [USER, ANSWER]}, USER), ROW, turns(Q)),
    "calls and results": (
        turns(
            USER,
            calling({"name": "find", "arguments": {"n": "{{ n }}", "i": "{{ text|int }}", "s": "no. {{ n }}", "x": [1, None, "fixed"]}}),
            said("tool", "a"),
            ANSWER,
        ),
        ROW,
        turns(Q, calling(call("find", '{"n":3,"i":7,"s":"no. 3","x":[1,null,"fixed"]}')),
              {"role": "tool", "tool_call_id": "call_1", "content": "A"}, A),
    ),
    "several calls, their ids": (
        turns(
            USER,
            calling({"name": "find"}, {"name": "{{ q }}", "id": "mine"}, {"name": "find", "if": "none"}, {"name": "find"}),
            {**said("tool", "a"), "tool_call_id": "mine"},
            {**said("tool", "a"), "tool_call_id": "call_1"},
            said("tool", "empty"),
        ),
        ROW,
        turns(
            Q,
            calling(call("find", "{}"), call("Q", "{}", "mine"), call("find", "{}", "call_3")),
            {"role": "tool", "tool_call_id": "mine", "content": "A"},
            {"role": "tool", "tool_call_id": "call_1", "content": "A"},
            {"role": "tool", "tool_call_id": "call_3", "content": ""},
        ),
    ),
    "arguments from a column": (
        turns(USER, calling({"name": "find", "arguments": "q"}, {"name": "find", "arguments": "o"})),
        {"q": '{"b": 1.0, "a": "é"}', "o": {"b": 1}},
        turns(said("user", '{"b": 1.0, "a": "é"}'),
              calling(call("find", '{"b": 1.0, "a": "é"}'), call("find", '{"b":1}', "call_2"))),
    ),
    "calls from a column": (
        turns(USER, {**ANSWER, "tool_calls": "calls"}),
        {"q": "Q", "a": "", "calls": '[{"name": "f", "arguments": {"x": 1}}, {"id": "i", "function": {"name": "g", "arguments": "{}"}}]'},
        turns(Q, calling(call("f", '{"x":1}'), call("g", "{}", "i"))),
    ),
    "no calls in the column": (
        turns(USER, {**ANSWER, "tool_calls": "calls"}), {"q": "Q", "a": "A", "calls": "[]"}, turns(Q, A),
    ),
    "calls in a loop": (
        turns(USER, calling({"for": "c in cities", "name": "find", "arguments": {"city": "{{ c }}"}})),
        {"q": "Q", "cities": ["Oslo", "Rome"]},
        turns(Q, calling(call("find", '{"city":"Oslo"}'), call("find", '{"city":"Rome"}', "call_2"))),
    ),
    "tools": (
        turns(USER, ANSWER, tools=TOOLS, parallel_tool_calls=False), ROW, turns(Q, A, tools=TOOLS, parallel_tool_calls=False),
    ),
    "tools from a column": (
        turns(USER, tools="tools", parallel_tool_calls="many"),
        {"q": "Q", "tools": json.dumps(TOOLS), "many": "true"},
        turns(Q, tools=TOOLS, parallel_tool_calls=True),
    ),
    "no tools in the column": (turns(USER, tools="none"), ROW, turns(Q)),
    "functions": (turns(USER, functions=[{"name": "f"}]), ROW, turns(Q, functions=[{"name": "f"}])),
    "parts": (
        turns(said("user", [{"text": "q"}, {"text": "empty"}, {"image": "https://x.org/{{ n }}.png", "detail": "low"},
                            {"for": "i in pictures", "image": "i"}])),
        {**ROW, "pictures": ["https://x.org/a.png", {"url": "data:image/png;base64,AAAA"}]},
        turns(said("user", [
            {"type": "text", "text": "Q"},
            {"type": "image_url", "image_url": {"url": "https://x.org/3.png", "detail": "low"}},
            {"type": "image_url", "image_url": {"url": "https://x.org/a.png"}},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
        ])),
    ),
    "a pair of columns": (
        turns(USER, preferred="a", non_preferred="text", tools=TOOLS),
        ROW,
        {"input": turns(Q, tools=TOOLS), "preferred_output": [A], "non_preferred_output": [said("assistant", "7")]},
    ),
    "a pair of turns": (
        turns(USER, calling({"name": "f"}), preferred=[said("tool", "a"), ANSWER], non_preferred=[said("tool", "q"), ANSWER]),
        ROW,
        {
            "input": turns(Q, calling(call("f", "{}"))),
            "preferred_output": [{"role": "tool", "tool_call_id": "call_1", "content": "A"}, A],
            "non_preferred_output": [{"role": "tool", "tool_call_id": "call_1", "content": "Q"}, A],
        },
    ),
    "a reinforcement row": (
        turns(said("developer", "Sum up."), USER, extra=["n", "order id"]),
        ROW,
        turns(said("developer", "Sum up."), Q, **{"n": 3, "order id": "007"}),
    ),
    "further keys by name": (
        turns(USER, extra={"gold": "n", "size": "{{ text|int }}", "fixed": 1, "deep": {"a": ["{{ n }}", "x"]}}),
        ROW,
        turns(Q, gold=3, size=7, fixed=1, deep={"a": [3, "x"]}),
    ),
    "a completion": ({"prompt": "{{ q }} ->", "completion": "a", "metadata": ["n"]}, ROW,
                     {"prompt": "Q ->", "completion": "A", "metadata": {"n": 3}}),
    "metadata": (turns(USER, metadata=["n", "none"]), ROW, turns(Q, metadata={"n": 3, "none": None})),
    "metadata by name": (
        turns(USER, metadata={"number": "n", "both": "{{ q }}{{ a }}", "source": '{{ "web" }}'}),
        ROW,
        turns(Q, metadata={"number": 3, "both": "QA", "source": "web"}),
    ),
    "several examples": (
        {"examples": [turns(USER, ANSWER), {**turns(ANSWER, USER), "if": "none"}, turns(USER, metadata={"k": "q"})],
         "metadata": ["n"]},
        ROW,
        [turns(Q, A, metadata={"n": 3}), turns(Q, metadata={"k": "Q"})],
    ),
    "one of several": (
        {"examples": [{**turns(USER, ANSWER), "if": "q"}, {**turns(USER), "if": "none"}]}, ROW, turns(Q, A),
    ),
    "an example for each item": (
        turns(said("user", "{{ p.q }}"), said("assistant", "{{ p.a }}"), **{"for": "p in pairs"}),
        {"pairs": [{"q": 1, "a": 2}, {"q": 3, "a": 4}]},
        [turns(said("user", "1"), said("assistant", "2")), turns(said("user", "3"), said("assistant", "4"))],
    ),
    "none for this row": ({**turns(USER, ANSWER), "if": "none"}, ROW, Drop("not none")),
    "none of several": ({"examples": [{**turns(USER), "if": "none"}]}, ROW, Drop("the mapping makes no example from it")),
    "empty texts are meant": (
        turns(said("system", "empty"), said("user", "empty"), {**said("assistant", "empty"), "weight": 0}, allow_empty=True),
        ROW,
        turns(said("user", ""), said("assistant", "", weight=0)),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("says", "row", "example"), GOLDEN.values(), ids=GOLDEN)
def test_golden(says: Said, row: Row, example: Any) -> None:
    found = made(says, row)
    assert found == example
    # The order of keys and the types of values are part of it.
    if isinstance(found, dict):
        assert encode(found) == encode(example)
        gate(found)


@pytest.mark.parametrize(("says", "row", "example"), GOLDEN.values(), ids=GOLDEN)
def test_steps_travel_between_processes(says: Said, row: Row, example: Any) -> None:
    step = Mapping(says).bound(tuple(row))
    assert not isinstance(step, ToChatWithValues)
    step(row)
    arrived = pickle.loads(pickle.dumps(step))
    assert arrived(row) == example
    assert arrived.carries_metadata == ("metadata" in json.dumps(says))


REJECTED: dict[str, tuple[Said, Row, str]] = {
    "an empty user turn": (
        turns(said("user", "empty"), ANSWER),
        ROW,
        'the user turn is empty (column "empty"). To keep it, use --allow-empty.',
    ),
    "an empty answer further on": (
        turns(USER, {**ANSWER, "weight": 0}, said("assistant", "{{ empty }} ")),
        ROW,
        "$.messages[2]: the answer is empty. To keep it, use --allow-empty.",
    ),
    "no column": (
        turns({**USER, "name": "x"}, {**ANSWER}, metadata=["n"]),
        {"q": "Q", "a": "A"},
        'the row has no "n"',
    ),
    "a role": (
        turns(said("{{ q }}", "a")),
        ROW,
        '$.messages[0]: expected one of system, developer, user, assistant, tool, function; got "Q". '
        'Say in the mapping what it means: roles: {"Q": assistant}.',
    ),
    "a weight": (turns({**ANSWER, "weight": "text"}), ROW, '$.messages[0]: a weight is 0 or 1; got "7"'),
    "a loop over no list": (turns({"for": "x in n", "role": "user", "content": "x"}), ROW, "n is not a list; got 3"),
    "a loop over broken JSON": (
        turns({"for": "x in q", "role": "user", "content": "x"}),
        {"q": "[1"},
        "q is not JSON text: not valid JSON: the JSON ends too early at column 2. Is the object spread over several lines?",
    ),
    "a result without a call": (
        turns(said("tool", "a")),
        ROW,
        "$.messages[0]: a tool's result without a call before it. Set tool_call_id to say which call it answers.",
    ),
    "a result of one of two": (
        turns(USER, calling({"name": "f"}, {"name": "g"}), said("tool", "a")),
        ROW,
        '$.messages[2]: several calls wait for their results: "call_1", "call_2". Set tool_call_id to say which call it answers.',
    ),
    "arguments": (
        turns(calling({"name": "f", "arguments": "n"})),
        ROW,
        "$.messages[0]: arguments are an object or its JSON text; got 3",
    ),
    "a leaf that fails": (
        turns(calling({"name": "f", "arguments": {"x": "{{ q + 1 }}"}})),
        ROW,
        '$.messages[0]: "q + 1" fails on this row: can only concatenate str (not "int") to str. '
        "CSV values are text. Use name|float or name|int to compare numbers.",
    ),
    "a leaf that is no JSON": (
        turns(calling({"name": "f", "arguments": {"y": "{{ q|map('upper') }}"}})),
        ROW,
        "$.messages[0]: \"q|map('upper')\" fails on this row: the value: a value of type generator is not JSON. "
        "Use str() or a number of Python's own.",
    ),
    "not a number": (
        turns(USER, extra={"x": "{{ q|float }}"}),
        {"q": "nan"},
        '"q|float" fails on this row: the value: JSON has no nan. Use null, or omit the key.',
    ),
    "an empty function's name": (
        turns(calling({"name": "{{ empty }}"})),
        ROW,
        "$.messages[0]: the name of the function is empty. Skip such calls with if.",
    ),
    "a call of a user": (
        turns({"role": "{{ r }}", "content": "q", "tool_calls": "calls"}),
        {"q": "Q", "r": "user", "calls": [{"name": "f"}]},
        "$.messages[0]: only an assistant calls functions; this turn is user",
    ),
    "what is no call": (
        turns({"role": "assistant", "tool_calls": "calls"}),
        {"calls": [{"nme": "f"}]},
        '$.messages[0]: expected a call, an object with name and arguments; got {"nme": "f"}',
    ),
    "tools that are none": (
        turns(USER, tools="tools"),
        {"q": "Q", "tools": [{"type": "function"}]},
        "$.tools[0].function: expected a function definition; got null",
    ),
    "tools in no list": (turns(USER, tools="n"), ROW, "$.tools: expected a list of definitions; got 3"),
    "an empty pair": (
        turns(USER, preferred="a", non_preferred="empty"),
        ROW,
        '$.non_preferred_output[0]: the answer is empty (column "empty"). To keep it, use --allow-empty.',
    ),
    "an empty prompt": (
        {"prompt": "empty", "completion": "a"},
        ROW,
        'the prompt is empty (column "empty"). To keep it, use --allow-empty.',
    ),
    "no turn": (turns({**USER, "if": "none"}), ROW, "$.messages: every turn was skipped"),
    "no image": (
        turns(said("user", [{"image": "empty"}])),
        ROW,
        '$.messages[0]: expected an image\'s URL or path; got "". Skip such parts with if.',
    ),
    "a flag": (turns(USER, parallel_tool_calls="n"), ROW, "$.parallel_tool_calls: expected true or false; got 3"),
    "what the row does not have": (
        turns(USER, metadata={"k": "{{ deep.er }}"}),
        {"q": "Q", "deep": {}},
        '"deep.er" uses a field that this row does not have',
    ),
}


@pytest.mark.parametrize(("says", "row", "message"), REJECTED.values(), ids=REJECTED)
def test_rejected(says: Said, row: Row, message: str) -> None:
    step = Mapping(says).bound((*row, "n"))
    assert not isinstance(step, ToChatWithValues)
    with pytest.raises(RowError) as caught:
        step(row)
    assert str(caught.value) == message


UNBOUND: dict[str, tuple[Said, str]] = {
    "a word": (
        turns(said("user", "qq")),
        '$.messages[0].content: content "qq" is neither a column nor a template. Did you mean "q"? '
        "For fixed text, write '{{ \"qq\" }}'.",
    ),
    "a column almost": (
        turns(said("user", "Order-ID")),
        '$.messages[0].content: content "Order-ID" is neither a column nor a template. Did you mean "order id"? '
        "For fixed text, write '{{ \"Order-ID\" }}'.",
    ),
    "in a template": (
        turns(said("user", "{{ texxt }}")),
        '$.messages[0].content: content names the column "texxt", which the file does not have. Did you mean "text"?',
    ),
    "in a condition": (
        turns({**USER, "if": "texxt"}),
        '$.messages[0].if: if names the column "texxt", which the file does not have. Did you mean "text"?',
    ),
    "in a loop": (
        turns({**USER, "for": "x in texxt"}),
        '$.messages[0].for: for names the column "texxt", which the file does not have. Did you mean "text"?',
    ),
    "no loop": (turns({**USER, "for": "text"}), '$.messages[0].for: expected for: name in column; got "text"'),
    "a loop's name": (
        turns({**USER, "for": "row in text"}),
        '$.messages[0].for: "row" has a meaning of its own in a loop. Take another name.',
    ),
    "a role": (
        turns(said("usr", "q")),
        '$.messages[0].role: role "usr" is neither a role nor a column. Did you mean "user"?',
    ),
    "metadata": (
        turns(USER, metadata=["texxt"]),
        '$.metadata[0]: metadata names the column "texxt", which the file does not have. Did you mean "text"?',
    ),
    "a column or a text": (
        turns(USER, calling({"name": "f", "arguments": {"x": "q", "y": [{"z": "order id"}]}})),
        "$.messages[1].tool_calls[0].arguments.x: \"q\" could be the column or a text. "
        "Write '{{ q }}' for the column, '{{ \"q\" }}' for the text.",
    ),
    "no column at all": (
        turns(said("user", "Say something."), said("assistant", "Something, then.")),
        "$: the mapping uses no column, so every example would be the same. "
        'Write the name of a column, or a template such as "{{ column }}".',
    ),
    "an expression": (
        turns({**USER, "if": "q }} {{ a"}),
        '$.messages[0].if: "q }} {{ a" is not a valid expression',
    ),
}  # fmt: skip


@pytest.mark.parametrize(("says", "message"), UNBOUND.values(), ids=UNBOUND)
def test_columns_that_are_not_there(says: Said, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        Mapping(says).bound(tuple(ROW))
    assert str(caught.value) == message


def test_the_place_in_the_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text("messages:\n  - role: user\n    content: q\n  - role: assistant\n    content: aa\n")
    with pytest.raises(UsageError) as caught:
        Mapping.load(path).bound(("q", "a"))
    assert str(caught.value).startswith(f'{path}:5: $.messages[1].content: content "aa" is neither')


def test_values_are_surveyed() -> None:
    step = Mapping(turns(said("system", "One of {{ values('q')|join('/') }}"), {**USER, "if": "q"}, ANSWER)).bound(
        tuple(ROW)
    )
    assert isinstance(step, ToChatWithValues)
    assert isinstance(step.step, MapRows)
    values = step.survey()
    for q in ("z", "b"):
        values.add({"q": q})
    assert step.decide(values)(ROW)["messages"][0]["content"] == "One of b/z"
    simple = Mapping(turns(said("system", "One of {{ values('q')|join('/') }}"), USER, ANSWER)).bound(tuple(ROW))
    assert isinstance(simple, ToChatWithValues)
    assert simple.decide(values)(ROW) == step.decide(values)(ROW)


def test_tools_are_nobody_elses() -> None:
    step = Mapping(turns(USER, ANSWER, tools=TOOLS)).bound(tuple(ROW))
    assert isinstance(step, MapRows)
    first: Any = step(ROW)
    first["tools"][0]["function"]["name"] = "changed"
    again: Any = step(ROW)
    assert again["tools"] == TOOLS


# -- laws ------------------------------------------------------------------------------------------------------------

_texts = st.sampled_from(["a", "b", "{{ a }}", "{{ b }}: {{ a }}", "<{{ a }}>", "{{ a|upper }}", "A fixed text."])


@given(
    st.lists(st.tuples(strategies.cells, strategies.cells), min_size=1, max_size=4),
    _texts,
    _texts,
    st.sampled_from([None, "a", "Route it.", "For {{ b }}"]),
    st.booleans(),
)
def test_the_quick_road_is_the_careful_one(
    table: list[tuple[str, str]], user: str, assistant: str, system: str | None, allow_empty: bool
) -> None:
    if "a" not in user + assistant + (system or "") and "b" not in user:
        return
    first = [said("system", system)] if system else []
    quick = turns(*first, said("user", user), said("assistant", assistant), allow_empty=allow_empty)
    careful = turns(*first, said("user", user), {**said("assistant", assistant), "if": "true"}, allow_empty=allow_empty)
    if "fixed" in user and "fixed" in assistant and system in (None, "Route it."):
        return
    one, other = Mapping(quick).bound(("a", "b")), Mapping(careful).bound(("a", "b"))
    assert isinstance(one, ToChat)
    assert isinstance(other, MapRows)
    rows = [{"a": a, "b": b} for a, b in table]
    lines = one.lines({"a": encode_texts([a for a, _ in table]), "b": encode_texts([b for _, b in table])})
    made_ = [(_outcome(one, row), _outcome(other, row)) for row in rows]
    for left, right in made_:
        assert left == right
    if lines is not None:
        assert lines == b"".join(encode(right) + b"\n" for _, right in made_)


_weights = st.sampled_from([None, 0, 1, "w", "w|int"])


@given(
    st.lists(st.tuples(strategies.cells, strategies.cells, st.sampled_from(["0", "1"])), min_size=1, max_size=4),
    st.lists(
        st.tuples(st.sampled_from(["system", "user", "assistant", "agent", "tool"]), _texts, _weights), max_size=4
    ),
    st.booleans(),
    st.booleans(),
)
def test_lines_at_once_are_those_made_one_by_one(
    table: list[tuple[str, str, str]], some: list[tuple[str, str, Any]], tools: bool, allow_empty: bool
) -> None:
    weighed = {"assistant", "agent"}
    messages = [
        said(role, text) | ({} if weight is None or role not in weighed else {"weight": weight})
        for role, text, weight in some
    ]
    beside = {"tools": TOOLS, "parallel_tool_calls": True} if tools else {}
    says = turns(
        *messages, USER, {**ANSWER, "weight": 1}, allow_empty=allow_empty, roles={"agent": "assistant"}, **beside
    )
    says = json.loads(json.dumps(says).replace('"q"', '"b"'))
    step = Mapping(says).bound(("a", "b", "w"))
    assert isinstance(step, MapRows)
    rows = [{"a": a, "b": b, "w": w} for a, b, w in table]
    lines = step.lines({name: encode_texts([row[name] for row in rows]) for name in "abw"}) if step.needs else None
    plain = not any(
        role == "tool" or "|" in text or (weight == "w|int" and role in weighed) for role, text, weight in some
    )
    assert bool(step.needs) == plain
    if plain and all(row["a"].strip() and row["b"].strip() for row in rows):
        assert lines is not None
    if lines is not None:
        assert lines == b"".join(encode(step(row)) + b"\n" for row in rows)


def test_a_weight_that_is_none_is_for_the_careful_road() -> None:
    step = Mapping(turns(USER, {**ANSWER, "weight": "n"})).bound(("q", "a", "n"))
    assert isinstance(step, MapRows)
    assert step.needs == ("n", "q", "a")
    assert step.lines({"q": [b"Q"], "a": [b"A"], "n": [b"2"]}) is None
    assert step.lines({"q": [b"Q"], "a": [b"A"], "n": [b"1"]}) == encode(turns(Q, {**A, "weight": 1})) + b"\n"


def _outcome(step: Any, row: Row) -> Any:
    try:
        return step(row)
    except RowError as error:
        return error.message


_values = strategies.json_values
_any_text = st.sampled_from(["a", "b", "{{ a }}", "{{ a.x }}", "{{ b[0] }}", "{{ a }}{{ b }}"])
_any_turn = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant", "system", "{{ b }}", "a", "function"]), "content": _any_text},
    optional={"name": _any_text, "if": st.sampled_from(["a", "b == 1"]),
              "for": st.sampled_from(["a in b", "x in a"])},
)  # fmt: skip
_any_answer = st.fixed_dictionaries(
    {"role": st.just("assistant"), "content": _any_text, "weight": st.sampled_from(["a", "b|int", 1])}
)
_calls = st.one_of(
    st.just("b"), st.lists(st.fixed_dictionaries({"name": _any_text}, optional={"arguments": st.one_of(
        st.just("a"), st.just({"k": "{{ a }}", "l": ["{{ b }}"]}))}), min_size=1, max_size=2))  # fmt: skip
_mappings = st.fixed_dictionaries(
    {"messages": st.lists(st.one_of(
        _any_turn, _any_answer, st.fixed_dictionaries({"role": st.just("assistant"), "tool_calls": _calls}),
        st.just({"role": "tool", "content": "a"}),
        st.just({"role": "user", "content": [{"text": "a"}, {"image": "b"}]})), min_size=1, max_size=3)},
    optional={"tools": st.sampled_from(["a", "b"]), "extra": st.just({"k": "a"}), "metadata": st.just(["b"]),
              "allow_empty": st.booleans(), "for": st.just("y in a"), "parallel_tool_calls": st.just("b")},
)  # fmt: skip


@given(_mappings, _values, _values)
def test_what_a_mapping_makes_is_an_example_or_a_reject(says: Said, a: Any, b: Any) -> None:
    step = Mapping(says).bound(("a", "b"))
    assert not isinstance(step, ToChatWithValues)
    try:
        found = step({"a": a, "b": b})
    except RowError:
        return
    for example in found if isinstance(found, list) else [found]:
        if not isinstance(example, Drop):
            gate(example)
            assert json.loads(encode(example)) == example
