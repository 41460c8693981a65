"""A command prints itself as a recipe, and that recipe writes the same bytes: for all declared verbs and their options."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

from ftdata.cli import COMMANDS
from ftdata.codec import encode
from ftdata.example.identities import identity
from ftdata.marks import parse
from tests.cli.running import Done, ftdata
from tests.recipe.making import data, manifest, rows, table
from tests.recipe.verbs import options_of
from tests.tokens.tiny import TINY

ROOT = Path(__file__).parents[2]

BASE: dict[str, str] = {
    "apply": "edits.jsonl in.jsonl -o OUT",
    "balance": "in.jsonl -o OUT --by answer --how under",
    "conflicts": "in.jsonl -o OUT --resolve majority",
    "convert": "in.jsonl -o OUT",
    "dedupe": "in.jsonl -o OUT",
    "distill": "logs.jsonl -o OUT",
    "filter": "in.jsonl -o OUT --where 'turns > 0'",
    "grade": "in.jsonl -o OUT --grader grader.json",
    "labels": "in.jsonl -o OUT",
    "mix": "--source in.jsonl=0.7 --source more.jsonl=0.3 -o OUT",
    "overlap": "in.jsonl more.jsonl --remove-from in.jsonl -o OUT",
    "redact": "in.jsonl -o OUT",
    "sample": "in.jsonl -o OUT --shuffle",
    "split": "in.jsonl --into OUT --into valid.jsonl=0.2",
    "strip": "calls.jsonl -o OUT --unused",
    "system": "in.jsonl -o OUT --add Hello",
    "text": "in.jsonl -o OUT --white-space",
    "tools": "calls.jsonl -o OUT --ids",
    "turns": "in.jsonl -o OUT --merge",
    "weights": "in.jsonl -o OUT",
}
"""A command line for each verb that writes."""

WITH: dict[str, str] = {
    "apply.pairs": "--pairs --allow-empty-output",
    "balance.seed": "--seed 7 --how over", "balance.share": "--share billing=0.5", "balance.target": "--target max --how over",
    "convert.assistant": "--user body --assistant queue table.csv", "convert.user": "--user '{{ id }}: {{ body }}' --assistant queue --metadata customer table.csv",
    "convert.system": "--system @prompt.txt", "convert.relabel": "--relabel labels.csv --unlabelled keep", "convert.unlabelled": "--relabel labels.csv --unlabelled drop",
    "convert.labels_header": "--relabel labels.csv --unlabelled keep --labels-header yes", "convert.per_answer": "--per-answer", "convert.earlier": "--per-answer --earlier out",
    "convert.metadata": "--user body --assistant queue --metadata customer,id table.csv", "convert.allow_empty": "--user body --assistant queue --allow-empty table.csv",
    "convert.chosen": "--user body --chosen id --rejected queue table.csv", "convert.rejected": "--user body --chosen queue --rejected id table.csv",
    "convert.prompt_column": "--prompt-column body --completion-column queue table.csv", "convert.completion_column": "--prompt-column body --completion-column queue table.csv",
    "convert.separator": "--prompt-column body --completion-column queue --separator '?' table.csv", "convert.stop": "--prompt-column body --completion-column queue --stop t table.csv",
    "convert.trim_labels": "--prompt-column body --completion-column queue --trim-labels table.csv", "convert.whole_prompts": "--prompt-column body --completion-column queue --whole-prompts table.csv",
    "dedupe.shingle": "--near 0.85 --shingle 4", "dedupe.instructions": "--near 0.85 --instructions", "dedupe.keep": "--keep longest",
    "filter.max_tokens": "--max-tokens 4000", "filter.max_turns": "--max-turns 9", "filter.max_characters": "--max-characters 900", "overlap.ngram": "--ngram 10", "split.id": "--id prompt", "weights.tool_calls": "--no-tool-calls", "filter.unknown": "--where 'score > 1' --unknown keep", "filter.model": "--max-tokens 4000 --model gpt-4o", "filter.tokenizer": "--max-tokens 4000 --tokenizer cl100k_base",
    "filter.refusals": "--refusals phrases.txt", "filter.drop_if": "--drop-if weight",
    "filter.keep_if": "--keep-if mixed-styles --allow-empty-output", "filter.search": "--search YOU",
    "labels.spellings": "--spellings labels.csv", "labels.differences": "--differences case,space",
    "mix.model": "--by tokens --model gpt-4o", "mix.tokenizer": "--by tokens --tokenizer cl100k_base", "mix.repeat": "--total 200 --repeat", "mix.total": "--total 20",
    "overlap.key": "--near 0.9 --key prompt", "overlap.shingle": "--near 0.9 --shingle 4",
    "redact.language": "--kinds email --metadata", "redact.stand_ins": "--stand-ins 'email=user{n}@x.org'", "redact.kinds": "--kinds email,phone",
    "sample.n": "-n 10", "sample.share": "--share 10%", "sample.first": "--first 7", "sample.seed": "--seed 7",
    "split.stratify": "--stratify answer", "split.at_least": "--stratify answer --at-least 1", "split.shingle": "--near 0.9 --shingle 4", "split.normalize": "--near 0.9 --normalize",
    "strip.keep_functions": "--keep-functions a,get_weather", "strip.functions": "--functions",
    "system.set": r"--set 'One\nTwo ${three} \\n' --replace-all".replace("--add", ""), "system.shorten": "--shorten rules.yaml", "system.pattern": "--pattern 'You (.*)=>We \\1'",
    "system.remove": "--remove --replace-all", "system.replace_all": "--remove --replace-all", "system.from_user": "--from-user '^Ticket [0-9]+'", "system.replace": "--replace 'tickets=>cases'",
    "text.think_field": "--think field --think-field thoughts", "text.replace": "--replace 'a=>b' --replace 'c=>'", "text.roles": "--roles user,assistant",
    "tools.shorten_results": "--shorten-results 50",
    "turns.earlier": "--per-answer --earlier out", "turns.cut": "--fit 100 --cut middle", "turns.model": "--fit 0 --model gpt-4o-mini", "turns.tokenizer": "--fit 90 --tokenizer cl100k_base",
    "turns.fit": "--fit 90", "turns.last": "--last 1",
    "weights.where": "--where \"'billing' in content\"", "weights.index": "--index 0,-1", "weights.names": "--names bot --train none", "weights.train": "--train last",
    "distill.teacher": "--teacher gpt-4.1", "distill.status": "--status 200 --keep-unknown", "distill.since": "--since 2020-01-01 --keep-unknown", "distill.until": "--until 2040-01-01 --keep-unknown",
    "distill.min_score": "--min-score 0.5", "distill.score": "--min-score 0.5 --score score", "distill.tags": "--tags a --keep-unknown", "distill.not_tags": "--not-tags a",
    "distill.choices": "--choices first", "distill.repeats": "--repeats first", "distill.merge": "--merge session", "distill.train": "--merge session --train selected",
    "distill.system": "--system @prompt.txt", "distill.shorten": "--shorten rules.yaml --replace-all", "distill.strip": "--strip descriptions", "distill.replace_all": "--system Hi --replace-all",
    "distill.where": "--where 'turns > 0'", "distill.keep_unknown": "--tags a --keep-unknown", "distill.finish": "--finish any",
    "grade.grader": "",
    "distill.edits": "--edits finish_reason",
    "distill.verify": "--verify 'answer != 1'", "distill.wrong": "--verify 'answer != 1' --wrong keep", "distill.pass_rate": "--verify 'answer != 1' --pass-rate 0.1..1",
    "distill.vote": "--vote answer", "distill.min_agreement": "--vote answer --min-agreement 60%", "distill.margin": "--repeats pairs --margin 0.1 --allow-empty-output", "distill.reasoning": "--reasoning drop",
    "convert.tokenizer": f"--tokenizer {TINY}", "convert.template": f"--tokenizer {TINY} --template llama3", "convert.shape": f"--to tokens --tokenizer {TINY} --shape tinker",
    "convert.max_tokens": f"--tokenizer {TINY} --max-tokens 150 --over drop", "convert.over": f"--tokenizer {TINY} --max-tokens 150 --over cut",
    "rows.rename": "--rename body=text --user text --assistant queue table.csv", "rows.trim": "--trim '*' --user body --assistant queue table.csv",
    "rows.fill": "--fill body --user body --assistant queue table.csv", "rows.replace": "--replace 'order=>parcel ${x}' --replace-in body --user body --assistant queue table.csv",
    "rows.replace_patterns": "--replace '[0-9]+=>N' --replace-patterns --user body --assistant queue table.csv",
    "rows.split_column": "--split-column body --split-into a,b --split-at ' is ' --user b --assistant queue table.csv",
    "rows.join_columns": "--join-columns id,customer --join-into who --join-with ': ' --user who --assistant queue table.csv",
    "rows.set_column": "--set-column 'said={{ customer }}: {{ body }}' --user said --assistant queue table.csv", "rows.types": "--types id=number --user '{{ id + 1 }}' --assistant queue table.csv",
    "rows.explode": "--explode '$' --group-by conversation --role-column who --set-column 'who=assistant' --content-column body --first-assistant keep table.csv",
    "rows.html_to_text": "--html-to-text body --user body --assistant queue table.csv", "rows.links": "--html-to-text body --links target --user body --assistant queue table.csv",
    "rows.strip_mail": "--strip-mail body --user body --assistant queue table.csv", "rows.mail_parts": "--strip-mail body --mail-parts quoted --user body --assistant queue table.csv",
    "rows.times": "--set-column 'at=1/{{ id|int + 13 }}/2024' --times at --user '{{ at }}' --assistant queue --max-rejects 50 table.csv",
    "rows.time_format": "--set-column 'at=2024 {{ id|int % 12 + 1 }}' --times at --time-format '%Y %m' --user '{{ at }}' --assistant queue table.csv",
    "rows.day_first": "--set-column 'at=1/{{ id|int % 12 + 1 }}/2024' --times at --no-day-first --user '{{ at }}' --assistant queue table.csv",
    "rows.header_row": "--header-row 1 --skip 2 --skip-footer 3 --user body --assistant queue table.csv",
    "rows.where": "--where 'id|int > 3' --where \"queue != 'billing'\" --user body --assistant queue table.csv",
    "rows.keep_columns": "--keep-columns body,queue --user body --assistant queue table.csv", "rows.drop_columns": "--drop-columns id --user body --assistant queue table.csv",
    "reading.format": "--from openai", "reading.encoding": "--encoding utf-8", "reading.max_record": "--max-record 1MiB",
    "writing.format": "--to sharegpt", "writing.max_rows": "--max-rows 9", "writing.max_bytes": "--max-size 3kB",
}  # fmt: skip
"""By verb and option: how it is given, with what it needs; without one it stands with the value of its metavar."""

VALUES = {
    "TEMPLATE|@FILE": "Hi",
    "A,B": "a",
    "OLD=>NEW": "a=>b",
    "REGEX=>NEW": "a=>b",
    "CLASS=SHARE": "billing=0.5",
    "EXPR": "answer",
    "N": "1",
    "X": "0.5",
    "T": "0.85",
    "SEED": "7",
    "PLACE": "azure",
    "CODE": "en",
    "TOKENS": "100",
    "TEXT": "salt",
}

ELSEWHERE: dict[str, str] = {
    "apply": "edits",
    "convert": "requests errors columns_from batches scores traces judged judge_score map finish group_by order_by role_column content_column role_map consecutive first_assistant "
    "last_user gap first_speaker name_column tool_calls_column tool_call_id_column weight_column prefix_to_system unescape between",
    "distill": "requests errors columns_from batches scores traces judged judge_score model place epochs price_in price_out",
    "filter": "language",
    "text": "mojibake",
}
"""Options that need files of their own or are the command's files, and are tried by the command lines of the docs; or packages that are not here."""


