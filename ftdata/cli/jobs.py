"""``ftdata upload``, ``submit``, ``jobs``, ``checkpoints`` and ``delete-model``: thin, over the services' own SDKs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import click

from ftdata.cli import FOUND, OK
from ftdata.cli.talk import as_json, notices, say
from ftdata.errors import InputError, UsageError, printable
from ftdata.jobs.clients import ACTIONS, JSON, Client, connect
from ftdata.jobs.sending import PART, Uploaded, rehearsed
from ftdata.jobs.sending import job_of as job_and_client
from ftdata.jobs.sending import submit as submit_job
from ftdata.jobs.sending import upload as upload_file
from ftdata.jobs.sending import watch as watch_job
from ftdata.jobs.services import SERVICES
from ftdata.report.tables import Part
from ftdata.verbs.kinds import size

__all__ = ["checkpoints", "delete_model", "jobs", "submit", "upload"]

Command = Callable[..., Any]


class Size(click.ParamType[int]):
    """A number of bytes, such as 64MB."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number."""
        try:
            return value if isinstance(value, int) else size(value)
        except UsageError as error:
            self.fail(error.reason, param, ctx)


_OF_SENDING = ("every", "most", "part_size", "parts_above", "base_url")
"""Options that say how files are sent."""

_PLACES = click.Choice(list(SERVICES))


def _online(default: str | None = "openai") -> Callable[[Command], Command]:
    """The options of every command that asks a service."""
    about = "The service to use." if default else "The service to use (default: the one that the job was built for)."
    options = (
        click.option("--for", "target", type=_PLACES, default=default, show_default=bool(default), help=about),
        click.option("--base-url", metavar="URL", help="The base URL of the service, if it is not the default."),
        click.option("--json", "as_json_", is_flag=True, help="Print the result as JSON on stdout."),
        click.option("-q", "--quiet", is_flag=True, help="Print problems only."),
    )

    def made(function: Command) -> Command:
        @wraps(function)
        def called(**given: Any) -> None:
            with notices(given["quiet"]):
                code = function(**given)
            if code:
                click.get_current_context().exit(code)

        for option in reversed(options):
            called = option(called)
        return called

    return made


def _sending(function: Command) -> Command:
    """The options of uploads."""
    for option in (
        click.option("--every", type=click.FloatRange(min=0), default=5, show_default=True, metavar="SECONDS",
                     help="Seconds between checks whether a file is processed."),
        click.option("--most", type=click.FloatRange(min=0), default=1800, show_default=True, metavar="SECONDS",
                     help="How long to wait for processing."),
        click.option("--part-size", type=Size(), default=PART, metavar="SIZE",
                     help="Size of each part (default: 64MiB)."),
        click.option("--parts-above", type=Size(), metavar="SIZE",
                     help="Upload files larger than this in parts (default: the service's limit for one request)."),
    ):  # fmt: skip
        function = option(function)
    return function


@click.command(short_help="Check and upload a file, and wait until it is processed. Uploaded files are found again.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--dry-run", is_flag=True, help="Check the files and print what would be sent, without sending it.")
@_sending
@_online()
def upload(
    files: tuple[str, ...], dry_run: bool, target: str, base_url: str | None, as_json_: bool, quiet: bool, **how: Any
) -> int:  # fmt: skip
    """Check and upload a file, and wait until it is processed. Uploaded files are found again.

    Files with errors are refused, as ftdata check --for SERVICE tells them. A file whose SHA-256 was uploaded from here
    before is not sent again. What was cut off goes on where it stopped when the command is run again. Keys are read
    from the environment: OPENAI_API_KEY; AZURE_OPENAI_API_KEY and AZURE_OPENAI_ENDPOINT; TOGETHER_API_KEY;
    FIREWORKS_API_KEY and FIREWORKS_ACCOUNT_ID.

    \b
      ftdata upload train.jsonl valid.jsonl
      ftdata upload train.jsonl --for azure
    """
    if dry_run:
        return _upload_rehearsed(files, target, as_json_, quiet)
    client = connect(target, base_url)
    sent = []
    for path in files:
        sent.append(upload_file(client, path, **how))
        _say_uploaded(sent[-1], quiet)
    if as_json_:
        as_json({"files": [one.to_dict() for one in sent]})
    else:
        for one in sent:
            click.echo(one.id)
    return OK


def _upload_rehearsed(files: Iterable[str], target: str, as_json_: bool, quiet: bool) -> int:
    _refuse_given(_OF_SENDING, "what is sent, and --dry-run sends nothing")
    found = [rehearsed(target, path) for path in files]
    for one in found:
        say(f"would send {one['path']} ({one['bytes']:,} bytes) to {target}, unless it is there", quiet=quiet)
    if as_json_:
        as_json({"dry_run": True, "files": found})
    return OK


