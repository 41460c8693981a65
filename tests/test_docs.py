"""Docs are run: every code block of the README and the docs, every example, every docstring's."""

from __future__ import annotations

import doctest
import json
import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import jsonschema_rs
import pytest

import ftdata
from ftdata import marks
from ftdata.cli import COMMANDS
from ftdata.formats import FORMATS
from ftdata.formats.gate import gate
from ftdata.recipe.schema import schema as recipe_schema
from tests import outputs
from tests.cli.running import ftdata as run
from tests.cli.running import in_shell, there

ROOT = Path(__file__).parent.parent
RULES = "reference/rules/index.md"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: Path, language: str) -> list[str]:
    return [code for kind, code in BLOCK.findall(page.read_text(encoding="utf-8")) if kind == language]


def with_blocks(language: str) -> list[Path]:
    return [page for page in PAGES if blocks(page, language)]


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    return tmp_path


@pytest.mark.parametrize("page", with_blocks("python"), ids=name)
def test_python_blocks_run_one_after_another(page: Path, checkout: Path) -> None:
    code = compile("\n".join(blocks(page, "python")), name(page), "exec")
    with there(checkout, "") as (_, err):
        exec(code, {"__name__": "__main__"})
    assert err.getvalue() == b""


def runnable(block: str) -> list[str]:
    """The lines of a shell block that use ftdata; what sets up an environment is what this test runs in."""
    lines = [line.split("pip install . && ")[-1] for line in block.splitlines()]
    return [line for line in lines if line.startswith("ftdata ") and "..." not in line]


def lines_of(page: Path) -> list[str]:
    lines = [line for block in blocks(page, "sh") for line in runnable(block)]
    assert lines or "pip install" in page.read_text(encoding="utf-8") or "FILE..." in page.read_text(encoding="utf-8")
    return lines


@pytest.mark.skipif(os.name == "nt", reason="the blocks are for a POSIX shell")
@pytest.mark.parametrize("page", with_blocks("sh"), ids=name)
def test_shell_blocks_run_one_after_another_and_print_what_is_shown(page: Path, checkout: Path) -> None:
    text = page.read_text(encoding="utf-8")
    lines_of(page)  # a page shows commands that can be run
    said = {block: printed(checkout, runnable(block)) for block in blocks(page, "sh")}
    if os.environ.get("UPDATE_GOLDEN"):
        page.write_text(outputs.shown_in(text, said, every=page.parent != ROOT), encoding="utf-8")
    for block, shown in outputs.of(text):
        assert outputs.agree(shown, said[block]), f"{block}\n{said[block]}"


def printed(checkout: Path, lines: list[str]) -> str:
    """What the commands of a block print, one after another."""
    said = ""
    for line in lines:
        for output in re.findall(r"(?:-o|--into) '?([^\s='{]+\.\w+)", line):
            (checkout / output).unlink(missing_ok=True)
        done = in_shell(checkout, line)
        assert done.code == 0, f"{line}\n{done.err}"
        said += done.out + done.err
    return said


