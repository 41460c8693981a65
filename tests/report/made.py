"""A dataset with something of everything that a report tells, as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ftdata

PIXEL = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNIaFgAAALEAYFIUgTEAAAAAElFTkSuQmCC"
)

SYSTEM = "You sort the post of a small bookshop. Answer with one word: order, return, event or other."
QUEUES = {
    "order": ("Where is my parcel? I ordered {} three weeks ago.", "Can you still get {} in hardcover?", "Please send two copies of {} to the school."),
    "return": ("{} came with a torn cover, I want my money back.", "I got {} twice. How do I return one of them?"),
    "event": ("Is the reading from {} still on Friday?", "May I bring my dog to the evening about {}?"),
    "other": ("Do you buy used copies of {}?",),
}  # fmt: skip
BOOKS = (
    "Middlemarch",
    "The Trial",
    "Beloved",
    "Austerlitz",
    "Persuasion",
    "Dubliners",
    "Emma",
    "Walden",
    "Ulysses",
    "Molloy",
)

TOOLS = [
    {"type": "function", "function": {"name": name, "description": about, "parameters": {"type": "object", "properties": {
        key: {"type": "string", "description": f"The {key} of the book."}}, "required": [key]}}}
    for name, about, key in (("find_book", "Finds a book by its title.", "title"), ("check_stock", "Tells how many copies there are.", "isbn"),
                             ("print_label", "Prints a label for a parcel.", "address"))
]  # fmt: skip


def chat(question: Any, answer: str, **more: Any) -> dict[str, Any]:
    turns = [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": question},
        {"role": "assistant", "content": answer},
    ]
    return {"messages": turns, **more}


def rows() -> list[dict[str, Any]]:
    """Questions by class, one of them with two answers, one twice, one with a picture, and a conversation with calls."""
    made = [chat(text.format(book), queue) for queue, texts in QUEUES.items() for text in texts for book in BOOKS]
    made.append(chat("Where is my parcel? I ordered Emma three weeks ago.", "return"))
    made.append(
        chat(
            [
                {"type": "text", "text": "What is this stain on the cover?"},
                {"type": "image_url", "image_url": {"url": PIXEL}},
            ],
            "other",
        )
    )
    made.append(chat("Write to ann.smith@bookworm.org about Walden.", "other"))
    call = {"id": "call_1", "type": "function", "function": {"name": "find_book", "arguments": '{"title": "Emma"}'}}
    made.append({"messages": [
        {"role": "system", "content": SYSTEM}, {"role": "user", "content": "Is Emma there?"},
        {"role": "assistant", "content": "Let me look.", "weight": 0}, {"role": "user", "content": "Yes, please."},
        {"role": "assistant", "content": "", "tool_calls": [call]}, {"role": "tool", "tool_call_id": "call_1", "content": '{"copies": 3}'},
        {"role": "assistant", "content": "other"}], "tools": TOOLS})  # fmt: skip
    return made


def written(folder: Path) -> Path:
    """The files: all.jsonl, train.jsonl made of it with a manifest, valid.jsonl and results.csv."""
    found = rows()
    lines(folder / "all.jsonl", [*found, *found[:4]])
    ftdata.read(folder / "all.jsonl").dedupe().balance(by="answer", how="cap", target=13).write(
        folder / "train.jsonl", manifest=True
    )
    with (folder / "train.jsonl").open("a", encoding="utf-8") as out:
        out.write((folder / "train.jsonl").read_text(encoding="utf-8").splitlines()[0] + "\n")
    lines(folder / "valid.jsonl", [*found[:3], chat("Which floor is the children's corner on?", "other")])
    steps = "".join(f"{step},{2 / step:.4f},{1.2 / step + 0.1 + step / 900:.4f}\n" for step in range(1, 61))
    (folder / "results.csv").write_text("step,train_loss,valid_loss\n" + steps, encoding="utf-8")
    return folder


def lines(path: Path, values: list[Any]) -> None:
    path.write_text("".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values), encoding="utf-8")
