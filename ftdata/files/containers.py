"""Which container a file is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ftdata.classes import replace
from ftdata.codec import decode
from ftdata.errors import InputError, RowError
from ftdata.facts.names import is_conversation
from ftdata.files.blocks import Container
from ftdata.files.extensions import (
    ARROW,
    ARROW_MAGIC,
    BINARY,
    EXTENSIONS,
    FEATHER_MAGIC,
    PARQUET,
    PARQUET_MAGIC,
    SPREADSHEETS,
    TEXTS,
    extension_of,
)
from ftdata.files.jsonl import JSONLines
from ftdata.files.opening import BOM, STDIN, Opening, compression_of
from ftdata.files.options import DIALOGUE, FileOptions
from ftdata.files.sizes import MAX_RECORD
from ftdata.lazily import pattern
from ftdata.plugins import PluginError, load, plugins

if TYPE_CHECKING:
    from ftdata.files.source import File

_JSON = pattern(rb"\{|\[\s*\{")  # the beginning of objects, or of a list of them

_BRACKET = pattern(rb"[{}\[\]]")

HEAD = 1 << 18
"""Bytes that are looked at first to tell what a file holds; where they do not tell, it is looked further."""
_FURTHER = 8  # times as many bytes, each time


def container_of(opening: Opening, asked: FileOptions) -> Container:
    """The container of a file, by its extension or by how it begins.

    Raises:
        InputError: If the file is empty, or of no kind that ftdata knows.
    """
    path = opening.path
    extension = extension_of(path)
    begin, _ = begun(opening, asked.max_record, lambda begin: bool(_stripped(begin)))
    if not begin:
        raise InputError("is empty", path=path)
    binary = _binary(opening, begin, extension, asked)
    if binary:
        return binary
    text = _stripped(begin)
    if not text:
        raise InputError("is empty", path=path)
    if asked.rows_at is not None:
        from ftdata.files.json import JSONValues, keys_of

        return JSONValues(asked.max_record, keys_of(asked.rows_at))
    if extension in (".csv", ".tsv") or asked.delimiter or asked.columns:
        return _csv(opening, asked)
    textual = extension in TEXTS or (asked.format == DIALOGUE and extension not in EXTENSIONS)
    if textual and not _JSON.match(text):
        return _text(opening, extension, text, asked)
    if text.startswith(b"{"):
        text = _stripped(begun(opening, asked.max_record, _tells)[0])
    if text.startswith(b"[") and _lists(text, extension):
        return JSONLines(asked.max_record)
    if text.startswith(b"[") or (text.startswith(b"{") and _spread(text)):
        return _json(text, asked)
    if extension in (".jsonl", ".ndjson") or text.startswith(b"{"):
        return JSONLines(asked.max_record)
    if path == STDIN or not extension:
        return _csv(opening, asked)
    if extension.removeprefix(".") in plugins("ftdata.containers"):
        return _added(extension.removeprefix("."), opening)
    raise InputError(
        f"is not a kind of file that ftdata reads ({extension})", hint=f"It reads {', '.join(EXTENSIONS)}.", path=path
    )


def _json(text: bytes, asked: FileOptions) -> Container:
    from ftdata.files.json import JSONValues, wrapped_under

    return JSONValues(asked.max_record, wrapped_under(text))


def _wrapped(text: bytes) -> bool:
    """Whether the rows are in a list under a key."""
    from ftdata.files.json import wrapped_under

    return bool(wrapped_under(text))


def _added(kind: str, opening: Opening) -> Container:
    """The container that another package adds for an extension.

    Raises:
        PluginError: If what it adds makes no container.
    """
    make: Any = load("ftdata.containers", kind)
    made = make(opening)
    if not isinstance(made, Container):
        raise PluginError(f"what is added to ftdata.containers as {kind} makes no ftdata.files.blocks.Container")
    return made


def begun(opening: Opening, limit: int, tells: Callable[[bytes], bool]) -> tuple[bytes, bool]:
    """The first bytes of a file, as many as it takes to tell, and whether they are all of it.

    No more are looked at than a record may have, nor fewer than `HEAD`.
    """
    size = HEAD
    while True:
        begin, whole = opening.head(size)
        if whole or size > limit or tells(begin):
            return begin, whole
        size = min(size * _FURTHER, limit + 1)


def below_title(file: File) -> File:
    """The file with the names of its columns read below its title; itself where it has none."""
    container = file.container
    titled: int = getattr(container, "titled", 0)
    if not titled:
        return file
    asked = FileOptions(
        sheet=getattr(container, "sheet", None),
        header_row=titled,
        max_record=getattr(container, "max_record", MAX_RECORD),
        skip_footer=getattr(container, "footer", 0),
    )
    below = container_of(file.opening, asked)
    from ftdata.files.excel import Excel

    if isinstance(below, Excel):
        below = replace(below, asked=getattr(container, "asked", False))
    return replace(file, container=below)


def _stripped(begin: bytes) -> bytes:
    return begin.removeprefix(BOM).lstrip()


def _text(opening: Opening, extension: str, begin: bytes, asked: FileOptions) -> Container:
    """The container of a text, by what it was said to hold, or else by what it holds.

    Raises:
        InputError: If neither says what it is.
    """
    if asked.lines:
        from ftdata.files.text import TextLines

        return TextLines(asked.max_record, asked.lines)
    from ftdata.files.dialogues import dialogues

    found = dialogues(opening, asked)
    if asked.format == DIALOGUE or found.recognises(opening) or found.is_thread(begin):
        return found
    names = found.strangers(begin)
    user, assistant = names[:2] if len(names) > 1 else ("Alice", "Bob")
    hint = (
        'With --from completion (format="completion") each line is read as a completion. '
        f"In a dialogue, say who is who: --role-map '{user}=user,{assistant}=assistant'."
    )
    raise InputError(f"is plain text ({extension}), and nothing says what its lines are", hint=hint, path=opening.path)


def _binary(opening: Opening, begin: bytes, extension: str, asked: FileOptions) -> Container | None:
    """The container of a file that is not text, by its first bytes or its extension."""
    if compression_of(opening.path) and (extension in BINARY or begin.startswith((PARQUET_MAGIC, ARROW_MAGIC))):
        raise InputError(
            "is compressed as a whole", hint="Such files are read in pieces. Unpack it first.", path=opening.path
        )
    if begin.startswith(PARQUET_MAGIC) or extension in PARQUET:
        from ftdata.files.parquet import parquet

        return parquet(opening)
    if begin.startswith((ARROW_MAGIC, FEATHER_MAGIC)) or extension in ARROW:
        from ftdata.files.arrow import arrow

        return arrow(opening)
    if extension in SPREADSHEETS:
        from ftdata.files.excel import excel

        return excel(opening, asked)
    return None


def _tells(begin: bytes) -> bool:
    """Whether these bytes are enough to tell if JSON keeps to lines: its first line, and what the next begins with."""
    text = _stripped(begin)
    first, ended, rest = text.partition(b"\n")
    if not _BRACKET.search(text, 1):
        return False  # the array of rows may be yet to come
    return bool(rest.strip()) if ended else _wrapped(text) or _glued(first)


def _glued(first: bytes) -> bool:
    """Whether one value ends within these bytes and another follows."""
    try:
        decode(first.strip())
    except RowError as error:
        return "more text after" in error.message
    return False


def _spread(text: bytes) -> bool:
    """Whether JSON does not keep to lines: by its first one, which must be no mere broken line among others."""
    first, ended, rest = text.partition(b"\n")
    try:
        decode(first.strip())
    except RowError as error:
        if "ends too early" in error.message:  # pretty-printed: what follows is no line that begins anew
            return _wrapped(text) or bool(ended and not rest.lstrip(b"\r\n").startswith(b"{"))
        return "more text after" in error.message  # glued: }{
    return not rest.strip() and _wrapped(first)


def _lists(text: bytes, extension: str) -> bool:
    """Whether each line is a list of turns: a conversation, as a file of JSON lines has them."""
    first, ended, rest = text.partition(b"\n")
    try:
        value = decode(first.strip())
    except RowError:
        return False
    return is_conversation(value) and (bool(ended and rest.strip()) or extension in (".jsonl", ".ndjson"))


def _csv(opening: Opening, asked: FileOptions) -> Container:
    from ftdata.files.header import sniff

    limit = max(asked.max_record, HEAD)
    size = HEAD
    while True:
        begin, whole = opening.head(size)
        try:
            return sniff(opening.path, begin, asked, whole=whole)
        except InputError:
            if whole or size > limit:
                raise
        # A header longer than what was looked at: read on until its end is seen.
        size = min(size * _FURTHER, limit + 1)
