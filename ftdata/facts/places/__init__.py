"""Places: where models are fine-tuned, one data file each; and ``models.toml``, what the models are wherever that is.

A file of a place says who may train there and until when, what its files may hold, and of each model its methods,
limits, prices and dates. ``sources`` names where the facts come from, of which day they are and how sure; ``from`` says
which source a kind of fact has, for the whole place or for one model.

What is read is ``packed.json``, which holds all these files, as TOML takes longer to read than a small file takes to
be counted. ``python -m tests.facts.packing`` writes it.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

PLACES = (
    "openai", "azure", "together", "fireworks", "tinker", "mistral", "bedrock", "gemini", "trl", "axolotl",
    "llama-factory",
)  # fmt: skip
"""The names of all places, as ``--for`` has them; where several have a model, the first is meant."""

ALSO: Mapping[str, str] = MappingProxyType({"foundry": "azure", "vertex": "gemini", "nova": "bedrock"})
"""What places are called too."""

OPEN = "open"
"""What a place's file says in place of its models when it trains all whose weights are open."""


@cache
def place_facts(name: str) -> dict[str, Any]:
    """What the data file of a place says; empty where there is none."""
    return _packed()[name] if name in PLACES else {}


@cache
def model_facts() -> dict[str, Any]:
    """What ``models.toml`` says of the models themselves, by name."""
    found: dict[str, Any] = _packed()["models"]["models"]
    return found


@cache
def _packed() -> dict[str, Any]:
    """What the data files say, by their names."""
    found: dict[str, Any] = _with_days(json.loads(Path(__file__).with_name("packed.json").read_bytes()))
    return found


def _with_days(value: Any) -> Any:
    """The same with dates for the texts that are dates: no file says one as text."""
    if isinstance(value, dict):
        return {name: _with_days(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_with_days(one) for one in value]
    if type(value) is str and len(value) == len("2026-01-01") and value[4] == value[7] == "-":
        return datetime.date.fromisoformat(value)
    return value
