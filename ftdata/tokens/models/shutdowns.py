"""Shutdown dates as OpenAI's API tells them: asked for by ``ftdata models --refresh`` alone, and kept in a file.

Source: ``shutdown_date`` of ``GET /v1/models``, a day as 2027-01-14 or null (OpenAI's deprecations page, 2026)
"""

from __future__ import annotations

import datetime
import json
import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ftdata.classes import dataclass, field
from ftdata.errors import InputError, MissingPackageError, OutputError, UsageError, printable
from ftdata.facts import clock

CACHE = "FTDATA_CACHE"
"""The variable that holds the folder of the file, in place of the user's cache."""

SOURCE = "shutdown_date of GET /v1/models"
_NAME = "shutdown-dates.json"


@dataclass(frozen=True)
class Shutdowns:
    """What the API said on a day.

    Attributes:
        as_of: That day; empty where it was never asked.
        dates: By a model's id, its first day without answers; models without one are left out.
        known: How many models the API named.
    """

    as_of: str = ""
    dates: Mapping[str, datetime.date] = field(default_factory=dict)
    known: int = 0

    def of(self, *names: str) -> datetime.date | None:
        """The date of the first of these names that has one."""
        return next((self.dates[name] for name in names if name in self.dates), None)


def path() -> Path:
    """Where the dates are kept."""
    given = os.environ.get(CACHE)
    if given:
        return Path(given) / _NAME
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "ftdata" / _NAME


def shutdowns() -> Shutdowns:
    """What was kept; nothing where nobody asked.

    Raises:
        InputError: If the file cannot be read, or holds something else.
    """
    try:
        where = path()
        mark = where.stat().st_mtime_ns
    except (OSError, RuntimeError):  # no such file, or no home to look in
        return Shutdowns()
    return _read(str(where), mark)


@cache
def _read(where: str, _mark: int) -> Shutdowns:
    try:
        found = json.loads(Path(where).read_text(encoding="utf-8"))
        dates = {str(name): datetime.date.fromisoformat(day) for name, day in found["dates"].items()}
        return Shutdowns(str(found["as_of"]), dates, int(found["known"]))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=where) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        hint = "Remove it, or write it anew: ftdata models --refresh."
        raise InputError("holds no shutdown dates", hint=hint, path=where) from None


def refresh() -> Shutdowns:
    """Ask OpenAI's API for the dates and keep them; the key and the address are the SDK's own settings.

    Raises:
        MissingPackageError: If the package openai is not installed.
        UsageError: If there is no key.
        InputError: If the API cannot be reached, or answers with an error.
        OutputError: If the dates cannot be kept.
    """
    try:
        import openai
    except ImportError:
        raise MissingPackageError("models --refresh", "openai", "jobs") from None
    try:
        client = openai.OpenAI()
    except openai.OpenAIError as error:
        raise UsageError(f"OpenAI cannot be asked: {printable(str(error))[:200]}", hint="Set OPENAI_API_KEY.") from None
    address = f"{client.base_url}models"
    try:
        found = {model.id: getattr(model, "shutdown_date", None) for model in client.models.list()}
    except openai.APIStatusError as error:
        raise InputError(f"answered {error.status_code}: {printable(error.message)[:200]}", path=address) from None
    except openai.OpenAIError as error:
        raise InputError(f"cannot be asked: {printable(str(error))[:200]}", path=address) from None
    return _kept(found, address)


def _kept(found: Mapping[str, Any], address: str) -> Shutdowns:
    try:
        dates = {name: datetime.date.fromisoformat(day) for name, day in found.items() if day}
    except (ValueError, TypeError):
        raise InputError("tells a shutdown_date that is not a date", path=address) from None
    told = Shutdowns(clock.today().isoformat(), dates, len(found))
    days = {name: day.isoformat() for name, day in sorted(dates.items())}
    text = json.dumps({"as_of": told.as_of, "known": told.known, "dates": days}, indent=1) + "\n"
    where = path()
    import tempfile  # takes longer to load than the table

    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=where.parent, delete=False) as beside:
            beside.write(text)
        Path(beside.name).replace(where)
    except OSError as error:
        raise OutputError(f"{where}: the dates cannot be kept: {error.strerror}") from None
    return told
