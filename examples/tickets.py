"""A table of support tickets becomes a training file: python examples/tickets.py [OUTPUT]."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import ftdata

HERE = Path(__file__).parent


def without_greeting(example: dict[str, Any]) -> dict[str, Any] | ftdata.Drop:
    """Leave out what every ticket starts with; a ticket that is nothing else is dropped."""
    turn = example["messages"][1]
    subject, _, body = turn["content"].partition("\n\n")
    first, _, rest = body.partition("\n")
    if first.strip().rstrip(",!").lower() in ("hi", "hello", "good morning", "dear team"):
        body = rest.strip()
    if not body:
        return ftdata.Drop("nothing but a greeting")
    turn["content"] = f"{subject}\n\n{body}"
    return example


def main(output: str) -> None:
    """Convert, clean, write, and say what became of every row."""
    tickets = ftdata.read(HERE / "tickets.csv").to_chat(
        system='You route support tickets. Answer with one of: {{ values("queue") | join(", ") }}.',
        user="{{ subject }}\n\n{{ body }}",
        assistant="queue",
        metadata=["customer_id", "channel"],
    )
    by_mail = tickets.filter("channel == 'email'").map(without_greeting)
    result = by_mail.write(output, format="openai", force=True)
    print(f"{result.tally.written} of {result.tally.read} tickets in {result.paths[0]}")
    for (step, reason), count in result.tally.dropped.items():
        print(f"{count} dropped by {step}: {reason}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "tickets.jsonl")
