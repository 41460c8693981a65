"""Formats: rows to examples and back, one module a wire format. A format knows nothing of files."""

from ftdata.formats.columns import Columns, ToChat
from ftdata.formats.detect import Detected, confirmed, detect
from ftdata.formats.openai import FTDATA, OPENAI
from ftdata.formats.registry import Format, Formats, named

_NAMES = (
    "openai",
    "ftdata",
    "azure",
    "together",
    "fireworks",
    "sharegpt",
    "alpaca",
    "trl",
    "mistral",
    "gemini",
    "anthropic",
)

FORMATS = Formats(
    {name: f"ftdata.formats.{name.replace('-', '_')}" for name in _NAMES} | {"ftdata": "ftdata.formats.openai"}
)

__all__ = ["FORMATS", "FTDATA", "OPENAI", "Columns", "Detected", "Format", "ToChat", "confirmed", "detect", "named"]
