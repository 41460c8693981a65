"""What stands behind a key of a recipe, read as the option's kind has it: as YAML or a command line says it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ftdata.errors import RecipeError, UsageError, did_you_mean, shown
from ftdata.files.opening import STDIN
from ftdata.files.paths import expand
from ftdata.files.remote import is_remote
from ftdata.marks import load

if TYPE_CHECKING:
    from ftdata.verbs import Kind


def value_of(kind: Kind, said: Any, folder: str) -> Any:
    """The value that a method takes.

    Args:
        kind: The option's.
        said: What the recipe says.
        folder: The recipe's: files are found there.

    Raises:
        UsageError: If it is none of this kind.
    """
    if kind.choices and said not in kind.choices and not (isinstance(said, bool) and fits(kind.schema, said)):
        hint = did_you_mean(str(said), kind.choices)
        hint = hint if hint.startswith("Did") else ""
        raise UsageError(f"expected one of {', '.join(kind.choices)}; got {shown(said)}", hint=hint)
    if kind.repeated and isinstance(said, str):
        said = [said]
    if isinstance(said, list) and all(isinstance(item, str) for item in said) and kind.repeated:
        return kind.join([_of_text(kind, item, folder) for item in said])
    if not (fits(kind.schema, said) or isinstance(said, str)) or (kind.flag and not isinstance(said, bool)):
        raise UsageError(f"expected {expected(kind)}; got {shown(said)}", hint=_hint(kind, said))
    if kind.reads == "rows" and isinstance(said, list):
        return [located(one, folder) for one in said]
    return said if isinstance(said, dict | list | bool) else _of_text(kind, str(said), folder)


def fits(schema: Mapping[str, Any], said: Any) -> bool:
    """Whether a value is of the types that the kind's schema has."""
    types = schema.get("type", _ANY)
    if not any(_IS[one](said) for one in (types if isinstance(types, list) else [types])):
        return False
    inside = schema.get("items" if isinstance(said, list) else "additionalProperties")
    several = said if isinstance(said, list) else said.values() if isinstance(said, dict) else ()
    return inside is None or all(fits(inside, one) for one in several)


def expected(kind: Kind) -> str:
    """What a value of this kind looks like, in words."""
    types = kind.schema.get("type", _ANY)
    words = [_WORDS[type] for type in ([types] if isinstance(types, str) else types)]
    return " or ".join(words) + (f" such as {kind.metavar}" if kind.repeated and kind.metavar else "")


def _hint(kind: Kind, said: Any) -> str:
    inside = kind.schema.get("items") or kind.schema.get("additionalProperties") or {}
    texts = "string" in (kind.schema.get("type"), inside.get("type"))
    several = [*said.values()] if isinstance(said, dict) else said if isinstance(said, list) else [said]
    return "Put it in quotes." if texts and any(isinstance(one, int | float) for one in several) else ""


_IS: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda said: isinstance(said, str),
    "integer": lambda said: isinstance(said, int) and not isinstance(said, bool),
    "number": lambda said: isinstance(said, int | float) and not isinstance(said, bool),
    "boolean": lambda said: isinstance(said, bool),
    "array": lambda said: isinstance(said, list),
    "object": lambda said: isinstance(said, dict),
    "null": lambda said: said is None,
}
_WORDS = {"string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false",
          "array": "a list", "object": "an object", "null": "nothing"}  # fmt: skip
_ANY = ["string", "number", "boolean"]


def _of_text(kind: Kind, said: str, folder: str) -> Any:
    if kind.reads == "template":
        return template(said, folder)
    if kind.data or kind.reads == "rows":
        return located(said, folder)
    if kind.reads == "file":
        return beside_recipe(said, folder)
    try:
        return kind.read(said)
    except UsageError:
        raise
    except ValueError:
        raise UsageError(f"expected {expected(kind)}; got {shown(said)}") from None


def files_in(kind: Kind, said: Any, folder: str) -> Iterator[str]:
    """The files that a value names, and those that they name: a mapping has its tools in files of their own."""
    if isinstance(said, dict) and kind.reads == "file":
        yield from _named(said, folder)
    for one in said if isinstance(said, list) else [said]:
        if isinstance(one, str) and (kind.reads != "template" or one.startswith("@")):
            yield from _behind(kind, located(one.removeprefix("@"), folder))


def _behind(kind: Kind, path: str) -> Iterator[str]:
    if kind.data:
        yield from expand([path])
    elif kind.reads not in ("file", "template"):
        return
    elif os.path.isdir(path):  # noqa: PTH112 - what is too long for a path is no folder
        yield from sorted(str(file) for file in Path(path).rglob("*") if file.is_file())
    elif os.path.isfile(path):  # noqa: PTH113
        yield path
        if path.endswith((".yaml", ".yml", ".json")) and kind.reads == "file":
            yield from _named_in(path)


def _named_in(path: str) -> Iterator[str]:
    """The files that a file of YAML or JSON names with ``@``."""
    try:
        says = load(Path(path))[0]
    except RecipeError:
        return  # whoever reads it says so
    yield from _named(says, os.path.dirname(path))  # noqa: PTH120 - empty for the folder that we are in


def _named(says: Any, folder: str) -> Iterator[str]:
    waiting, images = [says], False
    while waiting:
        one = waiting.pop()
        images = images or (isinstance(one, dict) and "image" in one)
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        if isinstance(one, str) and one.startswith("@") and os.path.isfile(located(one[1:], folder)):  # noqa: PTH113
            yield located(one[1:], folder)
    if images:  # their names stand in the rows: any of those beside it may be meant
        beside = Path(located(str(says.get("images_dir") or "") if isinstance(says, dict) else "", folder))
        yield from sorted(str(path) for path in beside.rglob("*") if path.suffix.casefold() in _IMAGES)


_IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


def template(said: str, folder: str) -> str:
    """A text, or what the file behind ``@`` holds, taken as it is.

    Raises:
        UsageError: If the file cannot be read.
    """
    if not said.startswith("@"):
        return said
    path = located(said[1:], folder)
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{path} cannot be read: {why}", hint="Paths start at the recipe's folder.") from None


def located(path: str, folder: str) -> str:
    """A path of a recipe as seen from here: it starts at the recipe's folder, unless it is absolute or a URL."""
    if path == STDIN or is_remote(path) or not folder:
        return path
    return os.path.join(folder, path)  # noqa: PTH118 - patterns, and names that stay as they are written


def beside_recipe(path: str, folder: str) -> str:
    """A file that an option names; what is no file there, such as the name of a tokenizer, stays what it is."""
    there = located(path, folder)
    return there if os.path.exists(there) else path  # noqa: PTH110 - what is too long for a path is no file
