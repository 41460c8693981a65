"""Formats: rows to examples and back, one module a wire format. A format knows nothing of files."""

from ftdata.formats.columns import Columns, ToChat
from ftdata.formats.detect import Detected, detect
from ftdata.formats.openai import FTDATA, OPENAI
from ftdata.formats.registry import Format, named

FORMATS: dict[str, Format] = {known.name: known for known in (OPENAI, FTDATA)}

__all__ = ["FORMATS", "FTDATA", "OPENAI", "Columns", "Detected", "Format", "ToChat", "detect", "named"]
