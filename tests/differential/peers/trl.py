"""What TRL's trainers for SFT, DPO and KTO do with the rows of a file until they are tokens."""

from __future__ import annotations

import importlib.util
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from tests.differential.peers import RefusedError, Row, serve
from tests.differential.peers.loading import loaded, tokenizer

_ROOT = Path(str(files("trl")))
_TEMPLATE = (_ROOT / "chat_templates" / "qwen3.jinja").read_text(encoding="utf-8")
_TOKENIZER = tokenizer(_TEMPLATE)


def _utilities() -> Any:
    """Its data utilities alone: the package as a whole imports torch."""
    spec = importlib.util.spec_from_file_location("trl_data_utils", _ROOT / "data_utils.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


utils = _utilities()


def prepared(row: Row) -> Row:
    """The row as the trainer of its type has it before it tokenizes."""
    if utils.is_conversational_from_value(row):
        row = utils.maybe_convert_to_chatml(row)
    if "chosen" in row and "prompt" not in row:
        row = {**row, **utils.extract_prompt(row)}
    return row


def tokenized(value: object, tools: object, **more: object) -> None:
    """Tokenize messages by the template, or text as it is."""
    if type(value) is list:
        utils._tokenize(_TOKENIZER, value, tools=tools, **more)
    else:
        utils._tokenize(_TOKENIZER, value)


def read_row(row: Row) -> None:
    row = prepared(row)
    if "label" in row and type(row["label"]) is not bool:
        raise RefusedError("a label that is no truth value")
    if "completions" in row:
        _steps(row)
        return
    tools = row.get("tools")
    tools = json.loads(tools) if isinstance(tools, str) else tools
    sides = [name for name in ("completion", "chosen", "rejected") if name in row]
    if "chosen" in sides and "rejected" not in sides:
        raise KeyError("rejected")
    if "prompt" in row:
        tokenized(row["prompt"], tools, add_generation_prompt=True)
        for name in sides:
            tokenized(row["prompt"] + row[name], tools)
    else:
        tokenized(row["messages"] if utils.is_conversational(row) else row["text"], tools)


def _steps(row: Row) -> None:
    """The trainer of process rewards: a label for each step."""
    for step, label in zip(row["completions"], row["labels"], strict=True):
        tokenized(row["prompt"] + step, None)
        int(label)


def read(path: Path) -> None:
    for row in loaded(path):
        read_row(row)


if __name__ == "__main__":
    serve("trl", read)
