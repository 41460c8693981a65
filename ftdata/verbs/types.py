"""Names for what options take, wider in Python than in text: a key may be a function there."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Literal

PathLike = str | os.PathLike[str]
"""A path."""

Expression = str
"""An expression over an example, such as ``score|float >= 0.8``."""

Template = str
"""Text, or a template such as ``{{ subject }}: {{ body }}``; on a command line ``@FILE`` reads it from a file."""

Text = str
"""Any text."""

By = str | Callable[[dict[str, Any]], Any]
"""A key: an expression, or a function of an example."""

Bytes = int
"""A number of bytes; in text also with a unit, such as 500MB or 2GiB."""

Share = float | str
"""A share, such as 0.1 or ``"10%"``."""

Size = float | int | str | None
"""A share such as 0.1 or ``"10%"``, a number of examples such as 500, or None for the rest."""

Unknown = Literal["reject", "drop", "keep"]
"""What becomes of an example that lacks a field."""

How = Literal["under", "over", "cap", "weights"]
"""How classes are balanced."""

Cut = Literal["start", "middle", "windows"]
"""Where an example that is too long is cut."""

Think = Literal["field", "text", "last"]
"""What becomes of ``<think>`` in answers."""

Style = Literal["tools", "functions"]
"""How definitions and calls are written."""

Undeclared = Literal["define", "drop"]
"""What becomes of calls of functions without a definition."""

Earlier = Literal["untrained", "out"]
"""What becomes of the turns before the one that is trained."""

Train = Literal["last", "all", "none"]
"""Which of the messages that are meant are trained."""
