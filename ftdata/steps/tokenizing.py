"""Tokens: what an open model is trained on, from the same rendering that checks look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ftdata.classes import dataclass
from ftdata.errors import RowError, UsageError, option
from ftdata.example.parts import kind_of
from ftdata.findings import Drop
from ftdata.formats.tokens import TOKENS
from ftdata.tokens.dropping import WHAT
from ftdata.tokens.renderer import RendererOptions, renderer_of

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.formats.registry import Format
    from ftdata.tokens.rendering import Rendering

Shape = Literal["trl", "together", "tinker", "fireworks"]
Over = Literal["reject", "drop", "cut"]


@dataclass(frozen=True)
class Tokenize:
    """A row of tokens of each example.

    Attributes:
        renderer: The tokenizer and the chat template.
        shape: Whose keys the rows have.
        max_tokens: The tokens that a row may have; None for any number.
        over: What becomes of longer ones: "cut" keeps the first tokens, where one of them is trained.
    """

    renderer: RendererOptions
    shape: Shape = "trl"
    max_tokens: int | None = None
    over: Over = "reject"
    name: ClassVar[str] = "tokenize"
    writes: ClassVar[Format] = TOKENS

    def __post_init__(self) -> None:
        if self.max_tokens is not None and self.max_tokens < 1:
            raise UsageError("a limit is at least one token")

    def __call__(self, example: Example) -> Example | Drop:
        """The row.

        Raises:
            RowError: If the template refuses the example, nothing of it is trained, or it is too long.
        """
        return self.counting(Counter())(example)

    def counting(self, changes: Counter[str]) -> Callable[[Example], Example | Drop]:
        """The same, counting what is cut, and what the template dropped."""
        renderer = renderer_of(self.renderer)
        row_of = _SHAPES[self.shape]

        def tokenize(example: Example) -> Example | Drop:
            if kind_of(example) == "preference":
                return self._pair(renderer.renderings(example), changes)
            (made,) = renderer.renderings(example)
            _count_drops(made, changes)
            size: int | None = None
            if self.max_tokens is not None and len(made.tokens) > self.max_tokens:
                if self.over != "cut":
                    return self._too_long(len(made.tokens))
                size = self.max_tokens
                changes["tokens cut off"] += len(made.tokens) - size
            if not any(made.trained[:size]):
                where = " of those that are left" if size else ""
                raise RowError(f"none of its tokens{where} is trained", hint="Look at it: ftdata head --tokenizer.")
            return row_of(made, size)

        return tokenize

    def _too_long(self, tokens: int) -> Drop:
        if self.over == "drop":
            return Drop(f"has more than {self.max_tokens:,} tokens")
        hint = f"Drop such examples or cut them: {option('over', 'drop')}, {option('over', 'cut')}."
        raise RowError(f"{tokens:,} tokens, and {self.max_tokens:,} are allowed", hint=hint)

    def _pair(self, sides: list[Rendering], changes: Counter[str]) -> Example | Drop:
        """A pair as TRL has it: the prompt that both sides begin with, and what follows on each."""
        if self.shape not in ("trl", "together"):
            raise RowError(f"rows for {self.shape} hold one conversation; this is a preference example")
        chosen, rejected = sides
        for made in sides:
            _count_drops(made, changes)
        longest = max(len(chosen.tokens), len(rejected.tokens))
        if self.max_tokens is not None and longest > self.max_tokens:
            if self.over == "cut":
                raise RowError(f"{longest:,} tokens, and pairs are not cut", hint=f"Add {option('over', 'drop')}.")
            return self._too_long(longest)
        begins = [next((n for n, trained in enumerate(made.trained) if trained), None) for made in sides]
        if begins[0] is None or begins[1] is None:
            raise RowError("none of the tokens of a side is trained")
        start = min(begins[0], begins[1])
        if list(chosen.tokens[:start]) != list(rejected.tokens[:start]):
            raise RowError("the template renders the prompt otherwise for one side than for the other")
        return {
            "prompt_ids": list(chosen.tokens[:start]),
            "chosen_ids": list(chosen.tokens[start:]),
            "rejected_ids": list(rejected.tokens[start:]),
        }


def _count_drops(made: Rendering, changes: Counter[str]) -> None:
    for what in dict.fromkeys(one.what for one in made.dropped):
        changes[f"{WHAT[what]} dropped by the chat template"] += 1


def _labelled(made: Rendering, size: int | None) -> dict[str, Any]:
    tokens = list(made.tokens[:size])
    return {"input_ids": tokens, "attention_mask": [1] * len(tokens), "labels": made.labels[:size]}


def _weights(made: Rendering, size: int | None) -> list[float]:
    return [1.0 if trained else 0.0 for trained in made.trained[:size]]


def _weighted(made: Rendering, size: int | None) -> dict[str, Any]:
    return {"tokens": list(made.tokens[:size]), "weights": _weights(made, size)}


def _decoded(made: Rendering, size: int | None) -> dict[str, Any]:
    tokens = list(made.tokens[:size])
    texts = [one.text for one in made.segments() if one.token is not None]
    return {"token_ids": tokens, "decoded_tokens": texts[:size], "token_weights": _weights(made, size)}


_SHAPES: dict[str, Callable[[Rendering, int | None], dict[str, Any]]] = {
    "trl": _labelled,
    "together": _labelled,
    "tinker": _weighted,
    "fireworks": _decoded,
}
