"""Writers meet what the gate lets through: they write it, or say why they cannot."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from ftdata.errors import RowError
from ftdata.findings import Drop
from ftdata.formats import FORMATS
from ftdata.formats.completion.marks import begins_with_lone_space
from ftdata.formats.gate import gate

_USER = {"role": "user", "content": "q"}
_ANSWER = {"role": "assistant", "content": "a"}
_CUSTOM = {"id": "x", "type": "custom", "custom": {"name": "c", "input": "i"}}
ROWS: dict[str, dict[str, Any]] = {
    "a custom tool": {"messages": [_USER, _ANSWER], "tools": [{"type": "custom", "custom": {"name": "c"}}]},
    "a custom call": {"messages": [_USER, {"role": "assistant", "tool_calls": [_CUSTOM]}]},
    "only a system message": {"messages": [{"role": "system", "content": "s"}]},
    "a user that calls": {"messages": [{**_USER, "tool_calls": [_CUSTOM]}, _ANSWER]},
    "a file": {"messages": [{"role": "user", "content": [{"type": "file", "file": 1, "text": 5}]}, _ANSWER]},
    "a completion with columns": {"prompt": "p", "completion": "c", "input": {}, "messages": "m", "tools": 5},
}
_WRITTEN = [f for name in FORMATS for f in (FORMATS[name], *FORMATS[name].variants.values()) if f.writes]


_CALL = {"id": "x", "type": "function", "function": {"name": "f", "arguments": "{}"}}
_CALLING = {"role": "assistant", "content": None, "tool_calls": [_CALL]}
_RESULT = {"role": "tool", "tool_call_id": "x", "content": "r"}
LOOSE: dict[str, dict[str, Any]] = {
    "a result that nobody called for": {"messages": [_USER, _ANSWER, _RESULT, _ANSWER]},
    "a result without an id": {"messages": [_USER, _ANSWER, {"role": "tool", "content": "r"}, _ANSWER]},
    "two results of a call": {"messages": [_USER, _CALLING, _RESULT, _RESULT, _ANSWER]},
    "a result after another answer": {"messages": [_USER, _CALLING, _ANSWER, _RESULT, _ANSWER]},
    "a call without its result": {"messages": [_USER, _CALLING, _USER, _ANSWER]},
    "a pair without answers": {"input": {"messages": [_USER]}, "preferred_output": [], "non_preferred_output": []},
    "a pair without the worse": {"input": {"messages": [_USER]}, "preferred_output": [_ANSWER], "non_preferred_output": []},
    "a side of the user's": {"input": {"messages": [_USER]}, "preferred_output": [_USER], "non_preferred_output": [_ANSWER]},
    "a side that is a result": {"input": {"messages": [_USER]}, "preferred_output": [{"role": "tool", "content": "r"}], "non_preferred_output": [_ANSWER]},
    "sides that call": {"input": {"messages": [_USER]}, "preferred_output": [_CALLING, _RESULT], "non_preferred_output": [_RESULT]},
}  # fmt: skip


@pytest.mark.parametrize("written", _WRITTEN, ids=[f.name for f in _WRITTEN])
@pytest.mark.parametrize("row", LOOSE.values(), ids=LOOSE)
def test_what_hangs_loose_is_refused_or_read_again(row: dict[str, Any], written: Any) -> None:
    gate(row)
    try:
        made = written.dump(row, Counter())
    except RowError as error:
        assert error.message
        return
    again = written.read(made, Counter())
    for one in again if isinstance(again, list) else [again]:
        if not isinstance(one, Drop):
            gate(one)


@pytest.mark.parametrize("written", _WRITTEN, ids=[f.name for f in _WRITTEN])
@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_an_example_is_written_or_refused(row: dict[str, Any], written: Any) -> None:
    gate(row)
    try:
        assert isinstance(written.dump(row, Counter()), dict)
    except RowError as error:
        assert error.message


def test_custom_tools_are_refused_where_they_have_no_place() -> None:
    with pytest.raises(RowError, match="gemini supports calls of functions only; got a custom one"):
        FORMATS["gemini"].dump(ROWS["a custom call"], Counter())
    assert FORMATS["openai"].dump(ROWS["a custom call"], Counter()) is ROWS["a custom call"]


def test_what_a_reader_makes_is_gated() -> None:
    row = {"system": "s", "messages": [_USER, {"role": "assistant", "content": [
        {"type": "tool_use", "id": {"a": 1}, "name": "f", "input": {}}]}]}  # fmt: skip
    with pytest.raises(RowError, match=r"\$\.messages\[2\]\.tool_calls\[0\]\.id of the example made of it"):
        FORMATS["anthropic"].read(row, Counter())


@pytest.mark.parametrize(("text", "lone"), [(" a", True), ("    def f()", False), (" \ta", False), ("a", False)])
def test_indentation_is_not_the_space_of_the_guide(text: str, lone: bool) -> None:
    assert begins_with_lone_space(text) is lone
