"""Files of the kinds that jobs train on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Row = dict[str, Any]


def chat(n: int) -> Row:
    return {
        "messages": [
            {"role": "user", "content": f"Ticket {n}: where is my parcel?"},
            {"role": "assistant", "content": f"queue {n % 3}"},
        ]
    }


def pair(n: int) -> Row:
    good, bad = ([{"role": "assistant", "content": text}] for text in ("Gladly.", "No."))
    return {
        "input": {"messages": [{"role": "user", "content": f"Ticket {n}?"}]},
        "preferred_output": good,
        "non_preferred_output": bad,
    }


def graded(n: int) -> Row:
    return {"messages": [{"role": "user", "content": f"What is {n} + 1?"}], "answer": str(n + 1)}


KINDS = {"chat": chat, "pair": pair, "graded": graded}
GRADER = {
    "type": "string_check",
    "name": "exact",
    "operation": "eq",
    "input": "{{ sample.output_text }}",
    "reference": "{{ item.answer }}",
}


def files(folder: Path, kind: str = "chat", rows: int = 60) -> tuple[str, str]:
    """A training and a validation file, and a grader beside them."""
    made = []
    for name, numbers in (("train", range(rows)), ("valid", range(rows, rows + 15))):
        path = folder / f"{name}.jsonl"
        path.write_text("".join(json.dumps(KINDS[kind](n)) + "\n" for n in numbers), encoding="utf-8")
        made.append(str(path))
    (folder / "grader.json").write_text(json.dumps(GRADER), encoding="utf-8")
    return made[0], made[1]
