"""How models are fine-tuned: the methods, and the kind of example that each trains on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, cast

from ftdata.errors import UsageError, did_you_mean

if TYPE_CHECKING:
    from ftdata.example.words import Kind

Method = Literal["sft", "dpo", "rft", "completion"]
"""The methods of services."""

Training = Literal["sft", "dpo", "kto", "rft", "completion"]
"""The methods of services and trainers: KTO trains on chats whose answers have a label each, wanted or not.

Source: TRL's KTO trainer and LLaMA-Factory's ``stage: kto`` (2026).
"""

METHODS: Mapping[str, Kind] = MappingProxyType(
    {"sft": "chat", "dpo": "preference", "kto": "chat", "rft": "reinforcement", "completion": "completion"}
)
"""The kind of line that each method trains on."""

METHOD_OF: Mapping[str, Method] = MappingProxyType(
    {"chat": "sft", "preference": "dpo", "reinforcement": "rft", "completion": "completion"}
)
"""The same, the other way round."""

ALSO: Mapping[str, Method] = MappingProxyType(
    {"supervised": "sft", "preference": "dpo", "direct_preference_optimization": "dpo", "reinforcement": "rft"}
)
"""What services call them too: OpenAI's jobs say ``supervised`` and ``reinforcement``."""


def method(name: str) -> Training:
    """The method of a name, as ftdata or as a service calls it.

    Raises:
        UsageError: If there is none; suggests the nearest.
    """
    if name in METHODS:
        return cast("Training", name)
    if name in ALSO:
        return ALSO[name]
    raise UsageError(f'unknown method "{name}"', hint=did_you_mean(name, METHODS))
