"""Reads numerals: Arabic digits with multiples, Chinese numerals, and mixtures of both, exactly, as Decimal.

Chinese numerals may be the formal ones of accounts (壹仟贰佰万). Pure functions of a numeral's characters; what the
number measures is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
SMALL_PLACES = {"十": 10, "百": 100, "千": 1000}
LARGE_PLACES = {"万": 10**4, "亿": 10**8}
MULTIPLES = SMALL_PLACES | LARGE_PLACES
LONGEST = 24  # characters; what is longer measures nothing
CHINESE_CHARACTERS = "".join(DIGITS) + "".join(MULTIPLES) + "半"
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")


_SUPERSCRIPT = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number as written.

    Parameters
    ----------
    value
        The exact value.
    place
        The value of one in the last written place: 12.13亿 has 0.01亿, so 1000000.
    is_plain
        Written out to the unit, without multiple or decimal point: a count so written is exact.
    """

    value: Decimal
    place: Decimal
    is_plain: bool


def parse_arabic(digits: str, multiples: str = "") -> Numeral:
    """Read Arabic digits (thousands separators allowed) followed by multiples such as 万, 千万 or 万亿.

    >>> parse_arabic("12.13", "亿").value
    Decimal('1213000000.00')
    """
    plain = digits.replace(",", "")
    factor = Decimal(1)
    for char in multiples.strip():
        factor *= MULTIPLES[char]
    decimals = len(plain.partition(".")[2])
    place = factor.scaleb(-decimals)
    return Numeral(Decimal(plain) * factor, place, not multiples.strip() and not decimals)


def scaled_by_ten(numeral: Numeral, written: str) -> Numeral:
    """Return a number times ten to a written power: ⁴, ⁻³, ^6.

    >>> scaled_by_ten(parse_arabic("3.2"), "⁴").value
    Decimal('3.2E+4')
    """
    power = int(written.translate(_SUPERSCRIPT).strip("^{}"))
    return Numeral(numeral.value.scaleb(power), numeral.place.scaleb(power), False)


def parse_compound(parts: Sequence[tuple[str, str]]) -> Numeral | None:
    """Read digits and multiples in turn, 1万5千 or 2亿5000万; None when they are not one number.

    Every part must fit under the multiple before it; only the four digits behind 万 may stand without one.

    >>> parse_compound([("1", "万"), ("5", "千")]).value
    Decimal('15000')
    """
    total = Decimal(0)
    numeral, above = None, Decimal("Infinity")
    for digits, multiples in parts:
        numeral = parse_arabic(digits, multiples)
        if numeral.value >= above or "." in digits:
            return None
        if not multiples and not (above == LARGE_PLACES["万"] and len(digits) == 4):
            return None
        total, above = total + numeral.value, parse_arabic("1", multiples).value
    return Numeral(total, numeral.place, numeral.is_plain) if numeral else None


def parse_chinese(text: str) -> Numeral | None:
    """Read a Chinese numeral such as 一万五千亿, 十二点五, 两百, 三十六, 贰佰 or 二三; None when it is not one number.

    A row of bare digits (二〇三五) is read place by place; 半 alone is one half.
    """
    if len(text) > LONGEST:
        return None
    text = text.translate(_FORMAL)
    whole, point, fraction = text.partition("点")
    if text == "半":
        return Numeral(Decimal("0.5"), Decimal("0.5"), False)
    value = _whole(whole)
    if value is None or (point and (not fraction or any(char not in DIGITS for char in fraction))):
        return None
    if point:
        decimals = Decimal("".join(str(DIGITS[char]) for char in fraction)).scaleb(-len(fraction))
        return Numeral(Decimal(value) + decimals, Decimal(1).scaleb(-len(fraction)), False)
    last = text[-1]
    place = _place_of(last)
    return Numeral(Decimal(value), Decimal(place), place == 1)


def _place_of(last: str) -> int:
    return MULTIPLES.get(last, 1)


def _whole(text: str) -> int | None:
    """Value of a Chinese integer, None if the characters do not form one."""
    if not text or any(char not in DIGITS and char not in MULTIPLES for char in text):
        return None
    if all(char in DIGITS for char in text):
        return int("".join(str(DIGITS[char]) for char in text))
    total = section = 0  # what 亿 and 万 have closed, and the part still open
    digit = -1
    last_place = 10**12
    for char in text:
        if char in DIGITS:
            if digit > 0:
                return None
            digit = DIGITS[char]
        elif char in SMALL_PLACES:
            place = SMALL_PLACES[char]
            if place >= last_place:
                return None
            section += (digit if digit > 0 else 1) * place
            last_place, digit = place, -1
        else:
            place = LARGE_PLACES[char]
            section += max(digit, 0)
            if total and place > 10**4:  # 一万五千亿: the 亿 multiplies all before it
                total, section = (total + section) * place, 0
            else:
                total, section = total + (section or 1) * place, 0
            last_place, digit = 10**12, -1
    if digit > 0 and last_place == 10**12 and total and text[-2] in "万亿":
        return total + digit * LARGE_PLACES[text[-2]] // 10  # 三万五 is 35000
    return total + section + max(digit, 0)
