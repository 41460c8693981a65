"""What commands print with --json is what the published schemas say, and errors are JSON too."""

from __future__ import annotations

import json
import os
import shutil
import threading
from functools import cache
from pathlib import Path
from typing import Any

import click
import jsonschema_rs
import pytest

import ftdata as library
from ftdata.cli import COMMANDS, Terminated
from ftdata.cli import ftdata as group
from ftdata.errors import (
    FtdataError,
    InputError,
    InternalError,
    MissingPackageError,
    OutputError,
    RecipeError,
    RowError,
    ServiceError,
    StepError,
    UnknownFormatError,
    UsageError,
)
from ftdata.findings import EmptyOutputError, Finding, FindingsError, Origin, RejectedRows, Severity, Tally
from ftdata.schemas import SCHEMAS, OutputSchema
from tests.cli.running import Done, ftdata
from tests.cli.test_matrix import FILES, MODES, ONLINE, there_is_a_service
from tests.fuzz.options import commands
from tests.tokens.tiny import TINY
from tests.view.unserved import unserved

PUBLISHED = Path(__file__).parents[2] / "docs" / "schemas"

OF_MODE = {
    "head first": "", "head line": "",  # rows, as the file has them
    "strip savings": "savings", "models one": "model", "jobs all": "jobs", "jobs one": "job-state", "jobs watched": "",
    "submit rehearsal": "job", "explain one": "rule", "formats one": "formats", "schema all": "schemas",
    "schema one": "", "example list": "examples", "example one": "examples",
}  # fmt: skip
"""By command and mode: the schema, where it is not the command's own; empty for what is no output of ours."""


@cache
def validator(name: str) -> Any:
    return jsonschema_rs.validator_for(SCHEMAS[name].to_dict())


def own_schema(command: str) -> OutputSchema | None:
    """The schema that names a command as one that prints it, with nothing beside."""
    return next((one for one in SCHEMAS.values() if command in one.commands), None)


def refused(name: str, value: Any) -> list[str]:
    return [f"{error.instance_path}: {error.message}" for error in validator(name).iter_errors(value)]


def documents(name: str, text: str) -> list[Any]:
    """What is printed: one document, or one a line."""
    try:
        return [json.loads(text)]
    except ValueError:
        return [json.loads(line) for line in text.splitlines()]


