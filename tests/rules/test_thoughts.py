"""Answers without thoughts, for models that think."""

from __future__ import annotations

from typing import Any

import pytest

import ftdata
from tests.rules.cases import answers, chat, said, user


def told(rows: list[Any], model: str, target: str = "together") -> bool:
    report = ftdata.read(rows).check(target=target, model=model)
    return any(finding.rule == "no-thoughts" for finding in report.findings)


@pytest.mark.parametrize("model", ["Qwen3-8B", "openai/gpt-oss-20b"])
def test_a_model_that_thinks_wants_thoughts(model: str) -> None:
    assert told(answers("a", "b"), model)
    assert not told(answers("<think>hm</think>a", "b"), model)
    assert not told([chat(user(), said(reasoning="So."))] * 2, model)
    assert not told([chat(user(), said(reasoning_content="So."))] * 2, model)


def test_a_model_that_does_not_think_wants_none() -> None:
    assert not told(answers("a", "b"), "Llama-3.3-70B-Instruct")
