"""A stand-in for OpenAI's and Azure's API of files, uploads, jobs and models, on this machine alone.

The real SDK talks to it over real connections. What is to go wrong is put into `faults`: each is used up by the next
request that it fits.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Body = dict[str, Any]
KEY = "sk-loopback-secret"
BORN = 1790000000


@dataclass
class Fault:
    """What goes wrong: a status with an error, or a connection that breaks before or after the work is done."""

    path: str
    status: int = 0
    code: str = ""
    message: str = "no"
    cut: str = ""
    method: str = ""
    times: int = 1


@dataclass
class World:
    """What the service holds."""

    files: dict[str, Body] = field(default_factory=dict)
    contents: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, Body] = field(default_factory=dict)
    parts: dict[str, bytes] = field(default_factory=dict)
    jobs: dict[str, Body] = field(default_factory=dict)
    events: dict[str, list[Body]] = field(default_factory=dict)
    checkpoints: dict[str, list[Body]] = field(default_factory=dict)
    models: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    pending: int = 1
    """Looks at a new file until it is processed."""
    steps: int = 1
    """Looks at a job until its next state."""

    def posted(self, path: str) -> int:
        """How often something was posted there."""
        return sum(1 for method, at in self.asked if method == "POST" and at.endswith(path))


class Server(ThreadingHTTPServer):
    daemon_threads = True
    world: World

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class Refused(Exception):  # noqa: N818 - an answer
    def __init__(self, status: int, message: str, code: str = "") -> None:
        self.status, self.message, self.code = status, message, code


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # head and body in one packet, or the client waits for the second one

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_DELETE(self) -> None:
        self._answer("DELETE")

    def _answer(self, method: str) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        path, query = parts.path.removeprefix("/v1"), {key: values[0] for key, values in parse_qs(parts.query).items()}
        world = self.server.world
        world.asked.append((method, path))
        fault = self._fault(method, path)
        if fault and fault.cut == "before":
            self.close_connection = True
            return
        try:
            if fault and fault.status:
                raise Refused(fault.status, fault.message, fault.code)
            if KEY not in str(self.headers.get("Authorization")):
                raise Refused(
                    401, f"Incorrect API key provided: {self.headers.get('Authorization')}.", "invalid_api_key"
                )
            found = Routes(world, raw, str(self.headers.get("Content-Type")), query).route(method, path)
        except Refused as refused:
            self._send(
                refused.status,
                {"error": {"message": refused.message, "code": refused.code or None, "type": "t", "param": None}},
            )
            return
        if fault and fault.cut == "after":
            self.close_connection = True
            return
        self._send(200, found)

    def _fault(self, method: str, path: str) -> Fault | None:
        for fault in self.server.world.faults:
            if path.startswith(fault.path) and fault.method in ("", method):
                fault.times -= 1
                if not fault.times:
                    self.server.world.faults.remove(fault)
                return fault
        return None

    def _send(self, status: int, body: Body | bytes) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/octet-stream" if isinstance(body, bytes) else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("retry-after-ms", "1")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        return


def form(raw: bytes, kind: str) -> dict[str, tuple[str, bytes]]:
    """The fields of a form: file name and bytes of each."""
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + raw)
    found = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True)
        found[str(name)] = (str(part.get_filename() or ""), data if isinstance(data, bytes) else b"")
    return found


@dataclass
class Routes:
    """The API, as far as it is used."""

    world: World
    raw: bytes
    kind: str
    query: dict[str, str]

    def route(self, method: str, path: str) -> Body | bytes:
        words = path.strip("/").split("/")
        if words[0] == "fine_tuning":
            return self.jobs(method, words[2:])
        return {"files": self.files, "uploads": self.upload, "models": self.model}[words[0]](method, words[1:])

    # -- files and uploads

    def files(self, method: str, words: list[str]) -> Body | bytes:
        world = self.world
        if method == "POST":
            fields = form(self.raw, self.kind)
            name, data = fields["file"]
            return self.made(name, data, fields["purpose"][1].decode())
        if not words:
            return self.page([one for one in world.files.values() if one["purpose"] == self.query.get("purpose")])
        if words[0] not in world.files:
            raise Refused(404, f"No such File object: {words[0]}")
        file = world.files[words[0]]
        if words[1:] == ["content"]:
            return world.contents[words[0]]
        file["looks"] = file.get("looks", 0) + 1
        if file["status"] == "uploaded" and file["looks"] > world.pending:
            file["status"] = "processed"
        return {key: value for key, value in file.items() if key != "looks"}

    def made(self, name: str, data: bytes, purpose: str) -> Body:
        id = f"file-{len(self.world.files) + 1:03}"
        self.world.contents[id] = data
        self.world.files[id] = {"id": id, "object": "file", "bytes": len(data), "created_at": BORN, "filename": name,
                                "purpose": purpose, "status": "uploaded", "status_details": None}  # fmt: skip
        return self.world.files[id]

    def upload(self, method: str, words: list[str]) -> Body:
        world = self.world
        if not words:
            id = f"upload_{len(world.uploads) + 1}"
            asked = json.loads(self.raw)
            world.uploads[id] = {
                "id": id,
                "object": "upload",
                "status": "pending",
                "created_at": BORN,
                "expires_at": BORN,
                **asked,
            }
            return world.uploads[id]
        upload = world.uploads.get(words[0])
        if upload is None:
            raise Refused(404, f"No such Upload: {words[0]}")
        if words[1] == "parts":
            id = f"part_{len(world.parts) + 1}"
            world.parts[id] = form(self.raw, self.kind)["data"][1]
            return {"id": id, "object": "upload.part", "created_at": BORN, "upload_id": words[0]}
        asked = json.loads(self.raw)
        data = b"".join(world.parts[id] for id in asked["part_ids"])
        if len(data) != upload["bytes"] or asked["md5"] != hashlib.md5(data).hexdigest():
            raise Refused(400, "The parts are not the file")
        upload |= {"status": "completed", "file": self.made(upload["filename"], data, upload["purpose"])}
        return upload

    # -- jobs and models

    def jobs(self, method: str, words: list[str]) -> Body:
        world = self.world
        if not words:
            return self.create(json.loads(self.raw)) if method == "POST" else self.page([*world.jobs.values()][::-1])
        job = world.jobs.get(words[0])
        if job is None:
            raise Refused(404, f"Could not find fine tune: {words[0]}", "fine_tune_not_found")
        if not words[1:]:
            self.advance(job)
            return {key: value for key, value in job.items() if key != "looks"}
        if words[1] == "events":
            return self.page(world.events[job["id"]][::-1])
        if words[1] == "checkpoints":
            return self.page(world.checkpoints.get(job["id"], [])[::-1])
        job["status"] = {"cancel": "cancelled", "pause": "paused", "resume": "running"}[words[1]]
        return job

    def create(self, asked: Body) -> Body:
        world = self.world
        for key in ("training_file", "validation_file"):
            file = world.files.get(asked.get(key) or "", {"status": "processed"} if key == "validation_file" else {})
            if file.get("status") != "processed":
                raise Refused(400, f"{key}: file is not ready")
        id = f"ftjob-{len(world.jobs) + 1}"
        world.jobs[id] = {
            "id": id, "object": "fine_tuning.job", "created_at": BORN + len(world.jobs), "status": "validating_files",
            "error": {}, "fine_tuned_model": None, "finished_at": None, "hyperparameters": {}, "organization_id": "org-1",
            "result_files": [], "seed": 7, "trained_tokens": None, "validation_file": None, **asked,
        }  # fmt: skip
        self.event(id, f"Created fine-tuning job: {id}")
        return world.jobs[id]

    def event(self, id: str, message: str, **data: Any) -> None:
        events = self.world.events.setdefault(id, [])
        events.append({"object": "fine_tuning.job.event", "id": f"ftevent-{id}-{len(events)}", "created_at": BORN + len(events),
                       "level": "info", "message": message, "type": "metrics" if data else "message", "data": data or None})  # fmt: skip

    def advance(self, job: Body) -> None:
        """A few looks and a job has ended."""
        job["looks"] = job.get("looks", 0) + 1
        if job["looks"] % self.world.steps:
            return
        states = ["validating_files", "queued", "running", "succeeded"]
        if job["status"] not in states[:-1]:
            return
        job["status"] = states[states.index(job["status"]) + 1]
        if job["status"] == "running":
            for step in range(1, 7):
                self.event(
                    job["id"],
                    f"Step {step}/6: training loss={1 / step:.2f}",
                    step=step,
                    total_steps=6,
                    train_loss=1 / step,
                )
        if job["status"] == "succeeded":
            self.finish(job)

    def finish(self, job: Body) -> None:
        model = f"ft:{job['model']}:org:{job.get('suffix') or ''}:{job['id'][-1]}"
        result = self.made("step_metrics.csv", RESULT.encode(), "fine-tune-results")
        result["status"] = "processed"
        self.world.checkpoints[job["id"]] = [
            {"id": f"ftckpt-{step}", "object": "fine_tuning.job.checkpoint", "created_at": BORN, "fine_tuning_job_id": job["id"],
             "fine_tuned_model_checkpoint": f"{model}:ckpt-step-{step}" if step < 6 else model, "step_number": step,
             "metrics": {"step": step, "train_loss": 1 / step, "full_valid_loss": loss}}
            for step, loss in ((2, 0.9), (4, 0.5), (6, 0.8))
        ]  # fmt: skip
        job |= {
            "fine_tuned_model": model,
            "result_files": [result["id"]],
            "trained_tokens": 1234,
            "finished_at": BORN + 99,
        }
        self.world.models |= {one["fine_tuned_model_checkpoint"] for one in self.world.checkpoints[job["id"]]}
        self.event(job["id"], "The job has successfully completed")

    def model(self, method: str, words: list[str]) -> Body:
        name = "/".join(words).replace("%3A", ":")
        if name not in self.world.models:
            raise Refused(404, f"The model {name} does not exist", "model_not_found")
        self.world.models.discard(name)
        return {"id": name, "object": "model", "deleted": True}

    def page(self, rows: list[Body]) -> Body:
        after, limit = self.query.get("after"), int(self.query.get("limit", 20))
        ids = [row["id"] for row in rows]
        begin = ids.index(after) + 1 if after in ids else 0
        shown = [{key: value for key, value in row.items() if key != "looks"} for row in rows[begin : begin + limit]]
        return {"object": "list", "data": shown, "has_more": begin + limit < len(rows),
                "first_id": shown[0]["id"] if shown else None, "last_id": shown[-1]["id"] if shown else None}  # fmt: skip


RESULT = (
    "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy,full_valid_loss,full_valid_mean_token_accuracy\n"
    + "".join(
        f"{step},{1 / step:.5f},{1 - 0.5 / step:.5f},{valid},,{full},\n"
        for step, valid, full in ((1, 1.2, ""), (2, 1.0, 0.9), (3, 0.7, ""), (4, 0.6, 0.5), (5, 0.7, ""), (6, 0.9, 0.8))
    )
)


@contextmanager
def serving(**world: Any) -> Iterator[Server]:
    """A service that answers until the block ends."""
    server = Server(("127.0.0.1", 0), _Handler)
    server.world = World(**world)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
