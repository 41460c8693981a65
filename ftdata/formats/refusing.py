"""Refuse an example, or record the problem and continue, so that a check reports all of them."""

from __future__ import annotations

from collections import Counter

from ftdata.errors import RowError


class Telling(Counter[str]):
    """Losses that note what is refused, so that a writer goes on to what else is wrong.

    Attributes:
        refused: What was refused so far.
    """

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[RowError] = []


def refuse(lost: Counter[str], message: str, json_path: str, hint: str = "") -> None:
    """Refuse the example; where the losses note that, go on as if this were in order.

    Args:
        lost: The losses of the writer that refuses.
        message: What is wrong.
        json_path: Where.
        hint: What to do.

    Raises:
        RowError: If the losses are a conversion's.
    """
    error = RowError(message, json_path=json_path, hint=hint)
    if not isinstance(lost, Telling):
        raise error
    lost.refused.append(error)