def filled(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("name, mode", [(name, mode) for name, modes in MODES.items() for mode in modes])
def test_what_is_printed_is_what_the_schema_says(tmp_path: Path, name: str, mode: str) -> None:
    options = {str(one.name) for one in commands()[name].params}
    if not options & {"json", "as_json", "as_json_"}:
        assert name in SILENT
        return
    with there_is_a_service(name), unserved():
        done = ftdata(filled(tmp_path / "run"), name, *MODES[name][mode].split(), "--json")
    own = own_schema(name)
    schema = OF_MODE.get(f"{name} {mode}", own.name if own else name)
    assert done.code in (0, 1), done.err
    # The page of `view` is not open in here: what follows its address is what the page would ask for.
    for value in documents(name, done.out.splitlines()[0] if name == "view" else done.out):
        assert not schema or not refused(schema, value)


SILENT = ("mcp", "skill", "completion", "man")
"""Commands whose output is no report: a protocol, pages and scripts."""

MORE: list[tuple[str, str]] = [
    ("plan", "run recipe.yaml --plan"),
    ("run", "run recipe.yaml --dry-run"),
    ("layouts", "formats --layouts"),
    ("rendered", f"head train.jsonl --tokenizer {TINY} --template chatml"),
    ("write", "filter in.jsonl --where score -o out.jsonl --dry-run"),
    ("write", "check in.jsonl --fix -o out.jsonl --dry-run"),
    ("convert", "convert in.jsonl old.jsonl -o out.jsonl --from openai"),
    ("upload", "upload train.jsonl --dry-run"),
    ("examples", "example logs --dry-run"),
    ("delete-model", "delete-model ft:gpt-4.1-mini:org::1 --dry-run"),
    ("job", "job train.jsonl --model Qwen3-8B --for together"),
    ("look", "look old.jsonl"),
    ("look", "look calls.jsonl"),
    ("stats", "stats old.jsonl"),
    ("stats", "stats in.jsonl --model gpt-4.1-mini --for azure --limit 100"),
    ("places", "places old.jsonl"),
    ("places", "places train.jsonl --for trl,openai"),
    ("metrics", "metrics results.csv --data train.jsonl"),
    ("compare", "compare in.jsonl in.jsonl --by answer"),
    ("split", "split in.jsonl --into a.jsonl --into b.jsonl=0.5 --stratify answer"),
    ("requests", "requests train.jsonl --model gpt-4.1 --max-tokens 5 --price-in 1 --price-out 2"),
    ("model", "models Qwen3-8B --for together"),
    ("distill", "distill in.jsonl -o out.jsonl --system Kind --model gpt-4.1-mini --for openai"),
]


@pytest.mark.parametrize("schema, line", MORE, ids=[line for _, line in MORE])
def test_more_ways_of_printing(tmp_path: Path, schema: str, line: str) -> None:
    if "--tokenizer" in line:
        pytest.importorskip("tokenizers")
    done = ftdata(filled(tmp_path / "run"), *line.split(), "--json")
    values = documents(line, done.out)
    assert values, done.err
    for value in values:
        assert not refused(schema, value), done.err


def test_files_beside_outputs(tmp_path: Path) -> None:
    here = filled(tmp_path / "run")
    (here / "bad.jsonl").write_text(FILES["in.jsonl"] + '{"messages": 1}\n', encoding="utf-8")
    assert ftdata(here, "convert", "bad.jsonl", "-o", "out.jsonl", "--manifest").code == 1
    for line in (here / "out.rejects.jsonl").read_text(encoding="utf-8").splitlines():
        assert not refused("reject", json.loads(line))
    assert not refused("manifest", json.loads((here / "out.manifest.json").read_text(encoding="utf-8")))
    recipe = "read: in.jsonl\nwrite: o.jsonl\ncheck: {}\nstats: {}\nsteps:\n- sample: {n: 3, seed: 7}\n"
    (here / "recipe.yaml").write_text(recipe, encoding="utf-8")
    done = ftdata(here, "run", "recipe.yaml", "--json")
    assert not refused("run", json.loads(done.out))
    assert not refused("manifest", json.loads((here / "o.manifest.json").read_text(encoding="utf-8")))
    library.read(here / "in.jsonl").dedupe().write(here / "p.jsonl", manifest=True)
    assert not refused("manifest", json.loads((here / "p.manifest.json").read_text(encoding="utf-8")))


# -- the published files ----------------------------------------------------------------------------------------------


def test_the_published_schemas_are_the_declarations() -> None:
    """UPDATE_GOLDEN=1 writes them anew."""
    made = {one.file: json.dumps(one.to_dict(), ensure_ascii=False, indent=2) + "\n" for one in SCHEMAS.values()}
    if os.environ.get("UPDATE_GOLDEN"):
        PUBLISHED.mkdir(exist_ok=True)
        for name, text in made.items():
            (PUBLISHED / name).write_text(text, encoding="utf-8")
    assert {path.name: path.read_text(encoding="utf-8") for path in PUBLISHED.glob("*.json")} == made


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one_and_refuses_what_is_not_declared(name: str) -> None:
    one = SCHEMAS[name]
    jsonschema_rs.meta.validate(one.to_dict())
    assert one.to_dict()["$id"].endswith(f"/{name}-{one.version}.schema.json")
    assert refused(name, "no report")
    assert one.commands


def test_every_command_that_prints_json_has_a_schema() -> None:
    said = {words.split()[0] for one in SCHEMAS.values() for words in one.commands}
    printing = {
        name for name, one in commands().items() if {"json", "as_json", "as_json_"} & {p.name for p in one.params}
    }
    assert printing - said <= {"head"}
    assert printing | set(SILENT) >= COMMANDS.keys()


def test_schemas_on_the_command_line(tmp_path: Path) -> None:
    listed = ftdata(tmp_path, "schema").out
    assert all(f"{name} " in listed for name in SCHEMAS)
    assert json.loads(ftdata(tmp_path, "schema", "check").out) == SCHEMAS["check"].to_dict()
    unknown = ftdata(tmp_path, "schema", "chek")
    assert (unknown.code, 'Did you mean "check"?' in unknown.err) == (2, True)


# -- errors -----------------------------------------------------------------------------------------------------------

FOUND = Finding(
    "weight", Severity.ERROR, "a weight of 2", Origin("a.jsonl", 3), "$.messages[0].weight", "Write 0 or 1."
)
FAILED = Tally(read=1)
FAILED.rejected["x", "a bug"] += 1
ERRORS: list[tuple[BaseException, str, int]] = [
    (UsageError("no", hint="Do."), "usage", 2),
    (click.UsageError("no"), "usage", 2),
    (click.BadParameter("no", param_hint="--x"), "usage", 2),
    (RecipeError("no"), "recipe", 2),
    (UnknownFormatError("no"), "format", 2),
    (MissingPackageError("reading .x", "x", "excel"), "package", 2),
    (OutputError("exists already", path="a.jsonl"), "exists", 2),
    (OutputError("cannot be written", path="a.jsonl"), "output", 3),
    (InputError("cannot be read", path="a.jsonl", line=3, json_path="$.x"), "input", 3),
    (RowError("is none"), "row", 1),
    (StepError("failed"), "step", 1),
    (RejectedRows("too many", tally=FAILED, first=()), "rejects", 1),
    (EmptyOutputError("nothing"), "empty", 1),
    (FindingsError("errors", findings=(FOUND,)), "findings", 1),
    (ServiceError("no", status=429, code="rate_limit"), "service", 3),
    (InternalError("a bug in ftdata"), "bug", 4),
    (OSError(28, "No space left on device"), "output", 3),
    (PermissionError(13, "Permission denied", "a.jsonl"), "output", 3),
    (MemoryError(), "system", 3),
    (RecursionError(), "system", 3),
    (FtdataError("no"), "system", 3),
    (ZeroDivisionError("division by zero"), "bug", 4),
    (KeyboardInterrupt(), "interrupted", 130),
    (click.Abort(), "interrupted", 130),
    (Terminated(), "terminated", 143),
]


def is_one_error(done: Done, kind: str, code: int) -> dict[str, Any]:
    (line,) = done.out.splitlines()
    value: dict[str, Any] = json.loads(line)
    assert not refused("error", value)
    assert (value["error"]["kind"], value["error"]["exit_code"], done.code) == (kind, code, code)
    assert done.err, "people are told too"
    return dict(value["error"])


def printing_json() -> list[str]:
    return [name for name in COMMANDS if name not in SILENT]


@pytest.mark.parametrize("name", printing_json())
def test_every_error_of_every_command_is_json(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for error, kind, code in ERRORS:

        def raise_it(ctx: click.Context, error: BaseException = error) -> None:
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(group, "invoke", raise_it)
            # Threads of other tests in this process are none that an interrupted command would wait for.
            patch.setattr(threading, "active_count", lambda: 1)
            is_one_error(ftdata(tmp_path, name, "--json"), kind, code)
            assert ftdata(tmp_path, name).out == ""


@pytest.mark.parametrize("name", printing_json())
def test_what_cannot_be_parsed_is_json_too(tmp_path: Path, name: str) -> None:
    found = is_one_error(ftdata(tmp_path, name, "--no-such-option", "--json"), "usage", 2)
    assert "--no-such-option" in found["message"]


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in printing_json()
        if any(one.metavar == "FILE..." for one in commands()[name].params) and name not in ONLINE
    ],
)
def test_a_file_that_is_not_there(tmp_path: Path, name: str) -> None:
    line = [word if word not in FILES else "none.jsonl" for word in MODES[name][next(iter(MODES[name]))].split()]
    done = ftdata(tmp_path, name, *line, "--json")
    found = is_one_error(done, "input", 3)
    assert found["path"] == "none.jsonl"


