"""Settings that all tests share."""

from hypothesis import settings

# No deadline: the first example pays for imports, and machines differ.
settings.register_profile("ftdata", deadline=None)
settings.load_profile("ftdata")
