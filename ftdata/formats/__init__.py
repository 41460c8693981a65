"""Formats: rows to examples and back, one module per wire format. A format knows nothing about files."""

from typing import TYPE_CHECKING

from ftdata.lazily import names_of

if TYPE_CHECKING:
    from ftdata.formats.detecting import Detected, confirmed, detect
    from ftdata.formats.known import FORMATS
    from ftdata.formats.openai import FTDATA, OPENAI
    from ftdata.formats.registry import Format, named

__getattr__ = names_of(
    globals(),
    {
        "ftdata.formats.detecting": ("Detected", "confirmed", "detect"),
        "ftdata.formats.known": ("FORMATS",),
        "ftdata.formats.registry": ("Format", "named"),
        "ftdata.formats.openai": (
            "FTDATA",
            "OPENAI",
        ),
    },
)

__all__ = [
    "FORMATS",
    "FTDATA",
    "OPENAI",
    "Detected",
    "Format",
    "confirmed",
    "detect",
    "named",
]
