"""Count or render a single thing: a text, messages, an example."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ftdata.errors import UsageError, option, shown
from ftdata.example.parts import kind_of
from ftdata.tokens.counting import Counter, counter_of
from ftdata.tokens.renderer import RendererOptions, renderer_of

if TYPE_CHECKING:
    from ftdata.tokens.rendering import Rendering


class TokenCount(int):
    """A number of tokens that records how it was counted.

    Attributes:
        estimated: The methods for parts whose billing is not public.
    """

    estimated: tuple[str, ...]

    def __new__(cls, tokens: int, estimated: tuple[str, ...] = ()) -> TokenCount:
        """The number, and how it was counted."""
        made = super().__new__(cls, tokens)
        made.estimated = estimated
        return made

    def __reduce__(self) -> tuple[type[TokenCount], tuple[int, tuple[str, ...]]]:
        return TokenCount, (int(self), self.estimated)

    @property
    def exact(self) -> bool:
        """Whether nothing in it is an estimate."""
        return not self.estimated


def count_tokens(
    of: str | Sequence[Mapping[str, Any]] | Mapping[str, Any],
    model: str | None = None,
    *,
    tokenizer: str | os.PathLike[str] | None = None,
    models: str | os.PathLike[str] | None = None,
) -> TokenCount:
    """Count the tokens of a text, of messages to be answered, or of an example of any kind.

    Args:
        of: A text, a list of messages, or an example.
        model: The model, by any of its names.
        tokenizer: A tiktoken encoding, a ``.tiktoken`` file, or a tokenizer.json or its folder. Defaults to the
            model's.
        models: A TOML file with models of your own.

    Raises:
        UsageError: If neither a model nor a tokenizer is named, there is none of that name, or `of` is none of these.
        InputError: If a file cannot be read.
        MissingPackageError: If the tokenizer needs a package that is not installed.

    Examples:
        >>> count_tokens("Text is text: <|endoftext|>", model="gpt-4.1")
        11
        >>> count_tokens([{"role": "user", "content": "2 + 2?"}], model="ft:gpt-4o-mini-2024-07-18:acme::abc")
        12
    """
    counter, stand_in = _counter(model, tokenizer, models)
    counted = _counted(counter, of)
    return TokenCount(counted, (*counted.estimated, stand_in)) if stand_in else counted


def _counted(counter: Counter, of: str | Sequence[Mapping[str, Any]] | Mapping[str, Any]) -> TokenCount:
    if isinstance(of, str):
        return TokenCount(counter.text(of))
    if isinstance(of, Mapping):
        if kind_of(of) is None:
            hint = "It has messages, or prompt and completion, or input and preferred_output."
            raise UsageError(f"this is not an example: {shown(dict(of))}", hint=hint)
        return _example(counter, dict(of))
    return _example(counter, {"messages": list(of)}, to_reply=True)


def render(
    example: Mapping[str, Any],
    tokenizer: str | os.PathLike[str] | None = None,
    template: str | os.PathLike[str] | None = None,
) -> list[Rendering]:
    r"""Render an example with the chat template of an open model: tokens, which are trained, and what is dropped.

    Args:
        example: An example of any kind; a preference pair has two renderings, one per side.
        tokenizer: The model's folder with tokenizer.json, or its name if it is in the Hugging Face cache. Without it
            renderings have no tokens.
        template: A chat template in place of the tokenizer's: a file, one of its named templates, or a family that
            ftdata knows, such as qwen3.

    Raises:
        UsageError: If neither is named, there is no such tokenizer or template, or this is not an example.
        InputError: If a file cannot be read.
        RowError: If the chat template refuses the example.
        MissingPackageError: If a tokenizer is given and the package tokenizers is not installed.

    Examples:
        >>> talk = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}]}
        >>> (made,) = render(talk, template="chatml")
        >>> [one.text for one in made.segments() if one.trained]
        ['Ho<|im_end|>\n']
    """
    if tokenizer is None and template is None:
        raise UsageError("neither a tokenizer nor a template is named", hint=f"Add {option('template', 'chatml')}.")
    if kind_of(example) is None:
        hint = "It has messages, or prompt and completion, or input and preferred_output."
        raise UsageError(f"this is not an example: {shown(dict(example))}", hint=hint)
    options = RendererOptions(os.fspath(tokenizer or ""), os.fspath(template or ""))
    return renderer_of(options).renderings(dict(example))


def _example(counter: Counter, example: dict[str, Any], *, to_reply: bool = False) -> TokenCount:
    try:
        counts = counter.example(example)
        total = counter.messages(example["messages"]) if to_reply else counts.total
    except (KeyError, TypeError, AttributeError) as error:
        hint = "A message is {'role': ..., 'content': ...}."
        raise UsageError(f"a message cannot be read: {type(error).__name__}: {error}", hint=hint) from None
    return TokenCount(total, counts.estimated)


def _counter(
    model: str | None, tokenizer: str | os.PathLike[str] | None, models: str | os.PathLike[str] | None
) -> tuple[Counter, str]:
    """What counts, and what it stands in for where that is another tokenizer than the model's."""
    from ftdata.tokens.models import model_table, profile_for

    if model is None and tokenizer is None:
        raise UsageError("tokens are a model's", hint='Name one: count_tokens(text, model="gpt-4.1-mini").')
    known = model_table(os.fspath(models) if models is not None else None)[model] if model is not None else None
    if tokenizer is not None:
        return counter_of(profile_for(os.fspath(tokenizer), known)), ""
    assert known is not None  # noqa: S101 - one of the two is named
    return counter_of(known.profile), known.stand_in
