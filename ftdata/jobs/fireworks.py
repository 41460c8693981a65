"""Fireworks' jobs, over its SDK.

Source: fireworks-ai 1.2.30 (November 2026): data sets are created, uploaded and validated; jobs are of three kinds. It
lists no events of a job, so that a watch tells its states.
"""

from __future__ import annotations

import os
import time
import urllib.error
import urllib.request
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftdata.errors import InputError, ServiceError, UsageError
from ftdata.jobs.clients import JSON, Told, imported, needed, plain
from ftdata.jobs.logs import TrainingLog, parsed
from ftdata.jobs.scripts import jobs_of

if TYPE_CHECKING:
    from ftdata.jobs.services import JobService

_KINDS = {
    "supervisedFineTuningJobs": "supervised_fine_tuning_jobs",
    "dpoJobs": "dpo_jobs",
    "reinforcementFineTuningJobs": "reinforcement_fine_tuning_jobs",
}
_STATUS = {
    "COMPLETED": "succeeded", "EARLY_STOPPED": "succeeded", "FAILED": "failed", "EXPIRED": "failed",
    "CANCELLED": "cancelled",
}  # fmt: skip
AT_ONCE = 150 << 20
"""Bytes that the SDK uploads at once."""


class FireworksJobs:
    """A client of Fireworks."""

    def __init__(self, service: JobService, key: str, base_url: str | None) -> None:
        self.service = service
        self.sdk = imported(service)
        self.account = needed("FIREWORKS_ACCOUNT_ID")
        self.client = self.sdk.Fireworks(api_key=key, account_id=self.account, base_url=base_url)
        self.told = Told(service, self.sdk, key)
        self.sleep = time.sleep

    def _dataset(self, digest: str) -> str:
        return f"ftdata-{digest[:32]}"

    def find(self, digest: str, size: int) -> str:
        """The name of the data set that these bytes are; empty where there is none."""
        name = self._dataset(digest)
        with self.told(f"the data set {name}"):
            try:
                found = self.client.datasets.get(name)
            except self.sdk.NotFoundError:
                return ""
        return self._full(name) if found.state == "READY" else ""

    def _full(self, name: str) -> str:
        return f"accounts/{self.account}/datasets/{name}"

    def upload(self, path: str, name: str, digest: str, part: int | None) -> str:
        """Make a data set of a file.

        Raises:
            UsageError: If it is larger than the SDK uploads.
        """
        if Path(path).stat().st_size > AT_ONCE:
            hint = "Make it a data set with Fireworks' own firectl, and name that in the job."
            raise UsageError(f"{path} is larger than the 150 MiB that Fireworks' SDK uploads at once", hint=hint)
        dataset = self._dataset(digest)
        with self.told(f"the upload of {path}"):
            with suppress(self.sdk.ConflictError):  # an upload that was cut off made it
                self.client.datasets.create(dataset_id=dataset, dataset={"userUploaded": {}})
            with Path(path).open("rb") as file:
                self.client.datasets.upload(dataset, file=(name, file))
            self.client.datasets.validate_upload(dataset, body={})
        return self._full(dataset)

    def wait(self, file: str, every: float, most: float) -> None:
        """Wait until a data set is ready.

        Raises:
            ServiceError: If it takes longer than `most` seconds.
        """
        begun, name = time.monotonic(), file.rsplit("/", 1)[-1]
        while True:
            with self.told(f"the data set {name}"):
                if self.client.datasets.get(name).state == "READY":
                    return
            if time.monotonic() - begun > most:
                raise ServiceError(f"the data set {name} is not ready after {most:g} seconds", hint="Run it again.")
            self.sleep(every)

    def create(self, body: JSON) -> JSON:
        """Create a job; the key of Weights & Biases is the environment's."""
        sent = deepcopy(body)
        if "wandb_config" in sent and os.environ.get("WANDB_API_KEY"):
            sent["wandb_config"] = {**sent["wandb_config"], "api_key": os.environ["WANDB_API_KEY"]}
        where = sent if "base_model" in sent else sent.get("training_config", {})
        if "/" not in str(where.get("output_model", "/")):
            where["output_model"] = f"accounts/{self.account}/models/{where['output_model']}"
        with self.told("a new job"):
            return self._named(getattr(self.client.with_options(max_retries=0), jobs_of(sent)).create(**sent))

    def _named(self, job: Any) -> JSON:
        found = plain(job)
        model = found.get("outputModel") or (found.get("trainingConfig") or {}).get("outputModel")
        return {**found, "id": found.get("name"), **({"fine_tuned_model": model} if model else {})}

    def _jobs(self, job: str) -> tuple[Any, str]:
        """The kind that a job is of, as its full name says, and its bare name."""
        kind = next((kind for kind in _KINDS if f"/{kind}/" in job), "supervisedFineTuningJobs")
        return getattr(self.client, _KINDS[kind]), job.rsplit("/", 1)[-1]

    def latest(self, limit: int) -> list[JSON]:
        """The latest jobs of all kinds, the last one first."""
        found: list[JSON] = []
        with self.told("the list of jobs"):
            for kind in _KINDS.values():
                for job in getattr(self.client, kind).list(page_size=min(limit, 200)):
                    found.append(self._named(job))
                    if len(found) % 200 >= limit:
                        break
        return sorted(found, key=lambda job: str(job.get("createTime")), reverse=True)[:limit]

    def show(self, job: str) -> JSON:
        """A job."""
        jobs, name = self._jobs(job)
        with self.told(f"the job {job}"):
            return self._named(jobs.get(name))

    def status(self, job: JSON) -> str:
        """How it stands, in OpenAI's words."""
        state = str(job.get("state", "")).removeprefix("JOB_STATE_")
        return _STATUS.get(state, state.lower())

    def act(self, job: str, action: str) -> JSON:
        """Cancel or resume a job.

        Raises:
            UsageError: If it is to be paused, which the SDK does not know.
        """
        if action == "pause":
            raise UsageError("Fireworks' SDK cannot pause a job", hint="It can be cancelled.")
        jobs, name = self._jobs(job)
        with self.told(f"the job {job}"):
            getattr(jobs, action)(name, body={})
        return self.show(job)

    def events(self, job: str, known: frozenset[str]) -> list[JSON]:
        """The state of a job, as an event where it is another than before."""
        about = self.show(job)
        state = str(about.get("state"))
        event = {"id": state, "object": "job.state", "job": job, "state": state, "status": self.status(about)}
        return [] if state in known else [event]

    def checkpoints(self, job: str) -> list[JSON]:
        """Raises.

        Raises:
            UsageError: If the SDK lists none.
        """
        raise UsageError("Fireworks' SDK lists no checkpoints of a job", hint="ftdata jobs show tells its model.")

    def delete_model(self, model: str) -> JSON:
        """Delete a trained model."""
        with self.told(f"the model {model}"):
            self.client.models.delete(model.rsplit("/", 1)[-1])
        return {"id": model, "deleted": True}

    def metrics(self, job: str) -> TrainingLog:
        """What a job measured, from its file of metrics.

        Raises:
            InputError: Nothing yet.
        """
        jobs, name = self._jobs(job)
        url = self.show(job).get("metricsFileSignedUrl")
        if not url and hasattr(jobs, "get_metrics_file_endpoint"):
            with self.told(f"the metrics of {job}"):
                url = jobs.get_metrics_file_endpoint(name).signed_url
        if not str(url).startswith(("https://", "http://127.0.0.1")):
            raise InputError(f"the job {job} has measured nothing yet", hint=f"ftdata jobs watch {job} --for fireworks")
        try:
            with urllib.request.urlopen(str(url), timeout=60) as answer:  # noqa: S310 - https, as was looked at
                return parsed(answer.read(), f"the metrics of {job}")
        except (urllib.error.URLError, OSError) as error:
            raise ServiceError(f"the metrics of {job} cannot be fetched: {error}") from None
