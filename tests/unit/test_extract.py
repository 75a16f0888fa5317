import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingshan.extract import extract_file
from qingshan.model import InputError

SPECS = Path(__file__).parents[1] / "specs"
CASES = [json.loads(line) for line in (SPECS / "quantity.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:24] for case in CASES])
def test_quantity_specification(extractor, case):
    found = [
        [figure.text, pytest.approx(figure.value, rel=1e-6), figure.unit, figure.qualifier]
        for figure in extractor.extract(case["text"], "t").figures
    ]
    assert found == case["found"]


def test_a_third_of_the_specification_is_negative():
    assert sum(not case["found"] for case in CASES) * 3 >= len(CASES)


def _one(extractor, text, **given):
    (figure,) = extractor.extract(text, "t", **given).figures
    return figure


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("森林覆盖率为24.02%。", "share", 24.02),
        ("森林覆盖率提高到24.02%。", "share", 24.02),
        ("森林覆盖率提高2.3个百分点。", "change", 2.3),
        ("能耗强度下降26.5%。", "change", -26.5),
        ("能耗强度累计下降超过26.5%。", "change", -26.5),
        ("汽车保有量增长165%。", "change", 165),
        ("用水量，-3%。", "change", -3),
        ("重污染天数减少12天。", "change", -12),
        ("浓度降至30微克/立方米。", "level", 30),
        ("到2025年，比例控制在1%以内。", "target", 1),
        ("力争建成100个示范村。", "target", 100),
        ("到2025年，浓度比2020年下降10%。", "target_change", -10),
        ("共有128个断面。", "count", 128),
        ("装机容量12.13亿千瓦。", "level", 1_213_000_000),
        ("产值增长1.2倍。", "change", 1.2),
    ],
)
def test_kind_and_sign(extractor, text, kind, value):
    figure = _one(extractor, text, year="2023")
    assert (figure.kind, figure.value) == (kind, pytest.approx(value))


@pytest.mark.parametrize(
    ("text", "period", "base"),
    [
        ("2023年，浓度为30微克/立方米。", "2023", ""),
        ("截至2022年底，比重为17.5%。", "2022-12-31", ""),
        ("截至2023年6月30日，成交量为2.3亿吨。", "2023-06-30", ""),
        ("2012—2021年，能耗强度下降26.5%。", "2012/2021", "2012"),
        ("与2013年相比，2022年汽车保有量增长165%。", "2013/2022", "2013"),
        ("2023年，浓度同比下降3.2%。", "2023", "2022"),
        ("今年浓度为30微克/立方米。", "2023", ""),
        ("去年浓度为29微克/立方米。", "2022", ""),
        ("《规划（2021—2035年）》印发，建成12个站点。", "", ""),
        ("建成12个站点。", "", ""),
    ],
)
def test_period_and_base(extractor, text, period, base):
    figure = _one(extractor, text, year="2023")
    assert (figure.period, figure.base_period) == (period, base)


def test_two_figures_of_a_movement_have_their_own_years(extractor):
    text = "全国细颗粒物年均浓度由2013年的67.5微克/立方米降到2023年的30微克/立方米。"
    first, second = extractor.extract(text, "t").figures
    assert [(f.value, f.period, f.subject) for f in (first, second)] == [
        (67.5, "2013", "细颗粒物年均浓度"),
        (30.0, "2023", "细颗粒物年均浓度"),
    ]


def test_chart_labels_take_their_axis_years(extractor):
    text = "粗钢产量，+25%用水量，-3%二氧化硫浓度，-78%2013年2014年2015年2016年"
    found = extractor.extract(text, "t").figures
    assert [(f.subject, f.value, f.period, f.base_period) for f in found] == [
        ("粗钢产量", 25, "2013/2016", "2013"),
        ("用水量", -3, "2013/2016", "2013"),
        ("二氧化硫浓度", -78, "2013/2016", "2013"),
    ]


@pytest.mark.parametrize(
    ("rest", "basis"),
    [
        ("，任务按期完成", "inherited"),
        ("，合川区任务按期完成", "inherited"),  # its own district
        ("，向四川省学习经验", "inherited"),  # another province, which the clause does not open with
        ("。第九师另建3个试点", "inherited"),  # the next sentence may go over
        ("，四川省任务按期完成", ""),
        ("，第九师一个团场成功入选", ""),  # a place listed under its province
    ],
)
def test_a_sentence_that_goes_over_to_another_province_leaves_its_section_in_doubt(extractor, rest, basis):
    figure = extractor.extract(f"重庆市推进治理。依托良好环境，建成12个站点{rest}。", "t", area="全国").figures[0]
    assert (figure.text, figure.region, figure.region_basis) == ("12个", "重庆市", basis)


