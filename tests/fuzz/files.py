"""The files that options name, and files of rows in every container."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import ftdata
from ftdata import __version__
from ftdata.files import extensions
from tests.fuzz.golden import EXAMPLES, SCHEMA
from tests.fuzz.mutants import mutated

Row = dict[str, Any]

AUXILIARY: dict[str, str] = {
    "map.yaml": "messages:\n  - role: user\n    content: '{{ prompt }}'\n  - role: assistant\n    content: '{{ completion }}'\n",
    "models.toml": '[models."gpt-4o"]\nlimit = 1000\n',
    "shorten.yaml": "- prompt: Be brief.\n  short: Brief.\n- pattern: (.*)\n  short: \\1\n",
    "phrases.txt": "I cannot\nNo.\n",
    "labels.csv": "code,label\n1,yes\n4,four\n",
    "labels.json": '{"1": "yes", "4": "four"}',
    "system.txt": "Be kind.",
    "tools.json": json.dumps([{"type": "function", "function": {"name": "f", "parameters": SCHEMA}}]),
    "schema.json": json.dumps(SCHEMA),
    "grader.json": json.dumps(
        {"type": "string_check", "name": "g", "operation": "eq", "input": "{{sample.output_text}}", "reference": "a"}
    ),
    "baseline.json": '{"ftdata_baseline": 1, "findings": []}',
    "recipe.yaml": "vars: {first: 3, to: ftdata}\nread: in.jsonl\nsteps:\n- dedupe\n- sample: {first: '${first}'}\n"
                   "write: {path: made.jsonl, to: '${to}', max-rejects: 100%}\n",
    "in.manifest.json": json.dumps({
        "manifest": 1, "ftdata": __version__, "python": "3.11.0", "folder": ".", "seeds": {}, "rejects": None,
        "inputs": [{"path": "in.jsonl", "rows": 3, "bytes": 5, "sha256": "0" * 64}],
        "outputs": [{"path": "out.jsonl", "rows": 3, "bytes": 5, "sha256": "0" * 64}],
        "account": {"read": 3, "rejected": {}},
        "recipe": {"read": {"files": "in.jsonl"}, "write": {"path": "out.jsonl", "to": "ftdata"}},
    }),
}  # fmt: skip
LOGGED: dict[str, list[Row]] = {
    "scores.jsonl": [{"id": "a", "score": 0.5}, {"trace_id": "t", "name": "quality", "value": 1, "custom_id": "1"}],
    "traces.jsonl": [{"id": "t", "session_id": "s", "tags": ["a"], "metadata": {"queue": "a"}}],
    "requests.jsonl": [{"custom_id": "1", "method": "POST", "url": "/v1/chat/completions",
                        "body": {"model": "gpt-4.1", "messages": [{"role": "user", "content": "q"}]}}],
    "errors.jsonl": [{"id": "e", "custom_id": "2", "response": None, "error": {"code": "x", "message": "y"}}],
    "columns.jsonl": [{"custom_id": "1", "metadata": {"id": 1}, "expected": "a"}],
    "batches.jsonl": [{"id": "b", "object": "batch", "input_file_id": "i", "output_file_id": "o", "error_file_id": None}],
}  # fmt: skip


def lines(rows: Iterable[Row]) -> bytes:
    """The rows as JSON lines; what is no Unicode is escaped."""
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


NUMBERS = (
    "NaN",
    "-Infinity",
    "1e400",
    "-1e400",
    "9" * 400,
    "1" * 5000,
    "-0",
    "1E5",
    "0.1e-400",
    "18446744073709551616",
    "01",
    "+1",
)
STRINGS = ('"\\ud800"', '"a\\udfffb"', '"\\u0000"', '"\ufeff"', '"\u2028\u2029\x85"', '"\\r\\n"', '"\r"', '"\x00"', '"\\uD83D\\uDE00"', '"\\/"', '"\\x"',
           '"问：你好。"', '"「」、。"', '"' + "字" * 3000 + '"')  # fmt: skip
DEEP = (*("[" * depth + "]" * depth for depth in (150, 199, 201, 5000)), '{"a":' * 190 + "1" + "}" * 190)
_VALUE = re.compile(r'(?<=: )(?:"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|null|true|false)')
_KEY = re.compile(r'"(?:[^"\\]|\\.)*"(?=: )')
WHOLE = (
    lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n"), lambda text: text.replace("\n", "\n\n \t\n"),
    lambda text: text.replace("\n", " "), lambda text: "[" + text.strip().replace("\n", ",\n") + "]", lambda text: text.replace("\n", "\n\ufeff"),
    lambda text: text.rstrip("\n"), lambda text: text.replace("{", "{\n  ", 3), lambda text: text.replace("\n", "\u2028\n"),
    lambda text: text + "\x1a", lambda text: "// rows\n" + text, lambda text: text.replace("\n", ",\n"),
)  # fmt: skip
"""Other ways to write the same lines, some of them wrong."""


def spelled(rows: Iterable[Row], chance: Random) -> bytes:
    """The rows as JSON lines, now and then as only other programs write them: duplicate keys, NaN, BOMs, huge numbers."""
    found = [json.dumps(row, ensure_ascii=chance.random() < 0.5) for row in rows]
    if chance.random() < 0.5:
        return lines(rows)
    for _ in range(chance.choice((0, 1, 1, 3))):
        at = chance.randrange(len(found))
        found[at] = _odd(found[at], chance)
    text = "".join(line + "\n" for line in found)
    if chance.random() < 0.4:
        text = chance.choice(WHOLE)(text)
    encoding = chance.choice(("utf-8",) * 8 + ("utf-16", "utf-16-le", "utf-8-sig", "latin-1"))
    return text.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")


def _odd(line: str, chance: Random) -> str:
    """The line with one value written as it may not be, or with a key twice."""
    values, keys = list(_VALUE.finditer(line)), list(_KEY.finditer(line))
    if keys and chance.random() < 0.3:
        one, other = chance.choice(keys), chance.choice(keys)
        return line[: one.start()] + other[0] + line[one.end() :]
    if not values:
        return line
    one = chance.choice(values)
    return line[: one.start()] + chance.choice(chance.choice((NUMBERS, STRINGS, DEEP))) + line[one.end() :]


def laid_out(folder: Path, chance: Random) -> None:
    """Write the files that options name; those of rows hold mutants too."""
    for name, text in AUXILIARY.items():
        (folder / name).write_text(text, encoding="utf-8")
    for name, rows in LOGGED.items():
        (folder / name).write_bytes(lines([*rows, *(mutated(row, chance) for row in rows)]))
    (folder / "other.jsonl").write_bytes(lines(EXAMPLES[:2]))


COMPRESSED = (".gz", ".zst")
TEXT_ROWS = [{"prompt": f"q{number}\n\u2028", "completion": 'a "b", c'} for number in range(12)]


def endings() -> tuple[str, ...]:
    """The endings of all containers that ftdata names, alone and compressed."""
    return (
        *extensions.EXTENSIONS,
        *extensions.TEXTS,
        *(f".jsonl{one}" for one in COMPRESSED),
        *(f".csv{one}" for one in COMPRESSED),
    )


def contained(folder: Path, ending: str) -> Path | None:
    """A good file with this ending, as ftdata's own sink writes it; None where it refuses to."""
    path = folder / f"good{ending}"
    if ending in extensions.TEXTS:
        path.write_text("User: Hi\nAssistant: Hello\n\nUser: 2 + 2?\nAssistant: 4\n", encoding="utf-8")
        return path
    try:
        ftdata.read(TEXT_ROWS, format="completion").write(path, force=True)
    except ftdata.FtdataError:
        return None
    return path if path.exists() else None
