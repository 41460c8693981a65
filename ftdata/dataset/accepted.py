"""What a plan writes where a format is named: rows as the service of that name takes them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from ftdata.dataset.plans import Planned
from ftdata.engines.plan import Plan
from ftdata.errors import RowError
from ftdata.example.parts import kind_of
from ftdata.example.shapes import Kind
from ftdata.formats.parsing import Parse
from ftdata.steps.accepting import accepting
from ftdata.steps.primitives import AuthoringStep, Gather


def as_taken(data: Planned, plan: Plan) -> Plan:
    """The plan, with its rows as the service takes them whose format was named."""
    if plan.writes is None:
        return plan
    return replace(plan, writes=accepting(plan.writes, _kind(data, plan)))


def _kind(data: Planned, plan: Plan) -> Kind | None:
    """The kind that most of the first examples have, as a check tells it; None where steps may make others."""
    from ftdata.formats.completion import CompletionToChat

    if any(isinstance(step, Gather) for step in plan.steps):
        return None
    if any(isinstance(step, AuthoringStep | CompletionToChat) for step in plan.steps):
        return "chat"
    parse = next((step for step in plan.steps if isinstance(step, Parse)), None)
    if parse is None:
        return None
    found: Counter[Kind] = Counter()
    for _, _, row in data.peeked():
        try:
            made = parse(row) if isinstance(row, dict) else None
        except RowError:
            continue
        found.update(kind for one in (made if isinstance(made, list) else [made])
                     if isinstance(one, dict) and (kind := kind_of(one)))  # fmt: skip
    return found.most_common(1)[0][0] if found else None
