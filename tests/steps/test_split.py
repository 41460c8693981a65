"""Split: the laws of sides, sizes, groups and clusters."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import ftdata
from ftdata.codec import encode
from ftdata.dataset import Dataset
from ftdata.errors import UsageError
from ftdata.steps.near.text import compared, jaccard, shingles
from ftdata.steps.split.asked import part, parts_of
from ftdata.steps.split.order import apportioned, by_rank, by_share
from tests import strategies
from tests.steps.making import altered, asked, chat, data, sentence, written
from tests.strategies import tries

Row = dict[str, Any]
LAWS = tries(30)


def rows_of(count: int, seed: int = 0) -> list[Row]:
    chosen = random.Random(seed)
    return [
        chat(f"question {number}", chosen.choice(["a", "a", "a", "b", "c"]), metadata={"who": chosen.randrange(40)})
        for number in range(count)
    ]


def sides(dataset: Dataset, **options: Any) -> dict[bytes, str]:
    """The part of each example, by its bytes."""
    return {encode(row): name for name, its in dataset.split(**options).items() for row in its}


def by_prompt(dataset: Dataset, **options: Any) -> dict[str, str]:
    return {asked([row])[0]: name for name, its in dataset.split(**options).items() for row in its}


MODES: list[dict[str, Any]] = [
    {}, {"exact": True}, {"stratify": "answer"}, {"group": "who"}, {"group": "who", "exact": True},
    {"group": "who", "stratify": "answer"}, {"near": 0.8}, {"near": 0.8, "stratify": "answer", "group": "who"},
    {"id": "who"}, {"seed": 7, "at_least": 1, "stratify": "answer"},
]  # fmt: skip


@pytest.mark.parametrize("options", MODES, ids=str)
def test_every_example_is_in_one_part_and_in_its_order(options: dict[str, Any]) -> None:
    rows = rows_of(200)
    parts = data(rows).split(valid=0.2, test=0.1, **options)
    found = [list(its) for its in parts]
    assert sum(map(len, found)) == len(rows)
    position = {encode(row): at for at, row in enumerate(rows)}
    for its in found:
        assert its
        places = [position[encode(row)] for row in its]
        assert places == sorted(places)
    assert tuple(map(len, found)) == parts.summary.counts


@LAWS
@given(st.lists(strategies.chats, min_size=1, max_size=8), st.lists(st.integers(0, 7), min_size=30, max_size=40))
def test_equal_prompts_never_straddle(kinds: list[Row], chosen: list[int]) -> None:
    rows = [kinds[at % len(kinds)] for at in chosen] + rows_of(150)
    parts = data(rows).split(valid=0.3, stratify="answer")
    seen: dict[str, str] = {}
    for name, its in parts.items():
        for row in its:
            prompt = ftdata.Key("prompt")(row)
            assert not prompt or seen.setdefault(prompt, name) == name or _has_image(row)
    assert parts.summary.prompts.groups == 0


def _has_image(row: Row) -> bool:
    return b"image_url" in encode(row)


def edited_system(row: Row) -> Row:
    return {**row, "messages": [{"role": "system", "content": "new"}, *row["messages"]]}


def edited_answer(row: Row) -> Row:
    return {**row, "messages": [*row["messages"][:-1], {"role": "assistant", "content": "other", "weight": 0}]}


def edited_tools(row: Row) -> Row:
    return {**row, "tools": [{"type": "function", "function": {"name": "f"}}]}


@pytest.mark.parametrize("edit", [edited_system, edited_answer, edited_tools])
def test_edits_of_what_is_no_prompt_move_nothing(edit: Callable[[Row], Row]) -> None:
    rows = rows_of(200)
    before = by_prompt(data(rows), valid=0.2, test=0.1)
    assert by_prompt(data([edit(row) for row in rows]), valid=0.2, test=0.1) == before
    assert by_prompt(data([edit(row) for row in rows]), valid=0.2, test=0.1, exact=True) == by_prompt(
        data(rows), valid=0.2, test=0.1, exact=True
    )


@pytest.mark.parametrize("options", [{}, {"group": "who"}, {"id": "prompt"}], ids=str)
def test_adding_examples_moves_none_of_the_others(options: dict[str, Any]) -> None:
    rows = rows_of(200)
    before = by_prompt(data(rows[:120]), valid=0.2, test=0.1, **options)
    after = by_prompt(data(rows), valid=0.2, test=0.1, **options)
    assert {prompt: after[prompt] for prompt in before} == before


@pytest.mark.parametrize("options", [{}, {"exact": True}, {"stratify": "answer"}, {"group": "who"}], ids=str)
@pytest.mark.parametrize("larger", ["valid", "test"])
def test_enlarging_a_part_takes_only_from_train(options: dict[str, Any], larger: str) -> None:
    rows = rows_of(300)
    sizes = {"valid": 0.1, "test": 0.15}
    before = by_prompt(data(rows), **sizes, **options)
    for size in (0.2, 0.45, 0.6):
        after = by_prompt(data(rows), **{**sizes, larger: size}, **options)
        moved = {(before[prompt], after[prompt]) for prompt in before if before[prompt] != after[prompt]}
        assert moved == {("train", larger)}


shares = st.integers(1, 60).map(lambda hundredths: Fraction(hundredths, 100))


@LAWS
@given(st.lists(shares, min_size=1, max_size=4), st.integers(0, 2**32))
def test_shares_of_hashes_are_close_and_nested(given_: list[Fraction], seed: int) -> None:
    import numpy as np

    assume(sum(given_) < Fraction(95, 100))
    asked_ = parts_of([part("train", None), *[part(f"p{at}", str(float(share))) for at, share in enumerate(given_)]])
    hashes = np.random.default_rng(seed).integers(0, 2**64, 4000, dtype=np.uint64)
    found = by_share(hashes, asked_)
    for at, share in enumerate(given_, 1):
        # Five standard deviations of a binomial.
        assert abs((found == at).sum() - 4000 * share) <= 5 * (4000 * float(share * (1 - share))) ** 0.5
    exact = by_rank(hashes, [int(4000 * share) for share in given_], asked_)
    assert [(exact == at).sum() for at in range(1, len(given_) + 1)] == [int(4000 * share) for share in given_]


@LAWS
@given(st.lists(st.integers(0, 50), min_size=1, max_size=8), st.floats(0, 1), st.integers(0, 3))
def test_apportioning_gives_each_class_its_share_to_one_example(sizes: list[int], share: float, low: int) -> None:
    total = int(share * sum(sizes))
    least = [min(low, size) for size in sizes]
    given_ = apportioned(total, sizes, sizes, least)
    assert all(least[at] <= given_[at] <= sizes[at] for at in range(len(sizes)))
    if sum(least) <= total:
        assert sum(given_) == total
    if not low:
        assert all(abs(got - total * size / (sum(sizes) or 1)) < 1 for got, size in zip(given_, sizes, strict=True))


@pytest.mark.parametrize("count", [10, 57, 200, 333])
def test_exact_sizes_are_exact_and_strata_to_one_example(count: int) -> None:
    rows = rows_of(count)
    exact = data(rows).split(valid=0.1, test="20%", exact=True).summary
    assert exact.counts == (count - round(count * 0.1 + 1e-9) - int(count * 0.2 + 0.5), *exact.counts[1:])
    assert exact.off <= 1
    assert data(rows).split(valid=7, test=2).summary.counts == (count - 9, 7, 2)
    strata = data(rows).split(valid=0.2, test=0.3, stratify="answer").summary
    assert strata.off < 1
    for counts in strata.classes.values():
        for got, share in zip(counts, (0.5, 0.2, 0.3), strict=True):
            assert abs(got - sum(counts) * share) <= 1 + (share == 0.5)  # train takes what both others round


def test_groups_never_straddle_and_sizes_are_met_as_well_as_groups_allow() -> None:
    chosen = random.Random(5)
    rows = [
        chat(f"q {number}", chosen.choice("aab"), metadata={"who": min(int(chosen.expovariate(0.05)), 60)})
        for number in range(600)
    ]
    parts = data(rows).split(valid=0.2, test=0.1, group="who", stratify="answer")
    owner: dict[Any, str] = {}
    for name, its in parts.items():
        for row in its:
            assert owner.setdefault(row["metadata"]["who"], name) == name
    summary = parts.summary
    assert summary.off <= 6  # a hundredth
    for counts in summary.classes.values():
        assert abs(counts[1] - 0.2 * sum(counts)) <= 6


def test_groups_and_equal_prompts_are_joined() -> None:
    rows = [chat(f"p{n // 2}", metadata={"who": (n + 1) // 2 % 50}) for n in range(100)]  # one long chain
    with pytest.raises(UsageError, match=r"would be empty: .* 100 of them must stay together"):
        data(rows).split(valid=0.5, group="who", exact=True).summary  # noqa: B018
    assert data(rows).split(valid=0.5, group="who", id="who", exact=True).summary.counts == (50, 50)


def test_near_duplicates_stay_on_one_side_also_through_others() -> None:
    chosen = random.Random(2)
    rows = []
    for _ in range(80):
        text = sentence(chosen, 40)
        for _ in range(chosen.randint(1, 4)):
            rows.append(chat(text))
            text = altered(chosen, text, 2)
    parts = data(rows).split(valid=0.3, near=0.8, exact=True)
    train, valid = map(list, parts)
    pieces = [shingles(compared(row)) for row in train]
    for row in valid:
        own = shingles(compared(row))
        assert max(jaccard(own, other) for other in pieces) < 0.85
    assert parts.summary.off <= 1
    assert parts.summary.largest > 1


def test_examples_without_a_prompt_are_told_by_all_of_them() -> None:
    rows = [
        {"messages": [{"role": "system", "content": f"s{n}"}, {"role": "assistant", "content": "a"}]}
        for n in range(100)
    ]
    assert min(data(rows).split(valid=0.3).summary.counts) > 10


def test_different_images_are_different_prompts() -> None:
    def row(number: int) -> Row:
        image = {"type": "image_url", "image_url": {"url": f"https://example.com/{number}.png"}}
        return {"messages": [{"role": "user", "content": [{"type": "text", "text": "What is it?"}, image]},
                             {"role": "assistant", "content": "A cat."}]}  # fmt: skip

    assert min(data(map(row, range(100))).split(valid=0.3).summary.counts) > 10


def test_at_least_so_many_of_each_class() -> None:
    rows = [chat(f"q{n}", "rare" if n < 6 else "often") for n in range(300)]
    summary = data(rows).split(valid=0.1, test=0.1, stratify="answer", at_least=2).summary
    assert summary.classes["rare"] == (2, 2, 2)
    assert summary.counts == (240, 30, 30)
    few = data(rows).split(valid=0.1, test=0.1, stratify="answer", at_least=3).summary
    assert few.notes == ("1 classes have too few examples for 3 in each part",)


def test_the_leakage_that_an_id_allows_is_told() -> None:
    rows = [chat(f"Question {n // 4}" if n % 2 else f"question  {n // 4}", metadata={"id": n}) for n in range(200)]
    by_id = data(rows).split(valid=0.4, id="id").summary
    assert by_id.prompts.groups > 0
    assert by_id.plain_prompts.groups > by_id.prompts.groups / 2
    by_prompt_ = data(rows).split(valid=0.4).summary
    assert (by_prompt_.prompts.groups, by_prompt_.plain_prompts.groups > 0) == (0, True)


def test_another_seed_is_another_split_and_the_same_seed_the_same() -> None:
    rows = rows_of(100)
    assert sides(data(rows), valid=0.3, seed=1) == sides(data(rows), valid=0.3, seed="1")
    assert sides(data(rows), valid=0.3, seed=1) != sides(data(rows), valid=0.3, seed=2)


def test_the_parts_have_names_and_unpack() -> None:
    parts = data(rows_of(50)).split(valid=0.2, test=0.2)
    train, valid, test = parts
    assert parts.names == ("train", "valid", "test")
    assert (parts["test"], parts[1], len(parts)) == (test, valid, 3)
    assert parts.train is train
    assert isinstance(train.filter("answer == 'a'"), Dataset)
    assert repr(parts) == "Splits(train, valid, test)"
    with pytest.raises(AttributeError, match='Did you mean "valid"'):
        parts.valide  # noqa: B018
    with pytest.raises(KeyError):
        parts["other"]


def test_all_parts_share_one_survey(monkeypatch: pytest.MonkeyPatch) -> None:
    from ftdata.engines.local import Local

    surveys = []
    surveyed = Local._surveyed

    def counting(self: Local, *args: Any) -> Any:
        surveys.append(args)
        return surveyed(self, *args)

    monkeypatch.setattr(Local, "_surveyed", counting)
    parts = data(rows_of(50)).split(valid=0.2, test=0.2)
    assert sum(its.count() for its in parts) == 50
    assert sum(parts.summary.counts) == 50
    assert len(surveys) == 1


def test_names_of_hugging_face_are_accepted() -> None:
    parts = data(rows_of(100)).train_test_split(test_size=0.2, seed=42)
    assert (parts.names, parts.summary.counts) == (("train", "test"), (80, 20))
    assert data(rows_of(100)).train_test_split().summary.counts == (75, 25)
    assert data(rows_of(100)).train_test_split(train_size=60, stratify_by_column="answer").summary.counts == (60, 40)


@pytest.mark.parametrize(
    "sizes, words",
    [
        ({"train": 0.8, "valid": 0.1}, "sum to 0.9, not to 1"),
        ({"train": None, "valid": None}, "cannot both take the rest"),
        ({"train": None, "valid": 1.5}, "a share or a number of examples"),
        ({"train": None, "valid": "ten"}, "a share or a number of examples"),
        ({"train": None, "valid": 0.0}, "a share or a number of examples"),
        ({"train": 10, "valid": 20}, "Leave one without"),
        ({"train": None, "valid": "100%"}, "leaves nothing for the rest"),
        ({"train": 1.0}, "two parts or more"),
    ],
    ids=str,
)
def test_sizes_that_do_not_fit_together(sizes: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        data(rows_of(30)).split(sizes=sizes)


@pytest.mark.parametrize(
    "options, words",
    [
        ({"valid": 0.0001}, "valid would be empty: there are 30 examples. --exact"),
        ({"valid": 31}, "31 examples are asked for, and there are 30"),
        ({"valid": 0.0001, "exact": True}, "Ask for a larger part"),
        ({"valid": 0.1, "group": "nobody"}, "--metadata nobody"),
        ({"valid": 0.1, "id": "nobody"}, "--metadata nobody"),
        ({"valid": 0.1, "stratify": "nobody"}, "--metadata nobody"),
    ],
    ids=str,
)
def test_splits_that_cannot_be(options: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        data(rows_of(30)).split(**options).train.count()


def test_at_least_needs_classes() -> None:
    with pytest.raises(UsageError, match="at_least is for stratify, which was not given"):
        data(rows_of(30)).split(valid=0.1, at_least=1)


# -- writing -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"near": 0.8, "stratify": "answer", "group": "who"}], ids=str)
def test_all_parts_are_written_in_one_run_the_same_from_any_number_of_workers(
    tmp_path: Path, options: dict[str, Any]
) -> None:
    path = written(tmp_path / "in.jsonl", rows_of(3000))
    outputs = set()
    for workers in (1, 2, 8):
        parts = ftdata.read(path).split(valid=0.2, test=0.1, **options)
        result = parts.write(tmp_path / "{part}.jsonl", force=True, workers=workers)
        assert result.tally.written == 3000
        assert [output.rows for output in result.written] == list(parts.summary.counts)
        outputs.add(tuple((tmp_path / f"{name}.jsonl").read_bytes() for name in parts.names))
    assert len(outputs) == 1
    lines = Counter(b"".join(*outputs).splitlines())
    assert lines == Counter(path.read_bytes().splitlines())


def test_a_part_on_its_own_is_what_the_run_writes(tmp_path: Path) -> None:
    path = written(tmp_path / "in.jsonl", rows_of(200))
    parts = ftdata.read(path).split(valid=0.2)
    parts.write({"train": tmp_path / "a.jsonl", "valid": tmp_path / "b.jsonl"})
    result = parts.valid.write(tmp_path / "c.jsonl")
    assert (tmp_path / "b.jsonl").read_bytes() == (tmp_path / "c.jsonl").read_bytes()
    assert result.tally.dropped == {("split", "goes to train"): 200 - result.tally.written}
    shuffled = ftdata.read(path).map(lambda row: row).split(valid=0.2)
    assert [encode(row) for row in shuffled.valid] == [encode(row) for row in parts.valid]


def test_no_part_appears_if_one_cannot(tmp_path: Path) -> None:
    parts = data(rows_of(50)).split(valid=0.4)
    (tmp_path / "valid.jsonl").write_text("mine\n")
    with pytest.raises(ftdata.OutputError, match="exists already"):
        parts.write(tmp_path / "{part}.jsonl")
    with pytest.raises(ftdata.OutputError, match="cannot be written"):
        parts.write({"train": tmp_path / "train.jsonl", "valid": tmp_path / "no" / "valid.jsonl"})
    with pytest.raises(UsageError, match="two outputs are one file"):
        parts.write({"train": tmp_path / "x.jsonl", "valid": tmp_path / "x.jsonl"})
    with pytest.raises(UsageError, match="no path for valid"):
        parts.write({"train": tmp_path / "x.jsonl"})
    with pytest.raises(UsageError, match=r"\{part\}"):
        parts.write(tmp_path / "x.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == ["valid.jsonl"]


def test_rejects_of_a_split_are_told_once(tmp_path: Path) -> None:
    path = written(tmp_path / "in.jsonl", rows_of(60))
    path.write_bytes(path.read_bytes() + b'{"messages":[{"role":"ghost","content":"?"}]}\n')
    parts = ftdata.read(path, format="openai").split(valid=0.4)
    result = parts.write(tmp_path / "{part}.jsonl", max_rejects=1, rejects=tmp_path / "rejects.jsonl")
    assert (result.tally.read, result.tally.written, result.tally.rejected.total()) == (61, 60, 1)
    assert (tmp_path / "rejects.jsonl").read_bytes().count(b"\n") == 1


def test_groups_meet_their_own_sum() -> None:
    found: dict[str, int] = defaultdict(int)
    summary = data(rows_of(200)).split(valid=0.2, group="who").summary
    for name, count in summary.to_dict()["parts"].items():
        found[name] += count["examples"]
    assert sum(found.values()) == 200
    assert summary.units <= 40
