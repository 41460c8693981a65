"""Row steps: what each does, that the bulk road does the same, and that the account holds."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata.codec import encode
from ftdata.dataset.rowed import ROWED, ROWS
from ftdata.engines.local import Local
from ftdata.engines.plan import Outcome, Plan
from ftdata.errors import RowError, UsageError
from ftdata.expressions.rows import RowCondition
from tests.strategies import tries

TICKETS = [
    {"id": "1", "queue": " billing ", "name": "Ann Lee", "body": "Where is it?", "team": "EU"},
    {"id": "2", "queue": "account", "name": "Bo", "body": "\u200bLost\xa0", "team": ""},
    {"id": "3", "queue": "billing", "name": "Cy van Dyk", "body": "", "team": ""},
    {"id": "4", "queue": "", "name": "", "body": "Paid twice.", "team": "US"},
]


def rows_of(data: ftdata.Dataset) -> list[dict[str, Any]]:
    """All rows, as the row steps leave them; one that cannot be is an error."""
    found = []
    for _, _, row in data.head_rows(1000):
        if isinstance(row, RowError):
            raise row
        found.append(row)
    return found


CASES: list[tuple[str, Any, list[dict[str, Any]]]] = [
    ("where", lambda d: d.where("queue|trim == 'billing'", "body"), [TICKETS[0]]),
    ("rename", lambda d: d.rename({"queue": "label"}).keep_columns("label"), [{"label": r["queue"]} for r in TICKETS]),
    ("keep", lambda d: d.keep_columns("team", "id"), [{"id": r["id"], "team": r["team"]} for r in TICKETS]),
    ("drop", lambda d: d.drop_columns("id", "name", "body", "team"), [{"queue": r["queue"]} for r in TICKETS]),
    ("trim", lambda d: d.trim().keep_columns("queue", "body"),
     [{"queue": "billing", "body": "Where is it?"}, {"queue": "account", "body": "Lost"}, {"queue": "billing", "body": ""}, {"queue": "", "body": "Paid twice."}]),
    ("fill", lambda d: d.fill("team").keep_columns("team"), [{"team": t} for t in ("EU", "EU", "EU", "US")]),
    ("replace", lambda d: d.replace({"billing": "money"}, columns=["queue"]).keep_columns("queue"),
     [{"queue": q} for q in (" money ", "account", "money", "")]),
    ("replace by pattern", lambda d: d.replace({r"(\w+) (\w+)": r"\2, \1"}, columns=["name"], patterns=True).keep_columns("name"),
     [{"name": n} for n in ("Lee, Ann", "Bo", "van, Cy Dyk", "")]),
    ("split", lambda d: d.split_column("name", ["first", "last"]).keep_columns("first", "last"),
     [{"first": "Ann", "last": "Lee"}, {"first": "Bo", "last": ""}, {"first": "Cy", "last": "van Dyk"}, {"first": "", "last": ""}]),
    ("join", lambda d: d.join_columns(["id", "team"], "place", between="/").keep_columns("place"),
     [{"place": p} for p in ("1/EU", "2", "3", "4/US")]),
    ("set", lambda d: d.set_columns({"said": "{{ id }}: {{ name }}", "n": "{{ id|int + 1 }}"}).keep_columns("said", "n"),
     [{"said": "1: Ann Lee", "n": 2}, {"said": "2: Bo", "n": 3}, {"said": "3: Cy van Dyk", "n": 4}, {"said": "4: ", "n": 5}]),
    ("explode", lambda d: d.explode("$").keep_columns("name", "turn", "parent_id"),
     [{"name": r["name"], "turn": 0, "parent_id": r["id"]} for r in TICKETS]),
    ("html", lambda d: d.html_to_text("name").keep_columns("name"), [{"name": r["name"]} for r in TICKETS]),
    ("times", lambda d: d.set_columns({"at": "1/{{ id|int + 20 }}/2024"}).times("at").keep_columns("at"),
     [{"at": f"2024-01-2{n}T00:00:00"} for n in (1, 2, 3, 4)]),
    ("strip", lambda d: d.strip_mail("queue").keep_columns("queue"), [{"queue": r["queue"]} for r in TICKETS]),
    ("types", lambda d: d.types({"id": "number", "team": "text"}).keep_columns("id", "team"),
     [{"id": n, "team": t} for n, t in ((1, "EU"), (2, ""), (3, ""), (4, "US"))]),
]  # fmt: skip


CASES.append(("times", lambda d: d.set_columns({"at": "{{ id|int + 12 }}/1/2024"}).times("at").keep_columns("at"),
              [{"at": f"2024-01-{n}T00:00:00"} for n in range(13, 17)]))  # fmt: skip


def table(folder: Path, rows: list[dict[str, Any]], name: str = "t.csv") -> Path:
    """Rows as a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path = folder / name
    path.write_text(text.getvalue(), encoding="utf-8")
    return path


