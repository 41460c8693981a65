"""The laws: each draws a case by chance, and says what must hold of it."""

from __future__ import annotations

import copy
import gzip
import io
import json
import re
import shlex
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import ftdata
from ftdata import Dataset
from ftdata.codec import encode
from ftdata.errors import FtdataError, RowError
from ftdata.expressions import Key, Predicate
from ftdata.findings import Drop
from ftdata.formats import FORMATS, Format
from ftdata.formats.gate import gate
from ftdata.rules import FIXES, RULES
from tests.fuzz import chains, foreign, options, verbs
from tests.fuzz.commands import Done, held, run
from tests.fuzz.failures import Broken, Case, internal
from tests.fuzz.files import contained, endings, laid_out, lines, spelled
from tests.fuzz.golden import all_formats, rows_of, written_formats
from tests.fuzz.mutants import accepted, mutated

Row = dict[str, Any]


class Law(NamedTuple):
    """A law: its name, what it says, and how a case of it is drawn.

    Attributes:
        name: As ``--only`` calls it.
        about: What must hold.
        draw: The case of a number, by chance; the number walks the registry.
        size: How many cases walk its registry once.
    """

    name: str
    about: str
    draw: Callable[[int, Random, Path], Case]
    size: Callable[[], int]


def _round(names: Iterable[str], number: int) -> str:
    found = list(names)
    return found[number % len(found)]


def _examples(parsed: Any) -> Iterator[Row]:
    """The examples among what became of a row."""
    for one in parsed if isinstance(parsed, list) else [parsed]:
        if not isinstance(one, Drop):
            yield one


def _passes(example: Row, who: str) -> None:
    try:
        gate(example)
    except RowError as error:
        raise Broken(f"{who} gives what the gate refuses: {_plain(error)}", str(error)[:200]) from None


def _plain(error: FtdataError) -> str:
    """The message without data or numbers, so that equal faults are one place."""
    path = re.sub(r"\d+", "N", error.json_path)
    return f"{path}: {re.sub(r'[0-9]+', 'N', error.message.partition('; got')[0])[:80]}"


# Rows: what a format reads passes the gate, and what it writes is read again.


def _read(known: Format, name: str, row: Row) -> list[Row]:
    before = copy.deepcopy(row)
    known.fits(row)
    known.refusals(row)
    try:
        found = list(_examples(known.read(row, Counter())))
    except RowError:
        found = []
    if row != before:
        raise Broken(f"{name} changes the row that it reads")
    for example in found:
        _passes(example, f"the reader of {name}")
    return found


def _written(example: Row) -> None:
    for name, known in written_formats().items():
        before = copy.deepcopy(example)
        try:
            row = known.dump(example, Counter())
        except RowError:
            continue
        finally:
            if example != before:
                raise Broken(f"{name} changes the example that it writes")
        encode(row)
        try:
            again = known.read(row, Counter())
        except RowError as error:
            raise Broken(f"{name} does not read what it wrote: {_plain(error)}", str(error)[:200]) from None
        for one in _examples(again):
            _passes(one, f"the reader of {name}, of what it wrote,")


def _of_rows(number: int, chance: Random, folder: Path) -> Case:
    name = _round(all_formats(), number)
    known = all_formats()[name]

    def test(rows: list[Row]) -> None:
        for row in rows:
            for example in _read(known, name, row):
                _written(example)

    return Case(
        f"read as {name}, write as all", [mutated(chance.choice(rows_of(name)), chance) for _ in range(4)], test
    )


def _of_examples(number: int, chance: Random, folder: Path) -> Case:
    def test(rows: list[Row]) -> None:
        for row in rows:
            _written(row)

    return Case("write as all", [accepted(chance) for _ in range(4)], _gated(test))


