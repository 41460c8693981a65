"""Rows of tokens, as trainers take them that render nothing themselves.

They are made of examples by a tokenizer and its chat template (`ftdata.steps.tokenizing`), so this is no format that
examples could be read from, and none of `FORMATS`.

Sources: TRL 1.16 (SFT takes ``input_ids`` and ``labels``, DPO ``prompt_ids``, ``chosen_ids`` and ``rejected_ids``, read
in its code), axolotl's page on pre-tokenized datasets and Together's on data preparation (``input_ids``,
``attention_mask``, ``labels``, the latter as Parquet), Tinker's page on Datum (tokens and weights, before the shift by
one), Fireworks' page on render samples (``token_ids``, ``decoded_tokens``, ``token_weights``).
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ftdata.errors import RowError
from ftdata.formats.registry import Format

if TYPE_CHECKING:
    from ftdata.example.words import Example


def parse(row: dict[str, Any], repaired: Counter[str]) -> Example:
    """Nothing.

    Raises:
        RowError: Always: no text can be read back.
    """
    raise RowError("rows of tokens are written, not read", hint="Read the file that they were made of.")


def dump(row: dict[str, Any], lost: Counter[str]) -> dict[str, Any]:
    """The row itself, which the step made."""
    return row


TOKENS = Format(
    name="tokens",
    about="tokens with what is trained, by an open model's tokenizer and chat template",
    kinds=(),
    parse=parse,
    gated=True,
    dump=dump,
    recognises=lambda row: False,
)
