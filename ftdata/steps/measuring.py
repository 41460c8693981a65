"""What steps need of a token counter, and how they come by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from ftdata.classes import dataclass

if TYPE_CHECKING:
    from ftdata.example.words import Example


class Measured(Protocol):
    """The tokens of an example."""

    total: int
    tools: int


class TokenCounter(Protocol):
    """Counts tokens; it travels to workers."""

    def example(self, example: Example) -> Measured:
        """The tokens of an example of any kind."""
        ...

    def messages(self, messages: Sequence[Mapping[str, Any]]) -> int:
        """The tokens of messages that are sent for a reply."""
        ...

    def at_most(self, example: Example, limit: int) -> bool:
        """Whether the example has no more than so many tokens; often told without counting."""
        ...


@dataclass(frozen=True)
class TokensOf:
    """The tokens of an example: the word `tokens` of expressions."""

    counter: TokenCounter

    def __call__(self, example: Example) -> int:
        """The tokens."""
        return self.counter.example(example).total
