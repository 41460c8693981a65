"""Small floating-point numbers as the decimals that they stand for: 0.1, not 0.10000000149011612."""

from __future__ import annotations

from math import isfinite
from struct import Struct

from ftdata.classes import dataclass

_WHOLE = 1e16
"""Below it, whole numbers are written with all their digits."""


@dataclass(frozen=True, slots=True)
class Small:
    """A floating-point type of fewer than 64 bits.

    Attributes:
        packed: How it lies in memory.
        kept: Decimal digits that it tells apart wherever it is not near zero.
        needed: Digits that tell apart all its numbers.
        normal: The smallest number with that precision.
    """

    packed: Struct
    kept: int
    needed: int
    normal: float

    def shortest(self, value: float) -> float:
        """Return the number rounded to the fewest digits that it is still told apart by in this type.

        A whole number keeps all its digits, and NaN and infinity are what they are.

        Args:
            value: A number of this type.
        """
        if not isfinite(value) or (value.is_integer() and abs(value) < _WHOLE):
            return value
        for digits in range(self.kept if abs(value) >= self.normal else 1, self.needed):
            found = float(f"{value:.{digits}g}")
            if self.packed.unpack(self.packed.pack(found))[0] == value:
                return found
        return float(f"{value:.{self.needed}g}")


SMALL = {16: Small(Struct("<e"), 3, 5, 2.0**-14), 32: Small(Struct("<f"), 6, 9, 2.0**-126)}
"""Those of IEEE 754, by their bits."""
