"""From a CSV to a training and a validation file: no duplicates, no customer on both sides, even classes.

Run it as `python examples/whole.py [OUTPUT]`.
"""

import sys
from pathlib import Path

import ftdata

tickets = Path(__file__).parent / "tickets.csv"
output = Path(sys.argv[1] if len(sys.argv) > 1 else "train.jsonl")

ds = ftdata.read(tickets).to_chat(user="{{ subject }}\n\n{{ body }}", assistant="queue", metadata=["customer_id"])

duplicates = ds.duplicates(near=0.85)
print(f"{duplicates.removed} of {duplicates.kept + duplicates.removed} tickets say what another one says")

train, valid = duplicates.examples.split(valid=0.2, group="customer_id", stratify="answer")
print("on both sides:", train.overlap(valid).examples)

print(train.balance_table(by="answer", how="under").after)
train.balance(by="answer", how="under").write(output, format="openai", force=True)
valid.write(output.with_suffix(".valid.jsonl"), format="openai", force=True)
