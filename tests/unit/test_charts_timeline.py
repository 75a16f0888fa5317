"""A timeline joins what may be joined, draws targets apart, and says what it leaves out."""

from __future__ import annotations

import pytest
from test_charts_forms import CHARTS, PM25, REGISTRY, _context, _draw, _picked, _pm25

from qingshan.charts import facts, picking, profiles, telling
from qingshan.charts.forms import timeline
from qingshan.charts.forms._timeline_labels import moment, runs
from qingshan.charts.numerals import figure_texts
from qingshan.model import StageError

CHART = CHARTS["pm25"]


def _gids(figure):
    return {str(one.get_gid()): one for one in figure.findobj(lambda artist: artist.get_gid() is not None)}


def _id(value, period):
    return next(row["observation_id"] for row in PM25 if row["obs_value"] == value and row["time_period"] == period)


def test_only_values_of_one_scope_are_joined():
    lines = [gid for gid in _gids(_draw("pm25", _context())) if gid.startswith("calc-line-")]
    joined = {frozenset(gid.removeprefix("calc-line-").split("-")) for gid in lines}
    assert joined == {
        frozenset({_id(36, "2019"), _id(33, "2020")}),
        frozenset({_id(30, "2021"), _id(29, "2022"), _id(30, "2023")}),
    }


@pytest.mark.parametrize(
    ("scopes", "years", "declared", "sizes"),
    [
        (("a", "a", "a"), ("2019", "2020", "2021"), (), [3]),
        (("a", "a", "b"), ("2019", "2020", "2021"), (), [2, 1]),
        (("", "", ""), ("2019", "2020", "2021"), (), [1, 1, 1]),  # no scope stated is no scope shared
        (("a", "a"), ("2019", "2021"), ("2019", "2020", "2021"), [1, 1]),  # a year is missing between
        (("a", "a"), ("2003", "2008"), ("2003", "2008"), [2]),
    ],
)
def test_runs(scopes, years, declared, sizes):
    rows = [_pm25(30, year, scope=scope) for scope, year in zip(scopes, years, strict=True)]
    assert [len(run) for run in runs(rows[::-1], declared)] == sizes


@pytest.mark.parametrize(
    ("period", "at"), [("2023", 2023.0), ("2023-12-31", 2023.5), ("2023-07", 2023.04), ("2021/2023", 2023.0)]
)
def test_moment(period, at):
    assert moment(_pm25(1, period)) == pytest.approx(at, abs=0.01)


def test_a_target_stated_as_a_change_is_a_range_from_its_own_source_s_base():
    (change, *levels) = timeline.placed_targets(_picked("pm25").rows)
    assert change.base["source_id"] == "plan"
    assert (change.low, change.high) == pytest.approx((34.5 * 0.895, 35.5 * 0.905))
    assert [one.low for one in levels] == [28, 25]
    gids = _gids(_draw("pm25", _context()))
    assert f"calc-range-{_id(-10, '2025')}-{_id(35, '2020')}" in gids
    assert _id(35, "2020") not in gids  # a plan's base is no observation of the series


def test_without_a_base_the_target_is_told_and_not_drawn():
    rows = [row for row in PM25 if row["obs_value"] != 35]
    picked = picking.pick(rows, CHART, REGISTRY, timeline.FORM)
    words = telling.words(picked.rows, CHART, _context("en"), timeline.FORM)
    assert "The 2025 target of −10% has no base and is not drawn." in words.remarks
    figure = timeline.draw_timeline(picked.rows, chart=CHART, context=_context("en"))
    assert _id(-10, "2025") not in _gids(figure)


def test_targets_never_look_like_results():
    gids = _gids(_draw("pm25", _context()))
    result, target = gids[_id(30, "2023")], gids[_id(28, "2027")]
    assert result.get_marker() == "o"
    assert target.get_marker() != "o"
    assert result.get_markeredgecolor() != target.get_markeredgecolor()


def test_a_reference_is_a_line_across_that_is_its_observation_and_no_result():
    gids = _gids(_draw("pm25", _context("en")))
    line = next(row for row in PM25 if row["ref_area"] == "WORLD")
    assert list(gids[line["observation_id"]].get_ydata()) == [35, 35]
    assert gids[f"label-{line['observation_id']}"].get_text() == "WHO PM₂.₅ interim target 1: 35"
    assert {row["series"] for row in _picked("pm25").rows if row["ref_area"] == "WORLD"} == {"reference"}


