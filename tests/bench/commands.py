"""The little programs that are compared, each run as `python -c PROGRAM IN OUT`.

They are text, so that no type checker or linter asks for the peers, and so that each runs as an unguarded script.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

FTDATA_CSV = """
import sys, ftdata
ftdata.read(sys.argv[1]).to_chat(user="body", assistant="queue").write(sys.argv[2], force=True)
"""

FTDATA_CSV_TWO_WORKERS = """
import sys, ftdata
ftdata.read(sys.argv[1]).to_chat(user="body", assistant="queue").write(sys.argv[2], force=True, workers=2)
"""

FTDATA_GATHER_TWO_WORKERS = """
import sys, ftdata
chats = ftdata.read(sys.argv[1]).gather_messages(
    group_by="conversation_id", order_by="ts", role_column="speaker", content_column="text",
    role_map={"agent": "assistant", "customer": "user"},
)
chats.write(sys.argv[2], force=True, workers=2)
"""

FTDATA_JOIN = """
import sys, ftdata
ftdata.read(sys.argv[2]).join(sys.argv[1]).write(sys.argv[3], format="openai", force=True)
"""

FTDATA_JOIN_TWO_WORKERS = """
import sys, ftdata
ftdata.read(sys.argv[2]).join(sys.argv[1]).write(sys.argv[3], format="openai", force=True, workers=2)
"""

FTDATA_ALPACA = """
import sys, ftdata
user = "{{ instruction }}\\n\\n{{ input }}"
chats = ftdata.read(sys.argv[1]).to_chat(system="You are a careful assistant.", user=user, assistant="output")
chats.write(sys.argv[2], force=True)
"""

FTDATA_UNCHANGED = """
import sys, ftdata
ftdata.read(sys.argv[1]).write(sys.argv[2], force=True)
"""

FTDATA_STATS = """
import sys, ftdata
ftdata.read(sys.argv[1]).stats("gpt-4o-mini")
"""

# As installed without the extra `fast`, also in the workers.
FTDATA_STATS_PLAIN = """
import os, sys, tempfile
from pathlib import Path
with tempfile.TemporaryDirectory() as hidden:
    Path(hidden, "splintr.py").write_text("raise ImportError")
    os.environ["PYTHONPATH"] = os.pathsep.join([hidden, *filter(None, [os.environ.get("PYTHONPATH")])])
    sys.path.insert(0, hidden)
    import ftdata
    ftdata.read(sys.argv[1]).stats("gpt-4o-mini")
"""

# The loop that one would write: the texts of messages and calls, and the definitions.
TIKTOKEN_LOOP = """
import json, sys
from ftdata.tokens.vocab import encoding
encode = encoding("o200k_base").encode_ordinary
total = 0
with open(sys.argv[1], encoding="utf-8") as lines:
    for line in lines:
        row = json.loads(line)
        for turn in row["messages"]:
            total += 3 + len(encode(turn["role"])) + len(encode(turn.get("content") or ""))
            for call in turn.get("tool_calls") or ():
                total += len(encode(call["function"]["name"])) + len(encode(call["function"]["arguments"]))
        total += len(encode(json.dumps(row["tools"], ensure_ascii=False)))
"""

FTDATA_CHECK = """
import sys, ftdata
options = dict(option.split("=") for option in sys.argv[2:])
if "ignore" in options:
    options["ignore"] = [options["ignore"]]
ftdata.read(sys.argv[1]).check(**options)
"""

BARE_DECODE = """
import sys
from pydantic_core import from_json
with open(sys.argv[1], "rb") as lines:
    for line in lines:
        from_json(line)
"""

# What the cookbook's notebook does with a file, written anew from its description: six checks of each message, and
# tokens by tiktoken, each value of each message encoded, and the assistant's contents again.
COOKBOOK_CHECK = """
import json, sys
from collections import Counter
from ftdata.tokens.vocab import encoding
encoding = encoding("o200k_base")
with open(sys.argv[1], encoding="utf-8") as lines:
    rows = [json.loads(line) for line in lines]
wrong = Counter()
for row in rows:
    messages = row.get("messages") if isinstance(row, dict) else None
    if not messages:
        wrong["missing"] += 1
        continue
    for message in messages:
        wrong["key"] += "role" not in message or "content" not in message
        wrong["unknown"] += any(key not in ("role", "content", "name", "function_call", "weight") for key in message)
        wrong["role"] += message.get("role") not in ("system", "user", "assistant", "function")
        wrong["content"] += not isinstance(message.get("content"), str)
    wrong["assistant"] += not any(message["role"] == "assistant" for message in messages)
