"""Manual pages say what help says, and a formatter takes them without a complaint."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import click
import pytest

from ftdata.cli import COMMANDS
from ftdata.cli.manual import page_name
from tests.cli.running import ftdata
from tests.fuzz.options import commands


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("man")
    done = ftdata(folder, "man", "--folder", "man1")
    assert done.code == 0, done.err
    return folder / "man1"


def test_there_is_a_page_of_each_command(pages: Path) -> None:
    assert {path.name for path in pages.iterdir()} == {page_name(), *map(page_name, COMMANDS)}
    text = (pages / page_name()).read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"ftdata\\-{name.replace('-', chr(92) + '-')}" in text


@pytest.mark.parametrize("name", COMMANDS)
def test_a_page_has_every_option(pages: Path, name: str) -> None:
    text = (pages / page_name(name)).read_text(encoding="utf-8").replace("\\-", "-")
    assert text.isascii()
    for one in commands()[name].params:
        if isinstance(one, click.Option) and not one.hidden:
            assert one.opts[-1] in text, one.name
    assert "EXIT STATUS" in text


@pytest.mark.process
@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not here")
def test_a_formatter_takes_them(pages: Path) -> None:
    for path in sorted(pages.iterdir()):
        done = subprocess.run(
            ["groff", "-man", "-ww", "-Tutf8", str(path)], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), path.name
        assert len(done.stdout.splitlines()) > 20


def test_one_page_is_printed_and_nothing_is_replaced(tmp_path: Path) -> None:
    assert ftdata(tmp_path, "man", "check").out.startswith('.TH "FTDATA-CHECK" "1"')
    assert ftdata(tmp_path, "man").out.startswith('.TH "FTDATA" "1"')
    assert ftdata(tmp_path, "man", "--folder", "a/b", "--dry-run").code == 0
    assert not [*tmp_path.iterdir()]
    assert ftdata(tmp_path, "man", "--folder", "a/b").code == 0
    assert ftdata(tmp_path, "man", "--folder", "a/b").code == 2
    assert ftdata(tmp_path, "man", "--folder", "a/b", "--force").code == 0
    for line in (["man", "chek"], ["man", "check", "--folder", "c"], ["man", "--force"]):
        assert ftdata(tmp_path, *line).code == 2
