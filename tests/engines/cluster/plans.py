"""Plans of all three primitives and of several together, and what comes of them on an engine."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ftdata
from ftdata.dataset import Dataset
from ftdata.engines import Local, Outcome
from ftdata.formats import FTDATA
from tests.steps.making import altered, chat, sentence

PLANS: dict[str, Callable[[Dataset], Dataset]] = {
    "map": lambda data: data.system(set="Be brief."),
    "function": lambda data: data.map(lambda example: [example] * (example["metadata"]["who"] % 3)),
    "dedupe": lambda data: data.dedupe(key="prompt"),
    "near": lambda data: data.dedupe(near=0.7),
    "balance": lambda data: data.balance(by="answer", how="over"),
    "part": lambda data: data.split(valid=0.3, stratify="answer").valid,
    "shuffle": lambda data: data.sample(shuffle=True, seed=3),
    "gather and map": lambda data: data.sample(shuffle=True, seed=3).system(set="Be brief."),
    "gather twice": lambda data: data.sample(shuffle=True).dedupe().merge_calls("metadata.who").filter("who != 5"),
    "several": lambda data: data.dedupe(near=0.7).sample(shuffle=True, seed=1).split(valid=0.3).train,
}  # fmt: skip


def lines(count: int = 240) -> bytes:
    """Chats, some of them alike, and here and there a row that is none."""
    chosen = random.Random(12)
    texts = [sentence(chosen, 12) for _ in range(count // 2)]
    texts += [altered(chosen, chosen.choice(texts), 1) for _ in range(count // 4)]
    texts += chosen.choices(texts, k=count // 4)
    chosen.shuffle(texts)
    rows = [
        json.dumps(chat(text, chosen.choice("aabc"), metadata={"who": chosen.randrange(30), "score": chosen.random()}))
        for text in texts
    ]
    rows[count // 3] = '{"messages": [{"role": "bot"}]}'
    rows[count // 2] = "no JSON"
    return "".join(row + "\n" for row in rows).encode()


def written(folder: Path, count: int = 240) -> Path:
    """The same in a file."""
    path = folder / "chats.jsonl"
    path.write_bytes(lines(count))
    return path


def outcome(engine: Local, data: Dataset) -> tuple[bytes, list[str], dict[str, Any]]:
    """(Lines, rejects, account) of a plan."""
    rejects: list[str] = []
    told = Outcome(on_reject=lambda reject: rejects.append(str(reject.error)))
    made = b"".join(piece for _, piece, _ in engine.map(data.plan(FTDATA), told))
    return made, rejects, told.tally.to_dict()


def read(path: Path) -> Dataset:
    return ftdata.read(path)
