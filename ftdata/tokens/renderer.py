"""What renders examples: a chat template, with a tokenizer or without."""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftdata.classes import dataclass, replace
from ftdata.errors import InputError, MissingPackageError, RowError, UsageError, at, shown
from ftdata.example import parts
from ftdata.tokens.dropping import Drops
from ftdata.tokens.folders import ModelFiles, located, model_files, template_files
from ftdata.tokens.rendering import (
    Dropped,
    Rendering,
    Turns,
    completion,
    ended,
    plain,
    rendered_turns,
    text_of,
    with_tokens,
)

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from ftdata.example.words import Example
    from ftdata.tokens.templates import ChatTemplate

_TOOL_USE = "tool_use"
_ENDS = ("<|im_end|>", "<|eot_id|>", "<|eom_id|>", "<end_of_turn>", "<turn|>", "<|end|>", "<|return|>", "<|call|>",
         "<｜end▁of▁sentence｜>", "</s>", "<|endoftext|>", "<|END_OF_TURN_TOKEN|>", "[/INST]")  # fmt: skip


@dataclass(frozen=True, slots=True)
class RendererOptions:
    """Which template and tokenizer; small, so that it travels to workers.

    Attributes:
        tokenizer: A tokenizer.json, its folder, or a model in the Hugging Face cache; empty for text alone.
        template: The chat template, as `template_files` takes it; empty for the tokenizer's own.
    """

    tokenizer: str = ""
    template: str = ""


@cache
def renderer_of(options: RendererOptions) -> Renderer:
    """The renderer for a template and tokenizer, one a process.

    Raises:
        InputError: If a file cannot be read, or there is no chat template.
        MissingPackageError: If the package tokenizers is not installed.
        UsageError: If the tokenizer or template is unknown.
    """
    return Renderer(options)


