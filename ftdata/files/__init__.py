"""Files: bytes to rows and back. A container (JSON lines, CSV) knows nothing of chat."""

from ftdata.files.blocks import Block, BlockReader, Container, Misaligned, Row
from ftdata.files.csv import CSV
from ftdata.files.given import frozen, given
from ftdata.files.jsonl import JSONLines
from ftdata.files.opening import BLOCK, MAX_RECORD, STDIN, stem
from ftdata.files.output import Written
from ftdata.files.paths import expand
from ftdata.files.sink import Sink
from ftdata.files.source import File, Source, open_source

__all__ = [
    "BLOCK",
    "CSV",
    "MAX_RECORD",
    "STDIN",
    "Block",
    "BlockReader",
    "Container",
    "File",
    "JSONLines",
    "Misaligned",
    "Row",
    "Sink",
    "Source",
    "Written",
    "expand",
    "frozen",
    "given",
    "open_source",
    "stem",
]
