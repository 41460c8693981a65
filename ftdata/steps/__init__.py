"""Steps: examples in, examples out. A step is an immutable object whose fields are its options.

There are three primitives, and every step is one of them; the engine knows nothing else:

- **map**: a function of one example that returns it, another one, a list of them, or a Drop;
- **survey**: a summary of each block, merged in order, from which a map is decided for a second pass;
- **gather**: examples that share a key meet, wherever they stood, and become others, or are dropped or refused.

A map that changes nothing returns the very object that it was given: its bytes are then written as they were read.
"""

from typing import TYPE_CHECKING

from ftdata.lazily import names_of
from ftdata.steps.primitives import ByFile, Decision, Gather, Made, Mapped, MapStep, Refused, Step, Summary, SurveyStep

if TYPE_CHECKING:
    from ftdata.steps.user import Filter, Map, step

__getattr__ = names_of(
    globals(),
    {
        "ftdata.steps.user": (
            "Filter",
            "Map",
            "step",
        ),
    },
)

__all__ = [
    "ByFile",
    "Decision",
    "Filter",
    "Gather",
    "Made",
    "Map",
    "MapStep",
    "Mapped",
    "Refused",
    "Step",
    "Summary",
    "SurveyStep",
    "step",
]