def _say_uploaded(one: Uploaded, quiet: bool) -> None:
    how = "was there already" if one.found else f"was sent in {one.parts} parts" if one.parts else "was sent"
    say(f"uploaded  {one.path} ({one.bytes:,} bytes, SHA-256 {one.sha256[:12]}…) {how}: {one.id}", quiet=quiet)


@click.command(short_help="Upload the files of a job and create the job.")
@click.argument("path", metavar="JOB.json")
@click.option("--dry-run", is_flag=True, help="Print what would be sent, without sending it.")
@_sending
@_online(None)
def submit(
    path: str, dry_run: bool, target: str | None, base_url: str | None, as_json_: bool, quiet: bool, **how: Any
) -> int:
    """Upload the files of a job and create the job.

    JOB.json is what ftdata job wrote; a file that has changed since then is refused. Where the connection breaks while
    the job is created, it is looked for before it is created again.

    \b
      ftdata submit job.json
      ftdata submit job.json --dry-run
    """
    if dry_run:
        _refuse_given(_OF_SENDING, "what is sent, and --dry-run sends nothing")
        return _rehearsed(path, target, as_json_)
    job, client = job_and_client(path, target, base_url)
    made, sent = submit_job(client, job, **how)
    for one in sent:
        _say_uploaded(one, quiet)
    say(
        f"created   {_id(made)} ({client.status(made)}); ftdata jobs watch {_id(made)} --for {job.service}", quiet=quiet
    )
    if as_json_:
        as_json({"job": made, "files": [one.to_dict() for one in sent]})
    else:
        click.echo(_id(made))
    return OK


def _refuse_given(names: Iterable[str], what: str) -> None:
    """Refuse options that were given and mean nothing here.

    Raises:
        UsageError: If one was.
    """
    context = click.get_current_context()
    for name in names:
        if context.get_parameter_source(name) == click.core.ParameterSource.COMMANDLINE:
            raise UsageError(f"--{name.replace('_', '-')} is for {what}", hint="Remove it.")


def _rehearsed(path: str, target: str | None, as_json_: bool) -> int:
    from ftdata.jobs.job import loaded

    job = loaded(path, target)
    if as_json_:
        as_json(job.to_dict())
        return OK
    for key, file in job.files.items():
        click.echo(f"would upload {file} as {key}, unless it is there")
    click.echo(f"would send to {job.service}:")
    click.echo(str(job))
    return OK


@click.command(short_help="List training jobs, or show, watch, cancel, pause or resume one.")
@click.argument("action", type=click.Choice(["list", "show", "watch", *ACTIONS]), metavar="ACTION")
@click.argument("job", required=False, metavar="[JOB]")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=20,
    show_default=True,
    metavar="N",
    help="With list: the number of jobs to show, latest first.",
)
@click.option(
    "--every",
    type=click.FloatRange(min=0),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="With watch: seconds between checks.",
)
@_online()
def jobs(
    action: str, job: str | None, limit: int, every: float, target: str, base_url: str | None, as_json_: bool,
    quiet: bool,
) -> int:  # fmt: skip
    """List training jobs, or show, watch, cancel, pause or resume one.

    watch prints each event as a JSON line until the job ends; with --json, the job itself is the last line. The exit
    code is 0 if the job succeeded. Dropped connections are retried.

    \b
      ftdata jobs list
      ftdata jobs show ftjob-abc123
      ftdata jobs watch ftjob-abc123 > events.jsonl
      ftdata jobs cancel ftjob-abc123
    """
    _refuse_given(() if action == "list" else ("limit",), "list")
    _refuse_given(() if action == "watch" else ("every",), "watch")
    if action == "list" and job:
        raise UsageError("list does not take a job", hint=f"Use ftdata jobs show {job}.")
    if action != "list" and not job:
        raise UsageError(f"{action} needs a job", hint="ftdata jobs list lists them.")
    client = connect(target, base_url)
    if action == "list":
        return _listed(client, limit, as_json_)
    if action == "watch":
        return _watched(client, str(job), every, as_json_, quiet)
    found = client.show(str(job)) if action == "show" else client.act(str(job), action)
    if as_json_:
        as_json({"job": found})
    else:
        _show(client, found)
    return OK


def _listed(client: Client, limit: int, as_json_: bool) -> int:
    found = client.latest(limit)
    if as_json_:
        as_json({"jobs": found})
        return OK
    rows = [[_id(one), client.status(one), _model(one), str(one.get("fine_tuned_model") or "-")] for one in found]
    _table(["<job", "<status", "<model", "<trained model"], rows, "no jobs")
    return OK


