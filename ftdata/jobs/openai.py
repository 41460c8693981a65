"""OpenAI's and Azure's jobs, over OpenAI's SDK.

Source: openai 3.57 (November 2026): files, uploads, fine_tuning.jobs. A request to create a job carries no key by which
the service could tell a repeated one, so that the SDK's own repeats after a broken connection could pay for two jobs.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Mapping
from hashlib import md5
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftdata.errors import InputError, ServiceError
from ftdata.jobs.clients import JSON, Told, imported, plain
from ftdata.jobs.logs import TrainingLog, add, of_value, parsed

if TYPE_CHECKING:
    from ftdata.jobs.services import JobService

log = logging.getLogger("ftdata")

PURPOSE = "fine-tune"
PART = 64 << 20
"""Bytes of a part, as the SDK has it."""

_SIGNED = ("model", "training_file", "validation_file", "method", "seed", "suffix", "integrations", "metadata",
           "hyperparameters")  # fmt: skip
_TRIES = 3
_GONE = (400, 404, 410)


class OpenAIJobs:
    """A client of OpenAI or Azure."""

    def __init__(self, service: JobService, key: str, base_url: str | None) -> None:
        self.service = service
        self.sdk = imported(service)
        self.client = self.sdk.OpenAI(api_key=key, base_url=base_url)
        self.told = Told(service, self.sdk, key)
        self.sleep = time.sleep

    # -- files --------------------------------------------------------------------------------------------------------

    def find(self, digest: str, size: int) -> str:
        """The id of a file that was uploaded from here with this SHA-256; empty where there is none."""
        with self.told("the list of files"):
            for file in self.client.files.list(purpose=PURPOSE):
                if digest[:32] in file.filename and file.bytes == size and file.status not in ("error", "deleted"):
                    return str(file.id)
        return ""

    def upload(self, path: str, name: str, digest: str, part: int | None) -> str:
        """Upload a file under a name, in parts of so many bytes where that is asked for; its id."""
        if part is not None:
            return PartedUpload(self, path, name, digest, part).sent()
        with self.told(f"the upload of {path}"), Path(path).open("rb") as file:
            return str(self.client.files.create(file=(name, file, "application/jsonl"), purpose=PURPOSE).id)

    def wait(self, file: str, every: float, most: float) -> None:
        """Wait until a file can be trained on.

        Raises:
            ServiceError: If it cannot, or it takes longer than `most` seconds.
        """
        with self.told(f"the file {file}"):
            try:
                found = self.client.files.wait_for_processing(file, poll_interval=every, max_wait_seconds=most)
            except RuntimeError:
                hint = "Run it again to go on waiting."
                raise ServiceError(f"the file {file} is still processed after {most:g} seconds", hint=hint) from None
        if found.status != "processed":
            why = found.status_details or found.status
            raise ServiceError(f"{self.service.about} cannot use the file {file}: {why}")

    # -- jobs ---------------------------------------------------------------------------------------------------------

    def create(self, body: JSON) -> JSON:
        """Create a job; one that was created before the connection broke is found again."""
        known = {str(job["id"]) for job in self.latest(20)}
        signed = {key: value for key, value in body.items() if key in _SIGNED}
        others = {key: value for key, value in body.items() if key not in _SIGNED}
        once = self.client.with_options(max_retries=0).fine_tuning.jobs
        for attempt in range(_TRIES):
            with self.told("a new job"):
                try:
                    return plain(once.create(**signed, extra_body=others or None))
                except self.sdk.RateLimitError:
                    if attempt == _TRIES - 1:
                        raise
                except (self.sdk.APIConnectionError, self.sdk.InternalServerError):
                    made = self._created(body, known)
                    if made is not None:
                        log.warning("the connection broke, but the job was created: %s", made["id"])
                        return made
                    if attempt == _TRIES - 1:
                        raise
            self.sleep(0.5 * 2**attempt)
        raise AssertionError("the last attempt returns or raises")

    def _created(self, body: JSON, known: set[str]) -> JSON | None:
        """The job that was made of a body and was not there before."""
        wanted = {key: body.get(key) for key in ("training_file", "validation_file", "metadata")}
        for job in self.latest(20):
            if job["id"] not in known and all(job.get(key) == value for key, value in wanted.items()):
                return job
        return None

    def latest(self, limit: int) -> list[JSON]:
        """The latest jobs, the last one first."""
        with self.told("the list of jobs"):
            found = []
            for job in self.client.fine_tuning.jobs.list(limit=min(limit, 100)):
                found.append(plain(job))
                if len(found) == limit:
                    break
            return found

    def show(self, job: str) -> JSON:
        """A job."""
        with self.told(f"the job {job}"):
            return plain(self.client.fine_tuning.jobs.retrieve(job))

    def status(self, job: JSON) -> str:
        """How it stands."""
        return str(job["status"])

    def act(self, job: str, action: str) -> JSON:
        """Cancel, pause or resume a job."""
        with self.told(f"the job {job}"):
            return plain(getattr(self.client.fine_tuning.jobs, action)(job))

    def events(self, job: str, known: frozenset[str]) -> list[JSON]:
        """The events of a job that are not known yet, the earliest first."""
        found: list[JSON] = []
        with self.told(f"the events of {job}"):
            for event in self.client.fine_tuning.jobs.list_events(job, limit=100):
                if event.id in known:
                    break
                found.append(plain(event))
        return found[::-1]

    def checkpoints(self, job: str) -> list[JSON]:
        """The checkpoints of a job, the earliest first."""
        with self.told(f"the checkpoints of {job}"):
            found = [plain(one) for one in self.client.fine_tuning.jobs.checkpoints.list(job, limit=100)]
        return sorted(found, key=lambda one: int(one["step_number"]))

    def delete_model(self, model: str) -> JSON:
        """Delete a trained model."""
        with self.told(f"the model {model}"):
            return plain(self.client.models.delete(model))

    def metrics(self, job: str) -> TrainingLog:
        """What a job measured: its result files, or where there are none its events; and its checkpoints.

        Raises:
            InputError: Nothing yet.
        """
        about = self.show(job)
        found = TrainingLog("the job's result file")
        for file in about.get("result_files") or ():
            with self.told(f"the result file {file}"):
                data = self.client.files.content(file).read()
            found.rows += parsed(data, str(file)).rows
        if not found.rows:
            events = of_value(self.events(job, frozenset()))
            found = TrainingLog("the job's events", events.rows if events else [])
        for one in self.checkpoints(job):
            found.checkpoints[int(one["step_number"])] = str(one["fine_tuned_model_checkpoint"])
            if not found.rows or found.source == "the job's events":
                add(found, {**(one.get("metrics") or {}), "step": one["step_number"]})
        if not found.rows:
            hint = f"It is {about['status']}: wait with ftdata jobs watch {job}."
            raise InputError(f"the job {job} has measured nothing yet", hint=hint)
        found.epochs = _epochs(about)
        return found


def _epochs(job: Mapping[str, Any]) -> int | None:
    """The number of a job's epochs, if it is said; reinforcement goes by steps."""
    method = job.get("method") or {}
    said = (method.get(method.get("type")) or {}).get("hyperparameters") or job.get("hyperparameters") or {}
    number = said.get("n_epochs")
    return number if isinstance(number, int) and method.get("type") != "reinforcement" else None


