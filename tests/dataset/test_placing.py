"""`places` says of each place what a check for it says, on rows of all kinds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.errors import UsageError
from ftdata.facts import clock
from ftdata.findings import Severity
from ftdata.formats.targets import TARGETS
from ftdata.tokens.models import model_table
from ftdata.tokens.models.lives import told

TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
CALL = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}


def _user(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


def _chat(*turns: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"messages": list(turns), **more}


ANSWER = {"role": "assistant", "content": "Four."}
CALLING = [_user("q"), {"role": "assistant", "tool_calls": [CALL]},
           {"role": "tool", "tool_call_id": "call_1", "content": "4"}, ANSWER]  # fmt: skip
PLAIN = _chat({"role": "system", "content": "Add."}, _user("2 + 2?"), ANSWER)
ODD = [
    _chat(*CALLING, tools=[TOOL]),
    _chat(*CALLING),
    _chat(*CALLING[:2], _user("and?"), ANSWER, tools=[TOOL]),
    _chat(_user("q"), {"role": "assistant", "content": ""}),
    _chat(_user("q"), {"role": "assistant", "content": "I'm sorry, I cannot help with that."}),
    _chat(_user("q"), {"role": "bot", "content": "a"}),
    _chat(_user("q")),
    _chat(ANSWER, _user("q"), ANSWER),
    _chat(_user([{"type": "text", "text": "q"}]), {**ANSWER, "weight": 0.5}),
    _chat(_user([{"type": "image_url", "image_url": {"url": "https://x.test/a.png"}}]), ANSWER),
    _chat(_user("Mail me at ann@example.org"), {**ANSWER, "reasoning_content": "so"}, metadata={"a": 1}),
    _chat(_user("q"), ANSWER, other=1),
    {"prompt": "a", "completion": "b"},
    {"text": "all"},
    {},
]
PAIR = {"input": {"messages": [_user("q")]}, "preferred_output": [ANSWER],
        "non_preferred_output": [{"role": "assistant", "content": "5"}]}  # fmt: skip
SHAREGPT = {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]}
FILES = {
    "plain": [PLAIN] * 12,
    "calls": [_chat(*CALLING, tools=[TOOL])] * 12,
    "odd": [*[PLAIN] * 60, *ODD],
    "completions": [{"prompt": f"{number} ->", "completion": " b"} for number in range(60)],
    "pairs": [PAIR, {**PAIR, "preferred_output": []}, *[PAIR] * 20],
    "sharegpt": [SHAREGPT] * 12,
    "gemini": [{"contents": [{"role": "user", "parts": [{"text": "q"}]}, {"role": "model", "parts": [{"text": "a"}]}]}],
}


@pytest.mark.parametrize("rows", FILES.values(), ids=FILES)
def test_each_place_says_what_its_check_says(tmp_path: Path, rows: list[Any]) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join([*map(json.dumps, rows), "", '{"messages": [']))
    found, table = ftdata.read(file).places(), model_table()
    assert found.places
    for one in found.places:
        if one.place not in TARGETS:
            continue
        try:
            report = ftdata.read(file).check(target=one.place, model=one.model, max_findings=1)
        except UsageError as error:
            assert (one.errors, one.warnings) == (None, None)
            assert error.message in one.first
            continue
        levels = report.levels
        assert (one.errors, one.warnings) == (levels["error"] - report.counts.get("other-format", 0), levels["warning"])
        errors = [one for one in report.findings if one.severity >= Severity.ERROR and one.rule != "other-format"]
        model = table.find(one.model, one.place)
        ends = told(table, model, clock.today()) if model else ""
        assert one.first.startswith(ends) if ends else not errors or errors[0].message in one.first
