"""Every option of every command, alone and in every mode: it changes something, or is refused; it is never swallowed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
import openai
import pytest

from ftdata import __version__
from ftdata.cli.sharing import reading, rowing, writing
from ftdata.codec import encode
from ftdata.example.identities import identity
from tests.cli.running import ftdata
from tests.fuzz.options import commands, values
from tests.jobs.server import KEY, Routes, serving
from tests.view.unserved import unserved

Outcome = tuple[int, str, str, tuple[tuple[str, bytes], ...]]


def lines(*rows: Any) -> str:
    return "".join(encode(row).decode() + "\n" for row in rows)


def chat(n: int) -> dict[str, Any]:
    call = {"id": f"c{n}", "type": "function", "function": {"name": "get_weather", "arguments": '{ "a": 1}'}}
    return {
        "messages": [
            {"role": "system", "content": "Be kind.  "},
            {"role": "user", "content": f"\u200bQ{n % 4} &amp; “x” cafÃ© a{n}@b.org e\u0301"},
            {"role": "user", "content": "And?"},
            {"role": "assistant", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": f"c{n}", "content": "It is a long result."},
            {"role": "assistant", "content": f"<think>hm</think>{'Yes, indeed.' if n % 3 else 'I cannot help with that.'}"},
            {"role": "user", "content": "Thanks"},
        ],
        "tools": [
            {
                "type": "function",
                "function": {
                    "name": name,
                    "description": "What",
                    "parameters": {"type": "object", "title": "T", "properties": {"a": {"type": "integer", "description": "d"}}},
                },
            }
            for name in ("get_weather", "unused")
        ],
        "metadata": {"queue": "a" if n % 2 else "b", "score": n / 10, "mail": "x@y.org"},
    }  # fmt: skip


def logged(n: int) -> dict[str, Any]:
    answer = {"role": "assistant", "content": "I cannot help with that." if n == 1 else f"a{n}"}
    if n == 3:
        answer["reasoning_content"] = "Three, so a3."
    choices = [{"index": at, "message": answer, "finish_reason": "stop" if n else "length"} for at in range(2)]
    return {
        "request": {"model": "gpt-4.1", "messages": [{"role": "user", "content": f"q{n // 2}"}],
                    "response_format": {"type": "json_object"}},
        "response": {"id": f"r{n}", "model": "gpt-4.1", "created": 1750000000 + n, "choices": choices,
                     "usage": {"completion_tokens": 3, "prompt_tokens": 5}},
    }  # fmt: skip


TABLE = "text,label,a,b,role,content,id,calls,call\n" + "".join(
    f"x{n},{n % 3},q,w,{role},hello {n},{n // 6},,\n"
    for n, role in enumerate(["assistant", "user", "user", "assistant", "tool", "user"] * 2)
)
THREADS = TABLE + (
    "x,0,q,w,Ann,Where is it?,7,,\nx,0,q,w,Bo,On its way.,7,,\n"
    'x,0,q,w,user,And now?,8,,\nx,0,q,w,assistant,,8,"[{""name"": ""f"", ""arguments"": {}}]",\nx,0,q,w,tool,rain,8,,k1\nx,0,q,w,assistant,Rain.,8,,\n'
    "x,0,q,w,user,Say nothing.,9,,\nx,0,q,w,assistant,,9,,\n"
)
"""Conversations of users and assistants, one of two people by their names, one with a call, and one without an answer."""
FILES: Mapping[str, str] = {
    "threads.csv": THREADS,
    "labelled.jsonl": lines(*({"messages": [{"role": "user", "content": f"Where does mail {n} go?"}, {"role": "assistant", "content": label}]}
                              for n, label in enumerate(["billing", "Billing", "billing", "refund", "refunds", "refund", "billing."] * 3))),
    "in.jsonl": lines(*map(chat, range(12))),
    "other.jsonl": lines(*map(chat, range(3))),
    "table.csv": TABLE,
    "old.jsonl": lines(*({"prompt": f"Say it: {n}\n\n###\n\n", "completion": f" {n}\\n END"} for n in range(12))),
    "talk.txt": "Ann: Hi\nBo: Hello\n---\nAnn: So?\nBo: Yes.\n",
    "calls.jsonl": lines(*map(logged, range(4))),
    "asked.jsonl": lines(*({"custom_id": f"i{n}", "method": "POST", "url": "/v1/chat/completions",
                            "body": {"model": "gpt-4.1", "messages": [{"role": "user", "content": f"q{n}"}]}} for n in range(3))),
    "answers.jsonl": lines(*({"id": f"b{n}", "custom_id": f"i{n}", "error": None,
                              "response": {"status_code": 200, "body": logged(n)["response"]}} for n in range(3))),
    "scores.jsonl": lines(*({"id": f"r{n}", "score": n / 4} for n in range(3))),
    "traces.jsonl": lines(*({"id": f"r{n}", "session_id": "s"} for n in range(3))),
    "columns.jsonl": lines(*({"custom_id": f"i{n}", "metadata": {"z": n}} for n in range(3))),
    "batches.jsonl": lines({"id": "batch_1", "object": "batch", "input_file_id": "x", "output_file_id": "y"}),
    "errors.jsonl": lines({"id": "b9", "custom_id": "i2", "response": {"status_code": 500, "body": {}}, "error": None}),
    "map.yaml": "messages:\n- {role: user, content: '{{ text }}'}\n- {role: assistant, content: '{{ label }}'}\n",
    "labels.csv": "0,zero\n1,one\n2,two\n",
    "models.toml": '[mine]\ntokenizer = "o200k_base"\nlimit = 1000\n',
    "phrases.txt": "Yes\n",
    "shorten.yaml": "- prompt: 'Be kind.  '\n  short: Kind\n",
    "system.txt": "Be brief.\n",
    "train.jsonl": lines(*({"messages": [{"role": "user", "content": f"Where is parcel {n}?"},
                                         {"role": "assistant", "content": f"On its way to depot {n % 3}."}]} for n in range(12))),
    "valid.jsonl": lines(*({"messages": [{"role": "user", "content": f"When does parcel {n} come?"},
                                         {"role": "assistant", "content": "Tomorrow."}]} for n in range(12))),
    "results.csv": "step,train_loss,valid_loss\n" + "".join(f"{n},{1 / n},{0.5 + abs(n - 4) / 9}\n" for n in range(1, 9)),
    "job.json": '{"model": "gpt-4.1-mini", "training_file": "train.jsonl", "method": {"type": "supervised", "supervised": {}}}',
    "grader.json": '{"type": "string_check", "name": "g", "operation": "eq", "input": "{{sample.output_text}}", "reference": "{{item.queue}}"}',
    "schema.json": '{"type": "object", "properties": {}}',
    "tools.json": '[{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}]',
    "baseline.json": f'{{"ftdata": "{__version__}", "findings": ["00"]}}',
    "recipe.yaml": "vars: {first: 3}\nread: in.jsonl\nsteps:\n- sample: {first: '${first}'}\nwrite: out.jsonl\n",
}  # fmt: skip
OF_OTHER = {
    "manifest": 1, "ftdata": __version__, "python": "3.11.0", "folder": ".", "seeds": {}, "rejects": None,
    "inputs": [{"path": "in.jsonl", "rows": 12, "bytes": len(FILES["in.jsonl"].encode()),
                "sha256": sha256(FILES["in.jsonl"].encode()).hexdigest()}],
    "outputs": [{"path": "other.jsonl", "rows": 3, "bytes": len(FILES["other.jsonl"].encode()),
                 "sha256": sha256(FILES["other.jsonl"].encode()).hexdigest()}],
    "account": {"read": 12, "rejected": {}},
    "recipe": {"read": {"files": "in.jsonl"}, "steps": [{"sample": {"first": 3}}], "write": {"path": "other.jsonl"}},
}  # fmt: skip
FIRST = json.loads(FILES["in.jsonl"].splitlines()[0])
FILES = {
    **FILES,
    "other.manifest.json": json.dumps(OF_OTHER),
    "edits.jsonl": lines({"id": identity(FIRST), "values": {"$.messages[2].content": "Edited."}}),
    "changed.jsonl": lines(
        *({"messages": [*chat(n)["messages"][:-1], {"role": "assistant", "content": f"Other {n}"}]} for n in range(12))
    ),
}

MODES: Mapping[str, Mapping[str, str]] = {
    "convert": {
        "examples": "in.jsonl -o out.jsonl", "columns": "table.csv --user text --assistant label -o out.jsonl",
        "mapping": "table.csv --map map.yaml -o out.jsonl", "messages": "threads.csv --group-by id -o out.jsonl",
        "completions": "old.jsonl -o out.jsonl", "completions kept": "old.jsonl -o out.jsonl --to completion",
        "dialogue": "talk.txt --role-map Ann=user,Bo=assistant -o out.jsonl", "calls": "calls.jsonl -o out.jsonl --to ftdata",
        "batch": "answers.jsonl --requests asked.jsonl -o out.jsonl",
    },
    "distill": {
        "calls": "calls.jsonl -o out.jsonl --to ftdata", "batch": "answers.jsonl --requests asked.jsonl -o out.jsonl",
        "shorter": "in.jsonl -o out.jsonl --system Kind", "merged": "calls.jsonl -o out.jsonl --merge prefix",
    },
    "check": {"rows": "in.jsonl", "fix": "in.jsonl --fix -o out.jsonl", "completions": "old.jsonl", "table": "table.csv"},
    "stats": {"examples": "in.jsonl"},
    "places": {"examples": "in.jsonl"},
    "report": {"page": "in.jsonl -o report.html", "figures": "in.jsonl --json"},
    "look": {"examples": "in.jsonl", "table": "table.csv"},
    "view": {"one": "in.jsonl", "two": "in.jsonl other.jsonl", "table": "table.csv"},
    "head": {"first": "in.jsonl", "line": "in.jsonl:2"},
    "requests": {
        "examples": "in.jsonl --model gpt-4.1 -o b.jsonl", "table": "table.csv --model gpt-4.1 --user text -o b.jsonl",
        "mapping": "table.csv --model gpt-4.1 --map map.yaml -o b.jsonl", "estimate": "in.jsonl --model gpt-4.1",
    },
    "compare": {"files": "in.jsonl other.jsonl"},
    "labels": {"look": "labelled.jsonl", "write": "labelled.jsonl -o out.jsonl"},
    "balance": {"look": "in.jsonl --by answer", "under": "in.jsonl --by answer --how under -o out.jsonl"},
    "conflicts": {"look": "in.jsonl", "resolve": "in.jsonl --resolve drop -o out.jsonl"},
    "dedupe": {"exact": "in.jsonl -o out.jsonl", "near": "in.jsonl -o out.jsonl --near 0.85"},
    "apply": {"edits": "edits.jsonl in.jsonl -o out.jsonl"},
    "diff": {"two": "in.jsonl changed.jsonl", "page": "in.jsonl changed.jsonl --html out.html"},
    "review": {"table": "in.jsonl -o out.csv"},
    "overlap": {"look": "in.jsonl other.jsonl", "remove": "in.jsonl other.jsonl --remove-from in.jsonl -o out.jsonl"},
    "split": {"parts": "in.jsonl --into a.jsonl --into b.jsonl=0.5"},
    "strip": {"savings": "in.jsonl", "strip": "in.jsonl --descriptions -o out.jsonl"},
    "system": {"set": "in.jsonl --set Kind -o out.jsonl", "add": "in.jsonl --add Kind -o out.jsonl"},
    "weights": {"all": "in.jsonl -o out.jsonl"},
    "tools": {"ids": "in.jsonl --ids -o out.jsonl"},
    "turns": {"merge": "in.jsonl --merge -o out.jsonl", "fit": "in.jsonl --fit 130 -o out.jsonl"},
    "text": {"space": "in.jsonl --white-space -o out.jsonl"},
    "redact": {"mail": "in.jsonl -o out.jsonl"},
    "filter": {"tokens": "in.jsonl --min-tokens 1 -o out.jsonl", "where": "in.jsonl --where score -o out.jsonl"},
    "grade": {"answers": "in.jsonl --grader grader.json -o out.jsonl"},
    "sample": {"random": "in.jsonl -n 3 -o out.jsonl", "ladder": "in.jsonl --ladder 100,50 -o o-{share}.jsonl"},
    "mix": {"two": "--source in.jsonl=1 --source other.jsonl=1 -o out.jsonl"},
    "job": {"chats": "train.jsonl --model gpt-4.1-mini"}, "metrics": {"file": "results.csv"},
    "upload": {"file": "train.jsonl --every 0"}, "submit": {"rehearsal": "job.json --dry-run", "sent": "job.json --every 0"},
    "jobs": {"all": "list", "one": "show ftjob-1", "watched": "watch ftjob-1 --every 0"},
    "checkpoints": {"of one": "ftjob-1"}, "delete-model": {"one": "ft:gpt-4.1-mini:org::1 --yes"},
    "rules": {"all": ""}, "formats": {"all": "", "one": "openai"}, "models": {"all": "", "one": "gpt-4o"},
    "example": {"list": "", "one": "tickets"}, "schema": {"all": "", "one": "check"},
    "skill": {"page": ""}, "completion": {"script": "bash"}, "man": {"all": "", "one": "check", "folder": "--folder pages"}, "mcp": {"nowhere": "none.jsonl"},
    "explain": {"one": "weight"}, "run": {"sample": "recipe.yaml"}, "verify": {"sample": "other.manifest.json"},
}  # fmt: skip
"""Of each command, by the mode that it is in: a command line."""

VALUES = {"--from": ("openai", "sharegpt"), "--set": ("first=5", "@system.txt"), "--columns": ("text,x",), "--role-map": ("user=user,assistant=assistant", "tool=drop", "user=assistant,assistant=user"), "--metadata": ("a,b",),
          "--group-by": ("id",), "--tool-calls-column": ("calls",), "--tool-call-id-column": ("call",),
          "--replace": ("Be=>Bo", "Q=>P"), "--teacher": ("gpt-5",), "--since": ("2030-01-01",), "--until": ("2020-01-01",),
          "--tokenizer": ("gpt2", "p50k_base"), "--parts-above": ("100",), "--valid": ("valid.jsonl",), "--data": ("train.jsonl",), "--min-characters": ("500",), "--min-tokens": ("9000",)}  # fmt: skip
"""Values for these files, where those that fuzzing draws are for others."""

OF_THE_RUN = {
    "force",
    "rejects",
    "max_rejects",
    "strict",
    "allow_empty_output",
    "workers",
    "engine",
    "merge_parts",
    "quiet",
    "max_record",
    "encoding",
    "lang",
}
"""Options of how a run goes: they show where an output exists, rows are rejected or records are large; the language shows
in messages and help: tests/cli/test_lang.py."""

TRIES = 6
"""Values that are tried: one of them may be the default, or fit these files."""


@cache
def shared() -> set[str]:
    return {flag for one in (*reading(()), *rowing(), *writing(())) for flag in one.opts}


def asked(name: str, mode: str) -> Iterator[click.Option]:
    """The options of a command; those of reading and writing in its first mode, since they are the same in others."""
    line, first = MODES[name][mode].split(), mode == next(iter(MODES[name]))
    for one in commands()[name].params:
        if isinstance(one, click.Option) and not one.hidden and one.name not in (*OF_THE_RUN, "help_all"):
            given = any(flag in line for flag in one.opts)
            if not given and (first or not shared().intersection(one.opts) or one.name == "from_"):
                yield one


ONLINE = ("upload", "submit", "jobs", "checkpoints", "delete-model")


@contextmanager
def there_is_a_service(command: str) -> Iterator[None]:
    """One on this machine, in the same state for every run, for the commands that ask one."""
    if command not in ONLINE:
        yield
        return
    with serving() as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(openai._base_client, "INITIAL_RETRY_DELAY", 0.001)
        patch.setattr(openai._base_client, "MAX_RETRY_DELAY", 0.001)
        patch.setenv("OPENAI_API_KEY", KEY)
        patch.setenv("OPENAI_BASE_URL", server.url)
        routes = Routes(server.world, b"", "", {})
        for _ in range(3):
            file = routes.made("x.jsonl", b"{}", "fine-tune") | {"status": "processed"}
            server.world.files[file["id"]] = file
            routes.create({"model": "gpt-4.1-mini", "training_file": file["id"], "metadata": {}})
        for _ in range(4):
            routes.advance(server.world.jobs["ftjob-1"])
        yield


def marks(folder: Path | str) -> dict[str, tuple[int, int, int]]:
    """By file: what changes with it, as files are replaced and not written into."""
    found: dict[str, tuple[int, int, int]] = {}
    for entry in os.scandir(folder):
        if entry.is_dir():
            found |= marks(entry.path)
        else:
            told = entry.stat()
            found[entry.path] = told.st_ino, told.st_mtime_ns, told.st_size
    return found


def outcome(folder: Path, line: list[str]) -> Outcome:
    """What a command says and leaves, in a folder that it has for itself.

    Behind it the folder is put right: to write all files for each command anew takes longer than most commands.
    """
    folder.mkdir(exist_ok=True)
    for name in FILES.keys() - {path.name for path in folder.iterdir()}:
        (folder / name).write_text(FILES[name], encoding="utf-8")
    before = marks(folder)
    with there_is_a_service(line[0]), unserved():
        done = ftdata(folder, *line)
    assert "a bug in ftdata" not in done.err, (line, done.err)
    after = marks(folder)
    changed = sorted(path for path in after if before.get(path) != after[path])
    left = {os.path.relpath(path, folder): Path(path).read_bytes() for path in changed}
    for name, _ in after.items() ^ before.items():
        Path(name).unlink(missing_ok=True)
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
    return (
        *done,
        tuple((name, data) for name, data in left.items() if FILES.get(name) != data.decode(errors="replace")),
    )


@pytest.mark.parametrize(("name", "mode"), [(name, mode) for name, modes in MODES.items() for mode in modes])
def test_no_option_is_swallowed(tmp_path: Path, name: str, mode: str) -> None:
    line = [name, *MODES[name][mode].split()]
    before = outcome(tmp_path / "run", line)
    assert before[0] in (0, 1) or name == "mcp", before[2]  # which serves until its client has gone
    swallowed = []
    for one in asked(name, mode):
        known = VALUES.get(one.opts[-1]) or values(name, one)
        tried = [[one.opts[0]]] if one.is_flag else [[one.opts[0], value] for value in known[:TRIES]]
        if all(outcome(tmp_path / "run", [*line, *words]) == before for words in tried):
            swallowed.append(one.opts[-1])
    assert set(swallowed) == set(SAYS_NOTHING.get(f"{name} {mode}", "").split()), json.dumps(swallowed)


def test_every_command_is_in_the_matrix() -> None:
    assert MODES.keys() == commands().keys()


SAYS_NOTHING: Mapping[str, str] = {
    # Rows that differ in more than case, white space and punctuation, and are none but chats with one answer.
    "conflicts look": "--normalize --role-map", "conflicts resolve": "--normalize", "dedupe near": "--normalize --instructions",
    "dedupe exact": "--normalize --ignore-punctuation --keep --weights --metadata",
    "convert columns": "--allow-empty --per-answer", "convert mapping": "--allow-empty --per-answer",
    "convert completions": "--trim-labels --whole-prompts --prefix-to-system --per-answer",
    "convert dialogue": "--finish --per-answer", "convert calls": "--per-answer", "convert batch": "--per-answer",
    # Edits whose examples are all there.
    "apply edits": "--conflicts",
    # One system prompt for all, every call with its function, every example with its score, nothing tagged or thought.
    "system set": "--replace-all", "tools ids": "--undeclared", "filter where": "--unknown",
    "distill calls": "--not-tags --hosted-tools --no-infer-tools", "distill batch": "--status --not-tags --valid", "distill merged": "--not-tags --train",
    "distill shorter": "--drop-few-shot --replace-all",
    # As by default: savings are a dry run, mail is among all kinds, these models count tokens as gpt-4o does.
    "strip savings": "--dry-run", "redact mail": "--kinds", "turns fit": "--model", "filter tokens": "--model",
    "sample random": "--shuffle",
    # Rows of chats hold no text in their columns: their messages have verbs of their own.
    "convert examples": "--replace", "head first": "--replace",
    # What is asked once, is not empty, and remembers no column that it has not; an estimate is of tokens alone.
    "requests examples": "--keep-duplicates --allow-empty --replace", "requests table": "--keep-duplicates --allow-empty",
    "requests mapping": "--metadata --keep-duplicates --allow-empty",
    "requests estimate": "--n --temperature --settings --endpoint --metadata --keep-duplicates "
                         "--allow-empty",
    # How long is waited for what is done at once, and how large the parts are of what is sent whole.
    "upload file": "--most --part-size", "submit sent": "--most --part-size",
    # Few findings, of which no baseline knows any; completions share nothing with chats, and a table holds no example.
    "check rows": "--fail-on --baseline", "check fix": "--baseline",
    "check completions": "--against --ignore --max-findings --baseline",
    "check table": "--against --ignore --fail-on --baseline",
    # Rules judge examples, and a table holds none.
    "view table": "--for",
}  # fmt: skip
"""By command and mode: options that apply there, and for which these rows have nothing."""
