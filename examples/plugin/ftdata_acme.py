"""What a package can add to ftdata: a format, an envelope, a layout, a rule, a container, a step and an engine.

After ``pip install .``, ``ftdata convert`` reads and writes ``acme`` rows, and reads Acme's logs and the columns of its
public set. ``ftdata check`` looks for greetings. Files that end in .ltsv (labelled values, a tab between them) are read
like any others, ``ftdata acme-polite`` is a command and a step of recipes, and plans can run on Acme's machines.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ftdata import Dataset
from ftdata.codec import encode
from ftdata.engines import Local
from ftdata.errors import RowError
from ftdata.files.blocks import Block, Row
from ftdata.files.jsonl import JSONLines
from ftdata.files.opening import Opening
from ftdata.files.text import TextReader
from ftdata.formats.layouts.record import Layout, Options, RowColumns
from ftdata.formats.registry import Format, Parsed, only_read
from ftdata.formats.transcripts import bodies
from ftdata.rules.look import RowLook
from ftdata.rules.registry import Problem, rule
from ftdata.verbs import verb


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


def logged(row: dict[str, Any], repaired: Counter[str]) -> Parsed:
    """The examples of a logged call: the envelope says where request and answer lie, ftdata reads these itself."""
    found = bodies.exchange(
        row["acme_request"], row["acme_answer"], repaired, request_path="$.acme_request", answer_path="$.acme_answer"
    )
    found.know(id=row.get("acme_id"), score=row.get("acme_stars"))
    return found.examples(repaired)


ACME_LOG = Format(
    name="acme-log",
    about="calls as Acme's gateway logs them (read only)",
    kinds=("chat",),
    parse=logged,
    dump=only_read("acme-log"),
    recognises=lambda row: "acme_request" in row and "acme_answer" in row,
    sign="acme_request and acme_answer",
    writes=False,
    source="Acme's handbook, page 7",
)


def _faq(row: dict[str, Any], at: RowColumns, options: Options, repaired: Counter[str]) -> Parsed:
    heading, text = row[at.names["heading"]], row[at.names["explained"]]
    if type(heading) is not str or type(text) is not str:
        raise RowError("expected heading and explained, both text", json_path="$")
    return {"messages": [{"role": "user", "content": heading}, {"role": "assistant", "content": text}]}


FAQ = Layout(
    name="acme-faq",
    about="a heading and what explains it",
    sets=("acme/faq",),
    has=lambda at: "heading" in at and "explained" in at,
    fits=lambda row, at: True,
    make=_faq,
)


@verb(hidden=("dataset",), examples=("ftdata acme-polite train.jsonl -o polite.jsonl --word Please",))
def acme_polite(dataset: Dataset, *, word: str = "Please") -> Dataset:
    """Begin every question with a polite word.

    Args:
        dataset: The examples.
        word: The word.
    """

    def polite(example: dict[str, Any]) -> dict[str, Any]:
        for turn in example.get("messages", ()):
            if turn["role"] == "user" and isinstance(turn["content"], str):
                turn["content"] = f"{word}: {turn['content']}"
        return example

    return dataset.map(polite)


def engine(address: str) -> Local:
    """Acme's machines: here, one process of this one."""
    return Local(1)


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
