"""Golden rows by format: where mutants come from. A new format without one fails `test_every_format_has_a_golden_row`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from ftdata.formats import FORMATS, Format
from tests.formats import test_golden
from tests.formats.layouts.cases import CASES
from tests.formats.test_damage import FURTHER
from tests.steps.test_trees import TREE

Row = dict[str, Any]
LOGGED = Path(test_golden.__file__).parent / "transcripts" / "rows"
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
_CHAT = test_golden.CHAT["messages"]
_CUSTOM = {"type": "custom", "custom": {"name": "code", "format": {"type": "text"}}}
EXAMPLES: list[Row] = [
    test_golden.CHAT,
    {"messages": [{"role": "user", "content": "2 + 2?"}, {"role": "assistant", "content": "4"}], "metadata": {"score": 0.9, "queue": "a"}},
    {"messages": [{"role": "developer", "content": [{"type": "text", "text": "Be brief."}]}, {"role": "user", "name": "ann", "content": "q"},
                  {"role": "assistant", "content": "a", "weight": 0, "reasoning_content": "t"}, {"role": "user", "content": "r"},
                  {"role": "assistant", "content": [{"type": "refusal", "refusal": "I cannot."}], "weight": 1}]},
    {"messages": [{"role": "user", "content": [{"type": "text", "text": "What?"},
                                               {"type": "image_url", "image_url": {"url": "https://example.org/a.png", "detail": "low"}}]},
                  {"role": "assistant", "content": None, "refusal": "No."}]},
    {"messages": [{"role": "user", "content": "Weather?"},
                  {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": '{"city":"Bonn"}'}},
                  {"role": "function", "name": "f", "content": "ok"}, {"role": "assistant", "content": "Done"}],
     "functions": [{"name": "f", "parameters": SCHEMA}]},
    {"messages": [{"role": "user", "content": "Run it"},
                  {"role": "assistant", "content": None, "tool_calls": [{"id": "x", "type": "custom", "custom": {"name": "code", "input": "1"}}]},
                  {"role": "tool", "tool_call_id": "x", "content": [{"type": "text", "text": "1"}]}, {"role": "assistant", "content": "1"}],
     "tools": [_CUSTOM, test_golden.TOOL], "parallel_tool_calls": False},
    {"messages": [{"role": "system", "content": "Only this."}]},
    {"input": {"messages": _CHAT[:2], "tools": [test_golden.TOOL]}, "preferred_output": [_CHAT[-1]],
     "non_preferred_output": [{"role": "assistant", "content": "Rain."}]},
    {"messages": _CHAT[:2], "reference": {"answer": "4"}, "tools": [test_golden.TOOL], "metadata": {"tags": ["a"]}},
    {"prompt": "Is it good?\n\n###\n\n", "completion": " yes END"},
    {"prompt": "a ->", "completion": " b", "metadata": {"finish_reason": "stop"}},
]  # fmt: skip
"""Examples of every kind, with all that an example may declare."""


def _named() -> Iterator[tuple[str, Row]]:
    for name, row, _ in (*test_golden.READ.values(), *test_golden.WRITTEN.values()):
        yield name, row
    for path in sorted(LOGGED.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield path.stem, json.loads(line)
    for row in FURTHER:
        yield next(name for name in ("completion", "chatml", "harmony") if FORMATS[name].fits(row)), row
    for case in CASES.values():
        if case.read not in FORMATS:
            yield "layouts", case.row
    for row in TREE:
        yield "tree", row
    for example in EXAMPLES:
        yield "ftdata", example
        yield "openai", {key: value for key, value in example.items() if key != "metadata"}
        yield "azure", {key: value for key, value in example.items() if key != "metadata"}


@cache
def golden() -> dict[str, list[Row]]:
    """The rows of each format, those of its variants included."""
    found: dict[str, list[Row]] = {}
    for name, row in _named():
        found.setdefault(name.partition(":")[0], []).append(row)
    for name, known in FORMATS.items():  # rows of a dialect that marks nothing are those of the other
        if name not in found and known.dialect_of in found:
            found[name] = found[known.dialect_of]
    return found


@cache
def all_formats() -> dict[str, Format]:
    """Every format and every variant, by its whole name."""
    found = {}
    for name, known in FORMATS.items():
        found[name] = known
        found |= {f"{name}:{variant}": other for variant, other in known.variants.items()}
    return found


@cache
def written_formats() -> dict[str, Format]:
    """Those that are written."""
    return {name: known for name, known in all_formats().items() if known.writes}


def rows_of(name: str) -> list[Row]:
    """The golden rows of a format or variant."""
    return golden()[name.partition(":")[0]]
