"""``ftdata convert --map`` and ``ftdata formats --mapping-schema``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.running import ftdata

MAPPING = """\
# yaml-language-server: $schema=mapping.schema.json
messages:
  - role: system
    content: "One of {{ values('a') | join(', ') }}."
  - role: user
    content: q
  - role: assistant
    content: a
    weight: good
metadata: [id]
"""


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "in.csv").write_text("id,q,a,good\n1,Q1,x,1\n2,Q2,y,0\n3,Q3,x,maybe\n")
    (tmp_path / "m.yaml").write_text(MAPPING)
    return tmp_path


def test_a_table_is_mapped(here: Path) -> None:
    done = ftdata(here, "convert", "in.csv", "--map", "m.yaml", "-o", "out.jsonl")
    assert done.code == 1
    rows = [json.loads(line) for line in (here / "out.jsonl").read_text().splitlines()]
    assert [[turn.get("weight") for turn in row["messages"]] for row in rows] == [[None, None, 1], [None, None, 0]]
    assert rows[0]["messages"][0]["content"] == "One of x, y."
    assert rows[1]["metadata"] == {"id": "2"}
    reject = json.loads((here / "out.rejects.jsonl").read_text())
    assert (reject["line"], reject["reason"]) == (4, 'a weight is 0 or 1; got "maybe"')
    assert reject["json_path"] == "$.messages[2]"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (
            ["--user", "q", "--system", "s"],
            "--map and --user cannot go together: a mapping or a function defines everything. Put everything into the mapping.",
        ),
        (
            ["--metadata", "id"],
            "--map and --metadata cannot go together: a mapping or a function defines everything. Put everything into the mapping.",
        ),
        (
            ["--order-by", "id"],
            "--order-by is for messages that are gathered with --group-by; here columns or a mapping make examples of the rows",
        ),
    ],
)
def test_the_mapping_says_all_of_it(here: Path, args: list[str], words: str) -> None:
    done = ftdata(here, "convert", "in.csv", "--map", "m.yaml", "-o", "-", *args)
    assert done.code == 2
    assert words in done.err


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "content: q",
            "content: qq",
            'm.yaml:6: $.messages[1].content: content "qq" is neither a column nor a template.',
        ),
        ("weight:", "wait:", 'm.yaml:9: $.messages[2].wait: unknown key "wait". Did you mean "weight"?'),
        ("[id]", "[idd]", 'm.yaml:10: $.metadata[0]: metadata names the column "idd", which the file does not have.'),
    ],
)
def test_what_cannot_be_meant_ends_with_2(here: Path, old: str, new: str, words: str) -> None:
    (here / "m.yaml").write_text(MAPPING.replace(old, new))
    done = ftdata(here, "convert", "in.csv", "--map", "m.yaml", "-o", "out.jsonl")
    assert done.code == 2
    assert words in done.err
    assert not (here / "out.jsonl").exists()


def test_empty_answers_can_be_meant(here: Path) -> None:
    (here / "in.csv").write_text("id,q,a,good\n1,Q1,,1\n")
    assert ftdata(here, "convert", "in.csv", "--map", "m.yaml", "-o", "-").code == 1
    assert ftdata(here, "convert", "in.csv", "--map", "m.yaml", "-o", "-", "--allow-empty").code == 0


def test_the_schema_for_the_editor(here: Path) -> None:
    done = ftdata(here, "formats", "--mapping-schema")
    assert done.code == 0
    assert json.loads(done.out)["title"] == "ftdata mapping"
