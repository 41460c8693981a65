"""Prompt and completion, as the first models were trained (davinci, babbage): to chats and back.

Sources: OpenAI's legacy fine-tuning guide; the ``prepare_data`` tool of openai-python 0.28 for what it looked for and
its thresholds.
"""

from typing import TYPE_CHECKING

from ftdata.lazily import names_of

if TYPE_CHECKING:
    from ftdata.formats.completion.chats import CompletionChats, CompletionToChat
    from ftdata.formats.completion.findings import FileFindings, found_in
    from ftdata.formats.completion.format import COMPLETION

__getattr__ = names_of(
    globals(),
    {
        "ftdata.formats.completion.chats": ("CompletionChats", "CompletionToChat"),
        "ftdata.formats.completion.findings": ("FileFindings", "found_in"),
        "ftdata.formats.completion.format": ("COMPLETION",),
    },
)

__all__ = ["COMPLETION", "CompletionChats", "CompletionToChat", "FileFindings", "found_in"]
