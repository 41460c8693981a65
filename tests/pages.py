"""The reference pages that are made of the registries: a page a command, a rule, a format, a place.

``python -m tests.pages`` writes them under ``docs/reference``; a test holds that they are what the registries say. What
the commands on them print is written by `tests.outputs`.
"""

from __future__ import annotations

import copy
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ftdata.cli.reference import command_page, commands, commands_index
from ftdata.errors import RowError
from ftdata.facts.methods import METHOD_OF
from ftdata.formats import FORMATS, Format
from ftdata.formats.layouts import RECORDS
from ftdata.report.rules import rule_page, rules_index
from ftdata.rules import RULES
from ftdata.tokens.models import Model, Models, model_table
from tests import outputs

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
SITE = ROOT / "mkdocs.yml"
OVERVIEW = ROOT / "docs" / "llms.txt"
LISTED = {"Commands": "commands", "Formats": "formats", "Places": "places"}
"""Sections of the navigation that list all pages of a folder. There are too many rules for that: their index does."""

TICKETS = (
    'ftdata convert examples/tickets.csv -o train.jsonl -q --system "You route support tickets." '
    r'--user "{{ subject }}\n\n{{ body }}" --assistant queue'
)
SHOWN = {
    "example": ["ftdata example", "ftdata example tickets"],
    "schema": ["ftdata schema"],
    "apply": (
        TICKETS,
        "ftdata review train.jsonl -o review.csv -q",
        "ftdata apply review.csv train.jsonl -o out.jsonl",
    ),
    "diff": (
        TICKETS,
        "ftdata sample train.jsonl -o less.jsonl -n 300 -q",
        "ftdata diff train.jsonl less.jsonl --examples 1",
    ),
    "review": (TICKETS, "ftdata review train.jsonl -o review.csv"),
    "balance": (TICKETS, "ftdata balance train.jsonl --by answer"),
    "check": (TICKETS, "ftdata check train.jsonl"),
    "compare": (
        "ftdata compare examples/routing_test.jsonl examples/routing_large.jsonl examples/routing_mini.jsonl "
        "--names large,mini",
    ),
    "conflicts": (TICKETS, "ftdata conflicts train.jsonl"),
    "convert": (TICKETS.replace(" -q", ""),),
    "dedupe": (TICKETS, "ftdata dedupe train.jsonl -o clean.jsonl --near 0.85"),
    "distill": (
        "ftdata distill examples/transcripts/routing.jsonl -o train.jsonl --teacher gpt-4.1 --min-score 0.8 "
        '--choices first --system "Route the ticket." --drop-few-shot',
    ),
    "explain": ("ftdata explain weight",),
    "filter": (TICKETS, 'ftdata filter train.jsonl -o short.jsonl --where "tokens < 60"'),
    "formats": ("ftdata formats trl",),
    "head": (TICKETS, "ftdata head train.jsonl -n 1"),
    "job": (TICKETS, "ftdata job train.jsonl --model gpt-4.1-mini --epochs 2 --suffix tickets"),
    "labels": (TICKETS, "ftdata labels train.jsonl"),
    "look": ("ftdata look examples/tickets.csv",),
    "metrics": ("ftdata metrics examples/results.csv",),
    "mix": (
        TICKETS,
        "ftdata mix --source train.jsonl=0.7 --source examples/calls.jsonl=0.3 --by tokens -o mix.jsonl",
    ),
    "models": ("ftdata models gpt-4.1-mini --for azure",),
    "overlap": (
        TICKETS,
        "ftdata split train.jsonl --into part.jsonl --into valid.jsonl=0.1 -q",
        "ftdata overlap part.jsonl valid.jsonl",
    ),
    "places": (TICKETS, "ftdata places train.jsonl"),
    "redact": ("ftdata redact examples/calls.jsonl -o safe.jsonl",),
    "report": (TICKETS, "ftdata report train.jsonl -o report.html"),
    "requests": (
        'ftdata requests examples/tickets.csv -o batch.jsonl --model gpt-6.1-sol --system "Answer with the queue." '
        '--user "{{ body }}" --max-tokens 20',
    ),
    "rules": ("ftdata rules",),
    "run": ("ftdata run examples/recipes/tickets.yaml",),
    "sample": (TICKETS, "ftdata sample train.jsonl -o some.jsonl -n 100 --seed 7"),
    "split": (TICKETS, "ftdata split train.jsonl --into part.jsonl --into valid.jsonl=0.1 --stratify answer"),
    "stats": (TICKETS, "ftdata stats train.jsonl --for azure --model gpt-4.1-mini --epochs 3"),
    "strip": ("ftdata strip examples/calls.jsonl",),
    "system": ('ftdata system examples/calls.jsonl -o short.jsonl --set "Answer in one sentence."',),
    "text": ("ftdata text examples/calls.jsonl -o clean.jsonl --white-space --unicode NFC",),
    "tools": ("ftdata tools examples/calls.jsonl -o tidy.jsonl --ids --arguments",),
    "turns": ("ftdata turns examples/calls.jsonl -o each.jsonl --per-answer",),
    "verify": (
        "ftdata run examples/recipes/tickets.yaml -q",
        "ftdata verify examples/recipes/out/train.manifest.json --rerun",
    ),
    "weights": ("ftdata weights examples/calls.jsonl -o last.jsonl --train last",),
}
"""What a command's page shows it doing, with its output; those that talk to a service show nothing."""

