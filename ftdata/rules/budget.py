"""What a model takes: tokens of an example, kinds of examples, images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from ftdata.classes import dataclass, field
from ftdata.example.parts import is_completion, kind_of, trained
from ftdata.rules.limits import Pictures, Totals
from ftdata.rules.registry import Found, Problem, rule

if TYPE_CHECKING:
    from ftdata.rules.look import RowLook
    from ftdata.tokens.rendering import Rendering

_CUT = "OpenAI's guide to fine-tuning: examples over the limit are truncated from the end"


class Counting(Protocol):
    """What counts tokens; `ftdata.tokens` makes one for a model."""

    def message(self, message: Mapping[str, Any], /) -> int:
        """The tokens of a message."""
        ...

    def over(self, example: dict[str, Any], limit: int, /) -> int | None:
        """The tokens of an example, images included, if they are more than so many; else None."""
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
        ended: What of it has ended where it is trained, in words; empty where nothing has.
        ends: What of it ends soon, in the same way.
        elsewhere: Where it is trained, if not at the place that is meant, in words.
        instead: Where to go instead.
        bounds: The least and the most examples by kind, where they are other than its place's.
        reasoning: Whether it thinks before it answers.
        exact: Whether the model's own tokenizer counts; if not, nothing is an error by that count.
    """

    model: str
    limit: int | None
    kinds: frozenset[str]
    sees: bool
    counter: Counting | None
    ended: str = ""
    ends: str = ""
    elsewhere: str = ""
    instead: str = ""
    bounds: Mapping[str, tuple[int, int]] = field(default_factory=dict, hash=False)
    reasoning: bool = False
    exact: bool = True


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
    """(All tokens, those before the last trained answer) of an example, counted once; none if they are not too many."""
    if look.tokens is None:
        counter = look.budget.counter
        total = counter.over(look.row, look.budget.limit)
        look.tokens = (0, 0) if total is None else (total, total - sum(map(counter.message, _from_target(look.row))))
    return look.tokens


def _from_target(row: dict[str, Any]) -> list[dict[str, Any]]:
    """The last trained message and what follows it; nothing where there is none."""
    turns = row.get("messages") or ()
    if is_completion(row):
        return [{"role": "assistant", "content": row["completion"]}]
    if kind_of(row) == "preference":
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
    if not look.sound or not look.budget.exact:
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
    exact = look.budget.exact
    if total > limit and (before < limit or look.kind == "reinforcement" or not exact):
        yield Problem("$", f"{'' if exact else 'about '}{total:,} tokens, and {look.budget.model} takes {limit:,}")


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


_DATES = "the dates of each place, with their sources, in ftdata models"


@rule(
    "model-closed", "error", "The model cannot be trained there any more",
    over="set",
    why="A job is refused, or what it makes is shut down already.",
    fix="Go where it lasts, or take another model: ftdata places FILE.",
    source=_DATES,
)  # fmt: skip
def model_closed(_: None, totals: Totals) -> Iterator[Found]:
    """Training has ended, or the model is shut down."""
    budget = totals.budget
    if budget is not None and budget.ended:
        yield Found(Problem("", budget.ended, hint=budget.instead))


@rule(
    "model-closes", "warning", "The model is not trained there, or does not answer, for much longer",
    over="set",
    why="What is trained today is gone in less than 90 days, or cannot be trained again.",
    fix="Go where it lasts, or take another model: ftdata places FILE.",
    source=_DATES,
)  # fmt: skip
def model_closes(_: None, totals: Totals) -> Iterator[Found]:
    """An end within 90 days."""
    budget = totals.budget
    if budget is not None and budget.ends:
        yield Found(Problem("", budget.ends, hint=budget.instead))


@rule(
    "model-elsewhere", "warning", "The model is not known to be trained at this place",
    over="set",
    why="The job may be refused, and no limit or method of the place is known for it.",
    fix="Name a model that the place trains (ftdata models --for PLACE), or the place that trains the model.",
    source="the models of each place, with their sources, in ftdata models; a place may train more",
)  # fmt: skip
def model_elsewhere(_: None, totals: Totals) -> Iterator[Found]:
    """A model that the place's data file does not have."""
    budget = totals.budget
    if budget is not None and budget.elsewhere:
        yield Found(Problem("", budget.elsewhere))