@pytest.mark.parametrize(("name", "verb", "expected"), CASES, ids=[case[0] for case in CASES])
def test_a_verb_on_rows(tmp_path: Path, name: str, verb: Any, expected: list[dict[str, Any]]) -> None:
    assert rows_of(verb(ftdata.read(TICKETS))) == expected
    data = verb(ftdata.read(table(tmp_path, TICKETS)))
    assert rows_of(data) == expected
    assert data.columns() == tuple(expected[0])
    engine = Local(1)
    assert list(engine.examples(Plan(data.source, data.row_steps), Outcome())) == expected


def test_every_verb_on_rows_has_a_case() -> None:
    said = " ".join(case[0] for case in CASES)
    for part in ROWED.parts:
        assert part.function.__name__.split("_")[0] in said, part


def test_what_is_dropped_and_rejected_is_counted(tmp_path: Path) -> None:
    data = ftdata.read(TICKETS).where("queue != ''").types({"id": "number"}).replace({"Bo": "x"}, columns=["name"])
    result = data.to_chat(user="body", assistant="queue").write(tmp_path / "o.jsonl", max_rejects="100%")
    tally = result.tally.to_dict()
    assert tally["dropped"] == {"where": {"not queue != ''": 1}}
    assert tally["rejected"] == {"to_chat": {'the user turn is empty (column "body")': 1}}
    assert tally["changed"] == {"replace": {'cells of "name" changed': 1}}
    assert (tally["read"], tally["written"]) == (4, 2)


def test_a_cell_that_is_no_number_is_rejected_with_its_place(tmp_path: Path) -> None:
    data = ftdata.read(table(tmp_path, TICKETS)).types({"name": "number"}).to_chat(user="body", assistant="queue")
    with pytest.raises(RowError, match=r't.csv:2: \$.name: expected a number; got "Ann Lee"'):
        list(data)


@pytest.mark.parametrize("size", [1, 90, 1 << 20])
@pytest.mark.parametrize("workers", [1, 2])
def test_cells_are_filled_across_blocks_and_not_across_files(tmp_path: Path, size: int, workers: int) -> None:
    rows = [{"team": f"t{n // 7}" if n % 7 == 0 else "", "n": str(n)} for n in range(60)]
    one, other = table(tmp_path, rows, "a.csv"), table(tmp_path, rows[3:], "b.csv")
    data = ftdata.read([one, other]).fill("team")
    made = list(Local(workers, block_size=size).examples(Plan(data.source, data.row_steps), Outcome()))
    assert [row["team"] for row in made[:60]] == [f"t{n // 7}" for n in range(60)]
    assert [row["team"] for row in made[60:]] == ["" if n < 7 else f"t{n // 7}" for n in range(3, 60)]


CONDITIONS = (
    "a == 'x'", "a != b", "not a", "a and b", "a or b", "a in ['x', 'y z']", "a not in b", "'x' in a", "row['a'] == ''", "a < b",
    "a == 1", "not (a == 'x' or b == 'y')", "a|upper == 'X'", "a.startswith('x')", "a in ('x', 'y')", "a is defined", "a > 3", "a|int > 3", "row",
)  # fmt: skip
CELLS = st.lists(st.tuples(st.sampled_from(["", "x", "y z", " x", "5", "\u200b", "ä\xa0"]), st.sampled_from(["", "x", "y", "xx"])), min_size=1)  # fmt: skip


@pytest.mark.parametrize("source", CONDITIONS)
@given(cells=CELLS)
@tries(20)
def test_a_mask_says_what_each_row_says(source: str, cells: list[tuple[str, str]]) -> None:
    condition = RowCondition(source)
    mask = condition.mask({"a": [a for a, _ in cells], "b": [b for _, b in cells]}, len(cells))
    if mask is not None:
        assert list(map(bool, mask)) == [condition({"a": a, "b": b}) for a, b in cells]


def test_comparisons_are_done_for_whole_columns() -> None:
    table = {"a": ["x"], "b": ["y"]}
    for source in CONDITIONS[:9]:
        assert RowCondition(source).mask(table, 1) is not None, source


BULK = ("trim", "where", "rename", "keep_columns", "drop_columns")


