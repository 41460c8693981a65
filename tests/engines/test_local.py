"""The three primitives: each against a plain loop, with any block size and any number of workers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ftdata
from ftdata import assistant, user
from ftdata.codec import encode
from ftdata.engines.local import Local
from ftdata.engines.plan import Outcome, Plan, Rejected
from ftdata.engines.spill import sort_key
from ftdata.errors import InputError, StepError
from ftdata.files.source import Source, open_source
from ftdata.findings import Drop
from ftdata.formats import FORMATS
from ftdata.formats.parsing import Parse
from ftdata.steps import Filter, Map, Step
from tests.engines.steps import FirstOnly, Joined, doubled, example, text_of
from tests.strategies import tries

FTDATA = FORMATS["ftdata"]


def written(path: Path, rows: list[dict[str, Any] | bytes]) -> Source:
    path.write_bytes(b"".join((row if isinstance(row, bytes) else encode(row)) + b"\n" for row in rows))
    return open_source([path])


def run(
    source: Source, *steps: Step, workers: int = 1, block_size: int = 300, engine: Local | None = None
) -> tuple[bytes, Outcome, list[Rejected]]:
    rejects: list[Rejected] = []
    outcome = Outcome(on_reject=rejects.append)
    engine = engine or Local(workers, block_size=block_size)
    plan = Plan(source, (Parse(FTDATA), *steps), FTDATA, FTDATA)
    output = b"".join(lines for _, lines, _ in engine.map(plan, outcome))
    assert outcome.tally.balanced
    assert outcome.tally.written == output.count(b"\n")
    assert outcome.tally.rejected.total() == len(rejects)
    return output, outcome, rejects


def rows_of(output: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Source, list[dict[str, Any]]]]:
    rows = [example(f"text {n % 97} {'x' * (n % 5)}", f"c{n % 13}") for n in range(2000)]
    yield written(tmp_path_factory.mktemp("many") / "many.jsonl", list(rows)), rows


@pytest.mark.parametrize("block_size", [100, 4096, 1 << 22])
@pytest.mark.parametrize("workers", [1, 2, 5])
def test_any_workers_and_block_size_give_the_same_bytes(
    many: tuple[Source, list[dict[str, Any]]], workers: int, block_size: int
) -> None:
    source, rows = many
    output, outcome, _ = run(source, FirstOnly(), Map(doubled), workers=workers, block_size=block_size)
    seen: set[bytes] = set()
    expected = []
    for row in rows:
        text = encode(row["messages"])
        if text not in seen:
            expected += [row, row]
        seen.add(text)
    assert rows_of(output) == expected
    assert outcome.tally.dropped == {("first_only", "seen before"): len(rows) - len(seen)}
    assert outcome.tally.added.total() == len(seen)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("ranked", [False, True])
def test_gather_brings_together_what_shares_a_key(
    many: tuple[Source, list[dict[str, Any]]], workers: int, ranked: bool
) -> None:
    source, rows = many
    output, outcome, _ = run(source, Joined(ranked), workers=workers, block_size=4096)
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(row["metadata"]["customer"], []).extend(row["messages"])
    order = sorted(groups) if ranked else list(groups)
    assert [(row["metadata"]["customer"], row["messages"]) for row in rows_of(output)] == [
        (customer, groups[customer]) for customer in order
    ]
    assert outcome.tally.merged == {"joined": len(rows) - len(groups)}
    assert outcome.tally.read == len(rows)


def test_what_a_small_gather_made_is_small(tmp_path: Path) -> None:
    source = written(tmp_path / "in.jsonl", [example(str(number), "c") for number in range(20)])
    plan, _ = Local().flow(Plan(source, (Parse(FTDATA), Joined())), Outcome())
    assert plan.source.is_small(10_000)  # so that no workers are started for what follows
    assert not plan.source.is_small(100)


def test_a_gather_between_other_steps_keeps_the_account_and_the_places(tmp_path: Path) -> None:
    rows: list[dict[str, Any] | bytes] = [example(f"t{n}", f"c{n % 4}") for n in range(15)]
    rows[5] = b"{broken"
    rows[6] = example("no customer")
    source = written(tmp_path / "in.jsonl", rows)
    steps = (Map(doubled), Joined(), FirstOnly(), Filter(lambda found: found["metadata"]["customer"] != "c2"))
    output, outcome, rejects = run(source, *steps, block_size=64)
    assert [(reject.origin.line, reject.error.message[:14]) for reject in rejects] == [
        (6, "not valid JSON"),
        (7, "has no custome"),
        (7, "has no custome"),
    ]
    assert outcome.tally.read == 15
    assert [row["metadata"]["customer"] for row in rows_of(output)] == ["c0", "c1", "c3"]


@tries(40)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 30)), max_size=40), st.integers(1, 400))
def test_gather_law(tmp_path_factory: pytest.TempPathFactory, items: list[tuple[int, int]], block_size: int) -> None:
    rows: list[dict[str, Any] | bytes] = [example(str(text), f"c{customer}") for customer, text in items]
    path = tmp_path_factory.mktemp("law") / "in.jsonl"
    path.write_bytes(b"".join(encode(row) + b"\n" for row in rows) or b"{}\n")  # a file with no row at all is refused
    output, outcome, _ = run(open_source([path]), Joined(), block_size=block_size)
    counts = Counter(customer for customer, _ in items)
    crowds = sum(1 for count in counts.values() if count == 3)
    assert outcome.tally.written == len(counts) - crowds
    assert outcome.tally.dropped.total() == crowds
    assert sum(len(row["messages"]) for row in rows_of(output)) == 2 * sum(c for c in counts.values() if c != 3)


def test_a_partition_too_large_is_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ftdata.engines.spill.PARTITION", 1 << 30)
    rows = [example(f"text {n}", f"customer {n % 211}") for n in range(3000)]
    source = written(tmp_path / "in.jsonl", list(rows))
    whole, _, _ = run(source, Joined())
    from ftdata.engines import spill

    original = spill.Spill.beside

    def small(size: int | None, step: Any) -> Any:
        spill = original(size, step)
        spill.limit = 2000
        return spill

    monkeypatch.setattr(spill.Spill, "beside", small)
    split, _, _ = run(source, Joined())
    assert split == whole


@pytest.mark.parametrize(
    "lower, higher",
    [(-1e300, -1), (-1, -0.5), (-0.5, 0), (0, 1e-300), (2, 10), (10, "a"), ("a", "b"), ("a", "ä"), (["a", 2], ["a", 10]),
     (["a"], ["a", "b"]), (["a\0"], ["ab"]), (b"\x01", b"\x02")],
)  # fmt: skip
def test_sort_keys_sort_as_their_values(lower: Any, higher: Any) -> None:
    assert sort_key(lower) < sort_key(higher)


@given(st.lists(st.floats(allow_nan=False) | st.integers(-(2**53), 2**53)))
def test_sort_keys_of_numbers(numbers: list[float]) -> None:
    assert sorted(numbers, key=sort_key) == sorted(numbers)


def test_unchanged_records_are_written_as_they_were_read(tmp_path: Path) -> None:
    odd = b'{ "messages" : [ {"content": "caf\\u00e9 1.50", "role": "user"} ], "metadata": {"n": 1e2, "m": 123456789012345678901234567890}}'
    source = written(tmp_path / "in.jsonl", [odd, example("b", "c")])
    output, _, _ = run(source, FirstOnly(), Filter(lambda found: text_of(found) != "b"))
    assert output == odd + b"\n"


def test_a_survey_runs_once_for_a_plan(tmp_path: Path) -> None:
    surveys = []

    class Counting(FirstOnly):
        def survey(self) -> Any:
            surveys.append(1)
            return super().survey()

    source = written(tmp_path / "in.jsonl", [example("a", "1")])
    engine = Local(1)
    step = Counting()
    plan = Plan(source, (Parse(FTDATA), step), FTDATA, FTDATA)
    for _ in range(3):
        assert len(list(engine.map(plan, Outcome()))) == 1
    assert len(surveys) == 2  # the total and the one block, of one survey


def test_a_file_that_changed_between_two_passes_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    source = written(path, [example("a", "1")])
    engine = Local(1)
    plan = Plan(source, (Parse(FTDATA), FirstOnly()), FTDATA, FTDATA)
    assert list(engine.map(plan, Outcome()))
    path.write_bytes(path.read_bytes() * 2)
    with pytest.raises(InputError, match=r"in.jsonl: has changed since"):
        list(engine.map(plan, Outcome()))


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failing_function_names_the_place(tmp_path: Path, workers: int) -> None:
    rows: list[dict[str, Any] | bytes] = [example(f"t{n}", "c") for n in range(400)]
    source = written(tmp_path / "in.jsonl", rows)

    def fail(found: dict[str, Any]) -> dict[str, Any]:
        return {"n": 1 // (text_of(found) != "t300"), **found}

    with pytest.raises(StepError, match=r"in\.jsonl:301: map\(fail\) raised ZeroDivisionError"):
        run(source, Map(fail), workers=workers, block_size=2000)


@pytest.mark.parametrize(
    "result, words",
    [(None, "returned null, which is not an example"), (3, "returned 3"), ({"a": {1, 2}}, r"\$\.a: .* cannot hold"), ([None], "null")],
    ids=["none", "number", "set", "list"],
)  # fmt: skip
def test_what_is_no_example_is_refused(tmp_path: Path, result: Any, words: str) -> None:
    source = written(tmp_path / "in.jsonl", [example("a", "1")])
    with pytest.raises(StepError, match=words):
        run(source, Map(lambda found: result))


def test_a_list_with_drops_is_accounted_for(tmp_path: Path) -> None:
    source = written(tmp_path / "in.jsonl", [example("a", "1"), example("b", "1")])

    def spread(found: dict[str, Any]) -> Any:
        return [found, Drop("odd"), found] if text_of(found) == "a" else []

    output, outcome, _ = run(source, Map(spread))
    assert outcome.tally.dropped == {("map(spread)", "odd"): 1, ("map(spread)", "made no example"): 1}
    assert outcome.tally.added == {"map(spread)": 2}
    assert output.count(b"\n") == 2


def test_rejects_come_in_order_with_absolute_lines(tmp_path: Path) -> None:
    rows: list[dict[str, Any] | bytes] = [b"{}" if n % 7 == 3 else example(f"t{n}", "c") for n in range(500)]
    source = written(tmp_path / "in.jsonl", rows)
    found = [run(source, workers=workers, block_size=900)[2] for workers in (1, 2, 3)]
    lines = [[reject.origin.line for reject in rejects] for rejects in found]
    assert lines[0] == [n + 1 for n in range(500) if n % 7 == 3]
    assert lines[0] == lines[1] == lines[2]
    assert all(reject.raw == b"{}" for reject in found[2])


def test_a_misaligned_csv_is_the_same_from_any_number_of_workers(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    # Stray quotes flip the guess of where records end; quoted newlines make wrong cuts possible.
    lines = ["prompt,completion"]
    for n in range(600):
        lines.append(f'5" pipe {n},yes' if n % 50 == 7 else f'"a, {n}\n""b""",no')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    source = open_source([path])
    outputs = {run(source, Map(doubled), workers=w, block_size=size)[0] for w in (1, 2) for size in (100, 777, 1 << 20)}
    assert len(outputs) == 1
    prompts = [row["prompt"] for row in rows_of(outputs.pop())][::2]
    assert prompts == [f'5" pipe {n}' if n % 50 == 7 else f'a, {n}\n"b"' for n in range(600)]