@pytest.mark.process
@pytest.mark.skipif(os.name == "nt", reason="the blocks are for a POSIX shell")
def test_the_readme_runs_as_it_would_be_typed(checkout: Path) -> None:
    # The command as the installed script would be found, though pytest may not run from an activated environment.
    script = "\n".join(['ftdata() { "$PYTHON" -m ftdata "$@"; }', "set -e", *lines_of(ROOT / "README.md")])
    done = subprocess.run(
        ["bash", "-c", script], cwd=checkout, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHON": sys.executable},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    code = "\n".join(blocks(ROOT / "README.md", "python"))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=checkout, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


MODULES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted((ROOT / "ftdata").rglob("*.py"))
    if ">>>" in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("module", MODULES)
def test_docstrings_tell_the_truth(module: str) -> None:
    result = doctest.testmod(import_module(module))
    assert result.attempted > 0
    assert result.failed == 0


def test_every_public_name_command_and_format_is_documented() -> None:
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for public in ftdata.__all__:
        assert f"ftdata.{public}" in text, public
    for command in COMMANDS:
        assert f"ftdata {command}" in text, command
    for known in FORMATS:
        assert f"`{known}`" in text, known


def test_the_pages_are_all_in_the_navigation() -> None:
    listed = re.findall(r"[\w/-]+\.md", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    there = (str(page.relative_to(ROOT / "docs")) for page in PAGES[1:])
    # Rules are listed by their index: there are too many of them for a navigation.
    assert sorted(listed) == sorted(
        path for path in there if path == RULES or not path.startswith(Path(RULES).parent.as_posix())
    )


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{name(page)}: {target}"


def test_the_readme_opens_with_the_two_commands() -> None:
    commands = [block.strip() for block in blocks(ROOT / "README.md", "sh")]
    install = "python3 -m venv .venv && . .venv/bin/activate && pip install "
    assert commands[0].startswith(install + ". && ftdata convert examples/tickets.csv -o train.jsonl")
    assert commands[1] == "ftdata head train.jsonl"
    assert commands[-1] == install + "'.[dev]' && pytest"


@pytest.mark.parametrize("script", sorted((ROOT / "examples").glob("*.py")), ids=name)
def test_examples_run(script: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    with there(tmp_path, str(script), str(output)) as (_, err):
        runpy.run_path(str(script), run_name="__main__")
    assert err.getvalue() == b""
    assert output.read_bytes().count(b"\n") > 10


FOLDERS = sorted(path.parent for path in (ROOT / "examples").glob("*/mapping.yaml"))


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_command_files_of_the_examples_run(folder: Path, tmp_path: Path) -> None:
    here = tmp_path / folder.name
    shutil.copytree(folder, here)
    commands = [shlex.split(line) for line in (here / "convert.sh").read_text(encoding="utf-8").splitlines()]
    assert all(command[0] == "ftdata" for command in commands)
    for _, *args in commands:
        done = run(here, *args)
        assert done.code == 0, done.err
    examples = [json.loads(line) for line in (here / "train.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(examples) >= 10, "OpenAI trains on ten examples or more"
    for example in examples:
        gate(example)


@pytest.mark.parametrize("page", with_blocks("yaml"), ids=name)
def test_mappings_of_the_docs_can_be_read(page: Path, checkout: Path) -> None:
    for block in blocks(page, "yaml"):
        path = checkout / "examples" / "weather" / "shown.yaml"
        path.write_text(block, encoding="utf-8")
        ftdata.Mapping.load(path)


@pytest.mark.parametrize(
    "page", [page for page in with_blocks("yml") if "read:" in page.read_text(encoding="utf-8")], ids=name
)
def test_recipes_of_the_docs_can_be_planned(page: Path, checkout: Path) -> None:
    recipes = [block for block in blocks(page, "yml") if "read:" in block]
    for block in recipes:
        (checkout / "shown.yaml").write_text(block, encoding="utf-8")
        assert ftdata.Recipe.load(checkout / "shown.yaml").plan()
    assert recipes


@pytest.mark.parametrize("path", sorted((ROOT / "examples" / "recipes").glob("*.yaml")), ids=name)
def test_recipes_of_the_examples_run_and_are_verified(path: Path, checkout: Path) -> None:
    done = run(checkout, "run", f"examples/recipes/{path.name}", "--json")
    assert done.code == 0, done.err
    runs = json.loads(done.out)["runs"]
    assert all(one["done"] for one in runs)
    verified = run(checkout, "verify", *(one["manifest"] for one in runs), "--rerun")
    assert verified.code == 0, verified.err
    says, _ = marks.load(path)
    schema_says = jsonschema_rs.validator_for(recipe_schema())
    assert not [error.message for error in schema_says.iter_errors(says)]
    for one in runs:
        for written in one["writes"]:
            if written.endswith(".openai.jsonl"):
                assert run(checkout, "check", written).code == 0


def test_the_published_schema_is_what_the_command_prints() -> None:
    published = json.loads((ROOT / "docs" / "recipe.schema.json").read_text(encoding="utf-8"))
    assert published == recipe_schema(), "ftdata run --schema > docs/recipe.schema.json writes it"


def test_the_examples_show_what_they_say() -> None:
    made = {}
    for folder in FOLDERS:
        (table,) = [path for path in folder.iterdir() if path.suffix in (".csv", ".jsonl") and path.stem != "train"]
        made[folder.name] = ftdata.read(table).to_chat(folder / "mapping.yaml").head(2)
    assert [turn.get("weight") for turn in made["marv"][1]["messages"]] == [None, None, 0, None, 1]
    assert json.loads(made["headlines"][0]["messages"][-1]["content"])["player"] == "Okafor"
    assert [turn["role"] for turn in made["bookshop"][0]["messages"]] == [
        "system", "user", "assistant", "user", "assistant",
    ]  # fmt: skip
    call = made["weather"][0]["messages"][2]["tool_calls"][0]
    assert made["weather"][0]["messages"][3]["tool_call_id"] == call["id"]
    assert set(made) == {"marv", "headlines", "bookshop", "weather"}
