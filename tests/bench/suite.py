"""The comparisons: what is run against what, and the bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from . import commands, data
from .commands import python, script
from .compare import Comparison
from .small import SMALL

CSV_ROWS = 600_000
LINES = 100_000
DESCRIBED_ROWS = 260_000
MESSAGES = 5_000_000
UNIQUE_ROWS = 42_000
REPEATED_ROWS = 12_500
"""115 MB each."""
LONG_ROWS = 400
CONVERSATIONS = 50_000
BATCH_ROWS = 400_000
"""1 GB of requests and answers."""
FORMATS = ("sharegpt", "trl", "mistral", "gemini", "anthropic", "together", "fireworks", "alpaca", "completion")
SHORT = 20
"""Pairs where a run takes a fraction of a second."""


@dataclass(frozen=True)
class Place:
    """Where a run keeps its data and its outputs, and how much data it makes."""

    inputs: Path
    outputs: Path
    scale: float

    def data(self, stem: str, suffix: str, rows: int, make: Callable[[Path, int], None]) -> DataFile:
        """A data file with so many rows, named after their number."""
        rows = max(1, round(rows * self.scale))
        return DataFile(self.inputs / f"{stem}-{rows}{suffix}", lambda path: make(path, rows))

    def tickets(self) -> DataFile:
        """The 400 MB of tickets."""
        return self.data("tickets", ".csv", CSV_ROWS, data.tickets_csv)

    def pair(self) -> tuple[Path, Path]:
        """An output for ours and one for theirs."""
        return self.outputs / "ours.jsonl", self.outputs / "theirs.jsonl"


@dataclass(frozen=True)
class DataFile:
    """A data file that is made when it is needed."""

    path: Path
    make: Callable[[Path], None]

    def prepare(self) -> None:
        """Make the file, if it is not there yet."""
        data.made(self.path, self.make)


def csv_polars(place: Place) -> Comparison:
    """CSV to chat, against Polars' streaming engine."""
    tickets, (ours, theirs) = place.tickets(), place.pair()
    return Comparison(
        "csv-polars",
        python(commands.FTDATA_CSV, tickets.path, ours),
        python(commands.POLARS_CSV, tickets.path, theirs),
        bound=0.9,
        needs="polars",
        prepare=tickets.prepare,
        outputs=(ours, theirs),
        same=True,
    )


def csv_datasets(place: Place) -> Comparison:
    """CSV to chat, against Hugging Face datasets with two processes."""
    tickets, (ours, theirs) = place.tickets(), place.pair()
    return Comparison(
        "csv-datasets",
        python(commands.FTDATA_CSV, tickets.path, ours),
        python(commands.DATASETS_CSV, tickets.path, theirs),
        bound=0.2,
        needs="datasets",
        prepare=tickets.prepare,
        outputs=(ours, theirs),
        same=True,
    )


def alpaca_cleanllm(place: Place) -> Comparison:
    """Alpaca rows through templates to chat, with a system message; cleanllm's own conversion writes none."""
    rows, (ours, theirs) = place.data("alpaca", ".jsonl", LINES, data.alpaca_jsonl), place.pair()
    return Comparison(
        "alpaca-cleanllm",
        python(commands.FTDATA_ALPACA, rows.path, ours),
        script("cleanllm", "convert", rows.path, theirs, "--from", "alpaca", "--to", "chatml"),
        bound=0.7,
        needs="cleanllm",
        prepare=rows.prepare,
        outputs=(ours, theirs),
    )


def jsonl_unchanged(place: Place) -> Comparison:
    """Chat examples with tools read and written, against a bare loop in one process."""
    rows, (ours, theirs) = place.data("tools", ".jsonl", LINES, data.tools_jsonl), place.pair()
    return Comparison(
        "jsonl-unchanged",
        python(commands.FTDATA_UNCHANGED, rows.path, ours),
        python(commands.BARE_UNCHANGED, rows.path, theirs),
        bound=0.7,
        prepare=rows.prepare,
        outputs=(ours, theirs),
        same=True,
    )


def sharegpt_cleanllm(place: Place) -> Comparison:
    """ShareGPT rows with calls to chat; cleanllm leaves calls and results as they are."""
    rows, (ours, theirs) = place.data("sharegpt", ".jsonl", CONVERSATIONS, data.sharegpt_jsonl), place.pair()
    return Comparison(
        "sharegpt-cleanllm",
        python(commands.FTDATA_FORMATS, rows.path, ours, "sharegpt", "openai"),
        script("cleanllm", "convert", rows.path, theirs, "--from", "sharegpt", "--to", "chatml"),
        bound=0.7,
        needs="cleanllm",
        prepare=rows.prepare,
        outputs=(ours, theirs),
    )


