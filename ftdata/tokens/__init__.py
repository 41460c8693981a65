"""From text to tokens to money."""

from ftdata.tokens.counting import Counter, Counts, Profile, counter_of

__all__ = ["Counter", "Counts", "Profile", "counter_of"]
