import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingshan.clean import clean_text

PAGE = """<!DOCTYPE html>
<html><head><title>2023年公报</title><style>p{margin:12px}</style><script>var n = "45%";</script></head>
<body><div class="nav"><a href="/2022/">首页 12 条</a></div>
<h1>某市2023年公报</h1>
<!-- 上线 2024 -->
<p>优良天数比例为<b>85</b>.5%，PM2.5浓度为&#51;0&nbsp;微克/立方米，
同比下降3.2&#37;。</p>
<p>处置能力3&nbsp;万吨/年&lt;含扩建&gt;。</p>
<div class="related"><ul><li>植树 12 万株</li></ul></div>
<footer>电话 0872-2300110，浏览 3562 次</footer></body></html>
"""


def test_a_page_reads_as_its_article(extractor):
    figures = extractor.extract(PAGE, "p", year="2023").figures
    assert [(f.text, f.value, f.unit) for f in figures] == [
        ("85</b>.5%", 85.5, "%"),
        ("&#51;0&nbsp;微克/立方米", 30, "微克/立方米"),
        ("3.2&#37;", -3.2, "%"),
        ("3&nbsp;万吨/年", 30000, "吨/年"),
    ]
    assert all(PAGE[f.start : f.end] == f.text for f in figures)
    assert [f.reading for f in figures][:2] == ["85.5%", "30 微克/立方米"]
    assert {f.period for f in figures} == {"2023"}


def test_scripts_styles_and_comments_are_gone_and_surroundings_set_aside():
    clean = clean_text(PAGE)
    assert not re.search(r"margin|var n|上线|<|&nbsp;", clean.text.replace("<含扩建>", ""))
    aside = "".join(clean.text[span.start : span.end] for span in clean.set_aside)
    assert "首页" in aside
    assert "植树" in aside
    assert "浏览" in aside
    assert "优良" not in aside


@pytest.mark.parametrize("text", ["a < b，浓度为30微克/立方米", "x<y<z", "<<< 通知 >>>", "温度<5℃，湿度>30%", ""])
def test_text_without_markup_is_left_alone(text):
    assert all(layer.rule != "markup" for layer in clean_text(text).layers)


@pytest.mark.parametrize(
    "page",
    [
        "<p>a</p><p>b<div><span>" * 2000,
        "<p>" + "<" * 20000,
        "<p><p><p><!-- " + "x" * 20000,
        "<p>1</p><p>2</p><p>3</p>" + "&#" * 20000,
        "<p>1</p><p>2</p><p>3</p><script>" + "</" * 20000,
        "<p>1</p><p>2</p><p>" + "<a href='" * 5000,
    ],
)
def test_broken_pages_end_and_map(page):
    clean = clean_text(page)
    for at in range(0, len(clean.text), max(1, len(clean.text) // 50)):
        start, end = clean.to_raw(at, at + 1)
        assert 0 <= start < end <= len(page)


@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<b>",
                "</b>",
                "&amp;",
                "&#51;",
                "12万吨",
                "，",
                "<td>",
                "文",
                "<br/>",
                "<",
                ">",
                "\n",
                "<!--",
                "-->",
                "<nav>",
                "</nav>",
            ]
        ),
        max_size=30,
    )
)
def test_offsets_hold_on_any_page(extractor, parts):
    page = "<p>甲</p><p>乙</p>" + "".join(parts)
    for figure in extractor.extract(page, "p").figures:
        assert page[figure.start : figure.end] == figure.text


def test_a_line_end_beside_a_tag_keeps_two_numbers_apart(extractor):
    page = "<div><p>城市</p><p>年份<b>2022</b>\n<b>35</b>座驿站，共有\n<b>45</b>\n个观测点。</p></div>"
    assert clean_text(page).text.split() == ["城市", "年份2022", "35座驿站，共有45个观测点。"]
    assert [(f.value, f.unit) for f in extractor.extract(page, "p").figures] == [(35, "座"), (45, "个")]
