"""Near-duplicates against datasketch, grouped and stratified splits against scikit-learn.

The laws themselves are tested without them, in tests/steps.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from ftdata.steps.near.text import compared, jaccard, shingles
from tests.steps.making import altered, chat, chinese, data, sentence


def test_what_datasketch_finds_is_found() -> None:
    datasketch = pytest.importorskip("datasketch")
    chosen = random.Random(11)
    rows: list[dict[str, Any]] = []
    for number in range(300):
        text = sentence(chosen) if number % 2 else chinese(chosen)
        rows.append(chat(text))
        if number % 3 == 0:
            rows.append(chat(altered(chosen, text, 2)))
    pieces = [shingles(compared(row)) for row in rows]
    index = datasketch.MinHashLSH(threshold=0.85, num_perm=128)
    theirs = set()
    for number, its in enumerate(pieces):
        sketch = datasketch.MinHash(num_perm=128)
        sketch.update_batch([piece.encode() for piece in its])
        if any(jaccard(pieces[other], its) >= 0.88 for other in index.query(sketch)):
            theirs.add(number)
        else:
            index.insert(number, sketch)
    ours = {one.origin.line - 1 for one in data(rows).duplicates(near=0.85)}
    assert len(theirs) > 50
    assert theirs <= ours


def test_groups_and_strata_are_met_at_least_as_well_as_by_scikit_learn() -> None:
    selection = pytest.importorskip("sklearn.model_selection")
    worse = 0
    for seed in range(6):
        chosen = random.Random(seed)
        rows = [
            chat(f"q{number}", chosen.choice("aaabbc"), metadata={"who": min(int(chosen.expovariate(0.04)), 80)})
            for number in range(800)
        ]
        classes = [row["messages"][-1]["content"] for row in rows]
        groups = [row["metadata"]["who"] for row in rows]
        folds = selection.StratifiedGroupKFold(5, shuffle=True, random_state=seed)
        _, held = next(folds.split(rows, classes, groups))
        theirs = _off(Counter(classes[at] for at in held), Counter(classes))
        valid = data(rows).split(valid=0.2, group="who", stratify="answer").valid
        ours = _off(Counter(row["messages"][-1]["content"] for row in valid), Counter(classes))
        worse += ours > theirs
    assert worse == 0


def _off(held: Counter[str], every: Counter[str]) -> float:
    """By how many examples the classes miss a fifth, all together."""
    return sum(abs(held[name] - count / 5) for name, count in every.items())
