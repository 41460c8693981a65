"""Azure OpenAI's lines: OpenAI's, in a file that begins with a byte order mark.

Source: Azure OpenAI's fine-tuning documentation (mirrors of 2025), and errors that were seen in public.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.classes import replace
from ftdata.errors import RowError
from ftdata.example.parts import holder_of
from ftdata.formats.judges.judge import Judge
from ftdata.formats.openai import OPENAI, dump_openai, parse
from ftdata.formats.registry import Refusal, Refusals

if TYPE_CHECKING:
    from ftdata.example.words import Example


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """OpenAI's line.

    Raises:
        RowError: If two assistant messages follow each other: "contains invalid schema (20)", seen in
            microsoft-foundry/fine-tuning, issue 23.
    """
    row = dump_openai(example, lost)
    holder = holder_of(row)
    path = "$.messages" if holder is row else "$.input.messages"
    before = None
    for index, turn in enumerate(holder.get("messages", ())):
        if turn["role"] == before == "assistant":
            raise RowError(
                "two assistant messages in a row, which Azure refuses",
                json_path=f"{path}[{index}].role",
            )
        before = turn["role"]
    return row


def refusals(row: dict[str, Any]) -> Refusals:
    """Text beside calls: OpenAI's API description allows it, Azure's guide shows calls without content only."""
    holder = holder_of(row)
    turns = holder.get("messages") if type(holder) is dict else None
    path = "$.messages" if holder is row else "$.input.messages"
    for index, turn in enumerate(turns if type(turns) is list else ()):
        if turn.get("tool_calls") and turn.get("content"):
            here = f"{path}[{index}].content"
            yield Refusal(here, "text beside calls, which OpenAI accepts and Azure may not", sure=False)


AZURE = replace(
    OPENAI,
    name="azure",
    about="the openai lines in a file with a byte order mark, as Azure OpenAI asks for",
    dump=dump,
    recognises=lambda row: False,  # its rows are OpenAI's
    dialect_of="openai",
    begin=b"\xef\xbb\xbf",
    loses=dict(OPENAI.loses),
    variants={},
    source="Azure OpenAI's fine-tuning documentation (2025)",
    refuses=refusals,
    judges=(Judge(parse, dump, alone=False, reshapes=True),),
)