def _gated(test: Callable[[list[Row]], None]) -> Callable[[list[Row]], None]:
    """The test, of those rows that are read, or taken of a function (smaller ones may be no examples)."""

    def of_accepted(rows: list[Row]) -> None:
        kept: list[Row] = []
        for row in rows:
            try:
                kept += _examples(FORMATS["openai"].read(row, Counter()))
            except RowError:
                continue
        test(kept)

    return of_accepted


def _valued(expression: Callable[[Row], Any], row: Row) -> None:
    """A value, or an error that says what the row does not say."""
    expression(row)


# Expressions, rules and fixes over what the gate lets through.


def _of_expressions(number: int, chance: Random, folder: Path) -> Case:
    text = _round((*options.EXPRESSIONS, *options.CONDITIONS), number)

    def test(rows: list[Row]) -> None:
        for row in rows:
            for made in (Key(text), Predicate(text)):
                try:
                    _valued(made, row)
                except FtdataError:
                    continue

    return Case(f"the expression {text}", [accepted(chance) for _ in range(4)], _gated(test))


def _of_fixes(number: int, chance: Random, folder: Path) -> Case:
    slug = _round(FIXES, number)

    def test(rows: list[Row]) -> None:
        data = ftdata.read(rows, format="ftdata")
        found = _quietly(lambda: data.check(select=[slug]).to_dict())
        if bug := internal(json.dumps(found)):
            raise Broken(f"told: {bug}")
        _drained(data.fix(unsafe=True, select=[slug]))

    return Case(f"check and fix {slug}", _mixed(chance, "ftdata", 20), _nonempty(test))


def _mixed(chance: Random, name: str, count: int) -> list[Row]:
    """Golden rows of a format, and mutants of them; accepted ones where rows are examples."""
    examples = name.partition(":")[0] in ("ftdata", "openai")
    rows = rows_of(name)
    mutants = [accepted(chance) if examples else mutated(chance.choice(rows), chance) for _ in range(count - 1)]
    return [copy.deepcopy(rows[0]), *mutants]


def _nonempty(test: Callable[[list[Row]], None]) -> Callable[[list[Row]], None]:
    return lambda rows: test(rows) if rows else None


# The library: every public method of a dataset.

TOKENS = {"input_ids", "prompt_ids", "token_ids", "tokens"}
"""Keys of the rows that `tokenize` makes, which are no examples any more."""


def _drained(data: Dataset) -> None:
    """Run a dataset to its end: the account is balanced, and what came out passes the gate, or is tokens."""
    rejected: list[str] = []
    try:
        for example in data.examples(on_reject=lambda one: rejected.append(str(one.error))):
            if not TOKENS.intersection(example):
                _passes(example, "a step")
    except FtdataError as error:
        rejected.append(str(error))
    for reason in rejected:
        if bug := internal(reason):
            raise Broken(f"told: {bug}", reason[:200])


def _quietly(work: Callable[[], Any]) -> Any:
    try:
        with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
            return work()
    except FtdataError as error:
        if bug := internal(str(error)):
            raise Broken(f"told: {bug}", str(error)[:200]) from None
        return None


def _of_methods(number: int, chance: Random, folder: Path) -> Case:
    method = _round(verbs.methods(), number)
    name = chance.choice(("ftdata", "ftdata", *all_formats()))
    args, given = verbs.drawn(
        method, chance, ftdata.read([{"messages": rows_of("ftdata")[1]["messages"]}], format="ftdata")
    )

    def test(rows: list[Row]) -> None:
        data = ftdata.read(rows, format=name)
        if method == "to_chat":
            data = ftdata.read(
                [row for row in rows if {"prompt", "completion"} <= row.keys()] or [{"prompt": "", "completion": ""}]
            )
        _seen(_quietly(lambda: getattr(data, method)(*args, **given)))

    shown = ", ".join([*map(repr, args), *(f"{key}={value!r}" for key, value in given.items())])
    return Case(f"read(format={name}).{method}({shown})", _mixed(chance, name, 20), _nonempty(test))


