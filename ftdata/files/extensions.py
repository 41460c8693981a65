"""The extensions and first bytes that files are told by."""

from __future__ import annotations

from pathlib import Path

PARQUET = (".parquet", ".pq")
ARROW = (".arrow", ".feather", ".ipc")
SPREADSHEETS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
BINARY = (*PARQUET, *ARROW, *SPREADSHEETS)
EXTENSIONS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", *BINARY)
"""The extensions of the files that are read, without those of compressions."""
TEXT = (".txt", ".text")
TEXTS = (*TEXT, ".md", ".markdown")
"""Those of files that are read if they are named, and hold what can be told in text."""

PARQUET_MAGIC, ARROW_MAGIC, FEATHER_MAGIC = b"PAR1", b"ARROW1", b"FEA1"

REVIEWED = (".csv", ".tsv", ".xlsx")
"""Those of tables that people review."""


def extension_of(path: str) -> str:
    """The extension that names the container, without that of the compression."""
    from ftdata.files.opening import compression_of
    from ftdata.files.remote import file_name

    path = file_name(path)
    return Path(path.removesuffix(Path(path).suffix) if compression_of(path) else path).suffix.lower()


def is_table(path: str) -> bool:
    """Whether an output of this name is a table."""
    return extension_of(path) in (*PARQUET, *ARROW, *REVIEWED)


def is_review(path: str) -> bool:
    """Whether an output of this name is a table for reviewers."""
    return extension_of(path) in REVIEWED
