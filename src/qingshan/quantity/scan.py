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
from qingshan.quantity.numerals import (
    CHINESE_CHARACTERS,
    LONGEST,
    Numeral,
    parse_arabic,
    parse_chinese,
    parse_compound,
    scaled_by_ten,
)
from qingshan.quantity.quantities import Quantity
from qingshan.quantity.shares import TENTH, doubled, fraction, percent, slash_fraction, tenths
from qingshan.quantity.units import FoundUnit, UnitFinder
from qingshan.registry import Vocabulary

_MULTIPLES = r"(?:百(?!分|货|姓|年一)|千(?![瓦米克卡伏赫帕焦])|万|亿){0,3}"
_CHINESE_DIGITS = "零〇一二两三四五六七八九"
_NUMBER = re.compile(
    # one class first: at nearly every place none of the alternatives can begin
    rf"(?=[+\-−－±\d了近约壹贰叁肆伍陆柒捌玖{CHINESE_CHARACTERS}])(?:"
    r"(?P<part>(?<![\d/A-Za-z.])\d{1,2})/(?P<whole>\d{1,2}(?![\d/年月日.]))"
    rf"|(?P<sign>(?<![\dA-Za-z.%）)])[+\-−－±])?"
    rf"(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?![\d])(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?P<inner>[余多几来](?=[百千万亿]))?(?P<multiples>(?: (?=[万亿]))?{_MULTIPLES})"
    rf"|(?P<fraction>百分之|千分之|[{CHINESE_CHARACTERS}]+分之)(?P<numerator>[{CHINESE_CHARACTERS}点]+|\d+(?:\.\d+)?)"
    r"|(?P<half>(?<=[占近约达超过为少降减多增足到])(?:一半|半数)(?!径|导)|(?<=[的，；里中])(?:一半|半数)(?=以上|左右|出头|来自|用于|[已是]))|(?<=翻)(?:了|近|约|了近)?(?P<double>[一两三])番"
    rf"|(?P<chinese>[{CHINESE_CHARACTERS}]+(?:点[{_CHINESE_DIGITS}]+)?"
    r"|[壹贰叁肆伍陆柒捌玖](?<![队入退].)[拾佰仟万亿][壹贰叁肆伍陆柒捌玖拾佰仟万亿零]*))"
)
# 5千 or 5000 behind 1万; a unit such as 千瓦 keeps its 千
_REST = re.compile(
    r"(?P<digits>\d{1,4})(?![\d.,，/:：])(?P<multiples>(?:[百千]?万|百(?!分)|千(?![瓦米克卡伏赫帕焦]))?)(?![年月日号%])"
)
_MOST_PARTS = 5  # 1亿2千3百4万5千
_MIDDLE = re.compile(r"(?P<particle>[余多])(?P<multiples>万亿|[万亿])")  # 3万多亿, 三十多万
_BARE_LIST = re.compile(
    r"(?:(?:[、，,]|和|与|及|以及) ?[+\-−]?\d+(?:\.\d+)?(?:[万亿千百]|万亿)?){1,24}(?=个?百分点|[^个])"
    r"|(?:[、和] ?\d+(?:\.\d+)?(?=个百分点))"
)
_SUPER = "[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}"
_POWER = re.compile(rf" ?[×✕xX*] ?10(?P<power>{_SUPER}|\^\{{?[-−]?\d{{1,2}}\}}?)")  # 3.2×10⁴
_POWER_OF_TEN = re.compile(rf"(?P<power>{_SUPER}|\^[-−]?\d{{1,2}})")
_NOTE_MARK = re.compile(rf" ?[\[〔]\d{{1,3}}[\]〕](?P<multiples>{_MULTIPLES})")
_PARTICLE = re.compile(r"[余多来几]")
_RANGE = re.compile(r" ?(?:[-—–－~～―至到]|——) ?(?=\d)|(?<=℃) ?[~～至到] ?(?=[-−－]\d)")
_CHINESE_RANGE = re.compile(rf"[至到\-—–~～](?P<last>[{CHINESE_CHARACTERS}]+)")
_ROUND = re.compile(f"[{_CHINESE_DIGITS}][十百千万亿]+")
_ENDS_IN_NUMERAL = frozenset("统唯划单同专第")  # 统一至: the numeral is the end of a word


