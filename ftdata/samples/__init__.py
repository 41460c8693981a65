"""Small files that come with ftdata, to try it on: all of them made up, none with anybody's data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ftdata.classes import dataclass
from ftdata.errors import UsageError, did_you_mean

__all__ = ["SAMPLES", "SampleFile", "sample_named"]

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class SampleFile:
    """A file that comes with ftdata.

    Attributes:
        name: What it is asked for by.
        file: What it is called where it is written.
        about: What it holds.
        command: A command to start with.
    """

    name: str
    file: str
    about: str
    command: str

    @property
    def data(self) -> bytes:
        """Its bytes."""
        return _HERE.joinpath(self.file).read_bytes()


_ALL = (
    SampleFile(
        "tickets", "tickets.csv", "a table of 360 support tickets and the queue that each belongs to",
        "ftdata look tickets.csv",
    ),
    SampleFile(
        "completions", "completions.jsonl", "24 legacy prompt and completion lines, with separators and stop words",
        "ftdata convert completions.jsonl -o chats.jsonl",
    ),
    SampleFile(
        "logs", "logs.jsonl", "16 logged GPT-4.1 calls, with their scores, to distil a smaller model from",
        "ftdata distill logs.jsonl -o distilled.jsonl --min-score 0.8",
    ),
    SampleFile(
        "session", "session.jsonl", "a session of a coding agent: messages, tool calls and their results",
        "ftdata convert session.jsonl -o session-chats.jsonl",
    ),
    SampleFile(
        "preferences", "preferences.jsonl", "12 prompts with a preferred and a rejected answer, for DPO",
        "ftdata convert preferences.jsonl -o dpo.jsonl",
    ),
)  # fmt: skip

SAMPLES: Mapping[str, SampleFile] = {one.name: one for one in _ALL}
"""All of them, by name."""


def sample_named(name: str) -> SampleFile:
    """The sample of that name, or that is called so as a file.

    Raises:
        UsageError: If there is none.
    """
    found = next((one for one in _ALL if name in (one.name, one.file)), None)
    if found is None:
        raise UsageError(f'there is no example "{name}"', hint=did_you_mean(name, SAMPLES))
    return found
