"""Settings that all tests share."""

from __future__ import annotations

import os

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start what takes longest first, so that no process is left alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("process") is None)