@dataclass(frozen=True, slots=True)
class _Written:
    """A numeral as it stands in the text, before its unit: offsets, value, particle inside it, form and sign."""

    start: int
    end: int
    numeral: Numeral
    particle: str
    form: str
    is_signed: bool


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

    def number_at(self, text: str, position: int) -> Quantity | None:
        """Return the number in Arabic digits that begins at a clean offset, with its unit; None where none does.

        Nothing is left out for looking like a date, a label or an ordinal: in a cell of a table the headings say what
        a number is.
        """
        match = _NUMBER.match(text, position)
        if match is None or not match["digits"] or match.end("digits") - match.start("digits") > LONGEST:
            return None
        return self._range(text, self._arabic(text, match))

    def _read(self, text: str, match: re.Match[str]) -> tuple[Quantity | None, int]:
        """Return the quantity at a match, if it is one, and the place to go on from."""
        if match["part"]:
            return slash_fraction(match), match.end()
        if match["fraction"]:
            return fraction(match), match.end()
        if match["half"]:
            return percent(match, Decimal(50), Decimal(10)), match.end()
        if match["double"]:
            return doubled(match), match.end()
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
        end, particle, multiples = match.end(), match["inner"] or "", match["multiples"]
        if multiples and (middle := _MIDDLE.match(text, end)):
            end, particle, multiples = middle.end(), middle["particle"], multiples + middle["multiples"]
        numeral = parse_arabic(match["digits"], multiples)
        if multiples and not particle and text[end : end + 1].isdigit():
            numeral, end = _compound(text, match, numeral)
        if power := _POWER.match(text, end) or (match["digits"] == "10" and _POWER_OF_TEN.match(text, end)):
            base = numeral if power.re is _POWER else parse_arabic("1")
            numeral, end = scaled_by_ten(base, power["power"]), power.end()
        elif (mark := _NOTE_MARK.match(text, end)) and self._units.find(text, mark.end()):
            numeral, end = parse_arabic(match["digits"], multiples + mark["multiples"]), mark.end()  # 35[1]万吨
        if match["sign"] and match["sign"] in "-−－":
            numeral = replace(numeral, value=-numeral.value)
        return self._with_unit(text, _Written(match.start(), end, numeral, particle, "arabic", bool(match["sign"])))

    def _with_unit(self, text: str, written: _Written) -> Quantity:
        end, particle, numeral = written.end, written.particle, written.numeral
        unit = None
        if not particle and (found := _PARTICLE.match(text, end)):
            unit = self._units.find(text, found.end())
            if unit is not None:
                particle = found.group()
        if unit is None:
            unit = self._units.find(text, end)
        if unit is None and written.form == "arabic" and (tenth := TENTH.match(text, end)):
            return tenths(written.start, tenth, numeral)
        return Quantity(
            start=written.start,
            end=unit.end if unit else end,
            value=numeral.value,
            upper=numeral.value,
            place=numeral.place,
            is_plain=numeral.is_plain and not particle,
            unit=unit.name if unit else "",
            unit_kind=unit.kind if unit else "",
            particle=particle,
            form=written.form,
            is_signed=written.is_signed,
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
        written, end, particle = match["chinese"], match.end(), ""
        if middle := _MIDDLE.match(text, end):
            written, end, particle = written + middle["multiples"], middle.end(), middle["particle"]
        numeral = parse_chinese(written)
        if numeral is None or text[match.start() - 1 : match.start()] == "第":
            return None, match.end()
        if (dash := _CHINESE_RANGE.match(text, end)) and (joined := self._chinese_range(text, match, numeral, dash)):
            return joined, joined.end
        if tenth := TENTH.match(text, end):
            is_tenth = len(written) == 1 and written in _CHINESE_DIGITS
            return (tenths(match.start(), tenth, numeral) if is_tenth else None), match.end()
        quantity = self._with_unit(text, _Written(match.start(), end, numeral, particle, "chinese", False))
        if quantity.unit and self._excluder.admits_chinese(text, quantity, written):
            return quantity, quantity.end
        return None, match.end()

    def _chinese_range(self, text: str, match: re.Match[str], first: Numeral, dash: re.Match[str]) -> Quantity | None:
        """Read 三至五个 or 三到五成 as one quantity; None when it is no range of a counted thing."""
        last = parse_chinese(dash["last"])
        if last is None or text[match.start() - 1 : match.start()] in _ENDS_IN_NUMERAL:
            return None
        shared = parse_chinese(dash["last"][1:]) if _ROUND.fullmatch(dash["last"]) else None
        if shared and first.value < 10:
            first = replace(first, value=first.value * shared.value)  # 三到五百万
        if first.value >= last.value or self._excluder.is_movement(text, match.start()):
            return None
        if tenth := TENTH.match(text, dash.end()):
            low, high = (tenths(match.start(), tenth, numeral) for numeral in (first, last))
            return replace(low, upper=high.value) if last.value < 10 else None
        found = self._with_unit(text, _Written(match.start(), dash.end(), last, "", "chinese", False))
        quantity = replace(found, value=first.value, is_plain=first.is_plain and last.is_plain)
        return quantity if self._excluder.admits_chinese_range(quantity) else None


def _compound(text: str, match: re.Match[str], first: Numeral) -> tuple[Numeral, int]:
    """Return the number that goes on behind its first multiple, 1万5千, and where it ends; `first` when none does."""
    parts, end = [(match["digits"], match["multiples"].strip())], match.end()
    while parts[-1][1] and len(parts) < _MOST_PARTS and (rest := _REST.match(text, end)):
        parts.append((rest["digits"], rest["multiples"]))
        end = rest.end()
    numeral = parse_compound(parts) if len(parts) > 1 else None
    return (numeral, end) if numeral else (first, match.end())
