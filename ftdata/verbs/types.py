"""Names for what options take, wider in Python than in text: a key may be a function there."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, Literal

PathLike = str | os.PathLike[str]
"""A path."""

Expression = str
"""An expression over an example, such as ``score|float >= 0.8``."""

Template = str
"""Text, or a template such as ``{{ subject }}: {{ body }}``; on a command line ``@FILE`` reads it from a file."""

Text = str
"""Any text."""

Count = int
"""A whole number from 1 on."""

Number = int
"""A whole number from 0 on."""

PathOrNone = str | os.PathLike[str] | None
"""A path; in text ``none`` for nowhere."""

YesNo = bool
"""Yes or no; in text these words."""

Roles = Mapping[str, str]
"""Who is who, such as ``{"agent": "assistant"}``."""

Names = Mapping[str, str]
"""What columns are called or read as, such as ``{"Body": "body"}``; in text ``Body=body,Queue=label``."""

Settings = Mapping[str, Any]
"""Settings and their JSON values."""

By = str | Callable[[dict[str, Any]], object]
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

Consecutive = Literal["join", "keep", "reject"]
"""What becomes of turns of one role one after another."""

FirstAssistant = Literal["keep", "drop", "reject"]
"""What becomes of an assistant's turn before the user's first."""

FirstSpeaker = Literal["mapped", "user", "assistant"]
"""Who speaks first in a conversation; mapped if that tells nothing."""

Links = Literal["text", "target"]
"""What stays of a link in HTML."""

LastUser = Literal["drop", "keep", "reject"]
"""What becomes of a user's turn that nobody answered."""

Unlabelled = Literal["reject", "keep", "drop"]
"""What becomes of an answer that has no label."""

Answers = Literal["all", "first", "majority", "best", "pairs"]
"""Which of several answers are kept."""

Verdicts = str | Callable[[dict[str, Any]], object]
"""What says whether an answer is right: an expression, a word for one, or a function of an example."""

Wrong = Literal["drop", "keep"]
"""What becomes of answers that are wrong."""

Reasoning = Literal["keep", "drop", "last", "text"]
"""What becomes of what was thought before answers."""

Trained = Literal["all", "selected"]
"""Which answers of a merged conversation are trained."""

Endpoint = Literal["chat", "responses"]
"""An API that answers requests."""

HostedTools = Literal["drop", "keep"]
"""What becomes of answers that rest on what was not logged."""

Service = Literal["openai", "azure", "together", "anthropic", "gemini"]
"""Whose batch requests are written for."""

Multiplier = float | str
"""A number, or ``auto`` to leave it to the service."""

JobPlace = Literal["openai", "azure", "together", "fireworks"]
"""Where a training job can be created."""

Effort = Literal["default", "low", "medium", "high"]
"""How much a model reasons while it is trained by a grader."""

TrainingType = Literal["Standard", "GlobalStandard", "Developer"]
"""Where and how Azure trains, which sets the price."""

Keys = Mapping[str, str]
"""Keys and values of a job's metadata, such as ``{"team": "support"}``."""

Lang = Literal["en", "zh"]
"""A language that our pages speak."""
