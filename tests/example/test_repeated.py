"""Rows that share their definitions are the rows that are read one by one, and nobody changes what they share."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import ftdata
from ftdata.codec import decoder, encode
from ftdata.errors import RowError
from ftdata.example import content_hash, repeated
from ftdata.formats.openai import is_plain
from tests import strategies

TURNS = [{"role": "user", "content": 'a,"tools":[] b'}, {"role": "assistant", "content": "c"}]
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {"tools": {}}}}}
MESSAGES = encode(TURNS).decode()
TOOLS = encode([TOOL]).decode()
PLAIN = f'{{"messages":{MESSAGES},"tools":{TOOLS}}}'

ODD = {
    "the same": PLAIN,
    "other messages": f'{{"messages":[],"tools":{TOOLS}}}',
    "nothing before": f'{{"tools":{TOOLS}}}',
    "nothing but a comma before": f'{{,"tools":{TOOLS}}}',
    "twice": f'{{"messages":[],"tools":[],"tools":{TOOLS}}}',
    "twice in other letters": f'{{"messages":[],"t\\u006fols":[],"tools":{TOOLS}}}',
    "deeper": f'{{"messages":[],"more":{{"a":1,"tools":{TOOLS}}}}}',
    "ends too early": f'{{"messages":[{{"a":1,"tools":{TOOLS}}}',
    "more behind": PLAIN + "}",
    "white space": PLAIN.replace('"messages":', '"messages": '),
    "white space in the definitions": PLAIN.replace('"tools":[', '"tools":[ '),
    "too large a number": f'{{"messages":[],"n":1e400,"tools":{TOOLS}}}',
    "a long number": f'{{"messages":[],"n":{10**30},"tools":{TOOLS}}}',
    "a long number in the definitions": f'{{"messages":[],"tools":[{10**30}]}}',
    "a float": f'{{"messages":[],"n":1.0,"tools":{TOOLS}}}',
    "no list": '{"messages":[],"tools":"[]"}',
    "an empty list": '{"messages":[],"tools":[]}',
    "deep": f'{{"messages":{"[" * 199}{"]" * 199},"tools":{TOOLS}}}',
    "too deep": f'{{"messages":{"[" * 200}{"]" * 200},"tools":{TOOLS}}}',
    "definitions first": f'{{"tools":{TOOLS},"messages":{MESSAGES}}}',
    "a list": f"[{PLAIN}]",
    "no JSON": '{"messages":[,"tools":[]}',
    "a lone surrogate": f'{{"messages":["\\ud800"],"tools":{TOOLS}}}',
}


@pytest.fixture(autouse=True)
def nothing_known() -> Iterator[None]:
    repeated.forget()
    yield
    repeated.forget()


def _read(decode: Any, raw: bytes) -> object:
    try:
        return repr(decode(raw))  # tells 1 from 1.0 and True, and the order of keys
    except RowError as error:
        return error.message


def _same(lines: list[bytes]) -> None:
    text = b"\n".join(lines)
    alone, shared = decoder(text), repeated.sharing(decoder(text))
    assert [_read(shared, line) for line in lines] == [_read(alone, line) for line in lines]


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_rows_are_read_as_alone(odd: str) -> None:
    _same([line.encode() for line in (PLAIN, odd, PLAIN, odd)])
    repeated.forget()
    _same([line.encode() for line in (odd, PLAIN, odd)])


@given(st.lists(strategies.examples, max_size=3), st.lists(st.sampled_from([TOOL, {**TOOL, "x": 1.0}]), max_size=2))
@example([{"messages": TURNS, "tools": [TOOL]}], [TOOL])
def test_any_rows_are_read_as_alone(rows: list[dict[str, Any]], tools: list[Any]) -> None:
    lines = [encode(row) for row in rows]
    lines += [encode({**{key: value for key, value in row.items() if key != "tools"}, "tools": tools}) for row in rows]
    _same([*lines, *lines])


CUTS = st.sampled_from(
    [
        b'{"a":1,"tools":[{"b":2}]}',
        b'{"a":2,"tools":[{"b":2}]}',
        b'{"a": 1, "tools": [{"b": 2}]}',
        b'{"a": "x", "tools": [{"b": 2}]}',
        b'{"tools":[{"b":2}]}',
        b'{,"tools":[{"b":2}]}',
        b'{"a":1,,"tools":[{"b":2}]}',
        b'{"a":1,"tools":3,"tools":[{"b":2}]}',
        b'{"tools":3,"tools":[{"b":2}]}',
        b'{"a":{"c":1,"tools":[{"b":2}]}}',
        b'{"a":"\\",\\"tools\\":","tools":[{"b":2}]}',
        b'{"a":",\\"tools\\":[{\\"b\\":2}]}',
        b'[1,"tools":[{"b":2}]}',
        b'{"a":1e400,"tools":[{"b":2}]}',
        b'{"a":1,"tools":[{"b":2}],"c":1}',
        b'{"c":1,"tools":[{"b":2}],"c":1}',
        b'{"a":1,"tools":[{"b":2}]}x',
        b"[]",
    ]
)


@given(st.lists(CUTS, max_size=12), st.integers(1, 3))
def test_a_decoder_that_shares_ends_reads_the_same(lines: list[bytes], times: int) -> None:
    text = b"\n".join(lines * times)
    plain, sharing = decoder(text), repeated.sharing_decoder(text)
    for line in lines * times:
        assert _read(sharing, line) == _read(plain, line)


def test_ends_that_were_seen_twice_are_one_object() -> None:
    lines = [b'{"a":%d,"tools":[1]}' % number for number in range(4)]
    decode_row = repeated.sharing_decoder(b"\n".join(lines))
    rows = [decode_row(line) for line in lines]
    assert rows == [{"a": number, "tools": [1]} for number in range(4)]
    assert rows[1]["tools"] is rows[2]["tools"] is rows[3]["tools"]


def test_equal_definitions_are_one_list_that_is_looked_at_once() -> None:
    decode = repeated.sharing(decoder(b""))
    _, first, second = (decode(PLAIN.replace('"c"', f'"{number}"').encode()) for number in range(3))
    assert first["tools"] is second["tools"]
    known = repeated.definitions_of(first["tools"])
    assert known is not None
    assert (known.plain, is_plain(first), known.plain) == (None, True, True)
    assert repeated.definitions_of([TOOL]) is None


@pytest.mark.parametrize("arguments", ['{"a": 1}', f'{{"a": {10**30}}}', "no JSON"])
@pytest.mark.parametrize("seed", ["", "other"])
def test_the_hash_is_that_of_rows_that_share_nothing(arguments: str, seed: str) -> None:
    call = {"id": "a", "type": "function", "function": {"name": "f", "arguments": arguments}}
    row = {"messages": [TURNS[0], {"role": "assistant", "tool_calls": [call]}], "tools": [{**TOOL, "weight": 1e-7}]}
    decode = repeated.sharing(decoder(b""))
    shared = [decode(encode(row)) for _ in range(3)][2]
    assert repeated.definitions_of(shared["tools"]) is not None
    assert content_hash(shared, seed=seed) == content_hash(row, seed=seed)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeated, "MOST", 1000)
    decode = repeated.sharing(decoder(b""))
    for number in range(31):
        decode(encode({"messages": [], "tools": [{**TOOL, "number": number}]}))
        assert sum(map(len, repeated.known())) <= 1000
    assert repeated.known()


VERBS = {
    "dedupe": lambda data: data.dedupe(),
    "normalised": lambda data: data.dedupe(normalize=True),
    "near": lambda data: data.split(valid=0.5, near=0.8)[0],
    "split": lambda data: data.split(valid=0.5)[0],
    "balance": lambda data: data.balance(by="answer", how="under"),
    "sample": lambda data: data.sample(2),
    "shuffle": lambda data: data.shuffle(1),
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_no_verb_changes_what_rows_share(tmp_path: Path, verb: Any) -> None:
    """Rows that are not plain are put right by reading them, the definitions beside them too."""
    nulls = {"role": "assistant", "content": None, "tool_calls": [
        {"id": "1", "type": "function", "function": {"name": "f", "arguments": '{"x": null}'}}]}  # fmt: skip
    odd = [nulls, {"role": "assistant", "content": [{"type": "text", "text": "c"}]}, TURNS[1]]
    bare = [{"name": "g", "parameters": {}}, {"type": "function", "function": {"name": "h", "strict": None}}]
    asked = [[{"role": "user", "content": chr(97 + number) * 40}, odd[number % 3]] for number in range(12)]
    rows = [{"messages": turns, "tools": tools} for tools in ([TOOL], bare, [TOOL, *bare]) for turns in asked]
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b"".join(encode(row) + b"\n" for row in rows))
    verb(ftdata.read(path)).write(tmp_path / "out.jsonl", max_rejects="100%")
    assert repeated.known()
    for end, members in repeated.known().items():
        assert members is None or encode(members) == b"{" + end[1:]
    assert any(repeated.known().values())


def test_a_function_of_the_users_may_do_with_an_example_what_it_likes() -> None:
    rows = [json.loads(PLAIN) | {"metadata": {"n": number}} for number in range(4)]
    rows = [{"messages": row["messages"], "metadata": row["metadata"], "tools": row["tools"]} for row in rows]

    def key(row: dict[str, Any]) -> int:
        row["tools"].append(TOOL)
        return len(row["tools"])

    assert len(list(ftdata.read(rows).dedupe(key=key))) == 1
