"""Uploading files and creating jobs."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ftdata.classes import dataclass
from ftdata.dataset import read
from ftdata.errors import InputError, ServiceError, UsageError
from ftdata.files.opening import stem
from ftdata.formats.targets import target
from ftdata.jobs.clients import DONE, JSON, Client, connect
from ftdata.jobs.job import Job, digest_of, loaded, refuse_errors
from ftdata.verbs.types import PathLike

log = logging.getLogger("ftdata")

PART = 64 << 20
"""Bytes of a part."""

_ID = ("file-", "file_", "accounts/")
_PATIENCE = 10  # broken connections in a row that a watch lives through


@dataclass(frozen=True)
class Uploaded:
    """A file that a service has.

    Attributes:
        path: The file here.
        id: Its id there.
        sha256: Its digest.
        bytes: Its size.
        found: Whether it was there already.
        parts: The parts that it was sent in; 0 for at once.
    """

    path: str
    id: str
    sha256: str
    bytes: int
    found: bool
    parts: int

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return dict(vars(self))


def upload(
    client: Client, path: PathLike, *, parts_above: int | None = None, part_size: int = PART, every: float = 5,
    most: float = 1800, checked: bool = False,
) -> Uploaded:  # fmt: skip
    """Upload a file that has no errors, unless the same bytes are there, and wait until it can be trained on.

    Args:
        client: Where to.
        path: The file.
        parts_above: Bytes beyond which it is sent in parts; by default what the service takes at once.
        part_size: Bytes of a part.
        every: Seconds between looks at how it stands.
        most: Seconds to wait.
        checked: Whether its rows were checked before.

    Raises:
        FindingsError: If the file has errors; it carries them.
        InputError: If it cannot be read.
        ServiceError: If the service refuses it, or cannot be reached; run it again to go on.
    """
    name = os.fspath(path)
    digest = digest_of(name)
    if not checked:
        refuse_errors(read(name).check(target=client.service.name), name, client.service.name)
    size = Path(name).stat().st_size
    limit = parts_above if parts_above is not None else target(client.service.name).file_bytes
    found = client.find(digest, size)
    parts = -(-size // part_size) if size > limit and not found else 0
    there = found or client.upload(name, name_of(name, digest), digest, part_size if parts else None)
    client.wait(there, every, most)
    return Uploaded(name, there, digest, size, bool(found), parts)


def rehearsed(service: str, path: PathLike) -> dict[str, Any]:
    """What `upload` would send, as JSON values: the file is checked, and nobody is asked.

    Raises:
        FindingsError: If the file has errors; it carries them.
        InputError: If it cannot be read.
    """
    name = os.fspath(path)
    digest = digest_of(name)
    refuse_errors(read(name).check(target=service), name, service)
    return {"path": name, "sha256": digest, "bytes": Path(name).stat().st_size}


def name_of(path: str, digest: str) -> str:
    """What a file is called at the service: its digest is in its name, by which it is found again from anywhere."""
    return f"{stem(path)}.{digest[:32]}.jsonl"


def submit(client: Client, job: Job, **how: Any) -> tuple[JSON, tuple[Uploaded, ...]]:
    """Upload the files of a job that are not there yet, and create it.

    Args:
        client: Where.
        job: The job.
        how: As of `upload`.

    Raises:
        UsageError: If a file was changed since the job was made of it.
        ServiceError: If the service refuses, or cannot be reached.
    """
    body, sent = dict(job.body), []
    paths = {key: path for key, path in job.files.items() if not is_id(path)}
    for key, path in paths.items():
        if not Path(path).exists():
            raise InputError("is neither a file nor the id of one", path=path, json_path=f"$.{key}")
        _refuse_changed(body, key, path)
    for key, path in paths.items():
        sent.append(upload(client, path, **how))
        body[key] = sent[-1].id
    return client.create(body), tuple(sent)


def is_id(text: str) -> bool:
    """Whether a body names a file by its id."""
    return not Path(text).exists() and text.startswith(_ID)


def _refuse_changed(body: Mapping[str, Any], key: str, path: str) -> None:
    said = (body.get("metadata") or {}).get(f"{key}_sha256")
    if said is not None and said != digest_of(path):
        raise UsageError(f"{path} has changed since the job was made", hint="Make the job again: ftdata job.")


def job_of(path: PathLike, name: str | None, base_url: str | None) -> tuple[Job, Client]:
    """A job that was written, and a client of its service."""
    job = loaded(path, name)
    return job, connect(job.service, base_url)


def watch(
    client: Client, job: str, *, every: float = 10, known: frozenset[str] = frozenset(),
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[JSON]:  # fmt: skip
    """The events of a job as they come, until it has ended; the last is the job itself.

    Broken connections and errors of the service are lived through, ten of them in a row.

    Raises:
        ServiceError: If the service refuses, or cannot be reached for too long.
    """
    broken = 0
    while True:
        try:
            about = client.show(job)
            for event in client.events(job, known):
                known |= {str(event.get("id"))}
                yield event
        except ServiceError as error:
            broken += 1
            if (400 <= error.status < 500 and error.status != 429) or broken > _PATIENCE:
                raise
            log.warning("%s; looking again in %g seconds", error.message, every)
        else:
            broken = 0
            if client.status(about) in DONE:
                yield about
                return
        sleep(every)
