"""Small datasets for the tests of whole-dataset steps."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import ftdata
from ftdata.codec import encode
from ftdata.dataset import Dataset

Row = dict[str, Any]

ENGLISH = [
    "the",
    "parcel",
    "arrived",
    "invoice",
    "refund",
    "account",
    "password",
    "update",
    "battery",
    "screen",
    "order",
    "delivery",
    "tomorrow",
    "question",
    "answer",
    "customer",
    "service",
    "ticket",
    "number",
    "price",
    "monthly",
    "yearly",
    "plan",
    "cancel",
    "upgrade",
    "support",
    "phone",
    "mail",
    "address",
    "city",
    "street",
    "house",
    "window",
    "garden",
    "river",
    "mountain",
    "summer",
    "winter",
    "spring",
    "autumn",
    "morning",
    "evening",
    "coffee",
    "bread",
    "butter",
    "cheese",
    "apple",
    "orange",
    "bicycle",
    "train",
    "station",
    "airport",
    "luggage",
    "passport",
    "holiday",
    "weather",
    "sunny",
    "cloudy",
    "rainy",
    "windy",
    "music",
    "concert",
    "theatre",
    "museum",
]
CHINESE = "我们的订单昨天已经发货请问什么时候能够收到发票需要重新开具公司名称写错登录失败验证码无法接收手机号码更换地址天气明天音乐会"


def chat(question: str, answer: str = "ok", system: str = "", **more: Any) -> Row:
    turns = [{"role": "system", "content": system}] if system else []
    turns += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return {"messages": turns, **more}


def data(rows: Iterable[Row]) -> Dataset:
    return ftdata.read(list(rows))


def asked(dataset: Iterable[Row]) -> list[str]:
    """What the user said in each example."""
    return [next(turn["content"] for turn in row["messages"] if turn["role"] == "user") for row in dataset]


def sentence(chosen: random.Random, words: int = 60) -> str:
    return " ".join(chosen.choices(ENGLISH, k=words))


def chinese(chosen: random.Random, length: int = 120) -> str:
    return "".join(chosen.choices(CHINESE, k=length))


def altered(chosen: random.Random, text: str, changes: int) -> str:
    """The text with some characters replaced."""
    letters = list(text)
    for at in chosen.sample(range(len(letters)), changes):
        letters[at] = "章" if ord(letters[at]) > 0x3000 else "#"
    return "".join(letters)


def written(path: Path, rows: Sequence[Row]) -> Path:
    path.write_bytes(b"".join(encode(row) + b"\n" for row in rows))
    return path
