"""What LLaMA-Factory makes of a file that is described in dataset_info.json as its keys ask for."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.differential.peers import RefusedError, rows_of, serve
from tests.differential.peers.loading import loaded, tokenizer, without

without("torch", "torchaudio", "accelerate", "peft", "trl", "av", "librosa")

from llamafactory.data.converter import get_dataset_converter  # noqa: E402
from llamafactory.data.loader import _get_dataset_processor  # noqa: E402
from llamafactory.data.parser import DatasetAttr  # noqa: E402
from llamafactory.data.template import TEMPLATES  # noqa: E402

_TOKENIZER = tokenizer("")
_ARGUMENTS: Any = SimpleNamespace(
    media_dir="", cutoff_len=8192, train_on_prompt=False, mask_history=False, packing=False, streaming=False
)
_ROLES = {
    "role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant",
    "observation_tag": "tool", "function_tag": "function_call", "system_tag": "system",
}  # fmt: skip


def described(keys: set[str], speaks: bool) -> dict[str, Any]:
    """The entry of dataset_info.json that a file of rows with these keys needs; where turns are of from and value."""
    named = ("system", "tools", "images", "videos", "audios", "chosen", "rejected", "kto_tag", "history")
    columns = {key: key for key in named if key in keys}
    entry: dict[str, Any] = {"ranking": "chosen" in keys}
    if "messages" in keys and speaks:
        return {**entry, "formatting": "sharegpt", "columns": {"messages": "messages", **columns}}
    if "messages" in keys:
        return {**entry, "formatting": "openai", "columns": {"messages": "messages", **columns}, "tags": _ROLES}
    if "conversations" in keys:
        return {**entry, "formatting": "sharegpt", "columns": {"messages": "conversations", **columns}}
    names = {"prompt": "instruction", "query": "input", "response": "output"}
    return {**entry, "formatting": "alpaca", "columns": {**{a: b for a, b in names.items() if b in keys}, **columns}}


def _speaks(row: dict[str, Any]) -> bool:
    turns = row.get("messages")
    return isinstance(turns, list) and all(isinstance(turn, dict) and "from" in turn for turn in turns)


def read(path: Path) -> None:
    attribute = DatasetAttr("file", dataset_name=path.name)
    rows = list(rows_of(path))
    keys = {key for row in rows for key in row}
    if not keys & {"messages", "conversations", "instruction", "output"}:
        raise RefusedError("no column that one of its formats has")
    attribute.join(described(keys, "messages" in keys and all(map(_speaks, rows))))
    convert = get_dataset_converter(attribute.formatting, attribute, _ARGUMENTS)
    stage = "kto" if "kto_tag" in keys else "rm" if attribute.ranking else "sft"
    processor = _get_dataset_processor(_ARGUMENTS, stage, TEMPLATES["qwen"], _TOKENIZER, None)
    for row in loaded(path):
        made = convert(row)
        columns = processor.preprocess_dataset({key: [value] for key, value in made.items()})
        if not any(columns.values()):
            raise RefusedError(f"dropped: prompt and response are {made['_prompt']}, {made['_response']}"[:300])


if __name__ == "__main__":
    serve("llamafactory", read)
