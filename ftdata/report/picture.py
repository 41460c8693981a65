"""One pass over examples that sees all that a report tells beside its check: a summary in flat memory."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING

from ftdata.classes import dataclass, field
from ftdata.codec import encode
from ftdata.engines.flow import BlockResult, Flow
from ftdata.example import parts
from ftdata.facts.scripts import script_of
from ftdata.profile import Chats
from ftdata.report.twins import KEPT, Prints, spot_of
from ftdata.steps.savings import SavedTokens
from ftdata.tokens import counter_of
from ftdata.tokens.survey import TokenSurvey

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.files.blocks import Block
    from ftdata.tokens.counting import Profile

COUNTED = 20_000
"""Examples whose tokens are counted; of more, every second, third, …, chosen by their hash."""

EXTREMES = 5
"""The longest and the shortest examples that are shown whatever they hash to."""

_HASH = 1 << 64


@dataclass(frozen=True)
class PictureOptions:
    """What a pass is to look for; it travels to workers.

    Attributes:
        profiles: How tokens are counted.
        savings: Whose tokens the tricks save.
        count: Every so many examples are counted.
        prints: Every so many prompts are compared.
        below: Examples that hash to less are candidates to be shown.
        wanted: By block the lines in it that are shown in any case.
    """

    profiles: tuple[Profile, ...]
    savings: Profile
    count: int
    prints: int
    below: int
    wanted: Mapping[int, frozenset[int]]

    @classmethod
    def of(
        cls, profiles: Sequence[Profile], savings: Profile, rows: int, shown: int, wanted: Mapping[int, frozenset[int]]
    ) -> PictureOptions:
        """What is asked of about so many rows, of which so many are to be shown."""
        share = min(1.0, 2.0 * (shown + EXTREMES) / max(rows, 1))
        return cls(tuple(profiles), savings, max(1, -(-rows // COUNTED)), max(1, -(-rows // KEPT)), int(share * _HASH),
                   wanted)  # fmt: skip


@dataclass
class Candidate:
    """An example, or a row that became none, that may be shown.

    Attributes:
        digest: By which it is chosen.
        block: Where it stands: the block, and the line in it.
        line: That line.
        data: Its JSON text.
        wanted: Whether it is shown in any case.
        broken: Whether it is a row that became no example.
    """

    digest: int
    block: int
    line: int
    data: bytes = field(compare=False)
    wanted: bool = field(default=False, compare=False)
    broken: bool = field(default=False, compare=False)

    def __lt__(self, other: Candidate) -> bool:
        return (self.digest, self.block, self.line) < (other.digest, other.block, other.line)


class DataPicture:
    """The summary of some examples.

    Attributes:
        chats: Kinds, roles, answers, tools, system prompts.
        tokens: Tokens of those that are counted.
        saved: What tricks would save of these.
        scripts: Answers of these by their script.
        prints: By the file's number.
        candidates: Examples that may be shown.
    """

    def __init__(self, asked: PictureOptions) -> None:
        self.asked = asked
        self.chats = Chats()
        self.tokens = TokenSurvey(asked.profiles)
        self.saved = SavedTokens(counter_of(asked.savings))
        self.scripts: Counter[str] = Counter()
        self.prints: dict[int, Prints] = {}
        self.candidates: list[Candidate] = []
        self._longest: list[tuple[int, Candidate]] = []
        self._shortest: list[tuple[int, Candidate]] = []

    def see(self, block: int, file: int, line: int, data: bytes, example: Example) -> None:
        """Take in the next example: where it stands, its JSON text, and itself."""
        digest = int.from_bytes(blake2b(data, digest_size=8).digest(), "little")
        self.chats.add(example)
        if digest % self.asked.count == 0:
            self._count(example)
        prints = self.prints.get(file)
        if prints is None:
            prints = self.prints[file] = Prints(self.asked.prints)
        prints.add(block, line, example)
        wanted = line in self.asked.wanted.get(block, ())
        if wanted or digest < self.asked.below:
            self.candidates.append(Candidate(digest, block, line, data, wanted))
        for heap, key in ((self._longest, len(data)), (self._shortest, -len(data))):
            if len(heap) < EXTREMES:
                heapq.heappush(heap, (key, Candidate(digest, block, line, data)))
            elif key > heap[0][0]:
                heapq.heapreplace(heap, (key, Candidate(digest, block, line, data)))

    def _count(self, example: Example) -> None:
        """Count an example's tokens, what tricks would save of them, and the script of its answer."""
        before = self.tokens.examples
        self.tokens.add(example)
        if self.tokens.examples > before and parts.tools(example):
            self.saved.add(example)
        answer = parts.answer(example)
        if answer:
            self.scripts[script_of(answer)] += 1

    def broke(self, block: int, line: int, raw: bytes) -> None:
        """Take in a row that became no example, if it is to be shown."""
        if line in self.asked.wanted.get(block, ()):
            self.candidates.append(Candidate(0, block, line, raw, wanted=True, broken=True))

    def merge(self, later: DataPicture) -> None:
        """Take in the summary of what follows."""
        self.chats.merge(later.chats)
        self.tokens.merge(later.tokens)
        self.saved.merge(later.saved)
        self.scripts.update(later.scripts)
        for file, prints in later.prints.items():
            if file in self.prints:
                self.prints[file].merge(prints)
            else:
                self.prints[file] = prints
        self.candidates += later.candidates
        for mine, theirs in ((self._longest, later._longest), (self._shortest, later._shortest)):
            mine[:] = heapq.nlargest(EXTREMES, [*mine, *theirs], key=lambda one: (one[0], -one[1].block, -one[1].line))
            heapq.heapify(mine)

    def fetched(self, block: DataPicture, known: Mapping[int, int]) -> None:
        """Take in what was wanted of a block that was read again, where it still asks what it asked."""
        asked = {spot: one for prints in block.prints.values() for spot, one in prints.asked_at().items()}
        for one in block.candidates:
            spot = spot_of(one.block, one.line)
            if one.wanted and spot in known and asked.get(spot) == known[spot]:
                self.candidates.append(one)

    def shown(self, count: int) -> list[Candidate]:
        """What is shown, in the order of its origin: what findings point at, the extremes, and a choice by hash."""
        extremes = [one for _, one in (*self._longest, *self._shortest)]
        first = [one for one in self.candidates if one.wanted] + extremes[: max(0, count)]
        found = {(one.block, one.line, one.digest): one for one in first}
        for one in sorted(self.candidates):
            if len(found) >= count:
                break
            found.setdefault((one.block, one.line, one.digest), one)
        return sorted(found.values(), key=lambda one: (one.block, one.line))


@dataclass(slots=True)
class PictureJob:
    """Sees the examples of a block."""

    flow: Flow
    asked: PictureOptions

    def __call__(self, index: int, block: Block) -> BlockResult:
        """The block's picture."""
        result = BlockResult()
        result.summary = self.picture(index, block, result)  # it sees more than an example
        result.rejects = []
        return result

    def picture(self, index: int, block: Block, result: BlockResult | None = None) -> DataPicture:
        """What is seen in a block."""
        result = result or BlockResult()
        picture = DataPicture(self.asked)
        for number, _, own, example in self.flow.run(index, block, result):
            picture.see(index, block.file, result.line_of(number), own or encode(example), example)
        for reject in result.rejects:
            picture.broke(index, reject.line, reject.raw)
        return picture
