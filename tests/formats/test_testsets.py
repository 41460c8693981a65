"""Test sets for evaluation tools, in the shapes that their references show."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ftdata.errors import RowError
from ftdata.formats import FORMATS
from tests.cli.running import ftdata

SYSTEM, USER = {"role": "system", "content": "Be brief."}, {"role": "user", "content": "2 + 2?"}
CHAT = {"messages": [SYSTEM, USER, {"role": "assistant", "content": "4"}], "metadata": {"id": 7, "topic": "sums"}}
WRITTEN: dict[str, Any] = {
    "inspect": {"input": [SYSTEM, USER], "target": "4", "metadata": CHAT["metadata"]},
    "promptfoo": {
        "vars": {"messages": json.dumps([SYSTEM, USER], separators=(",", ":"))},
        "assert": [{"type": "equals", "value": "4"}],
        "metadata": CHAT["metadata"],
    },
    "langfuse": {
        "input": {"messages": [SYSTEM, USER]},
        "expectedOutput": {"role": "assistant", "content": "4"},
        "metadata": CHAT["metadata"],
    },
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_a_chat_is_a_test(name: str) -> None:
    assert FORMATS[name].dump(CHAT, Counter()) == WRITTEN[name]
    assert FORMATS[name].read(WRITTEN[name], Counter()) == CHAT
    assert FORMATS[name].fits(WRITTEN[name])


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize(
    "row, words",
    [
        ({"messages": [USER]}, "expected an answer at the end"),
        ({"messages": [USER, {"role": "assistant", "content": "4"}], "tools": [{"type": "function", "function": {"name": "f"}}]}, "got tools"),
        ({"messages": [USER, {"role": "assistant", "tool_calls": [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}]}, "got calls"),
    ],
    ids=["no answer", "tools", "calls"],
)  # fmt: skip
def test_what_is_no_test_of_text_is_refused(name: str, row: dict[str, Any], words: str) -> None:
    with pytest.raises(RowError, match=words):
        FORMATS[name].dump(row, Counter())


@pytest.mark.parametrize("text", ["{{ secret }}", "{% if x %}", "{# note #}"])
def test_promptfoo_renders_no_text_of_ours(text: str) -> None:
    chat = {"messages": [{"role": "user", "content": text}, {"role": "assistant", "content": text}]}
    row = FORMATS["promptfoo"].dump(chat, Counter())
    assert row["assert"][0]["value"] == f"{{% raw %}}{text}{{% endraw %}}"
    assert FORMATS["promptfoo"].read(row, Counter()) == chat
    chat["messages"][0]["content"] += "{% endraw %}"
    with pytest.raises(RowError, match="endraw"):
        FORMATS["promptfoo"].dump(chat, Counter())


@pytest.mark.parametrize("name", WRITTEN)
def test_a_set_is_written_and_read_again(tmp_path: Path, name: str) -> None:
    (tmp_path / "test.jsonl").write_text("".join(json.dumps({**CHAT, "metadata": {"id": n}}) + "\n" for n in range(3)))
    done = ftdata(tmp_path, "convert", "test.jsonl", "--to", name, "-o", "set.jsonl")
    assert done.code == 0, done.err
    assert ftdata(tmp_path, "convert", "set.jsonl", "--to", "ftdata", "-o", "again.jsonl").code == 0
    again = [json.loads(line) for line in (tmp_path / "again.jsonl").read_text().splitlines()]
    assert [row["metadata"]["id"] for row in again] == [0, 1, 2]
    assert {json.dumps(row["messages"]) for row in again} == {json.dumps(CHAT["messages"])}


@pytest.mark.parametrize("name", WRITTEN)
def test_logs_become_tests_too(tmp_path: Path, name: str) -> None:
    """What was logged is no test yet: it is written as one, not copied, and by default as ftdata's own."""
    logged = next((Path(__file__).parent / "transcripts" / "rows").glob(f"{name}*.jsonl"))
    (tmp_path / "log.jsonl").write_bytes(logged.read_bytes())
    done = ftdata(
        tmp_path, "convert", "log.jsonl", "--from", name, "--to", name, "-o", "set.jsonl", "--max-rejects", "100%"
    )
    assert done.code in (0, 1), done.err
    written = (tmp_path / "set.jsonl").read_text().splitlines() if (tmp_path / "set.jsonl").exists() else []
    assert written or "tests of text" in done.err, "what calls functions is refused"
    for line in written:
        assert json.loads(line).keys() <= WRITTEN[name].keys()
    done = ftdata(tmp_path, "filter", "log.jsonl", "--from", name, "--where", "answer", "-o", "kept.jsonl")
    assert '"messages"' in (tmp_path / "kept.jsonl").read_text().splitlines()[0]
