"""The data files of places: every fact has a source, a day and how sure it is."""

from __future__ import annotations

import datetime
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

import ftdata.facts.places as home
from ftdata.facts.places import ALSO, OPEN, PLACES, model_facts, place_facts
from ftdata.formats import FORMATS
from ftdata.formats.targets import TARGETS
from ftdata.tokens.models import Model, Prices, model_table

from .packing import PACKED, files, packed

TODAY = datetime.date(2026, 11, 28)
BARE = {"name", "id", "names", "place", "note", "as_of", "source", "sources", "own_tokenizer", "at_earliest", "open"}
OF_MODELS = {"tokenizer", "context", "reasoning", "images", "functions", "per_message", "per_name"}
"""What a model is, wherever it is trained: its own documentation says so, and no place."""

FACTS = [
    (model, one.name)
    for model in model_table().tunable()
    for one in fields(Model)
    if one.name not in BARE | OF_MODELS | {"reply"}
    and getattr(model, one.name) not in (None, (), "", False, {}, Prices())
]


def test_each_place_has_a_file_and_each_file_a_place() -> None:
    names = {path.stem for path in Path(home.__file__).parent.glob("*.toml")}
    assert names == {*PLACES, "models"}
    assert set(ALSO.values()) <= set(PLACES)


def test_what_is_read_is_what_the_files_say() -> None:
    said = files()
    assert PACKED.read_text(encoding="utf-8") == packed(), "python -m tests.facts.packing writes it"
    assert {name: place_facts(name) for name in PLACES} == {name: said[name] for name in PLACES}
    assert model_facts() == said["models"]["models"]


@pytest.mark.parametrize("place", PLACES)
def test_a_place_says_who_it_is_and_what_files_hold(place: str) -> None:
    facts = place_facts(place)
    assert facts["about"]
    assert facts["files"]["least"] >= 1
    assert place in TARGETS
    assert place in FORMATS
    assert facts["models"] == OPEN or set(facts["models"]) <= set(model_facts())
    for source in facts["sources"].values():
        assert source.keys() == {"about", "as_of", "sure"}
        assert source["sure"] in ("high", "medium", "low")
        assert datetime.date(2024, 1, 1) < source["as_of"] <= TODAY
    assert set(facts["from"].values()) <= set(facts["sources"])


@pytest.mark.parametrize(
    ("model", "fact"), FACTS, ids=lambda one: f"{one.place}-{one.name}" if isinstance(one, Model) else one
)
def test_every_fact_has_a_source(model: Model, fact: str) -> None:
    source = model.sources[fact]
    assert source.about
    assert source.as_of
    assert source.sure


def test_dates_are_in_order() -> None:
    table = model_table()
    for model in table.tunable():
        ends = table.training_ends(model)
        if ends and model.inference_ends:
            assert ends <= model.inference_ends, (model.place, model.name)


@pytest.mark.parametrize(
    "name, place, training, inference",
    [
        *(
            (name, "openai", "2027-01-06", "2027-01-14")
            for name in ("gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini")
        ),
        *(
            (name, "openai", "2026-10-23", "2026-10-23")
            for name in ("gpt-3.5-turbo", "gpt-4", "gpt-4.1-nano", "o4-mini")
        ),
        ("gpt-4o", "azure", "2027-04-01", "2027-10-01"),
        ("gpt-4.1-mini", "azure", "2027-04-14", "2027-10-14"),
        ("ft:gpt-4o-mini-2024-07-18:org::id", "openai", "2027-01-06", "2027-01-14"),
        ("ft:gpt-3.5-turbo-0125:org::id:ckpt-step-9", "openai", "2026-10-23", "2026-10-23"),
        ("Qwen/Qwen3-8B", "together", None, None),
        ("accounts/fireworks/models/qwen3-8b", "fireworks", None, None),
        ("meta-llama/Llama-3.3-70B-Instruct", "trl", None, None),
    ],
)
def test_until_when(name: str, place: str, training: str | None, inference: str | None) -> None:
    table = model_table()
    found = table.named(name, place)
    ends: Any = table.training_ends(found)
    days = [day.isoformat() if day else None for day in (ends, found.inference_ends)]
    assert days == [training, inference]


@pytest.mark.process
def test_help_reads_no_data_file() -> None:
    code = "import sys, ftdata.cli; from ftdata.cli.check import check; print('tomllib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
