"""Good values for every option of every command. One that has none, and whose type says none, fails the walk."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

import click

from ftdata.cli import COMMANDS
from ftdata.cli import ftdata as group
from ftdata.cli.declared import Typed
from ftdata.formats.targets import TARGETS
from ftdata.rules import RULES
from ftdata.samples import SAMPLES
from ftdata.schemas import SCHEMAS
from tests.fuzz.golden import all_formats, written_formats
from tests.tokens.tiny import TINY

Values = tuple[str, ...] | Callable[[], tuple[str, ...]]

EXPRESSIONS = (
    "answer", "prompt", "system", "tool", "metadata.queue", "score", "tokens", "messages | length", "tools | length", "answer.city",
    "messages[0].content", "answer | upper", "finish_reason", "tools[0].function.name", "prompt[:3]",
)  # fmt: skip
CONDITIONS = (
    "tokens < 4000", "score >= 0.5", "answer", "messages | length > 1", "tool == 'get_weather'", "'a' in prompt", "answer.city == 'Bonn'", "not system",
)  # fmt: skip
ROWS = ("messages", "a == '1'", "prompt and 'a' in prompt", "row['text'] != none")
OUTPUTS = (
    "out.jsonl",
    "out.jsonl.gz",
    "out.jsonl.zst",
    "out.parquet",
    "out.arrow",
    "out.csv",
    "out.xlsx",
    "out.json",
    "out.tsv",
    "out.txt",
    "-",
)

# By option, or by command and option where one name means several things; files are those of `tests.fuzz.files`.
TABLE: dict[str, Values] = {
    "--add": ("Be kind.", "{{ x }}"),
    "--against": ("other.jsonl",),
    "--grader": ("grader.json",),
    "--baseline": ("baseline.json",),
    "--batches": ("batches.jsonl",),
    "--before": ("other.jsonl",),
    "--between": ("^---$",),
    "--base-url": ("http://127.0.0.1:9/v1",),  # nobody listens there
    "--batch-size": ("auto", "8"),
    "--by": EXPRESSIONS,
    "--by compare": (*EXPRESSIONS, "answer.FIELD"),
    "--columns": ("a,b", "messages,tools"),
    "--columns-from": ("columns.jsonl",),
    "--columns-out": ("columns-out.jsonl", "none"),
    "--compute-multiplier": ("auto", "2"),
    "--data": ("in.jsonl",),
    "--config-out": ("config.yaml",),
    "--fail-on diff": ("removed > 5%", "findings > 0"),
    "--consistent": ("word",),
    "--delimiter": (",", ";"),
    "--drop-if": lambda: tuple(RULES),
    "--keep-if": lambda: tuple(RULES),
    "--search": ("a", "city"),
    "--edits": ("score", "answer | length"),
    "--encoding": ("utf-8", "latin-1"),
    "--epochs": ("3", "auto"),
    "--escape": ("\\",),
    "--errors": ("errors.jsonl",),
    "--eval-interval": ("auto", "5"),
    "--eval-samples": ("auto", "5"),
    "--evaluator": ("exact",),
    "--beta": ("auto", "0.1"),
    "--finish": ("any", "stop,tool_calls"),
    "--for": lambda: tuple(TARGETS),
    "--for job": ("openai", "azure", "together", "fireworks"),
    **dict.fromkeys(("--for metrics", "--for jobs", "--for upload", "--for submit", "--for checkpoints", "--for delete-model"),
                    ("openai", "azure")),
    "--for stats": ("openai",),
    "--for places": ("azure", "trl,openai"),
    "--for strip": ("openai",),
    "--for distill": ("openai",),
    "--from-user": (r"^[^.]*\.",),
    "--gap": ("2h", "30m"),
    "--group-by": ("id", "a,b", "metadata"),
    "--html": ("out.html",),
    "--id": EXPRESSIONS,
    "--ignore": lambda: (",".join(list(RULES)[:3]), "quality", "messages"),
    "--idle": ("1", "30"),
    "--index": ("0", "-1,0"),
    "--port": ("0", "8123"),
    "file view": ("in.jsonl",),
    "other view": ("other.jsonl",),
    "--into": ("train.jsonl", "valid.jsonl=0.5"),
    "--keep": ("first", "last", "longest", "best:score", "best:answer | length"),
    "--keep-functions": ("get_weather", "f,g"),
    "--kinds": ("email", "email,phone,card,iban,ip,key"),
    "--judge": ("system.txt",),
    "--rename": ("prompt=question", "a=b,role=who"),
    "--spellings": ("labels.csv", "labels.json"),
    "--differences": ("case", "case,space,width,punctuation"),
    "--trim": ("*", "text,prompt"),
    "--fill": ("a", "prompt"),
    "--replace-in": ("prompt", "*"),
    "--split-column": ("prompt", "a"),
    "--split-into": ("first,rest",),
    "--split-at": (" ", ", "),
    "--join-columns": ("a,b", "prompt"),
    "--join-into": ("joined",),
    "--join-with": (" ", "; "),
    "--explode": ("messages", "prompt,completion", "$"),
    "--html-to-text": ("*", "prompt"),
    "--strip-mail": ("*", "a,prompt"),
    "--mail-parts": ("quoted", "signature,legal"),
    "--set-column": ("more={{ prompt }}!", "a=x"),
    "--times": ("a", "prompt"),
    "--time-format": ("%Y-%m-%d",),
    "--types": ("a=number", "metadata=json,b=text"),
    "--keep-columns": ("messages", "prompt,completion"),
    "--drop-columns": ("tools", "a,b"),
    "--where convert": ROWS,
    "--where look": ROWS,
    "--where head": ROWS,
    "--where requests": ROWS,
    "--judge-score": ("answer.score", "last_number"),
    "--judged": ("errors.jsonl",),
    "--ladder": ("100,50", "50,25"),
    "--language": ("en", "de"),
    "--learning-rate-multiplier": ("auto", "0.1"),
    "--map": ("map.yaml",),
    "--quote": ('"', "none"),
    "--max-rejects": ("100%", "3"),
    "--margin": ("0", "0.2"),
    "--min-agreement": ("0.6", "60%"),
    "--merge": ("session", "trace", "parent", "prefix", "metadata.queue"),
    "--metadata": ("id", "a,b"),
    "--metadata job": ("team=support",),
    "--metadata requests": ("all", "none", "id"),
    "--metrics": ("results.csv",),
    "--model": ("gpt-4.1-mini", "gpt-4o", "babbage-002", "gpt-3.5-turbo"),
    "--models": ("models.toml",),
    "--name": ("ann", "ann,bob"),
    "--names": ("mini", "a,b"),
    "--not-tags": ("a",),
    "--notes": ("notes",),
    "--output": OUTPUTS,
    "--output report": ("report.html", "-"),
    "--pass-rate": ("0.1..0.9", "..0.5"),
    "--pattern": (r"\s+=> ", r"(\w)\1=>\1"),
    "--pruning": ("pruning.json",),
    "--refusals": ("phrases.txt",),
    "--rejects": ("rejects.jsonl", "none"),
    "--relabel": ("labels.csv", "labels.json"),
    "--remove-from": ("in.jsonl", "other.jsonl"),
    "--replace": ("a=>b", "Be brief.=>Brief."),
    "--report": ("report.jsonl",),
    "--requests": ("requests.jsonl",),
    "--resolve": ("majority", "drop", "best:score"),
    "--response-format": ("schema.json",),
    "--settings": ('reasoning_effort="low"', "top_p=0.5"),
    "--role-map": ("human=user,gpt=assistant", "bot=assistant"),
    "--roles": ("user", "user,assistant,system,tool"),
    "--rows-at": ("$.rows", "$"),
    "--score": ("score", "quality", "answer | length"),
    "--scores": ("scores.jsonl",),
    "--seed": ("7",),
    "--separator": (" ->", r"\n\n"),
    "--stop": (" END", r"\n"),
    "--select": lambda: (*RULES, "quality", "tools"),
    "--set": ("Be kind.", "@system.txt"),
    "--set run": ("first=2", "to=openai"),
    "--set job": ('x="y"',),
    "--set requests": ('reasoning_effort="low"', "top_p=0.5"),
    "--share": ("0.5", "50%"),
    "--share balance": ("a=0.5", "yes=50%"),
    "--sheet": ("Sheet1", "1"),
    "--shorten": ("shorten.yaml",),
    "--since": ("2020-01-01", "2025-06-01T10:00:00Z"),
    "--source": ("in.jsonl=0.7", "other.jsonl=0.3"),
    "--split": ("train",),
    "--part-size": ("1MB",),
    "--parts-above": ("1MB",),
    "--suffix": ("cs",),
    "--training-type": ("Standard", "Developer"),
    "--valid job": ("other.jsonl",),
    "--wandb-entity": ("e",),
    "--wandb-name": ("n",),
    "--wandb-project": ("p",),
    "--wandb-tags": ("a,b",),
    "--stand-in": ("email=[MAIL {n}]",),
    "--stand-ins": ("email=[MAIL {n}]",),
    "--status": ("200", "200,201"),
    "--strip": ("descriptions", "unused", "descriptions,schema-extras,properties"),
    "--system": ("Be kind.", "{{ prompt }}", "@system.txt"),
    "--tags": ("a", "a,b"),
    "--target": ("min", "median", "max", "5", "50%"),
    "--teacher": ("gpt-4*", "gpt-4.1"),
    "--text": ("Be kind.",),
    "--think-field": ("reasoning_content", "thinking"),
    "--template": ("qwen3", "gemma", "mistral"),
    "--tokenizer": ("o200k_base", "cl100k_base"),
    "--tokenizer check": (str(TINY),),
    "--tokenizer convert": (str(TINY),),
    "--tokenizer head": (str(TINY),),
    "--tokenizer report": (str(TINY),),
    "--tools": ("tools.json",),
    "--traces": ("traces.jsonl",),
    "--until": ("2030-01-01",),
    "--verify": (*CONDITIONS, "exact", "number"),
    "--engine": ("local",),
    "--workers": ("1",),  # in this process: that engines agree is another law
    "--write-baseline": ("written.json",),
    "answers": ("other.jsonl",),
    "inputs": ("in.jsonl",),
    "action": ("list", "show", "watch", "cancel"),
    "files": ("in.jsonl",),
    "job": ("ftjob-1",),
    "model": ("ft:gpt-4.1-mini:org::1",),
    "path submit": ("job.json",),
    "sources": ("results.csv",),
    "train": ("in.jsonl",),
    "manifests": ("in.manifest.json",),
    "name formats": lambda: tuple(all_formats()),
    "paths mcp": ("none.jsonl",),  # what is there would be served
    "command man": lambda: tuple(COMMANDS),
    "--folder": ("pages",),
    "names example": lambda: tuple(SAMPLES),
    "name schema": lambda: tuple(SCHEMAS),
    "name models": ("gpt-4o", "babbage-002"),
    "one": ("in.jsonl",),
    "other": ("other.jsonl",),
    "old": ("in.jsonl",),
    "new": ("other.jsonl",),
    "files apply": ("other.jsonl",),
    "place": ("in.jsonl", "in.jsonl:1"),
    "recipe": ("recipe.yaml",),
    "rule": lambda: tuple(RULES),
    "test": ("in.jsonl",),
}  # fmt: skip
BY_METAVAR: dict[str, Values] = {
    "EXPR": EXPRESSIONS,
    "COLUMN": ("a", "role", "content", "text"),
    "COLUMN|TEMPLATE": ("text", "{{ prompt }}: {{ a }}", "messages"),
}
BY_KIND = {
    "N": ("1", "2", "3", "50"),
    "TOKENS": ("10", "4000"),
    "X": ("0.5", "0.85", "1"),
    "SIZE": ("1MB", "200"),
    "T": ("0.5", "0.85"),
    "USD": ("2", "0.5"),
}
BY_OPTION: dict[str, Values] = {
    "--where": CONDITIONS,
    "--from": lambda: tuple(all_formats()),
    "--to": lambda: tuple(written_formats()),
}


@cache
def commands() -> dict[str, click.Command]:
    """All commands, imported."""
    context = click.Context(group)
    found = {name: group.get_command(context, name) for name in COMMANDS}
    return {name: command for name, command in found.items() if command is not None}


def name_of(param: click.Parameter) -> str:
    """As the tables name it: the long option, or the argument's name."""
    return param.opts[-1]


