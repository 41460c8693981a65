"""The server of a page: on this machine alone, for whoever knows its address, until it is stopped.

Who may ask: an address holds a random token; the name that a request asks for must be this machine's own, so that no
other site's name can be turned to it (DNS rebinding); and what is posted must come from the page itself.
"""

from __future__ import annotations

import contextvars
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ftdata.asks import reads
from ftdata.codec import decode
from ftdata.digits import whole
from ftdata.errors import FtdataError, OutputError, RowError, row_error
from ftdata.report.page import LANGS
from ftdata.view.edits import EditsChangedError
from ftdata.view.pages import BadRequestError, Desk, told

log = logging.getLogger("ftdata")

MAX_BODY = 64 << 20
"""Bytes of what a page may post."""

_TICK = 0.5
"""Seconds between two looks at whether the server is still wanted."""

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class ViewServer(ThreadingHTTPServer):
    """Serves a desk on a port of this machine.

    Attributes:
        desk: What is shown.
        token: What the address holds.
        idle: Seconds without a request after which it stops; 0 for never.
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self, desk: Desk, port: int = 0, idle: float = 0) -> None:
        self.desk, self.idle = desk, idle
        self.token = secrets.token_urlsafe(24)
        self.context = contextvars.copy_context()
        self._asked = time.monotonic()
        self._parent = os.getppid()
        try:
            super().__init__(("127.0.0.1", port), Handler)
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise OutputError(f"port {port} cannot be used: {reason}", hint="Choose another one with --port.") from None

    @property
    def port(self) -> int:
        """The port."""
        return int(self.server_address[1])

    @property
    def address(self) -> str:
        """The address of the page."""
        return f"http://127.0.0.1:{self.port}/{self.token}/"

    @property
    def hosts(self) -> frozenset[str]:
        """The names by which requests may ask for it."""
        return frozenset(f"{name}:{self.port}" for name in ("127.0.0.1", "localhost"))

    def asked(self) -> None:
        """Note that it was asked something."""
        self._asked = time.monotonic()

    def run(self) -> None:
        """Serve until it is interrupted, its parent ends, or nobody asks any more."""
        watch = threading.Thread(target=self._watch, daemon=True, name="ftdata-view")
        watch.start()
        try:
            self.serve_forever(poll_interval=_TICK)
        finally:
            self.desk.close()
            self.server_close()

    def _watch(self) -> None:
        while not self.desk.closing.wait(_TICK):
            orphaned = os.name != "nt" and os.getppid() != self._parent
            if orphaned or (self.idle and time.monotonic() - self._asked > self.idle):
                self.shutdown()
                return

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that leaves while it is answered is no fault; others go to the log."""
        log.debug("a request could not be answered", exc_info=True)


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    server: ViewServer
    server_version, sys_version = "ftdata", ""
    timeout = 60

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is printed for a request."""
        log.debug(format, *args)

    def do_GET(self) -> None:
        """The page."""
        asked = self._allowed()
        if asked is None:
            return
        if asked != "":
            self._send(404, b"not found", "text/plain; charset=utf-8")
            return
        lang = parse_qs(urlsplit(self.path).query).get("lang", [""])[0]
        self._send(200, self.server.desk.page(lang), "text/html; charset=utf-8")

    def do_POST(self) -> None:
        """What the page asks."""
        asked = self._allowed()
        if asked is None:
            return
        origin = self.headers.get("Origin", "")
        if origin.removeprefix("http://") not in self.server.hosts or not origin.startswith("http://"):
            self._refuse("the request comes from another site")
            return
        if self.headers.get("Content-Type", "").partition(";")[0].strip() != "application/json":
            self._send(415, b"expected JSON", "text/plain; charset=utf-8")
            return
        self.server.context.copy().run(self._answered, asked.removeprefix("api/"))

    def _answered(self, what: str) -> None:
        try:
            given = self._given()
            if given.get("lang") in LANGS:
                reads.set(given["lang"])
            if what == "news":
                self._stream(given)
                return
            self._send(200, self.server.desk.answer(what, given), "application/json")
        except BadRequestError as error:
            self._send(400, told(error), "application/json")
        except EditsChangedError as error:
            self._send(409, told(error), "application/json")
        except FtdataError as error:
            self._send(422, told(error), "application/json")
        except ConnectionError:
            return  # the page is gone
        except Exception as error:  # a bug is told where somebody sees it
            log.debug("a request failed", exc_info=True)
            self._send(500, told(row_error(error)), "application/json")

    def _given(self) -> dict[str, Any]:
        length = whole(self.headers.get("Content-Length", ""))
        if length is None or length > MAX_BODY:
            raise BadRequestError(f"expected at most {MAX_BODY:,} bytes of JSON")
        try:
            given = decode(self.rfile.read(length))
        except RowError as error:
            raise BadRequestError(f"expected JSON: {error.message}") from None
        if not isinstance(given, dict):
            raise BadRequestError("expected a JSON object")
        return given

    def _stream(self, given: dict[str, Any]) -> None:
        """Lines of JSON, one after another; the end of the connection ends them."""
        lines = self.server.desk.news(given)
        first = next(lines, b"")  # an error is answered as an error
        self._head(200, "application/x-ndjson")
        self.end_headers()
        with suppress(ConnectionError):
            self.wfile.write(first)
            for line in lines:
                self.wfile.write(line)
                self.server.asked()

    # -- who may ask ------------------------------------------------------------------------------------------------

    def _allowed(self) -> str | None:
        """What is asked for below the token; None where the request was refused."""
        if self.headers.get("Host", "") not in self.server.hosts:
            self._refuse("the name of this server is another one")
            return None
        _, token, *rest = [*urlsplit(self.path).path.split("/", 2), ""]
        if not secrets.compare_digest(token.encode(), self.server.token.encode()):
            self._refuse("the address is not complete: open the one that ftdata view printed")
            return None
        self.server.asked()
        return rest[0]

    def _refuse(self, why: str) -> None:
        self._send(403, why.encode(), "text/plain; charset=utf-8")

    def _head(self, code: int, kind: str) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        for name, value in _HEADERS.items():
            self.send_header(name, value)

    def _send(self, code: int, body: bytes, kind: str) -> None:
        self._head(code, kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(ConnectionError):
            self.wfile.write(body)


def serving(desk: Desk, *, port: int = 0, idle: float = 0, ready: Callable[[str], None]) -> None:
    """Serve a desk until it is stopped; `ready` gets the address once it can be opened."""
    server = ViewServer(desk, port, idle)
    ready(server.address)
    server.run()
