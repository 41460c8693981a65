"""The schema for editors says what the run says: what one takes the other takes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from ftdata import Recipe, RecipeError
from ftdata.recipe.keys import steps
from ftdata.recipe.schema import schema
from tests.recipe.making import data
from tests.recipe.test_running import JUDGED, RECIPES

TAKES = jsonschema_rs.validator_for(schema())


def says(**more: Any) -> dict[str, Any]:
    return {"read": "in.jsonl", "write": "out.jsonl", **more}


GOOD: list[dict[str, Any]] = [
    *RECIPES.values(),
    JUDGED,
    says(steps=["dedupe", {"dedupe": None}, {"dedupe": {"near": 0.85, "shingle": 4}}]),
    says(steps=[{"filter": "turns > 1"}, {"sample": 10}, {"weights": "last"}, {"redact": ["email"]}, {"redact": "email,phone"}]),
    says(vars={"n": 3, "a": None, "b": True}, steps=[{"sample": {"n": "${n}", "shuffle": "${b}"}}]),
    says(steps=[{"strip": {"keep_functions": "a,b"}}, {"strip": {"keep-functions": ["a", "b"]}}]),
    says(steps=[{"text": {"replace": {"a": "b"}}}, {"text": {"replace": "a=>b"}}, {"text": {"replace": ["a=>b"]}}]),
    {"read": {"files": ["a.csv", "b.csv"], "user": "body", "assistant": "queue", "map": None} | {"map": "map.yaml"}, "write": "-"},
    says(check="openai", stats={"model": "gpt-4.1-mini", "epochs": 3}),
]  # fmt: skip
BAD: list[Any] = [
    [],
    {"write": "out.jsonl"},
    says(step=[]),
    says(steps=["dedup"]),
    says(steps=[{"dedupe": {"nere": 1}}]),
    says(steps=[{"dedupe": {"near": "${n}", "shingle": [1]}}]),
    says(steps=[{"dedupe": {}, "redact": {}}]),
    says(steps=[{"turns": {"cut": "top", "fit": 3}}]),
    says(write={"to": "openai"}),
    says(write={"path": "a", "force": True}),
    says(branches=["a"]),
    says(vars=[1]),
    {"read": {"file": "a"}, "write": "b"},
]


@pytest.mark.parametrize("recipe", GOOD)
def test_what_is_good_passes(recipe: Any) -> None:
    assert not [f"{error.instance_path}: {error.message}" for error in TAKES.iter_errors(recipe)]


@pytest.mark.parametrize("recipe", BAD)
def test_what_is_bad_is_underlined_and_refused(tmp_path: Path, recipe: Any) -> None:
    data(tmp_path)
    assert not TAKES.is_valid(recipe)
    with pytest.raises(RecipeError):
        Recipe(recipe, folder=tmp_path)


def test_every_step_and_key_is_explained() -> None:
    found = schema()["$defs"]["step"]["properties"]
    assert set(steps()) | {"split"} == set(found)
    for ways in found.values():
        keys = ways["anyOf"][-1]
        assert keys["description"].endswith(".")
        assert all(one["description"] for one in keys["properties"].values())
