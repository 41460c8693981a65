"""A smaller training file, and the same definitions at inference: python examples/small.py [small.jsonl]."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import ftdata

HERE = Path(__file__).parent

examples = ftdata.read(HERE / "calls.jsonl")
print(examples.savings("gpt-4.1-mini", place="azure", epochs=3))

small = (
    examples.filter("not refusal")
    .strip(descriptions=True, schema_extras=True, unused=True)
    .system("Answer in one sentence.")
    .weights("last")
    .redact()
)
with tempfile.TemporaryDirectory() as folder:
    output = sys.argv[1] if len(sys.argv) > 1 else str(Path(folder) / "small.jsonl")
    result = small.write(output, force=True)
    print(f"{result.tally.written} examples, {Path(output).stat().st_size:,} bytes")
    small.pruning().save(Path(folder) / "pruning.json")
    pruning = ftdata.Pruning.load(Path(folder) / "pruning.json")

# What a live request sends is what the model saw in training.
live = examples.head(1)[0]
request = ftdata.prune(
    {"model": "ft:gpt-4.1-mini:acme::1", "messages": live["messages"][:2], "tools": live["tools"]}, pruning
)
assert request["tools"] == small.head(1)[0]["tools"]