def _seen(found: Any) -> None:
    """Look at what a method gave: run datasets, print reports."""
    if isinstance(found, Dataset):
        _drained(found)
        return
    if hasattr(found, "parts") and not isinstance(found, dict):
        found = found.parts
    if isinstance(found, dict):
        found = list(found.values())
    if isinstance(found, list | tuple):
        for one in found[:5]:
            if isinstance(one, Dataset):
                _drained(one)
    if type(found).__module__.startswith("ftdata."):
        _quietly(lambda: _printed(found))


def _printed(found: Any) -> None:
    str(found)
    for name in ("to_dict", "to_markdown", "lines", "to_html", "_repr_html_", "summary"):
        if callable(show := getattr(found, name, None)):
            shown = show()
            if name == "to_dict" and (bug := internal(json.dumps(shown, default=str))):
                raise Broken(f"told: {bug}")


def _of_foreign(number: int, chance: Random, folder: Path) -> Case:
    method = foreign.method_of(number)
    args, given = verbs.drawn(method, chance, ftdata.read(rows_of("ftdata")[:1], format="ftdata"))
    rows = [{"one": one, "other": other} for one, other in foreign.pairs(chance, 16)]
    shown = ", ".join([*map(repr, args), *(f"{key}={value!r}" for key, value in given.items())])
    return Case(f"{method}({shown}) with keys of other kinds", rows, foreign.test_of(method, args, given))


def _of_twice(number: int, chance: Random, folder: Path) -> Case:
    method = _round(chains.TWICE, number)
    args, given = verbs.drawn(method, chance, ftdata.read(rows_of("ftdata")[:1], format="ftdata"))
    shown = ", ".join([*map(repr, args), *(f"{key}={value!r}" for key, value in given.items())])
    return Case(f"{method}({shown}) twice", _mixed(chance, "ftdata", 20), chains.twice(method, args, given))


def _of_chains(number: int, chance: Random, folder: Path) -> Case:
    reads, writes = _round(all_formats(), number), chance.choice(list(written_formats()))
    label, test = chains.chained(folder, reads, writes, chance)
    return Case(label, _mixed(chance, reads, 12), test)


# The command line: every command with each of its options.


def _of_commands(number: int, chance: Random, folder: Path) -> Case:
    walk = options.walk()
    command, param = walk[number % len(walk)]
    name = chance.choice(("ftdata", "openai", *all_formats()))
    fixed = {"--from": name} if options.name_of(param) != "--from" and chance.random() < 0.8 else {}
    line = _with_json(command, options.drawn(command, chance, param, fixed=fixed), chance)
    rows = _mixed(chance, name, 25)
    seed = chance.random()

    def test(rows: list[Row]) -> None:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            laid_out(Path(place), Random(seed))
            (Path(place) / "in.jsonl").write_bytes(spelled(rows, Random(seed)))
            done = held(Path(place), line)
            _read_back(Path(place), line, done)

    return Case("ftdata " + shlex.join(line), rows, _nonempty(test))


def _with_json(command: str, line: list[str], chance: Random) -> list[str]:
    known = {option for param in options.commands()[command].params for option in param.opts}
    return [*line, "--json"] if "--json" in known and "--json" not in line and chance.random() < 0.5 else line


def _read_back(folder: Path, line: list[str], done: Done) -> None:
    """What was written is read again by the format that wrote it, and passes the gate."""
    reads = line[line.index("--from") + 1] if "--from" in line else _detected(folder / "in.jsonl")
    writes = line[line.index("--to") + 1] if "--to" in line else reads
    if "--to" not in line and (
        line[0] in ("convert", "distill") or not (known := all_formats().get(reads)) or not known.writes
    ):
        writes = "openai"
    known, path = all_formats().get(writes), folder / "out.jsonl"
    if (
        done.code not in (0, 1)
        or known is None
        or not path.exists()
        or line[0] in ("requests", "compare", "check", "overlap", "report")
    ):
        return
    for text in path.read_bytes().split(b"\n"):
        if text:
            _again(known, writes, json.loads(text))


