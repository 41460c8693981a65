"""Prompts and completions become chats, without what the first models needed around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass, field, replace
from ftdata.codec import encode, member
from ftdata.errors import RowError
from ftdata.example.parts import is_completion
from ftdata.formats.completion.dialogues import is_dialogue, split
from ftdata.formats.completion.findings import FileFindings, found_in
from ftdata.formats.completion.marks import begins_with_lone_space, unescaped
from ftdata.formats.completion.survey import NAMES, FileSurvey, FileSurveys, Names, texts_of

if TYPE_CHECKING:
    from ftdata.example.words import Example


@dataclass(frozen=True)
class CompletionToChat:
    """The step from prompt and completion to a chat; it looks at each file as a whole first.

    Attributes:
        prefix_to_system: Whether the instruction that all prompts of a file begin with becomes the system prompt.
        unescape: Whether a literal backslash and n becomes a new line.
        columns: The columns with the prompt and with the completion.
        separator: What is taken away behind the prompts that have it; empty for what nine in ten of a file have.
        stop: The same behind the completions.
        trim: Whether white space around completions goes too.
        whole_prompts: Whether a prompt that is a dialogue stays one turn.
        metadata: Columns to carry along.
        mixed: Whether examples of other kinds stand among the completions; they stay as they are.
    """

    prefix_to_system: bool = False
    unescape: bool = False
    columns: Names = NAMES
    separator: str = ""
    stop: str = ""
    trim: bool = False
    whole_prompts: bool = False
    metadata: tuple[str, ...] = ()
    mixed: bool = False
    name: ClassVar[str] = "completion_to_chat"

    @property
    def carries_metadata(self) -> bool:
        """Whether the examples have metadata."""
        return bool(self.metadata)

    def survey(self) -> FileSurveys:
        """A survey of no rows."""
        return FileSurveys(self.unescape, self.columns, self.metadata, whole=False)

    def decide(self, surveyed: FileSurveys) -> CompletionChats:
        """What to take away, file by file."""
        found = {
            file: found_in(survey, self.separator, self.stop, trim=self.trim) for file, survey in surveyed.files.items()
        }
        return CompletionChats(found, self)

    @property
    def rows_of(self) -> str:
        """Completions."""
        return "completion"

    @property
    def needs(self) -> tuple[str, ...]:
        """Prompt and completion, where an example has nothing but their texts."""
        return () if self.metadata or self.unescape or self.columns != NAMES else NAMES

    def at_once(
        self, survey: FileSurveys, guess: CompletionChats, file: int, columns: dict[str, list[str]]
    ) -> list[bytes] | None:
        """The lines of the chats of some rows, which are surveyed too; None where one is no chat."""
        chat, lines, dialogues = guess.of_texts(file), [], 0
        prompts, completions = (columns[name] for name in NAMES)
        try:
            for prompt, completion in zip(prompts, completions, strict=True):
                dialogues += is_dialogue(prompt)
                lines.append(encode(chat(prompt, completion)))
        except RowError:
            return None  # the row that it was will tell
        survey.in_file(file).add_texts(prompts, completions, dialogues)
        return lines

    def stands(self, guess: CompletionChats, decision: CompletionChats) -> bool:
        """Whether the same is taken away in each file."""
        return all(guess.taken_away(file) == decision.taken_away(file) for file in decision.found)


@dataclass(frozen=True)
class CompletionChats:
    """What was found in each file, and the chats that come of it.

    Attributes:
        found: By the file's number in the source.
        step: What was asked for.
    """

    found: Mapping[int, FileFindings]
    step: CompletionToChat = field(default_factory=CompletionToChat)

    def taken_away(self, file: int) -> tuple[object, ...]:
        """All of what was found in a file that chats depend on."""
        found = self._of(file)
        prefix = found.prefix if self.step.prefix_to_system else ""
        return found.separator, found.stop, found.space, prefix, found.task == "generation", found.dialogues

    def _of(self, file: int) -> FileFindings:
        return self.found.get(file) or found_in(FileSurvey())

    def in_file(self, file: int) -> Callable[[dict[str, Any], int], Example]:
        """The map for the rows of one file."""
        chat, columns, metadata = self.of_texts(file), self.step.columns, self.step.metadata
        mixed = self.step.mixed

        def to_chat(row: dict[str, Any], position: int) -> Example:
            if mixed and not is_completion(row):
                return row
            example = chat(*texts_of(row, columns))
            if metadata:
                example["metadata"] = {name: row[name] for name in metadata if name in row}
            return example

        return to_chat

    def of_texts(self, file: int) -> Callable[[str, str], Example]:
        """The map for prompts and completions of one file."""
        found, step = self._of(file), self.step
        system = found.prefix.strip() if step.prefix_to_system else ""
        unprompted = found.task == "generation"

        def chat(prompt: str, completion: str) -> Example:
            prompt, completion = _bare(prompt, completion, found, step, system)
            if not completion.strip():
                raise RowError("the completion is empty", json_path=member("$", step.columns[1]))
            turns = _prompted(prompt, found, step)
            if not turns and not unprompted:
                raise RowError("the prompt is empty", json_path=member("$", step.columns[0]))
            turns.append({"role": "assistant", "content": completion})
            if system:
                turns.insert(0, {"role": "system", "content": system})
            return {"messages": turns}

        return chat

    def __getstate__(self) -> dict[str, Any]:
        # What was counted stays here: in a worker, what follows from it is enough.
        bare = {file: replace(found, survey=FileSurvey()) for file, found in self.found.items()}
        return {**self.__dict__, "found": bare}

    def __call__(self, row: dict[str, Any], position: int) -> Example:
        """The chat of a row of the first file."""
        return self.in_file(0)(row, position)


def _bare(prompt: str, completion: str, found: FileFindings, step: CompletionToChat, system: str) -> tuple[str, str]:
    """Prompt and completion without what the first models needed around them."""
    if step.unescape:
        prompt, completion = unescaped(prompt), unescaped(completion)
    prompt = prompt.removesuffix(found.separator)
    if system:
        prompt = prompt.removeprefix(found.prefix)
    completion = completion.removesuffix(found.stop)
    if step.trim:
        completion = completion.strip()
    elif found.space and begins_with_lone_space(completion):
        completion = completion[1:]
    return prompt, completion


def _prompted(prompt: str, found: FileFindings, step: CompletionToChat) -> list[dict[str, Any]]:
    """The turns of a prompt; of a dialogue only the completion is trained, as it was."""
    if not prompt.strip():
        return []
    said = split(prompt) if found.dialogues and not step.whole_prompts else None
    if said is None:
        return [{"role": "user", "content": prompt}]
    return [
        {"role": role, "content": text, "weight": 0} if role == "assistant" else {"role": role, "content": text}
        for role, text in said
    ]
