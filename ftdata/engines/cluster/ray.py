"""Ray: a cluster that this process is in, one behind an address, or one that is started on this machine."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Sequence
from typing import Any

from ftdata.engines.cluster import called as called_there
from ftdata.engines.cluster.called import called
from ftdata.engines.cluster.protocol import TRIES, Handle, Lost
from ftdata.errors import FtdataError, MissingPackageError, UsageError

_RECOUNTED = 5  # seconds after which processors are counted again


def connect(address: str) -> Ray:
    """A connection to Ray.

    Args:
        address: Of a Ray client server, ``ray://host:10001``; or nothing. Then it is the Ray that this process is
            connected to, or else the one that RAY_ADDRESS names or that runs on this machine, or else one is started
            on this machine, which ends with this process.

    Raises:
        MissingPackageError: If Ray is not installed.
        FtdataError: If there is no Ray at that address, or one of another version.
    """
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # its new way, about which it warns otherwise
    try:
        import ray
    except ImportError:
        raise MissingPackageError("the engine ray", "ray", "ray") from None
    if ray.is_initialized():
        if address and address not in _connected:
            raise UsageError(f"this process is connected to another Ray than {address}", hint="Call ray.shutdown().")
        return _ours(ray, address)
    how: dict[str, Any] = {"logging_level": logging.ERROR}
    if address:
        how["address"] = address
    elif not os.environ.get("RAY_ADDRESS"):
        how["include_dashboard"] = False
    try:
        ray.init(**how)
    except Exception as error:  # it has no base for what may go wrong
        raise FtdataError(f"cannot connect to Ray{' at ' + address if address else ''}: {error}") from error
    _connected.clear()
    return _ours(ray, address)


_connected: dict[str, tuple[str, Ray]] = {}


def _ours(ray: Any, address: str) -> Ray:
    """The one connection to a Ray by its address, as long as it lasts."""
    job = ray.get_runtime_context().get_job_id()
    if address not in _connected or _connected[address][0] != job:
        _connected[address] = job, Ray(ray)
    return _connected[address][1]


class Ray:
    """Ray, to which this process is connected."""

    name = "ray"

    def __init__(self, ray: Any) -> None:
        self._ray = ray
        ray.cloudpickle.register_pickle_by_value(called_there)
        self._call = ray.remote(called)
        self._calls: dict[int, Any] = {}
        self._slots, self._counted = 1, 0.0

    def slots(self) -> int:
        """The processors of all its machines, of which there may soon be more, or fewer."""
        if not self._counted or time.monotonic() - self._counted > _RECOUNTED:
            self._slots = max(1, int(self._ray.cluster_resources().get("CPU", 1)))
            self._counted = time.monotonic()
        return self._slots

    def put(self, value: bytes) -> Handle:
        """Put it into the object store: each machine gets it once."""
        return self._ray.put(value)

    def submit(self, returns: int, said: Sequence[Any], values: Sequence[Any]) -> list[Handle]:
        """A task. What it makes stays in the object store of its machine until it is asked for."""
        if returns not in self._calls:
            self._calls[returns] = self._call.options(
                num_returns=returns, max_retries=TRIES - 1, name="ftdata", scheduling_strategy="DEFAULT"
            )
        version, key, payload = said
        made = self._calls[returns].remote(version, "ray", key, returns, payload, *values)
        return [made] if returns == 1 else list(made)

    def get(self, handle: Handle) -> Any:
        """The object; one whose machine is gone is made again by Ray."""
        errors = self._ray.exceptions
        try:
            return self._ray.get(handle)
        except (
            errors.WorkerCrashedError,
            errors.NodeDiedError,
            errors.OutOfMemoryError,
            errors.ObjectLostError,
        ) as lost:
            raise Lost(_told(lost)) from None
        except errors.RayTaskError as error:
            cause = getattr(error, "cause", None)
            if isinstance(cause, errors.RayError):  # what it needs is lost
                raise Lost(_told(cause)) from None
            raise FtdataError(str(cause or error).strip()) from None
        except errors.RayError as error:
            raise FtdataError(f"Ray failed: {_told(error)}") from None

    def drop(self, handles: Sequence[Handle]) -> None:
        """Objects go with the last reference; the few tasks that are handed out already are done in vain.

        They are not cancelled: where a task ends while Ray 2.60 cancels it, this process is aborted ("Tried to complete
        task that was not pending", in its task manager).
        """


def _told(error: BaseException) -> str:
    return str(error).strip().split("\n")[0]
