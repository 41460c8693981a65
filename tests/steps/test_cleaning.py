"""Text: what each option does, where it does it, and thoughts."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from ftdata.errors import MissingPackageError, UsageError
from ftdata.steps.cleaning import Text, tidied, unescaped, visible
from ftdata.steps.prompting import Edit


def chat(user: Any, *own: dict[str, Any]) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": user}, *({"role": "assistant", **turn} for turn in own)]}


@pytest.mark.parametrize(
    "change, before, after",
    [
        (tidied, "a \r\nb\r\n\r\n\r\n\r\nc\u00a0d\t\n\n", "a\nb\n\nc d"),
        (tidied, "\n    indented\n", "    indented"),
        (unescaped, "a &amp; b &lt;c&gt; &#233;&#x4e2d; &hellip;", "a & b <c> é中 …"),
        (unescaped, "AT&TV &notme; a&b &#xD800; &#0; &", "AT&TV &notme; a&b &#xD800; &#0; &"),
        (visible, "a\u200bb\ufeffc\u00add\u200de", "abcde"),
        (visible, "👩\u200d💻 می\u200cخواهم", "👩\u200d💻 می\u200cخواهم"),
    ],
)
def test_what_is_done_with_a_text(change: Any, before: str, after: str) -> None:
    assert change(before) == after


@pytest.mark.parametrize(
    "step, before, after",
    [
        (Text(unicode="NFC"), "e\u0301ﬁ", "éﬁ"),
        (Text(unicode="NFKC"), "ﬁＡ", "fiA"),
        (Text(quotes=True), "“It’s” – fine…", '"It\'s" - fine...'),
        (Text(edits=(Edit("cat", "dog"), Edit(r"(\d+) EUR", r"€\1", is_pattern=True))), "cat 5 EUR", "dog €5"),
        (Text(html=True, white_space=True), "a&nbsp;b ", "a b"),
    ],
)
def test_what_becomes_of_text(step: Text, before: str, after: str) -> None:
    assert step(chat(before, {"content": before})) == chat(after, {"content": after})
    assert step({"prompt": before, "completion": before}) == {"prompt": after, "completion": after}
    parts = [{"type": "text", "text": before}]
    assert step(chat(parts)) == chat([{"type": "text", "text": after}])


def test_only_some_roles_and_never_what_calls_hold() -> None:
    call = {"id": "1", "type": "function", "function": {"name": "f", "arguments": '{"a":"x"}'}}
    example = chat("x", {"content": "x", "tool_calls": [call]})
    assert Text(edits=(Edit("x", "y"),))(example) == chat("y", {"content": "y", "tool_calls": [call]})
    assert Text(edits=(Edit("x", "y"),), roles=("user",))(example) == chat("y", {"content": "x", "tool_calls": [call]})
    step = Text(edits=(Edit("x", "y"),), roles=("assistant",))
    assert step({"prompt": "x", "completion": "x"}) == {"prompt": "x", "completion": "y"}


THOUGHT = {"content": "<think>\nhm\n</think>\n\nyes"}
FIELD = {"content": "yes", "reasoning_content": "hm"}


def test_thoughts_into_a_field_and_back() -> None:
    assert Text(think="field")(chat("<think>no</think>", THOUGHT)) == chat("<think>no</think>", FIELD)
    assert Text(think="text")(chat("?", FIELD)) == chat("?", THOUGHT)
    assert Text(think="field", think_field="thinking")(chat("?", THOUGHT)) == chat(
        "?", {"content": "yes", "thinking": "hm"}
    )


@pytest.mark.parametrize("turn", [THOUGHT, FIELD], ids=["text", "field"])
def test_thoughts_of_the_last_answer_only(turn: dict[str, Any]) -> None:
    assert Text(think="last")(chat("?", turn, turn)) == chat("?", {"content": "yes"}, turn)
    pair = {"input": chat("?", turn), "preferred_output": [{"role": "assistant", **turn}], "non_preferred_output": []}
    assert Text(think="last")(pair) == {**pair, "input": chat("?", {"content": "yes"})}


def test_mojibake(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ftfy")
    assert Text(mojibake=True)(chat("cafÃ©")) == chat("café")
    monkeypatch.setitem(sys.modules, "ftfy", None)
    with pytest.raises(
        MissingPackageError, match=r"mojibake needs the package ftfy\. Install it: pip install 'ftdata\[text\]'"
    ):
        Text(mojibake=True)


@pytest.mark.parametrize(
    "options", [{}, {"roles": ("user",)}, {"unicode": "NFX"}, {"think": "x"}, {"html": True, "roles": ("bot",)}]
)
def test_what_cannot_be_meant(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Text(**options)
