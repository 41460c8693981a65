"""What commands print of what comes with ftdata: example files and schemas."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from ftdata.schemas.shared import closed


@closed
class ExampleFileOutput(TypedDict):
    """A file that comes with ftdata."""

    name: str
    about: str
    files: list[str]
    command: str
    """A command to start with."""


@closed
class ExamplesOutput(TypedDict):
    """What `example` prints: what there is, or what was written."""

    ftdata: str
    examples: list[ExampleFileOutput]
    written: NotRequired[list[str]]
    dry_run: NotRequired[bool]


@closed
class SchemaOutput(TypedDict):
    """A schema of this list."""

    name: str
    id: str
    version: int
    commands: list[str]