CHAT: dict[str, Any] = {
    "messages": [
        {"role": "system", "content": "You are a weather service."},
        {"role": "user", "content": "Is it raining in Oslo?"},
        {"role": "assistant", "content": "Yes, a light drizzle since ten o'clock."},
    ]
}
CALL = {"id": "call_1", "type": "function", "function": {"name": "rain", "arguments": '{"city":"Oslo"}'}}
CALLS: dict[str, Any] = {
    "messages": [CHAT["messages"][1], {"role": "assistant", "tool_calls": [CALL]}],
    "tools": [
        {
            "type": "function",
            "function": {
                "name": "rain",
                "description": "Whether it rains in a city.",
                "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
            },
        }
    ],
}
EXAMPLES = (CHAT, CALLS)
"""What a format's page shows as a row: the first of them that the format can hold."""


def pages() -> dict[str, str]:
    """The text of every page that is made, by its path under docs/reference."""
    made = {"commands/index.md": commands_index(), "rules/index.md": rules_index()}
    made |= {f"commands/{name}.md": command_page(name, _shown(name)) for name in commands()}
    made |= {f"rules/{slug}.md": rule_page(slug) for slug in RULES}
    made |= {"formats/index.md": _formats(), "places/index.md": _places(model_table())}
    made |= {f"formats/{name}.md": _format(known) for name, known in FORMATS.items()}
    made |= {f"places/{name}.md": _place(model_table(), name) for name in _trained(model_table())}
    return {path: "\n".join(lines).rstrip() + "\n" for path, lines in made.items()}


def _shown(name: str) -> str:
    return "\n".join(("```sh", *SHOWN[name], "```")) if name in SHOWN else ""


def _formats() -> Iterator[str]:
    yield from (
        "# Formats",
        "",
        "What `--from` reads and `--to` writes. `ftdata formats` lists them in a terminal.",
        "",
    )
    yield from ("| format | reads | writes | |", "|---|---|---|---|")
    for name, known in FORMATS.items():
        yield f"| [`{name}`]({name}.md) | yes | {'yes' if known.writes else 'no'} | {_cell(known.about)} |"
    yield from (
        "",
        "## Layouts of public training sets",
        "",
        "Read row by row, with `--from layouts` or by themselves.",
        "",
    )
    yield from ("| layout | as in | |", "|---|---|---|")
    for one in RECORDS:
        yield f"| `{one.name}` | {_cell(', '.join(one.sets))} | {_cell(one.about)} |"


def _format(known: Format) -> Iterator[str]:
    yield from (f"# {known.name}", "", f"{_sentence(known.about)}", "")
    yield f"- Kinds of examples: {', '.join(known.kinds)} ({', '.join(METHOD_OF[kind] for kind in known.kinds)})."
    yield f"- Recognized by: {known.sign}."
    yield f"- {'Read and written' if known.writes else 'Read only'}: `--from {known.name}`{_to(known)}."
    yield f"- Source: {known.source}."
    if known.variants:
        yield from ("", "## Variants", "", "| variant | |", "|---|---|")
        for word, variant in known.variants.items():
            yield f"| `{known.name}:{word}` | {_cell(variant.about)} |"
    if known.loses:
        yield from ("", "## What it cannot hold", "", "| what | why |", "|---|---|")
        for name, why in known.loses.items():
            yield f"| {_cell(name)} | {_cell(why)} |"
    if row := _row(known):
        yield from ("", "## A row", "", "```json", *row.splitlines(), "```")


def _to(known: Format) -> str:
    return f", `--to {known.name}`" if known.writes else ""


def _row(known: Format) -> str:
    """A short chat as this format writes it; empty where it writes no chats."""
    for example in EXAMPLES if known.writes and "chat" in known.kinds else ():
        try:
            made = known.dump(copy.deepcopy(example), Counter())
        except RowError:  # it holds only the other one
            continue
        return json.dumps(made, ensure_ascii=False, indent=2)
    return ""


