"""Recipes are run: the same bytes each time, and only what is not up to date."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

import ftdata as library
from ftdata import OutputError, Recipe, UsageError
from tests.cli.running import ftdata
from tests.recipe.making import data, manifest, table, written

BRANCHED: dict[str, Any] = {
    "vars": {"seed": 7},
    "read": {"files": "in.jsonl"},
    "steps": ["dedupe", {"split": {"into": {"train": "rest", "valid": 0.2}, "seed": "${seed}"}}],
    "branches": {
        "train": {"steps": [{"balance": {"by": "answer", "how": "under"}}], "write": "out/train.jsonl"},
        "valid": "out/valid.jsonl",
    },
}
RECIPES: dict[str, dict[str, Any]] = {
    "branched": BRANCHED,
    "split": {**BRANCHED, "branches": {"train": "train.jsonl", "valid": {"write": {"path": "valid.jsonl"}}}},
    "several": {
        "read": ["in.jsonl", {"files": "tickets.csv", "user": "body", "assistant": "queue"}],
        "steps": [{"text": {"white-space": True}}, "redact", {"sample": {"shuffle": True, "seed": 3}}],
        "write": [{"path": "all.jsonl", "to": "openai"}, {"path": "all-{n}.jsonl.gz", "max-rows": 20, "to": "alpaca"}],
    },
    "mix": {
        "read": [{"files": "in.jsonl", "share": 0.7}, {"files": "more.jsonl", "share": 0.3}],
        "mix": {"seed": 5},
        "steps": [{"conflicts": {"resolve": "majority"}}],
        "write": "mix.jsonl",
    },
    "fork": {
        "read": "in.jsonl",
        "steps": [{"overlap": {"other": "more.jsonl"}}],
        "branches": {"short": {"steps": [{"sample": {"first": 5}}], "write": "short.jsonl"}, "all": "whole.jsonl"},
    },
}  # fmt: skip


@pytest.fixture
def here(tmp_path: Path) -> Path:
    data(tmp_path)
    data(tmp_path, "more.jsonl", start=20)
    table(tmp_path)
    return tmp_path


def outputs(folder: Path) -> dict[str, bytes]:
    made = ("in.jsonl", "more.jsonl", "tickets.csv", "recipe.yaml")
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in made]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.process
@pytest.mark.parametrize("name", ["branched", "several", "mix"])
def test_a_rerun_gives_the_same_bytes_with_any_number_of_workers(here: Path, name: str) -> None:
    recipe = Recipe(RECIPES[name], folder=here)
    found = []
    for workers in (1, 2, 8):
        done = recipe.run(force=True, workers=workers)
        assert all(one.result is not None and one.result.tally.written for one in done)
        found.append(outputs(here))
    assert found[0] == found[1] == found[2]
    assert any(path.endswith(".manifest.json") for path in found[0])


@pytest.mark.parametrize("name", RECIPES)
def test_a_second_run_does_nothing(here: Path, name: str) -> None:
    path = written(here, RECIPES[name])
    first = ftdata(here, "run", str(path))
    assert first.code == 0, first.err
    before = {path: path.stat().st_mtime_ns for path in here.rglob("*")}
    second = ftdata(here, "run", str(path), "--plan")
    assert (second.code, second.err) == (0, "")
    assert "to do" not in second.out
    third = ftdata(here, "run", str(path))
    assert third.code == 0
    assert all(line.startswith("up to date") for line in third.err.splitlines())
    assert {path: path.stat().st_mtime_ns for path in here.rglob("*")} == before


def test_what_changed_is_run_again_and_nothing_else(here: Path) -> None:
    Recipe(BRANCHED, folder=here).run()
    before = outputs(here)
    balance = {"balance": {"by": "answer", "how": "over"}}
    train = {"steps": [balance], "write": "out/train.jsonl"}
    changed = Recipe({**BRANCHED, "branches": {**BRANCHED["branches"], "train": train}}, folder=here)
    assert [one["why"] for one in changed.plan()] == ["its steps or options changed", ""]
    done = changed.run()
    assert [one.result is not None for one in done] == [True, False]
    after = outputs(here)
    assert {name for name in before if before[name] != after[name]} == {"out/train.jsonl", "out/train.manifest.json"}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda here: data(here, count=61), "in.jsonl changed"),
        (lambda here: (here / "out/valid.jsonl").unlink(), "out/valid.jsonl is gone"),
        (lambda here: (here / "out/valid.jsonl").write_text("{}\n"), "out/valid.jsonl was changed"),
        (lambda here: (here / "out/valid.manifest.json").unlink(), "out/valid.jsonl has no manifest"),
        (lambda here: (here / "out/valid.manifest.json").write_text("[]"), "out/valid.jsonl has no manifest"),
    ],
)  # fmt: skip
def test_why_a_run_is_to_do(here: Path, change: Any, why: str) -> None:
    written(here, BRANCHED)
    assert ftdata(here, "run").code == 0
    change(here)
    assert f"to do     {why}" in ftdata(here, "run", "--plan").out


def test_what_no_run_wrote_is_replaced_only_by_force(here: Path) -> None:
    recipe = Recipe(BRANCHED, folder=here)
    recipe.run()
    (here / "out/valid.jsonl").write_text("mine\n")
    with pytest.raises(OutputError, match="exists already"):
        recipe.run()
    assert (here / "out/valid.jsonl").read_text() == "mine\n"
    recipe.run(force=True)
    assert recipe.plan()[1]["up_to_date"]


def test_files_that_options_name_are_inputs(here: Path) -> None:
    (here / "prompt.txt").write_text("Route it.")
    (here / "rules.yaml").write_text("- pattern: .*\n  short: Route.\n")
    says = {
        "read": {"files": "tickets.csv", "user": "body", "assistant": "queue", "system": "@prompt.txt"},
        "steps": [{"system": {"shorten": "rules.yaml"}}],
        "write": "out.jsonl",
    }
    recipe = Recipe(says, folder=here)
    recipe.run()
    assert '"content":"Route."' in (here / "out.jsonl").read_text()
    assert [one["path"] for one in manifest(here / "out.manifest.json")["inputs"]] == [
        "tickets.csv", "prompt.txt", "rules.yaml",
    ]  # fmt: skip
    (here / "rules.yaml").write_text("- pattern: .*\n  short: Go.\n")
    assert recipe.plan()[0]["why"].endswith("rules.yaml changed")


def test_images_and_tools_of_a_mapping_are_inputs(here: Path) -> None:
    (here / "images").mkdir()
    (here / "images" / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n1")
    (here / "tools.json").write_text(
        '[{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}]'
    )
    (here / "rows.csv").write_text("file,body,queue\na.png,b,c\n")
    (here / "map.yaml").write_text(
        'images_dir: images\ntools: "@tools.json"\nmessages:\n  - role: user\n    content: [{text: body}, {image: file}]\n'
        "  - {role: assistant, content: queue}\n"
    )
    recipe = Recipe({"read": {"files": "rows.csv", "map": "map.yaml"}, "write": "out.jsonl"}, folder=here)
    recipe.run()
    assert {one["path"] for one in manifest(here / "out.manifest.json")["inputs"]} == {
        "rows.csv", "map.yaml", "tools.json", "images/a.png",
    }  # fmt: skip
    (here / "images" / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n2")
    assert recipe.plan()[0]["why"].endswith("a.png changed")


JUDGED: dict[str, Any] = {
    "read": "in.jsonl",
    "steps": [{"split": {"into": {"train": "rest", "valid": 0.2}}}],
    "branches": {
        "train": {"write": {"path": "train.jsonl", "to": "openai"}, "check": {"for": "openai", "fail-on": "info"}, "stats": "gpt-4.1-mini"},
        "valid": {"write": {"path": "valid.jsonl", "to": "openai"}, "check": {"ignore": ["few-examples", "too-few-examples"]}},
    },
}  # fmt: skip


def test_what_is_written_is_checked_and_its_tokens_counted(here: Path) -> None:
    path = written(here, JUDGED)
    done = ftdata(here, "run", "--json")
    assert done.code == 1, "there is a finding of severity info"
    assert "checked" in done.err
    assert "tokens of o200k_base" in done.err
    (run,) = json.loads(done.out)["runs"]
    assert run["judged"] == manifest(here / "train.manifest.json")["judged"]
    train, valid = run["judged"]["train.jsonl"], run["judged"]["valid.jsonl"]
    assert train["checked"]["bad"] == sum(train["checked"]["findings"].values()) > 0
    assert valid["checked"]["bad"] == 0
    stats = library.read(here / "train.jsonl").stats("gpt-4.1-mini").to_dict()
    assert train["tokens"]["tokens"] == stats["tokens"]
    again = ftdata(here, "run")
    assert (again.code, again.err) == (1, "up to date train.jsonl, valid.jsonl\n")
    assert ftdata(here, "verify", "train.manifest.json", "--rerun").code == 0
    branch = {**JUDGED["branches"]["train"], "check": "openai"}
    written(here, {**JUDGED, "branches": {**JUDGED["branches"], "train": branch}}, path.name)
    assert ftdata(here, "run").code == 0


def test_what_is_not_written_is_not_checked() -> None:
    with pytest.raises(library.RecipeError, match="check looks at what is written, which needs write"):
        Recipe({**JUDGED, "check": "openai"})
    with pytest.raises(library.RecipeError, match=r"\$.check.for: expected text; got 3"):
        Recipe({"read": "in.jsonl", "write": "o.jsonl", "check": {"for": 3}})


def test_mappings_and_rules_may_stand_in_the_recipe(here: Path) -> None:
    (here / "tools.json").write_text(
        '[{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}]'
    )
    turns = [{"role": "user", "content": "body"}, {"role": "assistant", "content": "queue"}]
    says = {
        "read": {"files": "tickets.csv", "map": {"tools": "@tools.json", "messages": turns}},
        "steps": [
            {"system": {"add": "Long."}},
            {"system": {"shorten": [{"prompt": "Long.", "short": "S."}]}},
            {"filter": {"refusals": ["acc"]}},
        ],
        "write": "out.jsonl",
    }
    assert Recipe(says, folder=here).run()[0].clean
    rows = [json.loads(line) for line in (here / "out.jsonl").read_text().splitlines()]
    assert rows[0]["messages"][0] == {"role": "system", "content": "S."}
    assert rows[0]["tools"][0]["function"]["name"] == "f"
    assert {row["messages"][-1]["content"] for row in rows} == {"billing", "delivery"}
    assert [one["path"] for one in manifest(here / "out.manifest.json")["inputs"]] == ["tickets.csv", "tools.json"]
    broken = {**says, "read": {"files": "tickets.csv", "map": {"messages": [{"role": "usr", "content": "body"}]}}}
    path = written(here, broken)
    done = ftdata(here, "run", path.name)
    assert done.code == 2
    assert done.err.startswith("error: recipe.yaml:")
    assert "$.messages[0].role" in done.err


def test_a_stream_is_read_once_for_several_runs(here: Path) -> None:
    written(here, {"read": "-", "steps": ["dedupe"], "write": ["a.jsonl", {"path": "b.jsonl", "to": "alpaca"}]})
    done = ftdata(here, "run", stdin=(here / "in.jsonl").read_bytes())
    assert done.code == 0, done.err
    assert (here / "a.jsonl").read_text().count("\n") == (here / "b.jsonl").read_text().count("\n") == 55


def test_a_source_that_is_gathered_stands_alone(here: Path) -> None:
    (here / "messages.csv").write_text("id,role,content\n1,user,a\n1,assistant,b\n")
    gathered = {"files": "messages.csv", "group-by": "id"}
    recipe = Recipe({"read": [gathered, {"files": "in.jsonl"}], "write": "out.jsonl"}, folder=here)
    with pytest.raises(UsageError, match=r"\$.read\[0\]: the rows of this source must meet one another first"):
        recipe.run()
    assert Recipe({"read": gathered, "write": "out.jsonl"}, folder=here).run()[0].clean


def test_options_of_prompts_and_completions_are_refused_elsewhere(here: Path) -> None:
    recipe = Recipe({"read": {"files": "in.jsonl", "unescape": True}, "write": "out.jsonl"}, folder=here)
    with pytest.raises(UsageError, match="unescape is for rows of prompt and completion"):
        recipe.plan()


def test_a_recipe_finds_its_files_from_anywhere(here: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    path = written(here, BRANCHED)
    assert ftdata(here, "run", "recipe.yaml").code == 0
    before = outputs(here)
    done = ftdata(elsewhere, "run", os.path.relpath(path, elsewhere), "--force")
    assert done.code == 0, done.err
    assert outputs(here) == before
    assert not list(elsewhere.iterdir())


def test_the_datasets_of_a_recipe_can_be_looked_at(here: Path) -> None:
    recipe = Recipe(BRANCHED, folder=here)
    direct = library.read(here / "in.jsonl").dedupe()
    assert recipe.dataset().count() == direct.count()
    assert recipe.dataset("valid").count() == direct.split(valid=0.2, seed=7).valid.count()
    assert not (here / "out").exists()
    with pytest.raises(KeyError):
        recipe.dataset("nothing")


def test_values_are_set_when_it_is_run(here: Path) -> None:
    written(here, BRANCHED)
    assert ftdata(here, "run", "--set", "seed=8").code == 0
    assert manifest(here / "out/train.manifest.json")["seeds"] == {"$.steps[1].split": 8}
    assert "to do" in ftdata(here, "run", "--plan").out
    assert "to do" not in ftdata(here, "run", "--plan", "--set", "seed=8").out
    done = ftdata(here, "run", "--set", "sed=8")
    assert (done.code, done.err) == (
        2, 'error: the recipe has no variable "sed". Did you mean "seed"?\n',
    )  # fmt: skip
    assert ftdata(here, "run", "--set", "seed").code == 2
    assert ftdata(here, "run", "--set", "seed=1", "--set", "seed=2").code == 2


def test_a_recipe_in_pyproject(here: Path) -> None:
    (here / "pyproject.toml").write_text(
        '[tool.ftdata]\nread = "in.jsonl"\nsteps = ["dedupe", {filter = {where = "answer == \'billing\'"}}]\nwrite = "out.jsonl"\n'
    )
    done = ftdata(here, "run")
    assert done.code == 0, done.err
    assert (here / "out.jsonl").read_text().count('"content":"billing"') > 5
    (here / "pyproject.toml").write_text("[tool.other]\n")
    assert "has no table [tool.ftdata]" in ftdata(here, "run").err
    (here / "pyproject.toml").unlink()
    assert "there is no recipe here" in ftdata(here, "run").err


def test_rejects_end_a_run_with_1_also_when_it_is_up_to_date(here: Path) -> None:
    with (here / "in.jsonl").open("a") as file:
        file.write("{broken\n")
    written(here, {"read": "in.jsonl", "write": "out.jsonl"})
    assert [ftdata(here, "run").code for _ in range(2)] == [1, 1]
    assert (here / "out.rejects.jsonl").is_file()
    written(here, {"read": "in.jsonl", "write": {"path": "out.jsonl", "max-rejects": "10%"}})
    assert [ftdata(here, "run").code for _ in range(2)] == [0, 0]
    written(here, {"read": "in.jsonl", "write": {"path": "out.jsonl", "max-rejects": 0}})
    assert ftdata(here, "run").code == 1
    nothing = {"read": "in.jsonl", "steps": [{"filter": {"where": "answer == 'none'"}}], "write": "none.jsonl"}
    written(here, nothing)
    assert ftdata(here, "run").code == 1
    assert not (here / "none.manifest.json").exists()


def test_two_outputs_are_not_one_file_and_none_is_an_input(here: Path) -> None:
    for write in (["out.jsonl", "out.jsonl"], "in.jsonl", ["out.jsonl", "out.manifest.json"]):
        recipe = Recipe({"read": "in.jsonl", "write": write}, folder=here)
        with pytest.raises(UsageError):
            recipe.run(force=True)
    assert not (here / "out.jsonl").exists()


def test_to_stdout(here: Path) -> None:
    written(here, {"read": "in.jsonl", "steps": [{"sample": {"first": 2}}], "write": "-"})
    done = ftdata(here, "run", "-q")
    assert done.code == 0
    assert done.out.count("\n") == 2
    assert "it goes to stdout" in ftdata(here, "run", "--plan").out
