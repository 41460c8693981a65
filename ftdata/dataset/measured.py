"""What a check is measured by beside its rules: a model's limits, a chat template, a grader."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ftdata.classes import replace
from ftdata.errors import InputError, UsageError, option
from ftdata.facts import clock
from ftdata.facts.methods import METHOD_OF
from ftdata.facts.places import ALSO
from ftdata.verbs.types import PathLike

if TYPE_CHECKING:
    from ftdata.example.words import Kind
    from ftdata.rules.budget import Budget
    from ftdata.tokens.renderer import Renderer


def budget(name: str, models: str | None, place: str) -> Budget:
    """What rules look at of a model, where it is trained."""
    from ftdata.rules.budget import Budget
    from ftdata.tokens import counter_of
    from ftdata.tokens.models import model_table
    from ftdata.tokens.models.lives import advice, state, told

    table, today, place = model_table(models), clock.today(), ALSO.get(place, place)
    found = table.find(name, place)
    if found is None:
        found = table[name]
        if found.place:  # a model of one's own that names no place is trained wherever it is asked for
            there = [table.about(one.place) for one in table.tunable() if one.name == found.name]
            said = f"{table.about(place)} is not known to train {name}; {' and '.join(there) or 'nobody'} is"
            return Budget(name, None, frozenset(), True, counter_of(found.profile), elsewhere=said,
                          exact=found.exact)  # fmt: skip
    kinds = frozenset(kind for kind in METHOD_OF if found.takes(kind))
    said, over = told(table, found, today), state(table, found, today) == "closed"
    return Budget(
        name, found.limit, kinds, found.vision, counter_of(found.profile), ended=said if over else "",
        ends="" if over else said, instead=advice(table, found, today) if said else "", exact=found.exact,
        reasoning=found.reasoning, bounds=found.bounds,
    )  # fmt: skip


def renderer(tokenizer: PathLike | None, template: PathLike | None) -> Renderer | None:
    """What renders examples with the chat template that is named, if one is."""
    if tokenizer is None and template is None:
        return None
    from ftdata.tokens.renderer import RendererOptions, renderer_of

    return renderer_of(RendererOptions(os.fspath(tokenizer or ""), os.fspath(template or "")))


def rendered_budget(
    known: Budget | None, renderer: Renderer, tokenizer: PathLike | None, most: int | None
) -> Budget | None:
    """The limit of what is rendered: the one that is named, the model's, or the tokenizer's."""
    from ftdata.rules.budget import Budget

    if known is not None:
        return replace(known, limit=most or known.limit or renderer.limit, counter=None, exact=True)
    name = "the training" if most else Path(os.fspath(tokenizer or "")).name
    return Budget(name, most or renderer.limit, frozenset(), True, None)


def graded(path: PathLike, kind: Kind) -> frozenset[str]:
    """What a grader names of the rows.

    Raises:
        InputError: If the file cannot be read, or is not JSON.
        UsageError: If the rows are of another kind than a grader is for.
    """
    from ftdata.facts.graders import items_of

    if kind != "reinforcement":
        hint = "Omit the grader, or say what the rows are for: " + option("method", "rft") + "."
        raise UsageError(f"a grader is for reinforcement, but the rows are {kind} examples", hint=hint)
    name = os.fspath(path)
    try:
        return items_of(json.loads(Path(name).read_text(encoding="utf-8")))
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=name) from None
    except ValueError as error:
        raise InputError(
            f"is not valid JSON: {error}", hint="It must hold the job's grader as a JSON object.", path=name
        ) from None
