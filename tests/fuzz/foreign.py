"""Keys of another kind: a grader's column may be called ``completion`` or ``input``, and makes no other example of it."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

import ftdata
from ftdata import Dataset
from ftdata.errors import FtdataError
from ftdata.example.parts import kind_of
from tests.fuzz import verbs
from tests.fuzz.failures import Broken
from tests.fuzz.golden import EXAMPLES
from tests.fuzz.mutants import accepted

Row = dict[str, Any]
_ASKED = [{"role": "user", "content": "Foreign?"}]
_SAID = [{"role": "assistant", "content": "Foreign."}]
_OTHERS: dict[str, Any] = {
    "prompt": "foreign", "completion": "foreign", "input": {"messages": _ASKED, "tools": []}, "preferred_output": _SAID,
    "non_preferred_output": _SAID,
}  # fmt: skip
OTHERS: dict[str, dict[str, Any]] = {
    "chat": {key: _OTHERS[key] for key in ("prompt", "input")},
    "reinforcement": _OTHERS,
    "completion": {"input": _OTHERS["input"], "preferred_output": _SAID, "non_preferred_output": _SAID, "messages": "foreign"},
    "preference": {"prompt": "foreign", "completion": "foreign", "messages": "foreign"},
}  # fmt: skip
"""By kind, keys that belong to examples of other kinds."""
NEUTRAL = {key: "Q" + key[1:] for keys in OTHERS.values() for key in keys} | {"other": "Qther"}
"""Names of the same length that nothing has."""
APART = {
    "check": "its findings name the keys", "fix": "it moves keys that carry meaning", "report": "shows findings",
    "diff": "counts findings", "places": "counts findings", "verify": "runs expressions over all columns",
    **dict.fromkeys(("look", "columns", "keep_columns", "drop_columns", "rename", "fill", "join_columns", "split_column", "types", "trim",
                     "times", "explode", "replace", "set_columns", "html_to_text", "strip_mail", "gather_messages", "to_chat",
                     "completion_to_chat", "where", "to_arrow", "to_pandas", "to_polars", "to_hf"), "it is about the columns"),
    **dict.fromkeys(("sample", "shuffle", "split", "balance", "train_test_split", "ladder", "balance_table", "balance_choices"),
                    "they choose by a hash of all that an example says"),
}  # fmt: skip
"""Methods to which the name of a further key is not the same as another one."""


def both(row: Row, chance: Random) -> tuple[Row, Row]:
    """The example with a key of another kind, and with the same value under a name that nothing has."""
    known = OTHERS[str(kind_of(row))]
    key = chance.choice([key for key in known if key not in row] or ["other"])
    value = known.get(key, 1)
    return {**row, key: copy.deepcopy(value)}, {**row, NEUTRAL[key]: copy.deepcopy(value)}


def pairs(chance: Random, count: int) -> list[tuple[Row, Row]]:
    """Such examples; those that either of the two makes another kind of are left out, as their columns mean more."""
    found = []
    for number in range(count):
        row = EXAMPLES[number % len(EXAMPLES)] if number < len(EXAMPLES) else accepted(chance)
        one, other = both(row, chance)
        if kind_of(one) == kind_of(other) == kind_of(row) and _read(one) == one and _read(other) == other:
            found.append((one, other))
    return found


def _read(row: Row) -> Row | None:
    try:
        return next(iter(ftdata.read([row], format="ftdata").examples()))
    except (FtdataError, StopIteration):
        return None


def compared(method: str, args: list[Any], given: dict[str, Any], rows: list[tuple[Row, Row]]) -> None:
    """What a method makes of both is the same, but for the name.

    Raises:
        Broken: It is not.
    """
    said = [_said(method, args, given, list(rows)) for rows in zip(*rows, strict=True)]
    if said[0] != said[1]:
        at = next(n for n, (a, b) in enumerate(zip(*said, strict=False)) if a != b) if all(said) else 0
        raise Broken(
            f"{method} is another with a key of another kind", f"{said[0][at : at + 200]} != {said[1][at : at + 200]}"
        )


def _said(method: str, args: list[Any], given: dict[str, Any], rows: list[Row]) -> str:
    try:
        found = getattr(ftdata.read(rows, format="ftdata"), method)(*args, **given)
        text = json.dumps(_plain(found), sort_keys=True, default=str)
    except FtdataError as error:
        text = json.dumps(str(error))
    for key, name in NEUTRAL.items():
        text = text.replace(name, key)
    return json.dumps(json.loads(text), sort_keys=True)


def _plain(found: Any) -> Any:
    if isinstance(found, Dataset):
        rejected: list[str] = []
        kept = list(found.examples(on_reject=lambda one: rejected.append(str(one.error))))
        return [kept, rejected]
    if callable(show := getattr(found, "to_dict", None)):
        return show()
    if isinstance(found, list | tuple):
        return [_plain(one) for one in found]
    if isinstance(found, dict):
        return {str(key): _plain(value) for key, value in found.items()}
    return re.sub(r"0x[0-9a-f]+", "", str(found))


def method_of(number: int) -> str:
    """The method of a number."""
    found = [name for name in verbs.methods() if name not in APART]
    return found[number % len(found)]


Test = Callable[[list[Row]], None]


def test_of(method: str, args: list[Any], given: dict[str, Any]) -> Test:
    """The law, of rows that hold both: ``{"one": …, "other": …}``."""

    def test(rows: list[Row]) -> None:
        made = [(row["one"], row["other"]) for row in rows if row.keys() == {"one", "other"}]
        made = [
            (one, other)
            for one, other in made
            if _renamed(other) == one and _read(one) == one and _read(other) == other
        ]
        if made:
            compared(method, args, given, made)

    return test


def _renamed(row: Row) -> Row:
    back = {name: key for key, name in NEUTRAL.items()}
    return {back.get(key, key): value for key, value in row.items()}
