"""``ftdata run``."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import click

from ftdata import __version__
from ftdata.cli import BUG, FOUND, OK
from ftdata.cli.running import say_what_is_read, tell
from ftdata.cli.talk import notices, progress, say
from ftdata.dataset import Dataset
from ftdata.engines.asked import running_on
from ftdata.errors import UsageError, printable
from ftdata.files.rehearsal import dry_run
from ftdata.findings import RejectedRows
from ftdata.recipe.recipe import Done, Recipe, done, state_of
from ftdata.recipe.variables import setting
from ftdata.report.account import account

if TYPE_CHECKING:
    from ftdata.recipe.runs import Run

__all__ = ["run"]


@click.command(short_help="Run a recipe. Outputs that are up to date are left alone.")
@click.argument("recipe", required=False, metavar="[RECIPE]")
@click.option("--set", "set_", multiple=True, metavar="NAME=VALUE", help="Set a variable that the recipe declares.")
@click.option("--plan", is_flag=True, help="Print what would be read, done and written, without doing it.")
@click.option("--dry-run", is_flag=True, help="Print the same summary, but write nothing.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of recipes, for editors.")
@click.option("--force", is_flag=True, help="Also run steps that are up to date, and replace existing outputs.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Worker processes.")
@click.option("--engine", metavar="ENGINE", help="Run on ray, ray://HOST:PORT or another installed engine.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan or the result as JSON on stdout.")
@click.option("-q", "--quiet", is_flag=True, help="Print problems only.")
@click.pass_context
def run(ctx: click.Context, /, recipe: str | None, **options: Any) -> None:
    """Run a recipe. Outputs that are up to date are left alone.

    RECIPE is a YAML or JSON file, or a pyproject.toml with a table [tool.ftdata]. By default it is recipe.yaml here, or
    else pyproject.toml. Paths in it start at its own folder.

    Each output gets a manifest beside it, OUT.manifest.json: what was read and written, with hashes, the steps and the
    account. By that the next run tells what is up to date, and ftdata verify whether the files are still the same.

    \b
      ftdata run --plan
      ftdata run recipe.yaml --set seed=7
    """
    if options["schema"]:
        from ftdata.recipe.schema import schema

        click.echo(json.dumps(schema(), ensure_ascii=False, indent=2))
        return
    if options["plan"] and options["dry_run"]:
        raise UsageError("--plan reads nothing, and --dry-run reads everything", hint="Leave one of them out.")
    with (
        notices(options["quiet"]),
        running_on(options["engine"]),
        dry_run() if options["dry_run"] else nullcontext(),
    ):
        made = Recipe.load(recipe or "", set=_settings(options["set_"]))
        runs = made.runs(workers=options["workers"])
        ctx.exit(_planned(runs, options) if options["plan"] else _run(runs, options))


def _settings(given: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in map(setting, given):
        if name in found:
            raise UsageError(f"--set {name} is given twice", hint="Leave one out.")
        found[name] = value
    return found


def _planned(runs: list[Run], options: dict[str, Any]) -> int:
    """Tell what would be done."""
    states = [state_of(one, one.stale()) for one in runs]
    if options["as_json"]:
        click.echo(json.dumps({"ftdata": __version__, "runs": states}, ensure_ascii=False, indent=2))
        return OK
    for number, state in enumerate(states):
        click.echo("\n" * bool(number) + "\n".join(map(printable, _lines(state))))
    return OK


def _lines(state: dict[str, Any]) -> list[str]:
    lines = [f"read      {path}" for path in state["reads"]]
    lines += [f"step      {_said(one)}" for one in state["steps"]]
    lines += [f"write     {path}" for path in state["writes"]]
    return [*lines, f"to do     {state['why']}" if state["why"] else "up to date"]


def _said(step: Any) -> str:
    """A step in a line, as a recipe may have it."""
    if isinstance(step, str):
        return step
    ((name, options),) = step.items()
    return f"{name}: {json.dumps(options, ensure_ascii=False)}"


def _run(runs: list[Run], options: dict[str, Any]) -> int:
    """Do what is not up to date, and tell what became of it."""
    quiet, code, states = options["quiet"], OK, []
    if any(one.stale() for one in runs):
        _say_what_is_read(runs[0].builder.source(), quiet)
    total = sum(one.builder.source().source.size or 0 for one in runs)
    with progress(total, quiet) as on_progress:
        ending = done(runs, force=options["force"], workers=options["workers"], on_progress=on_progress)
        try:
            for one in ending:
                _tell(one, quiet)
                states.append(one.to_dict())
                code = max(code, _code(one))
        except RejectedRows as error:
            for line in account(error.tally):
                say(line, quiet=quiet)
            raise
    if options["as_json"]:
        to_stdout = any(target.path == "-" for one in runs for target in one.targets)
        click.echo(json.dumps({"ftdata": __version__, "runs": states}, ensure_ascii=False), err=to_stdout)
    return code


def _say_what_is_read(data: Dataset, quiet: bool) -> None:
    for part in data.parts or (data,):
        if isinstance(part, Dataset):
            say_what_is_read(part, quiet)


def _tell(one: Done, quiet: bool) -> None:
    names = ", ".join(target.path for target in one.run.targets)
    if one.result is None:
        say(f"up to date {names}", quiet=quiet)
        return
    tell(one.result, quiet, {})
    for judged in one.judged:
        for line in (*(judged.report.lines() if judged.report else ()), *str(judged.stats or "").splitlines()):
            say(printable(line), quiet=quiet and not judged.bad)


def _code(one: Done) -> int:
    """The exit code of a run; of one that is up to date that of the run that made it."""
    if one.result is not None and one.result.tally.internal:
        return BUG
    return OK if one.clean else FOUND