def _whole(place: Place, name: str, program: str, bound: float) -> Comparison:
    """Something done to a million examples, against a bare loop over them in one process."""
    rows, (ours, theirs) = place.data("tools", ".jsonl", 10 * LINES, data.tools_jsonl), place.pair()
    return Comparison(
        name,
        python(program, rows.path, ours),
        python(commands.BARE_UNCHANGED, rows.path, theirs),
        bound=bound,
        prepare=rows.prepare,
        outputs=(ours, theirs),
    )


def conversion(reads: str, writes: str) -> Callable[[Place], Comparison]:
    """Rows from one format to another, against a bare loop over the same rows in one process."""

    def compare(place: Place) -> Comparison:
        chats = place.data("sharegpt", ".jsonl", CONVERSATIONS, data.sharegpt_jsonl)
        rows = place.data(
            f"chats-{reads}", ".jsonl", CONVERSATIONS, lambda path, _: data.in_format(reads, chats.path, path)
        )
        ours, theirs = place.pair()

        def prepare() -> None:
            chats.prepare()
            rows.prepare()

        return Comparison(
            f"{reads}-{writes}",
            python(commands.FTDATA_FORMATS, rows.path, ours, reads, writes),
            python(commands.BARE_UNCHANGED, rows.path, theirs),
            bound=1.5,
            prepare=prepare,
            outputs=(ours, theirs),
        )

    return compare


def dedupe(place: Place) -> Comparison:
    """Exact duplicates among a million examples."""
    return _whole(place, "dedupe", commands.FTDATA_DEDUPE, 1.0)


def split(place: Place) -> Comparison:
    """A million examples into three parts."""
    return _whole(place, "split", commands.FTDATA_SPLIT, 1.0)


def balance(place: Place) -> Comparison:
    """A million examples, of which half stay."""
    return _whole(place, "balance", commands.FTDATA_BALANCE, 1.0)


def dedupe_near(place: Place) -> Comparison:
    """Near-duplicates among distinct texts, against datasketch with the same shingles and as many permutations."""
    rows, (ours, theirs) = place.data("texts", ".jsonl", LINES, data.texts_jsonl), place.pair()
    return Comparison(
        "dedupe-near",
        python(commands.FTDATA_NEAR, rows.path, ours),
        python(commands.DATASKETCH_NEAR, rows.path, theirs),
        bound=0.2,
        needs="datasketch",
        prepare=rows.prepare,
        outputs=(ours, theirs),
        same=True,
    )


def _described(place: Place, name: str, program: str) -> Comparison:
    rows = place.data("described", ".jsonl", DESCRIBED_ROWS, data.described_tools_jsonl)
    ours, theirs = place.pair()
    return Comparison(
        name,
        python(program, rows.path, ours),
        python(commands.BARE_UNCHANGED, rows.path, theirs),
        bound=1.2,
        prepare=rows.prepare,
        outputs=(ours, theirs),
    )


def strip(place: Place) -> Comparison:
    """Descriptions stripped from 400 MB of examples, against a bare loop in one process that changes nothing."""
    return _described(place, "strip", commands.FTDATA_STRIP)


def weights(place: Place) -> Comparison:
    """Weights set in 400 MB of examples, against the same loop."""
    return _described(place, "weights", commands.FTDATA_WEIGHTS)


