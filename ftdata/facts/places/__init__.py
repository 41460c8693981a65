"""Places: where models are fine-tuned, one data file each; and ``models.toml``, what the models are wherever that is.

A file of a place says who may train there and until when, what its files may hold, and of each model its methods,
limits, prices and dates. ``sources`` names where the facts come from, of which day they are and how sure; ``from`` says
which source a kind of fact has, for the whole place or for one model.
"""

from __future__ import annotations

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
    return _read(f"{name}.toml") if name in PLACES else {}


@cache
def model_facts() -> dict[str, Any]:
    """What ``models.toml`` says of the models themselves, by name."""
    found: dict[str, Any] = _read("models.toml")["models"]
    return found


def _read(name: str) -> dict[str, Any]:
    import tomllib  # help has no use for it

    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
