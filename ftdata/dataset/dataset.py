"""Dataset: what the library's users hold. Lazy, immutable, re-iterable; it only delegates."""

from __future__ import annotations

from ftdata.dataset.looking import Looking
from ftdata.dataset.outputs import Outputs
from ftdata.dataset.shaping import Shaping


class Dataset(Shaping, Looking, Outputs):
    """Examples that will be read, changed and written when they are asked for.

    Make one with `ftdata.read`. Every method returns a new dataset or a result; nothing changes in place.
    """
