"""From a file to a trained model's metrics: python examples/jobs.py [OUTPUT].

It asks a stand-in on this machine, so that it runs offline and trains nothing. For the real one, leave `base_url` out.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import ftdata
from ftdata.jobs.clients import connect
from ftdata.jobs.sending import submit, watch

HERE = Path(__file__).parent
MODEL = "ft:gpt-4.1-mini-2025-04-14:org:cs:abc123"


def item(kind: str, id: str, **more: Any) -> dict[str, Any]:
    """An object of the API."""
    return {"object": kind, "id": id, "created_at": 1767225600, **more}


def event(step: int) -> dict[str, Any]:
    """What a job says of a step."""
    data = {"step": step, "train_loss": 2 / step}
    message = f"Step {step}/60: training loss={2 / step:.2f}"
    return item("fine_tuning.job.event", f"event-{step}", level="info", type="metrics", message=message, data=data)


def checkpoint(step: int, job: str) -> dict[str, Any]:
    """A model as it was at a step."""
    named = item("fine_tuning.job.checkpoint", f"ckpt-{step}", fine_tuning_job_id=job, step_number=step)
    model = MODEL if step == 60 else f"{MODEL}:ckpt-step-{step}"
    return {**named, "fine_tuned_model_checkpoint": model, "metrics": {"step": step}}


class StandIn:
    """A service that takes files and jobs, and has every job done at once, until it is closed."""

    def __init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class _Service(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    files: dict[str, dict[str, Any]] = {}  # noqa: RUF012 - of the one service
    jobs: dict[str, dict[str, Any]] = {}  # noqa: RUF012

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.startswith("/v1/files"):
            name = raw.split(b'filename="')[1].split(b'"')[0].decode()
            file = item("file", f"file-{len(self.files) + 1}", bytes=len(raw), filename=name, status="processed")
            self.files[file["id"]] = {**file, "purpose": "fine-tune"}
            return self.say(self.files[file["id"]])
        job = item("fine_tuning.job", f"ftjob-{len(self.jobs) + 1}", status="succeeded", fine_tuned_model=MODEL)
        self.jobs[job["id"]] = {**job, "result_files": ["file-results"], "hyperparameters": {}, **json.loads(raw)}
        return self.say(self.jobs[job["id"]])

    def do_GET(self) -> None:
        path = self.path.split("?")[0].removeprefix("/v1/").split("/")
        if path[-1] == "content":
            return self.say((HERE / "results.csv").read_bytes())
        if path[-1] == "events":
            return self.say(self.page([event(step) for step in range(60, 0, -5)]))
        if path[-1] == "checkpoints":
            return self.say(self.page([checkpoint(step, path[2]) for step in (60, 40, 20)]))
        held = self.files if path[0] == "files" else self.jobs
        return self.say(held[path[-1]] if path[-1] in held else self.page(list(held.values())))

    def page(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        return {"object": "list", "data": rows, "has_more": False}

    def say(self, body: Any) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        return


def main(output: str) -> None:
    """Make a job of the tickets, send it, and log its events."""
    with tempfile.TemporaryDirectory() as folder:
        train = Path(folder) / "train.jsonl"
        tickets = ftdata.read(HERE / "tickets.csv").to_chat(system="You route tickets.", user="body", assistant="queue")
        tickets.sample(first=40).write(train)
        job = ftdata.job(train, model="gpt-4.1-mini", epochs=3, suffix="cs")
        os.environ.setdefault("OPENAI_API_KEY", "none")
        with closing(StandIn()) as service:
            client = connect("openai", service.url)
            created, _ = submit(client, job)
            events = list(watch(client, created["id"]))
            run = client.metrics(created["id"]).run(created["id"])
    Path(output).write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    print(f"{events[-1]['fine_tuned_model']}: best at step {run.best.step if run.best else '?'}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(sys.argv[1])
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(str(Path(folder) / "events.jsonl"))
