"""Epochs and money: the guide's heuristic and its worked examples."""

from __future__ import annotations

import pytest

import ftdata
from ftdata.tokens.models import Model, Prices, model_table
from ftdata.tokens.money import advice, default_epochs, epochs_for, running_cost, training_cost, usd


@pytest.mark.parametrize(
    "examples, epochs",
    [(0, 3), (1, 25), (3, 25), (4, 25), (5, 20), (10, 10), (33, 3), (34, 3), (100, 3), (8333, 3), (8334, 2),
     (12_500, 2), (12_501, 1), (25_000, 1), (10**8, 1)],
)  # fmt: skip
def test_the_guides_heuristic(examples: int, epochs: int) -> None:
    assert default_epochs(examples) == epochs


@pytest.mark.parametrize("asked", [0, -1, 51, "x", "", "1.5"])
def test_epochs_that_cannot_be_meant(asked: int | str) -> None:
    with pytest.raises(ftdata.UsageError, match='epochs are "auto" or a number from 1 to 50'):
        epochs_for(asked, 10)


def test_epochs_that_can() -> None:
    assert (epochs_for("auto", 10), epochs_for("4", 10), epochs_for(50, 10)) == (10, 4, 50)


@pytest.mark.parametrize("model, amount", [("gpt-3.5-turbo", "2.40 USD"), ("gpt-4o-mini", "0.90 USD")])
def test_the_guides_examples(model: str, amount: str) -> None:
    cost = ftdata.estimate_cost(tokens=100_000, model=model, epochs=3)
    assert str(cost).startswith(f"{amount} = 100,000 tokens x 3 epochs x ")
    assert str(cost).endswith(f"({model}, prices as of 2026-06-30, 151 days ago)")
    assert cost.to_dict()["usd"] == cost.usd == pytest.approx(float(amount.split()[0]))
    assert "pricing page" in cost.source


def test_reinforcement_is_billed_by_the_hour() -> None:
    cost = ftdata.estimate_cost(model="o4-mini", hours=1.5)
    assert str(cost) == ("150.00 USD = 1.5 hours x 100.00 USD an hour (o4-mini, prices as of 2026-06-30, 151 days ago)")
    assert str(ftdata.estimate_cost(model="o4-mini", tokens=1000)) == (
        "unknown: no training price of o4-mini is known for this"
    )
    assert ftdata.estimate_cost(model="gpt-4o", hours=1).usd is None


@pytest.mark.parametrize("wrong", [{"tokens": -1}, {"epochs": 0}, {"hours": -1.0}])
def test_numbers_that_cannot_be_meant(wrong: dict[str, float]) -> None:
    with pytest.raises(ftdata.UsageError, match="cannot be negative"):
        ftdata.estimate_cost(model="gpt-4o", **wrong)  # type: ignore[arg-type]


def test_amounts() -> None:
    assert [usd(x) for x in (None, 0.0, 2.4, 0.9, 0.05, 0.00123, 1234567.891)] == [
        "unknown", "0.00 USD", "2.40 USD", "0.90 USD", "0.05 USD", "0.0012 USD", "1,234,567.89 USD",
    ]  # fmt: skip


def model(name: str, **prices: float) -> Model:
    return Model(name=name, tokenizer="o200k_base", base_prices=Prices(**prices))


def test_running_and_break_even() -> None:
    mini = model_table()["gpt-4o-mini"]
    training = training_cost(mini, tokens=1_000_000, epochs=3)
    assert training.usd == pytest.approx(9)
    running = running_cost(mini, training, prompt=1000, shorter=200, answer=100)
    assert running.tuned == pytest.approx(0.3 + 0.12)
    assert running.tuned_shorter == pytest.approx(0.06 + 0.12)
    assert (running.base, running.teacher) == (None, None), "unknown, and never another's"
    assert running.instead_of == "itself with the whole prompt"
    assert running.break_even == 37_500  # 9 USD at 0.24 USD a thousand
    taught = running_cost(
        mini, training, prompt=1000, shorter=200, answer=100, teacher=model("big", input=10, output=30)
    )
    assert taught.teacher == pytest.approx(13)
    assert (taught.instead_of, taught.break_even) == ("the teacher", 703)


def test_what_never_pays_has_no_break_even() -> None:
    mini = model_table()["gpt-4o-mini"]
    training = training_cost(mini, tokens=1_000_000)
    assert running_cost(mini, training, prompt=100, shorter=100, answer=1).break_even is None
    cheap = model("cheap", input=0.01, output=0.01)
    assert running_cost(mini, training, prompt=100, shorter=90, answer=1, teacher=cheap).break_even is None
    nothing = model_table()["gpt-4"]
    assert running_cost(nothing, training_cost(nothing, tokens=5), prompt=9, shorter=1, answer=1).break_even is None


def test_advice_has_its_source() -> None:
    for examples in (5, 30, 500):
        assert all("Source: OpenAI's" in said for said in advice(examples, 3))
    assert "at least 10" in advice(5, 25)[0]
    assert "begin with 50" in advice(30, 3)[0]
    assert len(advice(500, 3)) == 1
    assert advice(0, 3) == [
        "0 examples: a job needs at least 10. Source: OpenAI's fine-tuning guide and best practices (2026)."
    ]
