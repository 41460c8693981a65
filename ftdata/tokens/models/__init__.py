"""Models at places: tokenizers, limits, methods, prices and dates, the facts of ``ftdata.facts.places``."""

from __future__ import annotations

from ftdata.classes import replace
from ftdata.tokens.counting import Profile
from ftdata.tokens.models.shapes import Evidence, Model, Place, Prices, Restriction
from ftdata.tokens.models.table import Models, base_name, model_table

__all__ = [
    "Evidence",
    "Model",
    "Models",
    "Place",
    "Prices",
    "Restriction",
    "base_name",
    "model_table",
    "profile_for",
    "profile_named",
]


def profile_named(table: Models, model: Model | None, tokenizer: str | None) -> Profile:
    """How tokens are counted where a model, a tokenizer, both or nothing is named; by default as gpt-4o counts."""
    if tokenizer:
        return profile_for(tokenizer, model)
    return (model or table["gpt-4o"]).profile


def profile_for(tokenizer: str, model: Model | None = None) -> Profile:
    """The profile of a tokenizer that is named by itself, counted as the model counts messages, if one is given."""
    base = model.profile if model else Profile(tokenizer, images="tiles")
    constants = "gpt-4" if tokenizer == "cl100k_base" and not model else base.functions
    return replace(base, tokenizer=tokenizer, functions=constants)
