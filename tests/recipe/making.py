"""Data and recipes for the tests of recipes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ftdata.codec import encode
from ftdata.marks import dump

QUEUES = ("billing", "delivery", "account")


def rows(count: int = 60, start: int = 0) -> list[dict[str, Any]]:
    """Tickets and their queues, some of them twice, one queue larger than the others."""
    made = []
    for n in range(start, start + count):
        number = start + (n - start) % (count - 5)
        queue = QUEUES[number % 7 % 3]
        ticket = f"Ticket {number}: where is my {('parcel', 'invoice', 'password')[number % 3]}?  Mail me: a{number}@example.com"
        messages = [
            {"role": "system", "content": "You route tickets."},
            {"role": "user", "content": ticket},
            {"role": "assistant", "content": queue},
        ]
        made.append({"messages": messages})
    return made


def data(folder: Path, name: str = "in.jsonl", count: int = 60, start: int = 0) -> Path:
    """A file of them."""
    path = folder / name
    path.write_bytes(b"".join(encode(row) + b"\n" for row in rows(count, start)))
    return path


def table(folder: Path, name: str = "tickets.csv", count: int = 40) -> Path:
    """A table of tickets."""
    lines = ["id,customer,body,queue"]
    lines += [f"{n},c{n % 11},Where is order {n}?,{QUEUES[n % 3]}" for n in range(count)]
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def written(folder: Path, says: dict[str, Any], name: str = "recipe.yaml") -> Path:
    """A recipe's file."""
    path = folder / name
    path.write_text(dump(says), encoding="utf-8")
    return path


def manifest(path: Path) -> dict[str, Any]:
    """What a manifest says."""
    says: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return says
