"""Arithmetic on closed intervals: what may be true of a result when each number is only known between two bounds.

Pure functions of numbers. Bounds are infinite where a number is open (超过50亿). Results enclose every result of every
choice inside, so two figures that round one truth never exclude each other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

_SLACK = 1e-9  # of the larger bound: binary fractions of decimal halves may miss each other by less


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from `low` to `high`, both included."""

    low: float
    high: float

    @property
    def says_something(self) -> bool:
        """Whether it excludes any number."""
        return self.low > -math.inf or self.high < math.inf

    def meets(self, other: Interval) -> bool:
        """Whether some number lies in both."""
        return _not_above(self.low, other.high) and _not_above(other.low, self.high)

    def holds(self, value: float) -> bool:
        """Whether a number lies inside."""
        return _not_above(self.low, value) and _not_above(value, self.high)

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Interval) -> Interval:
        return _around(_times(a, b) for a, b in product((self.low, self.high), (other.low, other.high)))

    def __truediv__(self, other: Interval) -> Interval:
        if other.low <= 0 <= other.high:
            return EVERYTHING
        return self * _around(1 / bound if math.isfinite(bound) else 0.0 for bound in (other.low, other.high))

    def scaled(self, factor: float) -> Interval:
        """Return the interval of every number inside times `factor`."""
        return self * Interval(factor, factor)

    def shifted(self, step: float) -> Interval:
        """Return the interval of every number inside plus `step`."""
        return Interval(self.low + step, self.high + step)


EVERYTHING = Interval(-math.inf, math.inf)


def growth(base: Interval, end: Interval) -> Interval:
    """Return the change from `base` to `end` in percent."""
    return (end / base).shifted(-1).scaled(100)


def factor(change: Interval) -> Interval:
    """Return what a change in percent multiplies by: −60 is 0.4."""
    return change.scaled(0.01).shifted(1)


def _not_above(low: float, high: float) -> bool:
    return low <= high or low - high <= _SLACK * max(abs(low), abs(high))


def _times(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b  # an open bound times nothing is nothing


def _around(bounds: Iterable[float]) -> Interval:
    listed = list(bounds)
    return Interval(min(listed), max(listed))