def test_rows_of_two_units_have_no_common_axis():
    rows = [{**row, "unit_measure": "percent"} if row["time_period"] == "2022" else row for row in PM25]
    with pytest.raises(StageError, match="the units microgram_per_cubic_metre, percent"):
        timeline.draw_timeline(picking.pick(rows, CHART, REGISTRY, timeline.FORM).rows, context=_context())


def test_what_is_not_exact_is_hollow_and_what_is_flagged_half_full():
    gids = _gids(_draw("pm25", _context()))
    assert gids[_id(36, "2019")].get_markerfacecolor() == gids[_id(36, "2019")].get_markeredgecolor()
    assert gids[_id(29, "2022")].get_markerfacecolor() == "#ffffff"
    assert gids[_id(30, "2023")].get_fillstyle() == "left"


def test_the_finding_follows_the_data():
    def said(value, language="en"):
        rows = [{**row, "obs_value": value} if row["time_period"] == "2023" else row for row in PM25]
        picked = picking.pick(rows, CHART, REGISTRY, timeline.FORM)
        return telling.words(picked.rows, CHART, _context(language), timeline.FORM).finding

    assert (
        said(30) == "PM₂.₅ averaged 30 µg/m³ in 2023: below WHO's first interim target, still above the target for 2035"
    )
    assert said(41) == "PM₂.₅ averaged 41 µg/m³ in 2023, above WHO PM₂.₅ interim target 1"
    assert said(24) == "PM₂.₅ averaged 24 µg/m³ in 2023: the target for 2035 is met"
    assert said(24, "zh") == "2023年PM₂.₅年均浓度24微克/立方米，已达到2035年目标"


def test_previous_is_never_a_value_of_another_scope():
    rows = _picked("pm25").rows
    assert facts.pick("level", "previous", rows=rows)["obs_value"] == 29
    before = [row for row in rows if row["time_period"] <= "2021"]
    assert facts.pick("level", "previous", rows=before) is None


def test_what_other_sources_say_is_told_beside_the_picture():
    picked = _picked("pm25")
    assert [row["obs_value"] for row in picked.others] == [67.5]
    words = telling.words(picked.rows, CHART, _context("en", others=picked.others), timeline.FORM)
    assert any("also gives 67.5 µg/m³ (scope not stated)" in text for text in words.remarks)


@pytest.mark.parametrize(
    ("curated", "lost", "reason"),
    [
        ((), (), "unstated"),
        (({"status": "undecided"},), (), "waiting"),
        (({"status": "rejected"},), (), "unused"),
        (({"status": "undecided", "kind": "target"},), (), "unstated"),
        (({"status": "undecided", "period": "2022"},), (), "unstated"),
        (({"status": "undecided", "region": "北京市"},), (), "unstated"),
        ((), ({"period": "2023"},), "lost"),
        ((), ({"period": "2019"},), "unstated"),
    ],
)
def test_a_gap_says_why(curated, lost, reason):
    figure = {
        "indicator": "pm25_annual_mean", "kind": "level", "region": "全国", "period": "2023", "unit": "微克/立方米",
        "integrity": "whole", "note": "", "reason": "", "region_basis": "stated",
    }  # fmt: skip
    gone = {"source_id": "x", "position": 1, "subject": "PM2.5年均浓度", "region": "全国", "quote": ""}
    evidence = picking.Evidence([{**figure, **one} for one in curated], [{**gone, **one} for one in lost])
    rows = [row for row in PM25 if row["time_period"] != "2023"]
    picked = picking.pick(rows, CHART, REGISTRY, timeline.FORM, evidence)
    assert picked.gaps == (picking.Gap("pm25_annual_mean", "CN", "2023", reason),)
    assert picking.sentences(picked.gaps, REGISTRY, "en")[0].startswith("PM₂.₅ annual mean concentration, 2023: ")


def test_in_print_only_marks_unit_and_labels_are_in_the_picture():
    texts = [text for text, _ in figure_texts(_draw("pm25", _context(profile=profiles.PRINT)))]
    assert "单位：微克/立方米" in texts
    assert not [text for text in texts if "来源：" in text or "测试版" in text or "统计口径" in text]
