"""Single messages gathered into conversations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.codec import decode, encode
from tests.strategies import tries

Row = dict[str, Any]
Said = list[tuple[str, str]]

ROLES = {"agent": "assistant", "customer": "user"}


def rows_of(*said: str, **more: Any) -> list[Row]:
    """Rows of one conversation: "u:text", "a:text", …"""
    short = {"u": "user", "a": "assistant", "s": "system", "t": "tool"}
    return [
        {"id": "c", "n": number, "role": short.get(one[0], one[0]), "content": one[2:], **more}
        for number, one in enumerate(said)
    ]


def gathered(rows: list[Row], **options: Any) -> tuple[list[Row], ftdata.Tally, list[ftdata.Rejected]]:
    rejects: list[ftdata.Rejected] = []
    data = ftdata.read(rows).gather_messages(**{"group_by": "id", **options})
    examples = list(data.examples(on_reject=rejects.append))
    return examples, _tally(data), rejects


def _tally(data: ftdata.Dataset) -> ftdata.Tally:
    from ftdata.engines.plan import Outcome

    outcome = Outcome()
    for _ in data._engine(1).map(data.plan(), outcome):
        pass
    assert outcome.tally.balanced
    return outcome.tally


def said(examples: list[Row]) -> list[Said]:
    return [[(turn["role"], turn.get("content")) for turn in example["messages"]] for example in examples]


def test_rows_in_any_order_become_conversations_where_they_began(tmp_path: Path) -> None:
    path = tmp_path / "chats.csv"
    path.write_text(
        "id,ts,who,text\nb,2024-01-01T10:05:00Z,agent,Try again.\na,10,customer,world\na,9,customer,hello\n"
        "b,2024-01-01T12:00:00+02:00,customer,It fails\na,11,agent,Hi.\na,12,customer,Thanks\n",
        encoding="utf-8",
    )
    data = ftdata.read(path).gather_messages(
        group_by="id", order_by="ts", role_column="who", content_column="text", role_map=ROLES
    )
    assert said(list(data)) == [
        [("user", "It fails"), ("assistant", "Try again.")],
        [("user", "hello\nworld"), ("assistant", "Hi.")],
    ]
    tally = data.write(tmp_path / "out.jsonl").tally
    assert (tally.read, tally.written, tally.merged.total()) == (6, 2, 3)
    assert dict(tally.dropped) == {("gather_messages", "a last user turn, which nobody answered"): 1}


@pytest.mark.parametrize(
    "turns, options, expected, dropped",
    [
        ("u:a u:b a:c", {}, "user:a\nb assistant:c", 0),
        ("u:a u:b a:c", {"consecutive": "keep"}, "user:a user:b assistant:c", 0),
        ("u:a u:b a:c", {"consecutive": "reject"}, "two user turns stand one after another", 0),
        ("a:x a:y u:a a:b", {}, "assistant:x\ny user:a assistant:b", 0),
        ("a:x a:y u:a a:b", {"first_assistant": "drop"}, "user:a assistant:b", 2),
        ("a:x a:y u:a a:b", {"first_assistant": "drop", "consecutive": "keep"}, "user:a assistant:b", 2),
        ("s:z a:x u:a a:b", {"first_assistant": "drop"}, "system:z user:a assistant:b", 1),
        ("a:x u:a a:b", {"first_assistant": "reject"}, "the conversation begins with the assistant", 0),
        ("u:a a:b u:c u:d", {}, "user:a assistant:b", 2),
        ("u:a a:b u:c", {"last_user": "keep"}, "user:a assistant:b user:c", 0),
        ("u:a a:b u:c", {"last_user": "reject"}, "the conversation ends with the user", 0),
        ("u:a", {}, "", 1),
        ("s:z u:a", {}, "", 2),
        ("u:a x:note a:b", {"role_map": {"x": "drop"}}, "user:a assistant:b", 1),
        ("u:a x:b a:c", {"role_map": {"x": "user"}}, "user:a\nb assistant:c", 0),
        ("u:a x:b", {}, 'expected one of system, developer, user, assistant, tool, function; got "x"', 0),
        ("u:a a:", {}, "the message is empty", 0),
        ("u:a a:", {"allow_empty": True}, "user:a assistant:", 0),
        ("u:a a:b", {"system": "Be brief."}, "system:Be brief. user:a assistant:b", 0),
        ("s:own u:a a:b", {"system": "Be brief."}, "system:own user:a assistant:b", 0),
        ("u:a t:r a:b", {}, "user:a tool:r assistant:b", 0),
    ],
)
def test_what_becomes_of_turns(turns: str, options: Row, expected: str, dropped: int) -> None:
    rows = rows_of(*turns.split(" "))
    examples, tally, rejects = gathered(rows, **options)
    assert tally.dropped.total() == dropped
    if rejects:
        assert len(rejects) == tally.rejected.total() == len(rows)
        assert any(expected in reject.error.message for reject in rejects)
    else:
        assert [" ".join(f"{role}:{text}" for role, text in turns) for turns in said(examples)] == (
            [expected] if expected else []
        )


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(-3, 12), st.sampled_from(["user", "assistant", "system"]))),
    st.sampled_from([str, int, float, lambda number: f"2024-01-{number + 10:02}T00:00:00Z"]),
)
@tries(60)
def test_the_law_of_gathering(items: list[tuple[int, int, str]], order: Callable[[int], Any]) -> None:
    rows = [
        {"id": str(group), "ts": order(place), "role": role, "content": f"{number}"}
        for number, (group, place, role) in enumerate(items)
    ]
    expected: dict[int, list[tuple[int, int]]] = {}
    for number, (group, place, _) in enumerate(items):
        expected.setdefault(group, []).append((place, number))
    options = {"order_by": "ts", "consecutive": "keep", "last_user": "keep"}
    if not rows:
        return
    examples, tally, rejects = gathered(rows, **options)
    assert not rejects
    spoken = [[items[number][2] for _, number in sorted(group)] for group in expected.values()]
    kept = [roles for roles in spoken if set(roles) != {"system"}]
    assert [[role for role, _ in turns] for turns in said(examples)] == kept
    numbers = [[str(number) for _, number in sorted(group)] for group in expected.values()]
    assert [[text for _, text in turns] for turns in said(examples)] == [
        group for group, roles in zip(numbers, spoken, strict=True) if roles in kept
    ]
    assert tally.read == len(rows)


def test_one_bad_row_rejects_its_conversation_and_every_row_names_it(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    rows = rows_of("u:a", "b:x", "u:c") + [{**row, "id": "d"} for row in rows_of("u:a", "a:b")]
    path.write_bytes(b"\n".join(map(encode, rows)))
    data = ftdata.read(path).gather_messages(group_by="id")
    result = data.write(tmp_path / "out.jsonl", max_rejects=3, rejects=tmp_path / "r.jsonl")
    assert (result.tally.written, result.tally.rejected.total()) == (1, 3)
    lines = [decode(line) for line in (tmp_path / "r.jsonl").read_bytes().splitlines()]
    assert [line["line"] for line in lines] == [1, 2, 3]
    reason = 'expected one of system, developer, user, assistant, tool, function; got "b"'
    assert lines[0]["reason"].startswith(f"its conversation is rejected: {reason} ({path}:2). Map it: --role-map b=")
    assert (lines[1]["reason"][: len(reason)], lines[1]["json_path"]) == (reason, "$.role")
    assert lines[2]["row"] == encode(rows[2]).decode()


@pytest.mark.parametrize(
    "change, options, words",
    [
        ({"n": "soon"}, {"order_by": "n"}, 'expected a number or an ISO time; got "soon". Leave out --order-by'),
        ({"n": "2024-01-01"}, {"order_by": "n"}, 'expected a number, as in the row before; got "2024-01-01"'),
        ({"n": None}, {"order_by": "n"}, "expected a number or an ISO time; got null"),
        ({"n": True}, {"order_by": "n"}, "expected a number or an ISO time; got true"),
        ({"id": ""}, {}, "belongs to no conversation: the column is empty"),
        ({"role": ""}, {}, 'expected one of system, developer, user, assistant, tool, function; got ""'),
        ({"plan": "pro"}, {"system": "{{ plan }}"}, 'the column "plan" of the system message varies within a'),
        ({"weight": "2"}, {"weight_column": "weight"}, 'expected a weight of 0 or 1; got "2"'),
        ({"calls": "{"}, {"tool_calls_column": "calls"}, "expected a JSON list of calls: not valid JSON"),
        ({"calls": "{}"}, {"tool_calls_column": "calls"}, "expected a list of calls; got {}"),
        ({"calls": '[{"id": 1}]'}, {"tool_calls_column": "calls"}, "expected a string; got 1"),
    ],
)
def test_rows_that_cannot_be_used(change: Row, options: Row, words: str) -> None:
    rows = rows_of("u:a", "a:b", "u:c", "a:d", plan="free", weight="", calls="")
    rows[3] = {**rows[3], **change}
    _, tally, rejects = gathered(rows, **options)
    assert len(rejects) == tally.rejected.total() == (1 if "id" in change else 4)
    (own,) = [reject for reject in rejects if reject.origin.line == 4]
    assert words in own.error.reason


def test_names_calls_ids_and_weights_have_columns() -> None:
    call = '[{"id": "c1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]'
    rows: list[Row] = [
        {"id": 1, "role": "User", "content": "a", "who": "Ann", "calls": None, "ref": None, "w": 1},
        {"id": 1, "role": "assistant", "content": "", "who": "", "calls": call, "ref": None, "w": "0"},
        {"id": 1, "role": "tool", "content": "r", "who": None, "calls": None, "ref": "c1", "w": ""},
        {"id": 1, "role": "assistant", "content": "b", "who": None, "calls": [], "ref": None, "w": 1},
    ]
    examples, _, rejects = gathered(
        rows, name_column="who", tool_calls_column="calls", tool_call_id_column="ref", weight_column="w"
    )
    assert not rejects
    assert examples[0]["messages"] == [
        {"role": "user", "content": "a", "name": "Ann"},
        {"role": "assistant", "tool_calls": decode(call.encode()), "weight": 0},
        {"role": "tool", "content": "r", "tool_call_id": "c1"},
        {"role": "assistant", "content": "b", "weight": 1},
    ]


def test_metadata_is_the_first_value_that_is_filled_and_what_varies_is_counted() -> None:
    rows = rows_of("u:a", "a:b", "u:c", "a:d")
    for row, score, plan in zip(rows, ["", "3", "", "5"], ["x"] * 4, strict=True):
        row |= {"score": score, "plan": plan}
    examples, tally, _ = gathered(rows, metadata=["score", "plan", "n"], order_by="n")
    assert examples[0]["metadata"] == {"score": "3", "plan": "x", "n": 0}
    assert dict(tally.changed) == {
        ("gather_messages", 'conversations in which "score" varies: its first value carried'): 1,
        ("gather_messages", 'conversations in which "n" varies: its first value carried'): 1,
    }


@pytest.mark.parametrize(
    "options, words",
    [
        ({"group_by": "idd"}, 'group_by names the column "idd", which the file does not have. Did you mean "id"'),
        ({"group_by": ()}, "group_by names no column"),
        ({"order_by": "m"}, 'order_by names the column "m"'),
        ({"role_column": "speaker"}, 'role_column names the column "speaker"'),
        ({"role_map": {"x": "asistant"}}, 'role_map "x" is one of .*Did you mean "assistant"'),
        ({"consecutive": "jion"}, 'consecutive is one of join, keep, reject; got "jion". Did you mean "join"'),
        ({"metadata": "n"}, r"Write \['n'\]"),
        ({"metadata": ["m"]}, 'metadata names the column "m"'),
        ({"system": "{{ m }}"}, 'system names the column "m"'),
        ({"system": "{{ values('n') }}"}, "names columns, and neither row nor values"),
    ],
)
def test_what_cannot_be_meant_is_said(options: Row, words: str) -> None:
    with pytest.raises(ftdata.UsageError, match=words):
        ftdata.read(rows_of("u:a")).gather_messages(**{"group_by": "id", **options})


def test_a_pattern_in_a_role_map_stands_for_all_who_are_not_named() -> None:
    who = ["Cust 1", "Agent Ann", "agent bob", "Fin", "Cust 1", "Agent Ann"]
    rows = [{"id": "c", "role": name, "content": f"m{n}"} for n, name in enumerate(who)]
    examples, _, rejects = gathered(rows, role_map={"Fin": "drop", "Agent *": "assistant", "*": "user"})
    assert not rejects
    assert said(examples) == [[("user", "m0"), ("assistant", "m1\nm2"), ("user", "m4"), ("assistant", "m5")]]


def test_who_speaks_first_is_the_user_unless_the_map_names_them() -> None:
    names = ["bot", "U1", "U2", "U1", "U3"]
    rows = [{"id": "c", "role": name, "content": f"m{n}"} for n, name in enumerate(names)]
    options: dict[str, Any] = {"role_map": {"bot": "drop", "*": "assistant"}, "first_speaker": "user"}
    examples, _, rejects = gathered(rows, **options)
    assert not rejects
    assert said(examples) == [[("user", "m1"), ("assistant", "m2"), ("user", "m3"), ("assistant", "m4")]]
    _, _, rejects = gathered(rows, role_map={"bot": "drop"}, first_speaker="user")
    assert 'got "U2"' in str(rejects[0].error)
