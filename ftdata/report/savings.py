"""The savings from stripping, as text and as JSON."""

from __future__ import annotations

from typing import Any

from ftdata.classes import dataclass
from ftdata.errors import printable
from ftdata.tokens.money import usd

_SHOWN = 5


@dataclass(frozen=True)
class Way:
    """What one way saves.

    Attributes:
        option: Its name.
        tokens: Tokens of one epoch.
        usd: What they cost in training, all epochs; None where the price is not known.
    """

    option: str
    tokens: int
    usd: float | None


@dataclass(frozen=True)
class Savings:
    """The tokens and money that each option of `strip` would save.

    Attributes:
        model: The model whose tokens and prices these are.
        place: The place of that model.
        examples: The number of examples.
        tokens: Their tokens.
        definitions: The tokens of their function definitions.
        epochs: The number of epochs.
        ways: The savings of each option.
        unused: The functions that no example calls.
    """

    model: str
    place: str
    examples: int
    tokens: int
    definitions: int
    epochs: int
    ways: tuple[Way, ...]
    unused: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return {**vars(self), "ways": [vars(way) for way in self.ways], "unused": list(self.unused)}

    def __str__(self) -> str:
        share = f" ({self.definitions / self.tokens:.0%})" if self.tokens else ""
        lines = [
            f"{self.examples:,} examples, {self.tokens:,} tokens, of which function definitions take about "
            f"{self.definitions:,}{share}",
            f"{'option':<26}{'saves tokens':>14}{'of all':>8}{'saves':>14}   "
            f"({self.model} at {self.place}, {self.epochs} epochs)",
        ]
        for way in self.ways:
            part = f"{way.tokens / self.tokens:.1%}" if self.tokens else ""
            lines.append(f"--{way.option.replace('_', '-'):<24}{way.tokens:>14,}{part:>8}{usd(way.usd):>14}")
        if self.unused:
            more = f" and {len(self.unused) - _SHOWN:,} more" if len(self.unused) > _SHOWN else ""
            lines.append(f"never called: {printable(', '.join(self.unused[:_SHOWN]))}{more}")
        return "\n".join(lines)
