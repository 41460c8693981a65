"""``ftdata rules``."""

from __future__ import annotations

import json

import click

from ftdata.asks import translated
from ftdata.report.rules import rules_page
from ftdata.report.widths import to_left
from ftdata.rules import FIXES, RULES

__all__ = ["rules"]


@click.command(short_help="List the rules that check uses.")
@click.option("--output-format", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True,
              help="The output format. markdown prints the documentation page.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Short for --output-format json.")
def rules(output_format: str, as_json: bool) -> None:
    """List the rules that files are checked by, in their groups. A star marks those with a safe fix."""
    if as_json or output_format == "json":
        click.echo(json.dumps([as_values(slug) for slug in RULES], ensure_ascii=False, indent=2))
        return
    if output_format == "markdown":
        click.echo("\n".join(rules_page()))
        return
    group = ""
    for slug, rule in RULES.items():
        if rule.group != group:
            group = rule.group
            click.echo(click.style(f"{group}:", bold=True))
        star = "*" if slug in FIXES and FIXES[slug][0] == "safe" else " "
        click.echo(f"  {slug:<26}{star} {to_left(translated(rule.severity.label), 8)} {translated(rule.title)}")


def as_values(slug: str) -> dict[str, object]:
    """A rule's record as JSON values."""
    rule = RULES[slug]
    return {
        "rule": slug,
        "group": rule.group,
        "severity": rule.severity.label,
        "title": rule.title,
        "why": rule.why,
        "fix": rule.fix,
        "fixable": FIXES[slug][0] if slug in FIXES else "",
        "kinds": list(rule.kinds),
        "source": rule.source,
        "since": rule.since,
    }
