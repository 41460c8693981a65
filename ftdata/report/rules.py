"""The rules as a page of the documentation, made of their records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ftdata.facts.methods import METHOD_OF
from ftdata.rules import FIXES, RULES

if TYPE_CHECKING:
    from ftdata.rules.registry import Rule

_GROUPS = {
    "lines": "Lines: what is not a JSON object",
    "services": "Other services and trainers",
    "rows": "Rows: kinds and keys",
    "messages": "Messages",
    "turns": "Order of turns, calls and results",
    "tools": "Definitions of tools",
    "calls": "Calls",
    "markup": "Marks of tokenizers and templates",
    "kinds": "Preference, reinforcement and completion lines",
    "completions": "Completion files, as the removed preparation tool advised",
    "graders": "What graders read (reinforcement)",
    "images": "Images",
    "limits": "Files and numbers of examples",
    "budget": "Limits of the model (with --model)",
    "templates": "Chat templates of open models (with --tokenizer or --template)",
    "labels": "Labels of wanted and unwanted answers (KTO)",
    "quality": "Quality",
    "leakage": "Leakage (with --against)",
}
_HEAD = """# Rules

Every rule that `ftdata check` knows, by group. `ftdata explain RULE` prints the same in a terminal; `--select` and
`--ignore` take rules and groups.

An **error** has failed at a server in public, or breaks the published schema. What is not verified is a **warning** at
most; **info** is advice."""

PAGES = "https://ftdata.readthedocs.io/reference/rules/"
"""Where the page of each rule is, by its slug."""


def rules_page() -> Iterator[str]:
    """The lines of one page with all rules, as ``ftdata rules --output-format markdown`` prints it."""
    yield from _HEAD.split("\n")
    for group, title in _GROUPS.items():
        yield from ("", f"## {title}", "", f"Group `{group}`.")
        for slug, rule in RULES.items():
            if rule.group == group:
                yield from ("", f"### {slug}", "", *_told(rule))


def rules_index() -> Iterator[str]:
    """The lines of docs/reference/rules/index.md: each rule with a link to its page."""
    yield from _HEAD.split("\n")
    for group, title in _GROUPS.items():
        yield from ("", f"## {title}", "", f"Group `{group}`.", "", "| rule | severity | |", "|---|---|---|")
        for slug, rule in RULES.items():
            if rule.group == group:
                yield f"| [`{slug}`]({slug}.md) | {rule.severity.label} | {_plain(rule.title)} |"


def rule_page(slug: str) -> Iterator[str]:
    """The lines of docs/reference/rules/SLUG.md."""
    rule = RULES[slug]
    yield from (f"# {slug}", "", *_told(rule), "")
    yield f"Group [`{rule.group}`](index.md). In a terminal: `ftdata explain {slug}`. To skip it: `--ignore {slug}`."


def _told(rule: Rule) -> Iterator[str]:
    yield from (f"**{rule.severity.label}**: {_plain(rule.title)}.", "", _plain(rule.why))
    yield from ("", f"What to do: {_plain(rule.fix)}")
    fix = {"safe": "`--fix` applies it.", "unsafe": "`--fix --unsafe-fixes` applies it."}
    if rule.slug in FIXES:
        yield from ("", fix[FIXES[rule.slug][0]])
    methods = ", ".join(METHOD_OF[kind] for kind in rule.kinds)
    yield from ("", f"For {methods}. Source: {_plain(rule.source)}. Since {rule.since}.")


def _plain(text: str) -> str:
    """Text in which Markdown sees no marks of its own."""
    return "".join(f"\\{char}" if char in "\\<>*_[]{}|" else char for char in text)
