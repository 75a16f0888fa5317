"""Matching by name, unit, kind and context: the hand-made cases as a score, and the promises one by one."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingshan.curate import Matcher
from qingshan.curate.matching import Match, misfit
from qingshan.model import Figure
from qingshan.registry import Folder, Wording, folded

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "specs" / "matching.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def matcher(registry):
    return Matcher(registry)


def _figure(subject="", unit="%", kind="share", **other):
    fields = {
        "source_id": "s", "start": 0, "end": 1, "text": "", "value": 1.0, "qualifier": "exact", "region": "全国",
        "subject": subject, "unit": unit, "kind": kind,
    }  # fmt: skip
    return Figure(**{**fields, **other})


def _of(case):
    return _figure(
        case["subject"], case["unit"], case["kind"], region=case.get("region", ""), quote=case.get("quote", "")
    )


def _matched(match: Match) -> str:
    """Return the indicator that a rule may take: exact, and fitting in unit and kind."""
    return match.indicator_id if match.quality == "exact" and not match.misfit else ""


def test_the_cases_are_many_known_and_a_third_negative(registry):
    assert len(CASES) >= 200
    assert sum(not case["indicator"] for case in CASES) >= len(CASES) / 3
    assert {case["indicator"] for case in CASES} - {""} <= registry.indicators.keys()
    assert sum(case["part"] == "kept" for case in CASES) == 60  # never looked at while names were settled
    assert len({(c["subject"], c["unit"], c["kind"], c.get("region"), c.get("quote")) for c in CASES}) == len(CASES)


@pytest.mark.parametrize("part", ["tuned", "kept"])
def test_wrong_matches_are_at_most_one_percent_and_found_at_least_85(matcher, part):
    cases = [case for case in CASES if case["part"] == part]
    wrong = [c["subject"] for c in cases if _matched(matcher.match(_of(c))) not in ("", c["indicator"])]
    assert len(wrong) <= 0.01 * len(cases), wrong
    wanted = [case for case in cases if case["indicator"]]
    found = [case for case in wanted if _matched(matcher.match(_of(case))) == case["indicator"]]
    assert len(found) >= 0.85 * len(wanted), [case["subject"] for case in wanted if case not in found]


def test_a_proposal_for_a_person_is_seldom_another_quantity(matcher):
    proposed = [
        (case["subject"], match.indicator_id)
        for case in CASES
        if (match := matcher.match(_of(case))).quality == "within" and match.indicator_id != case["indicator"]
    ]
    assert len(proposed) <= 0.01 * len(CASES), proposed


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (_figure("森林覆盖率"), Match("forest_cover", "exact", "")),
        (_figure("全省森林覆盖率", region="福建省"), Match("forest_cover", "exact", "")),
        (_figure("全省森林覆盖率", region="全国"), Match("forest_cover", "within", "")),
        (_figure("全国森林覆盖率", region="山西省"), Match("forest_cover", "within", "")),
        (_figure("沿江地区森林覆盖率"), Match("forest_cover", "within", "")),
        (_figure("湿地保护率和森林覆盖率"), Match("", "none", "")),
        (_figure("森林覆盖率", unit="个"), Match("forest_cover", "exact", "unit")),
        (_figure("森林覆盖率", kind="count"), Match("forest_cover", "exact", "kind")),
        (_figure("沿江地区森林覆盖率", unit="个"), Match("", "none", "")),
        (_figure("森林覆盖率", unit="百分点", kind="change"), Match("forest_cover", "exact", "")),
        (_figure("单位GDP能耗", unit="百分点", kind="change"), Match("energy_intensity", "exact", "unit")),
        (_figure(""), Match("", "none", "")),
        (_figure("的"), Match("", "none", "")),
        (_figure("全国"), Match("", "none", "")),
        (_figure("重点行业", unit="个", kind="count"), Match("", "none", "")),
        (_figure("重点行业", unit="个", kind="count", section="化学物质环境信息统计"),
         Match("chemicals_survey_industries", "exact", "")),
        (_figure("国家生态文明建设示范区", unit="县", kind="count", region="山西省"),
         Match("eco_civilization_zones", "exact", "")),
    ],
)  # fmt: skip
def test_what_a_subject_says(matcher, figure, expected):
    assert matcher.match(figure) == expected


@pytest.mark.parametrize(
    ("quote", "indicator"),
    [
        ("PM2.5浓度为30微克/立方米", "pm25_annual_mean"),
        ("秋冬季，京津冀PM2.5浓度为30微克/立方米", ""),
        ("秋冬季结束；全年PM2.5浓度为30微克/立方米", "pm25_annual_mean"),
        ("PM2.5浓度为30微克/立方米，秋冬季为45微克/立方米", "pm25_annual_mean"),
        ("秋(qiū)冬季PM2.5濃度為30微克/立方米", ""),
    ],
)
def test_words_before_the_number_rule_an_indicator_out(matcher, quote, indicator):
    figure = _figure(
        "PM2.5浓度", "微克/立方米", "level", text="30微克/立方米", quote=quote, prefix=quote.split("30")[0][-16:]
    )
    assert matcher.match(figure).indicator_id == indicator


def test_the_right_one_of_equal_numbers_is_looked_before(matcher):
    quote = "新增国家生态文明建设示范区5个，累计建成国家生态文明建设示范区5个"
    figure = _figure("国家生态文明建设示范区", "个", "count", region="河北省", text="5个", quote=quote)
    assert matcher.match(replace(figure, prefix=quote[:13])).indicator_id == ""
    assert matcher.match(replace(figure, prefix=quote[-18:-2])).indicator_id == "eco_civilization_zones"


@pytest.mark.parametrize(
    "subject",
    [
        "细颗粒物（PM2.5）年均浓度", "PM₂.₅浓度", "ＰＭ２．５平均浓度", "全国PM2.5年平均浓度", "地级及以上城市细颗粒物（PM2.5）平均浓度",
        "细颗粒物 (PM2.5) 年均浓度", "“细颗粒物”年均浓度", "细颗粒物的年均浓度", "pm2.5浓度",
    ],
)  # fmt: skip
def test_ways_of_writing_one_quantity_are_one(matcher, subject):
    assert matcher.match(_figure(subject, "微克/立方米", "level")) == Match("pm25_annual_mean", "exact", "")


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("氮氧化物排放总量", "氮氧化物（NOx）排放量", True),
        ("可再生能源总装机容量", "可再生能源装机规模", True),
        ("劣V类断面比例", "劣Ⅴ类断面占比", True),
        ("自然保护地占陆域国土面积", "自然保护地约占陆域国土面积的比重", True),
        ("万元国内生产总值用水量", "单位GDP用水量", True),
        ("碳排放权交易市场", "碳市场", True),
        ("“绿水青山就是金山银山”（以下简称“两山”）基地", "“两山”实践创新基地", True),
        ("PM2.5浓度", "PM10浓度", False),
        ("PM2.5浓度", "PM2.5日均浓度", False),
        ("用水量", "人均用水量", False),
        ("森林面积", "森林面积比例", False),
        ("累计成交量", "成交量", False),
        ("优良天数", "优良天数比例", False),
    ],
)
def test_folding_joins_names_of_one_quantity_only(registry, one, other, are_one):
    folder = Folder(registry.wording)
    assert (folder.fold(one) == folder.fold(other)) is are_one


@given(st.sampled_from(CASES))
def test_folding_again_changes_nothing(registry, case):
    folder = Folder(registry.wording)
    once = folder.fold(case["subject"])
    assert folder.fold(once) == once


def test_a_wording_of_nothing_folds_width_case_and_brackets_only():
    folder = Folder(Wording())
    assert folder.fold("细颗粒物（ＰＭ₂.₅）的 “年均” 浓度") == folded("细颗粒物PM2.5年均浓度")
    assert folder.core("全国森林覆盖率") == ("全国森林覆盖率", "")


def test_units_and_kinds_that_fit(registry):
    forest, households = registry.indicators["forest_area"], registry.indicators["rural_clean_heating_households"]
    assert misfit(_figure(unit="公顷", kind="level"), forest) == ""
    assert misfit(_figure(unit="亩", kind="level"), forest) == "unit"  # 15 times less: a person must convert it
    assert misfit(_figure(unit="%", kind="change"), forest) == ""
    assert misfit(_figure(unit="公顷", kind="change"), forest) == ""
    assert misfit(_figure(unit="%", kind="change"), households) == "kind"


@given(case=st.sampled_from(CASES), value=st.floats(allow_nan=False), low=st.floats(allow_nan=False))
@settings(deadline=None, max_examples=100)
def test_a_value_never_decides(matcher, case, value, low):
    figure = _of(case)
    other = replace(figure, value=value, value_low=low, value_high=math.inf, qualifier="over", start=7, end=9)
    assert matcher.match(other) == matcher.match(figure)


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=8))
@settings(deadline=None, max_examples=150)
def test_any_text_gives_a_match_or_none(matcher, registry, subject, quote, text):
    match = matcher.match(_figure(subject, quote=quote, text=text, prefix=quote[:5]))
    assert match.indicator_id in {"", *registry.indicators}
    assert match.quality in {"exact", "within", "ambiguous", "none"}
    assert bool(match.indicator_id) == (match.quality in ("exact", "within"))


def test_every_name_of_an_indicator_finds_it(matcher, registry):
    """Each registered name, with the indicator's unit, kind and context, is an exact match of that indicator alone."""
    missed = []
    for name, one in registry.indicators.items():
        for alias in (one.label["zh"], *one.aliases, *one.context_aliases):
            figure = _figure(alias, one.unit, one.kinds[0], region="", quote="、".join(one.context))
            if matcher.match(figure) != Match(name, "exact", ""):
                missed.append((name, alias, matcher.match(figure)))
    assert missed == []


def test_a_name_that_lost_its_subscript_is_matched_for_a_person_to_decide(matcher):
    for subject, indicator in (("PM浓度", "pm25_annual_mean"), ("SO浓度", "so2_annual_mean")):
        assert matcher.match(_figure(subject, "%", "change")) == Match(indicator, "within", "")
    # the whole names are exact as before, and other letters are nothing
    assert matcher.match(_figure("PM2.5浓度", "%", "change")).quality == "exact"
    assert matcher.match(_figure("NO浓度", "%", "change")).indicator_id == ""


@pytest.mark.parametrize(
    ("subject", "unit", "kind", "indicator"),
    [
        ("国内生产总值（当年价）", "元", "level", "gdp"),
        ("万元国内生产总值用水量（当年价）", "立方米", "level", "water_use_intensity"),
        ("空气质量优良天数比例（含沙尘天气）", "%", "share", "good_air_days_share"),
        ("国内生产总值（人均）", "元", "level", ""),  # no scope: another quantity
        ("空气质量优良天数比例（冬季）", "%", "share", ""),
    ],
)
def test_a_scope_in_brackets_is_no_part_of_the_name(matcher, subject, unit, kind, indicator):
    assert _matched(matcher.match(_figure(subject, unit, kind))) == indicator
