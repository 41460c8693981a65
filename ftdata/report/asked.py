"""What a batch of requests would cost, as text and as JSON."""

from __future__ import annotations

from typing import Any

from ftdata.classes import dataclass
from ftdata.errors import printable
from ftdata.tokens.money import UNKNOWN, usd

BATCH = 0.5
"""A batch costs half of what the same requests cost one by one. Source: OpenAI's Batch guide."""


@dataclass(frozen=True)
class Estimate:
    """What requests would cost in a batch.

    Attributes:
        model: Who is asked.
        requests: How many requests there are, equal ones asked once.
        input_tokens: Tokens of their prompts and tools; without those of a response format, which are not public.
        output_tokens: The most that the answers may have together; None where there is no such limit.
        price_in: USD per million tokens of input in a batch; None where it is not known.
        price_out: The same of output.
        as_of: When the prices held; empty where they were given.
        counted_as: Whose tokens were counted.
        estimated: By which methods parts were counted whose billing is not public.
    """

    model: str
    requests: int
    input_tokens: int
    output_tokens: int | None
    price_in: float | None
    price_out: float | None
    as_of: str = ""
    counted_as: str = ""
    estimated: tuple[str, ...] = ()

    @property
    def input_usd(self) -> float | None:
        """What the input costs; None where its price is not known."""
        return None if self.price_in is None else self.price_in * self.input_tokens / 1_000_000

    @property
    def output_usd(self) -> float | None:
        """What the answers cost at most; None where their price or their limit is not known."""
        if self.price_out is None or self.output_tokens is None:
            return None
        return self.price_out * self.output_tokens / 1_000_000

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        sums = {"input_usd": self.input_usd, "output_usd_at_most": self.output_usd}
        return {**vars(self), "estimated": list(self.estimated), **sums}

    def __str__(self) -> str:
        mean = f", {self.input_tokens / self.requests:,.0f} a request" if self.requests else ""
        lines = [
            f"requests  {self.requests:>12,} to {printable(self.model)}",
            f"input     {self.input_tokens:>12,} tokens{mean} (as {printable(self.counted_as)} counts)",
        ]
        if self.output_tokens is not None:
            lines.append(f"output    {self.output_tokens:>12,} tokens at most")
        lines.append(f"cost      {self._cost()}")
        return "\n".join(lines)

    def _cost(self) -> str:
        if self.price_in is None:
            return f"{UNKNOWN}: no price of {printable(self.model)} is known; give --price-in and --price-out"
        dated = f", prices as of {self.as_of}" if self.as_of else ""
        each = f"at {usd(self.price_in)} a million tokens in a batch{dated}"
        said = f"{usd(self.input_usd)} of input {each}"
        if self.output_usd is not None:
            return f"{said}; at most {usd(self.output_usd)} of output at {usd(self.price_out)}"
        limit = "a limit (--max-tokens)" if self.output_tokens is None else "a price (--price-out)"
        return f"{said}; that of the output needs {limit}"