@pytest.mark.parametrize(
    "words", [["chck", "--json"], ["check", "--output-format", "json"], ["check", "--output-format=json"]]
)
def test_where_json_is_asked_for(tmp_path: Path, words: list[str]) -> None:
    is_one_error(ftdata(tmp_path, *words), "usage", 2)
    assert ftdata(tmp_path, "check", "--", "--json").out == ""


def test_where_the_examples_go_to_stdout_the_error_goes_to_stderr(tmp_path: Path) -> None:
    done = ftdata(tmp_path, "convert", "none.jsonl", "-o", "-", "--json")
    assert (done.out, done.code) == ("", 3)
    told = [json.loads(line) for line in done.err.splitlines() if line.startswith("{")]
    assert [not refused("error", one) for one in told] == [True]


def test_too_many_rejects_carry_the_account(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text("{}\n", encoding="utf-8")
    done = ftdata(tmp_path, "convert", "in.jsonl", "--from", "openai", "-o", "o.jsonl", "--max-rejects", "0", "--json")
    assert is_one_error(done, "rejects", 1)["tally"]["read"] == 1


def test_a_broken_row_among_rows(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"messages": []}\n{"a": \n', encoding="utf-8")
    done = ftdata(tmp_path, "head", "in.jsonl", "--json")
    row, error = map(json.loads, done.out.splitlines())
    assert (row, done.code) == ({"messages": []}, 1)
    assert not refused("error", error)
    assert (error["error"]["path"], error["error"]["line"]) == ("in.jsonl", 2)
