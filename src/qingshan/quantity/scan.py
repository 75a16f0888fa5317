"""Finds every number in clean text that could measure something: its value, unit, span and written precision.

Flows in: clean text and the vocabulary. Flows out: `Quantity` records in order, never overlapping. What is a date, a
name, an ordinal or the count of a slogan's parts is left out by `exclude`; kind, qualifier and the rest come later.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from qingshan.quantity.exclude import Excluder
from qingshan.quantity.numerals import CHINESE_CHARACTERS, LONGEST, Numeral, parse_arabic, parse_chinese
from qingshan.quantity.units import FoundUnit, UnitFinder
from qingshan.registry import Vocabulary


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


_MULTIPLES = r"(?:百(?!分|货|姓|年一)|千(?![瓦米克卡伏赫帕焦])|万|亿){0,3}"
_CHINESE_DIGITS = "零〇一二两三四五六七八九"
_NUMBER = re.compile(
    r"(?P<part>(?<![\d/A-Za-z.])\d{1,2})/(?P<whole>\d{1,2}(?![\d/年月日.]))"
    rf"|(?P<sign>(?<![\dA-Za-z.%）)])[+\-−－±])?"
    rf"(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?![\d])(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?P<inner>[余多几来](?=[百千万亿]))?(?P<multiples>(?: (?=[万亿]))?{_MULTIPLES})"
    rf"|(?P<fraction>百分之|千分之|[{CHINESE_CHARACTERS}]+分之)(?P<numerator>[{CHINESE_CHARACTERS}点]+|\d+(?:\.\d+)?)"
    r"|(?P<half>(?<![第专另])(?:一半|半数)(?!径|导))|(?<=翻)(?:了|近|约|了近)?(?P<double>[一两三])番"
    rf"|(?P<chinese>[{CHINESE_CHARACTERS}]+(?:点[{_CHINESE_DIGITS}]+)?)"
)
_BARE_LIST = re.compile(
    r"(?:(?:[、，,]|和|与|及|以及) ?[+\-−]?\d+(?:\.\d+)?(?:[万亿千百]|万亿)?){1,24}(?=个?百分点|[^个])"
    r"|(?:[、和] ?\d+(?:\.\d+)?(?=个百分点))"
)
_PARTICLE = re.compile(r"[余多来几]")
_RANGE = re.compile(r" ?(?:[-—–－~～―至到]|——) ?(?=\d)")
# 成 after a numeral is a tenth unless it begins a word such as 成为, 成果, 成员
_TENTH = re.compile(r"成(半)?(?![为立功效果员都本就绩品型长年熟分交形像群套组份人才色书语因败文体])")


class Scanner:
    """Scans texts with one vocabulary; made once, used for many texts."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._units = UnitFinder(vocabulary)
        self._excluder = Excluder(vocabulary)

    def scan(self, text: str) -> Iterator[Quantity]:
        """Yield the quantities of clean text in order."""
        position = 0
        while match := _NUMBER.search(text, position):
            quantity, position = self._read(text, match)
            if quantity is not None:
                yield quantity

    def _read(self, text: str, match: re.Match[str]) -> tuple[Quantity | None, int]:
        """Return the quantity at a match, if it is one, and the place to go on from."""
        if match["part"]:
            return _slash_fraction(match), match.end()
        if match["fraction"]:
            return _fraction(match), match.end()
        if match["half"]:
            return _percent(match, Decimal(50), Decimal(10)), match.end()
        if match["double"]:
            return _doubled(match), match.end()
        if match["chinese"]:
            return self._chinese(text, match)
        if match.end("digits") - match.start("digits") > LONGEST:
            return None, match.end()
        past = self._excluder.name_or_date_end(text, match.start(), match.end("digits"))
        if past:
            return None, past
        first = self._arabic(text, match)
        joined = self._range(text, first)
        if joined is not None and joined.unit in ("", "个") and (shared := self._shared_unit(text, joined)):
            joined = replace(joined, unit=shared.name, unit_kind=shared.kind)
        if joined is None or self._excluder.is_label(text, joined):
            return None, max(first.end, match.end())
        return joined, joined.end

    def _arabic(self, text: str, match: re.Match[str]) -> Quantity:
        numeral = parse_arabic(match["digits"], match["multiples"])
        value = -numeral.value if match["sign"] and match["sign"] in "-−－" else numeral.value
        return self._with_unit(text, match, replace_value(numeral, value), match["inner"] or "", "arabic")

    def _with_unit(self, text: str, match: re.Match[str], numeral: Numeral, particle: str, form: str) -> Quantity:
        end, unit = match.end(), None
        if not particle and (found := _PARTICLE.match(text, end)):
            unit = self._units.find(text, found.end())
            if unit is not None:
                particle = found.group()
        if unit is None:
            unit = self._units.find(text, end)
        if unit is None and form == "arabic" and (tenth := _TENTH.match(text, end)):
            return _tenths(match.start(), tenth, numeral)
        return Quantity(
            start=match.start(),
            end=unit.end if unit else end,
            value=numeral.value,
            upper=numeral.value,
            place=numeral.place,
            is_plain=numeral.is_plain and not particle,
            unit=unit.name if unit else "",
            unit_kind=unit.kind if unit else "",
            particle=particle,
            form=form,
            is_signed=bool(match["sign"]),
        )

    def _range(self, text: str, first: Quantity) -> Quantity | None:
        """Join ``4.02-7.80米`` or ``40%~45%`` into one quantity; return `first` when nothing follows."""
        dash = _RANGE.match(text, first.end)
        if dash is None:
            return first
        match = _NUMBER.match(text, dash.end())
        if match is None or not match["digits"] or len(match["digits"]) > LONGEST:
            return first
        second = self._arabic(text, match)
        is_dash = dash.group().strip() not in ("至", "到")
        if first.unit and first.unit != second.unit:
            return first
        if not is_dash and (second.value <= first.value or self._excluder.is_movement(text, first.start)):
            return first  # 从67.5到30 are two figures
        if second.value < first.value:
            return first
        multiple = Decimal(1)
        if match["multiples"] and first.is_plain:  # 9—16亿: the multiple belongs to both
            multiple = parse_arabic("1", match["multiples"]).value
        return replace(
            second,
            start=first.start,
            value=first.value * multiple,
            upper=second.value,
            place=max(first.place * multiple, second.place),
            is_signed=first.is_signed,
            is_plain=first.is_plain and second.is_plain,
        )

    def _shared_unit(self, text: str, number: Quantity) -> FoundUnit | None:
        """Return the unit that a list of bare numbers gives only after its last: 32、34和35微克/立方米."""
        rest = _BARE_LIST.match(text, number.end)
        unit = self._units.find(text, rest.end()) if rest else None
        if number.unit == "个":  # 15.4个、11.1个百分点
            return unit if unit is not None and unit.kind == "point" else None
        return unit if unit is not None and unit.kind in ("measure", "ratio", "point", "classifier") else None

    def _chinese(self, text: str, match: re.Match[str]) -> tuple[Quantity | None, int]:
        written = match["chinese"]
        numeral = parse_chinese(written)
        if numeral is None or text[match.start() - 1 : match.start()] == "第":
            return None, match.end()
        if tenth := _TENTH.match(text, match.end()):
            is_tenth = len(written) == 1 and written in _CHINESE_DIGITS
            return (_tenths(match.start(), tenth, numeral) if is_tenth else None), match.end()
        quantity = self._with_unit(text, match, numeral, "", "chinese")
        if quantity.unit and self._excluder.admits_chinese(text, quantity, written):
            return quantity, quantity.end
        return None, match.end()


