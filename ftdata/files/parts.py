"""Outputs in numbered parts that workers write; all are complete before the first gets its name.

A worker writes each part to a folder beside the output, under a name of its own, so that a part that was started twice
does not count twice. At the end the parts get their names, ``train-00000-of-00012.jsonl``, and a list of them is
written last, ``train.parts.json``: if it exists, the set is complete. Or they are merged into one file.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

import orjson

from ftdata.classes import dataclass, field, replace
from ftdata.errors import OutputError, UsageError, option
from ftdata.files.beside import beside
from ftdata.files.extensions import is_table
from ftdata.files.leftovers import sweep, tag
from ftdata.files.opening import STDIN, compression_of, open_plain
from ftdata.files.output import Output, Written, refuse_unwritten
from ftdata.files.remote import copy_remote, is_remote, open_remote_to_write, remove_remote_folder
from ftdata.files.sink import save
from ftdata.files.standing import beginning, remove, standing_like, stands

if TYPE_CHECKING:
    from ftdata.files.claims import Claims

LIST = ".parts.json"
"""The suffix of lists of parts."""

_COPIED = 1 << 20


@dataclass(frozen=True, slots=True)
class Staging:
    """Where workers write the parts of an output until it is complete; it travels to them.

    Attributes:
        folder: The folder.
        ending: How the parts' names end, which says how they are compressed.
        begin: What each begins with.
    """

    folder: str
    ending: str
    begin: bytes = b""

    def write(self, index: int, data: bytes, rows: int) -> Written:
        """Write the lines of a block.

        Raises:
            OutputError: If they cannot be written there.
        """
        path = f"{self.folder}/{index:06}-{os.urandom(4).hex()}{self.ending}"
        if not is_remote(path) and not Path(self.folder).is_dir():
            hint = "Parts are written by all machines: name a folder that they share, or a URL such as s3://."
            raise OutputError("is not there for a worker", hint=hint, path=self.folder)
        output = Output(path)
        try:
            output.write(self.begin + data, rows)
            output.finish()
            return output.publish()
        except BaseException:
            output.discard()
            raise


@dataclass
class PartedOutput:
    """An output that is written in parts.

    Attributes:
        pattern: Its path, which the parts' names are made of.
        force: Whether existing files may be replaced.
        begin: What each part begins with.
        merge: Whether the parts are put together in one file at the end.
    """

    pattern: str
    force: bool = False
    begin: bytes = b""
    merge: bool = False
    _staged: list[Written] = field(default_factory=list, repr=False)
    _final: list[str] = field(default_factory=list, repr=False)
    _made: bool = False

    def __post_init__(self) -> None:
        path = self.pattern
        refuse_unwritten(path)
        if path == STDIN or "{" in path or is_table(path):
            what = "stdout" if path == STDIN else "a table" if is_table(path) else "a pattern"
            raise UsageError(f"{what} is not written in parts", hint="Name a file of JSON lines: -o train.jsonl")
        folder, _, name = path.rpartition("/")
        self._stem, self._ending = _parted(name)
        self._around = f"{folder}/" if folder or path.startswith("/") else ""
        # Workers may see another folder as the one they are in.
        around = self._around if is_remote(path) else f"{Path(folder or '.').resolve().as_posix()}/"
        begin = self.begin if not self.merge else b""
        self.staging = Staging(f"{around}.{self._stem}.{tag()}.part", self._ending, begin)

    @property
    def list_path(self) -> str:
        """The path of the list."""
        return beside(self.pattern, LIST)

    def _name(self, number: int, count: int) -> str:
        return f"{self._around}{self._stem}-{number:05}-of-{count:05}{self._ending}"

    def claim(self, inputs: list[str], claims: Claims) -> None:
        """Refuse, before any work, what would replace a file unasked; then make room for the parts.

        Raises:
            OutputError: If a file exists and `force` is off, or the folder cannot be made.
            UsageError: If an output is an input or another output.
        """
        if self.merge:
            claims.claim(self.pattern)
        else:
            for path in dict.fromkeys([*self._standing(), self.list_path]):
                claims.claim(path, ours=path == self.list_path and _is_list(path))
        if not is_remote(self.staging.folder):
            folder = Path(self.staging.folder)
            sweep(folder.parent, ".", ".part")
            try:
                folder.mkdir()
            except OSError as error:
                raise OutputError(f"cannot be written: {error.strerror}", path=self.pattern) from None
        self._made = True

    def _standing(self) -> list[str]:
        """The parts of an earlier run."""
        pattern = re.compile(rf"{re.escape(self._stem)}-\d{{5,}}-of-\d{{5,}}{re.escape(self._ending)}")
        found = standing_like(f"{self._around}{_escaped(self._stem)}-*-of-*{_escaped(self._ending)}")
        return [path for path in found if pattern.fullmatch(path.rpartition("/")[2])]

    def add(self, part: Written) -> None:
        """Add the next part, which a worker has written."""
        self._staged.append(part)

    def fill_empty(self, inputs: list[str]) -> None:
        """Write one empty part for a run that yields nothing."""
        self.add(self.staging.write(0, b"", 0))

    def finish(self) -> None:
        """See that all parts have arrived; their names are still as they were.

        Raises:
            OutputError: If one has not, or a file has come into being meanwhile.
        """
        for part in self._staged:
            if not is_remote(part.path) and not Path(part.path).is_file():
                hint = "Parts are written by all machines: name a folder that they share, or a URL such as s3://."
                raise OutputError("was written by a worker and is not here", hint=hint, path=part.path)
        count = len(self._staged)
        self._final = [self.pattern] if self.merge else [self._name(number, count) for number in range(count)]
        for path in self._final:
            if not self.force and stands(path):
                hint = f"Replace it with {option('force', True)}, or choose another name."
                raise OutputError("exists already", hint=hint, path=path)

    def publish(self) -> tuple[Written, ...]:
        """Give all parts their names and then write the list, or merge the parts."""
        if self.merge:
            return (self._merged(),)
        if stands(self.list_path):
            remove(self.list_path)  # from here on the set is not whole
        pairs = [(part.path, name) for part, name in zip(self._staged, self._final, strict=True)]
        _move(pairs)
        written = tuple(replace(part, path=name) for part, name in zip(self._staged, self._final, strict=True))
        save(self.list_path, _list(written), force=True)
        return written

    def _merged(self) -> Written:
        """All parts in one file; the concatenation of compressed pieces is a compressed file."""
        digest = hashlib.sha256()
        size = 0
        remote = is_remote(self.pattern)
        path = self.pattern if remote else f"{self.staging.folder}/whole"
        with open_remote_to_write(path) if remote else Path(path).open("wb") as whole:
            for piece in self._pieces():
                whole.write(piece)
                digest.update(piece)
                size += len(piece)
        if not remote:
            _replace(path, self.pattern)
        return Written(self.pattern, sum(part.rows for part in self._staged), size, digest.hexdigest())

    def _pieces(self) -> Iterator[bytes]:
        if self.begin:
            begin = self.staging.write(0, self.begin, 0)
            yield from _read(begin.path)
        for part in self._staged:
            yield from _read(part.path)

    def stale(self) -> list[str]:
        """Parts of an earlier run that this one did not replace; the last first."""
        if self.merge:
            return []
        return [path for path in reversed(self._standing()) if path not in self._final]

    def __enter__(self) -> PartedOutput:
        return self

    def __exit__(self, *raised: object) -> None:
        if not self._made:
            return
        if not is_remote(self.staging.folder):
            import shutil

            shutil.rmtree(self.staging.folder, ignore_errors=True)
        else:
            with suppress(OutputError):  # nothing was written there
                remove_remote_folder(self.staging.folder)


def _parted(name: str) -> tuple[str, str]:
    """A file's name without its extensions, and these."""
    compression = Path(name).suffix if compression_of(name) else ""
    rest = name.removesuffix(compression) if compression else name
    own = Path(rest).suffix
    return (rest.removesuffix(own) if own else rest), own + compression


