"""What short commands may import: lists of modules, as times differ between machines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

HEAVY = frozenset((
    "pydantic", "annotated_types", "jinja2", "numpy", "rich", "regex", "yaml", "jsonschema_rs", "charset_normalizer", "stdnum",
    "tiktoken", "splintr", "pyarrow", "pandas", "datasets", "polars", "fsspec", "httpx", "asyncio", "multiprocessing",
    "importlib.metadata", "importlib.resources", "bz2", "lzma", "gzip", "zipfile", "tempfile", "shutil", "secrets", "socket",
    "subprocess", "pickle", "cloudpickle", "concurrent.futures", "decimal", "shlex",
))  # fmt: skip
STATS = frozenset((
    "jinja2", "numpy", "yaml", "jsonschema_rs", "tiktoken", "splintr", "regex", "pyarrow", "pandas", "datasets", "polars",
    "subprocess", "cloudpickle", "concurrent.futures", "httpx", "asyncio", "multiprocessing",
))  # fmt: skip
RULES = frozenset(("ftdata.rules.listed", "ftdata.rules.quality", "ftdata.tokens.counting"))
OTHER_FORMATS = frozenset(("ftdata.formats.gemini", "ftdata.formats.layouts", "ftdata.formats.transcripts.bodies"))

LATE = frozenset((
    "csv", "difflib", "typing_extensions", "ftdata.files.csv", "ftdata.files.tables", "ftdata.expressions",
    "ftdata.example.shapes", "ftdata.formats.settling", "ftdata.engines.spill", "ftdata.steps.user",
))  # fmt: skip
"""What plain chats have no use for."""

FIRST = frozenset(("inspect", "dataclasses", "orjson", "jiter", "hashlib", "datetime", "uuid", "ftdata.engines.local"))
"""What declares the verbs has no use for these; click brings some of them."""

ROW = {"messages": [{"role": "user", "content": "Where is it?"}, {"role": "assistant", "content": "On its way."}]}

COMMANDS = {
    "help": (("--help",), HEAVY | RULES | OTHER_FORMATS),
    "help of a verb": (("check", "--help"), HEAVY | RULES | OTHER_FORMATS),
    "convert": (("convert", "in.jsonl", "-o", "out.jsonl"), HEAVY | RULES | OTHER_FORMATS | LATE),
    "dedupe": (("dedupe", "in.jsonl", "-o", "out.jsonl"), HEAVY | RULES | OTHER_FORMATS),
    # Phrases are looked for by pydantic's core, of which only the compiled module is loaded.
    "check": (("check", "in.jsonl"), HEAVY | OTHER_FORMATS | {"pydantic_core", "typing_extensions"}),
    # What is known of models is held by models of pydantic's, which imports half of these.
    "stats": (("stats", "in.jsonl"), STATS | OTHER_FORMATS),
}


def _imported(folder: Path, code: str) -> set[str]:
    text = f"import sys, json\n{code}\nsys.stderr.write('\\n' + json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", text], cwd=folder, capture_output=True, text=True, check=True)
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_on_small_files_import_nothing_heavy(tmp_path: Path, name: str) -> None:
    args, heavy = COMMANDS[name]
    (tmp_path / "in.jsonl").write_text(f"{json.dumps(ROW)}\n" * 20)
    code = f"sys.argv[1:] = {args!r}\nfrom ftdata.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass"
    assert not heavy & _imported(tmp_path, code)


@pytest.mark.parametrize("code", ["import ftdata", "import ftdata; ftdata.read"])
def test_the_library_imports_nothing_heavy(tmp_path: Path, code: str) -> None:
    assert not (HEAVY | RULES | OTHER_FORMATS | LATE | FIRST) & _imported(tmp_path, code)
