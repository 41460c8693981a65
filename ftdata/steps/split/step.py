"""The split as a survey step, and each of its sides as a step that shares its survey."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, ClassVar

from ftdata.classes import dataclass, field
from ftdata.errors import UsageError
from ftdata.example import content_hash, parts
from ftdata.steps.classes import Classes
from ftdata.steps.keys import By, absent, digest, missing, only_look, reader
from ftdata.steps.near.bands import bands_for
from ftdata.steps.near.sketches import Sketches
from ftdata.steps.near.text import Comparing, marks, normalise
from ftdata.steps.selection import Fates, Selection
from ftdata.steps.summaries import Summarised, grows, here, part

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.steps.keyed import Columns
    from ftdata.steps.split.asked import Parts
    from ftdata.steps.split.keyed import Met


@dataclass(frozen=True)
class Split:
    """Sends each example to a part.

    Attributes:
        parts: The parts and their sizes.
        seed: Another seed is another split.
        id: What tells an example's side; by default its prompt.
        group: What must stay on one side, such as a customer.
        stratify: The classes that each part gets its share of.
        near: The similarity from which on examples must stay on one side.
        comparing: Which text is compared.
        shingle: Characters in a shingle; 0 for 5, or 2 for Han, kana and Hangul.
        exact: Whether the sizes are to be met exactly, which may move examples when others are added.
        at_least: How many examples of each class each part should get.
    """

    parts: Parts
    seed: str = ""
    id: By | None = None
    group: By | None = None
    stratify: By | None = None
    near: float | None = None
    comparing: Comparing = field(default_factory=Comparing)
    shingle: int = 0
    exact: bool = False
    at_least: int = 0
    name: ClassVar[str] = "split"

    def __post_init__(self) -> None:
        if self.near is not None:
            bands_for(self.near)
        if self.at_least and self.stratify is None:
            raise UsageError("at least so many of each class: name the classes", hint="Add --stratify answer.")

    @property
    def by_rank(self) -> bool:
        """Whether sides are decided by rank, not by the hash alone."""
        return self.exact or self.stratify is not None or self.parts.counts

    def survey(self) -> SplitSurvey:
        """No examples yet."""
        near = None
        if self.near is not None:
            near = Sketches(self.comparing, bands_for(self.near), self.shingle)
        return SplitSurvey(self, classes=Classes(self.stratify) if self.stratify is not None else None, near=near)

    def decide(self, prompts: SplitSurvey) -> Selection:
        """The number of each example's part; what it knows more is a `SplitSummary`.

        Raises:
            UsageError: If no example has a key, or a part would be empty.
        """
        from ftdata.steps.split.deciding import decided

        self._require(len(prompts.ids), prompts.identified, prompts.grouped)
        if prompts.classes:
            prompts.classes.require("--stratify")
        return decided(self, prompts)

    def _require(self, count: int, identified: int, grouped: int) -> None:
        for key, seen, option in ((self.id, identified, "--id"), (self.group, grouped, "--group")):
            if key is not None and count and not seen:
                raise missing(key, option)

    # -- key by key, as `KeyedSurvey` says

    @property
    def keyed(self) -> bool:
        """Where the hash of an example's own prompt is all that decides."""
        return not self.by_rank and self.group is None and self.near is None

    def parted(self, prompts: SplitSurvey) -> tuple[Counter[str], list[Columns]]:
        """By each hash of an example its side."""
        import ftdata.steps.split.keyed as keyed

        return keyed.parted(self.parts, prompts)

    def met(self, tables: list[Columns]) -> tuple[Met, Columns]:
        """What is counted, and the sides."""
        import ftdata.steps.split.keyed as keyed

        return keyed.met(self.parts, tables)

    def agreed(self, count: int, noted: Counter[str], told: Sequence[Met]) -> Sequence[Met]:
        """What all partitions told.

        Raises:
            UsageError: No example has the key.
        """
        self._require(count, noted["identified"], 0)
        return told

    def resolved(self, kept: Columns, agreed: Sequence[Met], partition: int) -> tuple[None, Columns]:
        """The sides, as they are known already."""
        return None, kept

    def selected(
        self, agreed: Sequence[Met], told: Sequence[None], fates: Fates, about: Mapping[str, Sequence[Any]]
    ) -> Selection:
        """The number of each example's part; what it knows more is a `SplitSummary`.

        Raises:
            UsageError: A part would be empty.
        """
        import ftdata.steps.split.keyed as keyed

        return keyed.selected(self, agreed, fates)


@dataclass
class SplitSurvey(Summarised):
    """What decides the sides: 32 bytes an example; 16 more by id and by group, 4 by class, and the sketches by near."""

    step: Split
    ids: bytearray = grows(bytearray)
    plain: bytearray = grows(bytearray)
    prompts: bytearray = grows(bytearray)
    groups: bytearray = grows(bytearray)
    identified: int = grows(int)
    grouped: int = grows(int)
    classes: Classes | None = part()
    near: Sketches | None = part()
    _add: Callable[[Example], None] | None = here()

    @property
    def only_looks(self) -> bool:
        """As its keys."""
        step = self.step
        return only_look(step.id, step.group, step.stratify, step.comparing.key)

    def add(self, example: Example) -> None:
        """Take in the next example."""
        if self._add is None:
            self._add = self._adder()
        self._add(example)

    def _adder(self) -> Callable[[Example], None]:
        step = self.step
        identify = reader(step.id) if step.id is not None else None
        group = reader(step.group) if step.group is not None else None

        def add(example: Example) -> None:
            text = prompt_of(example)
            own = digest(text, step.seed) if text else content_hash(example, seed=step.seed)
            if identify:
                self.prompts += own
                found = identify(example)
                self.identified += not absent(found)
                own = own if absent(found) else digest(["id", found], step.seed)
            self.ids += own
            self.plain += _of_text(normalise(text)) if text else own
            if group:
                found = group(example)
                self.grouped += not absent(found)
                self.groups += own if absent(found) else digest(["group", found], step.seed)
            if self.classes is not None:
                self.classes.add(example)
            if self.near is not None:
                self.near.add(example)

        return add


def _of_text(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


def prompt_of(example: Example) -> str:
    """What the user said, images included; empty where the user says nothing."""
    if type(turns := example.get("messages")) is list:
        contents = [turn.get("content") for turn in turns if turn["role"] == "user"]
        if len(contents) == 1 and type(contents[0]) is str:  # as in most
            return contents[0]
    text = parts.prompt(example)
    images = [mark for turn in parts.messages(example) if turn["role"] == "user" for mark in marks(turn.get("content"))]
    return "\n\n".join([text, *images]) if images else text


@dataclass(frozen=True)
class Side:
    """Keeps one part of a split; the survey is the split's own."""

    surveys: Split
    part: int
    name: ClassVar[str] = "split"

    def survey(self) -> SplitSurvey:
        """As the split."""
        return self.surveys.survey()

    def decide(self, prompts: SplitSurvey) -> Selection:
        """As the split, for this part."""
        return self.choose(self.surveys.decide(prompts))

    def choose(self, decision: Selection) -> Selection:
        """Which examples the split sends to this part."""
        names = self.surveys.parts.names
        table = bytes([0 if part == self.part else min(part + 1, 255) for part in range(256)])
        return Selection(decision.fates.translate(table), tuple(f"goes to {name}" for name in names), decision.about)
