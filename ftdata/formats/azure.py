"""Azure OpenAI's lines: OpenAI's, in a file that begins with a byte order mark.

Source: Azure OpenAI's fine-tuning documentation (mirrors of 2025), and errors that were seen in public.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ftdata.example.parts import holder_of
from ftdata.formats.openai import OPENAI
from ftdata.formats.registry import Refusal, Refusals


def refusals(row: dict[str, Any]) -> Refusals:
    """What Azure refuses of lines that OpenAI takes."""
    holder = holder_of(row)
    turns = holder.get("messages") if type(holder) is dict else None
    path = "$.messages" if holder is row else "$.input.messages"
    before = None
    for index, turn in enumerate(turns if type(turns) is list else ()):
        here, role = f"{path}[{index}]", turn.get("role")
        if role == before == "assistant":
            # "contains invalid schema (20)": microsoft-foundry/fine-tuning, issue 23
            yield Refusal(f"{here}.role", "two messages of the assistant behind each other")
        before = role
        if turn.get("tool_calls") and turn.get("content"):
            # OpenAI's API description allows it; Azure's guide shows calls without content only.
            yield Refusal(f"{here}.content", "text beside calls, which OpenAI takes and Azure may not", sure=False)


AZURE = replace(
    OPENAI,
    name="azure",
    about="the openai lines in a file with a byte order mark, as Azure OpenAI asks for",
    recognises=lambda row: False,  # its rows are OpenAI's
    dialect_of="openai",
    begin=b"\xef\xbb\xbf",
    loses=dict(OPENAI.loses),
    variants={},
    source="Azure OpenAI's fine-tuning documentation (2025)",
    refuses=refusals,
)
