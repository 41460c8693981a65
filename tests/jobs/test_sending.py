"""Uploads and jobs with the real SDK against a service on this machine: also one that fails in every way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest

from ftdata.errors import MissingPackageError, ServiceError, UsageError
from ftdata.findings import FindingsError
from ftdata.jobs import clients
from ftdata.jobs.clients import connect
from ftdata.jobs.job import digest_of, job, loaded
from ftdata.jobs.openai import OpenAIJobs
from ftdata.jobs.sending import submit, upload, watch
from tests.cli.running import Done, ftdata
from tests.jobs.making import files
from tests.jobs.server import KEY, Fault, Server, serving

MINI = "gpt-4.1-mini"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    # The SDK waits half a second before it tries again where no answer came that says how long.
    monkeypatch.setattr(openai._base_client, "INITIAL_RETRY_DELAY", 0.001)
    with serving() as one:
        monkeypatch.setenv("OPENAI_BASE_URL", one.url)
        yield one


@pytest.fixture
def client(server: Server) -> Iterator[OpenAIJobs]:
    found = connect("openai")
    assert isinstance(found, OpenAIJobs)
    found.sleep = lambda seconds: None
    yield found
    found.client.close()


def send(client: OpenAIJobs, path: str, **how: Any) -> Any:
    return upload(client, path, every=0, **how)


# -- uploads ------------------------------------------------------------------------------------------------------------


def test_a_file_is_sent_once(tmp_path: Path, server: Server, client: OpenAIJobs) -> None:
    train, _ = files(tmp_path)
    first, again = send(client, train), send(client, train)
    assert (first.found, again.found, again.id) == (False, True, first.id)
    assert server.world.contents[first.id] == Path(train).read_bytes()
    assert server.world.files[first.id]["status"] == "processed"
    assert server.world.posted("/files") == 1
    with Path(train).open("a", encoding="utf-8") as file:
        file.write(Path(train).read_text(encoding="utf-8").splitlines()[0].replace("Ticket 0", "Ticket 777") + "\n")
    assert not send(client, train).found


def test_a_file_with_errors_is_not_sent(tmp_path: Path, server: Server, client: OpenAIJobs) -> None:
    (tmp_path / "bad.jsonl").write_text('{"messages": []}\n' * 12)
    with pytest.raises(FindingsError, match="ftdata check"):
        send(client, str(tmp_path / "bad.jsonl"))
    assert server.world.asked == []


@pytest.mark.parametrize("part", [100, 1000, 10**6])
def test_large_files_go_in_parts(tmp_path: Path, server: Server, client: OpenAIJobs, part: int) -> None:
    train, _ = files(tmp_path)
    size = Path(train).stat().st_size
    sent = send(client, train, parts_above=10, part_size=part)
    assert sent.parts == -(-size // part)
    assert server.world.contents[sent.id] == Path(train).read_bytes()
    assert not list(tmp_path.glob(".*"))
    assert send(client, train, parts_above=10, part_size=part).found


@pytest.mark.parametrize("at", [0, 3, 9])
def test_an_upload_that_broke_goes_on(tmp_path: Path, server: Server, client: OpenAIJobs, at: int) -> None:
    train, _ = files(tmp_path)
    part = -(-Path(train).stat().st_size // 10)
    seen = 0
    create = client.client.uploads.parts.create

    def breaking(upload: str, *, data: bytes) -> Any:
        nonlocal seen
        seen += 1
        if seen == at + 1:
            server.world.faults.append(Fault("/uploads/upload_1/parts", cut="before", times=3))
        return create(upload, data=data)

    client.client.uploads.parts.create = breaking
    with pytest.raises(ServiceError, match="Run it again to go on"):
        send(client, train, parts_above=10, part_size=part)
    assert len(server.world.parts) == at
    sent = send(client, train, parts_above=10, part_size=part)
    assert len(server.world.parts) == 10, "no part is sent twice"
    assert server.world.contents[sent.id] == Path(train).read_bytes()
    assert len(server.world.uploads) == (1 if at else 2)


def test_an_upload_that_expired_begins_anew(tmp_path: Path, server: Server, client: OpenAIJobs) -> None:
    train, _ = files(tmp_path)
    server.world.faults.append(Fault("/uploads/upload_1/complete", 400, message="expired"))
    with pytest.raises(ServiceError, match="expired"):
        send(client, train, parts_above=10, part_size=1000)
    server.world.uploads.clear()
    server.world.uploads["other"] = {}
    sent = send(client, train, parts_above=10, part_size=1000)
    assert server.world.contents[sent.id] == Path(train).read_bytes()


def test_what_the_service_cannot_use_is_told(tmp_path: Path, server: Server, client: OpenAIJobs) -> None:
    train, _ = files(tmp_path)
    id = send(client, train).id
    server.world.files[id] |= {"status": "error", "status_details": "line 3 is no JSON"}
    with pytest.raises(ServiceError, match=f"cannot use the file {id}: line 3 is no JSON"):
        client.wait(id, 0, 1)
    server.world.files[id] |= {"status": "uploaded"}
    server.world.pending = 10**6
    with pytest.raises(ServiceError, match=r"still processed after 0\.05 seconds"):
        client.wait(id, 0.01, 0.05)


# -- what goes wrong ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        Fault("/files", 429),
        Fault("/files", 500),
        Fault("/files", 503),
        Fault("/files", cut="before"),
        Fault("/files", cut="after"),
    ],
)
def test_what_passes_is_tried_again(tmp_path: Path, server: Server, client: OpenAIJobs, fault: Fault) -> None:
    train, _ = files(tmp_path)
    server.world.faults.append(Fault(**vars(fault)))
    sent = send(client, train)
    assert server.world.contents[sent.id] == Path(train).read_bytes()
    assert not server.world.faults


@pytest.mark.parametrize(
    "fault, words",
    [
        (Fault("/fine_tuning", 429, "rate_limit_exceeded", times=9), "wait, and run it again"),
        (Fault("/fine_tuning", 500, times=9), "Run it again later"),
        (Fault("/fine_tuning", cut="before", times=9), "cannot be reached"),
        (Fault("/fine_tuning", 403, "training_not_available", "closed"), "Training is closed there for you"),
        (Fault("/fine_tuning", 404), "ftdata jobs list"),
        (Fault("/fine_tuning", 400, message="no model"), "answers 400"),
    ],
    ids=["429", "500", "cut", "closed", "404", "400"],
)
def test_what_does_not_pass_is_told(server: Server, tmp_path: Path, fault: Fault, words: str) -> None:
    server.world.faults.append(Fault(**vars(fault)))
    done = ftdata(tmp_path, "jobs", "show", "ftjob-1")
    assert done.code == 3
    assert words in done.err
    assert KEY not in done.err
    assert "Traceback" not in done.err


def test_a_closed_service_is_answered_with_open_ones(tmp_path: Path, server: Server) -> None:
    files(tmp_path)
    ftdata(tmp_path, "job", "train.jsonl", "--model", MINI, "-o", "job.json")
    server.world.faults.append(
        Fault("/fine_tuning/jobs", 403, "training_not_available", "Fine-tuning is no longer available", method="POST")
    )
    done = ftdata(tmp_path, "submit", "job.json", "--every", "0")
    assert done.code == 3
    assert "training_not_available" in done.err
    assert "Azure" in done.err


def test_keys_are_the_environments_and_never_told(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong-one")
    done = ftdata(tmp_path, "jobs", "list")
    assert done.code == 3
    assert "sk-wrong-one" not in done.err
    assert "***" in done.err
    monkeypatch.delenv("OPENAI_API_KEY")
    done = ftdata(tmp_path, "jobs", "list")
    assert (done.code, "OPENAI_API_KEY is not set" in done.err) == (2, True)
    done = ftdata(tmp_path, "jobs", "list", "--for", "azure")
    assert "AZURE_OPENAI_API_KEY is not set" in done.err


def test_azure_is_asked_at_its_endpoint(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", KEY)
    with pytest.raises(UsageError, match="AZURE_OPENAI_ENDPOINT"):
        connect("azure")
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", "https://it.example/")
    assert str(connect("azure").client.base_url) == "https://it.example/openai/v1/"  # type: ignore[attr-defined]
    monkeypatch.setenv("AZURE_OPENAI_ENDPOINT", server.url)
    assert connect("azure").latest(5) == []


def test_a_missing_sdk_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setitem(__import__("sys").modules, "openai", None)
    with pytest.raises(MissingPackageError, match=r"ftdata\[jobs\]"):
        clients.connect("openai")


# -- jobs ---------------------------------------------------------------------------------------------------------------


def test_a_job_is_created_with_its_files(tmp_path: Path, server: Server, client: OpenAIJobs) -> None:
    train, valid = files(tmp_path)
    asked = job(train, valid=valid, target="azure", model=MINI, epochs=2, training_type="Developer", suffix="cs")
    made, sent = submit(client, asked, every=0)
    assert [one.found for one in sent] == [False, False]
    held = server.world.jobs[made["id"]]
    assert held["trainingType"] == "Developer", "what the SDK's types do not know is sent too"
    assert {key: held[key] for key in ("training_file", "validation_file")} == {
        "training_file": sent[0].id,
        "validation_file": sent[1].id,
    }
    assert held["metadata"]["training_file_sha256"] == digest_of(train)
    again, there = submit(client, asked, every=0)
    assert [one.found for one in there] == [True, True]
    assert again["id"] != made["id"]


@pytest.mark.parametrize("status", [0, 500, 503])
def test_no_job_is_paid_for_twice(
    tmp_path: Path, server: Server, client: OpenAIJobs, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    train, _ = files(tmp_path)
    asked = job(train, model=MINI)
    submit(client, asked, every=0)
    server.world.faults.append(Fault("/fine_tuning/jobs", status, cut="" if status else "after", method="POST"))
    made, _ = submit(client, asked, every=0)
    assert made["id"] == "ftjob-2"
    assert len(server.world.jobs) == 2
    assert ("but the job was created" in caplog.text) == (not status)


def test_a_busy_service_is_asked_again(tmp_path: Path, server: Server, client: OpenAIJobs) -> None:
    train, _ = files(tmp_path)
    server.world.faults.append(Fault("/fine_tuning/jobs", 429, method="POST", times=2))
    assert submit(client, job(train, model=MINI), every=0)[0]["id"] == "ftjob-1"
    server.world.faults.append(Fault("/fine_tuning/jobs", 429, method="POST", times=3))
    with pytest.raises(ServiceError, match="429"):
        submit(client, job(train, model=MINI), every=0)


def test_a_file_that_changed_is_refused(tmp_path: Path, server: Server, client: OpenAIJobs) -> None:
    train, _ = files(tmp_path)
    asked = job(train, model=MINI)
    files(tmp_path, rows=61)
    with pytest.raises(UsageError, match="has changed since the job was made"):
        submit(client, asked, every=0)
    assert server.world.posted("/files") == 0


def test_ids_of_files_are_sent_as_they_are(tmp_path: Path, server: Server, client: OpenAIJobs) -> None:
    train, _ = files(tmp_path)
    id = send(client, train).id
    (tmp_path / "job.json").write_text(
        json.dumps({"model": MINI, "training_file": id, "method": {"type": "supervised"}})
    )
    made, sent = submit(client, loaded(tmp_path / "job.json"), every=0)
    assert (made["training_file"], sent) == (id, ())


def test_watching_lives_through_broken_connections(tmp_path: Path, server: Server, client: OpenAIJobs) -> None:
    train, _ = files(tmp_path)
    made, _ = submit(client, job(train, model=MINI), every=0)
    server.world.faults += [
        Fault("/fine_tuning/jobs/ftjob-1", cut="before", times=4),
        Fault("/fine_tuning/jobs/ftjob-1/events", 500, times=4),
    ]
    seen = list(watch(client, made["id"], every=0, sleep=lambda seconds: None))
    assert [one["id"] for one in seen[:-1]] == [one["id"] for one in server.world.events[made["id"]]]
    assert seen[-1]["status"] == "succeeded"


def test_watching_ends_where_it_is_refused(server: Server, client: OpenAIJobs) -> None:
    with pytest.raises(ServiceError, match="Could not find fine tune"):
        list(watch(client, "ftjob-9", sleep=lambda seconds: None))
    server.world.faults.append(Fault("/fine_tuning", cut="before", times=10**6))
    with pytest.raises(ServiceError, match="cannot be reached"):
        list(watch(client, "ftjob-9", sleep=lambda seconds: None))


# -- the command line, from file to metrics ------------------------------------------------------------------------------


def run(folder: Path, *args: str) -> Done:
    done = ftdata(folder, *args)
    assert done.code == 0, done.err
    assert KEY not in done.out + done.err
    return done


def test_from_file_to_metrics_in_one_sitting(tmp_path: Path, server: Server) -> None:
    files(tmp_path)
    run(
        tmp_path,
        "job",
        "train.jsonl",
        "--valid",
        "valid.jsonl",
        "--model",
        MINI,
        "--epochs",
        "3",
        "--suffix",
        "many-words-that-are-long-in-a-name",
        "-o",
        "job.json",
    )
    assert "would upload train.jsonl as training_file" in run(tmp_path, "submit", "job.json", "--dry-run").out
    assert server.world.asked == []
    assert (
        json.loads(run(tmp_path, "upload", "valid.jsonl", "--every", "0", "--json").out)["files"][0]["found"] is False
    )
    done = run(tmp_path, "submit", "job.json", "--every", "0")
    assert "was there already" in done.err
    id = done.out.strip()
    assert id in run(tmp_path, "jobs", "list").out
    assert json.loads(run(tmp_path, "jobs", "list", "--limit", "1", "--json").out)["jobs"][0]["id"] == id
    assert json.loads(run(tmp_path, "jobs", "show", id, "--json").out)["job"]["metadata"]["made_for"] == "openai"
    done = run(tmp_path, "jobs", "watch", id, "--every", "0", "--json")
    lines = [json.loads(line) for line in done.out.splitlines()]
    assert [line["object"] for line in lines] == ["fine_tuning.job.event"] * (len(lines) - 1) + ["fine_tuning.job"]
    assert "trained   ft:gpt-4.1-mini:org:many-words-that-are-long-in-a-name:1" in done.err
    told = run(tmp_path, "checkpoints", id).out
    assert [line.split()[0] for line in told.splitlines()[1:]] == [
        one["fine_tuned_model_checkpoint"] for one in server.world.checkpoints[id]
    ]
    found = json.loads(run(tmp_path, "metrics", id, "--json").out)["runs"][0]
    assert found["best"] == {
        "metric": "full_valid_loss",
        "step": 4,
        "value": 0.5,
        "checkpoint": "ft:gpt-4.1-mini:org:many-words-that-are-long-in-a-name:1:ckpt-step-4",
        "mean_of": 1,
    }
    assert (found["turns_up"]["step"], [one["step"] for one in found["epochs"]]) == (4, [2, 4, 6])
    (tmp_path / "events.jsonl").write_text("".join(line + "\n" for line in done.out.splitlines()), encoding="utf-8")
    assert "a job's events" in run(tmp_path, "metrics", "events.jsonl").out
    assert (
        "deleted   ft:gpt-4.1-mini:org:many-words-that-are-long-in-a-name:1"
        in run(tmp_path, "delete-model", "ft:gpt-4.1-mini:org:many-words-that-are-long-in-a-name:1", "--yes").err
    )
    assert "ft:gpt-4.1-mini:org:many-words-that-are-long-in-a-name:1" not in server.world.models


def test_jobs_are_paused_resumed_and_cancelled(tmp_path: Path, server: Server, client: OpenAIJobs) -> None:
    train, _ = files(tmp_path)
    id = submit(client, job(train, model=MINI), every=0)[0]["id"]
    for action, status in (("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        assert f"status            {status}" in run(tmp_path, "jobs", action, id).out
    assert ftdata(tmp_path, "jobs", "watch", id).code == 1


@pytest.mark.parametrize(
    "args, words",
    [
        (["jobs", "show"], "show needs a job"),
        (["jobs", "list", "ftjob-1"], "list does not take a job"),
        (["jobs", "show", "ftjob-1", "--limit", "3"], "--limit is for list"),
        (["delete-model", "gpt-4.1", "--yes"], "is not a fine-tuned model"),
        (["submit", "nothing.json"], "cannot be read"),
        (["upload", "nothing.jsonl"], "cannot be read"),
        (["metrics", "ftjob-77"], "Could not find fine tune"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(tmp_path: Path, server: Server, args: list[str], words: str) -> None:
    done = ftdata(tmp_path, *args)
    assert done.code in (2, 3)
    assert words in done.err


def test_scripts_do_what_the_command_does(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    train, valid = files(tmp_path)
    text = job(train, valid=valid, model=MINI, epochs=2, settings={"trainingType": "Developer"}).to_python()
    monkeypatch.setattr("openai.lib._files.time.monotonic", lambda: 0.0)
    monkeypatch.setattr("openai.resources.files.Files._sleep", lambda self, seconds: None)
    exec(compile(text, "job.py", "exec"), {"print": lambda job: None})
    (held,) = server.world.jobs.values()
    assert (held["trainingType"], held["method"]["supervised"]["hyperparameters"]) == ("Developer", {"n_epochs": 2})
    assert server.world.contents[held["training_file"]] == Path(train).read_bytes()
