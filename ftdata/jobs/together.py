"""Together's jobs, over its SDK.

Source: together 3.1.1 (November 2026): files.upload, fine_tuning. It has no way to pause a job.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ftdata.errors import InputError, ServiceError, UsageError
from ftdata.jobs.clients import JSON, Told, imported, plain
from ftdata.jobs.logs import TrainingLog, add, of_value

if TYPE_CHECKING:
    from ftdata.jobs.services import JobService

_STATUS = {"completed": "succeeded", "error": "failed", "user_error": "failed"}


class TogetherJobs:
    """A client of Together."""

    def __init__(self, service: JobService, key: str, base_url: str | None) -> None:
        self.service = service
        self.sdk = imported(service)
        self.client = self.sdk.Together(api_key=key, base_url=base_url)
        self.told = Told(service, self.sdk, key)
        self.sleep = time.sleep

    def find(self, digest: str, size: int) -> str:
        """The id of a file that was uploaded from here with this SHA-256; empty where there is none."""
        with self.told("the list of files"):
            files = self.client.files.list().data or ()
        return next((str(one.id) for one in files if digest[:32] in one.filename and one.bytes == size), "")

    def upload(self, path: str, name: str, digest: str, part: int | None) -> str:
        """Upload a file under a name; the SDK itself sends large files in parts."""
        with tempfile.TemporaryDirectory() as folder, self.told(f"the upload of {path}"):
            # The SDK calls a file as it is called here.
            named = Path(folder) / name
            try:
                named.symlink_to(Path(path).resolve())
            except OSError:
                shutil.copyfile(path, named)
            return str(self.client.files.upload(named, purpose="fine-tune", check=False).id)

    def wait(self, file: str, every: float, most: float) -> None:
        """Wait until a file was validated.

        Raises:
            ServiceError: If it cannot be trained on, or it takes longer than `most` seconds.
        """
        begun = time.monotonic()
        while True:
            with self.told(f"the file {file}"):
                found = plain(self.client.files.retrieve(file))
            report = found.get("validation_report") or {}
            if report.get("valid") is False:
                raise ServiceError(f"Together cannot use the file {file}: {report.get('error') or 'it is invalid'}")
            if found.get("processed", True) or report:
                return
            if time.monotonic() - begun > most:
                raise ServiceError(f"the file {file} is still processed after {most:g} seconds", hint=_AGAIN)
            self.sleep(every)

    def create(self, body: JSON) -> JSON:
        """Create a job; the key of Weights & Biases is the environment's."""
        sent = {**body}
        if "wandb_project_name" in sent and os.environ.get("WANDB_API_KEY"):
            sent["wandb_api_key"] = os.environ["WANDB_API_KEY"]
        with self.told("a new job"):
            try:
                return plain(self.client.with_options(max_retries=0).fine_tuning.create(**sent))
            except ValueError as error:
                raise UsageError(f"together's SDK refuses the job: {error}") from None

    def latest(self, limit: int) -> list[JSON]:
        """The latest jobs, the last one first."""
        with self.told("the list of jobs"):
            found = [plain(job) for job in self.client.fine_tuning.list().data or ()]
        return sorted(found, key=lambda job: str(job.get("created_at")), reverse=True)[:limit]

    def show(self, job: str) -> JSON:
        """A job; its trained model is called as OpenAI calls it too."""
        with self.told(f"the job {job}"):
            found = plain(self.client.fine_tuning.retrieve(job))
        name = found.get("x_model_output_name") or found.get("model_output_name") or found.get("output_name")
        return {**found, **({"fine_tuned_model": name} if name else {})}

    def status(self, job: JSON) -> str:
        """How it stands, in OpenAI's words."""
        return _STATUS.get(str(job["status"]), str(job["status"]))

    def act(self, job: str, action: str) -> JSON:
        """Cancel a job.

        Raises:
            UsageError: If it is to be paused or resumed, which Together does not know.
        """
        if action != "cancel":
            raise UsageError(f"Together cannot {action} a job", hint="It can be cancelled.")
        with self.told(f"the job {job}"):
            return plain(self.client.fine_tuning.cancel(job))

    def events(self, job: str, known: frozenset[str]) -> list[JSON]:
        """The events of a job that are not known yet, the earliest first; their times and words are their ids."""
        with self.told(f"the events of {job}"):
            found = [plain(one) for one in self.client.fine_tuning.list_events(job).data or ()]
        named = [{**one, "id": f"{one.get('created_at')} {one.get('type')} {one.get('message')}"} for one in found]
        return sorted((one for one in named if one["id"] not in known), key=lambda one: str(one.get("created_at")))

    def checkpoints(self, job: str) -> list[JSON]:
        """The checkpoints of a job, the earliest first."""
        with self.told(f"the checkpoints of {job}"):
            found = [plain(one) for one in self.client.fine_tuning.list_checkpoints(job).data or ()]
        return sorted(found, key=lambda one: int(one["step"]))

    def delete_model(self, model: str) -> JSON:
        """Delete a trained model."""
        with self.told(f"the model {model}"):
            return plain(self.client.models.delete(model))

    def metrics(self, job: str) -> TrainingLog:
        """What a job measured.

        Raises:
            InputError: Nothing yet.
        """
        with self.told(f"the metrics of {job}"):
            rows = self.client.fine_tuning.list_metrics(job).metrics or []
        found = of_value({"metrics": [dict(row) for row in rows]}) or TrainingLog("Together's metrics")
        for one in self.checkpoints(job):
            found.checkpoints[int(one["step"])] = str(one.get("object_name") or one.get("path"))
            add(found, one)
        if not found.rows:
            raise InputError(f"the job {job} has measured nothing yet", hint=f"ftdata jobs watch {job} --for together")
        return found


_AGAIN = "Run it again to go on waiting."
