"""Examples as tables of other libraries."""

from __future__ import annotations

import copy
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.codec import encode
from tests import strategies
from tests.strategies import tries

Row = dict[str, Any]
CALL = {"id": "1", "type": "function", "function": {"name": "f", "arguments": '{"n": 1e-12}'}}
TOOLS = [{"type": "function", "function": {"name": "f", "parameters": {"properties": {"n": {"default": None}}}}}]
CHATS: list[Row] = [
    {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b", "weight": 0}], "metadata": {"n": 1, "q": "x"}},
    {"messages": [{"role": "user", "content": "c"}, {"role": "assistant", "tool_calls": [CALL]},
                  {"role": "tool", "tool_call_id": "1", "content": "d"}, {"role": "assistant", "content": "42"}], "tools": TOOLS},
]  # fmt: skip
PAIR: Row = {
    "input": {"messages": [{"role": "user", "content": "a"}], "tools": TOOLS},
    "preferred_output": [{"role": "assistant", "content": "good"}],
    "non_preferred_output": [{"role": "assistant", "content": "bad"}],
    "metadata": {"score": 0.5},
}
COMPLETION: Row = {"prompt": "a", "completion": "b", "metadata": {"prompt": "mine"}}


@tries(40)
@given(st.lists(strategies.examples, min_size=1, max_size=5))
def test_to_arrow_and_raw_hold_every_example(rows: list[Row]) -> None:
    data = ftdata.read(rows, format="ftdata")
    table: Any = data.to_arrow()
    assert table["example"].to_pylist() == [encode(row).decode() for row in rows]
    assert list(map(repr, ftdata.read(table, format="ftdata"))) == list(map(repr, rows))


def test_to_arrow_types_the_metadata() -> None:
    table: Any = ftdata.read(CHATS, format="ftdata").to_arrow()
    assert table.schema.types == [pa.string(), pa.int64(), pa.string()]
    assert table.to_pylist()[1] == {"example": encode(CHATS[1]).decode(), "n": None, "q": None}


def test_to_pandas_keeps_pythons_own_objects() -> None:
    frame = ftdata.read([*CHATS, {**CHATS[0], "metadata": {"n": 10**30}}], format="ftdata").to_pandas()
    assert list(frame.columns) == ["messages", "n", "q", "tools"]
    assert frame["messages"].tolist() == [CHATS[0]["messages"], CHATS[1]["messages"], CHATS[0]["messages"]]
    assert frame["n"].tolist() == [1, None, 10**30]
    assert frame["tools"].tolist() == [None, TOOLS, None]
    whole = ftdata.read([CHATS[0]] * 2).to_pandas()
    assert whole["n"].dtype == "int64"
    assert ftdata.read([COMPLETION]).to_pandas().to_dict("records") == [
        {"prompt": "a", "completion": "b", "metadata.prompt": "mine"}
    ]
    assert ftdata.read(frame.drop(columns=["n", "q"])).count() == 3


def test_a_chat_is_typed_for_hugging_face() -> None:
    dataset: Any = ftdata.read(CHATS, format="ftdata").to_hf()
    assert dataset.column_names == ["messages", "n", "q", "tools"]
    absent = {"weight": None, "tool_calls": None, "tool_call_id": None}
    first, second = dataset[0], dataset[1]
    assert first["messages"] == [
        {"role": "user", "content": "a", **absent}, {"role": "assistant", "content": "b", **absent, "weight": 0},
    ]  # fmt: skip
    assert (first["n"], first["q"], first["tools"]) == (1, "x", None)
    assert second["messages"][1] == {"role": "assistant", "content": None, **absent, "tool_calls": [CALL]}
    assert second["tools"] == encode(TOOLS).decode()


def test_the_types_do_not_depend_on_the_first_rows() -> None:
    one = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
    features = [ftdata.read(rows).to_hf().features for rows in ([one, CHATS[1]], [CHATS[1], one])]
    assert dict(features[0]) == dict(features[1])


def test_a_pair_and_a_completion_for_hugging_face() -> None:
    pair: Any = ftdata.read([PAIR]).to_hf()
    assert pair[0] == {
        "score": 0.5, "prompt": [{"role": "user", "content": "a"}], "chosen": [{"role": "assistant", "content": "good"}],
        "rejected": [{"role": "assistant", "content": "bad"}], "tools": encode(TOOLS).decode(),
    }  # fmt: skip
    completion: Any = ftdata.read([COMPLETION]).to_hf()
    assert completion[0] == {"prompt": "a", "completion": "b", "metadata.prompt": "mine"}


def test_raw_loses_nothing() -> None:
    rows = [*CHATS, PAIR, COMPLETION]
    dataset: Any = ftdata.read(rows, format="ftdata").to_hf(raw=True)
    assert dataset["example"][:] == [encode(row).decode() for row in rows]
    assert dataset.column_names == ["example", "n", "q", "score", "prompt"]


PARTS = [{"type": "text", "text": "a"}]
REFUSED: dict[str, tuple[list[Row], str]] = {
    "kinds": ([CHATS[0], PAIR], "the dataset mixes kinds of examples: chat and preference. Filter them, or use raw=True."),
    "parts": ([CHATS[0], {"messages": [{"role": "user", "content": PARTS}, {"role": "assistant", "content": "b"}]}],
              "$.messages[0]: example 2 has content of several parts, which has no type that fits all examples. Use raw=True."),
    "keys": ([{"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b", "audio": {"id": "1"}}]}],
             '$.messages[1]: example 1 has the keys "audio", which has no type'),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "words"), REFUSED.values(), ids=REFUSED)
def test_what_has_no_type_is_refused(rows: list[Row], words: str) -> None:
    data = ftdata.read(rows, format="ftdata")
    with pytest.raises(ftdata.InputError) as caught:
        data.to_hf()
    assert str(caught.value).startswith(words)
    assert len(data.to_hf(raw=True)) == len(rows)


def test_the_callers_rows_stay_as_they_were() -> None:
    rows = copy.deepcopy([PAIR])
    for _ in range(2):
        ftdata.read(rows).to_hf()
    assert rows == [PAIR]


@pytest.mark.parametrize(("verb", "module"), [("to_pandas", "pandas"), ("to_hf", "datasets"), ("to_arrow", "pyarrow")])
def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, verb: str, module: str) -> None:
    import sys

    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ftdata.MissingPackageError, match=f"needs the package {module}"):
        getattr(ftdata.read([CHATS[0]]), verb)()
