"""The language of help and messages: what chooses it, and what it never changes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ftdata.cli import COMMANDS
from tests.cli.running import ftdata

CHINESE = re.compile("[\u4e00-\u9fff]")
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
ROWS: tuple[dict[str, Any], ...] = (
    {"messages": [{"role": "user", "content": "Where is it?"}, {"role": "assistant", "content": "On its way."}]},
    {"messages": [{"role": "user", "content": ""}, {"role": "bot", "content": "b"}]},
    {"messages": []},
)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    (tmp_path / "in.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in ROWS))
    return tmp_path


def _options(text: str) -> set[str]:
    """The options that begin a line of help."""
    lines = (line.strip().partition("  ")[0] for line in text.splitlines() if re.match(r" {2}(-\w, )?--", line))
    return {flag for line in lines for flag in FLAG.findall(line)}


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_help_is_chinese_and_has_the_same_options(tmp_path: Path, command: str) -> None:
    english = ftdata(tmp_path, command, "--help")
    chinese = ftdata(tmp_path, command, "--help", "--lang", "zh")
    assert (english.code, chinese.code, chinese.err) == (0, 0, "")
    assert CHINESE.search(chinese.out)
    assert not CHINESE.search(english.out.replace("日", ""))
    assert _options(chinese.out) == _options(english.out)


@pytest.mark.parametrize("words", [
    ("check", "in.jsonl", "--json"),
    ("stats", "in.jsonl", "--json"),
    ("look", "in.jsonl", "--json"),
    ("convert", "in.jsonl", "-o", "-", "--json"),
    ("convert", "none.jsonl", "-o", "-", "--json"),
    ("check", "in.jsonl", "--output-format", "sarif"),
    ("rules", "--json"),
], ids=" ".join)  # fmt: skip
def test_what_programs_read_is_the_same_in_every_language(rows: Path, words: tuple[str, ...]) -> None:
    english, chinese = ftdata(rows, *words), ftdata(rows, *words, "--lang", "zh")
    assert (chinese.code, chinese.out) == (english.code, english.out)


def test_rejects_are_the_same_in_every_language(rows: Path) -> None:
    said = []
    for lang in ("en", "zh"):
        ftdata(rows, "convert", "in.jsonl", "-o", "out.jsonl", "--force", "--lang", lang)
        said.append((rows / "out.rejects.jsonl").read_bytes())
    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("variables", "words", "chinese"),
    [
        ({}, (), False),
        ({"FTDATA_LANG": "zh"}, (), True),
        ({"FTDATA_LANG": "en", "LANG": "zh_CN.UTF-8"}, (), False),
        ({"LANG": "zh_CN.UTF-8"}, (), True),
        ({"LC_MESSAGES": "zh_CN", "LANG": "de_DE.UTF-8"}, (), True),
        ({"LC_ALL": "C.UTF-8", "LANG": "zh_CN.UTF-8"}, (), False),
        ({"LANG": "de_DE.UTF-8"}, (), False),
        ({"LANG": "zh_CN.UTF-8"}, ("--lang", "en"), False),
        ({}, ("--lang=zh",), True),
    ],
)
def test_the_language_is_asked_for_or_that_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], words: tuple[str, ...], chinese: bool
) -> None:
    for name in ("FTDATA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert bool(CHINESE.search(ftdata(tmp_path, *words, "check", "none.jsonl").err)) == chinese
    assert bool(CHINESE.search(ftdata(tmp_path, "check", "none.jsonl", *words).err)) == chinese


def test_a_language_that_is_not_spoken_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTDATA_LANG", "fr")
    done = ftdata(tmp_path, "rules")
    assert done.code == 2
    assert "FTDATA_LANG: expected one of en, zh" in done.err


def test_findings_the_account_and_errors_are_chinese(rows: Path) -> None:
    checked = ftdata(rows, "check", "in.jsonl", "--lang", "zh")
    assert "服务端不认识的 role：1 个发现" in checked.out
    assert "已检查 in.jsonl 的 3 行" in checked.out
    converted = ftdata(rows, "convert", "in.jsonl", "-o", "out.jsonl", "--lang", "zh")
    assert re.search("^读取 +3 行$", converted.err, re.MULTILINE)
    assert "没有选项 '--nosuch'" in ftdata(rows, "check", "in.jsonl", "--nosuch", "--lang", "zh").err