def values(command: str, param: click.Parameter) -> tuple[str, ...]:
    """Good values of an option or argument; none for a flag.

    Raises:
        LookupError: Neither the tables nor its type say one: add it to `TABLE`.
    """
    name = name_of(param)
    for table, key in (
        (TABLE, f"{name} {command}"),
        (BY_OPTION, name),
        (TABLE, name),
        (BY_METAVAR, str(param.metavar)),
    ):
        if key in table:
            given = table[key]
            return given() if callable(given) else given
    found = _by_type(param.type)
    if not found and not getattr(param, "is_flag", False):
        raise LookupError(f"no value is known for {command} {name} ({param.metavar}): add one to tests/fuzz/options.py")
    return found


def _by_type(kind: click.ParamType[Any]) -> tuple[str, ...]:
    if isinstance(kind, click.Choice):
        return tuple(map(str, kind.choices))
    if isinstance(kind, click.IntRange):
        least = int(kind.min or 0)
        return tuple(str(least + more) for more in (0, 1, 2, 50))
    if isinstance(kind, Typed):
        return BY_KIND.get(kind.kind.metavar, ())
    if isinstance(kind, click.types.FloatParamType):
        return ("0.5", "0.85", "1")
    return ()


def walk() -> list[tuple[str, click.Parameter]]:
    """Every option and argument of every command."""
    return [(name, param) for name, command in commands().items() for param in command.params]


