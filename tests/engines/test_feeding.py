"""Pieces made ahead."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from ftdata.engines.feeding import ahead


def numbers(count: int, made: list[int]) -> Iterator[int]:
    for number in range(count):
        made.append(number)
        yield number


@pytest.mark.parametrize("count", [0, 1, 3, 100])
def test_all_pieces_come_in_order(count: int) -> None:
    assert list(ahead(numbers(count, []), 2)) == list(range(count))


def test_no_more_are_made_than_there_is_room_for() -> None:
    made: list[int] = []
    pieces = ahead(numbers(100, made), 2)
    assert next(pieces) == 0
    pieces.close()  # type: ignore[attr-defined] # a generator
    assert len(made) < 10
    assert not [thread for thread in threading.enumerate() if "make" in thread.name]


def test_an_error_is_raised_where_the_piece_is_waited_for() -> None:
    def broken() -> Iterator[int]:
        yield 1
        raise OSError("no room")

    pieces = ahead(broken())
    assert next(pieces) == 1
    with pytest.raises(OSError, match="no room"):
        next(pieces)
