"""The model table: names, limits and prices; files of one's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import ftdata
from ftdata.errors import InputError, UsageError
from ftdata.tokens import vocab
from ftdata.tokens.models import Model, Models, Place, merging, model_table
from ftdata.tokens.models.checked import MODELS


def table() -> Models:
    return model_table()


@pytest.mark.parametrize(
    "name, model, tokenizer",
    [
        ("gpt-4.1", "gpt-4.1", "o200k_base"),
        ("ft:gpt-4.1-2025-04-14:acme::AbC", "gpt-4.1", "o200k_base"),
        ("ft:gpt-4.1-nano-2025-04-14:acme:suffix:AbC:ckpt-step-90", "gpt-4.1-nano", "o200k_base"),
        ("ft:gpt-4o-mini-2024-07-18:acme::AbC", "gpt-4o-mini", "o200k_base"),
        ("ft:o4-mini-2025-04-16:acme::AbC", "o4-mini", "o200k_base"),
        ("ft:gpt-3.5-turbo-0125:acme::AbC", "gpt-3.5-turbo", "cl100k_base"),
        ("gpt-35-turbo-0613", "gpt-3.5-turbo-0613", "cl100k_base"),
        ("gpt-4-0613", "gpt-4", "cl100k_base"),
        ("openai/gpt-4o", "gpt-4o", "o200k_base"),
        ("ft:babbage-002:acme::AbC", "babbage-002", "cl100k_base"),
        ("gpt-4o-mini-2024-07-18.ft-0e208cf33a6a466994aff31a08aba678", "gpt-4o-mini", "o200k_base"),
        ("gpt-4.1-mini-2025-04-14.ft-0e208cf33a6a-suffix", "gpt-4.1-mini", "o200k_base"),
    ],
)
def test_names_resolve_to_the_base_model(name: str, model: str, tokenizer: str) -> None:
    found = table()[name]
    assert (found.name, found.tokenizer) == (model, tokenizer)


def test_an_unlisted_snapshot_counts_but_has_nobodys_price() -> None:
    found = table()["gpt-4o-2024-11-20"]
    assert (found.name, found.tokenizer, found.limit) == ("gpt-4o-2024-11-20", "o200k_base", None)
    assert found.prices.training is None
    assert str(ftdata.estimate_cost(tokens=1000, model="gpt-4o-2024-11-20")).startswith("unknown")


@pytest.mark.parametrize("name", ["gpt-4.1-minni", "gpt-9", "ft:gpt-4.2:acme::x", ""])
def test_an_unknown_model_is_answered(name: str) -> None:
    with pytest.raises(UsageError, match=r"no model is called .*(Did you mean|Choose from)"):
        table()[name]


@pytest.mark.parametrize(
    "name, limit, training, prices",
    [
        ("gpt-4.1", 65_536, 25, (3, 0.75, 12, 1.5, 0.5, 6)),
        ("gpt-4.1-mini", 65_536, 5, (0.8, 0.2, 3.2, 0.4, 0.1, 1.6)),
        ("gpt-4.1-nano", 65_536, 1.5, (0.2, 0.05, 0.8, 0.1, 0.025, 0.4)),
        ("gpt-4o", 65_536, 25, (3.75, 1.875, 15, 2.225, 0.9, 12.5)),
        ("gpt-4o-mini", 65_536, 3, (0.3, 0.15, 1.2, 0.15, 0.075, 0.6)),
        ("gpt-3.5-turbo", 16_385, 8, (3, None, 6, 1.5, None, 3)),
        ("gpt-3.5-turbo-0613", 4096, None, (None,) * 6),
        ("gpt-4", None, None, (None,) * 6),
        ("o4-mini", None, None, (4, 1, 16, 2, 0.5, 8)),
        ("davinci-002", None, 6, (12, None, 12, 6, None, 6)),
        ("babbage-002", None, 0.4, (1.6, None, 1.6, 0.8, None, 0.9)),
    ],
)
def test_limits_and_prices(
    name: str, limit: int | None, training: float | None, prices: tuple[float | None, ...]
) -> None:
    found = table()[name]
    p = found.prices
    assert (found.limit, p.training) == (limit, training)
    assert (p.input, p.cached_input, p.output, p.batch_input, p.batch_cached_input, p.batch_output) == prices
    assert found.as_of
    assert found.source


def test_methods_and_kinds() -> None:
    kinds = ("preference", "reinforcement", "completion")
    trains = {kind: {m.name for m in table().at("openai") if m.takes(kind)} for kind in kinds}
    assert trains == {
        "preference": {"gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano"},
        "reinforcement": {"o4-mini"},
        "completion": {"davinci-002", "babbage-002"},
    }
    assert not table()["o4-mini"].takes("chat")
    assert "gpt-3.5-turbo-0301" not in [model.name for model in table().tunable()]
    assert {model.tokenizer for model in table()} == set(vocab.BUNDLED)
    assert table().named("gpt-4o", "azure").takes("preference"), "what OpenAI does not do with it, Azure does"
    assert not table().named("gpt-4o", "openai").takes("preference")


@pytest.mark.parametrize(
    "day, words",
    [
        (date(2026, 5, 6), "until 2027-01-05"),
        (date(2026, 5, 7), "until 2027-01-05, organisations that have fine-tuned before"),
        (date(2026, 11, 21), "until 2027-01-05, organisations that used a fine-tuned model in the 60 days before"),
        (date(2027, 1, 6), "closed since 2027-01-06"),
    ],
)
def test_until_when_and_for_whom(day: date, words: str) -> None:
    assert table().jobs(table()["gpt-4.1"], day) == words


OWN = """
[models."gpt-4.1"]
base_prices = { input = 2.0, output = 8.0 }
[models.teacher]
tokenizer = "o200k_base"
methods = []
as_of = 2026-11-01
base_prices = { input = 10, output = 30 }
[places.home]
about = "our machine"
[models.small]
tokenizer = "cl100k_base"
place = "home"
limit = 2048
"""


def test_models_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "my.toml"
    own.write_text(OWN)
    found = model_table(str(own))
    assert found["gpt-4.1"].base_prices.input == 2
    assert found["gpt-4.1"].prices.training == 25, "what is not named stays"
    assert found["teacher"].as_of == "2026-11-01"
    assert found.jobs(found["small"], date(2030, 1, 1)) == "open"
    assert ftdata.count_tokens("hello world", model="small", models=own) == 2
    assert table()["gpt-4.1"].base_prices.input is None


@pytest.mark.parametrize(
    "text, words",
    [
        ("[models.x]\ntokeniser = 1", r"my\.toml: models\.x\.tokenizer: Field required"),
        ("[models.x]\ntokenizer = 'o200k_base'\nlimits = 1", r"models\.x\.limits: Extra inputs"),
        ("[models.x]\ntokenizer = 'o200k_base'\nlimit = -1", r"models\.x\.limit: .*greater than 0; got -1"),
        ("[models.x]\ntokenizer = 'o200k_base'\nimages = 'tile'", r"expected tiles, tiles-mini, or patches-"),
        ("[models.x]\ntokenizer = 'o200k_base'\nfunctions = 'x'", "expected one of gpt-4o, gpt-4"),
        ("[models.x]\ntokenizer = 'o200k_base'\nprices = { training = '3' }", None),
        ("models = 3", "models: "),
        ("[models", "is not valid TOML"),
    ],
)
def test_a_broken_file_is_said(tmp_path: Path, text: str, words: str | None) -> None:
    own = tmp_path / "my.toml"
    own.write_text(text)
    if words is None:
        assert model_table(str(own))["x"].prices.training == 3
        return
    with pytest.raises(InputError, match=words):
        model_table(str(own))


def test_the_packages_own_tables_are_what_is_checked_of_others() -> None:
    found = table()
    for shape, every in ((Place, found.places.values()), (Model, found.models)):
        for one in every:
            said = one.to_dict()
            assert MODELS[shape].model_validate(said).model_dump(mode="json", by_alias=True) == said
    same = list(merging.models_of({}, "all.toml"))
    assert same == list(found.models), "also with what a file's models go through"


def test_a_tokenizer_beside_the_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "own.tiktoken").write_bytes(vocab.unpacked("cl100k_base"))
    (tmp_path / "my.toml").write_text("[models.x]\ntokenizer = 'own.tiktoken'\npattern = 'cl100k_base'")
    text = "hello world, <|endoftext|>"
    counted = ftdata.count_tokens(text, model="x", models=tmp_path / "my.toml")
    assert counted == ftdata.count_tokens(text, tokenizer="cl100k_base")


def test_a_tokenizer_that_stands_in_is_told(tmp_path: Path) -> None:
    counted = ftdata.count_tokens("hello world", model="Qwen3-8B")
    assert not counted.exact
    assert counted.estimated == ("o200k_base in place of the tokenizer of Qwen/Qwen3-8B",)
    assert ftdata.count_tokens("hello world", model="Qwen3-8B", tokenizer="cl100k_base").exact
    chat = {"messages": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}
    found = ftdata.read([chat]).stats("Qwen3-8B", place="together")
    assert not found.exact
    assert "estimate: o200k_base in place of the tokenizer of Qwen/Qwen3-8B" in str(found)
    assert ftdata.read([chat]).stats("Qwen3-8B", place="together", tokenizer="cl100k_base").exact


def test_an_estimate_is_no_error() -> None:
    long = {"messages": [{"role": "user", "content": "word " * 50_000}, {"role": "assistant", "content": "b"}]}
    counts = ftdata.read([long]).check(target="together", model="Qwen3-8B").counts
    assert ("target-cut-off" in counts, "too-long" in counts) == (False, True)
    exact = ftdata.read([long, long]).check(target="azure", model="gpt-4.1", models=None).counts
    assert "target-cut-off" not in exact, "it fits there"


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no\.toml: cannot be read"):
        model_table(str(tmp_path / "no.toml"))