def replace_value(numeral: Numeral, value: Decimal) -> Numeral:
    """Return the numeral with another value."""
    return Numeral(value, numeral.place, numeral.is_plain)


def _slash_fraction(match: re.Match[str]) -> Quantity | None:
    """Read 1/4 as 25 %; None for 9/12 and the like when it is no part of a whole."""
    part, whole = Decimal(match["part"]), Decimal(match["whole"])
    if not 0 < part < whole:
        return None
    return _percent(match, part * 100 / whole, 100 / whole)


def _fraction(match: re.Match[str]) -> Quantity | None:
    """Read 四分之一 as 25 %, 百分之三十 as 30 %."""
    whole = parse_chinese(match["fraction"][:-2])
    part = match["numerator"]
    numerator = parse_arabic(part) if part[0].isdigit() else parse_chinese(part)
    if whole is None or numerator is None or not whole.value:
        return None
    return _percent(match, numerator.value * 100 / whole.value, numerator.place * 100 / whole.value)


def _doubled(match: re.Match[str]) -> Quantity:
    """Read 翻一番 as one time more; 翻两番 is kept in 番, since it is not two times more."""
    times = parse_chinese(match["double"])
    value = times.value if times else Decimal(1)
    unit = "倍" if value == 1 else "番"
    start = match.start("double")
    return Quantity(start, match.end(), value, value, Decimal(1), False, unit, "ratio", "", "double", False)


def _percent(match: re.Match[str], value: Decimal, place: Decimal) -> Quantity:
    return Quantity(match.start(), match.end(), value, value, place, False, "%", "ratio", "", "fraction", False)


def _tenths(start: int, tenth: re.Match[str], numeral: Numeral) -> Quantity:
    value = numeral.value * 10 + (5 if tenth[1] else 0)
    return Quantity(start, tenth.end(), value, value, Decimal(10), False, "%", "ratio", "", "tenth", False)


__all__ = ["FoundUnit", "Quantity", "Scanner"]
