"""What a line end or a space may break, and what must keep its lines: cases, as many negative, and laws."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingshan.clean import clean_text
from qingshan.clean.tables import read_table
from qingshan.clean.wraps import clean_wraps

PROSE = (
    "全市落实各项治理任务，空气质量持续改善，优良天数比例为85.3%，较上年提高2.1个百分点，细颗粒物平均浓度为29.5微克/立方米，"
    "达到有记录以来的最好水平，完成清洁取暖改造12.6万户，淘汰老旧车辆3200余辆，碳排放强度继续下降。"
)
SHORT = "断面达标率为96.7%，改造管网380公里。"
LIST = "推进工业、农业、生活污染治理重点工程\n加强水源、河湖、湿地保护修复重点工程\n"


def joined(text):
    layer = clean_wraps(text)
    return layer.text if layer else text


def wrap(text, width):
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


@pytest.mark.parametrize(
    "broken",
    [
        *("浓度为29.|5微克/立方米", "浓度为29|.5微克/立方米", "总量为1,|250万吨", "占比达到45|%", "提高3个|百分点"),
        *(
            "年均值为31微克/|立方米",
            "年均值为31微|克/立方米",
            "建成绿道3500|公里，惠民",
            "覆盖率达到|63.5%",
            "建成了|35座公园",
        ),
        *("新建公园35|个", "增加3|倍，", "占地5|亩。", "蓄水1.2|亿立方米", "截至2023|年底"),
    ],
)
@pytest.mark.parametrize("gap", ["\n", " \r\n", "\n "])
def test_a_line_end_inside_a_number_or_its_unit_is_joined(broken, gap):
    assert joined(broken.replace("|", gap)) == broken.replace("|", "")


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("面积1 250公顷", "面积1250公顷"),
        ("面积12 345 678亩", "面积12345678亩"),
        ("浓度为28.5 μg / m3", "浓度为28.5 μg/m3"),
        ("浓度为30 微克 /立方米", "浓度为30 微克/立方米"),
        ("浓度为29. 5微克/立方米", "浓度为29.5微克/立方米"),
    ],
)
def test_spaces_inside_a_number_or_a_unit_go(broken, whole):
    assert joined(broken) == whole


@pytest.mark.parametrize(
    "text",
    [
        *("治理河流24条\n新增绿地56公顷", "地区 面积 人口\n甲县 12 35\n乙县 13 36", "序号\n1\n家电\n2\n个人"),
        *("指标1\n个数", "目标为\n1.建成公园", "目标为\n1 个体", "第12\n页", "总面积为\n\n30公顷", "公园35\n\n个"),
        *(
            "达到35万\n众志成城",
            "甲 12 250公顷",
            "2021 2022公顷",
            "占地5\n亩均产值",
            "达到35\n加强监督执法",
            "35\n公顷",
        ),
        *("面积1 25公顷", "面积0 250公顷", "见附件1.\n5个县", "达到\n    3%", "水/ 气", "/ 3", " /", "5/ ", ""),
    ],
)
def test_other_lines_and_spaces_stay(text):
    assert clean_wraps(text) is None


@pytest.mark.parametrize("width", [18, 24, 31, 40])
def test_a_hard_wrapped_text_is_read_as_its_paragraphs(width):
    lines = ["第一章 大气环境", "  " + PROSE, "二、水环境", "  " + SHORT, "  " + PROSE]
    assert joined("\n".join(wrap(line, width) for line in lines)) == "\n".join(lines)


def test_a_word_of_latin_letters_is_not_glued_to_the_next():
    lines = "各地引进了先进的监测设备和分析软件 Open\nAir，提高了站点的运行水平和数据的质量。\n".replace(
        " Open", "Open"
    )
    text = lines * 6
    assert "Open Air" in joined(text)


@pytest.mark.parametrize(
    "text",
    [
        LIST * 4,
        f"{PROSE}\n" * 6,
        f"{SHORT}\n" * 6,
        "\n".join(f"某某县  面积{n}公顷，人口{n}万人，完成治理任务{n}项" for n in range(10, 30)),
    ],
)
def test_lists_tables_and_whole_paragraphs_are_no_hard_wrap(text):
    assert clean_wraps(text) is None


def test_offsets_lead_back_through_the_joins():
    raw = "濃(nóng)度為29.\n5微克/\n立方米，占比达到４５\n％。"
    clean = clean_text(raw)
    assert clean.text == "浓度为29.5微克/立方米，占比达到45%。"
    start = clean.text.index("29")
    assert raw[slice(*clean.to_raw(start, start + 10))] == "29.\n5微克/\n立方米"
    assert next(edit.after for edit in clean.edits() if "wraps" in edit.rule) == ""


def test_damage_and_chrome_keep_their_places_above_the_joins():
    raw = f"文档简介\n{PROSE}占比达到45\n%，水\ufffd质。\n温馨提示\n下载"
    clean = clean_text(raw)
    assert [clean.text[span.start : span.end] for span in clean.damaged] == ["\ufffd"]
    assert [clean.text[span.start : span.end] for span in clean.set_aside] == ["文档简介\n", "温馨提示\n下载"]


WORDS = "达到 为 占比 29 . 5 1 250 , ， / % 微克 立方米 公顷 个 百分点 万 年 2023 。 加强 - （ a μg m3 、"
PIECES = st.sampled_from([*WORDS.split(), " ", " ", "\n", "\n", "\r\n"])
BROKEN = st.lists(PIECES, max_size=24).map("".join) | st.builds(wrap, st.just(PROSE * 2), st.integers(10, 60))


@given(BROKEN)
def test_only_blanks_and_line_ends_are_taken_out(text):
    assert "".join(joined(text).split()) == "".join(text.split())
    digits = [char for char in clean_text(text).text if unicodedata.decimal(char, None) is not None]
    assert digits == [char for char in text if unicodedata.decimal(char, None) is not None]


@given(BROKEN)
def test_joining_again_changes_nothing(text):
    assert joined(joined(text)) == joined(text)


@pytest.mark.parametrize("piece", ["9\n", "9 ", "/ ", "达到\n", "为9.\n", "面积1 250", " \n", "汉" * 30 + "\n", " 250"])
def test_hostile_lines_come_through(piece):
    text = piece * 20_000
    assert len(joined(text)) <= len(text)


def test_every_unit_of_the_registry_is_known_behind_a_line_end(vocabulary):
    listed = {word for word, role in read_table("wraps.csv") if role != "verb"}
    simple = {spelling for spelling in vocabulary.unit_of if not any(mark in spelling for mark in "/／每％·")}
    assert simple - listed == set()


# as it was spread -> as it is meant; a figure of it is whole
SPREAD = {
    "优良天数比例为8 5.5 %。": "8 5.5 %",
    "优良天数比例为85 .5%。": "85 .5%",
    "优良天数比例为8 5 . 5 ％。": "8 5 . 5 ％",
    "优良天数比例达到 1 00%。": "1 00%",
    "浓度为3 1.5微克/立方米。": "3 1.5微克/立方米",
    "共1 2 345家企业。": "1 2 345家",
    "2023年12月建成1 5座公园。": "1 5座",
    "优良天数比例上升1 0.2个百分点。": "1 0.2个百分点",
}
# (text, what must stay apart)
APART = [
    ("编号为12 35.5%", "12 35.5%"),  # more than all
    ("表1 85.5%", "1 85.5%"),
    ("图2 3.5亿元", "2 3.5亿元"),
    ("第1 5号", "1 5号"),
    ("太原市 84 91.5%", "84 91.5%"),
    ("2023年 31 个城市", "年 31 个"),
    ("累计 2021 2022 30家", "2022 30家"),
    ("到2025年为1 类", "为1 类"),
    ("优良比例为85.5% 2 30%", "% 2 30%"),
]


@pytest.mark.parametrize("text", SPREAD)
def test_blanks_inside_a_number_are_taken_out_and_the_edit_is_kept(text, extractor):
    found = extractor.extract(text, "a")
    spread = SPREAD[text]
    (figure,) = [figure for figure in found.figures if figure.text == spread]
    assert figure.reading.replace(" ", "") == unicodedata.normalize("NFKC", spread).replace(" ", "")
    edits = [edit for edit in found.clean.edits() if edit.rule == "wraps"]
    assert [edit.before for edit in edits] == [" "] * len(edits)
    assert edits


@pytest.mark.parametrize(("text", "apart"), APART)
def test_two_numbers_beside_each_other_stay_two(text, apart):
    assert apart in joined(text)


@pytest.mark.parametrize("text", ["编号为12 35.5%", "占比为6-3.2%", "占比为63-\n.2%", "有3 5家"])
def test_a_number_that_is_torn_and_not_mended_is_never_whole(text, extractor):
    figures = extractor.extract(text, "a").figures
    assert figures
    assert all(figure.integrity != "whole" for figure in figures)
