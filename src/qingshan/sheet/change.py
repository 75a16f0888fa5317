"""The change from last year's number to this year's, as a sheet for confirmation prints it.

Flows in: two rows of observations. Flows out: text. It is computed from the whole intervals that the two written forms
allow; where they do not round to one value, both ends are printed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from qingshan.registry import Registry

_COMPARED = ("level", "count", "share")
_TENTH = Decimal("0.1")


def printed_change(before: Mapping[str, Any], after: Mapping[str, Any], registry: Registry) -> str:
    """Return ``+3.2%``, ``−0.8个百分点``, ``−6.3%至0.0%``, or '' where nothing can be said.

    A share or a rate changes by percentage points, everything else relatively; targets and changes are not compared,
    nor what has an open interval, another unit, or a value that is not above zero.
    """
    if after["measure"] not in _COMPARED or before["unit_measure"] != after["unit_measure"]:
        return ""
    ends = [float(row[name]) for row in (before, after) for name in ("obs_value_low", "obs_value_high")]
    if not all(map(math.isfinite, ends)):
        return ""
    low_before, high_before, low, high = (Decimal(repr(end)) for end in ends)
    by_code = {unit.code: unit.canonical for unit in registry.vocabulary.units}
    if by_code.get(after["unit_measure"]) in ("%", "‰"):
        word = "个百分点" if by_code[after["unit_measure"]] == "%" else "个千分点"
        return _between(low - high_before, high - low_before, word)
    if low_before <= 0 or low < 0:
        return ""
    return _between((low / high_before - 1) * 100, (high / low_before - 1) * 100, "%")


def _between(low: Decimal, high: Decimal, word: str) -> str:
    first, last = (end.quantize(_TENTH, rounding=ROUND_HALF_UP) for end in (low, high))
    return _signed(first) + word if first == last else f"{_signed(first)}{word}至{_signed(last)}{word}"


def _signed(value: Decimal) -> str:
    return f"{'−' if value < 0 else '+' if value > 0 else ''}{abs(value)}"
