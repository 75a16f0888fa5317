"""Turns a number's written precision and qualifier into the closed interval of values it allows."""

from __future__ import annotations

import math
from decimal import Decimal

from qingshan.quantity.quantities import Quantity

_EXACT_KINDS = ("classifier", "place")


def bounds(quantity: Quantity, qualifier: str, sign: int = 1) -> tuple[float, float]:
    """Return the lowest and highest value a written number allows, infinite where it is open.

    Parameters
    ----------
    sign
        -1 when the number states a fall: 下降10%以上 is a value of -10 whose bound is an upper one.

    Notes
    -----
    A number rounds to half of its last written place; a count written to the unit is exact; 约 and 近 round to half of,
    and stop short by, the place of the last digit that is not zero. A range allows all between its bounds.
    """
    low, high = sorted((quantity.value, quantity.upper))
    if low < 0 < high:  # -5~3℃: no fall and no rise, both at once
        half = quantity.place / 2
        return (_float(low - half), _float(high + half))
    low, high = sorted((abs(low), abs(high)))
    half = Decimal(0) if quantity.is_plain and quantity.unit_kind in _EXACT_KINDS else quantity.place / 2
    coarse = _last_nonzero_place(low, quantity.place)
    first, last = {
        "about": (low - max(coarse / 2, half), high + max(coarse / 2, half)),
        "nearly": (low - coarse, high),
        "over": (low, Decimal("Infinity")),
        "at_least": (low, Decimal("Infinity")),
        "at_most": (Decimal("-Infinity"), high),
    }.get(qualifier, (low - half, high + half))
    negative = sign < 0 or quantity.value < 0
    return (_float(-last), _float(-first)) if negative else (_float(first), _float(last))


def _last_nonzero_place(value: Decimal, place: Decimal) -> Decimal:
    if not value:
        return place
    exponent = value.normalize().as_tuple().exponent
    return max(place, Decimal(1).scaleb(exponent)) if isinstance(exponent, int) else place


def _float(value: Decimal) -> float:
    return math.copysign(math.inf, value) if value.is_infinite() else float(value)
