"""Redact: replace personal data with placeholders, the same one for the same value within an example."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from ftdata.classes import dataclass, field
from ftdata.codec import decode, encode
from ftdata.errors import MissingPackageError, RowError, UsageError, did_you_mean, shown
from ftdata.example.parts import kind_of
from ftdata.facts.personal import FINDERS, Finder
from ftdata.steps.calling import each_call
from ftdata.steps.editing import ALL, Turn, each_turn, required, text_of_message

if TYPE_CHECKING:
    from ftdata.example.words import Example

KINDS = (*FINDERS, "name")
"""What can be redacted; names only with presidio."""

_SPOKEN = ("refusal", "reasoning_content", "reasoning", "thinking")
_OWN = ("messages", "tools", "functions", "parallel_tool_calls", "metadata")


class Names(Protocol):
    """Finds people's names in a text: (start, end) each, in order."""

    def __call__(self, text: str, /) -> list[tuple[int, int]]: ...


@dataclass(frozen=True)
class Redact:
    """Replaces e-mail addresses, phone numbers, cards and so on, in content, calls' arguments and results.

    It takes every kind of example. JSON inside arguments and results stays JSON. What stands beside
    messages for a grader is redacted too, with the same stand-ins, so that answers and references still agree.

    Attributes:
        kinds: What is redacted, of `KINDS`.
        stand_ins: What takes its place, by kind, with ``{n}`` for its number; by default ``[EMAIL_{n}]`` and so on.
        metadata: Whether the metadata is redacted too.
        language: The language of the names.
        consistent: A secret word by which the same value has the same stand-in in all examples; none if empty.
    """

    kinds: tuple[str, ...] = tuple(FINDERS)
    stand_ins: Mapping[str, str] = field(default_factory=dict)
    metadata: bool = False
    language: str = "en"
    consistent: str = ""
    name: ClassVar[str] = "redact"

    def __post_init__(self) -> None:
        for kind in (*self.kinds, *self.stand_ins):
            if kind not in KINDS:
                raise UsageError(f"{shown(kind)} cannot be redacted", hint=did_you_mean(kind, KINDS))
        for kind, text in self.stand_ins.items():
            if "{n}" not in text:
                raise UsageError(f"the stand-in {shown(text)} for {kind} needs a number", hint="Write {n} in it.")
        if "name" in self.kinds:
            names_finder(self.language)

    def __hash__(self) -> int:
        return hash((self.kinds, tuple(sorted(self.stand_ins.items())), self.metadata, self.language, self.consistent))

    def __call__(self, example: Example) -> Example:
        """The example, redacted."""
        return self.counting(Counter())(example)

    def counting(self, changes: Counter[str]) -> Callable[[Example], Example]:
        """The same, counting what was replaced by kind."""
        names = names_finder(self.language) if "name" in self.kinds else None

        def redact(example: Example) -> Example:
            required(example, self.name, ALL)
            return _Redaction(self, changes, names).example(example)

        return redact


