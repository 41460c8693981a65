"""``ftdata verify``."""

from __future__ import annotations

import json
from typing import Any

import click

from ftdata import __version__
from ftdata.cli import FOUND, OK
from ftdata.cli.talk import notices, say
from ftdata.engines.asked import running_on
from ftdata.errors import printable
from ftdata.manifest import Manifest

__all__ = ["verify"]


@click.command(short_help="Verify that files match their manifest, or that a rerun gives the same bytes.")
@click.argument("manifests", nargs=-1, required=True, metavar="MANIFEST...")
@click.option("--rerun", is_flag=True, help="Run the steps again into a temporary folder, and compare the bytes.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Worker processes.")
@click.option("--engine", metavar="ENGINE", help="Run on ray, ray://HOST:PORT or another installed engine.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON on stdout.")
@click.option("-q", "--quiet", is_flag=True, help="Print problems only.")
@click.pass_context
def verify(ctx: click.Context, /, manifests: tuple[str, ...], **options: Any) -> None:
    """Verify that files match their manifest, or that a rerun gives the same bytes.

    MANIFEST is an OUT.manifest.json. Inputs and outputs are compared by their hashes. The exit code is 1 if one
    differs.

    \b
      ftdata verify train.manifest.json
      ftdata verify train.manifest.json --rerun
    """
    quiet, found = options["quiet"], []
    with notices(quiet), running_on(options["engine"]):
        for path in manifests:
            known = Manifest.load(path)
            wrong = list(known.mismatches())
            if options["rerun"]:
                from ftdata.recipe.verifying import rerun

                wrong += rerun(known, workers=options["workers"])
            _tell(known, wrong, options)
            found.append({"manifest": path, "ok": not wrong, "mismatches": wrong})
    if options["as_json"]:
        click.echo(json.dumps({"ftdata": __version__, "verified": found}, ensure_ascii=False))
    ctx.exit(OK if all(one["ok"] for one in found) else FOUND)


def _tell(known: Manifest, wrong: list[str], options: dict[str, Any]) -> None:
    quiet = options["quiet"]
    for line in wrong:
        say(f"differs   {printable(line)}")
    for path in known.unverifiable:
        say(f"note: {printable(path)} is not a local file, or was a stream, so it cannot be compared", quiet=quiet)
    if not wrong:
        how = "; a rerun gives the same bytes" if options["rerun"] else ""
        counts = " and ".join(_number(len(known.files(f"{kind}s")), kind) for kind in ("input", "output"))
        say(f"ok        {printable(known.path)}: {counts} as it says{how}", quiet=quiet)


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")
