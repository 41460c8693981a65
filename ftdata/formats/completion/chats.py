"""Prompts and completions become chats, without what the first models needed around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from ftdata.errors import RowError
from ftdata.example.shapes import Example
from ftdata.formats.completion.findings import Found, found_in
from ftdata.formats.completion.marks import begins_with_lone_space, unescaped
from ftdata.formats.completion.survey import FileSurvey, Surveyed, texts_of


@dataclass(frozen=True)
class CompletionToChat:
    """The step from prompt and completion to a chat; it looks at each file as a whole first.

    Attributes:
        prefix_to_system: Whether the instruction that all prompts of a file begin with becomes the system prompt.
        unescape: Whether a literal backslash and n becomes a new line.
    """

    prefix_to_system: bool = False
    unescape: bool = False
    name: ClassVar[str] = "completion_to_chat"
    carries_metadata: ClassVar[bool] = False

    def survey(self) -> Surveyed:
        """A survey of no rows."""
        return Surveyed(self.unescape)

    def decide(self, surveyed: Surveyed) -> CompletionChats:
        """What to take away, file by file."""
        found = {file: found_in(survey) for file, survey in surveyed.files.items()}
        return CompletionChats(found, self.prefix_to_system, self.unescape)


@dataclass(frozen=True)
class CompletionChats:
    """What was found in each file, and the chats that come of it.

    Attributes:
        found: By the file's number in the source.
    """

    found: Mapping[int, Found]
    prefix_to_system: bool
    unescape: bool

    def in_file(self, file: int) -> Callable[[dict[str, Any], int], Example]:
        """The map for the rows of one file."""
        found = self.found.get(file) or found_in(FileSurvey())
        system = found.prefix.strip() if self.prefix_to_system else ""
        prefix = found.prefix if system else ""
        separator, stop, space, unescape = found.separator, found.stop, found.space, self.unescape
        unprompted = found.task == "generation"

        def to_chat(row: dict[str, Any], position: int) -> Example:
            prompt, completion = texts_of(row)
            if unescape:
                prompt, completion = unescaped(prompt), unescaped(completion)
            if separator and prompt.endswith(separator):
                prompt = prompt[: -len(separator)]
            if prefix and prompt.startswith(prefix):
                prompt = prompt[len(prefix) :]
            if stop and completion.endswith(stop):
                completion = completion[: -len(stop)]
            if space and begins_with_lone_space(completion):
                completion = completion[1:]
            if not completion.strip():
                raise RowError("the completion is empty", json_path="$.completion")
            turns = [{"role": "assistant", "content": completion}]
            if prompt.strip():
                turns.insert(0, {"role": "user", "content": prompt})
            elif not unprompted:
                raise RowError("the prompt is empty", json_path="$.prompt")
            if system:
                turns.insert(0, {"role": "system", "content": system})
            return {"messages": turns}

        return to_chat

    def __getstate__(self) -> dict[str, Any]:
        # What was counted stays here: in a worker, what follows from it is enough.
        bare = {file: replace(found, survey=FileSurvey()) for file, found in self.found.items()}
        return {**self.__dict__, "found": bare}

    def __call__(self, row: dict[str, Any], position: int) -> Example:
        """The chat of a row of the first file."""
        return self.in_file(0)(row, position)
