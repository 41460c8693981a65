"""Rows as other services and trainers than OpenAI's take them; what each refuses is told by its format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ftdata.rules.registry import Problem, rule

if TYPE_CHECKING:
    from ftdata.rules.look import RowLook


@rule(
    "refused-row", "error", "A row that the service or the trainer refuses, drops or empties",
    over="own",
    why="A trainer drops such rows with a line in its log, or stops; a service refuses the file.",
    fix="Put it right, or let ftdata convert FILE --to FORMAT do it, which rejects what cannot be put right.",
    source="the code of LLaMA-Factory's converters, axolotl's chat_template, mistral-finetune's readers, "
    "together-python's checker and NeMo's datasets; what the format's writer would change",
)  # fmt: skip
def refused_row(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """What their code does."""
    return _told(row, look, sure=True)


@rule(
    "ruled-out-row", "warning", "A row that the service's or the trainer's documentation rules out",
    over="own",
    why="It may be refused, or trained otherwise than it was meant.",
    fix="Put it right, or let ftdata convert FILE --to FORMAT do it.",
    source="the documentation of Fireworks, Bedrock, Mistral and LLaMA-Factory; not verified against them",
)  # fmt: skip
def ruled_out_row(row: dict[str, Any], look: RowLook) -> Iterator[Problem]:
    """What their documentation says, and what is left out in silence."""
    return _told(row, look, sure=False)


def _told(row: dict[str, Any], look: RowLook, *, sure: bool) -> Iterator[Problem]:
    from ftdata.formats import FORMATS

    if look.kind in look.target.lines and not look.target.own:
        return  # it takes OpenAI's lines of this kind, which its format does not hold
    if look.refusals is None:
        look.refusals = FORMATS[look.target.format].refusals(row)
    for path, message, known in look.refusals:
        if known == sure:
            yield Problem(path, message)
