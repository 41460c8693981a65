"""What is decided by how a file begins, where the beginning is longer than what is looked at first."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

import ftdata
from ftdata.files.containers import HEAD
from ftdata.files.source import open_source, peek
from ftdata.rules import RULES

LONG = "x" * (HEAD + 5000)
CJK = "漢字" * (HEAD // 2)


def chat(text: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}, {"role": "assistant", "content": "yes"}]}


CHATS = [chat(LONG), chat("a"), chat("b")]
LINES = "".join(json.dumps(row) + "\n" for row in CHATS)
FILES = {
    "lines.jsonl": (LINES, "jsonl", 3),
    "lines.json": (LINES, "jsonl", 3),
    "alone.jsonl": (json.dumps(CHATS[0]) + "\n", "jsonl", 1),
    "blank.jsonl": ("\n" * HEAD + LINES, "jsonl", 3),
    "flat.jsonl": ("".join(json.dumps({"prompt": LONG, "completion": "a"}) + "\n" for _ in range(2)), "jsonl", 2),
    "broken.jsonl": ('{"a": [' + LONG + "\n" + LINES, "jsonl", 4),
    "edge.jsonl": ('{"a": [' + "x" * (HEAD - 8) + "\n" + LINES, "jsonl", 4),
    "utf16.jsonl": ("".join(json.dumps(chat(CJK), ensure_ascii=False) + "\n" for _ in range(2)), "jsonl", 2),
    "glued.json": ("".join(map(json.dumps, CHATS)), "json", 3),
    "pretty.json": ("".join(json.dumps(row, indent=1) + "\n" for row in CHATS), "json", 3),
    "wrapped.json": (json.dumps({"note": LONG, "data": CHATS}), "json", 3),
    "wrapped_pretty.json": (json.dumps({"note": LONG, "data": CHATS}, indent=1), "json", 3),
    "header.csv": ('question;"' + "long, " * HEAD + '";answer\n' + "a;b;c\nd;e;f\n", "csv", 2),
    "lines_in_header.csv": ('"' + "x, y\n" * 2000 + '",answer\na,b\n', "csv", 1),
    "first.csv": (f"question;answer\n{LONG};b\nc;d\n", "csv", 2),
    "turn.txt": (f"User: {LONG}\nAssistant: yes\n\n---\n\nUser: hi\nAssistant: no\n", "text", 2),
    "rules.txt": ("User: hi\nAssistant: no\n" * 20000 + "---\n\nAssistant: yes\n", "text", 1),
}


@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "gz"])
@pytest.mark.parametrize("name", FILES)
def test_long_beginnings_are_told_as_short_ones(name: str, compressed: bool, tmp_path: Path) -> None:
    text, container, count = FILES[name]
    data = text.encode("utf-16-le" if name.startswith("utf16") else "utf-8")
    path = tmp_path / (name + ".gz" if compressed else name)
    path.write_bytes(gzip.compress(data, 1) if compressed else data)
    source = open_source([path])
    assert source.files[0].container.name == container
    rows = [row for _, row in source.rows()]
    assert len(rows) == count
    assert sum(not isinstance(row, dict) for row in rows) == (name in ("broken.jsonl", "edge.jsonl"))


def test_a_long_first_line_is_no_finding(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(LINES)
    assert "not-json-lines" in RULES
    assert "not-json-lines" not in ftdata.read(path).check(target="openai").counts


@pytest.mark.parametrize("broken", [60, 5000])
def test_good_rows_decide_however_many_broken_ones_stand_before(broken: int, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("{broken " + "x" * 100 + "\n" + "{broken\n" * (broken - 1) + (json.dumps(chat("a")) + "\n") * 100)
    result = ftdata.read(path).write(tmp_path / "out.jsonl", max_rejects=broken)
    assert (result.tally.written, sum(result.tally.rejected.values())) == (100, broken)


def test_a_later_file_decides_where_the_first_is_broken(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{broken\n" * 60)
    (tmp_path / "b.jsonl").write_text(json.dumps(chat("a")) + "\n")
    detected = ftdata.read([tmp_path / "a.jsonl", tmp_path / "b.jsonl"]).detected()
    assert detected.format and detected.format.name == "openai"


def test_rows_that_are_all_broken_say_why(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{broken\n" * 60)
    assert len(peek(open_source([tmp_path / "a.jsonl"]), 50)) == 50
    with pytest.raises(ftdata.RowError, match=r"a\.jsonl:1: not valid JSON"):
        ftdata.read(tmp_path / "a.jsonl").head()
