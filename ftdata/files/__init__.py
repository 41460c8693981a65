"""Files: bytes to rows and back. A container (JSON lines, CSV) knows nothing about chat."""

from typing import TYPE_CHECKING

from ftdata.lazily import names_of

if TYPE_CHECKING:
    from ftdata.files.blocks import Block, BlockReader, Container, Misaligned, Row
    from ftdata.files.csv import CSV
    from ftdata.files.given import frozen
    from ftdata.files.jsonl import JSONLines
    from ftdata.files.opening import STDIN, stem
    from ftdata.files.output import Written
    from ftdata.files.paths import expand
    from ftdata.files.sink import Sink
    from ftdata.files.sizes import BLOCK, MAX_RECORD
    from ftdata.files.source import File, Source, open_source

__getattr__ = names_of(
    globals(),
    {
        "ftdata.files.blocks": (
            "Block",
            "BlockReader",
            "Container",
            "Misaligned",
            "Row",
        ),
        "ftdata.files.csv": ("CSV",),
        "ftdata.files.given": ("frozen",),
        "ftdata.files.jsonl": ("JSONLines",),
        "ftdata.files.sizes": ("BLOCK", "MAX_RECORD"),
        "ftdata.files.opening": ("STDIN", "stem"),
        "ftdata.files.output": ("Written",),
        "ftdata.files.paths": ("expand",),
        "ftdata.files.sink": ("Sink",),
        "ftdata.files.source": (
            "File",
            "Source",
            "open_source",
        ),
    },
)

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
    "open_source",
    "stem",
]
