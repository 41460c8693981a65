"""What commands print of what comes with ftdata: formats, rules, models, example files and schemas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NotRequired

from typing_extensions import TypedDict

from ftdata.schemas.shared import JSONObject, closed
from ftdata.tokens.models import shapes
from ftdata.tokens.models.checked import MODELS

if TYPE_CHECKING:
    from ftdata.tokens.models.shapes import Model
else:
    Model = MODELS[shapes.Model]


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


@closed
class FormatOutput(TypedDict):
    """A format."""

    name: str
    about: str
    kinds: list[str]
    writes: bool
    loses: dict[str, str]
    variants: dict[str, str]
    source: str


@closed
class LayoutOutput(TypedDict):
    """A layout of a public training set."""

    name: str
    about: str
    sets: list[str]


@closed
class RuleOutput(TypedDict):
    """A rule."""

    rule: str
    group: str
    severity: Literal["error", "warning", "info"]
    title: str
    why: str
    fix: str
    fixable: Literal["", "safe", "unsafe"]
    kinds: list[str]
    source: str
    since: str


@closed
class ModelsOutput(TypedDict):
    """What `models` prints."""

    places: dict[str, JSONObject]
    models: dict[str, Model]
    elsewhere: dict[str, list[str]]
