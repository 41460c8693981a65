"""From a CSV to a training file and a page that shows it: report.html beside the output.

Run it as `python examples/report.py [OUTPUT]`.
"""

import sys
from pathlib import Path

import ftdata

here = Path(__file__).parent
output = Path(sys.argv[1] if len(sys.argv) > 1 else "train.jsonl")

ds = ftdata.read(here / "tickets.csv").to_chat(
    system="You route support tickets. Answer with the queue alone.",
    user="{{ subject }}\n\n{{ body }}",
    assistant="queue",
)
ds.dedupe().write(output, format="openai", force=True, manifest=True)

report = ftdata.read(output).report(target="azure", before=ds, metrics=ftdata.metrics(here / "results.csv"))
report.save(str(output.with_name("report.html")), force=True)
print(report)
