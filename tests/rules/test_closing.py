"""Models that end: what a check says of them, by the day and the place."""

from __future__ import annotations

from pathlib import Path

import pytest

import ftdata
from ftdata.errors import UsageError

from .cases import answers

ROWS = answers(*(f"The answer is number {number}." for number in range(60)))
RULES = {"model-closed", "model-closes", "model-elsewhere"}


def told(model: str, place: str, day: str, patch: pytest.MonkeyPatch, models: Path | None = None) -> dict[str, str]:
    """What is said of a model by rule, on a day."""
    patch.setenv("FTDATA_TODAY", day)
    found = ftdata.read(ROWS).check(target=place, model=model, models=models).findings
    return {one.rule: f"{one.severity.label} {one.message} {one.hint}" for one in found if one.rule in RULES}


@pytest.mark.parametrize(
    "model, place, day, rule, words",
    [
        ("gpt-4.1-mini", "openai", "2026-10-01", "", ""),
        ("gpt-4.1-mini", "openai", "2026-11-28", "model-closes", "no new jobs from 2027-01-06 (in 39 days); what was "
         "trained is shut down on 2027-01-14 (in 47 days)"),
        ("ft:gpt-4o-mini-2024-07-18:org::id", "openai", "2026-11-28", "model-closes", "gpt-4o-mini at OpenAI"),
        ("gpt-4.1", "openai", "2027-01-05", "model-closes", "from 2027-01-06 (in 1 day)"),
        ("gpt-4.1", "openai", "2027-01-06", "model-closed", "no new jobs since 2027-01-06; what was trained is shut"),
        ("gpt-4.1", "openai", "2027-01-14", "model-closed", "gpt-4.1 at OpenAI was shut down on 2027-01-14, with all"),
        ("gpt-3.5-turbo", "openai", "2026-11-28", "model-closed", "shut down on 2026-10-23"),
        ("ft:gpt-3.5-turbo-0125:acme::x", "openai", "2026-11-28", "model-closed", "shut down on 2026-10-23"),
        ("gpt-4", "openai", "2026-11-28", "model-closed", "shut down on 2026-10-23"),
        ("gpt-4.1-nano", "openai", "2026-11-28", "model-closed", "gpt-4.1-nano is trained at Azure OpenAI"),
        ("gpt-4.1-nano", "azure", "2026-11-28", "", ""),
        ("gpt-4o", "azure", "2026-11-28", "", ""),
        ("gpt-4o", "foundry", "2027-01-15", "model-closes", "no new jobs from 2027-04-01 (in 76 days)"),
        ("gpt-4o", "azure", "2027-10-01", "model-closed", "shut down on 2027-10-01"),
        ("Qwen/Qwen3-8B", "together", "2030-01-01", "", ""),
        ("Qwen3-8B", "openai", "2026-11-28", "model-elsewhere", "OpenAI is not known to train Qwen3-8B; Together and"),
        ("gpt-4.1", "trl", "2026-11-28", "model-elsewhere", "TRL is not known to train gpt-4.1; OpenAI and Azure"),
    ],
)  # fmt: skip
def test_what_is_said_of_a_model(
    model: str, place: str, day: str, rule: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = told(model, place, day, monkeypatch)
    assert set(said) == ({rule} if rule else set())
    assert words in "".join(said.values())


def test_severity_decides_the_exit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTDATA_TODAY", "2026-11-28")
    data = ftdata.read(ROWS)
    assert data.check(model="gpt-4.1").ok, "it can still be trained"
    assert not data.check(model="gpt-3.5-turbo").ok


def test_dates_and_models_of_ones_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    own = tmp_path / "my.toml"
    own.write_text(
        '[models."gpt-4.1"]\ntraining_ends = 2028-01-01\ninference_ends = 2028-06-01\n'
        "[places.openai]\ncloses = 2028-01-01\n"
        '[models.mine]\ntokenizer = "o200k_base"\n'
        '[places.azure.models."gpt-4o"]\ninference_ends = 2026-12-01\n'
    )
    assert told("gpt-4.1", "openai", "2026-11-28", monkeypatch, models=own) == {}
    assert told("mine", "openai", "2026-11-28", monkeypatch, models=own) == {}
    assert (
        "shut down on 2026-12-01 (in 3 days)"
        in told("gpt-4o", "azure", "2026-11-28", monkeypatch, models=own)["model-closes"]
    )
    assert set(told("gpt-4o", "openai", "2026-11-28", monkeypatch, models=own)) == {"model-closes"}


def test_a_day_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTDATA_TODAY", "soon")
    with pytest.raises(UsageError, match="FTDATA_TODAY is not a date: 'soon'"):
        ftdata.read(ROWS).check(model="gpt-4.1")