def test_a_misaligned_csv_is_gathered_once(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    body = "".join(f'5" pipe {n},yes\n' if n % 50 == 7 else f'"a, {n}\n""b""",no\n' for n in range(600))
    path.write_text("prompt,completion\n" + body, encoding="utf-8")

    class ByCompletion(Joined):
        def key(self, example: dict[str, Any]) -> Any:
            return example["completion"]

        def work(self, group: list[dict[str, Any]]) -> list[dict[str, Any] | Drop]:
            return [{"prompt": str(len(group)), "completion": group[0]["completion"]}]

    for workers in (1, 2):
        output, _, _ = run(open_source([path]), ByCompletion(), workers=workers, block_size=500)
        assert rows_of(output) == [{"prompt": "588", "completion": "no"}, {"prompt": "12", "completion": "yes"}]


def test_examples_of_a_misaligned_csv_come_once_and_so_do_its_rejects(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    # One stray quote in the middle, and quoted newlines behind it, so that a large block is cut inside a record.
    rows = [f'"q{n}\n",a{n}' if n > 3000 else f"q{n},a{n}" if n % 10 else "ragged" for n in range(9000)]
    rows[2999] = '5" pipe,x'
    path.write_text("prompt,completion\n" + "\n".join(rows) + "\n", encoding="utf-8")
    expected = [f"q{n}\n" if n > 3000 else f"q{n}" for n in range(9000) if n > 3000 or n % 10]
    expected[expected.index("q2999")] = '5" pipe'
    for block_size in (1000, 50_000, 150_000, 1 << 21):
        rejects: list[Rejected] = []
        engine = Local(1, block_size=block_size)
        plan = Plan(open_source([path]), (Parse(FORMATS["openai"]),), FORMATS["openai"])
        outcome = Outcome(on_reject=rejects.append)
        assert [found["prompt"] for found in engine.examples(plan, outcome)] == expected
        assert [reject.origin.line for reject in rejects] == [n + 2 for n in range(0, 3001, 10)]
        assert outcome.tally.balanced


@dataclass(frozen=True)
class Shortened:
    """A map that counts what it changed."""

    name: ClassVar[str] = "shortened"

    def __call__(self, example: dict[str, Any]) -> dict[str, Any]:
        return self.counting(Counter())(example)

    def counting(self, changes: Counter[str]) -> Callable[[dict[str, Any]], dict[str, Any]]:
        def shorten(example: dict[str, Any]) -> dict[str, Any]:
            answer = example["messages"][-1]["content"]
            if len(answer) < 2:
                return example
            changes["answers cut"] += 1
            return {"messages": [*example["messages"][:-1], {"role": "assistant", "content": answer[:1]}]}

        return shorten


@pytest.mark.parametrize("workers", [1, 2])
def test_what_a_step_changed_is_in_the_account(workers: int, tmp_path: Path) -> None:
    rows = [{"messages": [user("a"), assistant(str(number))]} for number in range(30)]
    data = ftdata.read(rows)
    data = replace(data, steps=(Shortened(),))
    result = data.write(tmp_path / "out.jsonl", workers=workers)
    assert result.tally.changed == {("shortened", "answers cut"): 20}
    assert result.to_dict()["tally"]["changed"] == {"shortened": {"answers cut": 20}}