class Renderer:
    """Renders examples of any kind. It pickles by its options: a worker loads the tokenizer once."""

    def __init__(self, options: RendererOptions) -> None:
        self.options = options
        self._tokenizer: Tokenizer | None = None
        model = None
        if options.tokenizer:
            path = tokenizer_path(options.tokenizer)
            self._tokenizer, model = loaded(path), model_files(path.parent)
        self.files = template_files(options.template, model) if options.template else model or ModelFiles({}, {})
        if not self.files.templates:
            raise InputError(
                "there is no chat template beside the tokenizer",
                hint="Name one: template (a .jinja file, or a family that ftdata knows, such as chatml).",
                path=options.tokenizer,
            )
        with at(options.template or options.tokenizer):
            self._template("default")
        self.limit = self.files.limit

    def __reduce__(self) -> tuple[Any, ...]:
        return renderer_of, (self.options,)

    @cached_property
    def ends(self) -> tuple[str, ...]:
        """What may end an answer: special tokens, and the end tokens of families where no tokenizer is known."""
        known = [self.files.constants[name] for name in ("eos_token",) if name in self.files.constants]
        if self._tokenizer is None:
            return (*known, *_ENDS)
        added = self._tokenizer.get_added_tokens_decoder().values()
        return (*known, *(token.content for token in added if token.special or token.content in _ENDS))

    @property
    def counts(self) -> bool:
        """Whether renderings have tokens."""
        return self._tokenizer is not None

    def _template(self, name: str) -> ChatTemplate:
        return self._compiled(name)[0]

    def _compiled(self, name: str) -> tuple[ChatTemplate, Drops]:
        from ftdata.tokens.templates import ChatTemplate

        known: dict[str, tuple[ChatTemplate, Drops]] = self.__dict__.setdefault("_known", {})
        if name not in known:
            if name not in self.files.templates:
                names = ", ".join(sorted(self.files.templates))
                raise UsageError("the model has several chat templates and none is called default",
                                 hint=f"Name one of them as the template: {names}.")  # fmt: skip
            template = ChatTemplate(self.files.templates[name], self.files.constants)
            known[name] = template, Drops(template)
        return known[name]

    def renderings(self, example: Example, *, drops: bool = True) -> list[Rendering]:
        """The example as the model is trained on it: one rendering, or one for each side of a pair.

        Args:
            example: Of any kind.
            drops: Whether to look for what the template leaves out.

        Raises:
            RowError: If the template refuses it; with the JSON path of a side of a pair.
        """
        kind = parts.kind_of(example)
        if kind == "completion":
            return [self._with_tokens(completion(example, self.files.constants.get("eos_token", "")))]
        if kind == "preference":
            asked, tools = example["input"]["messages"], example["input"].get("tools") or ()
            sides = ((key, example[key]) for key in ("preferred_output", "non_preferred_output"))
            return [self._side(asked, answers, tools, f"$.{key}", drops) for key, answers in sides]
        turns = example["messages"]
        ends = kind != "reinforcement" and any(turn.get("role") == "assistant" for turn in turns)
        return [self.conversation(turns, example.get("tools") or (), ends=ends, drops=drops)]

    def _side(self, asked: Turns, answers: Turns, tools: Any, path: str, drops: bool) -> Rendering:
        quiet = [{**turn, "weight": 0} if turn.get("role") == "assistant" else turn for turn in asked]
        try:
            made = self.conversation([*quiet, *answers], tools, ends=True, drops=drops)
        except RowError as error:
            raise RowError(error.message, hint=error.hint, json_path=path) from None
        return replace(made, path=path, dropped=tuple(_of_side(one, len(asked), path) for one in made.dropped))

    def conversation(self, turns: Turns, tools: Any, *, ends: bool, drops: bool = True) -> Rendering:
        """A conversation, as `rendered_turns` has it, with its tokens and what was dropped.

        Raises:
            RowError: If the template refuses it.
        """
        template, looks = self._for(tools)
        made = rendered_turns(template, turns, tools, ends=ends, stops=self.ends)
        if drops:
            said = plain(turns, objects=not made.as_text)
            lacking = looks.of(said, list(tools) or None, ends, made.text)
            made = replace(made, dropped=tuple(Dropped(*one) for one in lacking), ended=ended(made, self.ends))
        return self._with_tokens(made)

    def _with_tokens(self, made: Rendering) -> Rendering:
        if self._tokenizer is None:
            return made
        return with_tokens(made, self._tokenizer.encode(made.text, add_special_tokens=False))

    def count(self, turns: Turns, tools: Any, *, reply: bool) -> int:
        """The tokens of messages, with the beginning of a reply where one is to follow."""
        text = text_of(self._for(tools)[0], turns, list(tools) or None, reply=reply)
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids) if self._tokenizer else 0

    def _for(self, tools: Any) -> tuple[ChatTemplate, Drops]:
        """The template for a conversation: the model's own one for tools, where there are tools and such a one."""
        return self._compiled(_TOOL_USE if tools and _TOOL_USE in self.files.templates else "default")


def _of_side(one: Dropped, asked: int, path: str) -> Dropped:
    """The place of what was dropped of a pair's side, in the pair."""
    if not one.path.startswith("$.messages["):
        return replace(one, path=one.path.replace("$.tools", "$.input.tools", 1))
    number, _, rest = one.path.removeprefix("$.messages[").partition("]")
    index = int(number)
    here = f"$.input.messages[{index}]" if index < asked else f"{path}[{index - asked}]"
    return replace(one, path=here + rest)


def tokenizer_path(name: str) -> Path:
    """The tokenizer.json that is named.

    Raises:
        UsageError: If it is neither a file nor a folder, nor a model that was downloaded before.
    """
    path = located(name)
    if path is None:
        raise UsageError(
            f'there is no tokenizer "{name}" on this machine',
            hint="Name a folder with tokenizer.json, or download the model first: hf download NAME.",
        )
    return path


def loaded(path: Path) -> Tokenizer:
    """The tokenizer of a file.

    Raises:
        InputError: If it cannot be loaded.
        MissingPackageError: If the package tokenizers is not installed.
    """
    try:
        from tokenizers import Tokenizer
    except ImportError:
        raise MissingPackageError("counting with a tokenizer.json", "tokenizers", "hf") from None
    if not path.is_file():
        raise InputError(f"there is no {path.name}", path=str(path.parent))
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:
        raise InputError(f"is not a tokenizer that can be loaded: {shown(str(error))}", path=str(path)) from None
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
