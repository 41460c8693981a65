"""Quick looks at texts: they see what Python's own patterns see."""

from __future__ import annotations

import pickle
import re

from hypothesis import given
from hypothesis import strategies as st

from ftdata.facts.traces import Traces

PATTERNS = ("<\\|", "\n>|---", "[A-Z]{2}[0-9]{2}", "(?:De|发件人) ?:", "[ÂÃ][\u0080-\u00bf]")


@given(st.text("<|\n>-AB01De :发件人Ã\u0080é", max_size=30))
def test_it_sees_what_stands_there(text: str) -> None:
    assert Traces(*PATTERNS).found_in(text) == (re.search("|".join(PATTERNS), text) is not None)


def test_it_travels_to_workers_and_nothing_stands_nowhere() -> None:
    traces = Traces("a", "b")
    assert traces.found_in("xb")
    assert pickle.loads(pickle.dumps(traces)).patterns == ("a", "b")
    assert not Traces().found_in("")
    assert not Traces().found_in("a\n")
