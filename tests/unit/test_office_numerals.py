"""GB/T 15835 number forms: what changes, and as many that must not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingshan.edition.office.numerals import gbt15835


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("9-16亿", "9亿~16亿"),
        ("9亿—16亿吨", "9亿~16亿吨"),
        ("63～68%", "63%~68%"),
        ("63%-68%", "63%~68%"),
        ("６３％～６８％", "63%~68%"),
        ("2013-2022年", "2013—2022年"),
        ("2013年－2022年".replace("－", "-"), "2013—2022年"),
        ("2021～2025年", "2021—2025年"),
        ("1-2个百分点", "1~2个百分点"),
        ("3-5年", "3~5年"),
        ("1,200-1,500户", "1,200~1,500户"),
        ("9000-16000吨", "9000~16000吨"),
        ("9千万—1.2亿元", "9千万~1.2亿元"),
        ("为.5%", "为0.5%"),
        ("-60%", "−60%"),
        ("约９.５亿", "约9.5亿"),
        ("2023年06月30日", "2023年6月30日"),
        ("2023年12月05日", "2023年12月5日"),
    ],
)
def test_a_number_gets_the_standard_s_form(written, printed):
    assert gbt15835(written) == printed


@pytest.mark.parametrize(
    "text",
    [
        "PM2.5", "PM10", "COP15-16", "2023-12-31", "2023-12", "2023-r1", "GB 3095—2012", "GB/T 15835—2011",
        "ISO 9001-2015认证", "〔2023〕18号", "国发〔2023〕24号", "010-12345678", "表3-1", "2257家", "12.13亿千瓦",
        "−60%", "下降-3.5%", "10—20", "2013—2022年", "9亿~16亿", "四分之一", "1.6万余个", "版本1.2.3", "2022年，比2013年",
        "35.5微克/立方米", "1/3", "",
    ],
)  # fmt: skip
def test_what_is_no_range_and_what_is_right_already_stays(text):
    assert gbt15835(text) == text


@given(st.text("0123456789.,%-–—~～万亿年月个百分点约至 PMCO", max_size=40))
def test_it_is_stable_and_changes_no_digit(text):
    once = gbt15835(text)
    assert gbt15835(once) == once
    assert re.sub(r"[^1-9]", "", once) == re.sub(r"[^1-9]", "", text)  # zeros alone come and go: .5, 06月
