import re
import unicodedata

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


@pytest.mark.parametrize(
    "around",
    [
        '<div style="display: none">{}</div>',
        '<p style="color:red;visibility:hidden">{}</p>',
        "<span hidden>{}</span>",
        '<div title="footer"><p>{}</p></div>',
    ],
)
def test_what_no_browser_shows_is_set_aside(around, extractor):
    seen, unseen = "<p>全市共建成驿站35座。</p>", "<p>去年共建成驿站99座。</p>"
    page = f"<html><body>{seen}{around.format(unseen)}{seen}</body></html>"
    assert [figure.text for figure in extractor.extract(page, "p").figures] == ["35座", "35座"]
    shown = page.replace(' style="display: none"', ' style="display:block"').replace("hidden", "shown")
    if "footer" not in around:
        assert [figure.text for figure in extractor.extract(shown, "p").figures] == ["35座", "99座", "35座"]


@pytest.mark.parametrize(
    ("page", "seen"),
    [
        ("比例为85.5%<sup>1</sup>，", "比例为85.5%[1]，"),
        ("共30<sup>2</sup>个", "共30[2]个"),
        ("共210<sup>4</sup>个", "共210[4]个"),
        ("覆盖率<sup>3</sup>为", "覆盖率[3]为"),
        ("85&#37;<sup><a href='#n1'>1</a></sup>", "85%[1]"),
        ("浓度<sup>&#49;</sup>为", "浓度[1]为"),
        ("（试点）<sup>1, 2</sup>", "（试点）[1, 2]"),
        ("GDP<sup>1</sup>", "GDP[1]"),
        ("亿立方米<sup>3</sup>", "亿立方米[3]"),
        # what has brackets, units, powers, ions and formulas stay as they are
        ("面积<sup>[3]</sup>为", "面积[3]为"),
        ("3m<sup>3</sup>和km<sup>2</sup>", "3m3和km2"),
        ("亿米<sup>3</sup>、公里<sup>2</sup>", "亿米3、公里2"),
        ("1.2×10<sup>4</sup>吨", "1.2×10⁴吨"),
        ("1.2×10<sup>-3</sup>克", "1.2×10⁻³克"),
        ("共10<sup>4</sup>吨", "共10⁴吨"),
        ("m<sup>-3</sup>", "m-3"),
        ("CO<sub>2</sub>和PM<sub>2.5</sub>", "CO2和PM2.5"),
        ("SO<sub>4</sub><sup>2-</sup>", "SO42-"),
        ("30%<sup>1", "30%1"),
        ("30%</sup>1", "30%1"),
        ("30%<sup></sup>1", "30%1"),
    ],
)
def test_a_raised_number_after_a_value_is_a_note_mark(page, seen):
    page = f"<p>甲</p><p>{page}</p>"
    clean = clean_text(page)
    assert clean.text.split() == ["甲", *seen.split()]
    kept = [char for char in re.sub(r"<[^>]*>|&#\d+;", "", page) if char.isdigit()]
    shown = [str(unicodedata.digit(char)) for char in clean.text if char.isdigit()]
    assert shown[: len(kept)] == kept or "&#" in page


def test_a_note_mark_is_no_digit_of_the_figure(extractor):
    page = (
        "<p>甲</p><p>优良天数比例为85.5<sup>1</sup>%，处置能力为30<sup>2</sup>万吨/年，浓度为30μg/m<sup>3</sup>。</p>"
    )
    figures = extractor.extract(page, "p").figures
    assert [figure.value for figure in figures] == [85.5, 300000, 30]
    assert all(page[figure.start : figure.end] == figure.text for figure in figures)


@pytest.mark.parametrize("piece", ["<!--a>", "<a href='", "<![if", "<![<!", "<a =", "</a", "<sup>1", "<![CDATA[x>"])
def test_a_broken_page_takes_time_in_proportion(piece):
    clean_text("<p>1</p><p>2</p>" + piece * 40_000)