def _table(head: list[str], rows: list[list[str]], none: str) -> None:
    """Whole names: one that is cut is of no use."""
    for line in Part((), head, rows).lines() if rows else [none]:
        click.echo(printable(line))


def _watched(client: Client, job: str, every: float, as_json_: bool, quiet: bool) -> int:
    last: JSON = {}
    for last in watch_job(client, job, every=every):
        if not _is_job(last):
            click.echo(json.dumps(last, ensure_ascii=False))
            sys.stdout.flush()
    if as_json_:
        click.echo(json.dumps(last, ensure_ascii=False))
    status = client.status(last)
    say(f"{job} {status}{_why(last)}", quiet=quiet and status == "succeeded")
    if status == "succeeded":
        more = "" if client.service.name == "openai" else f" --for {client.service.name}"
        say(f"trained   {last.get('fine_tuned_model') or _model(last)}; ftdata metrics {job}{more}", quiet=quiet)
    return OK if status == "succeeded" else FOUND


def _is_job(value: JSON) -> bool:
    return "training_file" in value or "dataset" in value


def _why(job: JSON) -> str:
    error = job.get("error")
    return (
        f": {printable(str(error.get('message') or error))}" if isinstance(error, dict) and any(error.values()) else ""
    )


def _show(client: Client, job: JSON) -> None:
    facts: dict[str, Any] = {"job": _id(job), "status": client.status(job) + _why(job), "model": _model(job)}
    names = ("fine_tuned_model", "training_file", "validation_file", "method", "trained_tokens", "seed", "metadata",
             "result_files")  # fmt: skip
    facts |= {name: job[name] for name in names if job.get(name)}
    for name, value in facts.items():
        told = value if isinstance(value, str | int) else json.dumps(value, ensure_ascii=False)
        click.echo(printable(f"{name.replace('_', ' '):<17} {told}"))


def _id(job: JSON) -> str:
    return str(job.get("id") or job.get("name"))


def _model(job: JSON) -> str:
    return str(job.get("model") or job.get("baseModel") or (job.get("trainingConfig") or {}).get("baseModel") or "-")


@click.command(short_help="List the checkpoints of a job, with their losses.")
@click.argument("job", metavar="JOB")
@_online()
def checkpoints(job: str, target: str, base_url: str | None, as_json_: bool, quiet: bool) -> int:
    """List the checkpoints of a job, with their losses. Each is a model that can be queried.

    \b
      ftdata checkpoints ftjob-abc123
    """
    found = connect(target, base_url).checkpoints(job)
    if as_json_:
        as_json({"checkpoints": found})
        return OK
    head = ["<checkpoint", "step", "train loss", "valid loss"]
    _table(head, list(map(_checkpoint, found)), "no checkpoints yet")
    return OK


def _checkpoint(one: JSON) -> list[str]:
    metrics = one.get("metrics") or {}
    losses = (metrics.get("train_loss"), metrics.get("full_valid_loss") or metrics.get("valid_loss"))
    name = one.get("fine_tuned_model_checkpoint") or one.get("object_name") or one.get("path")
    step = one["step_number"] if "step_number" in one else one.get("step", "-")
    return [str(name), str(step), *(f"{loss:.4g}" if loss is not None else "-" for loss in losses)]


@click.command("delete-model", short_help="Delete a fine-tuned model.")
@click.argument("model", metavar="MODEL")
@click.option("--yes", is_flag=True, help="Delete without asking for confirmation.")
@click.option("--dry-run", is_flag=True, help="Print what would be deleted, without deleting it.")
@_online()
def delete_model(
    model: str, yes: bool, dry_run: bool, target: str, base_url: str | None, as_json_: bool, quiet: bool
) -> int:  # fmt: skip
    """Delete a fine-tuned model. It cannot be brought back.

    \b
      ftdata delete-model ft:gpt-4.1-mini-2025-04-14:org:cs:abc123
    """
    if target in ("openai", "azure") and not model.startswith("ft:") and ".ft-" not in model:
        raise InputError(f"{model} is not a fine-tuned model, whose name begins with ft:")
    if dry_run:
        _refuse_given(("yes", "base_url"), "what is deleted, and --dry-run deletes nothing")
        say(f"would delete {model} at {target}", quiet=quiet)
        if as_json_:
            as_json({"dry_run": True, "id": model})
        return OK
    client = connect(target, base_url)
    if not yes:
        click.confirm(f"Delete {model}?", abort=True, err=True)
    found = client.delete_model(model)
    if as_json_:
        as_json(found)
    say(f"deleted   {model}", quiet=quiet)
    return OK
