"""Lines on their way to one output: workers that see this process's temporary folder leave them in files there.

What comes through the store is copied twice more, and each page of it counts as this process's memory from then on.
Workers of other machines do not see the folder, and hand their lines to the store.
"""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ftdata.classes import dataclass
from ftdata.engines.cluster.refusing import refusing
from ftdata.files.leftovers import SPILL, sweep_temporary, tag

if TYPE_CHECKING:
    from ftdata.engines.beside import PairJob
    from ftdata.engines.flow import BlockResult, Flow
    from ftdata.engines.jobs import WriteJob
    from ftdata.errors import RowError
    from ftdata.files.blocks import Block

LEAST = 64 << 10
"""Bytes of lines up to which they come with the account."""


@dataclass(frozen=True)
class Spool:
    """A folder of this process, of a name that no other machine has; it travels to workers."""

    folder: str

    @classmethod
    def made(cls) -> Spool:
        """A new one."""
        sweep_temporary()
        return cls(tempfile.mkdtemp(prefix=f"{SPILL}lines-{tag()}-"))

    def left(self, data: bytes) -> str:
        """The path of the file in which a worker left lines; empty where they have to go another way."""
        if len(data) < LEAST or not Path(self.folder).is_dir():
            return ""
        path = Path(self.folder) / secrets.token_hex(8)
        try:
            path.write_bytes(data)
        except OSError:  # the store has its own ways to make room
            with suppress(OSError):
                path.unlink(missing_ok=True)
            return ""
        return str(path)

    def taken(self, path: str) -> bytes:
        """The lines of a file, which goes."""
        data = Path(path).read_bytes()
        Path(path).unlink()
        return data

    def remove(self) -> None:
        """Whoever still works on what is not needed finds no folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass(frozen=True)
class SpooledJob:
    """Leaves the lines of a job's blocks in files."""

    job: WriteJob | PairJob
    spool: Spool

    @property
    def flow(self) -> Flow:
        """The way of the rows."""
        return self.job.flow

    def __call__(self, index: int, block: Block) -> BlockResult:
        """The account, and the lines or their file."""
        result = self.job(index, block)
        result.left = self.spool.left(result.output)
        if result.left:
            result.output = b""
        return result

    def refusing(self, error: RowError, refused: Callable[[Flow, RowError], Flow]) -> Callable[..., BlockResult] | None:
        """The same with each row refused."""
        return refusing(self.job, error)


@dataclass(frozen=True)
class Lines:
    """Leaves the lines of a block that a gather made in a file: their path, or they themselves."""

    spool: Spool

    def __call__(self, number: int, block: Block) -> str | bytes:
        """The path, or the lines."""
        data = block.data or b""
        return self.spool.left(data) or data
