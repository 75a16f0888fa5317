"""Bars and dumbbells: what is drawn of open, wide, hollow and flagged values, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_charts_forms import CASES, CHARTS, PROTECTED, REGISTRY, RENEWABLES, STEEL, _context, _draw, _picked, _share

from qingshan.charts import forms, picking, profiles, telling, theme
from qingshan.charts.forms import _rows, bars, dumbbell
from qingshan.charts.numerals import Sourced, figure_texts
from qingshan.model import StageError


def _gids(figure):
    return {str(one.get_gid()): one for one in figure.findobj(lambda artist: artist.get_gid() is not None)}


def _id(rows, indicator, measure=None):
    return next(r["observation_id"] for r in rows if r["indicator"] == indicator and measure in (None, r["measure"]))


def _words(name, rows, language="en"):
    chart = CHARTS[name]
    form = forms.form_of(chart.form)
    return telling.words(picking.pick(rows, chart, REGISTRY, form).rows, chart, _context(language), form)


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        (18, 17.5, 18.5, None),
        (3e8, 2.5e8, 3.5e8, None),
        (22.49, 22.485, 22.495, None),
        (1200, 1150, 1250, None),
        (30, 30, float("inf"), None),  # an arrow, no whisker
        (9e8, 9e8, 1.6e9, (9e8, 1.6e9)),
        (65.5, 63, 68, (63, 68)),
        (90, 80, 95, (80, 95)),
        (0, -1, 1, (-1, 1)),
    ],
)
def test_a_whisker_is_what_is_wider_than_the_written_digits(value, low, high, expected):
    assert _rows.reach(_share("gdp", value, obs_value_low=low, obs_value_high=high)) == expected


@pytest.mark.parametrize(
    ("low", "high", "side"), [(30, float("inf"), 1), (float("-inf"), 28, -1), (17.5, 18.5, 0), (2e7, 3e7, 0)]
)
def test_an_arrow_points_to_the_open_side(low, high, side):
    assert _rows.open_side(_share("gdp", 30, obs_value_low=low, obs_value_high=high)) == side


def test_open_and_wide_values_have_marks_of_their_own_and_exact_ones_none():
    gids = _gids(_draw("protected", _context()))
    over, wide, exact = (
        _id(PROTECTED, name)
        for name in ("land_red_line_share", "protected_ecosystem_types_share", "typical_ecosystems_protected_share")
    )
    assert f"calc-open-{over}" in gids
    assert list(gids[f"calc-interval-{wide}"].get_xdata()) == [80, 80, 80, 95, 95, 95]
    assert not {f"calc-open-{exact}", f"calc-interval-{exact}"} & gids.keys()
    assert gids[exact].get_width() == 100
    assert gids[over].get_facecolor() == (1, 1, 1, 1)
    assert gids[_id(PROTECTED, "important_species_protected_share")].get_hatch() == theme.HATCH


def test_a_target_is_no_bar():
    gids = _gids(_draw("protected", _context("en")))
    target = _id(PROTECTED, "wetland_protection_rate")
    assert not hasattr(gids[target], "get_width")
    assert gids[target].get_markeredgecolor() == theme.TARGET
    assert gids[f"label-{target}"].get_text() == "2025 target: 55%"


def test_each_area_has_its_header_and_stands_together():
    mixed = [PROTECTED[4], PROTECTED[0], PROTECTED[5], PROTECTED[1], PROTECTED[6]]
    figure = bars.draw_bars(mixed, chart=CHARTS["protected"], context=_context("en"))
    texts = [text for text, _ in figure_texts(figure)]
    assert [text for text in texts if text in ("China", "Jiangsu", "Yunnan")] == ["Jiangsu", "China", "Yunnan"]


def test_without_headers_a_place_stands_with_its_label():
    chart = replace(CHARTS["protected"], group_by="")
    figure = bars.draw_bars(PROTECTED[4:5], chart=chart, context=_context("en"))
    assert any(text.replace("\n", " ").endswith("(Jiangsu)") for text, _ in figure_texts(figure))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"unit_measure": "tonne"}, "the units percent, tonne"),
        ({"obs_value": -3.0}, "a part of a whole lies between 0 and 100 percent"),
        ({"obs_value": 100.5}, "a part of a whole lies between 0 and 100 percent"),
    ],
)
def test_what_is_no_part_of_a_whole_is_refused(changed, said):
    rows = [PROTECTED[0], {**PROTECTED[1], **changed}]
    with pytest.raises(StageError, match=said):
        bars.draw_bars(rows, chart=CHARTS["protected"], context=_context())


def test_bars_begin_at_zero_and_have_no_minus():
    gids = _gids(_draw("steel", _context()))
    lengths = [gids[row["observation_id"]].get_width() for row in STEEL]
    assert lengths == [3e8, 4.2e8, 4e8]
    assert {gids[row["observation_id"]].get_x() for row in STEEL} == {0}
    with pytest.raises(StageError, match="a bar from zero has no minus"):
        bars.draw_bars([{**STEEL[0], "obs_value": -1.0}], chart=CHARTS["steel"], context=_context())


def test_in_print_the_unit_stands_at_the_top_and_not_at_each_bar():
    texts = [text for text, _ in figure_texts(_draw("steel", _context(profile=profiles.PRINT)))]
    assert {"单位：吨", "4.2亿"} <= set(texts)
    assert "4.2亿吨" in [text for text, _ in figure_texts(_draw("steel", _context()))]


def test_the_state_at_a_day_is_printed_as_such():
    assert _words("steel", STEEL).subtitle == "China, as of 2023-12-31"
    assert _words("steel", STEEL, "zh").subtitle == "全国，截至2023年12月31日"
    other = [{**STEEL[0], "time_period": "2022", "time_basis": "stated"}, *STEEL[1:]]
    assert _words("steel", other).subtitle == "China"
    texts = [text for text, _ in figure_texts(bars.draw_bars(other, chart=CHARTS["steel"], context=_context("en")))]
    assert texts.count("as of 2023-12-31") == 2
    assert "2022" in texts


def test_findings_follow_the_data():
    assert _words("steel", STEEL).finding == (
        "Steel capacity of 300 million tonnes has been retired, and 420 million tonnes retrofitted throughout to "
        "ultra-low emissions"
    )
    assert _words("steel", STEEL[1:]).finding == (
        "Steel capacity of 420 million tonnes retrofitted throughout to ultra-low emissions"
    )
    assert "17.5% of consumption, against a target of about 20% for 2025" in _words("renewables", RENEWABLES).finding
    met = [{**row, "obs_value": 21.0} if row["measure"] == "share" else row for row in RENEWABLES]
    assert _words("renewables", met).finding.endswith("the target for 2025 is met")
    assert _words("renewables", RENEWABLES[:1]).finding == "Renewable power capacity stands at 1.213 billion kW"
    assert _words("protected", PROTECTED, "zh").finding.startswith("陆域生态保护红线占陆地国土超30%")


def test_another_unit_stands_apart_as_a_number():
    on_axis, apart = dumbbell.split(_picked("renewables").rows)
    assert [row["indicator"] for row in apart] == ["renewable_capacity"]
    assert {row["unit_measure"] for row in on_axis} == {"percent"}
    gids = _gids(_draw("renewables", _context()))
    assert gids[f"label-{apart[0]['observation_id']}"].get_text() == "12.13亿千瓦"


def _line(series, value, year, **other):
    return {**_share("nonfossil_share", value, time_period=year, time_basis="stated", **other), "series": series}


BASE, NOW = _line("base", 9.8, "2013"), _line("now", 17.5, "2022")
TARGET = _line("target", 20, "2025", measure="target", qualifier="about")


@pytest.mark.parametrize(
    ("rows", "marks"),
    [
        ([BASE, NOW, TARGET], {"line": 2, "way": 2}),
        ([BASE, NOW], {"line": 2}),
        ([NOW, TARGET], {"stem": 1, "way": 2}),
        ([NOW], {"stem": 1}),
        ([BASE, TARGET], {"stem": 1, "way": 2}),
        ([TARGET], {}),
    ],
)
@pytest.mark.parametrize("width", [8.0, 24.0])
def test_a_line_from_base_to_now_and_on_to_the_target(rows, marks, width):
    figure = dumbbell.draw_dumbbell(rows, context=_context("en", width_cm=width))
    gids = _gids(figure)
    made = {gid.split("-")[1]: len(gid.split("-")) - 2 for gid in gids if gid.startswith("calc-")}
    assert made == marks
    assert {row["observation_id"] for row in rows} <= gids.keys()
    assert {f"label-{row['observation_id']}" for row in rows} <= gids.keys()


def test_a_value_beside_its_base_is_dated():
    gids = _gids(dumbbell.draw_dumbbell([BASE, NOW, TARGET], context=_context("en")))
    texts = [gids[f"label-{row['observation_id']}"].get_text() for row in (BASE, NOW, TARGET)]
    assert texts == ["2013: 9.8%", "2022: 17.5%", "2025 target: about 20%"]


def test_the_target_never_looks_like_a_result():
    gids = _gids(dumbbell.draw_dumbbell([BASE, NOW, TARGET], context=_context()))
    shapes = [gids[row["observation_id"]].get_marker() for row in (BASE, NOW, TARGET)]
    assert shapes[:2] == ["o", "o"] != shapes[1:]


def test_a_figure_that_a_missing_line_cut_is_named_as_cut():
    cut = {"indicator": "", "kind": "level", "region": "全国", "period": "", "status": "undecided",
           "note": "", "reason": "broken", "unit": "", "region_basis": "stated"}  # fmt: skip
    subject = {"subject": "水电、风电和光伏发电各", "integrity": "truncated"}

    def reasons(**other):
        evidence = picking.Evidence([{**cut, **subject, **other}])
        form = forms.form_of("dumbbell")
        return {gap.indicator: gap.reason for gap in
                picking.pick(RENEWABLES, CHARTS["renewables"], REGISTRY, form, evidence).gaps}  # fmt: skip

    names = {"hydro_capacity", "wind_capacity", "solar_capacity"}
    assert reasons() == dict.fromkeys(names, "cut")
    assert reasons(subject="煤电") == dict.fromkeys(names, "unstated")
    assert reasons(integrity="whole") == dict.fromkeys(names, "unstated")
    assert reasons(status="rejected") == dict.fromkeys(names, "unstated")
    assert reasons(indicator="hydro_capacity") == {**dict.fromkeys(names, "unstated"), "hydro_capacity": "cut"}


@pytest.mark.parametrize(
    ("text", "found"),
    [("陆域面积", ""), ("大陆", ""), ("陆佰元", "陆"), ("伍拾陆", "伍"), ("三类", "三"), ("陆续一次", "一")],
)
def test_land_is_no_numeral(text, found):
    assert Sourced(None, frozenset()).first_unsourced(text) == found


def test_forest_cover_is_one_target_three_methods_and_a_told_year():
    rows = {row["observation_id"]: row for row in _picked("forest").rows}
    assert [row["scope"] for row in rows.values() if row["series"] == "target"] == ["forest-plan-base"]
    gids = _gids(_draw("forest", _context()))
    lines = [gid for gid in gids if gid.startswith("calc-line-")]
    assert [len(gid.split("-")) - 2 for gid in lines] == [4]
    early = next(row for row in CASES["forest"] if row["time_period"] == "1949")
    assert rows[early["observation_id"]]["series"] == "told"
    assert early["observation_id"] not in gids
    words = _words("forest", CASES["forest"])
    assert "1949: about 8%, by a method not stated; not drawn." in words.notes
