"""LLaMA-Factory's ShareGPT, as strict as its converter: a row whose turns are out of order would be emptied in silence.

Source: LLaMA-Factory's data documentation and converter: human and observation at odd places, gpt and function_call at
even ones; parallel results in one observation; the system prompt and the tools in columns of their own.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from ftdata.errors import RowError
from ftdata.example.shapes import Example
from ftdata.formats import sharegpt
from ftdata.formats.registry import Format

_ASKING = ("human", "observation")


def dump(example: Example, lost: Counter[str]) -> dict[str, Any]:
    """A row that the trainer takes as it stands.

    Raises:
        RowError: It would drop or empty the row.
    """
    row = sharegpt.dump(example, lost)
    turns = _glued(row["conversations"], lost)
    system: dict[str, Any] = {}
    if turns and turns[0]["from"] == "system":
        if turns[0]["value"]:
            system["system"] = turns[0]["value"]
        else:
            lost["empty system prompt"] += 1
        turns = turns[1:]
    pair = "chosen" in row
    for index, turn in enumerate(turns):
        if (turn["from"] in _ASKING) != (index % 2 == 0) or turn["from"] == "system":
            raise RowError(
                f'expected user and assistant by turns; got another order, at "{turn["from"]}"',
                hint="LLaMA-Factory would train nothing of this row.",
                json_path=f"$.messages[{index + len(system)}]",
            )
    if len(turns) % 2 != pair:
        raise RowError(f"expected {'a question' if pair else 'an answer'} at the end; got none", json_path="$.messages")
    if pair and (type(row["chosen"]) is list or type(row["rejected"]) is list):
        raise RowError("expected one answer on each side; got several", json_path="$.preferred_output")
    return {**row, "conversations": turns, **system}


def _glued(turns: list[dict[str, Any]], lost: Counter[str]) -> list[dict[str, Any]]:
    """The turns with results behind each other in one observation, and without weights."""
    glued: list[dict[str, Any]] = []
    for turn in turns:
        if "weight" in turn:
            lost["message weight"] += 1
            turn = {key: value for key, value in turn.items() if key != "weight"}
        if glued and turn["from"] == glued[-1]["from"] == "observation":
            glued[-1]["value"] += sharegpt.GLUED + turn["value"]
        else:
            glued.append(turn)
    return glued


def dataset_info(name: str, file: str, row: dict[str, Any]) -> dict[str, Any]:
    """The entry of ``dataset_info.json`` for a file of such rows."""
    named = ("system", "tools", "images", "chosen", "rejected", "kto_tag")
    columns = {"messages": "conversations", **{key: key for key in named if key in row}}
    entry: dict[str, Any] = {"file_name": file, "formatting": "sharegpt", "columns": columns}
    if "chosen" in row:
        entry["ranking"] = True
    return {name: entry}


LLAMA_FACTORY = Format(
    name="llama-factory",
    about="sharegpt in the order that LLaMA-Factory trains, the system prompt in a column of its own",
    kinds=sharegpt.KINDS,
    parse=sharegpt.parse,
    dump=dump,
    recognises=lambda row: False,  # its rows are ShareGPT's
    dialect_of="sharegpt",
    loses={
        **sharegpt.SHAREGPT.loses,
        "message weight": "every answer is trained",
        "empty system prompt": "left out",
    },
    source="LLaMA-Factory's data documentation and converter",
)
