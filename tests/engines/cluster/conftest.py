"""Ray, started once for the tests of a module, since its processes are never idle: two processors of this machine, and an object store beside it."""

from __future__ import annotations

import logging
import os
import secrets
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

import tests

STORE = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@pytest.fixture(scope="module")
def ray_of_two() -> Iterator[str]:
    """The URL of the object store that this process and the workers reach."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    # Workers find the tests' own modules, and have the store's address as those of a cluster have theirs.
    env = {
        **STORE,
        "AWS_ENDPOINT_URL": url,
        "PYTHONPATH": str(Path(tests.__file__).parent.parent),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    }
    before = dict(os.environ)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # those of Ray's own modules
        import ray

        os.environ.update(env)
        try:
            ray.init(
                num_cpus=2,
                include_dashboard=False,
                object_store_memory=100 << 20,
                logging_level=logging.ERROR,
                log_to_driver=False,
            )
        finally:
            os.environ.clear()
            os.environ.update(before)
    yield url
    ray.shutdown()
    server.stop()


@pytest.fixture
def store(ray_of_two: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A bucket of the test's own."""
    for name, value in {**STORE, "AWS_ENDPOINT_URL": ray_of_two}.items():
        monkeypatch.setenv(name, value)
    import fsspec

    bucket = f"data-{secrets.token_hex(4)}"
    fsspec.get_filesystem_class("s3").clear_instance_cache()  # another module's server has gone
    fsspec.filesystem("s3", skip_instance_cache=True).mkdir(bucket)
    return f"s3://{bucket}"
