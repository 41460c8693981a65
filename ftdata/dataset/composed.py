"""The verb that is a recipe of others: convert; and what it has in common with distill."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any, Literal

from ftdata.dataset.dataset import Dataset
from ftdata.errors import UsageError, option
from ftdata.verbs import VerbPart, VerbParts, composed, verb

COMPLETIONS, LOGS, BATCH = "Prompts and completions", "Logged answers", "Answers of a batch"
TOKENS = "Open models"
"""Headings of options."""

OF_COMPLETIONS = "of completions"
"""What is given where the rows are prompts and completions that are to become chats."""


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
SCORES = VerbPart(Dataset.join_scores, section=LOGS)
FINISHED = VerbPart(Dataset.finished, {"reasons": "finish"}, section=LOGS)

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
        FINISHED,
        SCORES,
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
