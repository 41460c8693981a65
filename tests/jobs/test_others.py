"""Together's and Fireworks' SDKs against a service on this machine: what is sent, and what is made of what comes back."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from ftdata.errors import ServiceError, UsageError
from ftdata.jobs.clients import Client, connect
from ftdata.jobs.job import digest_of, job
from ftdata.jobs.sending import submit, upload, watch
from tests.jobs.making import files
from tests.jobs.server import form

Asked = tuple[str, str, bytes, str]
Answer = tuple[int, Any, dict[str, str]]
LLAMA = "meta-llama/Llama-3.3-70B-Instruct-Reference"
KEY = "key-loopback-secret"


class Service(ThreadingHTTPServer):
    daemon_threads = True
    answer: Callable[[str, str, bytes, str], Answer]
    asked: list[Asked]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def body(self, path: str) -> Any:
        """What was last posted there."""
        return json.loads(next(raw for method, at, raw, _ in reversed(self.asked) if method == "POST" and at == path))


class _Handler(BaseHTTPRequestHandler):
    server: Service
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16

    def _do(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                raw += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        path = urlsplit(self.path).path
        self.server.asked.append((self.command, path, raw, str(self.headers.get("Content-Type"))))
        status, body, headers = self.server.answer(self.command, path, raw, str(self.headers.get("Content-Type")))
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(data)),
            "retry-after-ms": "1",
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PUT = do_DELETE = _do  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        return


@contextmanager
def serving(answer: Callable[[str, str, bytes, str], Answer]) -> Iterator[Service]:
    server = Service(("127.0.0.1", 0), _Handler)
    server.answer, server.asked = answer, []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def quick(client: Client) -> Client:
    client.sleep = lambda seconds: None  # type: ignore[attr-defined]
    return client


# -- Together -----------------------------------------------------------------------------------------------------------

LIMITS = {
    "max_num_epochs": 20, "max_num_evals": 100, "max_learning_rate": 1.0, "min_learning_rate": 0.0, "min_max_seq_length": 1,
    "max_seq_length_sft": 8192, "max_seq_length_dpo": 8192, "supports_vision": False, "supports_tools": True, "supports_reasoning": False,
    "merge_output_lora": False, "model_name": LLAMA, "full_training": None,
    "lora_training": {"max_batch_size": 64, "min_batch_size": 1, "max_batch_size_dpo": 32, "default_rank": 8, "max_rank": 64, "target_modules": ["k"]},
}  # fmt: skip


class Together:
    """Together's API, as far as it is used."""

    def __init__(self) -> None:
        self.files: dict[str, dict[str, Any]] = {}
        self.contents: dict[str, bytes] = {}
        self.status = iter(["pending", "running", "completed", "completed", "completed"])
        self.service: Service

    def __call__(self, method: str, path: str, raw: bytes, kind: str) -> Answer:
        path = path.removeprefix("/v1")
        if path == "/files" and method == "GET":
            return 200, {"data": list(self.files.values())}, {}
        if path == "/files":
            fields = form(raw, kind)
            id = f"file-{len(self.files) + 1:08}-0000"
            self.files[id] = {"id": id, "object": "file", "created_at": 1, "filename": fields["file_name"][1].decode(), "bytes": 0, "purpose": "fine-tune",
                              "FileType": "jsonl", "LineCount": 0, "processed": True, "project_id": "p"}  # fmt: skip
            return 302, {}, {"Location": f"{self.service.url}/put/{id}", "X-Together-File-Id": id}
        if path.startswith("/put/"):
            id = path.split("/")[2]
            self.contents[id] = raw
            self.files[id]["bytes"] = len(raw)
            return 200, {}, {}
        if path.startswith("/files/"):
            return 200, self.files[path.split("/")[2]], {}
        return self.jobs(method, path)

    def jobs(self, method: str, path: str) -> Answer:
        about = {"id": "ft-1", "user_id": "u", "created_at": "2026-11-28T00:00:00Z", "updated_at": "2026-11-28T00:00:00Z", "model": LLAMA,
                 "training_file": "file-1", "model_output_name": "me/llama-cs"}  # fmt: skip
        if path.endswith("/models/limits") or "limits" in path:
            return 200, LIMITS, {}
        if "estimate" in path:
            return (
                200,
                {
                    "allowed_to_proceed": True,
                    "estimated_total_price": 1.0,
                    "user_limit": 9,
                    "estimation_available": True,
                },
                {},
            )
        if path.endswith("/events"):
            said = [("job_pending", "created"), ("training_start", "training")]
            return 200, {"data": [{"object": "fine-tune-event", "created_at": f"2026-11-28T00:0{n}:00Z", "type": type, "message": message}
                                  for n, (type, message) in enumerate(said)]}, {}  # fmt: skip
        if path.endswith("/checkpoints"):
            return (
                200,
                {
                    "data": [
                        {
                            "checkpoint_type": "Final",
                            "created_at": "x",
                            "path": f"s3://{step}",
                            "step": step,
                            "object_name": f"me/ckpt-{step}",
                        }
                        for step in (4, 2)
                    ]
                },
                {},
            )
        if path.endswith("/metrics"):
            rows = [
                {"train/global_step": step, "train/loss": 1 / step, "eval/loss": abs(step - 2) + 0.5}
                for step in range(1, 5)
            ]
            return 200, {"metrics": rows}, {}
        if path.endswith("/cancel"):
            return 200, {**about, "status": "cancelled"}, {}
        if method == "POST":
            return 200, {**about, "status": "pending"}, {}
        if path.endswith("/fine-tunes"):
            return 200, {"data": [{**about, "status": "error"}]}, {}
        return 200, {**about, "status": next(self.status)}, {}


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Service, Together, Client]]:
    pytest.importorskip("together")
    api = Together()
    monkeypatch.setenv("TOGETHER_API_KEY", KEY)
    monkeypatch.setenv("WANDB_API_KEY", "wandb-secret")
    with serving(api) as server:
        api.service = server
        yield server, api, quick(connect("together", server.url))


