"""The verb that is a recipe of others: distill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ftdata.classes import dataclass
from ftdata.dataset.composed import BATCH, FINISHED, SCORES
from ftdata.dataset.dataset import Dataset
from ftdata.errors import UsageError, did_you_mean, option
from ftdata.verbs import Apart, Needs, VerbPart, VerbParts, composed, declared, verb
from ftdata.verbs.types import Expression

SHORTER, MERGING, RIGHT = "Shorter prompts", "Calls into conversations", "Right answers, and one of several"
"""Headings of options."""


@verb(hidden=("data",))
def shortened(data: Dataset, *, strip: Sequence[str] = (), drop_few_shot: bool = False) -> Dataset:
    """The examples with less around the talk.

    Args:
        data: The examples.
        strip: What definitions lose, as of `ftdata strip`: descriptions, unused, …
        drop_few_shot: Remove few-shot exchanges that at least 90% of the prompts begin with.

    Raises:
        UsageError: If there is no such way to strip.
    """
    data = data.drop_few_shot() if drop_few_shot else data
    return data.strip(**dict.fromkeys(map(way, strip), True)) if strip else data  # type: ignore[arg-type]


def way(given: str) -> str:
    """A way to strip definitions.

    Raises:
        UsageError: If there is none.
    """
    known = [one.name for one in declared(Dataset.strip)]
    name = given.replace("-", "_")
    if name not in known:
        hint = did_you_mean(name, known) or f"Choose from {', '.join(known)}."
        raise UsageError(f"unknown part to strip: {given}", hint=hint)
    return name


@verb(hidden=("data",))
def answering(
    data: Dataset, *, where: Sequence[Expression] = (), no_refusals: bool = False, valid: bool = False,
    keep_unknown: bool = False,
) -> Dataset:  # fmt: skip
    """The answers that are good ones.

    Args:
        data: The examples.
        where: Keep answers where EXPR is true, e.g. 'completion_tokens < 500'.
        no_refusals: Drop answers that are refusals.
        valid: Keep answers that match their response_format and calls that match their function's schema.
        keep_unknown: Keep answers that lack the field used to select them, such as model or score.
    """
    for expression in where:
        data = data.filter(expression, unknown="keep" if keep_unknown else "drop")
    data = data.without_refusals() if no_refusals else data
    return data.valid() if valid else data


SHORTENING = ("system", "shorten", "strip", "drop_few_shot")
_BY_SCORE = {"choices": ("best", "pairs"), "repeats": ("best", "pairs")}
_PAIRS = "pairs cannot be merged into conversations"


@dataclass(frozen=True)
class _BothSides:
    """Pairs by verdict need the wrong answers too."""

    def check(self, given: Mapping[str, Any]) -> None:
        """Refuse to drop what the pairs are made of."""
        pairs = next((name for name in ("choices", "repeats") if given.get(name) == "pairs"), None)
        if pairs and "verify" in given and given.get("score") == "verdict" and given.get("wrong", "drop") == "drop":
            raise UsageError(
                f"{option(pairs, 'pairs')} by verdict needs wrong answers, and {option('verify')} drops them",
                hint=f"Add {option('wrong', 'keep')}.",
            )

    def said(self) -> tuple[str, ...]:
        """What must hold, in a sentence."""
        return (f"Pairs by {option('score', 'verdict')} need {option('wrong', 'keep')}.",)


DISTILL = composed(
    "distill",
    VerbParts(
        (
            VerbPart(Dataset.join, asks=("requests",), section=BATCH),
            SCORES,
            FINISHED,
            VerbPart(
                Dataset.select,
                asks=("status", "teacher", "since", "until", "min_score", "tags", "not_tags"),
            ),
            VerbPart(answering, asks=("where", "no_refusals", "valid"), old={"drop_refusals": "no_refusals"}),
            VerbPart(
                Dataset.verify,
                {"test": "verify", "wrong": "wrong", "pass_rate": "pass_rate", "keep_unknown": "keep_unknown"},
                ("verify",),
                section=RIGHT,
            ),
            VerbPart(Dataset.vote, {"by": "vote", "min_agreement": "min_agreement"}, ("vote",), section=RIGHT),
            VerbPart(
                Dataset.choices,
                {"how": "choices", "score": "score", "margin": "margin"},
                ("choices",),
                section=RIGHT,
            ),
            VerbPart(
                Dataset.repeats,
                {"how": "repeats", "score": "score", "margin": "margin"},
                ("repeats",),
                section=RIGHT,
            ),
            VerbPart(Dataset.edits, {"column": "edits"}, ("edits",), section=RIGHT),
            VerbPart(Dataset.merge_calls, {"by": "merge", "train": "train"}, ("merge",), section=MERGING),
            VerbPart(Dataset.reasoning, {"how": "reasoning"}, ("reasoning",), section=MERGING),
            VerbPart(shortened, asks=("drop_few_shot", "strip"), section=SHORTER),
            VerbPart(
                Dataset.system,
                {"set": "system", "shorten": "shorten", "replace_all": "replace_all"},
                ("system", "shorten"),
                section=SHORTER,
            ),
            VerbPart(
                Dataset.saved,
                {name: name for name in ("model", "place", "epochs", "price_in", "price_out")},
                SHORTENING,
                called=False,
                section=SHORTER,
            ),
        )
    ),
    "Build a training set from logged answers: select, choose, merge, shorten.",
    about=(
        "FILE is a log that ftdata reads (see the guide on transcripts), or examples whose metadata "
        "``convert --to ftdata`` kept. Answers are first selected one by one, then verified, voted on and "
        "chosen among; then calls are merged into conversations; then prompts are shortened. Each stage reports "
        "what it removed and why. Answers that lack a field used to select them are dropped too, unless "
        "`keep_unknown` is given.",
    ),
    conditions=(
        Apart(("system", "shorten"), "one sets one prompt for all, the other a shorter one for each"),
        Needs(("score",), ("min_score", "choices", "repeats"), _BY_SCORE),
        Needs(("margin",), ("choices", "repeats"), {"choices": ("pairs",), "repeats": ("pairs",)}),
        Apart(
            ("choices", "repeats"),
            "pairs leave no answers to choose from",
            "For pairs of all answers to a prompt, omit the first.",
            {"choices": ("pairs",), "repeats": ("first", "majority", "best", "pairs")},
        ),
        _BothSides(),
        Apart(("edits", "merge"), _PAIRS),
        Apart(("edits", "choices"), "both make pairs", values={"choices": ("pairs",)}),
        Apart(("edits", "repeats"), "both make pairs", values={"repeats": ("pairs",)}),
        Apart(("choices", "merge"), _PAIRS, values={"choices": ("pairs",)}),
        Apart(("repeats", "merge"), _PAIRS, values={"repeats": ("pairs",)}),
    ),
    examples=(
        "ftdata distill calls.jsonl -o train.jsonl --teacher gpt-4.1 --min-score 0.8 --merge session",
        'ftdata distill calls.jsonl -o train.jsonl --choices best --system "You route tickets." --drop-few-shot',
        "ftdata distill 'out-*.jsonl' --requests 'in-*.jsonl' --errors 'err-*.jsonl' -o train.jsonl --valid",
    ),
)
