"""A recipe that cannot be meant: every problem at once, each with its line and column and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ftdata import Recipe, RecipeError, UsageError
from tests.cli.running import ftdata
from tests.recipe.making import data, table

BROKEN = {
    "names": (
        """\
read:
  file: in.jsonl
  max-record: 3 stones
step:
  - dedupe
steps:
  - dedup: {near: 0.85}
  - dedupe: {nere: 0.85}
write: {path: out.jsonl, too: openai, force: true}
""",
        """\
error: 8 things are wrong:
recipe.yaml:1:1: $.read: read needs files. The files: a path, a pattern, a folder or a URL, or several of them.
recipe.yaml:2:3: $.read.file: unknown option "file". Did you mean "files"?
recipe.yaml:3:3: $.read.max-record: '3 stones' is not a size: write 500MB, 2GiB or a number of bytes
recipe.yaml:4:1: $.step: unknown key "step". Did you mean "steps"?
recipe.yaml:7:5: $.steps[0].dedup: unknown step "dedup". Did you mean "dedupe"?
recipe.yaml:8:14: $.steps[1].dedupe.nere: unknown option "nere". Did you mean "near"?
recipe.yaml:9:26: $.write.too: unknown option "too". Did you mean "to"?
recipe.yaml:9:39: $.write.force: unknown option "force". Choose from path, to, rejects, max-rejects, strict, \
max-rows, max-size, allow-empty-output, parts, merge-parts, pruning.
""",
    ),
    "values": (
        """\
read: in.jsonl
steps:
  - filter: {where: "answer ==", max_tokens: many}
  - turns: {cut: top}
  - dedupe: {shingle: 3}
  - sample: {n: 10, share: 0.5}
  - filter: {where: "answer =="}
  - balance: {by: answer}
  - weights: {names: [1, 2]}
  - strip: yes
write: [out.jsonl, {path: more.jsonl, max-rejects: [1]}]
""",
        """\
error: 9 things are wrong:
recipe.yaml:3:34: $.steps[0].filter.max_tokens: expected a whole number; got "many"
recipe.yaml:4:13: $.steps[1].turns.cut: expected one of start, middle, windows; got "top"
recipe.yaml:5:5: $.steps[2].dedupe: shingle is for near, which was not given. Add near, or remove it.
recipe.yaml:6:5: $.steps[3].sample: n and share cannot go together: each says how many
recipe.yaml:7:5: $.steps[4].filter: "answer ==" is not a valid expression: unexpected ')'
recipe.yaml:8:5: $.steps[5].balance: balance needs how. One of under, over, cap, weights.
recipe.yaml:9:15: $.steps[6].weights.names: expected a list; got [1, 2]. Put it in quotes.
recipe.yaml:10:5: $.steps[7].strip: expected the options of strip; got "yes". Write them as name: value.
recipe.yaml:11:39: $.write[1].max-rejects: expected a whole number or text; got [1]
""",
    ),
    "branches": (
        """\
read: in.jsonl
steps:
  - split: {into: {train: rest, valid: 0.2}}
branches:
  trian: train.jsonl
  valid:
    steps: [{sample: {first: 5}}, {split: {into: {a: 1, b: rest}}}]
    writes: valid.jsonl
""",
        """\
error: 6 things are wrong:
recipe.yaml:3:20: $.steps[0].split.into.train: the part "train" goes nowhere. Add branches: {train: train.jsonl}, \
or train: null.
recipe.yaml:5:3: $.branches.trian: the split has no part "trian". Did you mean "train"?
recipe.yaml:6:3: $.branches.valid: nothing is done with the examples. Say where they go: write: out.jsonl.
recipe.yaml:7:51: $.branches.valid.steps[1].split.into.a: the part "a" goes nowhere. Add branches: {a: a.jsonl}, \
or a: null.
recipe.yaml:7:57: $.branches.valid.steps[1].split.into.b: the part "b" goes nowhere. Add branches: {b: b.jsonl}, \
or b: null.
recipe.yaml:8:5: $.branches.valid.writes: unknown key "writes". Did you mean "write"?
""",
    ),
    "variables": (
        """\
vars: {seed: 7, share: null}
read: in-${sed}.jsonl
steps:
  - sample: {n: "${share}", seed: "${seed}"}
mix: {}
""",
        """\
error: 4 things are wrong:
recipe.yaml:1:1: $: nothing is done with the examples. Say where they go: write: out.jsonl.
recipe.yaml:1:17: $.vars.share: share has no value. Give it one: --set share=value.
recipe.yaml:2:1: $.read: unknown variable "sed". Did you mean "seed"?
recipe.yaml:5:1: $.mix: a mix has at least two sources. Give read a list of them.
""",
    ),
    "yaml": (
        """\
