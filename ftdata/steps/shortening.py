"""Rules files: how to shorten each system prompt, in YAML or JSON."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from ftdata.errors import InputError, RecipeError, shown
from ftdata.steps.prompting import PromptRule

PathLike = str | os.PathLike[str]
_KEYS = {"prompt", "pattern", "short"}


def rules_of(source: PathLike | Iterable[Mapping[str, str]]) -> tuple[PromptRule, ...]:
    """The rules of a file, or as given.

    Raises:
        InputError: If the file cannot be read.
        RecipeError: If it is not a list of rules.
    """
    if not isinstance(source, str | os.PathLike):
        return tuple(_rule(rule, number, None) for number, rule in enumerate(source, 1))
    import yaml

    path = os.fspath(source)
    try:
        held = yaml.safe_load(Path(path).read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot be read: {error}", path=path) from None
    except yaml.YAMLError as error:
        raise RecipeError(f"is not valid YAML: {error}", path=path) from None
    if not isinstance(held, list) or not held:
        raise RecipeError(
            "expected a list of rules",
            hint='Each is such as {"prompt": "the long one", "short": "the short one"}.',
            path=path,
        )
    return tuple(_rule(rule, number, path) for number, rule in enumerate(held, 1))


def _rule(rule: object, number: int, path: str | None) -> PromptRule:
    if not isinstance(rule, Mapping) or not _KEYS.issuperset(rule) or "short" not in rule:
        raise RecipeError(f"rule {number}: expected prompt or pattern, and short; got {shown(rule)}", path=path)
    for key, value in rule.items():
        if not isinstance(value, str):
            raise RecipeError(f"rule {number}: {key} is text; got {shown(value)}", path=path)
    if ("prompt" in rule) == ("pattern" in rule):
        raise RecipeError(f"rule {number}: expected either a prompt or a pattern", path=path)
    return PromptRule(**rule)
