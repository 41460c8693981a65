"""Chains of responses: a request that goes on from an earlier response, whose turns only the API kept.

Where the log has the earlier responses too, their turns are put before the request's.

Source: OpenAI's API reference, "Create a model response" (`previous_response_id`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ftdata.formats.transcripts.envelopes.pairs import ANSWERS, REQUESTS

Row = dict[str, Any]

PREVIOUS = "previous_response_id"


def _request(row: Row) -> tuple[str, Row] | None:
    """The request, and the key that it stands under."""
    return next(((name, row[name]) for name in REQUESTS if type(row.get(name)) is dict and "input" in row[name]), None)


def _response(row: Row) -> tuple[str, Row] | None:
    for name in ANSWERS:
        found = row.get(name)
        if type(found) is dict and type(found.get("output")) is list:
            return name, found
    return None


def link(row: Row) -> tuple[str | None, str | None]:
    """The id of a row's response, and of the one that its request goes on from; None for what is not there."""
    request, response = _request(row), _response(row)
    if request is None or response is None:
        return None, None
    id = response[1].get("id")
    before = request[1].get(PREVIOUS) or response[1].get(PREVIOUS)
    return id if type(id) is str and id else None, before if type(before) is str and before else None


def whole(rows: Sequence[Row]) -> Row:
    """The last of the rows of a chain, with what was said in those before it put before its own input."""
    *before, last = rows
    items: list[Any] = []
    for row in before:
        request, response = _request(row), _response(row)
        items += [*_input(request[1] if request else {}), *(response[1]["output"] if response else ())]
    request, response = _request(last), _response(last)
    if request is None or response is None:
        return last
    asks = {**request[1], "input": [*items, *_input(request[1])], PREVIOUS: None}
    return {**last, request[0]: asks, response[0]: {**response[1], PREVIOUS: None}}


def _input(request: Row) -> list[Any]:
    given = request.get("input")
    if type(given) is list:
        return given
    return [{"role": "user", "content": given} if type(given) is str else given] if given else []
