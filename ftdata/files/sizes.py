"""How much is read at once, and how much one record may have."""

from __future__ import annotations

BLOCK = 2 << 20
"""Bytes per block: large enough that handing it out costs nothing, small enough for constant memory."""

MAX_RECORD = 256 << 20
"""The default for the largest size of a record in bytes."""
