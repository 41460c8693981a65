"""One pipeline, on this machine or on a cluster: python examples/cluster.py OUT.jsonl [ray]."""

import sys
from pathlib import Path

import ftdata

output, engine = sys.argv[1], (sys.argv[2:] or ["local"])[0]

tickets = ftdata.read(Path(__file__).parent / "tickets.csv").on(engine)
chats = tickets.to_chat(system="You route tickets.", user="{{ subject }}\n\n{{ body }}", assistant="queue")
result = chats.dedupe().shuffle(seed=7).write(output, force=True)
print(f"{result.tally.written} of {result.tally.read} rows, by the engine {engine}")