def shuffle_memory(place: Place) -> Comparison:
    """Memory of all processes: 400 MB shuffled ("ours") against a quarter of it ("theirs")."""
    large = place.data("described", ".jsonl", DESCRIBED_ROWS, data.described_tools_jsonl)
    small, (ours, theirs) = (
        place.data("described", ".jsonl", DESCRIBED_ROWS // 4, data.described_tools_jsonl),
        place.pair(),
    )

    def prepare() -> None:
        large.prepare()
        small.prepare()

    return Comparison(
        "shuffle-memory",
        python(commands.FTDATA_SHUFFLE_TWO_WORKERS, large.path, ours),
        python(commands.FTDATA_SHUFFLE_TWO_WORKERS, small.path, theirs),
        bound=1.5,
        prepare=prepare,
        outputs=(ours, theirs),
        limit_mb=400,
    )


def memory(place: Place) -> Comparison:
    """Memory of all processes: a CSV file four times as large ("ours") against the file ("theirs")."""
    once, (large, small) = place.tickets(), place.pair()
    rows = 4 * round(CSV_ROWS * place.scale)
    four = DataFile(place.inputs / f"tickets-{rows}.csv", partial(data.four_times, once.path))

    def prepare() -> None:
        once.prepare()
        four.prepare()

    return Comparison(
        "memory",
        python(commands.FTDATA_CSV_TWO_WORKERS, four.path, large),
        python(commands.FTDATA_CSV_TWO_WORKERS, once.path, small),
        bound=1.2,
        prepare=prepare,
        outputs=(large, small),
        limit_mb=300,
    )


def parquet_csv(place: Place) -> Comparison:
    """Parquet to chat, against the same rows from CSV."""
    tickets, (ours, theirs) = place.tickets(), place.pair()
    table = DataFile(tickets.path.with_suffix(".parquet"), partial(data.tickets_parquet, tickets.path))

    def prepare() -> None:
        tickets.prepare()
        table.prepare()

    return Comparison(
        "parquet-csv",
        python(commands.FTDATA_CSV, table.path, ours),
        python(commands.FTDATA_CSV, tickets.path, theirs),
        bound=1.0,
        needs="pyarrow",
        prepare=prepare,
        outputs=(ours, theirs),
        same=True,
    )


def _grown(place: Place, name: str, suffix: str, grow: Callable[[Path, Path, int], None]) -> Comparison:
    """Memory of all processes on about 1 GB ("ours") against a third of it ("theirs")."""
    rows, (large, small) = place.data("tools", ".jsonl", LINES, data.tools_jsonl), place.pair()
    nine, three = (rows.path.with_name(f"{rows.path.stem}-{times}{suffix}") for times in (9, 3))

    def prepare() -> None:
        rows.prepare()
        data.made(nine, lambda path: grow(rows.path, path, 9))
        data.made(three, lambda path: grow(rows.path, path, 3))

    return Comparison(
        name,
        python(commands.FTDATA_UNCHANGED, nine, large),
        python(commands.FTDATA_UNCHANGED, three, small),
        bound=1.2,
        prepare=prepare,
        outputs=(large, small),
        limit_mb=300,
    )


def json_memory(place: Place) -> Comparison:
    """A JSON array of 1 GB."""
    return _grown(place, "json-memory", ".json", data.as_array)


def gz_memory(place: Place) -> Comparison:
    """JSON lines of 1 GB, compressed."""
    return _grown(place, "gz-memory", ".jsonl.gz", data.as_gzip)


def gather_memory(place: Place) -> Comparison:
    """Memory of all processes: messages gathered into conversations ("ours") against a quarter of them ("theirs")."""
    large = place.data("messages", ".csv", MESSAGES, data.messages_csv)
    small, (ours, theirs) = place.data("messages", ".csv", MESSAGES // 4, data.messages_csv), place.pair()

    def prepare() -> None:
        large.prepare()
        small.prepare()

    return Comparison(
        "gather-memory",
        python(commands.FTDATA_GATHER_TWO_WORKERS, large.path, ours),
        python(commands.FTDATA_GATHER_TWO_WORKERS, small.path, theirs),
        bound=1.5,
        prepare=prepare,
        outputs=(ours, theirs),
        limit_mb=400,
    )


def _batch(place: Place, rows: int) -> tuple[DataFile, DataFile]:
    """The requests of a batch, and the answers."""
    asked = place.data("requests", ".jsonl", rows, data.requests_jsonl)
    return asked, place.data("answers", ".jsonl", rows, data.answers_jsonl)


def batch_join(place: Place) -> Comparison:
    """A batch's requests and answers of 1 GB joined, against a bare loop over both files in one process."""
    (asked, answers), (ours, theirs) = _batch(place, BATCH_ROWS), place.pair()

    def prepare() -> None:
        asked.prepare()
        answers.prepare()

    return Comparison(
        "batch-join",
        python(commands.FTDATA_JOIN, asked.path, answers.path, ours),
        python(commands.BARE_UNCHANGED, asked.path, theirs, answers.path),
        bound=2.0,
        prepare=prepare,
        outputs=(ours, theirs),
    )


def batch_memory(place: Place) -> Comparison:
    """Memory of all processes: the same join ("ours") against a quarter of it ("theirs")."""
    large, small, (ours, theirs) = _batch(place, BATCH_ROWS), _batch(place, BATCH_ROWS // 4), place.pair()

    def prepare() -> None:
        for one in (*large, *small):
            one.prepare()

    return Comparison(
        "batch-memory",
        python(commands.FTDATA_JOIN_TWO_WORKERS, large[0].path, large[1].path, ours),
        python(commands.FTDATA_JOIN_TWO_WORKERS, small[0].path, small[1].path, theirs),
        bound=1.5,
        prepare=prepare,
        outputs=(ours, theirs),
        limit_mb=400,
    )


def _tokens(place: Place, name: str, program: str, *, bound: float, needs: str = "") -> Comparison:
    rows = place.data("unique", ".jsonl", UNIQUE_ROWS, data.unique_chats_jsonl)
    ours, theirs = python(program, rows.path), python(commands.TIKTOKEN_LOOP, rows.path)
    return Comparison(name, ours, theirs, bound=bound, needs=needs, prepare=rows.prepare)


def tokens(place: Place) -> Comparison:
    """Counting texts that are all different, against a loop of tiktoken's in one process."""
    return _tokens(place, "tokens", commands.FTDATA_STATS_PLAIN, bound=1 / 2)


def tokens_fast(place: Place) -> Comparison:
    """The same with the extra `fast`."""
    return _tokens(place, "tokens-fast", commands.FTDATA_STATS, bound=1 / 4, needs="splintr")


def tokens_repeated(place: Place) -> Comparison:
    """Counting where a system prompt and tools of 1,500 tokens stand in every example."""
    rows = place.data("repeated", ".jsonl", REPEATED_ROWS, data.same_prompt_chats_jsonl)
    ours = python(commands.FTDATA_STATS_PLAIN, rows.path)
    theirs = python(commands.TIKTOKEN_LOOP, rows.path)
    return Comparison("tokens-repeated", ours, theirs, bound=1 / 5, prepare=rows.prepare)


def _check(place: Place, name: str, bound: float, *options: str) -> Comparison:
    rows = place.data("tools", ".jsonl", LINES, data.tools_jsonl)
    ours, theirs = python(commands.FTDATA_CHECK, rows.path, *options), python(commands.BARE_DECODE, rows.path)
    return Comparison(name, ours, theirs, bound=bound, prepare=rows.prepare)


def check_structure(place: Place) -> Comparison:
    """Checking structure and tools, against a bare loop that decodes the lines."""
    return _check(place, "check-structure", 2.0, "ignore=quality")


def check_quality(place: Place) -> Comparison:
    """Checking by all rules, against the same loop."""
    return _check(place, "check-quality", 3.5)


def check_errors(place: Place) -> Comparison:
    """Checking a file with an error on every line, against a clean one."""
    rows = place.data("tools", ".jsonl", LINES, data.tools_jsonl)
    wrong = DataFile(rows.path.with_name(f"wrong-{rows.path.name}"), partial(data.with_a_wrong_role, rows.path))

    def prepare() -> None:
        rows.prepare()
        wrong.prepare()

    ours, theirs = python(commands.FTDATA_CHECK, wrong.path), python(commands.FTDATA_CHECK, rows.path)
    return Comparison("check-errors", ours, theirs, bound=2.0, prepare=prepare)


def check_model(place: Place) -> Comparison:
    """Checking long chats for a model, against the checks and counts of the cookbook's notebook."""
    rows = place.data("long", ".jsonl", LONG_ROWS, data.long_chats_jsonl)
    ours = python(commands.FTDATA_CHECK, rows.path, "model=gpt-4.1-mini")
    theirs = python(commands.COOKBOOK_CHECK, rows.path)
    return Comparison("check-model", ours, theirs, bound=1 / 5, needs="splintr", prepare=rows.prepare)


def import_(place: Place) -> Comparison:
    """Importing the library, against importing pydantic."""
    ours, theirs = python("import ftdata"), python("import pydantic")
    return Comparison("import", ours, theirs, bound=1.5, least_pairs=SHORT)


def help_(place: Place) -> Comparison:
    """The command line's help, against importing click."""
    ours, theirs = script("ftdata", "--help"), python("import click")
    return Comparison("help", ours, theirs, bound=1.5, needs="ftdata.cli", least_pairs=SHORT)


SUITE: dict[str, Callable[[Place], Comparison]] = {
    "csv-polars": csv_polars,
    "csv-datasets": csv_datasets,
    "alpaca-cleanllm": alpaca_cleanllm,
    "jsonl-unchanged": jsonl_unchanged,
    "parquet-csv": parquet_csv,
    "sharegpt-cleanllm": sharegpt_cleanllm,
    **{f"{name}-openai": conversion(name, "openai") for name in FORMATS},
    **{f"openai-{name}": conversion("openai", name) for name in FORMATS},
    "dedupe": dedupe,
    "dedupe-near": dedupe_near,
    "split": split,
    "balance": balance,
    "strip": strip,
    "weights": weights,
    "memory": memory,
    "shuffle-memory": shuffle_memory,
    "json-memory": json_memory,
    "gz-memory": gz_memory,
    "gather-memory": gather_memory,
    "batch-join": batch_join,
    "batch-memory": batch_memory,
    "tokens": tokens,
    "tokens-fast": tokens_fast,
    "tokens-repeated": tokens_repeated,
    "check-structure": check_structure,
    "check-quality": check_quality,
    "check-errors": check_errors,
    "check-model": check_model,
    "import": import_,
    "help": help_,
    **SMALL,
}
