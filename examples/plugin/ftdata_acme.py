"""What a package can add to ftdata: a format, a rule and a container.

After ``pip install .``, ``ftdata convert`` reads and writes ``acme`` rows, ``ftdata check`` looks for greetings, and
files that end in .ltsv (labelled values, a tab between them) are read like any others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ftdata.codec import encode
from ftdata.errors import RowError
from ftdata.files.blocks import Block, Row
from ftdata.files.jsonl import JSONLines
from ftdata.files.opening import Opening
from ftdata.files.text import TextReader
from ftdata.formats.registry import Format
from ftdata.rules.look import RowLook
from ftdata.rules.registry import Problem, rule


def parse(row: dict[str, Any], repaired: Counter[str]) -> dict[str, Any]:
    """A chat of a row's ask and say."""
    if type(row.get("ask")) is not str or type(row.get("say")) is not str:
        raise RowError("expected ask and say, both text", json_path="$")
    return {"messages": [{"role": "user", "content": row["ask"]}, {"role": "assistant", "content": row["say"]}]}


def dump(example: dict[str, Any], lost: Counter[str]) -> dict[str, Any]:
    """The row of a chat of one question and one answer."""
    turns = example.get("messages") or []
    if [turn["role"] for turn in turns] != ["user", "assistant"]:
        raise RowError("acme holds one question and one answer", hint="Split it: ftdata turns --per-answer.")
    return {"ask": turns[0]["content"], "say": turns[1]["content"]}


ACME = Format(
    name="acme",
    about="one question and its answer: ask and say",
    kinds=("chat",),
    parse=parse,
    dump=dump,
    recognises=lambda row: "ask" in row and "say" in row,
    sign="ask and say",
    source="Acme's handbook, page 4",
)


@rule(
    "acme-greeting", "info", "An answer that greets",
    over="text",
    why="Acme's assistant comes straight to the point.",
    fix="Take the greeting out.",
    source="Acme's handbook, page 5",
)  # fmt: skip
def greeting(text: str, path: str, role: str, look: RowLook) -> Iterator[Problem]:
    """Answers that begin with hello or hi."""
    if role == "assistant" and text.lower().startswith(("hello", "hi ", "hi,", "hi!")):
        yield Problem(path, "a greeting")


class Labelled(TextReader):
    """Rows of lines such as ``ask:Where is it?<tab>say:In Bergen.``"""

    def __iter__(self) -> Iterator[Row]:
        for number, raw, row in super().__iter__():
            if isinstance(row, dict):
                pairs = [cell.partition(":") for cell in row["text"].split("\t")]
                row = {label: value for label, _, value in pairs}
                raw = encode(row)
            yield number, raw, row


class LTSV(JSONLines):
    """The container of .ltsv files: lines are cut as those of JSON lines are."""

    name = "ltsv"

    def __init__(self, opening: Opening) -> None:
        super().__init__()

    def read(self, opening: Opening, block: Block) -> Labelled:  # type: ignore[override] # a reader as well
        """The rows of the lines that start in the block."""
        return Labelled(super().read(opening, block).texts(), ("text",))