@given(rows=CELLS, order=st.permutations(BULK))
@tries(20)
def test_whole_columns_come_to_what_rows_come_to(
    tmp_path_factory: Any, rows: list[tuple[str, str]], order: Any
) -> None:
    folder = tmp_path_factory.mktemp("bulk")
    path = table(folder, [{"a": a, "b": b, "c": "c", "d": "d"} for a, b in rows])
    data = ftdata.read(path)
    for name in order:
        b = "bb" if "bb" in data.columns() else "b"
        args: Any = {"trim": ["a"], "where": [f"a == 'x' or {b} == 'x'"], "rename": [{"b": "bb"}],
                "keep_columns": ["a", b, "c"], "drop_columns": ["c"]}[name]  # fmt: skip
        if not set(args if name in ("keep_columns", "drop_columns") else ()) <= set(data.columns()):
            continue
        data = getattr(data, name)(*args)
    chats = data.to_chat(user="a", assistant="bb", allow_empty=True)
    at_once, one_by_one = Outcome(), Outcome()
    lines = b"".join(lines for _, lines, _ in Local(1).map(chats.plan(), at_once))
    singly = list(Local(1).examples(chats.plan(), one_by_one))
    assert lines == b"".join(encode(one) + b"\n" for one in singly)
    assert at_once.tally.dropped == one_by_one.tally.dropped
    assert at_once.tally.read == one_by_one.tally.read == len(rows)


REFUSED: list[tuple[Any, str]] = [
    (lambda d: d.where("quee == 'x'"), 'names the column "quee".*Did you mean "queue"'),
    (lambda d: d.where("queue =="), "is not a valid expression"),
    (lambda d: d.rename({"queue": "body"}), 'two columns with the name "body"'),
    (lambda d: d.rename({"x": "y"}), 'rename names the column "x"'),
    (lambda d: d.keep_columns("x"), 'keep_columns names the column "x"'),
    (lambda d: d.drop_columns("id", "queue", "name", "body", "team"), "no column would be left"),
    (lambda d: d.fill(), "fill names no column"),
    (lambda d: d.fill("*"), "fill names the columns"),
    (lambda d: d.replace({"(": ""}, patterns=True), "is not a valid regular expression"),
    (lambda d: d.replace({"a": r"\3"}, patterns=True), "cannot stand for"),
    (lambda d: d.split_column("name", []), "needs the columns"),
    (lambda d: d.split_column("name", ["id"]), "which is there already"),
    (lambda d: d.split_column("name", ["a"], at=""), "needs the text"),
    (lambda d: d.join_columns([], "x"), "needs the columns"),
    (lambda d: d.set_columns({"x": "{{ nobody }}"}), 'names the column "nobody"'),
    (lambda d: d.set_columns({"x": "{{ values('id') }}"}), "values"),
    (lambda d: d.types({"id": "numbr"}), 'Did you mean "number"'),
    (lambda d: d.to_chat(user="body", assistant="queue").trim(), "trim is for rows, and behind to_chat they are examples"),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_what_cannot_be_meant_is_refused_at_once(verb: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        verb(ftdata.read(TICKETS))


def test_a_pattern_that_takes_long_rejects_the_row(tmp_path: Path) -> None:
    rows = [{"q": "a" * 40 + "b", "a": "x"}, {"q": "aa", "a": "y"}]
    data = ftdata.read(rows).replace({r"(a|a)+\Z": "-"}, columns=["q"], patterns=True).to_chat(user="q", assistant="a")
    result = data.write(tmp_path / "o.jsonl", max_rejects="100%")
    ((_, reason),) = result.tally.rejected
    assert "takes too long" in reason
    assert result.tally.written == 1


def test_rows_that_nothing_was_done_to_are_written_as_they_were_read(tmp_path: Path) -> None:
    line = b'{ "messages":[{"role":"user","content":"\\u0041"},{"role":"assistant","content":"b"}] , "n": 1}\n'
    (tmp_path / "in.jsonl").write_bytes(line + line.replace(b'"n": 1', b'"n": 2'))
    data = ftdata.read(tmp_path / "in.jsonl").where("n == 1")
    data.write(tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_bytes() == line


def test_the_order_of_a_command_is_that_of_the_parts() -> None:
    names = [one.name for one in ROWS]
    assert (
        names.index("rename")
        < names.index("trim")
        < names.index("fill")
        < names.index("where")
        < names.index("drop_columns")
    )


def test_rows_are_found_behind_a_condition_that_few_pass() -> None:
    rows = [{"q": f"q{n}", "a": "x" if n == 3000 else ""} for n in range(4000)]
    data = ftdata.read(rows).where("a == 'x'")
    assert [row["q"] for row in rows_of(data)] == ["q3000"]