def cases() -> Iterator[tuple[str, str]]:
    for name in BASE:
        yield name, BASE[name]
        command: click.Command = getattr(import_module(COMMANDS[name][0]), name)
        shared = {param.name for param in command.params if getattr(param, "section", "") in ("Input", "Output")}
        for one in options_of(name):
            if one.name in shared or one.name in ELSEWHERE.get(name, "").split():
                continue
            given = WITH.get(f"{name}.{one.name}")
            if given is None:
                flag = one.spelled[-1]
                value = "" if one.kind.flag else one.kind.choices[-1] if one.kind.choices else VALUES[one.kind.metavar]
                given = f"{flag} {value}" if not (one.kind.flag and one.default is True) else f"--no-{flag[2:]}"
            yield name, f"{BASE[name]} {given}"
    for given in (given for option, given in WITH.items() if option.startswith("reading.")):
        yield "dedupe", f"{BASE['dedupe']} {given}"
    yield from (
        ("convert", f"{BASE['convert']} {given}") for option, given in WITH.items() if option.startswith("rows.")
    )
    yield "dedupe", "in.jsonl -o OUT --to sharegpt --rejects bad.jsonl --max-rejects 5% --allow-empty-output"
    yield "dedupe", "in.jsonl more.jsonl -o 'OUT-{n}.jsonl' --max-rows 9"
    yield "dedupe", "in.jsonl more.jsonl -o 'OUT-{stem}.jsonl'"
    yield "sample", "in.jsonl -o 'OUT-{share}.jsonl' --ladder 100,50 --seed 3 --shuffle"
    yield "split", "in.jsonl --into x-train/valid.jsonl=0.2 --into test.jsonl=0.3 --into all.jsonl=0.5"
    yield "split", "in.jsonl --into x-train/a.jsonl --into y/a.jsonl=7 --to ftdata"
    yield "convert", "table.csv -o OUT.parquet --user body --assistant queue"
    yield "convert", "table.csv -o OUT.csv --user body --assistant queue --metadata id"
    yield "convert", "semi.csv -o OUT --delimiter ';' --user body --assistant queue"
    yield "convert", "table.csv -o OUT --map map.yaml"
    yield "system", "in.jsonl -o OUT --set Hi --pruning p.json"
    yield "strip", "calls.jsonl -o OUT --descriptions --pruning p.json"
    yield "distill", "logs.jsonl -o OUT --system Hi --pruning p.json"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    data(tmp_path)
    data(tmp_path, "more.jsonl", start=20)
    table(tmp_path, "table.csv")
    (tmp_path / "semi.csv").write_text((tmp_path / "table.csv").read_text().replace(",", ";"))
    (tmp_path / "grader.json").write_text(
        '{"type": "string_check", "name": "g", "operation": "ilike", "input": "{{sample.output_text}}", "reference": "a"}'
    )
    (tmp_path / "prompt.txt").write_text("Route: ${queue}\n")
    (tmp_path / "phrases.txt").write_text("billing\n")
    (tmp_path / "labels.csv").write_text("billing,money\naccount,login\n")
    (tmp_path / "edits.jsonl").write_text(json.dumps({"id": identity(rows(30)[0]), "score": 3}) + "\n")
    (tmp_path / "rules.yaml").write_text("- pattern: .*\n  short: Short.\n")
    (tmp_path / "map.yaml").write_text(
        "messages:\n  - {role: user, content: body}\n  - {role: assistant, content: queue}\n"
    )
    logs = [
        {**row, "metadata": {"model": "gpt-4.1", "score": n % 3 / 2, "session": n % 5, "finish_reason": "stop"}}
        for n, row in enumerate(rows(30))
    ]
    (tmp_path / "logs.jsonl").write_bytes(b"".join(encode(row) + b"\n" for row in logs))
    shutil.copy(ROOT / "examples" / "calls.jsonl", tmp_path)
    for folder in ("x-train", "y"):
        (tmp_path / folder).mkdir()
    return tmp_path  # fmt: skip


