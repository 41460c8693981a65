"""Filters: the words that their expressions may use, and filters by length, language and refusals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass, field
from ftdata.errors import MissingPackageError, UnsaidError, UsageError, shown
from ftdata.example.parts import answer, is_completion, messages, prompt, text_of
from ftdata.example.words import Example
from ftdata.facts.refusals import Refuses
from ftdata.findings import Drop
from ftdata.steps.measuring import TokenCounter, TokensOf

if TYPE_CHECKING:
    from ftdata.expressions import Predicate

UNKNOWN = ("reject", "drop", "keep")
"""What may become of an example that does not say what an expression names."""

MIN_TEXT = 20
"""Characters from which on a language can be told; shorter answers are kept."""


def turns(example: Example) -> int:
    """The messages but for the system prompt; 2 of a completion."""
    said = messages(example)
    return sum(turn["role"] not in ("system", "developer") for turn in said) if said else 2


def characters(example: Example) -> int:
    """The characters that its messages say, calls aside."""
    if is_completion(example):
        return len(prompt(example)) + len(answer(example))
    return sum(len(text_of(turn.get("content"))) for turn in messages(example))


def language(example: Example) -> str:
    """The language of the answer as ISO 639-1, such as ``en``; empty where it cannot be told.

    Raises:
        MissingPackageError: If lingua is not installed.
    """
    return language_of(answer(example))


def language_of(text: str) -> str:
    """The language of a text as ISO 639-1; empty for a short one, or where it cannot be told."""
    if len(text.strip()) < MIN_TEXT and text.isascii():
        return ""
    found = _detector()(text)
    return found or ""


@lru_cache(maxsize=1)
def _detector() -> Callable[[str], str | None]:
    try:
        from lingua import LanguageDetectorBuilder
    except ImportError:
        raise MissingPackageError("telling languages", "lingua-language-detector", "language") from None
    detector = LanguageDetectorBuilder.from_all_languages().with_low_accuracy_mode().build()

    def detect(text: str) -> str | None:
        found = detector.detect_language_of(text)
        return found.iso_code_639_1.name.lower() if found else None

    return detect


def needs_language() -> None:
    """Refuse to begin without the package.

    Raises:
        MissingPackageError: If lingua is not installed.
    """
    _detector()


Words = Mapping[str, Callable[[Example], Any]]


def words(counter: TokenCounter | None, refuses: Refuses | None = None) -> Words:
    """What filters may name beside the parts of an example and its metadata."""
    known: dict[str, Callable[[Example], Any]] = {
        "turns": turns,
        "characters": characters,
        "refusal": refuses or Refuses(),
        "language": language,
    }
    return {**known, "tokens": TokensOf(counter)} if counter else known


@dataclass(frozen=True)
class Where:
    """Keeps, or drops, the examples of which an expression is true.

    Attributes:
        test: The expression; it may also name the words.
        words: What each word means for an example; a column of metadata that is called so wins.
        drop: Whether those are dropped of which it is true.
        reason: Of its drops; by default the expression.
        unknown: What becomes of an example that does not say what the expression names: ``reject``, ``drop`` or
            ``keep``.
    """

    test: Predicate
    words: Words = field(default_factory=dict)
    drop: bool = False
    reason: str = ""
    unknown: str = "reject"
    name: ClassVar[str] = "filter"

    def __post_init__(self) -> None:
        if self.unknown not in UNKNOWN:
            raise UsageError(f"unknown is one of {', '.join(UNKNOWN)}; got {shown(self.unknown)}")

    def __call__(self, example: Example) -> Example | Drop:
        """The example or a Drop.

        Raises:
            RowError: If the expression fails on the example.
        """
        return self.counting(Counter())(example)

    def counting(self, changes: Counter[str]) -> Callable[[Example], Example | Drop]:
        """The same."""
        named = {word: meaning for word, meaning in self.words.items() if _named(word, self.test.source)}
        why = Drop(self.reason or (self.test.source if self.drop else f"not {self.test.source}"))

        def keep(example: Example) -> Example | Drop:
            seen = example
            if named:
                carried = example.get("metadata") or {}
                said = {word: meaning(example) for word, meaning in named.items() if word not in carried}
                seen = {**example, **said}
            try:
                return why if self.test(seen) is self.drop else example
            except UnsaidError as error:
                if self.unknown == "reject":
                    raise
                return example if self.unknown == "keep" else Drop(f"its {error.name} is not known")

        return keep


def _named(word: str, source: str) -> bool:
    """Whether an expression may name the word itself, and not a key of something: ``metadata.language``."""
    return re.search(rf"(?<![\w.'\"]){word}\b", source) is not None


@dataclass(frozen=True)
class Within:
    """Keeps examples of a length.

    Attributes:
        what: What is counted: tokens, characters, turns.
        measure: How.
        least: The fewest there may be.
        most: The most; None for any number.
    """

    what: str
    measure: Callable[[Example], int]
    least: int = 0
    most: int | None = None
    name: ClassVar[str] = "filter"

    def __call__(self, example: Example) -> Example | Drop:
        """The example or a Drop."""
        count = self.measure(example)
        if count < self.least:
            return Drop(f"fewer than {self.least:,} {self.what}")
        if self.most is not None and count > self.most:
            return Drop(f"more than {self.most:,} {self.what}")
        return example


@dataclass(frozen=True)
class Holds:
    """Keeps examples that hold a text anywhere, in upper or lower case: in messages, calls, tools or metadata.

    Attributes:
        text: The text.
    """

    text: str
    name: ClassVar[str] = "filter"

    def __post_init__(self) -> None:
        if not self.text.strip():
            raise UsageError("there is no text to search for")

    def __call__(self, example: Example) -> Example | Drop:
        """The example or a Drop."""
        return example if _holds(example, self.text.casefold()) else Drop(f"does not hold {shown(self.text)}")


def _holds(value: Any, text: str) -> bool:
    """Whether one of the texts in a value has a text in small letters."""
    if isinstance(value, str):
        return text in value.casefold()
    if isinstance(value, dict):
        return any(_holds(one, text) for one in value.values())
    return isinstance(value, list) and any(_holds(one, text) for one in value)


@dataclass(frozen=True)
class InLanguage:
    """Keeps examples whose answer is in one of the languages, or too short to tell.

    Attributes:
        languages: Their codes by ISO 639-1, such as ``en``.
    """

    languages: tuple[str, ...]
    name: ClassVar[str] = "filter"

    def __post_init__(self) -> None:
        for code in self.languages:
            if len(code) != 2 or not code.isalpha():
                raise UsageError(f'a language is a code such as en or zh; got "{code}"')
        needs_language()

    def __call__(self, example: Example) -> Example | Drop:
        """The example or a Drop."""
        found = language(example)
        return example if not found or found in self.languages else Drop(f"the answer's language is {found}")


@dataclass(frozen=True)
class NoRefusals:
    """Keeps examples whose answer does not refuse."""

    refuses: Refuses = field(default_factory=Refuses)
    name: ClassVar[str] = "filter"

    def __call__(self, example: Example) -> Example | Drop:
        """The example or a Drop."""
        return Drop("the answer refuses") if self.refuses(example) else example
