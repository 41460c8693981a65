"""Connections to services that train: keys from the environment alone, errors in words, nothing secret in them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from ftdata.classes import dataclass
from ftdata.errors import MissingPackageError, ServiceError, UsageError, option
from ftdata.jobs.services import SERVICES, JobService

if TYPE_CHECKING:
    from ftdata.jobs.logs import TrainingLog

ACTIONS = ("cancel", "pause", "resume")
"""What can be done with a job that runs."""

DONE = ("succeeded", "failed", "cancelled")
"""How a job ends, as OpenAI and Azure call it; other services' words are put into these."""

JSON = dict[str, Any]


class Client(Protocol):
    """What every service can be asked for."""

    service: JobService

    def find(self, digest: str, size: int) -> str:
        """The id of a file that was uploaded from here with this SHA-256; empty where there is none."""
        ...

    def upload(self, path: str, name: str, digest: str, part: int | None) -> str:
        """Upload a file under a name, in parts of so many bytes where that is asked for; its id."""
        ...

    def wait(self, file: str, every: float, most: float) -> None:
        """Wait until a file can be trained on."""
        ...

    def create(self, body: JSON) -> JSON:
        """Create a job; one that was created before the connection broke is found again."""
        ...

    def latest(self, limit: int) -> list[JSON]:
        """The latest jobs, the last one first."""
        ...

    def show(self, job: str) -> JSON:
        """A job."""
        ...

    def status(self, job: JSON) -> str:
        """How it stands, in OpenAI's words."""
        ...

    def act(self, job: str, action: str) -> JSON:
        """Cancel, pause or resume a job."""
        ...

    def events(self, job: str, known: frozenset[str]) -> list[JSON]:
        """The events of a job that are not known yet, the earliest first."""
        ...

    def checkpoints(self, job: str) -> list[JSON]:
        """The checkpoints of a job, the earliest first."""
        ...

    def delete_model(self, model: str) -> JSON:
        """Delete a trained model."""
        ...

    def metrics(self, job: str) -> TrainingLog:
        """What a job measured."""
        ...


def connect(target: str, base_url: str | None = None) -> Client:
    """A client of a service, with the key of the environment.

    Args:
        target: openai, azure, together or fireworks.
        base_url: The base URL of the service, if it is not the default.

    Raises:
        MissingPackageError: If the service's SDK is not installed.
        UsageError: If the environment holds no key, or no address where one is needed.
    """
    service = SERVICES[target]
    key = needed(service.key)
    if target in ("openai", "azure"):
        from ftdata.jobs.openai import OpenAIJobs

        return OpenAIJobs(service, key, _azure(base_url) if target == "azure" else base_url)
    if target == "together":
        from ftdata.jobs.together import TogetherJobs

        return TogetherJobs(service, key, base_url)
    from ftdata.jobs.fireworks import FireworksJobs

    return FireworksJobs(service, key, base_url)


def _azure(base_url: str | None) -> str:
    if base_url:
        return base_url
    endpoint = needed("AZURE_OPENAI_ENDPOINT").rstrip("/")
    return endpoint if endpoint.endswith("/v1") else f"{endpoint}/openai/v1/"


def needed(name: str) -> str:
    """A variable of the environment.

    Raises:
        UsageError: If it is not set.
    """
    value = os.environ.get(name, "")
    if not value:
        raise UsageError(f"{name} is not set", hint=f"Keys are read from the environment alone: export {name}=…")
    return value


def imported(service: JobService) -> Any:
    """The module of a service's SDK.

    Raises:
        MissingPackageError: If it is not installed.
    """
    from importlib import import_module

    package, extra = service.package
    try:
        return import_module({"fireworks-ai": "fireworks"}.get(package, package))
    except ImportError:
        raise MissingPackageError(f"--for {service.name}", package, extra) from None


@dataclass(frozen=True)
class Told:
    """Makes sentences of an SDK's errors.

    Attributes:
        service: Whose they are.
        sdk: The SDK's module; the four that are known name their errors alike.
        key: What must not be said.
    """

    service: JobService
    sdk: Any
    key: str

    @contextmanager
    def __call__(self, what: str) -> Iterator[None]:
        """Let errors be told as ours.

        Args:
            what: What was asked for, such as "the job ftjob-1".

        Raises:
            ServiceError: If the service refuses, or cannot be reached.
        """
        try:
            yield
        except self.sdk.APIStatusError as error:
            raise self._refused(error, what) from None
        except self.sdk.APIConnectionError as error:
            cause = error.__cause__ or error
            hint = f"Run it again to go on where it stopped; {option('base_url')} names another address."
            said = self._clean(f"{type(cause).__name__}: {cause}" if str(cause) else type(cause).__name__)
            raise ServiceError(f"{self.service.about} cannot be reached for {what}: {said}", hint=hint) from None

    def _refused(self, error: Any, what: str) -> ServiceError:
        body = error.body if isinstance(error.body, Mapping) else {}
        inner = body.get("error")
        body = inner if isinstance(inner, Mapping) else body
        code = str(body.get("code") or "")
        message = self._clean(str(body.get("message") or error.message))
        said = f"{self.service.about} answers {error.status_code} to {what}: {message}"
        if code and code not in message:
            said += f" ({code})"
        return ServiceError(said, hint=self._hint(error.status_code, code), status=error.status_code, code=code)

    def _hint(self, status: int, code: str) -> str:
        if code == "training_not_available":
            from ftdata.jobs.closed import open_elsewhere

            return open_elsewhere(self.service.name)
        if status == 401:
            return f"Look at {self.service.key}."
        if status == 404:
            return f"Look at what there is: ftdata jobs list --for {self.service.name}."
        if status == 429:
            return "It was tried again as often as the service's SDK does; wait, and run it again."
        return "Run it again later." if status >= 500 else ""

    def _clean(self, text: str) -> str:
        return text.replace(self.key, "***") if self.key else text


def plain(value: Any) -> JSON:
    """What an SDK returned, as JSON values."""
    found: JSON = value if isinstance(value, dict) else value.to_dict(mode="json")
    return found