def _escaped(text: str) -> str:
    return re.sub(r"([*?[])", r"[\1]", text)


def _is_list(path: str) -> bool:
    try:
        return set(orjson.loads(beginning(path))) == {"rows", "bytes", "parts"}
    except (OSError, ValueError, TypeError):
        return False


def _list(parts: tuple[Written, ...]) -> bytes:
    """The content of the list: paths of parts are relative to its own folder."""
    named = [{**part.to_dict(), "path": part.path.rpartition("/")[2]} for part in parts]
    whole = {"rows": sum(part.rows for part in parts), "bytes": sum(part.bytes for part in parts), "parts": named}
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2) + b"\n"


def _move(pairs: list[tuple[str, str]]) -> None:
    """Give files other names, several at a time where each is a request."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(16) as threads:
        for _ in threads.map(lambda pair: copy_remote(*pair) if is_remote(pair[1]) else _replace(*pair), pairs):
            pass


def _replace(path: str, name: str) -> None:
    try:
        Path(path).replace(name)
    except OSError as error:
        raise OutputError(f"cannot be replaced: {error.strerror}", path=name) from None


def _read(path: str) -> Iterator[bytes]:
    stream: IO[bytes]
    with open_plain(path) as stream:
        while piece := stream.read(_COPIED):
            yield piece
