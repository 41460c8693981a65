"""Engines: how a plan runs. `Local` runs it on this machine, in this process or in several."""

from typing import TYPE_CHECKING

from ftdata.lazily import names_of

if TYPE_CHECKING:
    from ftdata.engines.local import Local
    from ftdata.engines.plan import Outcome, Plan, Rejected

__getattr__ = names_of(
    globals(),
    {
        "ftdata.engines.local": ("Local",),
        "ftdata.engines.plan": (
            "Outcome",
            "Plan",
            "Rejected",
        ),
    },
)

__all__ = ["Local", "Outcome", "Plan", "Rejected"]