def drawn(
    command: str, chance: Random, asked: click.Parameter | None = None, *, fixed: dict[str, str] | None = None
) -> list[str]:
    """A command line: what is required, the option that is asked for, and a few others.

    Args:
        command: Its name.
        chance: What decides.
        asked: An option that is to be among them.
        fixed: Values that are given; an empty one leaves its option out.
    """
    fixed = fixed or {}
    params = commands()[command].params
    others = [param for param in params if not param.required and name_of(param) not in (*COMMON, *fixed)]
    chosen = chance.sample(others, min(len(others), chance.choice((0, 0, 1, 1, 2, 3))))
    line = [command]
    for param in params:
        name = name_of(param)
        if name in fixed:
            line += _given(param, fixed[name]) if fixed[name] else []
        elif param.required or param is asked or param in chosen:
            line += given(command, param, chance)
    return line


COMMON = (
    "--delimiter",
    "--quote",
    "--escape",
    "--columns",
    "--encoding",
    "--rows-at",
    "--sheet",
    "--split",
    "--max-record",
    "--workers",
    "--engine",
    "--max-size",
    "--max-rows",
    "--debug",
)
"""What other laws try, or what would only be refused of JSON lines: drawn when it is the option's turn."""


def given(command: str, param: click.Parameter, chance: Random) -> list[str]:
    """An option with a value, as it stands on a command line; some several times, where that may be."""
    if getattr(param, "is_flag", False):
        return [param.opts[-1]]
    known = values(command, param)
    if name_of(param) in ("--into", "--source"):
        return [word for value in known for word in _given(param, value)]
    times = chance.choice((1, 1, 2)) if param.multiple else 1
    return [word for value in chance.sample(known, min(times, len(known))) for word in _given(param, value)]


def _given(param: click.Parameter, value: str) -> list[str]:
    return [value] if isinstance(param, click.Argument) else [param.opts[-1], value]
