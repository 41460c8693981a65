"""Azure OpenAI's lines: OpenAI's, in a file that begins with a byte order mark.

Source: Azure OpenAI's fine-tuning documentation (mirrors of 2025).
"""

from __future__ import annotations

from dataclasses import replace

from ftdata.formats.openai import OPENAI

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
)