class PartedUpload:
    """An upload in parts, which goes on where it stopped: what was sent stands in a file beside the data.

    Source: the API's uploads expire after an hour; the parts of one that did are sent anew.
    """

    def __init__(self, jobs: OpenAIJobs, path: str, name: str, digest: str, part: int) -> None:
        self.jobs, self.path, self.name, self.digest, self.part = jobs, path, name, digest, part
        self.size = Path(path).stat().st_size
        self.state = Path(path).with_name(f".{Path(path).name}.upload.json")

    def sent(self) -> str:
        """The id of the file, once all parts are sent."""
        known = self._known()
        if known:
            try:
                return self._sent(*known)
            except ServiceError as error:
                if error.status not in _GONE:
                    raise
                log.warning("the upload of %s had expired: it begins anew", self.path)
        uploads = self.jobs.client.uploads
        with self.jobs.told(f"the upload of {self.path}"):
            made = uploads.create(bytes=self.size, filename=self.name, mime_type="application/jsonl", purpose=PURPOSE)
        return self._sent(str(made.id), [])

    def _known(self) -> tuple[str, list[str]] | None:
        """The upload that was begun, and its parts."""
        try:
            said = json.loads(self.state.read_text(encoding="utf-8"))
            if (said["sha256"], said["part"], said["at"]) == (self.digest, self.part, self._at()):
                return str(said["upload"]), list(said["parts"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return None

    def _at(self) -> str:
        return str(self.jobs.client.base_url)

    def _keep(self, upload: str, parts: list[str]) -> None:
        said = {"sha256": self.digest, "part": self.part, "at": self._at(), "upload": upload, "parts": parts}
        try:
            self.state.write_text(json.dumps(said), encoding="utf-8")
        except OSError as error:
            log.warning("%s cannot be written, so that a broken upload begins anew: %s", self.state, error.strerror)

    def _sent(self, upload: str, parts: list[str]) -> str:
        uploads, check = self.jobs.client.uploads, md5(usedforsecurity=False)
        if parts:
            log.info("%s: %s parts are there already", self.path, f"{len(parts):,}")
        for number, piece in enumerate(self._pieces()):
            check.update(piece)
            if number >= len(parts):
                with self.jobs.told(f"part {number + 1} of {self.path}"):
                    parts.append(str(uploads.parts.create(upload, data=piece).id))
                self._keep(upload, parts)
        with self.jobs.told(f"the upload of {self.path}"):
            done = uploads.complete(upload, part_ids=parts, md5=check.hexdigest())
        self.state.unlink(missing_ok=True)
        if done.file is None:
            raise ServiceError(f"{self.jobs.service.about} made no file of the upload of {self.path}")
        return str(done.file.id)

    def _pieces(self) -> Iterator[bytes]:
        with Path(self.path).open("rb") as file:
            while piece := file.read(self.part):
                yield piece
