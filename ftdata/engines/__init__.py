"""Engines: how a plan runs. One that runs on this machine, in this process or in several."""

from ftdata.engines.local import Local
from ftdata.engines.plan import Outcome, Plan, Rejected

__all__ = ["Local", "Outcome", "Plan", "Rejected"]
