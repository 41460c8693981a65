"""Sinks: outputs that appear whole or not at all.

Every output is written to a temporary file beside its place, all of them are synced to disk, and only then are they
renamed. A run that yields no example replaces nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import cast

from ftdata.errors import OutputError, UsageError, option
from ftdata.files.claims import Claims
from ftdata.files.opening import STDIN, stem
from ftdata.files.output import Output, Written, refuse_unwritten
from ftdata.files.tables import Layout, TableOutput


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
    """

    pattern: str
    force: bool = False
    max_rows: int = 0
    max_bytes: int = 0
    layout: Layout | None = None
    begin: bytes = b""
    _outputs: dict[str, Output] = field(default_factory=dict, repr=False)
    _stems: dict[str, str] = field(default_factory=dict, repr=False)
    _parts: dict[str, int] = field(default_factory=dict, repr=False)
    _part_bytes: int = 0

    def __post_init__(self) -> None:
        refuse_unwritten(self._name("x", 1))
        numbered = self._name("x", 1) != self._name("x", 2)
        if (self.max_rows or self.max_bytes) and not numbered:
            raise UsageError("a size limit makes several files", hint="Number them: -o 'train-{n:05}.jsonl'")
        if numbered and not (self.max_rows or self.max_bytes):
            raise UsageError("{n} numbers parts of a limited size", hint="Add --max-size 500MB or --max-rows 10000.")

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
            OutputError: A file exists and `force` is off.
            UsageError: Two inputs have the same stem, or an output is an input or another output.
        """
        claims = claims or Claims(force=self.force)
        for path in inputs or [self.pattern]:
            name = self._name(stem(path), 1)
            other = self._stems.setdefault(name, path)
            if other != path:
                if "{stem" in self.pattern:
                    raise UsageError(f"{other} and {path} would both become {name}", hint="Convert them one by one.")
                continue
            claims.claim(name)
            if not self.force:
                for stale in self._numbered(stem(path), 1):
                    self._refuse_existing(stale)

    def _numbered(self, stem_of_input: str, above: int) -> list[str]:
        """Existing parts of this pattern with a higher number: those of an earlier run."""
        if not (self.max_rows or self.max_bytes):
            return []
        first = Path(self._name(stem_of_input, 1))
        found = []
        for entry in sorted(first.parent.iterdir()) if first.parent.is_dir() else []:
            for digits in re.findall(r"\d+", entry.name):
                same = Path(self._name(stem_of_input, int(digits))) == entry
                if same and int(digits) > above and entry.is_file():
                    found.append(str(entry))
                    break
        return found

    def stale(self) -> list[str]:
        """Parts of an earlier run that this one, which made fewer, does not replace; for when it is finished."""
        return [path for name, last in self._parts.items() for path in self._numbered(name, last)]

    def fill_empty(self, inputs: list[str]) -> None:
        """Begin the outputs of a run that yields nothing, so that they come out empty."""
        for path in inputs or [self.pattern]:
            self._output(self._name(stem(path), 1))

    def _refuse_existing(self, name: str) -> None:
        if not self.force and name != STDIN and Path(name).is_file():
            hint = f"Replace it with {option('force', True)}, or choose another name."
            raise OutputError("exists already", hint=hint, path=name)

    def write(self, data: bytes, rows: int, origin: str) -> None:
        """Add lines that came from one input file."""
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
            self._refuse_existing(name)
            output = self._outputs[name] = TableOutput(name, self.layout) if self.layout else Output(name)
            if self.begin:
                output.write(self.begin, 0)
        return output

    def finish(self) -> None:
        """Complete and sync all outputs; their names are still as they were.

        Raises:
            OutputError: The disk is full, or an output has come into being meanwhile.
        """
        for output in self._outputs.values():
            output.finish()
            self._refuse_existing(output.path)

    def publish(self) -> tuple[Written, ...]:
        """Give all finished outputs their names."""
        outputs, self._outputs = list(self._outputs.values()), {}
        return tuple(output.publish() for output in outputs)

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


def _lines(data: bytes) -> list[bytes]:
    return [line + b"\n" for line in data.split(b"\n")[:-1]]
