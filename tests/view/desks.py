"""A desk that is served in a thread, and its data."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ftdata
from ftdata.view.opened import OpenFile
from ftdata.view.pages import Desk
from ftdata.view.server import ViewServer

QUEUES = ("billing", "shipping", "returns")


def ticket(number: int) -> dict[str, Any]:
    """One of many tickets."""
    said = f"Ticket {number}: where is my parcel?" if number % 3 else f"Ticket {number}: refund, please"
    return {
        "messages": [
            {"role": "system", "content": "You route tickets."},
            {"role": "user", "content": said},
            {"role": "assistant", "content": QUEUES[number % 3]},
        ]
    }


def written(path: Path, rows: Sequence[Any]) -> Path:
    """The rows as JSON lines; a text stands as it is."""
    lines = (one if isinstance(one, str) else json.dumps(one, ensure_ascii=False) for one in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def opened(path: Path, **options: Any) -> OpenFile:
    """The file, open."""
    return OpenFile(ftdata.read(path), [str(path)], **options)


@contextmanager
def served(*files: OpenFile, lang: str = "en") -> Iterator[ViewServer]:
    """A server of these files, which ends with the block."""
    server = ViewServer(Desk(files, lang))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join(timeout=10)
        assert not thread.is_alive()


def asked(server: ViewServer, what: str, values: Any = None, *, method: str = "POST", token: str | None = None,
          **headers: str) -> tuple[int, bytes]:  # fmt: skip
    """What the server answers to a request."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    own = f"127.0.0.1:{server.port}"
    given = {"Host": own, "Origin": f"http://{own}", "Content-Type": "application/json"}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps(values if values is not None else {}).encode() if method == "POST" else None
    connection.request(method, f"/{server.token if token is None else token}/{what}", body,
                       {name: value for name, value in given.items() if value})  # fmt: skip
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found


def told(server: ViewServer, what: str, **values: Any) -> Any:
    """What it answers to what the page may ask."""
    code, body = asked(server, f"api/{what}", values)
    assert code == 200, body
    return json.loads(body)