def test_together_from_file_to_metrics(tmp_path: Path, together: tuple[Service, Together, Client]) -> None:
    server, api, client = together
    train, valid = files(tmp_path)
    asked = job(
        train,
        valid=valid,
        target="together",
        model=LLAMA,
        epochs=2,
        suffix="cs",
        wandb_project="p",
        settings={"lora": True},
    )
    made, sent = submit(client, asked, every=0)
    assert [one.found for one in sent] == [False, False]
    assert api.contents[sent[0].id] == Path(train).read_bytes()
    assert digest_of(train)[:32] in api.files[sent[0].id]["filename"]
    body = server.body("/v1/fine-tunes")
    assert (body["n_epochs"], body["n_evals"], body["suffix"], body["training_type"]["type"]) == (2, 2, "cs", "Lora")
    assert (body["wandb_project_name"], body["wandb_key"]) == ("p", "wandb-secret")
    assert "wandb-secret" not in asked.to_json()
    assert upload(client, train, every=0).found
    seen = list(watch(client, made["id"], every=0, sleep=lambda seconds: None))
    assert [one["message"] for one in seen[:-1]] == ["created", "training"]
    assert (client.status(seen[-1]), seen[-1]["fine_tuned_model"]) == ("succeeded", "me/llama-cs")
    assert client.status(client.latest(5)[0]) == "failed"
    assert client.status(client.act("ft-1", "cancel")) == "cancelled"
    with pytest.raises(UsageError, match="cannot pause"):
        client.act("ft-1", "pause")
    run = client.metrics("ft-1").run("x")
    assert run.best
    assert (run.best.step, run.best.checkpoint) == (2, "me/ckpt-2")


# -- Fireworks ----------------------------------------------------------------------------------------------------------


class Fireworks:
    """Fireworks' API, as far as it is used."""

    def __init__(self) -> None:
        self.datasets: dict[str, dict[str, Any]] = {}
        self.contents: dict[str, bytes] = {}
        self.states = iter(["JOB_STATE_PENDING", "JOB_STATE_PENDING", "JOB_STATE_RUNNING", "JOB_STATE_RUNNING"])
        self.service: Service

    def __call__(self, method: str, path: str, raw: bytes, kind: str) -> Answer:
        if path == "/metrics.jsonl":
            return (
                200,
                b"".join(
                    json.dumps({"step": n, "train_loss": 1 / n, "eval_loss": abs(n - 3) + 1}).encode() + b"\n"
                    for n in range(1, 6)
                ),
                {},
            )
        path = path.removeprefix("/v1/accounts/me/")
        return self.dataset(method, path, raw, kind) if path.startswith("datasets") else self.job(method, path)

    def dataset(self, method: str, path: str, raw: bytes, kind: str) -> Answer:
        if method == "POST" and path == "datasets":
            asked = json.loads(raw)
            if asked["datasetId"] in self.datasets:
                return 409, {"error": {"message": "there is one", "code": "ALREADY_EXISTS"}}, {}
            self.datasets[asked["datasetId"]] = {
                "name": f"accounts/me/datasets/{asked['datasetId']}",
                "state": "UPLOADING",
                **asked["dataset"],
            }
            return 200, self.datasets[asked["datasetId"]], {}
        name, _, action = path.removeprefix("datasets/").partition(":")
        if action == "upload":
            self.contents[name] = form(raw, kind)["file"][1]
            return 200, {"filename": name, "message": "ok"}, {}
        if action == "validateUpload":
            self.datasets[name]["state"] = "READY"
            return 200, {}, {}
        return (200, self.datasets[name], {}) if name in self.datasets else (404, {"error": {"message": "none"}}, {})

    def job(self, method: str, path: str) -> Answer:
        kind = path.split("/")[0].split(":")[0]
        about = {"name": f"accounts/me/{kind}/j1", "createTime": "2026-11-28T00:00:00Z", "baseModel": "accounts/fireworks/models/qwen3-8b",
                 "outputModel": "accounts/me/models/cs", "dataset": "d", "metricsFileSignedUrl": f"{self.service.url}/metrics.jsonl"}  # fmt: skip
        if path.endswith((":cancel", ":resume")):
            return 200, {}, {}
        if method == "POST":
            return 200, {**about, "state": "JOB_STATE_CREATING"}, {}
        if path == kind:
            return 200, {kind: [{**about, "state": "JOB_STATE_FAILED"}] if kind == "dpoJobs" else []}, {}
        return 200, {**about, "state": next(self.states, "JOB_STATE_COMPLETED")}, {}


