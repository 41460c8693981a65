"""Reading labels: a table of two columns, a JSON object, or a dict."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ftdata.codec import decode
from ftdata.errors import InputError, RowError, UsageError, at, shown
from ftdata.expressions import as_text
from ftdata.files.source import open_source
from ftdata.steps.keys import code_of

log = logging.getLogger("ftdata")

_CODES = frozenset(
    ("code", "id", "key", "value", "number", "class", "class_id", "label_id", "intent_id", "from", "old")
)
_LABELS = frozenset(("label", "name", "word", "words", "text", "meaning", "class", "class_name", "label_name", "title",
                     "description", "intent", "to", "new"))  # fmt: skip


def labels_of(labels: Mapping[Any, str] | str | os.PathLike[str], *, header: bool | None = None) -> dict[str, str]:
    """The labels by their codes.

    Args:
        labels: A dict, or the path of a table with two columns (code, label) or of a JSON object.
        header: Whether a table's first line names its columns; by default it is told by that line.

    Raises:
        InputError: If the file cannot be read as labels, or gives one code two labels.
        UsageError: If the dict is empty, or has values that are not text.
    """
    if isinstance(labels, Mapping):
        return _of_items(labels)
    path = os.fspath(labels)
    if Path(path).suffix.lower() == ".json":
        return _of_json(path)
    return _of_table(path, header)


def _of_items(labels: Mapping[Any, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, label in labels.items():
        code = as_text(key).strip() if isinstance(key, str) else code_of(key)
        if not isinstance(label, str | int | float) or not as_text(label).strip():
            raise UsageError(f"a label is text; got {shown(label)} for the code {shown(code)}")
        text = as_text(label).strip()
        if found.setdefault(code, text) != text:
            raise UsageError(f"the code {shown(code)} has two labels: {shown(found[code])} and {shown(text)}")
    if not found:
        raise UsageError("there are no labels")
    return found


def _of_json(path: str) -> dict[str, str]:
    try:
        text = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from None
    with at(path):
        value = decode(text.removeprefix(b"\xef\xbb\xbf"))
        if not isinstance(value, dict):
            raise InputError(f"expected an object of codes and labels; got {shown(value)}")
        try:
            return _of_items(value)
        except UsageError as error:
            raise InputError(error.message) from None


def _of_table(path: str, header: bool | None) -> dict[str, str]:
    try:
        rows = list(open_source([path], columns=["code", "label"]).rows())
    except InputError as error:
        if "were named" in error.message:
            raise InputError("expected two columns, code and label", hint="Remove the others.", path=path) from None
        raise
    found: dict[str, tuple[str, int]] = {}
    for number, (origin, row) in enumerate(rows):
        with at(path, origin.line):
            if isinstance(row, RowError):
                raise row
            code, label = (as_text(row.get(name)).strip() for name in ("code", "label"))
            if number == 0 and _is_header(code, label, header, path):
                continue
            if not label:
                raise InputError(f"the code {shown(code)} has no label")
            before, line = found.setdefault(code, (label, origin.line))
            if before != label:
                raise InputError(
                    f"the code {shown(code)} has two labels: {shown(before)} (line {line}) and {shown(label)}"
                )
    if not found:
        raise InputError("holds no labels", path=path)
    return {code: label for code, (label, _) in found.items()}


def _is_header(code: str, label: str, asked: bool | None, path: str) -> bool:
    if asked is not None:
        return asked
    if code.casefold() in _CODES and label.casefold() in _LABELS:
        log.info("%s: its first line (%s, %s) is read as the names of its columns", path, code, label)
        return True
    return False
