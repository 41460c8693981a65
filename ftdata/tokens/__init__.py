"""Text to tokens to money.

A `Profile` says how a model counts and travels to workers; `counter_of` makes the counter of it, once a process:
``counter.example(example)`` gives the `Counts` of an example, ``counter.at_most(example, limit)`` is for limits, and
often told without counting. The model table, and what follows for limits and money, is in `models` and `money`.
"""

from ftdata.tokens.counting import Counter, Counts, Profile, counter_of

__all__ = ["Counter", "Counts", "Profile", "counter_of"]
