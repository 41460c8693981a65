"""What a large model answers is logged while the program goes on as before: python examples/capture.py [OUTPUT].

It asks a stand-in on this machine, so that it runs offline. For the real one, leave `base_url` out.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import openai

import ftdata

HERE = Path(__file__).parent
SYSTEM = "You route support tickets. Answer with the name of one queue."


class StandIn:
    """A server that answers every chat request with "billing", streamed or not, until it is closed."""

    def __init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class _Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        streams = asked.get("stream", False)
        message = {"role": "assistant", "content": "billing"}
        body = {
            "id": "chatcmpl-1",
            "object": "chat.completion.chunk" if streams else "chat.completion",
            "created": 1767225600,
            "model": asked["model"],
            "choices": [{"index": 0, "delta" if streams else "message": message, "finish_reason": "stop"}],
        }
        text = json.dumps(body)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if streams else "application/json")
        self.end_headers()
        self.wfile.write((f"data: {text}\n\ndata: [DONE]\n\n" if streams else text).encode())

    def log_message(self, format: str, *args: object) -> None:
        return


def without_addresses(record: dict[str, Any]) -> dict[str, Any] | None:
    """Leave out every call in which there is an address."""
    return None if "@" in json.dumps(record["request"]) else record


def main(output: str) -> None:
    """Ask about every ticket, and log what is asked and answered."""
    tickets = ftdata.read(HERE / "tickets.csv").to_chat(
        system=SYSTEM, user="{{ subject }}\n\n{{ body }}", assistant="queue"
    )
    server = StandIn()
    with closing(server), openai.OpenAI(base_url=server.url, api_key="none") as plain:
        client = ftdata.capture(plain, output, redact=without_addresses, metadata={"run": "tickets"})
        for ticket in tickets:
            messages: Any = ticket["messages"][:-1]
            answer = client.chat.completions.create(model="gpt-4.1", messages=messages)
            assert answer.choices[0].message.content == "billing"
    print(f"{len(Path(output).read_bytes().splitlines())} calls logged in {output}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(sys.argv[1])
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(str(Path(folder) / "calls.jsonl"))