@pytest.mark.parametrize(
    ("text", "area", "region", "basis"),
    [
        ("山西省建成12个站点。", "全国", "山西省", "stated"),
        ("山西建成12个站点。", "全国", "山西省", "stated"),
        ("全国建成12个站点。", "江苏省", "全国", "stated"),
        ("汾渭平原浓度下降15%。", "全国", "汾渭平原", "stated"),
        ("建成12个站点。", "江苏省", "江苏省", "document"),
        ("山西推进治理。建成12个站点。", "全国", "山西省", "inherited"),
        ("山西、陕西推进治理。建成12个站点。", "全国", "全国", "document"),
        ("浓度低于全国平均水平的12个城市达标。", "江苏省", "江苏省", "document"),
        ("在广东省广州市、四川省成都市等10个地区开展试点。", "全国", "全国", "document"),
    ],
)
def test_region(extractor, text, area, region, basis):
    figure = extractor.extract(text, "t", area=area).figures[-1]
    assert (figure.region, figure.region_basis) == (region, basis)


@pytest.mark.parametrize(
    ("text", "integrity"),
    [
        ("全国建成监测站1200座。", "whole"),
        ("水电、风电装机均超过3推动重点区域发展。", "truncated"),
        ("累计划定水源保护区1.9各地接着排查。", "truncated"),
        ("超过3000万辆。", "orphan"),
    ],
)
def test_integrity(extractor, text, integrity):
    assert extractor.extract(text, "t").figures[0].integrity == integrity


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("2023年全国地表水优良断面比例为长江干流水质稳定。", ["地表水优良断面比例"]),
        ("全国近岸海域优良水质比例为【总体要求】各地推进。", ["近岸海域优良水质比例"]),
        ("地表水优良断面比例为89.4%。", []),
        ("保护地面积占陆地国土面积的18%。", []),
        ("比例为四分之一。", []),
        ("细颗粒物浓度为历史最低。", []),
    ],
)
def test_values_lost_at_the_source(extractor, text, subjects):
    assert [value.subject for value in extractor.extract(text, "t").lost] == subjects


@given(
    st.lists(
        st.sampled_from(
            [
                "態(tài)",
                "现",
                "全国",
                "12万吨",
                "，",
                "。",
                "\n",
                "（",
                "下降",
                "3.5%",
                "2023年",
                "🌳",
                "1",
                "\ufffd",
                "?",
            ]
        ),
        max_size=40,
    )
)
@settings(max_examples=200, deadline=None)
def test_offsets_slice_the_raw_text(extractor, parts):
    raw = "".join(parts)
    for figure in extractor.extract(raw, "t").figures:
        assert raw[figure.start : figure.end] == figure.text
        assert figure.text in figure.quote
        assert raw[: figure.start].endswith(figure.prefix)
        assert raw[figure.end :].startswith(figure.suffix)
        assert figure.value_low <= figure.value <= figure.value_high


@given(st.integers(2, 9999), st.sampled_from(["个", "吨", "公顷", "家"]), st.text("山水林田湖草沙冰，。", max_size=60))
@settings(max_examples=200, deadline=None)
def test_a_planted_figure_comes_back(extractor, number, unit, noise):
    text = f"{noise}。2021年全市建成治理工程{number}{unit}。{noise}"
    (figure,) = extractor.extract(text, "t").figures
    assert (figure.value, figure.unit, figure.period, figure.subject) == (number, unit, "2021", "建成治理工程")


@given(st.text("各地持续推进有关工作，。", max_size=80))
@settings(max_examples=100, deadline=None)
def test_neutral_text_after_changes_nothing(extractor, tail):
    text = "2023年全国森林覆盖率为24.02%，比2020年提高1个百分点。"
    alone = extractor.extract(text, "t").figures
    followed = extractor.extract(text + "\n" + tail, "t").figures
    assert [(f.start, f.end, f.value, f.unit, f.kind, f.subject, f.period) for f in alone] == [
        (f.start, f.end, f.value, f.unit, f.kind, f.subject, f.period) for f in followed
    ]


def test_every_field_names_its_rule(extractor):
    figure = _one(extractor, "2023年森林覆盖率为24.02%。")
    assert {part.partition("=")[0] for part in figure.rules.split(";")} == {
        "number", "kind", "qualifier", "subject", "region", "period", "integrity",
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "9" * 100_000,
        "（" * 100_000,
        "1." * 50_000,
        "一" * 50_000,
        "2023年" * 20_000,
        "占" * 50_000,
        "1万" * 30_000,
        "比1个" * 8_000,
        "同比下降5%" * 6_000,
        "前者1个后者2个" * 4_000,
        "3[1]" * 15_000,
    ],
)
def test_hostile_text_ends(extractor, text):
    extractor.extract(text, "t")


def test_extract_file_takes_year_and_area(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("今年森林覆盖率为24.02%。", encoding="utf-8")
    registry = Path(__file__).parents[2] / "data" / "registry"
    (figure,) = extract_file(path, registry, year="2023", area="山西").figures
    assert (figure.period, figure.region, figure.source_id) == ("2023", "山西省", "a")
    with pytest.raises(InputError, match=re.escape("--year: found '23', expected four digits")):
        extract_file(path, registry, year="23")
