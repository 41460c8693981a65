"""``ftdata compare``."""

from __future__ import annotations

import json
import sys
from html import escape
from pathlib import Path
from typing import Any

import click

from ftdata import __version__
from ftdata.cli import FOUND, OK
from ftdata.cli.claiming import refuse_replacing
from ftdata.cli.options import listed, notices, say
from ftdata.cli.sections import Sectioned
from ftdata.cli.transforming import list_to
from ftdata.distill.comparing import compare as compare_models
from ftdata.errors import UsageError
from ftdata.files.opening import stem
from ftdata.files.paths import expand
from ftdata.files.sink import save
from ftdata.report.compared import Comparison

__all__ = ["compare"]


@click.command(cls=Sectioned, short_help="Compare what models answer with the expected answers of a test set.")
@click.argument("test", metavar="TEST")
@click.argument("answers", nargs=-1, required=True, metavar="ANSWERS...")
@click.option("--by", default="answer", show_default=True, metavar="answer|answer.FIELD|tool|EXPR",
              help="What is compared.")  # fmt: skip
@click.option("--names", metavar="A,B", help="The models' names (default: the files').")
@click.option("--normalize", is_flag=True, help="Case, white space and Unicode's compatible forms do not matter.")
@click.option("-o", "--output", metavar="PATH", help="Write all examples that differ, as JSON lines.")
@click.option("--html", metavar="PATH", help="Write the report as a page too.")
@click.option("--force", is_flag=True, help="Replace existing files.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Processes (one a processor).")
@click.option("--json", "as_json", is_flag=True, help="Print everything but the single examples as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what is wrong.")
@click.pass_context
def compare(ctx: click.Context, /, test: str, answers: tuple[str, ...], **options: Any) -> None:
    """Compare what models answer with the expected answers of a test set.

    TEST holds examples; the last answer of each is what is expected. Each of ANSWERS is one model's: a batch's output
    (quote a pattern to give several files, errors too: 'mini-*.jsonl'), found by custom_id, or examples with the same
    prompts. Scores are of the examples that a model answered; how many it did not is said.

    \b
      ftdata requests test.jsonl -o batch.jsonl --model gpt-4.1-mini
      ftdata compare test.jsonl large.jsonl mini.jsonl --by answer.queue -o differences.jsonl
    """
    with notices(options["quiet"]):
        names = _names(answers, listed(options["names"]))
        given = dict(zip(names, answers, strict=True))
        refuse_replacing(expand([test, *answers]), options)
        found = compare_models(
            test, given, options["by"], normalize=options["normalize"], workers=options["workers"]
        )  # fmt: skip
        list_to(options["output"], found, options["force"])
        _page(found, options["html"], options["force"])
    if options["as_json"]:
        click.echo(json.dumps({"ftdata": __version__, **found.to_dict()}, ensure_ascii=False))
    elif sys.stdout.isatty():
        from rich.console import Console

        from ftdata.report.tables import rich_group

        Console().print(rich_group(found.parts()))
    else:
        click.echo(str(found))
    if options["output"]:
        say(f"wrote     {options['output']} ({len(found):,} examples that differ)", quiet=options["quiet"])
    ctx.exit(FOUND if found.rejected else OK)


def _names(answers: tuple[str, ...], given: list[str]) -> list[str]:
    """The models' names: those given, or the files', with a number where they are alike."""
    if given:
        if len(given) != len(answers) or len(set(given)) != len(given):
            raise UsageError(f"--names gives {len(given)} names for {len(answers)} models, or one twice")
        return given
    names: list[str] = []
    for path in answers:
        name = stem(path)
        names.append(name if name not in names else f"{name}-{len(names) + 1}")
    return names


def _page(found: Comparison, path: str | None, force: bool) -> None:
    if path is None:
        return
    style = "body{font-family:sans-serif;margin:2em}td,th{padding:.2em .8em}"
    page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(Path(path).stem)}</title>'
    page += f"<style>{style}</style><body>{found.to_html()}</body></html>\n"
    save(path, page.encode(), force=force)
