"""Kinds: how the values of each type that a verb takes are written in text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ftdata.classes import dataclass, field
from ftdata.digits import whole
from ftdata.errors import UsageError, shown


@dataclass(frozen=True)
class Kind:
    """A kind of value.

    Attributes:
        metavar: What stands for it in help texts; none for a flag.
        read: From text to the value; it raises a ValueError, or a UsageError where it knows better what is wrong.
        schema: What a recipe may say: a JSON Schema.
        repeated: Whether the option may be given several times, each time with a part of the value.
        join: From the parts to the value.
        choices: The words that it may be.
        data: Whether the value is data in files, which a command opens as it does its own.
        reads: ``file`` if it names a file that is read beside the data; ``template`` if it is text, or ``@`` and a
            file's name.
    """

    metavar: str = ""
    read: Callable[[str], Any] = str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    repeated: bool = False
    join: Callable[[list[Any]], Any] = list
    choices: tuple[str, ...] = ()
    data: bool = False
    reads: str = ""

    @property
    def flag(self) -> bool:
        """Whether it is said by being there."""
        return self.schema.get("type") == "boolean" and not self.choices


def listed(text: str) -> list[str]:
    """The names in ``a,b``."""
    return [name.strip() for name in text.split(",") if name.strip()]


def numbers(text: str) -> list[int]:
    """The numbers in ``0,-1``."""
    return [int(one) for one in listed(text)]


def one_or_more(text: str) -> str | list[str]:
    """One name, or the names in ``a,b``."""
    names = listed(text)
    return text if len(names) < 2 else names


def count(text: str) -> int:
    """A whole number from 1 on.

    Raises:
        UsageError: If it is none.
    """
    found = whole(text)
    if not found:
        raise UsageError(f"expected a whole number from 1 on; got {shown(text)}")
    return found


def number(text: str) -> int:
    """A whole number from 0 on.

    Raises:
        UsageError: If it is none.
    """
    found = whole(text)
    if found is None:
        raise UsageError(f"expected a whole number from 0 on; got {shown(text)}")
    return found


def words(**values: Any) -> Kind:
    """Words that stand for values."""
    return Kind("|".join(values), values.__getitem__, {"type": "boolean"}, choices=tuple(values))


def roles(text: str) -> dict[str, str]:
    """The roles in ``agent=assistant,customer=user``.

    Raises:
        UsageError: If one is not a pair.
    """
    found = {}
    for one in listed(text):
        name, equals, role = one.rpartition("=")
        if not equals or not name.strip():
            raise UsageError(f"a role map is such as agent=assistant,customer=user; got {one!r}")
        found[name.strip()] = role.strip()
    return found


def names(text: str) -> dict[str, str]:
    """The pairs in ``Body=body,Queue=label``.

    Raises:
        UsageError: If one is not a pair.
    """
    found = {}
    for one in listed(text):
        name, equals, value = one.rpartition("=")
        if not equals or not name.strip() or not value.strip():
            raise UsageError(f"columns are said as in Body=body,Queue=label; got {one!r}")
        found[name.strip()] = value.strip()
    return found


def merged(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Several dicts as one."""
    return {name: value for part in parts for name, value in part.items()}


def pair(between: str) -> Callable[[str], tuple[str, str]]:
    """Reads two texts: ``OLD=>NEW``."""

    def read(text: str) -> tuple[str, str]:
        left, found, right = text.partition(between)
        if not found or not left:
            raise ValueError("these are not two texts")
        return left, right

    return read


def setting(text: str) -> tuple[str, Any]:
    """The name and the value of ``top_p=0.5``; what is no JSON is text."""
    import json

    name, value = pair("=")(text)
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def share(given: float | str) -> float:
    """A share: 0.1 or 10%.

    Raises:
        UsageError: If it is none above 0 and at most 1.
    """
    text = str(given)
    try:
        found = float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        found = 0
    if not 0 < found <= 1:
        raise UsageError(f"expected a share such as 0.1 or 10%; got {shown(text)}")
    return found


def number_or_auto(text: str) -> float | str:
    """A number, or the word auto.

    Raises:
        UsageError: If it is neither.
    """
    try:
        return text if text == "auto" else float(text)
    except ValueError:
        raise UsageError(f"expected a number or auto; got {shown(text)}") from None


def number_or_word(text: str) -> int | str:
    """A whole number, or a word that stands for one: ``auto``."""
    number = whole(text.removeprefix("-"))
    return text if number is None else -number if text.startswith("-") else number


_UNITS = {
    "": 1,
    "B": 1,
    **{f"{prefix}B": 1000 ** (power + 1) for power, prefix in enumerate("KMGT")},
    **{f"{prefix}IB": 1024 ** (power + 1) for power, prefix in enumerate("KMGT")},
}


