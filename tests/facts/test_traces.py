"""Quick looks at texts: they see what Python's own patterns see."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys

import pytest
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


@pytest.mark.process
@pytest.mark.parametrize("first", ["Traces('a').found_in('a')", "pydantic_core.from_json"])
def test_pydantic_is_whole_whoever_loads_its_core_first(first: str) -> None:
    code = f"""
import sys
from ftdata.facts.traces import Traces
if {first.startswith("pydantic")}:
    import pydantic_core
assert {first} and ("pydantic_core" in sys.modules) is {first.startswith("pydantic")}
import pydantic, pydantic_core
class Pair(pydantic.BaseModel):
    left: int
assert Pair(left="3").left == 3 and Traces("ab").found_in("xab") and not Traces("ab").found_in("xb")
assert pydantic_core.SchemaValidator is sys.modules["pydantic_core._pydantic_core"].SchemaValidator
"""
    subprocess.run([sys.executable, "-c", code], check=True)
