"""Reads shares and multiples that are no plain numeral: 四分之一, 1/4, 三成五 as percent; 翻一番 as one time more.

Flows in: a match of the scanner. Flows out: the quantity, its kind a ratio; what it measures is decided elsewhere.
"""

from __future__ import annotations

import re
from decimal import Decimal

from qingshan.quantity.numerals import DIGITS, Numeral, parse_arabic, parse_chinese
from qingshan.quantity.quantities import Quantity

# 成 after a numeral is a tenth unless it begins a word such as 成为, 成果, 成员, or an idiom
TENTH = re.compile(
    r"成(?:(?P<half>半)|(?P<odd>[一二三四五六七八九1-9])(?=[，。；、）\s]|[的提升降增减到至]|以上|以下|左右|上下|出头|$))?"
    r"(?![为立功效果员都本就绩品型长年熟分交形像群套组份人才色书语因败文体]|不[变易])"
)


def slash_fraction(match: re.Match[str]) -> Quantity | None:
    """Read 1/4 as 25 %; None for 9/12 and the like when it is no part of a whole."""
    part, whole = Decimal(match["part"]), Decimal(match["whole"])
    if not 0 < part < whole:
        return None
    return percent(match, part * 100 / whole, 100 / whole)


def fraction(match: re.Match[str]) -> Quantity | None:
    """Read 四分之一 as 25 %, 百分之三十 as 30 %."""
    whole = parse_chinese(match["fraction"][:-2])
    part = match["numerator"]
    numerator = parse_arabic(part) if part[0].isdigit() else parse_chinese(part)
    if whole is None or numerator is None or not whole.value:
        return None
    return percent(match, numerator.value * 100 / whole.value, numerator.place * 100 / whole.value)


def doubled(match: re.Match[str]) -> Quantity:
    """Read 翻一番 as one time more; 翻两番 is kept in 番, since it is not two times more."""
    times = parse_chinese(match["double"])
    value = times.value if times else Decimal(1)
    unit = "倍" if value == 1 else "番"
    start = match.start("double")
    return Quantity(start, match.end(), value, value, Decimal(1), False, unit, "ratio", "", "double", False)


def percent(match: re.Match[str], value: Decimal, place: Decimal) -> Quantity:
    """Return the share `value`, in percent, that stands at a match."""
    return Quantity(match.start(), match.end(), value, value, place, False, "%", "ratio", "", "fraction", False)


def tenths(start: int, tenth: re.Match[str], numeral: Numeral) -> Quantity:
    """Return 三成, 三成半 or 三成五, whose 成 the match `tenth` is, in percent; `start` is where its numeral begins."""
    odd = tenth["odd"] and (DIGITS.get(tenth["odd"]) or int(tenth["odd"]))
    value = numeral.value * 10 + (5 if tenth["half"] else odd or 0)
    place = Decimal(1 if odd else 10)
    return Quantity(start, tenth.end(), value, value, place, False, "%", "ratio", "", "tenth", False)
