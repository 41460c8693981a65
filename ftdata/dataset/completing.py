"""The methods that convert between chats and prompt/completion rows, the format of the first models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from ftdata.dataset.plans import Planned
from ftdata.errors import UsageError, did_you_mean, option
from ftdata.verbs import verb
from ftdata.verbs.types import Template


class Completing(Planned):
    """Convert prompts and completions to chats, and back."""

    @verb(metavars={"prompt_column": "COLUMN", "completion_column": "COLUMN"})
    def completion_to_chat(
        self,
        *,
        prompt_column: str = "prompt",
        completion_column: str = "completion",
        separator: Template = "",
        stop: Template = "",
        trim_labels: bool = False,
        whole_prompts: bool = False,
        prefix_to_system: bool = False,
        unescape: bool = False,
        metadata: Sequence[str] = (),
    ) -> Self:
        r"""Convert each prompt and completion to a chat, without the marks that the first models needed.

        Each file is analyzed as a whole first: the separator after its prompts, the space before and the stop after
        its completions are removed if nine in ten rows have them. Prompts that are dialogues, as for chat bots,
        become turns of which only the last answer is trained. `decisions` returns what was found.

        Args:
            prompt_column: The column with the prompts.
            completion_column: The column with the completions. Numbers are labels.
            separator: The separator to remove from the end of prompts, such as ' ->'. Defaults to one that 90% of them
                share.
            stop: The stop sequence to remove from the end of completions, such as ' END'. Defaults to one that 90% of
                them share.
            trim_labels: Trim whitespace around completions, so that labels are spelled alike.
            whole_prompts: Keep each prompt as one turn, even if it is a dialogue.
            prefix_to_system: Use the common beginning of a file's prompts as the system prompt.
            unescape: Convert to newlines each literal \\n.
            metadata: Columns to carry along in each example's metadata.

        Raises:
            UsageError: If a column does not exist.
        """
        from ftdata.authoring.columns import require_metadata
        from ftdata.dataset.naming import columns_of
        from ftdata.formats.completion import CompletionToChat

        columns = (prompt_column, completion_column)
        if not self.is_void:
            known = self.columns()
            require_metadata(columns_of(metadata), known)
            for name, given in zip(("prompt_column", "completion_column"), columns, strict=True):
                if given not in ("prompt", "completion", *known):
                    hint = did_you_mean(given, known) or f"The columns are {', '.join(known)}."
                    raise UsageError(f'{option(name)} names "{given}", which the rows do not have', hint=hint)
        return self._with(
            CompletionToChat(
                prefix_to_system, unescape, columns, separator, stop, trim_labels, whole_prompts, tuple(metadata)
            )
        )

    @verb()
    def to_completion(self, *, separator: Template = "", stop: Template = "") -> Self:
        r"""Convert chats to prompts and completions for babbage-002 and davinci-002.

        Args:
            separator: The separator after each prompt. By default a line with ###; dialogues end with the next speaker.
            stop: The stop sequence after each completion. By default " END".
        """
        from ftdata.formats.completion.writing import CompletionMarks, ToCompletion

        usual = CompletionMarks()
        return self._with(ToCompletion(CompletionMarks(separator or usual.separator, stop or usual.stop)))