def _detected(path: Path) -> str:
    """The format in which a file is read without a word."""
    try:
        found = ftdata.read(path).detected().format
    except FtdataError:
        return ""
    return found.name if found else ""


def _again(known: Format, name: str, row: Row) -> None:
    try:
        found = known.read(row, Counter())
    except RowError as error:
        raise Broken(f"{name} does not read what was written: {_plain(error)}", str(error)[:200]) from None
    for example in _examples(found):
        _passes(example, f"the reader of {name}, of what was written,")


# Same format in, same format out.


@cache
def transforming() -> tuple[str, ...]:
    """The commands that write the format they read: those with -o and --to, but those that make another kind of file.

    Grades go into the metadata, which ftdata's own rows have.
    """
    found = []
    for name, command in options.commands().items():
        known = {option for param in command.params for option in param.opts}
        if {"--to", "-o"} <= known and name not in ("convert", "requests", "distill", "mix", "grade"):
            found.append(name)
    return tuple(found)


def stable(known: Format, row: Row) -> bool:
    """Whether a row comes back the same from being read and written, so that nothing is lost on any way."""
    try:
        found = known.read(row, Counter())
        lost: Counter[str] = Counter()
        return (
            isinstance(found, dict)
            and not lost
            and known.read(known.dump(found, lost), Counter()) == found
            and not lost
        )
    except RowError:
        return False


_SAME = {
    "--output": "out.jsonl",
    "--json": "",
    "--to": "",
    "--report": "",
    "--remove-from": "",
    "--max-rejects": "",
    "--rejects": "none",
    "--strict": "",
    "--as-recipe": "",
    "--dry-run": "",
}


LOGS = ("langfuse",)
"""Logs are read, and what comes of them is written as OpenAI's rows: only test sets are written as theirs."""


