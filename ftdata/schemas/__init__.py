"""JSON Schemas of what commands print with ``--json``, and of the files that are written beside outputs.

Each has a version of its own, in its ``$id``: a key that goes or changes its meaning makes a new version; one that is
added does not. They are made of the declarations in this folder, and a test holds them against what commands print.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ftdata.classes import dataclass
from ftdata.errors import UsageError, did_you_mean

__all__ = ["DIALECT", "SCHEMAS", "SITE", "OutputSchema", "schema_named"]

SITE = "https://ftdata.readthedocs.io/"
"""Where the documentation stands."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True)
class OutputSchema:
    """The schema of an output.

    Attributes:
        name: What it is called.
        home: The module of its declaration.
        kind: The name of the declaration there.
        commands: The commands that print it, with what they need for that.
        version: Counts changes that break readers.
        listed: Whether the output is a list of such objects.
        lines: Whether the output is such an object a line.
    """

    name: str
    home: str
    kind: str
    commands: tuple[str, ...] = ()
    version: int = 1
    listed: bool = False
    lines: bool = False

    @property
    def file(self) -> str:
        """What its file is called on the site and in the repository."""
        return f"{self.name}-{self.version}.schema.json"

    @property
    def id(self) -> str:
        """Its ``$id``."""
        return f"{SITE}schemas/{self.file}"

    def to_dict(self) -> dict[str, Any]:
        """The JSON Schema."""
        from importlib import import_module

        from pydantic import TypeAdapter

        declared: Any = getattr(import_module(f"ftdata.schemas.{self.home}"), self.kind)
        of = list[declared] if self.listed else declared
        made = TypeAdapter(of).json_schema(mode="serialization")
        made.pop("title", None)
        return {"$schema": DIALECT, "$id": self.id, "title": f"ftdata {self.name}", **made}


_WRITE = ("apply", "filter", "grade", "mix", "redact", "sample", "strip", "system", "text", "tools", "turns", "weights")

_ALL = (
    OutputSchema("error", "shared", "ErrorOutput", ("any command that ends without its result",)),
    OutputSchema("write", "writing", "WriteOutput", _WRITE),
    OutputSchema("convert", "writing", "ConvertOutput", ("convert",)),
    OutputSchema("distill", "writing", "DistillOutput", ("distill",)),
    OutputSchema("requests", "writing", "RequestsOutput", ("requests",), lines=True),
    OutputSchema("balance", "writing", "BalanceOutput", ("balance",)),
    OutputSchema("conflicts", "writing", "ConflictsOutput", ("conflicts",)),
    OutputSchema("dedupe", "writing", "DedupeOutput", ("dedupe",)),
    OutputSchema("labels", "writing", "LabelsOutput", ("labels",)),
    OutputSchema("overlap", "writing", "OverlapOutput", ("overlap",)),
    OutputSchema("split", "writing", "SplitOutput", ("split",)),
    OutputSchema("savings", "writing", "SavingsOutput", ("strip without -o",)),
    OutputSchema("run", "writing", "RunOutput", ("run",)),
    OutputSchema("plan", "writing", "PlanOutput", ("run --plan",)),
    OutputSchema("verify", "writing", "VerifyOutput", ("verify",)),
    OutputSchema("manifest", "writing", "ManifestFile", ("the file OUT.manifest.json",)),
    OutputSchema("reject", "writing", "RejectLine", ("a line of OUT.rejects.jsonl",), lines=True),
    OutputSchema("check", "reports", "CheckOutput", ("check",)),
    OutputSchema("stats", "reports", "StatsOutput", ("stats",)),
    OutputSchema("look", "reports", "LookOutput", ("look",)),
    OutputSchema("places", "reports", "PlacesOutput", ("places",)),
    OutputSchema("compare", "compared", "CompareOutput", ("compare",)),
    OutputSchema("diff", "compared", "DiffOutput", ("diff",)),
    OutputSchema("page", "reports", "PageOutput", ("review",)),
    OutputSchema("view", "reports", "ViewOutput", ("view",)),
    OutputSchema("report", "reports", "ReportOutput", ("report",)),
    OutputSchema("formats", "listings", "FormatOutput", ("formats",), listed=True),
    OutputSchema("layouts", "listings", "LayoutOutput", ("formats --layouts",), listed=True),
    OutputSchema("rules", "listings", "RuleOutput", ("rules",), listed=True),
    OutputSchema("rule", "listings", "RuleOutput", ("explain",)),
    OutputSchema("models", "listings", "ModelsOutput", ("models",)),
    OutputSchema("model", "listings", "Model", ("models NAME",)),
    OutputSchema("rendered", "reports", "RenderedOutput", ("head --tokenizer",), lines=True),
    OutputSchema("job", "jobs", "JobOutput", ("job", "submit --dry-run")),
    OutputSchema("upload", "jobs", "UploadOutput", ("upload",)),
    OutputSchema("submit", "jobs", "SubmitOutput", ("submit",)),
    OutputSchema("jobs", "jobs", "JobsOutput", ("jobs list",)),
    OutputSchema("job-state", "jobs", "JobShown", ("jobs show", "jobs cancel", "jobs pause", "jobs resume")),
    OutputSchema("checkpoints", "jobs", "CheckpointsOutput", ("checkpoints",)),
    OutputSchema("delete-model", "jobs", "DeletedOutput", ("delete-model",)),
    OutputSchema("metrics", "jobs", "MetricsOutput", ("metrics",)),
    OutputSchema("examples", "listings", "ExamplesOutput", ("example",)),
    OutputSchema("schemas", "listings", "SchemaOutput", ("schema",), listed=True),
)

SCHEMAS: Mapping[str, OutputSchema] = {one.name: one for one in _ALL}
"""All of them, by name."""


def schema_named(name: str) -> OutputSchema:
    """The schema of that name.

    Raises:
        UsageError: If there is none.
    """
    if name not in SCHEMAS:
        raise UsageError(f'there is no schema "{name}"', hint=did_you_mean(name, SCHEMAS))
    return SCHEMAS[name]
