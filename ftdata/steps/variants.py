"""Labels: unify spellings that differ only in case, white space, width and punctuation."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass, field
from ftdata.errors import UsageError, did_you_mean, option, shown
from ftdata.example import parts
from ftdata.lazily import pattern

if TYPE_CHECKING:
    from ftdata.example.words import Example

DIFFERENCES = ("case", "space", "width", "punctuation")
"""What two spellings of one label may differ in."""

MOST = 10_000
"""Labels that are told apart; more are none."""

_LONG = 200  # characters of a label
_PUNCTUATION = pattern(r"[^\w\s]|_")


def fold(label: str, differences: tuple[str, ...]) -> str:
    """A label without what two spellings of it may differ in; of marks alone, these stay.

    Examples:
        >>> fold(" Ｂilling_Team!", DIFFERENCES)
        'billing team'
    """
    text = unicodedata.normalize("NFKC", label) if "width" in differences else label
    if "punctuation" in differences:
        bare = _PUNCTUATION.sub(" ", text)
        text = bare.strip() or text
    if "space" in differences:
        text = " ".join(text.split())
    return text.casefold() if "case" in differences else text


@dataclass
class SeenLabels:
    """How often each answer was given, in the order in which they came.

    Attributes:
        counts: By the answer's text; one that is no label is not among them.
    """

    counts: dict[str, int] = field(default_factory=dict)

    def add(self, example: Example) -> None:
        """Take in the answers of the next example.

        Raises:
            UsageError: If there are too many for labels.
        """
        for text in _labels(example):
            self.counts[text] = self.counts.get(text, 0) + 1
        self._check()

    def merge(self, later: SeenLabels) -> None:
        """Take in those that follow."""
        for text, count in later.counts.items():
            self.counts[text] = self.counts.get(text, 0) + count
        self._check()

    def _check(self) -> None:
        if len(self.counts) > MOST:
            raise UsageError(f"there are more than {MOST:,} different answers, so they are not labels")


def _labels(example: Example) -> Iterator[str]:
    """The trained answers that may be labels."""
    kind = parts.kind_of(example)
    texts = [example["completion"]] if kind == "completion" else [
        parts.text_of(turn.get("content")) for turn in parts.chat_turns(example) if parts.trained(turn)
    ]  # fmt: skip
    yield from (text for text in texts if text.strip() and len(text) <= _LONG)


@dataclass(frozen=True)
class Variants:
    """What is one label, and how it is spelled.

    Attributes:
        spelled: By an answer's text: what it becomes, where that is another.
        groups: By the label's spelling: how often each text was given, where there are several.
    """

    spelled: Mapping[str, str]
    groups: Mapping[str, Mapping[str, int]]
    name: ClassVar[str] = "labels"

    @property
    def changed(self) -> int:
        """How many answers would be changed."""
        return sum(count for group, texts in self.groups.items() for text, count in texts.items() if text != group)

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {"changed": self.changed, "labels": {label: dict(texts) for label, texts in self.groups.items()}}

    def __str__(self) -> str:
        if not self.groups:
            return "every label is written in one way"
        lines = [f"{len(self.groups):,} labels are written in several ways; {self.changed:,} answers would change"]
        for label, texts in self.groups.items():
            others = ", ".join(f"{shown(text)} {count:,}" for text, count in texts.items() if text != label)
            kept = f" ({texts[label]:,})" if label in texts else ""
            lines.append(f"  {shown(label)}{kept} for {others}")
        return "\n".join(lines)

    def counting(self, changes: Counter[str]) -> Callable[[Example], Example]:
        """The map, counting what became what."""
        spelled = self.spelled

        def merge(example: Example) -> Example:
            if parts.kind_of(example) == "completion":
                now = spelled.get(example["completion"])
                if now is None:
                    return example
                changes[f"{shown(example['completion'])} became {shown(now)}"] += 1
                return {**example, "completion": now}
            turns = parts.chat_turns(example)
            made = [_turn(turn, spelled, changes) for turn in turns]
            same = all(new is old for new, old in zip(made, turns, strict=True))
            return example if same else {**example, "messages": made}

        return merge

    def __call__(self, example: Example, position: int = 0) -> Example:
        """The example with one spelling for each label."""
        return self.counting(Counter())(example)


def _turn(turn: dict[str, Any], spelled: Mapping[str, str], changes: Counter[str]) -> dict[str, Any]:
    content = turn.get("content")
    now = spelled.get(parts.text_of(content)) if parts.trained(turn) else None
    if now is None:
        return turn
    changes[f"{shown(parts.text_of(content))} became {shown(now)}"] += 1
    return {**turn, "content": now if isinstance(content, str) else [{"type": "text", "text": now}]}


@dataclass(frozen=True)
class MergeLabels:
    """Gives each label one spelling: that of a table, or the most frequent one; of equally frequent ones the first.

    Attributes:
        differences: What two spellings may differ in: see `DIFFERENCES`.
        spellings: The labels as they are to be spelled; None for the most frequent spelling.
        source: Where they come from, for messages.
    """

    differences: tuple[str, ...] = DIFFERENCES
    spellings: Mapping[str, str] | None = None
    source: str = "the labels"
    name: ClassVar[str] = "labels"

    def __post_init__(self) -> None:
        for one in self.differences:
            if one not in DIFFERENCES:
                hint = did_you_mean(one, DIFFERENCES)
                choices = ", ".join(DIFFERENCES)
                raise UsageError(f"{option('differences')} are among {choices}; got {shown(one)}", hint=hint)

    def __hash__(self) -> int:
        return hash((self.differences, tuple((self.spellings or {}).items())))

    def survey(self) -> SeenLabels:
        """A summary of no examples."""
        return SeenLabels()

    def decide(self, seen: SeenLabels) -> Variants:
        """One spelling for each label."""
        groups: dict[str, dict[str, int]] = {}
        for text, count in seen.counts.items():
            groups.setdefault(fold(text, self.differences), {})[text] = count
        said = {fold(code, self.differences): label for code, label in (self.spellings or {}).items()}
        said |= {fold(label, self.differences): label for label in (self.spellings or {}).values()}
        spelled: dict[str, str] = {}
        told: dict[str, dict[str, int]] = {}
        for key, texts in groups.items():
            label = said.get(key) if self.spellings is not None else self._majority(texts)
            if label is None:
                continue
            changed = {text: label for text in texts if text != label}
            if changed:
                spelled |= changed
                told.setdefault(label, {}).update(texts)
        return Variants(spelled, told)

    def _majority(self, texts: Mapping[str, int]) -> str:
        """The most frequent spelling, without white space around it where there is another one without."""
        most = max(texts, key=lambda text: texts[text])
        return most.strip() if "space" in self.differences and most.strip() in texts else most
