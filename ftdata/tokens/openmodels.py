"""Counting for open models, by their ``tokenizer.json`` and chat template (the extra ``hf``; no torch).

A chat is counted as the template renders it, in a sandbox. Without a template its texts are counted alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ftdata.codec import encode
from ftdata.example import parts
from ftdata.tokens.counting import Counts, Profile, counter_of, short_hash
from ftdata.tokens.encodings import Remembered
from ftdata.tokens.folders import model_files
from ftdata.tokens.renderer import Renderer, RendererOptions, loaded, renderer_of, tokenizer_path

if TYPE_CHECKING:
    from ftdata.example.words import Example


def open_counter(profile: Profile) -> OpenCounter:
    """The counter of an open model.

    Raises:
        InputError: If the folder has no tokenizer.json, or a file in it cannot be read.
        MissingPackageError: If the package tokenizers is not installed.
    """
    return OpenCounter(profile)


class OpenCounter:
    """Counts as an open model's tokenizer and chat template have it."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._path = tokenizer_path(profile.tokenizer)
        plain = loaded(self._path)
        plain.encode_special_tokens = True  # text is text, whatever it looks like
        self.text: Callable[[str], int] = lambda text: len(plain.encode(text, add_special_tokens=False).ids)
        self._again = Remembered(self.text)
        self._definitions: dict[bytes, int] = {}

    def __reduce__(self) -> tuple[Any, ...]:
        return counter_of, (self.profile,)

    def message(self, message: Mapping[str, Any]) -> int:
        """The tokens of what one message says; its frame is the template's and not known by itself."""
        return self._said(message)

    def messages(self, messages: Sequence[Mapping[str, Any]]) -> int:
        """The tokens of messages that are sent for a reply."""
        return self._counted(messages, (), reply=True)

    def example(self, example: Example) -> Counts:
        """The tokens of an example of any kind; images are not counted.

        Raises:
            RowError: If the chat template refuses it.
        """
        if type(example.get("messages")) is list:
            return self._chat(example)
        if "completion" in example and "prompt" in example:
            counts = Counts(prompt=self.text(str(example["prompt"])), answer=self.text(str(example["completion"])))
            counts.trained, counts.total = counts.answer, counts.prompt + counts.answer
            return counts
        return self._preference(example)

    without_images = example

    def _chat(self, example: Example) -> Counts:
        turns, tools = example["messages"], example.get("tools") or ()
        counts = Counts()
        if self._renderer is None:
            counts.total = self._counted(turns, tools, reply=False)
            counts.trained = sum(self._said(turn) for turn in turns if parts.trained(turn))
        else:
            (made,) = self._renderer.renderings(example, drops=False)
            counts.total, counts.trained = len(made.tokens), sum(made.trained)
        if turns and turns[-1]["role"] == "assistant":
            counts.answer = self._said(turns[-1])
            counts.prompt = self._counted(turns[:-1], tools, reply=True)
        else:
            counts.prompt = counts.total
        return self._shares(counts, turns, tools)

    def _preference(self, example: Example) -> Counts:
        turns, tools = example["input"]["messages"], example["input"].get("tools") or ()
        counts = Counts(prompt=self._counted(turns, tools, reply=True))
        answers = [*(example.get("preferred_output") or ()), *(example.get("non_preferred_output") or ())]
        counts.answer = sum(map(self._said, answers))
        if self._renderer is None:
            counts.trained, counts.total = counts.answer, counts.prompt + counts.answer
        else:
            sides = self._renderer.renderings(example, drops=False)
            counts.trained = sum(sum(made.trained) for made in sides)
            counts.total = counts.prompt + sum(len(made.tokens) - counts.prompt for made in sides)
        return self._shares(counts, turns, tools)

    def _shares(self, counts: Counts, turns: Sequence[Mapping[str, Any]], tools: Sequence[Any]) -> Counts:
        counts.system = sum(self._said(turn) for turn in turns if turn["role"] in ("system", "developer"))
        if tools:
            counts.tools, counts.toolset = self._tools(tools), short_hash(encode(list(tools)))
        counts.estimated = () if self._renderer else ("text alone, as there is no chat template",)
        return counts

    def _said(self, turn: Mapping[str, Any]) -> int:
        text = parts.text_of(turn.get("content"))
        tokens = (self._again if turn["role"] in ("system", "developer") else self.text)(text) if text else 0
        for call in parts.calls(turn):
            tokens += self.text(str(call.get("name", ""))) + self.text(str(call.get("arguments", "")))
        return tokens

    def _tools(self, tools: Sequence[Any]) -> int:
        """What the template makes of the definitions, by the difference; their JSON where there is none."""
        key = encode(list(tools))
        if key not in self._definitions:
            if len(self._definitions) >= 1000:
                self._definitions.clear()
            turns = [{"role": "user", "content": "x"}]
            self._definitions[key] = (
                self._counted(turns, tools, reply=True) - self._counted(turns, (), reply=True)
                if self._renderer
                else self.text(key.decode())
            )
        return self._definitions[key]

    def _counted(self, turns: Sequence[Mapping[str, Any]], tools: Sequence[Any], *, reply: bool) -> int:
        """The tokens of messages as they are rendered; of their texts alone where there is no template."""
        if self._renderer is not None:
            return self._renderer.count(turns, tools, reply=reply)
        return sum(map(self._said, turns)) + (self._tools(tools) if tools else 0)

    @cached_property
    def _renderer(self) -> Renderer | None:
        if not model_files(self._path.parent).templates:
            return None
        return renderer_of(RendererOptions(self.profile.tokenizer))

    def at_most(self, example: Example, limit: int) -> bool:
        """Whether the example has no more than so many tokens."""
        turns = example.get("messages")
        if type(turns) is list:
            return self._counted(turns, example.get("tools") or (), reply=False) <= limit
        return self.example(example).total <= limit

    def over(self, example: Example, limit: int) -> int | None:
        """The example's tokens if they are more than so many, else None."""
        total = self.example(example).total
        return total if total > limit else None
