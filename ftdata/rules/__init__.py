"""Rules: what a row, a file or a set should be, and what is said when it is not.

A rule is one function under `@rule(...)`, which is its record; `listed.py` names the modules. A fix is
one more function, under `@fixes(...)`.
"""

from typing import TYPE_CHECKING

from ftdata.lazily import names_of

if TYPE_CHECKING:
    from ftdata.rules.listed import FIXES, MODULES, RULES
    from ftdata.rules.registry import Problem, Rule, chosen

# Most rows that are written need none of them: they are imported when they are asked for.
__getattr__ = names_of(
    globals(),
    {
        "ftdata.rules.listed": ("FIXES", "MODULES", "RULES"),
        "ftdata.rules.registry": ("Problem", "Rule", "chosen"),
    },
)

__all__ = ["FIXES", "MODULES", "RULES", "Problem", "Rule", "chosen"]
