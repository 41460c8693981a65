"""Rows that are messages of trees: each names the message that it answers.

What becomes of them is told by all rows of a tree: see `ftdata.steps.trees`.

Source: the cards of OpenAssistant/oasst1 and oasst2.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.classes import replace
from ftdata.errors import RowError
from ftdata.formats.layouts.trees import ALL, BEST, PAIRS, TreeColumns, node_of
from ftdata.formats.registry import Format, Parsed, only_read


def parse(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """Never an example: a message of a tree alone is none.

    Raises:
        RowError: Always, with what is wrong with the message, or what it needs.
    """
    at = TreeColumns.of(row)
    if at is None:
        raise RowError("expected a message with its id and that of the message it answers; got none", json_path="$")
    node_of(row, at)
    raise RowError("a message of a tree alone is not an example", hint="Convert the whole file: ftdata convert.")


def _recognised(row: dict[str, Any]) -> bool:
    at = TreeColumns.of(row)
    if at is None or type(row[at.said]) is not str:
        return False
    node_of(row, at)
    return type(row[at.parent]) in (str, int, type(None))


def _fits(row: dict[str, Any]) -> bool:
    try:
        return _recognised(row)
    except RowError:
        return False


_BEST = Format(
    name="tree",
    about="rows that are messages of trees, with the ids of the messages they answer: the path of the best answers",
    kinds=("chat", "preference"),
    parse=parse,
    dump=only_read("tree"),
    recognises=_fits,
    sign="messages that name the message they answer",
    writes=False,
    gathers=BEST,
    source="OpenAssistant/oasst1 and oasst2",
)
TREE = replace(
    _BEST,
    variants={
        ALL: replace(_BEST, name="tree:all", about="tree, each path from the first message to an answer", gathers=ALL),
        PAIRS: replace(
            _BEST, name="tree:pairs", about="tree, the best answer to each message against the worst", gathers=PAIRS
        ),
    },
)