def _of_same(number: int, chance: Random, folder: Path) -> Case:
    """`verb(file)` in a format, and the same verb on the file as ftdata's own."""
    formats = [name for name in written_formats() if name not in LOGS]
    commands = transforming()
    name, command = formats[number % len(formats)], commands[number // len(formats) % len(commands)]
    known = written_formats()[name]
    param = chance.choice(
        [
            param
            for param in options.commands()[command].params
            if options.name_of(param) not in (*_SAME, *options.COMMON)
        ]
    )
    line = options.drawn(command, chance, param, fixed={**_SAME, "--from": "ftdata"})

    def test(rows: list[Row]) -> None:
        rows = [row for row in rows if stable(known, row)]
        if rows:
            _same(folder, name, line, rows)

    return Case(
        f"--from {name}: ftdata {shlex.join(line)}", [*copy.deepcopy(rows_of(name)), *_mixed(chance, name, 15)], test
    )


def _same(folder: Path, name: str, line: list[str], rows: list[Row]) -> None:
    known = all_formats()[name]
    with tempfile.TemporaryDirectory(dir=folder) as place:
        around, straight = Path(place) / "around", Path(place) / "straight"
        for way in (around, straight):
            way.mkdir()
            laid_out(way, Random(0))
        (straight / "in.jsonl").write_bytes(lines(rows))
        examples = [next(_examples(known.read(row, Counter()))) for row in rows]
        (around / "in.jsonl").write_bytes(lines(examples))
        one = run(straight, [word if word != "ftdata" else name for word in line])
        other = run(around, line)
        if one.code == other.code == 0:
            _compared(known, name, line[0], _lines_of(straight), _lines_of(around))


def _lines_of(folder: Path) -> list[Row]:
    path = folder / "out.jsonl"
    return [json.loads(text) for text in path.read_bytes().split(b"\n") if text] if path.exists() else []


def _compared(known: Format, name: str, verb: str, rows: list[Row], examples: list[Row]) -> None:
    """Each row that was written straight says what the example says, as this format writes it."""
    wanted = []
    for example in examples:
        try:
            wanted.append(known.read(known.dump(example, Counter()), Counter()))
        except RowError:
            continue  # what the format cannot hold was a reject there
    found = [known.read(row, Counter()) for row in rows]
    if found != wanted:
        raise Broken(f"{verb} of {name} is not {verb} of what it means", json.dumps(found)[:200])


# Bytes: damaged files of every container.


def damaged(data: bytes, chance: Random) -> bytes:
    """The bytes cut off, with bits turned, or with a piece taken out or said twice."""
    kind, at = chance.randrange(4), chance.randrange(len(data) + 1)
    if kind == 0:
        return data[:at]
    if kind == 1:
        flipped = bytearray(data)
        for _ in range(chance.randint(1, 8)):
            flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        return bytes(flipped)
    end = min(len(data), at + chance.randrange(64))
    return data[:at] + data[end:] if kind == 2 else data[:end] + data[at:]


READING = (
    ("convert", "-o", "out.jsonl"),
    ("head",),
    ("look",),
    ("check",),
    ("stats",),
    ("places",),
    ("sample", "--shuffle", "-o", "out.jsonl"),
)


def _of_bytes(number: int, chance: Random, folder: Path) -> Case:
    ending = _round(endings(), number)
    command = READING[number // len(endings()) % len(READING)]
    good = _good(folder, ending)
    data = damaged(good, chance) if good else b""
    if ending.endswith(".gz") and good and chance.random() < 0.5:
        data = gzip.compress(damaged(gzip.decompress(good), chance), mtime=0)
    line = [command[0], f"in{ending}", *command[1:], *(("--from", "completion") if chance.random() < 0.5 else ())]

    def test(rows: list[Row]) -> None:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            (Path(place) / f"in{ending}").write_bytes(data)
            held(Path(place), line)

    return Case("ftdata " + shlex.join(line) + f" of {data[:3000].hex()}", [{}], test)


_FILES: dict[str, bytes] = {}


def _good(folder: Path, ending: str) -> bytes:
    if ending not in _FILES:
        path = contained(folder, ending)
        _FILES[ending] = path.read_bytes() if path else Random(ending).randbytes(200)
    return _FILES[ending]


LAWS: dict[str, Law] = {
    law.name: law
    for law in (
        Law("rows", "a format reads a mutant or rejects it; what it read passes the gate, and each format reads what it wrote of it", _of_rows, lambda: len(all_formats())),
        Law("examples", "each format writes what the gate lets through, or rejects it, and reads what it wrote", _of_examples, lambda: 40),
        Law("expressions", "each key and predicate has a value or says what is missing", _of_expressions, lambda: len((*options.EXPRESSIONS, *options.CONDITIONS))),
        Law("fixes", "each rule with a fix finds and mends without a bug, and what it mended passes the gate", _of_fixes, lambda: len(FIXES)),
        Law("methods", "every method of a dataset, with each of its options, gives examples, rejects and reports", _of_methods, lambda: len(verbs.methods())),
        Law("foreign", "a key that another kind of example has changes nothing but its name", _of_foreign, lambda: len(verbs.methods())),
        Law("twice", "a method leaves alone what it made", _of_twice, lambda: len(chains.TWICE)),
        Law("chains", "a command takes what another one wrote, through any container", _of_chains, lambda: len(all_formats())),
        Law("commands", "every command with each of its options ends with a known code and a balanced account", _of_commands, lambda: len(options.walk())),
        Law("same", "a verb in a format says the same as on ftdata's own rows", _of_same, lambda: len(written_formats()) * len(transforming())),
        Law("bytes", "a damaged file of any container comes to examples, rejects or a sentence", _of_bytes, lambda: len(endings()) * len(READING)),
    )
}  # fmt: skip
"""By name. All rules run in `check`, which the laws of fixes, methods and commands call."""

assert RULES, "importing them registers their fixes"
