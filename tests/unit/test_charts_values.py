"""How values are printed: cases as data, and the promise that no digit is made up."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
import test_charts_support as support
from hypothesis import given
from hypothesis import strategies as st

from qingshan.charts import values
from qingshan.model import OBSERVATIONS, StageError, visible

REGISTRY = support.registry()

# value, unit, measure, qualifier, reading, zh, en
PRINTED = [
    (67.5, "microgram_per_cubic_metre", "level", "exact", "67.5微克/立方米", "67.5微克/立方米", "67.5 µg/m³"),
    (1.213e9, "kilowatt", "level", "exact", "12.13亿千瓦", "12.13亿千瓦", "1.213 billion kW"),
    (1.21e9, "kilowatt", "level", "exact", "12.10亿千瓦", "12.10亿千瓦", "1.210 billion kW"),
    # a cell holds the number, the unit of its table the multiple
    (3.28e8, "kilowatt", "level", "exact", "3.28", "3.28亿千瓦", "328 million kW"),
    (1204724e8, "tonne", "level", "exact", "1,204,724", "1,204,724亿吨", "120.4724 trillion tonnes"),
    (3.6e6, "tonne", "level", "exact", "360", "360万吨", "3.6 million tonnes"),
    (5.2e5, "tonne", "level", "exact", "5.2", "52万吨", "520,000 tonnes"),
    (360, "tonne", "level", "exact", "360", "360吨", "360 tonnes"),
    (0.05, "percent", "share", "exact", "50", "0.05%", "0.05%"),
    (1.213e9, "kilowatt", "level", "exact", "", "12.13亿千瓦", "1.213 billion kW"),
    (4.2e8, "tonne", "level", "exact", "4.2亿吨", "4.2亿吨", "420 million tonnes"),
    (5e9, "tonne", "level", "over", "50亿吨", "超50亿吨", "over 5 billion tonnes"),
    (16000.0, "item", "count", "over", "1.6万余个", "1.6万余个", "over 16,000"),
    (2257.0, "enterprise", "count", "exact", "2257家", "2257家", "2,257"),
    (10775.0, "item", "count", "exact", "10,775个", "10,775个", "10,775"),
    (24.0, "percent", "share", "exact", "24.0%", "24.0%", "24.0%"),
    (25.0, "percent", "share", "about", "四分之一", "约四分之一", "about 25%"),
    (30.0, "percent", "share", "nearly", "3成", "近3成", "nearly 30%"),
    (18.0, "percent", "share", "about", "18%左右", "18%左右", "about 18%"),
    (165.0, "percent", "change", "exact", "+165%", "+165%", "+165%"),
    (-60.0, "percent", "change", "exact", "-60%", "−60%", "−60%"),
    (-10.0, "percent", "change", "exact", "10%", "−10%", "−10%"),
    (-10.0, "percent", "change", "over", "10%", "下降超10%", "down over 10%"),
    (-10.0, "percent", "change", "over", "10%以上", "下降10%以上", "down over 10%"),
    (10.0, "percent", "target_change", "at_least", "10%", "上升不低于10%", "up at least 10%"),
    (1.0, "percent", "target", "at_most", "1%以内", "1%以内", "at most 1%"),
    (-3.2, "percentage_point", "change", "exact", "3.2个百分点", "−3.2个百分点", "−3.2 percentage points"),
    (0.0, "percent", "change", "exact", "0%", "0%", "0%"),
    (67.5, "microgram_per_cubic_metre", "level", "exact", "67.5", "67.5微克/立方米", "67.5 µg/m³"),
    (2e6, "household", "count", "about", "200万户", "约200万户", "about 2 million households"),
    (2e6, "household", "count", "about", "200.0万户", "约200.0万户", "about 2.000 million households"),
    (3e7, "household", "count", "nearly", "3000万户", "近3000万户", "nearly 30 million households"),
    (4.8e9, "tonne", "level", "exact", "48亿吨", "48亿吨", "4.8 billion tonnes"),
    (2e6, "item", "count", "exact", "200至300万个", "200至300万个", "2 million–3 million"),
    (2e6, "item", "count", "exact", "200至300.0万个", "200至300.0万个", "2 million–3.000 million"),
    (10.0, "tonne", "level", "exact", "10—20吨", "10—20吨", "10–20 tonnes"),
    (1e5, "item", "count", "exact", "10至20.5万个", "10至20.5万个", "100,000–205,000"),
]  # fmt: skip
# a reading that says another number than the value is not printed
REFUSED = [
    (31.0, "microgram_per_cubic_metre", "level", "exact", "30微克/立方米", "31微克/立方米", "31 µg/m³"),
    (1600.0, "item", "count", "exact", "1.7万个", "1600个", "1,600"),
    (-60.0, "percent", "change", "exact", "+61%", "−60%", "−60%"),
    (0.5, "percent", "share", "exact", "0%", "0.5%", "0.5%"),
    (250000.0, "item", "count", "exact", "无3", "25万个", "250,000"),
]


def _row(value: float, unit: str, measure: str, qualifier: str) -> dict[str, object]:
    seen = support.observation("pm25_annual_mean", value, unit_measure=unit, measure=measure, qualifier=qualifier)
    return OBSERVATIONS.row(seen)


@pytest.mark.parametrize(("value", "unit", "measure", "qualifier", "reading", "zh", "en"), PRINTED + REFUSED)
def test_printed_value(value, unit, measure, qualifier, reading, zh, en):
    row = _row(value, unit, measure, qualifier)
    assert values.printed(row, "zh", REGISTRY, reading) == zh
    assert values.printed(row, "en", REGISTRY, reading) == en


@given(st.decimals(min_value=0, max_value=10**13, allow_nan=False, places=3).map(lambda d: float(d)))
def test_english_number_reads_back_as_the_value(value):
    text = values.printed(_row(value, "item", "count", "exact"), "en", REGISTRY)
    number, _, scale = text.partition(" ")
    power = {"": 0, "million": 6, "billion": 9, "trillion": 12}[scale]
    assert Decimal(number.replace(",", "")).scaleb(power) == Decimal(repr(value))


@given(st.integers(1, 10**7), st.integers(0, 3), st.sampled_from([("", 0), ("万", 4), ("亿", 8)]))
def test_written_digits_are_kept_in_both_languages(digits, decimals, scale):
    numeral = f"{Decimal(digits).scaleb(-decimals):f}"
    value = float(Decimal(numeral).scaleb(scale[1]))
    row = _row(value, "tonne", "level", "exact")
    assert values.printed(row, "zh", REGISTRY, f"{numeral}{scale[0]}吨") == f"{numeral}{scale[0]}吨"
    shown = re.sub(r"[^0-9]", "", values.printed(row, "en", REGISTRY, f"{numeral}{scale[0]}吨")).strip("0")
    assert shown == re.sub(r"[^0-9]", "", numeral).strip("0")


def test_unknown_unit_names_the_observation():
    row = _row(1.0, "furlong", "level", "exact")
    with pytest.raises(StageError, match=rf"{row['observation_id']}.*furlong"):
        values.printed(row, "en", REGISTRY)


@pytest.mark.parametrize(
    ("time", "base", "measure", "zh", "en"),
    [
        ("2022", "2013", "change", "2022年，比2013年", "2022, against 2013"),
        ("2013/2022", "", "change", "2022年，比2013年", "2022, against 2013"),
        ("2013/2022", "2013", "change", "2022年，比2013年", "2022, against 2013"),
        ("2021/2023", "", "count", "2021年至2023年", "2021 to 2023"),
        ("2022-12-31", "", "level", "2022年12月31日", "2022-12-31"),
        ("十四五", "", "target", "十四五", "十四五"),
    ],
)
def test_printed_period(time, base, measure, zh, en):
    row = {"time_period": time, "base_period": base, "measure": measure}
    assert (values.printed_period(row, "zh"), values.printed_period(row, "en")) == (zh, en)


def test_a_place_without_entry_is_printed_as_its_code():
    assert values.place({"ref_area": "SITE-x"}, "en", REGISTRY) == "SITE-x"
    assert values.place({"ref_area": "640000"}, "en", REGISTRY) == "Ningxia"


@pytest.mark.parametrize("character", ["\u202e", "\x00", "\u200b", "\u2028", "\ufeff", "\ue000", "\x1b", "\udc80"])
def test_unseen_characters_are_spelt_out(character):
    shown = visible(f"甲{character}乙")
    assert shown == f"甲[U+{ord(character):04X}]乙"
    assert shown.isprintable()


def test_ordinary_text_is_left_alone():
    assert visible("PM2.5 降至30微克，“好”(hǎo)。\n", line_end=" ") == "PM2.5 降至30微克，“好”(hǎo)。 "
