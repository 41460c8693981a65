"""What each way to strip would save, before it is done."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from ftdata.codec import encode
from ftdata.example.parts import tools
from ftdata.steps.stripping import Called, Strip

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.steps.measuring import TokenCounter

WAYS: Final[dict[str, Strip]] = {
    "function_descriptions": Strip(function_descriptions=True),
    "parameter_descriptions": Strip(parameter_descriptions=True),
    "descriptions": Strip(function_descriptions=True, parameter_descriptions=True),
    "schema_extras": Strip(schema_extras=True),
    "properties": Strip(properties=True),
}
"""By the name of the option; what removing all functions saves needs no trial."""

_REMEMBERED = 1000

_Saved = tuple[dict[str, int], dict[str, int]]


class SavedTokens:
    """A survey of the tokens that each way would save.

    Attributes:
        examples: How many examples there are.
        tokens: Their tokens.
        definitions: The tokens of their function definitions.
        saved: Tokens by way, without those for unused functions.
        called: Which functions are defined and called.
    """

    def __init__(self, counter: TokenCounter) -> None:
        self._counter = counter
        self._known: dict[bytes, _Saved] = {}
        self.examples = 0
        self.tokens = 0
        self.definitions = 0
        self.saved: Counter[str] = Counter()
        self.called = Called()
        self._of_function: Counter[str] = Counter()

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_known": {}}

    @property
    def unused(self) -> int:
        """The tokens of the functions that no example calls."""
        return sum(self._of_function[name] for name in self.called.unused)

    def add(self, example: Example) -> None:
        """Take in an example."""
        counts = self._counter.example(example)
        self.examples += 1
        self.tokens += counts.total
        self.definitions += counts.tools
        self.called.add(example)
        found = tools(example)
        if found:
            saved, of_function = self._saved(found)
            self.saved.update(saved)
            self.saved["functions"] += counts.tools  # as they are in this very example
            self._of_function.update(of_function)

    def merge(self, later: SavedTokens) -> None:
        """Take in later examples."""
        self.examples += later.examples
        self.tokens += later.tokens
        self.definitions += later.definitions
        self.saved.update(later.saved)
        self.called.merge(later.called)
        self._of_function.update(later._of_function)

    def _saved(self, functions: list[dict[str, Any]]) -> _Saved:
        """Tokens that each way saves of these definitions, and that each function takes."""
        key = encode(functions)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[key] = self._worked_out(functions)
        return known

    def _worked_out(self, functions: list[dict[str, Any]]) -> _Saved:
        whole = _asking(functions)
        before = self._tokens(whole)
        ways = {name: before - self._tokens(strip(whole)) for name, strip in WAYS.items()}
        of_function: Counter[str] = Counter()
        for at, function in enumerate(functions):
            others = functions[:at] + functions[at + 1 :]
            of_function[str(function.get("name"))] += before - self._tokens(_asking(others))
        return ways, dict(of_function)

    def _tokens(self, example: Example) -> int:
        return self._counter.example(example).tools if "tools" in example else 0


def _asking(functions: list[dict[str, Any]]) -> Example:
    """An example that is nothing but its definitions."""
    example: Example = {"messages": [{"role": "user", "content": ""}]}
    if functions:
        example["tools"] = [{"type": "function", "function": function} for function in functions]
    return example