class _Redaction:
    """One example's redaction: it remembers who got which stand-in."""

    def __init__(self, step: Redact, changes: Counter[str], names: Names | None) -> None:
        self._step = step
        self._changes = changes
        self._names = names
        self._known: dict[tuple[str, str], str] = {}
        self._made: set[str] = set()
        self._numbers: Counter[str] = Counter()
        self._taken: str | None = None  # the example as text, once a stand-in is needed

    def example(self, example: Example) -> Example:
        """The example, redacted."""
        self._whole = example
        redacted = each_turn(example, self._turn)
        if kind_of(example) == "completion":
            redacted = self._keys(redacted, ("prompt", "completion"))
        elif type(example.get("messages")) is list:
            redacted = self._keys(redacted, tuple(key for key in example if key not in _OWN))
        return self._keys(redacted, ("metadata",)) if self._step.metadata else redacted

    def _keys(self, example: Example, keys: tuple[str, ...]) -> Example:
        for key in keys:
            if key in example:
                value = self._value(example[key])
                if value is not example[key]:
                    example = {**example, key: value}
        return example

    def _turn(self, turn: Turn) -> Turn:
        result = turn["role"] in ("tool", "function")
        turn = text_of_message(turn, self._json if result else self._text)
        for key in _SPOKEN:
            if type(turn.get(key)) is str:
                turn = text_of_message(turn, self._text, key)
        return each_call(turn, self._call)

    def _call(self, call: dict[str, Any]) -> dict[str, Any]:
        text = self._json(call["arguments"])
        return call if text == call["arguments"] else {**call, "arguments": text}

    def _json(self, text: str) -> str:
        """JSON text with its values redacted, as JSON; other text as text."""
        try:
            value = decode(text.encode())
        except RowError:
            return self._text(text)
        redacted = self._value(value)
        return text if redacted is value else _like(text, value, redacted)

    def _value(self, value: Any) -> Any:
        """A JSON value with its texts, and its large whole numbers, redacted; the very same if none was."""
        if type(value) is str:
            text = self._text(value)
            return value if text == value else text
        if type(value) is int:
            text = self._text(str(value)) if abs(value) > 9_999_999 else ""
            return value if text in ("", str(value)) else text
        if type(value) is list:
            items = [self._value(item) for item in value]
            return value if all(a is b for a, b in zip(items, value, strict=True)) else items
        if type(value) is dict:
            held = {key: self._value(item) for key, item in value.items()}
            return value if all(held[key] is value[key] for key in value) else held
        return value

    def _text(self, text: str) -> str:
        for kind in self._step.kinds:
            if finder := FINDERS.get(kind):
                text = finder.replace(text, partial(self._found, kind, finder))
        return self._without_names(text) if self._names is not None else text

    def _found(self, kind: str, finder: Finder, found: str) -> str:
        return found if found in self._made else self._stand_in(kind, finder.same(found))

    def _without_names(self, text: str) -> str:
        assert self._names is not None  # noqa: S101 - asked for by _text
        for start, end in reversed(self._names(text)):
            text = text[:start] + self._stand_in("name", text[start:end].casefold()) + text[end:]
        return text

    def _stand_in(self, kind: str, same: str) -> str:
        self._changes[_WHAT[kind]] += 1
        known = self._known.get((kind, same))
        if known is None:
            template = self._step.stand_ins.get(kind, f"[{kind.upper()}_{{n}}]")
            known = self._known[kind, same] = self._next(kind, same, template)
            self._made.add(known)
        return known

    def _next(self, kind: str, same: str, template: str) -> str:
        """The next stand-in that the example does not hold already: it may have been redacted before."""
        if self._step.consistent:
            word = blake2b(self._step.consistent.encode()).digest()
            return template.replace("{n}", blake2b(f"{kind} {same}".encode(), key=word, digest_size=6).hexdigest())
        if self._taken is None:
            self._taken = encode(self._whole).decode()
        while True:
            self._numbers[kind] += 1
            made = template.replace("{n}", str(self._numbers[kind]))
            if made not in self._taken:
                return made


_WHAT = {
    "email": "e-mail addresses replaced",
    "phone": "phone numbers replaced",
    "card": "card numbers replaced",
    "iban": "bank accounts replaced",
    "id": "identity numbers replaced",
    "ip": "IP addresses replaced",
    "key": "keys replaced",
    "name": "names replaced",
}


def _like(text: str, value: Any, redacted: Any) -> str:
    """The JSON of the redacted value, spaced as the text was where that was one of the usual ways."""
    for separators in ((",", ":"), (", ", ": ")):
        for ascii_only in (False, True):
            if json.dumps(value, ensure_ascii=ascii_only, separators=separators) == text:
                return json.dumps(redacted, ensure_ascii=ascii_only, separators=separators)
    return encode(redacted).decode()


@lru_cache(maxsize=4)
def names_finder(language: str) -> Names:
    """What finds people's names: presidio's analyzer with its model for the language.

    Raises:
        MissingPackageError: If presidio is not installed.
        UsageError: If it has no model for the language.
    """
    try:
        from presidio_analyzer import AnalyzerEngine
    except ImportError:
        raise MissingPackageError("redacting names", "presidio-analyzer", "names") from None
    try:
        engine = AnalyzerEngine(supported_languages=[language])
    except (OSError, ValueError) as error:
        raise UsageError(f"presidio has no model for {shown(language)}: {error}") from None

    def find(text: str) -> list[tuple[int, int]]:
        found = engine.analyze(text, language=language, entities=["PERSON"])
        spans = sorted((result.start, result.end) for result in found)
        return [span for at, span in enumerate(spans) if at == 0 or span[0] >= spans[at - 1][1]]

    return find
