"""Packing the data files of places into the one file that is read: ``python -m tests.facts.packing`` writes it."""

from __future__ import annotations

import datetime
import json
import sys
import tomllib
from pathlib import Path
from typing import Any

import ftdata.facts.places as home

FOLDER = Path(home.__file__).parent
PACKED = FOLDER / "packed.json"


def files() -> dict[str, Any]:
    """What each data file says, by its name."""
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))}


def packed() -> str:
    """All of them as one JSON object, a file a line."""
    lines = (f"{json.dumps(name)}: {_json(said)}" for name, said in files().items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _json(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), default=datetime.date.isoformat)


if __name__ == "__main__":
    PACKED.write_text(packed(), encoding="utf-8", newline="\n")
    sys.stdout.write(f"{len(files())} files\n")
