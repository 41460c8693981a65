"""Judging rows without files: what rules find in lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ftdata.example.parts import text_of
from ftdata.facts.methods import METHODS
from ftdata.files.jsonl import LineReader
from ftdata.findings import Finding, Origin
from ftdata.formats.targets import target
from ftdata.rules import RULES
from ftdata.rules.budget import Budget
from ftdata.rules.checker import Checker
from ftdata.rules.limits import FileLook
from ftdata.steps.against import Against, Known, kinds_of
from ftdata.tokens.renderer import RendererOptions, renderer_of

PLAIN_FILE = FileLook("a.jsonl", "jsonl", "utf-8", mark=False, size=1000)


class Characters:
    """Counts characters for tokens."""

    def over(self, example: dict[str, Any], limit: int) -> int | None:
        """Those of all messages, if they are more than the limit."""
        total = sum(map(self.message, example.get("messages", ())))
        return total if total > limit else None

    def message(self, message: Mapping[str, Any]) -> int:
        """Those of its content."""
        return len(text_of(message.get("content")))


SMALL = Budget("small", 100, frozenset(("chat",)), False, Characters())


def lines_of(rows: Iterable[Any], *, ascii_only: bool = False) -> bytes:
    """The rows as JSON lines; bytes are taken as they are."""
    return b"\n".join(
        row if isinstance(row, bytes) else json.dumps(row, ensure_ascii=ascii_only).encode() for row in rows
    )


def judged(
    data: bytes,
    method: str = "sft",
    name: str = "openai",
    file: FileLook = PLAIN_FILE,
    most: int = 1000,
    against: Sequence[Any] = (),
    template: str = "",
) -> tuple[list[Finding], dict[str, int]]:
    """The findings in lines, and their number by rule."""
    # Fewer examples than the services take, so that tests need not make 50,000.
    service = replace(target(name), reinforcement=100, image_examples=100)
    budget = SMALL if method in ("sft", "dpo") else None
    checker = Checker(tuple(RULES.values()), METHODS[method], service, most=most, budget=budget)
    checker.labelled = method == "kto"
    checker.graded = frozenset(("answer",)) if method == "rft" else frozenset()
    checker.against = compared_with(against) if against else None
    checker.renderer = renderer_of(RendererOptions(template=template)) if template else None
    page = checker.page(0, 0)
    before = 0
    reader = LineReader(data)
    reader.mends = False  # as a check reads what lies in a file
    for number, raw, value in reader:
        for blank in range(before + 1, number):
            page.blank(blank)
        before = number
        page.row(number, raw, value)
    for blank in range(before + 1, reader.lines + 1):
        page.blank(blank)
    total = checker.page(0, 0).sheet
    total.merge(page.sheet)
    return checker.findings(total, [file], lambda block, line: Origin("a.jsonl", line))


def compared_with(rows: Iterable[Any]) -> Against:
    """What rules about leakage compare with: these examples."""
    kinds = kinds_of(RULES, 0.8)
    total, known = Known.none(kinds), Known.none(kinds)
    for row in rows:
        known.add(row)
    total.merge(known)
    return Against(kinds, total, lambda position: Origin("b.jsonl", position + 1))


def found(
    rows: Iterable[Any],
    method: str = "sft",
    name: str = "openai",
    file: FileLook = PLAIN_FILE,
    against: Sequence[Any] = (),
    template: str = "",
) -> dict[str, int]:
    """How often each rule finds something in rows, however they are written."""
    rows = list(rows)
    _, counts = judged(lines_of(rows), method, name, file, against=against, template=template)
    _, escaped = judged(lines_of(rows, ascii_only=True), method, name, file, against=against, template=template)
    assert counts == escaped
    return counts
