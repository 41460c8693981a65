"""``ftdata explain``."""

from __future__ import annotations

import json

import click

from ftdata.asks import labelled, translated
from ftdata.errors import UsageError, did_you_mean
from ftdata.facts.methods import METHOD_OF
from ftdata.rules import FIXES, RULES

__all__ = ["explain"]


@click.command(short_help="Explain a rule: what it finds, why it matters, what to do, and its source.")
@click.argument("rule")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def explain(rule: str, as_json: bool) -> None:
    """Explain a rule: what it finds, why it matters, what to do, and its source."""
    if rule not in RULES:
        raise UsageError(f'unknown rule "{rule}"', hint=did_you_mean(rule, RULES) + " ftdata rules lists them.")
    if as_json:
        from ftdata.cli.rules import as_values

        click.echo(json.dumps(as_values(rule), ensure_ascii=False, indent=2))
        return
    known = RULES[rule]
    fix = {"safe": "--fix applies it.", "unsafe": "--fix --unsafe-fixes applies it."}.get(FIXES.get(rule, ("",))[0], "")
    severity, title = translated(known.severity.label), translated(known.title)
    click.echo(f"{click.style(rule, bold=True)} ({severity}, {known.group}){translated(':')} {title}")
    click.echo("\n" + labelled("Why:", translated(known.why)))
    click.echo(labelled("What to do:", f"{translated(known.fix)} {translated(fix)}").rstrip())
    click.echo(labelled("For:", ", ".join(METHOD_OF[kind] for kind in known.kinds)))
    click.echo(labelled("Source:", known.source))
    click.echo(labelled("Since:", known.since))
