"""Manifests are held against the files, and against another run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import ftdata as library
from ftdata import InputError, Manifest, OutputError, Recipe, UsageError
from tests.cli.running import ftdata
from tests.recipe.making import data, manifest, table
from tests.recipe.test_running import BRANCHED, RECIPES


@pytest.fixture
def here(tmp_path: Path) -> Path:
    data(tmp_path)
    data(tmp_path, "more.jsonl", start=20)
    table(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", RECIPES)
def test_a_rerun_proves_the_bytes_of_each_run(here: Path, name: str) -> None:
    done = Recipe(RECIPES[name], folder=here).run()
    manifests = [str(one.manifest.path) for one in done if one.manifest]
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    verified = ftdata(here, "verify", *manifests, "--rerun", "--json")
    assert verified.code == 0, verified.err
    assert len(json.loads(verified.out)["verified"]) == len(manifests) == len(done)
    assert "a rerun gives the same bytes" in verified.err
    assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", ["in.jsonl", "out/train.jsonl"])
def test_a_flipped_byte_is_found(here: Path, name: str) -> None:
    Recipe(BRANCHED, folder=here).run()
    whole = bytearray((here / name).read_bytes())
    whole[len(whole) // 2] ^= 1
    (here / name).write_bytes(whole)
    done = ftdata(here, "verify", "out/train.manifest.json")
    assert done.code == 1
    assert done.err.startswith(f"differs   {Path(name)}: has other bytes: sha256 ")
    assert done.err.count("\n") == 1
    (here / name).write_bytes(whole[:-1])
    assert (
        f"has {len(whole) - 1:,} bytes, and had {len(whole):,}" in ftdata(here, "verify", "out/train.manifest.json").err
    )
    (here / name).unlink()
    assert "is not there any more" in ftdata(here, "verify", "out/train.manifest.json").err


def test_a_rerun_of_other_inputs_differs(here: Path) -> None:
    Recipe(BRANCHED, folder=here).run()
    data(here, count=70)
    done = ftdata(here, "verify", "out/train.manifest.json", "--rerun", "-q")
    assert done.code == 1
    assert [line.split(":")[0] for line in done.err.splitlines()] == [
        "differs   in.jsonl", "differs   out/train.jsonl", "differs   the account differs",
    ]  # fmt: skip
    (here / "in.jsonl").write_text("{}\n")
    assert "the run failed" in ftdata(here, "verify", "out/train.manifest.json", "--rerun", "-q").err


def test_a_folder_may_be_moved(here: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    Recipe(BRANCHED, folder=here).run()
    elsewhere = tmp_path_factory.mktemp("moved") / "there"
    shutil.move(here, elsewhere)
    done = ftdata(elsewhere.parent, "verify", "there/out/train.manifest.json", "--rerun")
    assert done.code == 0, done.err


def test_what_was_done_to_prompts_is_remembered(here: Path) -> None:
    says = {
        "read": "in.jsonl",
        "steps": [{"system": {"set": "Route.", "replace-all": True}}],
        "write": {"path": "out.jsonl", "pruning": "prompts/pruning.json"},
    }
    (here / "prompts").mkdir()
    (here / "prompts/pruning.json").write_text("mine")
    recipe = Recipe(says, folder=here)
    with pytest.raises(OutputError, match=r"pruning.json: exists already"):
        recipe.run()
    assert not (here / "out.jsonl").exists()
    shutil.rmtree(here / "prompts")
    recipe.run()
    request = {"messages": [{"role": "system", "content": "Long."}, {"role": "user", "content": "a"}]}
    pruned = library.prune(request, here / "prompts/pruning.json")
    assert pruned["messages"][0]["content"] == "Route."
    assert recipe.plan()[0]["up_to_date"]
    assert ftdata(here, "verify", "out.manifest.json", "--rerun").code == 0
    (here / "prompts/pruning.json").write_text("{}")
    assert ftdata(here, "verify", "out.manifest.json").code == 1
    assert recipe.plan()[0]["why"].endswith("pruning.json was changed")


def test_a_manifest_holds_what_it_says(here: Path) -> None:
    with (here / "in.jsonl").open("a") as file:
        file.write('{"no": "chat"}\n')
    Recipe(BRANCHED, folder=here).run()
    says = manifest(here / "out/train.manifest.json")
    assert [(one["path"], one["rows"]) for one in says["inputs"]] == [("../in.jsonl", 61)]
    (output,) = says["outputs"]
    whole = (here / "out/train.jsonl").read_bytes()
    assert (output["path"], output["rows"], output["bytes"]) == ("train.jsonl", whole.count(b"\n"), len(whole))
    assert says["rejects"]["rows"] == 1
    assert says["account"]["read"] == 61
    assert says["seeds"] == {"$.steps[1].split": 7}
    assert says["recipe"]["branches"]["valid"] is None
    assert says["recipe"]["steps"][0] == "dedupe"
    assert {"manifest", "ftdata", "python", "folder"} <= says.keys()
    assert str(here) not in json.dumps(says)


def test_the_library_writes_one_too(here: Path) -> None:
    rows = library.read(here / "in.jsonl")
    rows.dedupe().write(here / "out.jsonl", manifest=True)
    known = Manifest.load(here / "out.manifest.json")
    assert list(known.mismatches()) == []
    assert known.says["recipe"] is None
    assert known.says["steps"] == ["dedupe"]
    assert "its steps were done by a program" in ftdata(here, "verify", "out.manifest.json", "--rerun").err
    rows.dedupe().write(here / "out.jsonl", manifest=True, force=True)
    rows.split(valid=0.2).write(here / "{part}.jsonl", manifest=True)
    assert len(Manifest.load(here / "train.manifest.json").files("outputs")) == 2
    with pytest.raises(UsageError, match="a manifest stands beside a file"):
        rows.write("-", manifest=True)
    (here / "mine.manifest.json").write_text("{}")
    with pytest.raises(OutputError, match="exists already"):
        rows.write(here / "mine.jsonl", manifest=True)
    assert not (here / "mine.jsonl").exists()


def test_rows_in_memory_cannot_be_compared(tmp_path: Path) -> None:
    library.read([{"prompt": "a", "completion": "b"}]).write(tmp_path / "out.jsonl", manifest=True)
    done = ftdata(tmp_path, "verify", "out.manifest.json")
    assert done.code == 0
    assert "is not a local file, or was a stream, so it cannot be compared" in done.err


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"manifest": 1}', "\udcff", "[" * 100_000])
def test_what_is_no_manifest(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.manifest.json").write_text(text, errors="surrogateescape")
    done = ftdata(tmp_path, "verify", "a.manifest.json")
    assert done.code == 3
    assert "is not a manifest" in done.err
    with pytest.raises(InputError):
        Manifest.load(tmp_path / "b.manifest.json")


def test_a_manifest_of_another_form(here: Path) -> None:
    Recipe(RECIPES["mix"], folder=here).run()
    path = here / "mix.manifest.json"
    path.write_text(json.dumps({**manifest(path), "manifest": 99}))
    done = ftdata(here, "verify", "mix.manifest.json")
    assert done.code == 3
    assert "is a manifest of form 99, and this ftdata knows form 1" in done.err
    path.write_text(json.dumps({**manifest(path), "manifest": 1, "ftdata": "0.0.1"}))
    assert Recipe(RECIPES["mix"], folder=here).plan()[0]["why"] == "made by ftdata 0.0.1"