@pytest.fixture
def fireworks(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Service, Fireworks, Client]]:
    pytest.importorskip("fireworks")
    api = Fireworks()
    monkeypatch.setenv("FIREWORKS_API_KEY", KEY)
    monkeypatch.setenv("FIREWORKS_ACCOUNT_ID", "me")
    with serving(api) as server:
        api.service = server
        yield server, api, quick(connect("fireworks", server.url))


def test_fireworks_from_file_to_metrics(tmp_path: Path, fireworks: tuple[Service, Fireworks, Client]) -> None:
    server, api, client = fireworks
    train, valid = files(tmp_path)
    asked = job(
        train, valid=valid, target="fireworks", model="accounts/fireworks/models/qwen3-8b", epochs=2, suffix="cs"
    )
    made, sent = submit(client, asked, every=0)
    name = sent[0].id.rsplit("/", 1)[-1]
    assert (sent[0].found, api.contents[name]) == (False, Path(train).read_bytes())
    body = server.body("/v1/accounts/me/supervisedFineTuningJobs")
    assert body == {"dataset": sent[0].id, "evaluationDataset": sent[1].id, "baseModel": "accounts/fireworks/models/qwen3-8b", "epochs": 2,
                    "outputModel": "accounts/me/models/cs"}  # fmt: skip
    assert asked.body["output_model"] == "cs", "the job itself is left as it was"
    assert upload(client, train, every=0).found
    api.datasets[name]["state"] = "UPLOADING"
    assert not upload(client, train, every=0).found, "an upload that was cut off is done again"
    seen = list(watch(client, made["id"], every=0, sleep=lambda seconds: None))
    assert [one["state"] for one in seen[:-1]] == ["JOB_STATE_PENDING", "JOB_STATE_RUNNING", "JOB_STATE_COMPLETED"]
    assert (client.status(seen[-1]), seen[-1]["fine_tuned_model"]) == ("succeeded", "accounts/me/models/cs")
    assert [client.status(one) for one in client.latest(5)] == ["failed"]
    run = client.metrics(made["id"]).run("x")
    assert run.best
    assert (run.best.metric, run.best.step) == ("valid_loss", 3)
    for action in ("pause", "checkpoints"):
        with pytest.raises(UsageError, match="Fireworks' SDK"):
            client.act(made["id"], "pause") if action == "pause" else client.checkpoints(made["id"])


@pytest.mark.parametrize("kind, given, path", [
    ("pair", {"beta": 0.2}, "dpoJobs"), ("graded", {"evaluator": "accounts/me/evaluators/exact"}, "reinforcementFineTuningJobs"),
])  # fmt: skip
def test_fireworks_has_three_kinds_of_jobs(
    tmp_path: Path, fireworks: tuple[Service, Fireworks, Client], kind: str, given: dict[str, Any], path: str
) -> None:
    server, _, client = fireworks
    train, _ = files(tmp_path, kind)
    asked = job(train, target="fireworks", model="accounts/fireworks/models/qwen3-8b", suffix="cs", **given)
    made, _ = submit(client, asked, every=0)
    assert asked.body["training_config"]["output_model"] == "cs"
    body = server.body(f"/v1/accounts/me/{path}")
    assert body["trainingConfig"] == {
        "baseModel": "accounts/fireworks/models/qwen3-8b",
        "outputModel": "accounts/me/models/cs",
    }
    assert body.get("lossConfig") == ({"method": "DPO", "dpo": {"beta": 0.2}} if kind == "pair" else None)
    assert client.status(client.show(made["id"])) == "pending"


@pytest.mark.parametrize("name", ["together", "fireworks"])
def test_what_they_refuse_is_told_without_keys(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    pytest.importorskip(name)
    monkeypatch.setenv(f"{name.upper()}_API_KEY", KEY)
    monkeypatch.setenv("FIREWORKS_ACCOUNT_ID", "me")
    refused = {"error": {"message": f"bad key {KEY}", "code": "no"}}
    words = r"answers 401 to the job j: bad key \*\*\* \(no\)"
    with serving(lambda *asked: (401, refused, {})) as server, pytest.raises(ServiceError, match=words) as told:
        connect(name, server.url).show("j")
    assert KEY not in str(told.value)
