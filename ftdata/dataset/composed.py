"""The verbs that are recipes of others: convert and distill."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from typing import Any, Literal

from ftdata.classes import dataclass
from ftdata.dataset.dataset import Dataset
from ftdata.errors import UsageError, did_you_mean, option
from ftdata.verbs import Apart, Needs, VerbPart, VerbParts, composed, declared, verb
from ftdata.verbs.types import Expression

COMPLETIONS, LOGS, BATCH = "Prompts and completions", "Logged answers", "Answers of a batch"
TOKENS = "Open models"
SHORTER, MERGING, RIGHT = "Shorter prompts", "Calls into conversations", "Right answers, and one of several"
"""Headings of options."""

OF_COMPLETIONS = "of completions"
"""What is given where the rows are prompts and completions that are to become chats."""


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


@verb(hidden=("data",))
def ending_there(
    data: Dataset, *, per_answer: bool = False, earlier: Literal["untrained", "out"] = "untrained"
) -> Dataset:
    """The chats that end with each trained answer.

    Args:
        data: The examples.
        per_answer: Make one example per trained answer, ending there.
        earlier: Keep earlier turns untrained (weight 0), or remove them.
    """
    return data.per_answer(earlier=earlier) if per_answer else data


JOIN = VerbPart(
    Dataset.join,
    asks=("requests",),
    what="answers that are joined with --requests",
    makes="answers are joined with their requests",
    section=BATCH,
)
_SCORES = VerbPart(Dataset.join_scores, section=LOGS)
_FINISHED = VerbPart(Dataset.finished, {"reasons": "finish"}, section=LOGS)

CONVERTING = VerbParts(
    (
        VerbPart(
            Dataset.to_chat,
            asks=("map", "user", "assistant", "chosen", "rejected"),
            what="chats made of columns or by a mapping",
            makes="columns or a mapping make examples of the rows",
        ),
        VerbPart(
            Dataset.gather_messages,
            asks=("group_by",),
            what="messages that are gathered with --group-by",
            makes="rows are messages of conversations",
            section="Messages into conversations",
        ),
        JOIN,
        VerbPart(
            Dataset.relabel,
            {"labels": "relabel", "unlabelled": "unlabelled", "header": "labels_header"},
            ("relabel",),
            section="Codes into words",
        ),
        _FINISHED,
        _SCORES,
        VerbPart(
            Dataset.completion_to_chat,
            asks=(OF_COMPLETIONS,),
            what="rows of prompt and completion that become chats",
            of_data=True,
            section=COMPLETIONS,
        ),
        VerbPart(Dataset.system, {"set": "system"}),
        VerbPart(ending_there, asks=("per_answer",), section="One answer an example"),
        VerbPart(Dataset.tokenize, asks=("tokenizer",), what="tokens that are made with --tokenizer", section=TOKENS),
    ),
    otherwise="the rows are taken for examples",
    hints={"metadata": "Use --to ftdata to keep metadata."},
)
"""The parts of convert; the first ones make examples of rows."""

CONVERT = composed(
    "convert",
    CONVERTING,
    "Convert files to chat-format JSONL, or from one format to another.",
    about=(
        "FILE is JSON lines, JSON, CSV, TSV, Parquet, Arrow or a spreadsheet, compressed or not; a folder or pattern "
        "of them; a URL; a Hugging Face dataset (hf://datasets/owner/name, or its folder); or '-' for stdin.",
        "Columns become chats with `user` and `assistant`, pairs of answers with `user`, `chosen` and `rejected`, and "
        "conversations with `group_by`. A template is text with {{ columns }}; \\n is a new line; @FILE reads it from "
        "a file.",
    ),
    examples=('ftdata convert tickets.csv -o train.jsonl --system "You route tickets." --user body --assistant queue',),
)

_FOR_COMPLETIONS = (
    "prompt_column",
    "completion_column",
    "trim_labels",
    "whole_prompts",
    "prefix_to_system",
    "unescape",
)
MARKS = ("separator", "stop")
"""What is taken away where completions are read, and put there where they are written."""


def of_data(data: Dataset, values: Mapping[str, Any], to: str | None, said: Container[str]) -> dict[str, bool]:
    """What the rows ask convert for: prompts and completions become chats, unless they are to stay what they are.

    Args:
        data: The rows.
        values: The options of convert that are given.
        to: The format to write, if one is named.
        said: The names of all options that are given, also of what only a command has.

    Raises:
        UsageError: If an option applies to logs, or to prompts and completions, and the rows are neither.
    """
    maker = CONVERTING.maker(values)
    here = maker.makes if maker else "these rows are none"
    if "finish" in said and not (maker is JOIN or (maker is None and data.of_transcripts)):
        raise UsageError(f"{option('finish')} is for logged answers, and {here}", hint="Remove it.")
    named = any(name in said for name in ("prompt_column", "completion_column"))
    known = None if maker or named else data.detected().format
    completions = bool(named and not maker) or (known is not None and known.name == "completion")
    remarked = to == "completion" and any(name in said for name in MARKS)
    rows = to in ("completion", "ftdata", "tokens") or (to is None and "tokenizer" in said)
    chats = completions and (remarked or not rows)
    asked = [*_FOR_COMPLETIONS, *(MARKS if not remarked else ()), *(("metadata",) if maker is None else ())]
    kept = completions and not chats
    for name in (*asked, *(("notes",) if to != "completion" or kept else ())):
        if name in said and not chats:
            here = f"{option('to', to)} keeps them as they are" if completions else here
            hint = "Use --to ftdata to keep metadata." if name == "metadata" else ""
            raise UsageError(
                f"{option(name)} is for rows of prompt and completion that become chats, and {here}", hint=hint
            )
    return {OF_COMPLETIONS: True} if chats else {}


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
            _SCORES,
            _FINISHED,
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
