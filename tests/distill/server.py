"""A stand-in for the API on this machine: the real SDK talks to it over real connections."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = dict[str, Any]


@dataclass
class Reply:
    """What is sent back: a JSON body, or the data of server-sent events, cut off in the middle where `breaks`."""

    body: Body | str = field(default_factory=dict)
    status: int = 200
    events: list[Body] | None = None
    breaks: bool = False
    done: bool = True
    wait: float = 0.0


@dataclass
class Asked:
    """What came in."""

    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Body:
        value: Body = json.loads(self.raw)
        return value


class Server(ThreadingHTTPServer):
    """Answers every POST with what `reply` makes of it, and remembers what was asked."""

    daemon_threads = True
    reply: Callable[[Asked], Reply]
    asked: list[Asked]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        asked = Asked(self.path, {key.lower(): value for key, value in self.headers.items()}, raw)
        self.server.asked.append(asked)
        reply = self.server.reply(asked)
        time.sleep(reply.wait)
        try:
            self._stream(reply) if reply.events is not None else self._whole(reply)
        except OSError:
            self.close_connection = True  # the caller went away

    def _whole(self, reply: Reply) -> None:
        html = isinstance(reply.body, str)
        data = reply.body.encode() if isinstance(reply.body, str) else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", "text/html" if html else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for event in reply.events or ():
            name = f"event: {event['type']}\n" if "type" in event else ""
            self._piece(f"{name}data: {json.dumps(event)}\n\n".encode())
        if reply.breaks:
            self.wfile.flush()
            self.close_connection = True
            return
        if reply.done:
            self._piece(b"data: [DONE]\n\n")
        self.wfile.write(b"0\r\n\r\n")

    def _piece(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def log_message(self, format: str, *args: object) -> None:
        return


@contextmanager
def serving(reply: Callable[[Asked], Reply]) -> Iterator[Server]:
    """A server that answers so until the block ends."""
    server = Server(("127.0.0.1", 0), _Handler)
    server.reply, server.asked = reply, []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


# -- what it says -------------------------------------------------------------------------------------------------------


def completion(*contents: str | None, finish: str = "stop", **message: Any) -> Body:
    """A chat.completion with a choice for each content."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1767225600,
        "model": "gpt-4.1-2025-04-14",
        "choices": [
            {
                "index": index,
                "message": {"role": "assistant", "content": content, "refusal": None, **message},
                "logprobs": None,
                "finish_reason": finish,
            }
            for index, content in enumerate(contents)
        ],
        "usage": {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11},
        "service_tier": "default",
    }


def chunk(*choices: Body, **more: Any) -> Body:
    """A chat.completion.chunk."""
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1767225600, "model": "gpt-4.1-2025-04-14"}
    return {**head, "choices": list(choices), **more}


def piece(index: int = 0, finish: str | None = None, **delta: Any) -> Body:
    """A choice of a chunk."""
    return {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}


def spoken(*words: str) -> list[Body]:
    """The chunks of an answer of so many words."""
    return [
        chunk(piece(role="assistant", content="", refusal=None)),
        *[chunk(piece(content=word)) for word in words],
        chunk(piece(finish="stop")),
        chunk(usage={"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}),
    ]


def response(text: str, status: str = "completed") -> Body:
    """A body of the Responses API."""
    content = [{"type": "output_text", "text": text, "annotations": []}]
    item = {"type": "message", "id": "msg_1", "status": status, "role": "assistant", "content": content}
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1767225600,
        "status": status,
        "error": None,
        "model": "gpt-4.1-2025-04-14",
        "output": [item] if text else [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": None,
    }


def events(*words: str, last: str = "response.completed") -> list[Body]:
    """The events of a streamed response of so many words."""
    item = {"type": "message", "id": "msg_1", "status": "in_progress", "role": "assistant", "content": []}
    at = {"output_index": 0, "content_index": 0, "item_id": "msg_1"}
    made: list[Body] = [
        {"type": "response.created", "response": response("", "in_progress")},
        {"type": "response.output_item.added", "output_index": 0, "item": item},
        {"type": "response.content_part.added", **at, "part": {"type": "output_text", "text": "", "annotations": []}},
        *[{"type": "response.output_text.delta", **at, "delta": word, "logprobs": []} for word in words],
    ]
    if last:
        made.append({"type": last, "response": response("".join(words), last.split(".")[1])})
    return [{**event, "sequence_number": number} for number, event in enumerate(made)]
