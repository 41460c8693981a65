"""What is put before the peers and `ftdata check`: traps, rows of other tests, and what ftdata makes of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ftdata
from ftdata.errors import FtdataError
from ftdata.formats.targets import TARGETS
from tests.differential.traps import READ_BY, TRAPS
from tests.formats.test_golden import READ, WRITTEN
from tests.rules.cases import CASES
from tests.rules.test_services import REFUSED, TAKEN

Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A row for a target.

    Attributes:
        target: The target; for what is only written, the format.
        name: Where it comes from, and what is odd about it.
        row: The row.
        made: Whether ftdata wrote it for the target: then everybody must take it.
    """

    target: str
    name: str
    row: Row
    made: bool = False


def cases(target: str, files: Sequence[Path] = ()) -> list[Case]:
    """All cases of a target, each row once; or what files come to where some are given."""
    found: dict[tuple[str, bool], Case] = {}
    own = (*_traps(target), *_fixtures(target), *_made(target)) if not files else _converted(target, files)
    for case in own:
        found.setdefault((json.dumps(case.row), case.made), case)
    return list(found.values())


def _converted(target: str, files: Sequence[Path]) -> Iterator[Case]:
    for path in files:
        for number, row in enumerate(_written(path, target), 1):
            yield Case(target, f"{path.name}:{number}", row, made=True)


def _traps(target: str) -> Iterator[Case]:
    for dialect in READ_BY.get(target, ()):
        for name, row in TRAPS[dialect].items():
            yield Case(target, f"{dialect}/{name}", row)


def _fixtures(target: str) -> Iterator[Case]:
    """Rows that other tests have for the target, or for its format; those of rules where its lines are OpenAI's."""
    if target not in TARGETS:
        return
    for name, row in TAKEN:
        if name == target:
            yield Case(target, f"taken/{_short(row)}", row)
    for name, path, row in REFUSED:
        if name == target:
            yield Case(target, f"refused/{_short(row)} {path}", row)
    if "openai" in (target, *TARGETS[target].reads):
        yield from _of_rules(target)
    for name, (format, row, _) in READ.items():
        if format in (target, *TARGETS[target].reads):
            yield Case(target, f"golden/{name}", row)


def _of_rules(target: str) -> Iterator[Case]:
    for slug, known in CASES.items():
        for files, what in ((known.good, "good"), (known.bad, "bad")):
            rows = [file[0] for file in files if type(file) is list and len(file) == 1 and type(file[0]) is dict]
            for row in rows:
                if len(json.dumps(row)) < 100_000:
                    yield Case(target, f"rule/{slug} {what} {_short(row)}", row)


def _short(row: Row) -> str:
    """A name for a row without one, which stays when others are put before it."""
    return hashlib.sha256(json.dumps(row).encode()).hexdigest()[:6]


def _made(target: str) -> Iterator[Case]:
    """What ftdata writes for the target of the examples that other tests have."""
    examples = {
        **{f"golden/{name}": example for name, (_, _, example) in READ.items()},
        **{f"golden/{name}": example for name, (_, example, _) in WRITTEN.items()},
        **{f"{dialect}/{name}": row for dialect in ("chat", "pair", "graded") for name, row in TRAPS[dialect].items()},
    }
    with TemporaryDirectory() as folder:
        path = Path(folder) / "example.jsonl"
        for name, example in examples.items():
            path.write_text(json.dumps(example) + "\n", encoding="utf-8")
            for row in _written(path, target):
                yield Case(target, f"made of {name}", row, made=True)


def _written(path: Path, format: str) -> list[Row]:
    """The rows that a conversion of a file writes; none where it rejects all of them."""
    with TemporaryDirectory() as folder:
        output = Path(folder) / "rows.jsonl"
        try:
            ftdata.read(path).write(output, format=format, max_rejects="100%")
        except FtdataError:
            return []
        lines = output.read_text("utf-8-sig").split("\n") if output.exists() else []
        return [json.loads(line) for line in lines if line]