totals, answers = [], []
for row in rows:
    totals.append(3 + sum(3 + sum(len(encoding.encode(value)) for value in m.values()) for m in row["messages"]))
    answers.append(sum(len(encoding.encode(m["content"])) for m in row["messages"] if m["role"] == "assistant"))
print(sum(total > 65536 for total in totals), sum(answers), wrong)
"""

FTDATA_FORMATS = """
import sys, ftdata
ftdata.read(sys.argv[1], format=sys.argv[3]).write(sys.argv[2], format=sys.argv[4], force=True, max_rejects="100%")
"""

FTDATA_DEDUPE = """
import sys, ftdata
ftdata.read(sys.argv[1]).dedupe().write(sys.argv[2], force=True)
"""

FTDATA_NEAR = """
import sys, ftdata
ftdata.read(sys.argv[1]).dedupe(near=0.85).write(sys.argv[2], force=True)
"""

DATASKETCH_NEAR = """
import sys
from datasketch import MinHash, MinHashLSH
from pydantic_core import from_json, to_json
index = MinHashLSH(threshold=0.85, num_perm=128)
with open(sys.argv[1], "rb") as lines, open(sys.argv[2], "wb") as out:
    for number, line in enumerate(lines):
        text = "\\n\\n".join(turn["content"] for turn in from_json(line)["messages"] if turn["role"] != "system")
        sketch = MinHash(num_perm=128)
        sketch.update_batch([piece.encode() for piece in {text[at : at + 5] for at in range(len(text) - 4)}])
        if not index.query(sketch):
            index.insert(number, sketch)
            out.write(line)
"""

FTDATA_SPLIT = """
import sys, ftdata
out = sys.argv[2]
parts = ftdata.read(sys.argv[1]).split(valid=0.1, test=0.1)
parts.write({"train": out, "valid": out + ".valid", "test": out + ".test"}, force=True)
"""

FTDATA_BALANCE = """
import sys, ftdata
ftdata.read(sys.argv[1]).balance(by="tool", how="under", target="50%").write(sys.argv[2], force=True)
"""

FTDATA_STRIP = """
import sys, ftdata
ftdata.read(sys.argv[1]).strip(descriptions=True, schema_extras=True).write(sys.argv[2], force=True)
"""

FTDATA_WEIGHTS = """
import sys, ftdata
ftdata.read(sys.argv[1]).weights("last").write(sys.argv[2], force=True)
"""

FTDATA_SHUFFLE_TWO_WORKERS = """
import sys, ftdata
ftdata.read(sys.argv[1]).shuffle(1).write(sys.argv[2], force=True, workers=2)
"""

POLARS_CSV = """
import sys
import polars as pl
turns = pl.concat_list(
    pl.struct(role=pl.lit("user"), content=pl.col("body")),
    pl.struct(role=pl.lit("assistant"), content=pl.col("queue")),
)
pl.scan_csv(sys.argv[1], infer_schema=False).select(messages=turns).sink_ndjson(sys.argv[2])
"""

DATASETS_CSV = """
import os, sys, tempfile
os.environ["HF_HUB_OFFLINE"] = "1"
from pathlib import Path
from datasets import load_dataset

def chat(row):
    user = {"role": "user", "content": row["body"]}
    return {"messages": [user, {"role": "assistant", "content": row["queue"]}]}

with tempfile.TemporaryDirectory(dir=Path(sys.argv[2]).parent) as cache:
    rows = load_dataset("csv", data_files=sys.argv[1], split="train", cache_dir=cache)
    chats = rows.map(chat, num_proc=2, remove_columns=rows.column_names)
    chats.to_json(sys.argv[2], force_ascii=False)
"""

BARE_UNCHANGED = """
import sys
from pydantic_core import from_json, to_json
with open(sys.argv[2], "wb") as out:
    for path in (sys.argv[1], *sys.argv[3:]):
        with open(path, "rb") as lines:
            for line in lines:
                out.write(to_json(from_json(line)) + b"\\n")
"""


def python(program: str, *arguments: str | Path) -> tuple[str, ...]:
    """The command that runs a program in this interpreter."""
    return (sys.executable, "-c", program, *map(str, arguments))


def script(name: str, *arguments: str | Path) -> tuple[str, ...]:
    """The command of an installed console script, the one beside this interpreter where there is one."""
    return (shutil.which(name, path=str(Path(sys.executable).parent)) or name, *map(str, arguments))
