from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingshan.quantity.numerals import parse_arabic, parse_chinese, parse_compound


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("三十六", 36),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("一百零五", 105),
        ("两百", 200),
        ("一千二百三十四", 1234),
        ("三万五", 35000),
        ("一万五千亿", 1_500_000_000_000),
        ("十二点五", Decimal("12.5")),
        ("二〇三五", 2035),
        ("百", 100),
        ("千", 1000),
        ("两千三百万", 23_000_000),
        ("半", Decimal("0.5")),
        ("九", 9),
        ("零", 0),
        ("壹仟贰佰万", 12_000_000),
        ("叁拾伍", 35),
        ("陆佰", 600),
    ],
)
def test_chinese_numerals(text, value):
    assert parse_chinese(text).value == value


@pytest.mark.parametrize("text", ["", "十百", "点五", "三点", "一二十三四百", "三十十", "两万半", "五六百", "壹贰佰"])
def test_what_is_no_single_number(text):
    assert parse_chinese(text) is None


@pytest.mark.parametrize(
    ("digits", "multiples", "value", "place", "is_plain"),
    [
        ("16", "", 16, 1, True),
        ("1,234", "", 1234, 1, True),
        ("12.13", "亿", 1_213_000_000, 1_000_000, False),
        ("1.6", "万", 16_000, 1_000, False),
        ("1", "万亿", 10**12, 10**12, False),
        ("3", "千万", 30_000_000, 10_000_000, False),
        ("0.70", "", Decimal("0.70"), Decimal("0.01"), False),
    ],
)
def test_arabic_numerals(digits, multiples, value, place, is_plain):
    numeral = parse_arabic(digits, multiples)
    assert (numeral.value, numeral.place, numeral.is_plain) == (value, place, is_plain)


@pytest.mark.parametrize(
    ("parts", "value", "place"),
    [
        ([("1", "万"), ("5", "千")], 15_000, 1_000),
        ([("2", "亿"), ("5000", "万")], 250_000_000, 10_000),
        ([("1", "万"), ("2500", "")], 12_500, 1),
        ([("3", "亿"), ("5", "千万")], 350_000_000, 10_000_000),
        ([("1", "亿"), ("2", "千万"), ("5", "百万")], 125_000_000, 1_000_000),
    ],
)
def test_a_number_written_in_parts(parts, value, place):
    numeral = parse_compound(parts)
    assert (numeral.value, numeral.place) == (value, place)


@pytest.mark.parametrize(
    "parts",
    [
        [("12", "万"), ("3", "亿")],
        [("1.2", "亿"), ("5000", "万")],
        [("1", "亿"), ("2023", "")],
        [("1", "万"), ("5", "")],
        [("1", "万"), ("12000", "")],
        [("3", "千"), ("5", "千")],
    ],
)
def test_parts_that_are_no_single_number(parts):
    assert parse_compound(parts) is None


@given(st.integers(1, 9999), st.integers(1000, 9999), st.sampled_from(["万", "亿"]))
def test_a_compound_is_the_sum_of_its_parts(high, low, multiple):
    below = "" if multiple == "万" else "万"
    expected = parse_arabic(str(high), multiple).value + parse_arabic(str(low), below).value
    assert parse_compound([(str(high), multiple), (str(low), below)]).value == expected


def _written(number: int) -> str:
    """Write an integer below 10**12 in Chinese, the way a person would."""
    if number == 0:
        return "零"
    out = ""
    for unit, name in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part = number // unit % 10**4
        if part:
            out += ("零" if out and part < 1000 else "") + _below_ten_thousand(part) + name
    return out


def _below_ten_thousand(number: int) -> str:
    out, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            out += ("零" if gap and out else "") + "零一二三四五六七八九"[digit] + name
            gap = False
        else:
            gap = True
    return out


@given(st.integers(0, 10**12 - 1))
def test_every_written_integer_reads_back(number):
    assert parse_chinese(_written(number)).value == number


@given(st.decimals(0, 10**9, places=3, allow_nan=False), st.sampled_from(["", "万", "亿", "万亿", "百万"]))
def test_arabic_values_are_exact(number, multiples):
    factor = {"": 1, "万": 10**4, "亿": 10**8, "万亿": 10**12, "百万": 10**6}[multiples]
    assert parse_arabic(f"{number:.3f}", multiples).value == number * factor