def size(text: str) -> int:
    """A number of bytes such as 500MB, 2GiB or 1000.

    Raises:
        UsageError: If it is none.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-zA-Z]*)", text.strip())
    if not found or found[2].upper() not in _UNITS:
        raise UsageError(f"{text!r} is not a size: write 500MB, 2GiB or a number of bytes")
    return int(float(found[1]) * _UNITS[found[2].upper()])


def template(text: str) -> str:
    r"""A template as the command line gives it: ``@file`` is read, and ``\n``, ``\t``, ``\\`` mean what they say.

    Raises:
        UsageError: If the file cannot be read.
    """
    if text.startswith("@"):
        try:
            return Path(text[1:]).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{text}: the template cannot be read: {error}") from None
    return re.sub(r"\\([nt\\])", lambda found: {"n": "\n", "t": "\t", "\\": "\\"}[found[1]], text)


_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_NUMBER = {"type": "number"}
_NUMBER_OR_TEXT = {"type": ["number", "string"]}


def _objects(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": values}


FLAG = Kind(schema={"type": "boolean"})
TEXT = Kind("TEXT")

KINDS: Mapping[str, Kind] = {
    "bool": FLAG,
    "str": TEXT,
    "int": Kind("N", int, {"type": "integer"}),
    "float": Kind("X", float, _NUMBER),
    "Share": Kind("P", share, _NUMBER_OR_TEXT),
    "int | str": Kind("N", number_or_word, {"type": ["integer", "string"]}),
    "str | int": Kind("N", number_or_word, {"type": ["integer", "string"]}),
    "Multiplier": Kind("X|auto", number_or_auto, _NUMBER_OR_TEXT),
    "Keys": Kind("KEY=TEXT", pair("="), _objects(_TEXT), repeated=True, join=dict),
    "Size": Kind("N|P%", str, _NUMBER_OR_TEXT),
    "By": Kind("EXPR"),
    "Verdicts": Kind("EXPR"),
    "Text": TEXT,
    "Expression": Kind("EXPR"),
    "YesNo": words(yes=True, no=False),
    "str | Predicate": Kind("EXPR"),
    "UserTest | Predicate | str | Sequence[str]": Kind("EXPR", str, _TEXTS, repeated=True),
    "PathLike | Sequence[str]": Kind("PATH", str, {"type": ["string", "array"], "items": _TEXT}, reads="file"),
    "PathLike | Iterable[Mapping[str, str]]": Kind(
        "PATH", str, {"type": ["string", "array"], "items": _objects(_TEXT)}, reads="file"
    ),
    "Template": Kind("TEMPLATE|@FILE", template, reads="template"),
    "PathLike": Kind("PATH", reads="file"),
    "Bytes": Kind("SIZE", size, {"type": ["integer", "string"]}),
    "Number": Kind("N", number, {"type": "integer", "minimum": 0}),
    "Count": Kind("N", count, {"type": "integer", "minimum": 1}),
    "PathOrNone": Kind("PATH|none", lambda text: None if text == "none" else text, {"type": ["string", "null"]}),
    "PathLike | Sequence[dict[str, Any]]": Kind("FILE.json", reads="file"),
    "PathLike | dict[str, Any]": Kind("FILE.json", schema={"type": ["string", "object"]}, reads="file"),
    "Authored": Kind("FILE.yaml", schema={"type": ["string", "object"]}, reads="file"),
    "Labels": Kind("PATH", schema={"type": ["string", "object"]}, reads="file"),
    "Baseline": Kind("FILE", reads="file"),
    "Other": Kind("FILE", str, _TEXTS, repeated=True, data=True),
    "Sequence[str]": Kind("A,B", listed, _TEXTS),
    "str | Sequence[str]": Kind("A,B", one_or_more, {"type": ["string", "array"], "items": _TEXT}),
    "int | Sequence[int]": Kind("N,M", numbers, {"type": ["integer", "array"], "items": {"type": "integer"}}),
    "Sequence[int]": Kind("N,N", numbers, {"type": "array", "items": {"type": "integer"}}),
    "Sequence[Expression]": Kind("EXPR", str, _TEXTS, repeated=True),
    "PathLike | Sequence[PathLike]": Kind(
        "FILE", str, {"type": ["string", "array"], "items": _TEXT}, repeated=True, reads="file"
    ),
    "Sequence[PathLike]": Kind("PATH", str, _TEXTS, repeated=True, reads="file"),
    "Roles": Kind("A=ROLE,…", roles, _objects(_TEXT), repeated=True, join=merged),
    "Names": Kind("A=B,…", names, _objects(_TEXT), repeated=True, join=merged),
    "Settings": Kind("KEY=JSON", setting, {"type": "object"}, repeated=True, join=dict),
    "Mapping[str, str]": Kind("OLD=>NEW", pair("=>"), _objects(_TEXT), repeated=True, join=dict),
    "Mapping[str, Share]": Kind("NAME=P", pair("="), _objects(_NUMBER_OR_TEXT), repeated=True, join=dict),
    "Mapping[str, Text]": Kind("NAME=TEXT", pair("="), _objects(_TEXT), repeated=True, join=dict),
}
"""By the annotation of a parameter, as it is written, without ``| None``.

`Expression`, `Template` and the like are aliases that `ftdata.verbs.types` has: what they are in Python is wider.
"""


def kind_of(annotation: str, names: Mapping[str, Any]) -> Kind:
    """The kind of a parameter.

    Args:
        annotation: As it is written.
        names: What the names in it are, where one is an alias for some choices.

    Raises:
        TypeError: If there is none: a parameter that text cannot say is not an option.
    """
    import ast

    bare = annotation.removesuffix(" | None")
    if bare in KINDS:
        return KINDS[bare]
    if bare.startswith("Literal["):
        return chosen(ast.literal_eval(f"({bare[8:-1]},)"))
    alias = names.get(bare)
    if (args := getattr(alias, "__args__", ())) and all(isinstance(one, str) for one in args):
        return chosen(args)
    raise TypeError(f"no kind of option is written {annotation}")


def chosen(choices: tuple[str, ...]) -> Kind:
    """One of some words."""
    return Kind("|".join(choices), str, {"enum": list(choices)}, choices=tuple(choices))
