"""The interval of values that a written number allows always holds the value itself."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("排放量同比下降-5.2%。", -5.25, -5.15),
        ("排放量同比下降5.2%。", -5.25, -5.15),
        ("平均气温-5~3℃。", -5.5, 3.5),
        ("平均气温3~5℃。", 2.5, 5.5),
        ("排放量下降10%以上。", -math.inf, -10),
        ("绿道约120公里。", 115, 125),
        ("建成泵站35座。", 35, 35),
    ],
)
def test_bounds(extractor, text, low, high):
    (figure,) = extractor.extract(text, "t").figures
    assert (figure.value_low, figure.value_high) == pytest.approx((low, high))


@settings(deadline=None)
@given(
    number=st.decimals(-999, 999, places=1),
    verb=st.sampled_from(["下降", "上升", "为", "变化"]),
    qualifier=st.sampled_from(["", "约", "近", "超过", "不低于"]),
)
def test_the_value_lies_within_its_bounds(extractor, number, verb, qualifier):
    figures = extractor.extract(f"排放量同比{verb}{qualifier}{number}%。", "t").figures
    assert len(figures) == 1
    assert figures[0].value_low <= figures[0].value <= figures[0].value_high