def made(folder: Path) -> dict[str, bytes]:
    """What a run has written, but for manifests; it is taken away."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.endswith(".manifest.json"):
            found[str(path.relative_to(folder))] = path.read_bytes()
    return found


def hold(folder: Path, line: list[str]) -> tuple[Done, Done]:
    """Run a command, and then its recipe; what they wrote must be the same."""
    before = made(folder)
    direct = ftdata(folder, *line)
    by_command = made(folder)
    for name in by_command.keys() - before.keys():
        (folder / name).unlink()
    printed = ftdata(folder, *line, "--as-recipe")
    assert made(folder) == before, "nothing else is done"
    if direct.code == 2:
        assert printed.code == 2, printed.out
        return direct, printed
    assert printed.code == 0, printed.err
    (folder / "recipe.yaml").write_text(printed.out, encoding="utf-8")
    done = ftdata(folder, "run", "--force")
    (folder / "recipe.yaml").unlink()
    assert done.code == direct.code, f"{printed.out}\n{done.err}"
    by_recipe = made(folder)
    assert by_recipe.keys() == by_command.keys(), printed.out
    assert by_recipe == by_command, printed.out
    return direct, done


def line_of(name: str, text: str) -> list[str]:
    return [name, *(re.sub("^OUT$", "OUT.jsonl", word) for word in shlex.split(text))]


@pytest.mark.parametrize(("name", "text"), list(cases()), ids=lambda one: one.replace("/", "_"))
def test_the_recipe_of_a_command_writes_the_same(here: Path, name: str, text: str) -> None:
    if name == "convert" and (".csv" in text.replace("labels.csv", "")):
        text = text.replace("in.jsonl ", "")
    if name == "system" and "--add" in text and ("--set" in text or "--remove" in text):
        text = text.replace(" --add Hello", "")
    direct, _ = hold(here, line_of(name, text))
    assert direct.code == 0, direct.err


def of_docs() -> Iterator[str]:
    """The lines of the docs that convert or distill files of the examples, each way once."""
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for line in re.findall(
            r"^ftdata (?:convert|distill) examples/.*$", page.read_text(encoding="utf-8"), re.MULTILINE
        ):
            alone = ("-o -", "--config-out", "--notes", "--model", "--price-in", "--requests in.jsonl", "--as-recipe")
            if not any(word in line for word in alone):
                yield line


@pytest.mark.parametrize("line", sorted(set(of_docs())))
def test_the_recipes_of_the_docs_commands_write_the_same(tmp_path: Path, line: str) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("recipes"))
    direct, _ = hold(tmp_path, [word for word in shlex.split(line)[1:] if word != "--force"])
    assert direct.code == 0, direct.err


def test_every_command_that_writes_examples_has_a_line() -> None:
    writing = set()
    for name, (module, _) in COMMANDS.items():
        command: click.Command = getattr(import_module(module), name.replace("-", "_"))
        if any(param.name == "as_recipe" for param in command.params):
            writing.add(name)
    assert writing == set(BASE)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("balance in.jsonl --by answer", "a recipe must write something, and this command only reports. Add --how and -o."),
        ("conflicts in.jsonl", "a recipe must write something, and this command only reports. Add --resolve and -o."),
        ("overlap in.jsonl more.jsonl", "a recipe must write something, and this command only reports. Add --remove-from and -o."),
        ("strip calls.jsonl", "a recipe must write something. Add -o OUT.jsonl."),
        ("dedupe in.jsonl -o OUT.jsonl --report dups.jsonl", "--report works only on the command line, not in a recipe. Remove it."),
        ("distill logs.jsonl -o OUT.jsonl --system Hi --model gpt-4o", "--model works only on the command line"),
        ("sample in.jsonl -o OUT.jsonl", "say which examples to take"),
    ],
)  # fmt: skip
def test_what_no_recipe_says(here: Path, line: str, told: str) -> None:
    done = ftdata(here, *shlex.split(line), "--as-recipe")
    assert done.code == 2
    assert told in done.err
    assert done.out == ""


def test_files_of_texts_stay_files_and_nothing_becomes_a_variable(here: Path) -> None:
    done = ftdata(
        here,
        *line_of("convert", "table.csv -o OUT --system @prompt.txt --user '${body} {{ body }}' --assistant queue"),
        "--as-recipe",
    )
    says, _ = parse(done.out)
    assert says["read"]["system"] == "@prompt.txt"
    assert says["read"]["user"] == "$${body} {{ body }}"
    assert says["write"] == {"to": "openai", "path": "OUT.jsonl"}


@pytest.mark.parametrize("name", ["dedupe", "convert", "split", "mix", "overlap", "conflicts", "distill"])
def test_a_command_writes_a_manifest_that_can_be_run_again(here: Path, name: str) -> None:
    line = line_of(name, BASE[name])
    assert ftdata(here, *line, "--manifest").code == 0
    done = ftdata(here, "verify", "OUT.manifest.json", "--rerun")
    assert done.code == 0, done.err
    says = manifest(here / "OUT.manifest.json")
    assert says["recipe"] == parse(ftdata(here, *line, "--as-recipe").out)[0]
    if name == "overlap":
        assert [one["path"] for one in says["inputs"]] == ["in.jsonl", "more.jsonl"]
