"""``ftdata view`` without a server: what its page would ask is asked once and printed, and nothing is opened."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
import pytest

from ftdata.errors import FtdataError
from ftdata.view import server
from ftdata.view.pages import Desk


def _answered(desk: Desk, *, port: int = 0, idle: float = 0, ready: Callable[[str], None]) -> None:
    ready(f"http://127.0.0.1:{port}/ for {idle}")
    try:
        click.echo(desk.page("")[:60])
        for what, values in (("rows", {"start": 0, "count": 9}), ("row", {"at": 0}), ("choices", {})):
            for _ in desk.news({}):
                pass
            try:
                click.echo(desk.answer(what, values))
            except FtdataError as error:
                click.echo(str(error))
    finally:
        desk.close()


@contextmanager
def unserved() -> Iterator[None]:
    """While this lasts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "serving", _answered)
        patch.setattr(webbrowser, "open", lambda address: click.echo(f"opens {address}"))
        yield
