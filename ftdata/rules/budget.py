"""What a model takes: tokens of an example, kinds of examples, images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ftdata.example.parts import trained
from ftdata.rules.limits import Pictures, Totals
from ftdata.rules.look import RowLook
from ftdata.rules.registry import Found, Problem, rule

if TYPE_CHECKING:
    from ftdata.tokens.rendering import Rendering

_CUT = "OpenAI's guide to fine-tuning: examples over the limit are truncated from the end"


class Counted(Protocol):
    """The tokens of an example."""

    @property
    def total(self) -> int:
        """All of it."""
        ...


class Counting(Protocol):
    """What counts tokens; `ftdata.tokens` makes one for a model."""

    def example(self, example: dict[str, Any], /) -> Counted:
        """The tokens of an example, images included."""
        ...

    def message(self, message: Mapping[str, Any], /) -> int:
        """The tokens of a message."""
        ...


@dataclass(frozen=True)
class Budget:
    """A model, as far as rules look at it.

    Attributes:
        model: Its name.
        limit: Tokens that an example may have; None if that is not known.
        kinds: The kinds of example that it takes; empty if that is not known.
        sees: Whether it is fine-tuned on images.
        counter: What counts its tokens; None where rows are rendered with a tokenizer, which counts them.
    """

    model: str
    limit: int | None
    kinds: frozenset[str]
    sees: bool
    counter: Counting | None


def tight(look: RowLook) -> bool:
    """Whether an example may have too many tokens: no token is shorter than a byte, images and templates aside."""
    budget = look.budget
    if budget is not None and budget.counter is None:
        return budget.limit is not None and look.tokens is not None
    return budget is not None and budget.limit is not None and (len(look.raw) > budget.limit or look.images)


def extent(made: Rendering) -> tuple[int, int]:
    """(All tokens, those before the last trained answer) of a rendering."""
    last = made.spans[-1][0] if made.spans else len(made.text)
    return len(made.tokens), sum(stop <= last for _, stop in made.places)


def _tokens(look: RowLook) -> tuple[int, int]:
    """(All tokens, those before the last trained answer if there are too many) of an example, counted once."""
    if look.tokens is None:
        counter = look.budget.counter
        total = counter.example(look.row).total
        over = total > look.budget.limit
        look.tokens = total, total - sum(map(counter.message, _from_target(look.row))) if over else 0
    return look.tokens


def _from_target(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The last trained message and what follows it; nothing where there is none."""
    turns = row.get("messages") or ()
    if "completion" in row:
        return [{"role": "assistant", "content": row["completion"]}]
    if "preferred_output" in row:
        # Both outputs follow the input; the shorter one is what is left of least.
        return [*row["preferred_output"], *row["non_preferred_output"]]
    last = next((index for index in range(len(turns) - 1, -1, -1) if trained(turns[index])), len(turns))
    return list(turns[last:])


@rule(
    "target-cut-off", "error", "An example is cut before what is trained",
    over="row", kinds=("chat", "preference", "completion"), near=tight,
    why="What is over the limit is cut from the end: the last trained answer is lost whole, and the example teaches "
    "nothing of it.",
    fix="Shorten the conversation before the answer, or split it.",
    source=f"{_CUT}; limits by model in ftdata models",
)  # fmt: skip
def target_cut_off(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """The last trained answer begins at the limit or behind it."""
    if not look.sound:
        return
    total, before = _tokens(look)
    limit = look.budget.limit
    if total > limit and before >= limit and _from_target(row):
        what = f"{before:,} tokens stand before the last trained answer, and {look.budget.model} takes {limit:,}"
        yield Problem("$", what)


@rule(
    "too-long", "warning", "An example has more tokens than the model takes",
    over="row", near=tight,
    why="What is over the limit is cut from the end.",
    fix="Shorten the example, or split it.",
    source=f"{_CUT}; limits by model in ftdata models; counts of tools, calls and images are estimates",
)  # fmt: skip
def too_long(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """More tokens than the limit, with something of the target left."""
    if not look.sound:
        return
    total, before = _tokens(look)
    limit = look.budget.limit
    if total > limit and (before < limit or look.kind == "reinforcement"):
        yield Problem("$", f"{total:,} tokens, and {look.budget.model} takes {limit:,}")


@rule(
    "model-method", "error", "The model is not trained by this method",
    over="set",
    why="The job is refused.",
    fix="Take another model (ftdata models lists them), or other data.",
    source="OpenAI: 'Finetuning with o4-mini-2025-04-16 requires the reinforcement method of finetuning', seen; "
    "methods by model in ftdata models",
)  # fmt: skip
def model_method(_: None, totals: Totals) -> Iterator[Found]:
    """A kind of example that the model does not take."""
    budget = totals.budget
    if budget is not None and budget.kinds and totals.kind not in budget.kinds:
        yield Found(
            Problem(
                "", f"{budget.model} takes lines of the kind {', '.join(sorted(budget.kinds))}; these are {totals.kind}"
            )
        )


@rule(
    "model-images", "warning", "Images for a model that is not trained on them",
    over="set", kinds=("chat",), survey=Pictures,
    why="The examples with images are refused or skipped.",
    fix="Take a model that sees (ftdata models), or leave the examples out.",
    source="OpenAI's and Azure's guides to vision fine-tuning: the models by name; not verified for others",
)  # fmt: skip
def model_images(seen: Pictures, totals: Totals) -> Iterator[Found]:
    """Examples with images, where the model's entry has no vision."""
    budget = totals.budget
    if budget is not None and not budget.sees and seen.examples:
        yield Found(Problem("", f"{seen.examples:,} examples have images, which {budget.model} is not trained on"))
