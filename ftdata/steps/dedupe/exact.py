"""Exact duplicates: equal content, or an equal key."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from ftdata.classes import dataclass, field
from ftdata.example import content_hash
from ftdata.lazily import late
from ftdata.steps.dedupe.twins import Preference, Same, Twins
from ftdata.steps.keys import By, absent, digest, label_of, missing, only_look, reader
from ftdata.steps.selection import Fates, Selection
from ftdata.steps.summaries import Summarised, grows, here, numbers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ftdata.example.words import Example
    from ftdata.steps.keyed import Columns
    from ftdata.steps.near.text import normalise
else:
    normalise = late(globals(), "ftdata.steps.near.text", "normalise")

_SIZE = 16
FEW = 20_000
"""Examples up to which twins are found without arrays, whose import takes longer than that."""


@dataclass
class Hashes(Summarised):
    """16 bytes an example, and 8 more where they are ranked by a value."""

    step: Dedupe
    hashes: bytearray = grows(bytearray)
    values: array[float] = numbers("d")
    keyed: int = grows(int)
    _hash: Callable[[Example], bytes] | None = here()
    _value: Callable[[Example], float] | None = here()

    @property
    def only_looks(self) -> bool:
        """As its keys."""
        return only_look(self.step.key)

    def add(self, example: Example) -> None:
        """Take in the next example."""
        if self._hash is None:
            self._hash = self.step.hasher(self)
            self._value = self.step.preference.reader() if self.step.preference.ranks else None
        self.hashes += self._hash(example)
        if self._value is not None:
            self.values.append(self._value(example))


@dataclass(frozen=True)
class Dedupe:
    """Drops examples that equal another one.

    Attributes:
        key: What is compared; by default the whole content. An example without a key is compared as a whole.
        normalise: Whether case, white space and Unicode's compatible forms make no difference.
        punctuation: Whether punctuation counts, where text is normalised.
        weights: Whether other weights make another example.
        metadata: Whether other metadata does.
        preference: Which one is kept.
    """

    key: By | None = None
    normalise: bool = False
    punctuation: bool = True
    weights: bool = False
    metadata: bool = False
    preference: Preference = field(default_factory=Preference)
    name: ClassVar[str] = "dedupe"

    def survey(self) -> Hashes:
        """No examples yet."""
        return Hashes(self)

    def decide(self, hashes: Hashes) -> Selection:
        """Which examples stay; what it knows more is a `Twins`.

        Raises:
            UsageError: If no example has the key.
        """
        self._require(len(hashes.hashes) // 16, hashes.keyed)
        return _twins(hashes, self.preference).selection(self._reason)

    def _require(self, count: int, keyed: int) -> None:
        if self.key is not None and count and not keyed:
            raise missing(self.key, "--key")

    @property
    def _reason(self) -> str:
        return "equals another example" if self.key is None else f"equals another one's {label_of(self.key)}"

    # -- key by key, as `KeyedSurvey` says

    @property
    def keyed(self) -> bool:
        """Whatever was asked for."""
        return True

    def parted(self, hashes: Hashes) -> tuple[Counter[str], list[Columns]]:
        """A row of each example: its hash, and its value if there is one."""
        import numpy as np

        from ftdata.steps.near.matching import halves

        keys = halves(hashes.hashes)
        table = {"key": keys[:, 0], "rest": keys[:, 1]}
        if hashes.values:
            table["value"] = np.frombuffer(hashes.values, np.float64)
        return Counter(keyed=hashes.keyed), [table]

    def met(self, tables: list[Columns]) -> tuple[int, Columns]:
        """How many are removed; which, and their twins."""
        import numpy as np

        (table,) = tables
        keys = np.column_stack((table["key"], table["rest"]))
        removed, twins = _removed(keys, self.preference.order(len(keys), table.get("value")))
        position = table["position"]
        return len(removed), {"position": position[removed], "twin": position[twins]}

    def agreed(self, count: int, noted: Counter[str], told: Sequence[int]) -> None:
        """Nothing.

        Raises:
            UsageError: No example has the key.
        """
        self._require(count, noted["keyed"])

    def resolved(self, kept: Columns, agreed: None, partition: int) -> tuple[None, Columns]:
        """All that are removed go for one reason."""
        import numpy as np

        return None, {**kept, "fate": np.ones(len(kept["position"]), np.uint8)}

    def selected(
        self, agreed: None, told: Sequence[None], fates: Fates, about: Mapping[str, Sequence[Any]]
    ) -> Selection:
        """Which examples stay; what it knows more is a `Twins`."""
        removed, twins = about["position"], about["twin"]
        return Selection(fates, (self._reason,), Twins(len(fates), removed, twins, Same(1.0, len(removed))))

    def hasher(self, hashes: Hashes) -> Callable[[Example], bytes]:
        """From an example to what must be equal."""
        if self.key is None and not self.normalise:
            return partial(content_hash, weights=self.weights, metadata=self.metadata)
        read = reader(self.key) if self.key is not None else None

        def hashed(example: Example) -> bytes:
            value = read(example) if read else None
            if absent(value):
                same = self._plain(example) if self.normalise else example
                return content_hash(same, weights=self.weights, metadata=self.metadata)
            hashes.keyed += 1
            return digest(self._plain(value) if self.normalise else value)

        return hashed

    def _plain(self, value: Any, key: str = "") -> Any:
        """The value with its texts normalised; names, ids, roles and arguments are no text."""
        if isinstance(value, str):
            return value if key in _NAMES else normalise(value, punctuation=self.punctuation)
        if isinstance(value, list):
            return [self._plain(item, key) for item in value]
        if isinstance(value, dict):
            return {name: self._plain(item, name) for name, item in value.items()}
        return value


_NAMES = {"role", "type", "id", "tool_call_id", "name", "arguments", "url", "detail"}


def _twins(hashes: Hashes, preference: Preference) -> Twins:
    count = len(hashes.hashes) // _SIZE
    order = preference.order(count, hashes.values)
    found, kept = (_of_few if count <= FEW else _of_many)(hashes.hashes, order)
    return Twins(count, found, kept, Same(1.0, len(found)))


Pairs: TypeAlias = "tuple[array[int], array[int]]"
"""The positions of those removed, ascending, and the kept one of each."""


def _of_few(hashes: bytes | bytearray, order: Iterable[int] | None) -> Pairs:
    found = [bytes(hashes[start : start + _SIZE]) for start in range(0, len(hashes), _SIZE)]
    kept: dict[bytes, int] = {}
    for position in range(len(found)) if order is None else map(int, order):
        kept.setdefault(found[position], position)
    removed = array("Q", [position for position, one in enumerate(found) if kept[one] != position])
    return removed, array("Q", [kept[found[position]] for position in removed])


def _of_many(hashes: bytes | bytearray, order: NDArray[np.int64] | None) -> Pairs:
    from ftdata.steps.near.matching import halves

    removed, twins = _removed(halves(hashes), order)
    return array("Q", removed.astype("u8").tobytes()), array("Q", twins.astype("u8").tobytes())


def _removed(keys: NDArray[np.uint64], order: NDArray[np.int64] | None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Which rows are removed, and the kept one of each: of equals, the first in this order."""
    import numpy as np

    from ftdata.steps.near.matching import first_of

    first = first_of(keys)
    count = len(first)
    if order is not None:
        rank = np.empty(count, np.int64)
        rank[order] = np.arange(count)
        best = np.full(count, count, np.int64)
        np.minimum.at(best, first, rank)
        first = order[best[first]]
    removed = np.nonzero(first != np.arange(count))[0]
    return removed, first[removed]
