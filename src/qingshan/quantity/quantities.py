"""The record that scanning makes of a number: value, unit, place in the clean text, written precision."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit. Offsets are clean.

    Parameters
    ----------
    start, end
        The whole expression: sign, number, particle (余) and unit.
    value
        In `unit`, multiples applied; the lower bound of a range; the written sign kept.
    upper
        Upper bound of a range, else equal to `value`.
    place
        Value of one in the last written place.
    is_plain
        Written to the unit, so that a count is exact.
    unit, unit_kind
        Canonical spelling and kind; both '' when no unit stands there.
    particle
        余, 多, 几 or 来 inside the number, else ''.
    form
        arabic, chinese, fraction, tenth.
    is_signed
        An explicit sign was written.
    """

    start: int
    end: int
    value: Decimal
    upper: Decimal
    place: Decimal
    is_plain: bool
    unit: str
    unit_kind: str
    particle: str
    form: str
    is_signed: bool
