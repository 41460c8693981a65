"""What the removed preparation tool held for few, and for long."""

from __future__ import annotations

FEW = 100
"""Examples below which more were advised."""
LONG = 10_000
"""Characters of a prompt and its completion beyond which an example was called long."""
