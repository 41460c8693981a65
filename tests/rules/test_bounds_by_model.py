"""How many rows a file needs is told by the model, where a model has bounds of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

import ftdata
from ftdata.codec import encode


def nova(rows: int, folder: Path) -> Path:
    """A file of Nova's rows."""
    path = folder / "train.jsonl"
    turns = [
        {
            "messages": [
                {"role": "user", "content": [{"text": f"Where is parcel {n}?"}]},
                {"role": "assistant", "content": [{"text": f"In depot {n}."}]},
            ]
        }
        for n in range(rows)
    ]
    path.write_bytes(b"".join(encode({"schemaVersion": "bedrock-conversation-2024", **row}) + b"\n" for row in turns))
    return path


@pytest.mark.parametrize(
    ("model", "rows", "few"),
    [
        (None, 7, True),
        (None, 8, False),
        ("nova-lite", 8, False),
        ("nova-2-lite", 199, True),
        ("nova-2-lite", 200, False),
    ],
)
def test_a_model_has_bounds_of_its_own(model: str | None, rows: int, few: bool, tmp_path: Path) -> None:
    counts = ftdata.read(nova(rows, tmp_path)).check(target="bedrock", model=model).counts
    assert ("too-few-examples" in counts) == few
