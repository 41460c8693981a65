"""Settings that all tests share."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.chromium import browser  # noqa: F401 - a fixture
from tests.strategies import QUICK

# Models end on dates: what tests and the blocks of the docs say of them holds on this day.
os.environ["FTDATA_TODAY"] = "2026-11-28"
os.environ["FTDATA_CACHE"] = "/nowhere"
os.environ["FTDATA_LANG"] = "en"

# No deadline: the first example pays for imports, and machines differ. The quick examples are the same in every run.
settings.register_profile("quick", deadline=None, derandomize=True, max_examples=QUICK)
settings.register_profile("full", deadline=None, max_examples=10 * QUICK)
settings.load_profile("quick")

# No test asks a service but those that start one on this machine, whatever the keys of whoever runs them.
for _name in ("OPENAI", "AZURE_OPENAI", "TOGETHER", "FIREWORKS"):
    for _of in ("API_KEY", "BASE_URL", "ENDPOINT", "ACCOUNT_ID"):
        os.environ.pop(f"{_name}_{_of}", None)

# Nor one behind TLS: a client of a service reads the certificates of all the world when it is made, in a tenth of a second.
os.environ["SSL_CERT_DIR"] = "/nowhere"
os.environ.pop("SSL_CERT_FILE", None)

# The thousands of small files of tests stand in memory, where it has room; pyproject.toml says that few stay.
if Path("/dev/shm").is_dir() and shutil.disk_usage("/dev/shm").free > 2 << 30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", "/dev/shm")

# Tests do not outlive a power cut, and a disk takes a thousand times as long as its cache. Processes of their own do sync.
if os.name == "posix":
    os.fsync = os.fstat  # type: ignore[assignment] # which refuses what is not open as well


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage in what importing and collecting the tests makes, neither meanwhile nor ever after.

    All of that stays: half a million objects, which each test that collects garbage would go through.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start what takes longest first, so that no process is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("process") is None)
