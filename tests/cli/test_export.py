"""ChatGPT's export as a user has it: a zip."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.cli.running import ftdata

EXPORT = Path(__file__).parents[2] / "examples/transcripts/chatgpt-export.zip"
ROWS = (Path(__file__).parents[1] / "formats/transcripts/rows/chatgpt.jsonl").read_text(encoding="utf-8").splitlines()


def answers(path: Path) -> list[str]:
    return [json.loads(line)["messages"][-1]["content"] for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_zip_becomes_chats(tmp_path: Path) -> None:
    done = ftdata(tmp_path, "convert", str(EXPORT), "-o", "chats.jsonl")
    assert done.code == 0, done.err
    assert answers(tmp_path / "chats.jsonl")[1:] == ["Sluggish, unhurried."]
    assert "dropped              1 by chatgpt: the conversation has no answer" in done.err
    done = ftdata(tmp_path, "convert", str(EXPORT), "-o", "all.jsonl", "--from", "chatgpt:branches", "--to", "ftdata")
    assert done.code == 0, done.err
    assert len(answers(tmp_path / "all.jsonl")) == 3
    done = ftdata(
        tmp_path, "filter", "all.jsonl", "-o", "kept.jsonl", "--where", "branch == 0 and title == 'A late parcel'"
    )
    assert answers(tmp_path / "kept.jsonl") == ["Your parcel is late, sorry."]
    done = ftdata(tmp_path, "filter", "all.jsonl", "-o", "whole.jsonl", "--where", "not images and not calls")
    assert len(answers(tmp_path / "whole.jsonl")) == 3
    done = ftdata(tmp_path, "check", "chats.jsonl")
    assert done.out.count("error[") == done.out.count("error[too-few-examples]") == 1


@pytest.mark.parametrize("workers", ["1", "3"])
def test_an_export_in_parts_with_a_broken_conversation(tmp_path: Path, workers: str) -> None:
    broken = {**json.loads(ROWS[0]), "current_node": "u9"}
    del broken["mapping"]["root"]
    with zipfile.ZipFile(tmp_path / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("conversations-000.json", f"[{ROWS[0]},\n{json.dumps(broken)}]")
        archive.writestr("conversations-001.json", f"[{ROWS[1]}]")
        archive.writestr("chat.html", "<html>")
    done = ftdata(tmp_path, "convert", "export.zip", "-o", "out.jsonl", "--workers", workers)
    assert done.code == 1
    assert answers(tmp_path / "out.jsonl") == ["About 3,530 km. See Volga.", "Let me add them.\n\nIt is 3."]
    (reject,) = map(json.loads, (tmp_path / "out.rejects.jsonl").read_text(encoding="utf-8").splitlines())
    assert reject["line"] == 2
    assert 'the message before "sys" is not there: "root"' in json.dumps(reject, ensure_ascii=False).replace('\\"', '"')


def test_an_archive_is_not_written(tmp_path: Path) -> None:
    done = ftdata(tmp_path, "convert", str(EXPORT), "-o", "out.jsonl.zip")
    assert done.code == 2
    assert ".zip files can be read but not written. Use a name that ends in .gz or .zst." in done.err