def _trained(table: Models) -> list[str]:
    return [name for name in table.places if table.at(name)]


def _places(table: Models) -> Iterator[str]:
    yield from (
        "# Places",
        "",
        "Where models are trained: services and trainers. `ftdata places FILE` compares them for your data.",
        "",
    )
    yield from ("| place | `--for` | models | no new jobs from |", "|---|---|---|---|")
    for name in _trained(table):
        place = table.places[name]
        yield f"| [{_cell(place.about)}]({name}.md) | `{name}` | {len(table.at(name))} | {place.closes or ''} |"


def _place(table: Models, name: str) -> Iterator[str]:
    place = table.places[name]
    yield from (f"# {place.about}", "", f"`--for {name}`. {place.note}".rstrip(), "")
    if place.closes:
        yield from (f"No new jobs can be created from {place.closes} on.", "")
    yield from ("Prices are USD per million tokens, or per hour (h). Empty cells are not known.", "")
    yield from (
        "| model | methods | limit | training | input | output | answers until |",
        "|---|---|---|---|---|---|---|",
    )
    yield from (_model(model) for model in table.at(name))
    sources = {source.about: source for model in table.at(name) for source in model.sources.values()}
    if sources:
        yield from ("", "## Sources", "", "| source | as of | how sure |", "|---|---|---|")
        for about, source in sources.items():
            yield f"| {_cell(about)} | {source.as_of} | {source.sure} |"


def _model(model: Model) -> str:
    prices = model.prices
    training = f"{prices.training_hour:g}/h" if prices.training_hour is not None else _number(prices.training)
    cells = (
        f"`{model.name}`",
        ", ".join(model.methods),
        f"{model.limit:,}" if model.limit else "",
        training,
        _number(prices.input),
        _number(prices.output),
        str(model.inference_ends or ""),
    )
    return f"| {' | '.join(cells)} |"


def _number(price: float | None) -> str:
    return "" if price is None else f"{price:g}"


def _cell(text: str) -> str:
    return "".join(f"\\{char}" if char in "|<>*_[]" else char for char in text)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{_cell(text[1:]).rstrip('.')}."


def navigation(site: str) -> str:
    """The text of mkdocs.yml with the pages that are made in its navigation."""
    for title, folder in LISTED.items():
        names = sorted(Path(path).stem for path in pages() if path.startswith(f"{folder}/"))
        names.sort(key=lambda name: name != "index")
        lines = "".join(f"          - {_titled(folder, name)}: reference/{folder}/{name}.md\n" for name in names)
        site = re.sub(rf"(?m)^      - {title}:\n(?:          - .*\n)*", f"      - {title}:\n{lines}", site)
    return site


def _titled(folder: str, name: str) -> str:
    if name == "index":
        return "Overview"
    return model_table().places[name].about if folder == "places" else name


def overview() -> str:
    """docs/llms.txt: what ftdata is, and every page with a sentence, for language models that read documentation."""
    lines = [
        "# ftdata",
        "",
        "> The toolchain for fine-tuning data: a Python library and a command line with the same verbs.",
    ]
    lines += ["> Each page is also there as Markdown: put its path with .md in place of the page's address.", ""]
    for title, path in re.findall(
        r"^ *- (?:\"?([^:\n]+?)\"?): ([\w/-]+\.md)$", SITE.read_text(encoding="utf-8"), re.MULTILINE
    ):
        name = f"{Path(path).parts[-2]}: {title}" if title == "Overview" else title
        lines.append(f"- [{name}]({path}){_about(path)}")
    return "\n".join(lines) + "\n"


def _about(path: str) -> str:
    """The first sentence of a page."""
    text = (ROOT / "docs" / path).read_text(encoding="utf-8").partition("\n\n")[2]
    first = " ".join(text.partition("\n\n")[0].split())
    return f": {first[:200].partition('. ')[0].rstrip('.:')}." if first and first[0].isalpha() else ""


def write() -> None:
    """Write the pages, their list and their navigation, and remove those of what is registered no more."""
    made = pages()
    for folder in {path.split("/")[0] for path in made}:
        for old in (REFERENCE / folder).glob("*.md"):
            if f"{folder}/{old.name}" not in made:
                old.unlink()
    SITE.write_text(navigation(SITE.read_text(encoding="utf-8")), encoding="utf-8")
    for path, text in made.items():
        where = REFERENCE / path
        where.parent.mkdir(parents=True, exist_ok=True)
        before = where.read_text(encoding="utf-8") if where.exists() else ""
        where.write_text(outputs.kept(before, text), encoding="utf-8")
    OVERVIEW.write_text(overview(), encoding="utf-8")


if __name__ == "__main__":
    write()
    sys.stdout.write(f"{len(pages())} pages\n")
