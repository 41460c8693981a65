"""``ftdata job``."""

from __future__ import annotations

import sys

import click

from ftdata.cli import OK
from ftdata.cli.claiming import refuse_replacing
from ftdata.cli.declared import Invocation, command
from ftdata.cli.sections import in_section
from ftdata.cli.talk import as_json, notices, say, wrote
from ftdata.files.opening import STDIN
from ftdata.files.rehearsal import is_dry
from ftdata.files.sink import save
from ftdata.jobs.job import Job
from ftdata.jobs.job import job as make_job

__all__ = ["job"]

_AS = ("json", "curl", "python")


def _made(call: Invocation) -> int:
    with notices(call.quiet):
        refuse_replacing([call["train"]], call.options)
        made = make_job(call["train"], **call.values)
    for line in made.advice:
        say(f"advice: {line}", quiet=call.quiet)
    text = _text(made, call["as_"])
    path = call["output"]
    if call["json"]:
        as_json(made.to_dict(), err=path == STDIN)
    if path and path != STDIN:
        written = save(path, text.encode(), force=call["force"])
        more = f"; ftdata submit {path} sends it" if call["as_"] == "json" else ""
        say(f"{wrote()} {written.path} ({written.bytes:,} bytes){more}", quiet=call.quiet)
    elif (not call["json"] or path == STDIN) and not (path and is_dry()):
        click.echo(text, nl=False)
        sys.stdout.flush()
    return OK


def _text(made: Job, kind: str) -> str:
    return {"json": made.to_json, "curl": made.to_curl, "python": made.to_python}[kind]()


job = command(
    make_job,
    _made,
    reads=False,
    writes=False,
    inputs=[click.Argument(["train"], metavar="TRAIN")],
    extra=[
        click.Option(["--as", "as_"], type=click.Choice(_AS), default="json", show_default=True,
                     help="Write the request as JSON, or a script that uploads the files and sends it."),
        click.Option(["-o", "--output"], metavar="PATH", help="The file to write (default: stdout)."),
        click.Option(["--force"], is_flag=True, help="Replace an existing output."),
    ],
)  # fmt: skip

_SECTIONS = {
    "Reinforcement": ("grader", "response_format", "compute_multiplier", "eval_interval", "eval_samples",
                      "reasoning_effort", "evaluator"),
    "Details": ("seed", "settings", "models", "training_type"),
    "Weights & Biases": ("wandb_project", "wandb_name", "wandb_entity", "wandb_tags"),
}  # fmt: skip
for _title, _names in _SECTIONS.items():
    in_section(_title, [one for one in job.params if one.name in _names])