read: in.jsonl
steps:
  - system: {set: @prompt.txt}
write: out.jsonl
""",
        """\
error: recipe.yaml:3: not valid YAML: found character '@' that cannot start any token. Put it in quotes: "@file".
""",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_five_broken_recipes(tmp_path: Path, name: str) -> None:
    data(tmp_path)
    text, told = BROKEN[name]
    (tmp_path / "recipe.yaml").write_text(text)
    done = ftdata(tmp_path, "run")
    assert done.err == told
    assert (done.code, done.out) == (2, "")
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".jsonl"] == ["in.jsonl"]


ALONE: list[tuple[Any, str]] = [
    ([], "$: expected a recipe as an object; got []. Such as read: train.jsonl."),
    ({"write": "out.jsonl"}, "$: needs read. Say which files: read: train.jsonl."),
    ({"read": "in.jsonl"}, "$: nothing is done with the examples. Say where they go: write: out.jsonl."),
    ({"read": "in.jsonl", "write": "o.jsonl", "steps": "dedupe"}, '$.steps: expected a list of steps; got "dedupe". Such as [dedupe].'),
    ({"read": "in.jsonl", "write": "o.jsonl", "steps": [["dedupe"]]}, '$.steps[0]: expected one step with its options; got ["dedupe"]. Such as dedupe: {}.'),
    ({"read": "in.jsonl", "write": "o.jsonl", "steps": [{"dedupe": {}, "redact": {}}]}, "$.steps[0]: expected one step with its options; got {\"dedupe\": {}, \"redact\": {}}. Each step is an item of its own."),
    ({"read": "in.jsonl", "write": "o.jsonl", "steps": [{"split": {"into": {"a": 1, "b": None}}}, "dedupe"]}, "$.steps[0].split: what follows a split belongs to one of its parts. Move the steps behind it into branches."),
    ({"read": "in.jsonl", "write": "o.jsonl", "mix": {}}, "$.mix: a mix has at least two sources. Give read a list of them."),
    ({"read": [{"files": "a", "share": 1}, {"files": "b", "share": 2}], "write": "o.jsonl"}, "share is for mix, which is missing. Add mix: {}, or remove it."),
    ({"read": [{"files": "a", "share": 1}, {"files": "b"}], "mix": {}, "write": "o.jsonl"}, "$.read[1]: a source of a mix needs share. Such as share: 0.7."),
    ({"read": "in.jsonl", "write": "o.jsonl", "vars": []}, "$.vars: expected names with their values; got []. Such as seed: 7."),
    ({"read": "in.jsonl", "write": "o.jsonl", "vars": {"a": [1]}}, "$.vars.a: expected text, a number, true or false; got [1]"),
    ({"read": "in.jsonl", "write": "o.jsonl", "branches": ["a"]}, '$.branches: expected branches as an object; got ["a"]'),
    ({"read": "in.jsonl", "branches": {"a": 3}}, "$.branches.a: expected a branch as an object; got 3"),
    ({"read": "in.jsonl", "write": "o.jsonl", "steps": [{"dedupe": {"near": True}}]}, "$.steps[0].dedupe.near: expected a number; got true"),
    ({"read": "in.jsonl", "write": "o.jsonl", "steps": [{"dedupe": {"normalize": "yes"}}]}, '$.steps[0].dedupe.normalize: expected true or false; got "yes"'),
    ({"read": "in.jsonl", "write": "o.jsonl", "steps": [{"dedupe": {"ignore-punctuation": True, "ignore_punctuation": True}}]}, "$.steps[0].dedupe.ignore_punctuation: ignore-punctuation stands twice"),
    ({"read": "in.jsonl", "write": "o.jsonl", "steps": [{"text": {"replace": {"a": 1}}}]}, '$.steps[0].text.replace: expected an object such as OLD=>NEW; got {"a": 1}. Put it in quotes.'),
    ({"read": "in.jsonl", "write": "o.jsonl", "steps": [{"text": {"replace": "ab"}}]}, '$.steps[0].text.replace: expected an object such as OLD=>NEW; got "ab"'),
    ({"read": "in.jsonl", "write": "o.jsonl", "steps": [{"system": {"set": "@no.txt"}}]}, "no.txt cannot be read: No such file or directory. Paths start at the recipe's folder."),
    ({"read": "in.jsonl", "write": "o.jsonl", "steps": [{"overlap": {"other": "no-*.jsonl"}}]}, "no-*.jsonl: no file matches this pattern"),
]  # fmt: skip


@pytest.mark.parametrize(("says", "told"), ALONE, ids=lambda one: one if isinstance(one, str) else "")
def test_what_cannot_be_meant(tmp_path: Path, says: Any, told: str) -> None:
    with pytest.raises(RecipeError) as caught:
        Recipe(says)
    assert told in str(caught.value)


def test_what_only_the_data_can_tell_has_its_place_too(tmp_path: Path) -> None:
    table(tmp_path)
    says = "read:\n  files: tickets.csv\n  user: bdy\n  assistant: queue\nwrite: out.jsonl\n"
    (tmp_path / "recipe.yaml").write_text(says)
    done = ftdata(tmp_path, "run", "--plan")
    assert (done.code, done.err) == (
        2, 'error: recipe.yaml:1: $.read: user "bdy" is neither a column nor a template. Did you mean "body"?\n',
    )  # fmt: skip


@pytest.mark.parametrize(
    "options",
    [
        {"keep_functions": ["a", "b"]}, {"keep-functions": ["a", "b"]}, {"keep-functions": "a,b"},
    ],
)  # fmt: skip
def test_options_may_be_said_as_on_the_command_line(tmp_path: Path, options: Any) -> None:
    data(tmp_path)
    recipe = Recipe({"read": "in.jsonl", "steps": [{"strip": options}], "write": "out.jsonl"}, folder=tmp_path)
    assert recipe.dataset().steps[-1].keep == ("a", "b")  # type: ignore[union-attr] # a Strip


def test_values_in_their_many_spellings(tmp_path: Path) -> None:
    def steps(*asked: dict[str, Any]) -> Any:
        return Recipe({"read": str(data(tmp_path)), "steps": list(asked), "write": "o.jsonl"}).dataset().steps

    assert steps({"text": {"replace": {"a": "b"}}}) == steps({"text": {"replace": "a=>b"}})
    assert steps({"text": {"replace": {"a": "b", "c": "d"}}}) == steps({"text": {"replace": ["a=>b", "c=>d"]}})
    assert steps({"sample": {"share": 0.1}}) == steps({"sample": {"share": "10%"}})
    assert steps({"weights": {"index": [0, -1]}}) == steps({"weights": {"index": "0,-1"}})
    assert steps({"filter": {"where": "turns > 1"}}) == steps({"filter": {"where": ["turns > 1"]}})


def test_what_python_takes_without_its_name_may_stand_alone(tmp_path: Path) -> None:
    def steps(*asked: Any, **more: Any) -> Any:
        return Recipe({"read": str(data(tmp_path)), "steps": list(asked), "write": "o.jsonl"}).dataset().steps

    assert steps({"filter": "turns > 1"}) == steps({"filter": {"where": "turns > 1"}})
    assert steps({"sample": 10}) == steps({"sample": {"n": 10}})
    assert steps({"weights": "last"}) == steps({"weights": {"train": "last"}})
    assert steps({"redact": ["email"]}) == steps({"redact": {"kinds": ["email"]}})
    assert steps({"conflicts": "drop"}) == steps({"conflicts": {"resolve": "drop"}})


def test_parts_of_a_split_may_stand_among_its_options(tmp_path: Path) -> None:
    says = {"read": str(data(tmp_path)), "branches": {"train": "a.jsonl", "valid": "b.jsonl"}}
    parted = [
        Recipe({**says, "steps": [{"split": split}]}).dataset("valid").count()
        for split in ({"valid": 0.2, "seed": 1}, {"train": "80%", "valid": "20%", "seed": 1},
                      {"into": {"train": "rest", "valid": 0.2}, "seed": 1})
    ]  # fmt: skip
    assert parted[0] == parted[1] == parted[2]


def test_variables_stand_in_texts_and_for_whole_values() -> None:
    says = {"vars": {"n": 3, "name": "in", "flag": True}, "read": "${name}-${n}.jsonl", "write": "$${name}.jsonl",
            "steps": [{"sample": {"n": "${n}", "shuffle": "${flag}"}}]}  # fmt: skip
    whole, _ = Recipe(says, set={"n": "5"})._checked()
    assert whole.sources[0].values["files"] == "in-5.jsonl"
    assert whole.flow.writes[0].values["path"] == "${name}.jsonl"
    assert whole.flow.steps[0].values == {"n": 5, "shuffle": True}
    with pytest.raises(UsageError, match='the recipe has no variable "m"'):
        Recipe(says, set={"m": 1})
    with pytest.raises(UsageError, match="It declares none"):
        Recipe({"read": "a", "write": "b"}, set={"m": 1})
