"""The survey for near-duplicates: a fixed number of bytes per example, and the texts in a temporary file."""

from __future__ import annotations

import tempfile
import weakref
from array import array
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from hashlib import blake2b
from typing import IO, TYPE_CHECKING, Any, Self

from ftdata.classes import dataclass, field
from ftdata.errors import MissingPackageError
from ftdata.example import content_hash
from ftdata.steps.near.text import Comparing, answered, jaccard, shingles
from ftdata.steps.summaries import Summarised, here

if TYPE_CHECKING:
    from ftdata.example.words import Example
    from ftdata.steps.near.bands import Bands

SEED = 42
"""The signatures' own seed: it decides which candidates are found, never which example is kept."""


@dataclass
class Sketches(Summarised):
    """The texts of examples, as sketches: 36 bytes an example and 8 for each band, in memory.

    Attributes:
        hashes: 16 bytes of each text's hash; of the whole example's where there is no text.
        sizes: How many shingles each text has.
        answers: 8 bytes of the hash of what each example answers.
        bands: 8 bytes of each band of each text, one example after another; nothing of a text without shingles.
    """

    comparing: Comparing
    bands_of: Bands
    shingle: int = 0
    hashes: bytearray = field(default_factory=bytearray)
    sizes: array[int] = field(default_factory=lambda: array("I"))
    bands: bytearray = field(default_factory=bytearray)
    answers: bytearray = field(default_factory=bytearray)
    _texts: list[bytes] = field(default_factory=list)
    _file: IO[bytes] | None = None
    _ends: array[int] = field(default_factory=lambda: array("Q"))
    _read: Callable[[Example], str] | None = here()
    scores: dict[tuple[int, int], float] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.sizes)

    def add(self, example: Example) -> None:
        """Take in the next example."""
        if self._read is None:
            self._read = self.comparing.reader()
        text = self._read(example)
        data = text.encode()
        self.hashes += blake2b(data, digest_size=16).digest() if text else content_hash(example)
        pieces = shingles(text, self.shingle)
        self.sizes.append(len(pieces))
        self.answers += blake2b(answered(example).encode(), digest_size=8).digest()
        self.bands += _bands(pieces, self.bands_of)
        self._texts.append(data)

    def merge(self, later: Self) -> None:
        """Take in the sketches of the examples that follow; their texts go to a file."""
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="ftdata-texts-")  # noqa: SIM115 - it goes with the sketches
            weakref.finalize(self, self._file.close)
        self.hashes += later.hashes
        self.sizes += later.sizes
        self.answers += later.answers
        self.bands += later.bands
        end = self._ends[-1] if self._ends else 0
        for data in later._texts:
            end += len(data)
            self._ends.append(end)
        self._file.write(b"".join(later._texts))

    def text(self, position: int) -> str:
        """The text of the example at a position."""
        assert self._file is not None  # noqa: S101 - asked of what was merged
        start = self._ends[position - 1] if position else 0
        self._file.seek(start)
        return self._file.read(self._ends[position] - start).decode()

    def answer(self, position: int) -> bytes:
        """What is equal for examples with the same answers."""
        return bytes(self.answers[8 * position : 8 * position + 8])

    def too_short(self, threshold: float) -> Iterator[bool]:
        """Of each text, whether its shingles are so few that one more makes it another: such are equal or not."""
        return (size < (size + 1) * threshold for size in self.sizes)


@cache
def _minhash() -> Any:
    """What makes signatures.

    Raises:
        MissingPackageError: If rensa is not installed, for example because it has no wheel for the system.
    """
    try:
        from rensa import RMinHash
    except ImportError:
        raise MissingPackageError("looking for near-duplicates", "rensa") from None
    return RMinHash


def _bands(pieces: set[str], bands: Bands) -> bytes:
    if not pieces:
        return bytes(8 * bands.count)
    sketch = _minhash()(bands.permutations, SEED)
    sketch.update(list(pieces))
    values = array("I", sketch.digest()).tobytes()
    width = 4 * bands.rows
    return b"".join(
        [blake2b(values[at : at + width], digest_size=8).digest() for at in range(0, width * bands.count, width)]
    )


class Similarity:
    """Exact Jaccard similarity of near texts by their positions, remembered by the sketches; 0 of others.

    Most candidates share boilerplate and are not near. They are told by what costs little, without their shingles: the
    number of these, and then a map of bits in which each shingle has one. What has no bit in the other's map is not in
    the other text, so the maps bound the similarity from above, and nothing near is passed over.
    """

    def __init__(self, sketches: Sketches, threshold: float, other: Sketches | None = None) -> None:
        self._near = sketches.scores if other is None else {}
        self._threshold = threshold
        self._one = _pieces(sketches)
        self._other = self._one if other is None else _pieces(other)
        self._sizes = sketches.sizes, (other or sketches).sizes
        self._map = _maps(self._one)
        self._other_map = self._map if other is None else _maps(self._other)

    def __call__(self, one: int, other: int) -> float:
        """The similarity of a text of the first and one of the other sketches; 0 if it is below the threshold."""
        found = self._near.get((one, other))
        if found is None:
            found = jaccard(self._one(one), self._other(other)) if self._may_reach(one, other) else 0.0
            if found < self._threshold:
                return 0.0
            self._near[one, other] = found
        return found

    def _may_reach(self, one: int, other: int) -> bool:
        """Whether the texts can be so similar at all."""
        first, second = self._sizes[0][one], self._sizes[1][other]
        if min(first, second) < self._threshold * max(first, second):
            return False
        mine, its = self._map(one), self._other_map(other)
        both = min(first - (mine & ~its).bit_count(), second - (its & ~mine).bit_count())
        return both / (first + second - both) >= self._threshold


_BITS = 2048
"""Of a map: a text of 200 shingles shares few of them, one of 10,000 has nearly all, and its map tells nothing."""


def _maps(pieces: Callable[[int], set[str]]) -> Callable[[int], int]:
    """The map of a text by its position; those of many are at hand, 300 bytes each."""

    def mapped(position: int) -> int:
        bits = bytearray(_BITS)
        for piece in pieces(position):
            bits[hash(piece) % _BITS] = 49  # the digit 1
        return int(bytes(bits).replace(b"\0", b"0"), 2)

    return lru_cache(maxsize=1 << 17)(mapped)


def _pieces(sketches: Sketches) -> Callable[[int], set[str]]:
    """The shingles of a text by its position; those of the last few are at hand."""
    return lru_cache(maxsize=256)(lambda position: shingles(sketches.text(position), sketches.shingle))
