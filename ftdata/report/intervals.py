"""How sure shares and their differences are, on so many examples."""

from __future__ import annotations

from math import sqrt

_Z = 1.959963984540054
"""The normal distribution's point for 95%."""

INTERVALS = "95% intervals: Wilson's for shares, Agresti and Min's for differences on the same examples"


def wilson(part: int, whole: int) -> tuple[float, float] | None:
    """Where a share lies with 95% confidence, by Wilson's score interval; None of nothing.

    Source: E. B. Wilson, 1927; it holds for few examples and for shares near 0 and 1 too.

    Examples:
        >>> [round(end, 3) for end in wilson(8, 10)]
        [0.49, 0.943]
    """
    if not whole:
        return None
    share, weight = part / whole, _Z**2 / whole
    middle = (share + weight / 2) / (1 + weight)
    half = _Z / (1 + weight) * sqrt(share * (1 - share) / whole + weight / (4 * whole))
    return max(0.0, middle - half), min(1.0, middle + half)


def paired(more: int, less: int, whole: int) -> tuple[float, float] | None:
    """Where the difference of two shares of the same examples lies with 95% confidence; None of nothing.

    Source: A. Agresti and Y. Min, 2005: Wald's interval for matched pairs, with half an example added to each cell.

    Args:
        more: Examples that the first had right and the second wrong.
        less: Examples that the second had right and the first wrong.
        whole: All examples.
    """
    if not whole:
        return None
    b, c, n = more + 0.5, less + 0.5, whole + 2
    difference = (b - c) / n
    half = _Z * sqrt(max(0.0, b + c - (b - c) ** 2 / n)) / n
    return max(-1.0, difference - half), min(1.0, difference + half)
