"""Sinks: outputs that appear completely or not at all.

Every output is written to a temporary file beside its destination. All are synced to disk, and only then renamed. A run
that yields no example replaces nothing.
"""

from __future__ import annotations

import glob
import re
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, cast

from ftdata.classes import dataclass, field
from ftdata.errors import OutputError, UsageError, option
from ftdata.files.claims import Claims
from ftdata.files.leftovers import sweep
from ftdata.files.opening import STDIN, stem
from ftdata.files.output import Output, Written, refuse_unwritten
from ftdata.files.rehearsal import is_dry
from ftdata.files.remote import is_remote
from ftdata.files.standing import standing_like, stands
from ftdata.lazily import pattern

if TYPE_CHECKING:
    from ftdata.files.tables import Layout

_NUMBER = pattern(r"(?<!\{)\{n(?:[:!][^{}]*+)?\}")


@dataclass
class Sink:
    """The outputs of a run.

    Attributes:
        pattern: A path, ``-`` for stdout, with ``{stem}`` for one output per input file and ``{n}`` for numbered parts.
        force: Whether existing files may be replaced.
        max_rows: Rows a numbered part may have, 0 for no limit.
        max_bytes: Bytes a numbered part may have before compression, 0 for no limit.
        layout: How a line becomes a row, if the outputs are tables.
        begin: What each output begins with, such as a byte order mark.
        makes_folder: Whether the folder of a single file is made, as that of a pattern is.
    """

    pattern: str
    force: bool = False
    max_rows: int = 0
    max_bytes: int = 0
    layout: Layout | None = None
    begin: bytes = b""
    makes_folder: bool = False
    _outputs: dict[str, Output] = field(default_factory=dict, repr=False)
    _stems: dict[str, str] = field(default_factory=dict, repr=False)
    _parts: dict[str, int] = field(default_factory=dict, repr=False)
    _claims: Claims | None = field(default=None, repr=False)
    _claimed: set[str] = field(default_factory=set, repr=False)
    _published: set[str] = field(default_factory=set, repr=False)
    _swept: set[Path] = field(default_factory=set, repr=False)
    _made: list[Path] = field(default_factory=list, repr=False)
    _part_bytes: int = 0

    def __post_init__(self) -> None:
        refuse_unwritten(self._name("x", 1))
        numbered = self._name("x", 1) != self._name("x", 2)
        if (self.max_rows or self.max_bytes) and not numbered:
            raise UsageError("a size limit makes several files", hint="Number them: -o 'train-{n:05}.jsonl'")
        if numbered and not (self.max_rows or self.max_bytes):
            raise UsageError(
                "{n} numbers parts, which need a size limit", hint="Add --max-size 500MB or --max-rows 10000."
            )

    def _name(self, stem_of_input: str, part: int) -> str:
        try:
            return self.pattern.format(stem=stem_of_input, n=part)
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            raise UsageError(
                f"the output {self.pattern!r} cannot be filled in: {error}",
                hint="It may hold {stem} and {n}.",
            ) from None

    def claim(self, inputs: list[str], claims: Claims | None = None) -> None:
        """Refuse, before any work, outputs that exist, that are inputs, or that two inputs would share.

        Args:
            inputs: The paths that are read.
            claims: The registry of the run, where it has further outputs.

        Raises:
            OutputError: If a file exists and `force` is off.
            UsageError: If two inputs have the same stem, or an output is an input or another output.
        """
        self._claims = claims or Claims(force=self.force)
        for path in inputs or [self.pattern]:
            name = self._name(stem(path), 1)
            other = self._stems.setdefault(stem(path), path)
            if other != path and "{stem" in self.pattern:
                raise UsageError(f"{other} and {path} would both become {name}", hint="Convert them one at a time.")
            for member in dict.fromkeys((name, *self._members(stem(path)))):
                self._claim(member)

    def _claim(self, name: str) -> None:
        if self._claims is not None and name not in self._claimed:
            self._claims.claim(name, makes_folder=self._fills_folder)
            self._claimed.add(name)

    @property
    def _fills_folder(self) -> bool:
        """Whether the pattern names a set of files, whose folder is created; for one file it may be a typo."""
        return (self.makes_folder or "{" in self.pattern) and not is_remote(self.pattern)

    def _members(self, stem_of_input: str) -> list[str]:
        """Existing files of this set of outputs, from an earlier run."""
        name = self._name(stem_of_input, 1)
        pieces = _NUMBER.split(self.pattern)
        if len(pieces) == 1:
            return [name] if stands(name) else []
        around = "*".join(glob.escape(piece.format(stem=stem_of_input)) for piece in pieces)
        return [path for path in standing_like(around) if self._is_part(stem_of_input, path)]

    def _is_part(self, stem_of_input: str, path: str) -> bool:
        # A pattern such as {n:05} cannot be inverted, so every number in the path is tried in it.
        numbers = {int(digits) for digits in re.findall(r"\d+", path)}
        return any(self._name(stem_of_input, number) == path for number in numbers) and stands(path)

    def stale(self) -> list[str]:
        """Files of this set from an earlier run that this run, once published, did not replace."""
        return [path for name in self._stems for path in self._left(name)]

    def _left(self, stem_of_input: str) -> list[str]:
        """The last first, so that the rest of a half-removed set is still recognized as one."""
        found: dict[str, None] = {}
        # The numbers of a set have no gaps: what lies behind one, such as log-2024.jsonl, is somebody else's.
        for number in count(1):
            path = self._name(stem_of_input, number)
            if path in found or path == STDIN or not (path in self._published or stands(path)):
                break
            found[path] = None
        return [path for path in reversed(found) if path not in self._published]

    def fill_empty(self, inputs: list[str]) -> None:
        """Start the outputs of a run that yields nothing, so that they are created empty."""
        for path in inputs or [self.pattern]:
            self._output(self._name(stem(path), 1))

    def _refuse_existing(self, name: str) -> None:
        if not self.force and stands(name):
            hint = f"Use {option('force', True)} to replace it, or choose another name."
            raise OutputError("exists already", hint=hint, path=name)

    def write(self, data: bytes, rows: int, origin: str) -> None:
        """Append lines that came from one input file."""
        if not self.max_rows and not self.max_bytes:
            self._output(self._name(stem(origin), 1)).write(data, rows)
            return
        for line in data.splitlines(keepends=True) if b"\r" not in data else _lines(data):
            self._write_part(line, origin)

    def _write_part(self, line: bytes, origin: str) -> None:
        name = stem(origin)
        part = self._parts.get(name, 0)
        output = self._outputs.get(self._name(name, part))
        full = output is None or (
            (self.max_rows and output.rows >= self.max_rows)
            or (self.max_bytes and self._part_bytes + len(line) > self.max_bytes)
        )
        if full:
            self._parts[name] = part + 1
            self._part_bytes = len(self.begin)
            output = self._output(self._name(name, part + 1))
        self._part_bytes += len(line)
        cast("Output", output).write(line, 1)

    def _output(self, name: str) -> Output:
        output = self._outputs.get(name)
        if output is None:
            self._claim(name)
            self._refuse_existing(name)
            if self._fills_folder and not is_dry():
                self._make_folder(Path(name).parent)
            self._sweep(name)
            output = self._outputs[name] = self._begun(name)
            if self.begin and self.layout is None:  # a table has its own beginning
                output.write(self.begin, 0)
        return output

    def _begun(self, name: str) -> Output:
        if self.layout is None:
            return Output(name)
        from ftdata.files.tables import TableOutput

        return TableOutput(name, self.layout)

    def _make_folder(self, folder: Path) -> None:
        """Create a folder and its parents; if the run fails, those that it created are removed."""
        missing = [one for one in (folder, *folder.parents) if not one.exists()]
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(f"cannot be made: {error.strerror}", path=str(folder)) from None
        self._made += missing

    def _sweep(self, name: str) -> None:
        """Remove what killed runs left beside the outputs; once per folder."""
        folder = Path(name).resolve().parent
        if name != STDIN and not is_remote(name) and not is_dry() and folder not in self._swept:
            self._swept.add(folder)
            sweep(folder, ".", ".part")

    def finish(self) -> None:
        """Complete and sync all outputs; their names are still as they were.

        Raises:
            OutputError: If the disk is full, or an output has come into being meanwhile.
        """
        for output in self._outputs.values():
            output.finish()
            # Checked again: another process may have written the file since the run began.
            self._refuse_existing(output.path)

    def publish(self) -> tuple[Written, ...]:
        """Give all finished outputs their names."""
        written = []
        for name in [*self._outputs]:
            written.append(self._outputs[name].publish())
            self._published.add(self._outputs.pop(name).path)
        return tuple(written)

    def commit(self) -> tuple[Written, ...]:
        """Finish and publish."""
        self.finish()
        return self.publish()

    def __enter__(self) -> Sink:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for output in self._outputs.values():
            output.discard()
        self._outputs = {}
        for folder in self._made:
            with suppress(OSError):  # it is not empty
                folder.rmdir()


def save(path: str, data: bytes, *, force: bool = False) -> Written:
    """Write a file that is no output of examples, whole or not at all.

    Raises:
        OutputError: If it exists and `force` is off, or cannot be written.
    """
    Claims(force=force).claim(path)
    output = Output(path)
    try:
        output.write(data, data.count(b"\n"))
        output.finish()
        return output.publish()
    except BaseException:
        output.discard()
        raise


def _lines(data: bytes) -> list[bytes]:
    return [line + b"\n" for line in data.split(b"\n")[:-1]]
