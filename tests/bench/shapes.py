"""Inputs of any size for every command, as the option matrix names them, and those shapes of rows that cost most."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Container, Iterator, Mapping
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from ftdata.example.identities import identity

from .data import CITIES, ENGLISH, SUBJECTS

Row = dict[str, Any]


def chats(count: int) -> Iterator[Row]:
    """Chats as people have them, about 1 kB each: a system prompt, a call in every third, one answer in ten a refusal."""
    for number in range(count):
        rng = Random(number)
        yield _chat(number, " ".join(rng.choices(ENGLISH, k=4)), f"{rng.choice(SUBJECTS)}, {rng.choice(ENGLISH)}")


def _chat(number: int, asked: str, answered: str, tool: str = "get_weather", queue: str = "") -> Row:
    turns: list[Row] = [
        {"role": "system", "content": "You answer the customers of a shop, kindly and in short sentences."},
        {"role": "user", "content": f"Order {number * 7919 % 10_000_019:08d}: {asked}"},
    ]
    if number % 3 == 0:
        call = {"name": tool, "arguments": json.dumps({"city": CITIES[number % len(CITIES)]})}
        turns += [
            {"role": "assistant", "tool_calls": [{"id": f"c{number}", "type": "function", "function": call}]},
            {"role": "tool", "tool_call_id": f"c{number}", "content": f"{number % 40} degrees"},
        ]
    turns.append({"role": "assistant", "content": answered if number % 10 else "I cannot help with that."})
    found: Row = {"messages": turns, "metadata": {"queue": queue or "abcde"[number % 5], "score": number % 100 / 100}}
    return found | {"tools": [_tool(tool)]} if number % 3 == 0 else found


def _tool(name: str) -> Row:
    city = {"type": "string", "description": "The city's name, in English"}
    parameters = {"type": "object", "properties": {"city": city}, "required": ["city"]}
    return {
        "type": "function",
        "function": {"name": name, "description": "The weather of today in a city", "parameters": parameters},
    }


def tiny(count: int) -> Iterator[Row]:
    """The smallest chats, each another one."""
    for number in range(count):
        yield {
            "messages": [{"role": "user", "content": f"{number}"}, {"role": "assistant", "content": f"{number + 1}"}]
        }


def huge(count: int) -> Iterator[Row]:
    """One row that holds as much as `count` chats: long texts in many turns."""
    turns = [turn for row in chats(count) for turn in row["messages"][1:2] + row["messages"][-1:]]
    yield {"messages": turns, "metadata": {"queue": "a", "score": 0.5}}


def long_text(count: int) -> Iterator[Row]:
    """One row with one answer as long as `count` chats, without a space or a line break in its half."""
    answer = "x" * (500 * count) + " ".join(ENGLISH) * max(1, count // 2)
    yield {"messages": [{"role": "user", "content": "Write on."}, {"role": "assistant", "content": answer}]}


def tools(count: int) -> Iterator[Row]:
    """Chats of which each has a tool of its own, and each tenth ten more."""
    for number in range(count):
        row = _chat(3 * number, " ".join(Random(number).choices(ENGLISH, k=2)), "Gladly.", f"tool_{number}")
        row["tools"] += [_tool(f"tool_{number}_{more}") for more in range(10 if number % 10 == 0 else 0)]
        yield row


def skewed(count: int) -> Iterator[Row]:
    """Chats of one prompt, one queue and nearly one answer: a group that holds everything."""
    for number in range(count):
        answer = "billing" if number % 50 else f"shipping {number}"
        turns = [{"role": "user", "content": "Which queue?"}, {"role": "assistant", "content": answer}]
        yield {"messages": turns, "metadata": {"queue": "a", "score": 0.5}}


def boilerplate(count: int) -> Iterator[Row]:
    """Mails of which nine tenths are the same footer: all are nearly near-duplicates of each other."""
    footer = " ".join(ENGLISH) * 2
    for number in range(count):
        words = " ".join(f"w{Random(number * 31 + at).randrange(10_000)}" for at in range(12))
        yield _chat(3 * number + 1, f"{words} {footer}", f"Thank you. {footer}")


def broken(count: int) -> Iterator[Row]:
    """Rows of which every one is wrong in several ways."""
    for number in range(count):
        row = _chat(3 * number, "Hello?", "Yes.")
        row["messages"][1]["role"] = "custommer"
        row["messages"][2]["tool_calls"][0]["function"]["arguments"] = "{"
        row["messages"][3]["tool_call_id"] = "other"
        row["messages"].append({"role": "user", "content": 7})
        yield row


SHAPES: Mapping[str, Callable[[int], Iterator[Row]]] = {
    "chats": chats, "tiny": tiny, "huge": huge, "long-text": long_text, "tools": tools, "skewed": skewed,
    "boilerplate": boilerplate, "broken": broken,
}  # fmt: skip


def write_all(folder: Path, count: int, shape: str = "chats", named: Container[str] | None = None) -> None:
    """Every file of rows that a line of the option matrix names, with `count` rows of this shape.

    Args:
        folder: Where they are written.
        count: How many rows they have.
        shape: What rows of chats are like.
        named: The words of one line, if only its files are wanted.
    """
    make = SHAPES[shape]
    edits = ({"id": identity(row), "values": {"$.messages[0].content": "Edited."}} for row in islice(make(count), 1))
    old = ({"prompt": f"Say it: {n} {ENGLISH[n % 14]}\n\n###\n\n", "completion": f" {n} END"} for n in range(count))
    files: dict[str, Iterator[Row]] = {
        "in.jsonl": make(count), "edits.jsonl": edits, "other.jsonl": make(max(1, count // 10)),
        "changed.jsonl": map(_changed, make(count)), "train.jsonl": make(count), "labelled.jsonl": skewed(count),
        "old.jsonl": old, "calls.jsonl": map(_logged, range(count)), "asked.jsonl": map(_asked, range(count)),
        "answers.jsonl": map(_answered, range(count)),
    }  # fmt: skip
    for name, rows in files.items():
        if named is None or name in named:
            _lines(folder / name, rows)
    _tables(folder, count)


def _changed(row: Row) -> Row:
    last = row["messages"][-1]
    return row | {"messages": [*row["messages"][:-1], last | {"content": f"{last['content']} And more."}]}


def _logged(number: int) -> Row:
    turns = [{"role": "user", "content": f"Question {number // 2}: {ENGLISH[number % 14]}"}]
    answer = {"role": "assistant", "content": f"Answer {number}. {ENGLISH[number % 13]}"}
    response = {"id": f"r{number}", "model": "gpt-4.1", "created": 1_750_000_000 + number,
                "choices": [{"index": 0, "message": answer, "finish_reason": "stop"}],
                "usage": {"completion_tokens": 20, "prompt_tokens": 30}}  # fmt: skip
    return {"request": {"model": "gpt-4.1", "messages": turns}, "response": response}


def _asked(number: int) -> Row:
    body = _logged(number)["request"]
    return {"custom_id": f"i{number}", "method": "POST", "url": "/v1/chat/completions", "body": body}


def _answered(number: int) -> Row:
    body = _logged(number)["response"]
    return {
        "id": f"b{number}",
        "custom_id": f"i{number}",
        "response": {"status_code": 200, "body": body},
        "error": None,
    }


def _tables(folder: Path, count: int) -> None:
    names = ("text", "label", "a", "b", "role", "content", "id", "calls", "call")
    _table(
        folder / "table.csv",
        names,
        ((f"{n} {ENGLISH[n % 14]}", n % 3, "q", "w", "user", "x", n // 6, "", "") for n in range(count)),
    )
    roles = ("user", "assistant")
    _table(
        folder / "threads.csv",
        names,
        (("x", 0, "q", "w", roles[n % 2], f"{n} {ENGLISH[n % 14]}", n // 6, "", "") for n in range(count)),
    )
    talks = (f"Ann: Hi, {n}?\nBo: {ENGLISH[n % 14]}\n---\n" for n in range(count))
    (folder / "talk.txt").write_text("".join(talks), encoding="utf-8")


def _table(path: Path, names: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(names)
        out.writerows(rows)


def _lines(path: Path, rows: Iterator[Row]) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
