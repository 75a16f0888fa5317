"""The three-line table: its order, its columns and groups, numbers on the decimal point, bars, and gaps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import test_charts_forms as forms_test
from matplotlib.lines import Line2D
from matplotlib.text import Text

from qingshan.charts import picking, theme
from qingshan.charts.forms import Context, _table_lines, form_of, table
from qingshan.charts.groups import Group
from qingshan.charts.picking import Gap
from qingshan.registry import load_registry

REGISTRY = load_registry(Path(__file__).resolve().parents[2] / "data" / "registry")
ZONES, PLAN = forms_test.CHARTS["zones_bases"], forms_test.CHARTS["plan_targets"]


def _picked(chart, rows):
    return picking.pick(rows, chart, REGISTRY, form_of("table")).rows


def _model(chart, rows, language="zh", **other):
    return _table_lines.model(_picked(chart, rows), chart, Context(REGISTRY, language, **other))


def _texts(model):
    return [[cell.text for cell in line.cells] for group in model.groups for line in group.lines]


def _draw(chart, rows, language="zh", **other):
    return table.draw_table(_picked(chart, rows), chart=chart, context=Context(REGISTRY, language, **other))


def test_places_stand_in_the_official_order_whatever_their_values():
    model = _model(ZONES, forms_test.ZONES)
    first = [line[0] for line in _texts(model)]
    assert first == ["天津市", "内蒙古自治区", "山东省", "湖北省", "宁夏回族自治区", "河北省"]
    assert _texts(model)[2] == ["山东省", "25", "约9", "2023年12月31日"]
    assert _texts(model)[0] == ["天津市", "4", "—", "2023年12月31日"]


def test_what_counts_something_else_stands_in_a_group_of_its_own():
    *_, last = _model(ZONES, forms_test.ZONES).groups
    assert last.heading == "示范区与基地合计，未分列"
    assert [(line.cells[0].text, line.cells[1].text, line.cells[-1].text, line.spans) for line in last.lines] == [
        ("河北省", "14", "2022年", True)
    ]


def test_a_value_that_waits_has_its_reason_and_a_place_without_name_stands_last():
    gaps = (Gap("two_mountains_bases", "120000", "", "waiting"), Gap("eco_civilization_zones", "", "", "waiting"))
    model = _model(ZONES, forms_test.ZONES, gaps=gaps)
    lines = model.groups[0].lines
    assert (lines[0].cells[2].text, lines[0].cells[2].reason) == ("—", "待判定")
    assert [cell.text for cell in lines[-1].cells] == ["某地（地名缺失）", "—", "—", ""]
    assert [cell.reason for cell in lines[-1].cells] == ["", "待判定", "", ""]


def test_a_classifier_other_than_the_unit_is_not_printed_in_a_cell():
    row = forms_test.ZONES[1]
    model = _model(ZONES, forms_test.ZONES, readings={row["observation_id"]: "25地"})
    assert _texts(model)[2][1] == "25"


def test_targets_by_indicator_and_place():
    model = _model(PLAN, forms_test.PLAN)
    assert model.headers == ("地区", "2025年目标", "单位")
    assert [group.heading for group in model.groups] == [
        "细颗粒物（PM₂.₅）年均浓度", "重度及以上污染天数比率", "氮氧化物排放总量", "挥发性有机物排放总量",
    ]  # fmt: skip
    assert _texts(model)[:4] == [
        ["全国", "−10", "%（比2020年）"],
        ["京津冀及周边地区", "−20", "%（比2020年）"],
        ["汾渭平原", "−15", "%（比2020年）"],
        ["北京市", "不超过32", "微克/立方米"],
    ]


def test_several_periods_have_a_column():
    rows = [dict(row, series="level") for row in forms_test.PM25[1:3]]
    chart = replace(PLAN, series=(replace(PLAN.series[0], name="level"),))
    model = _table_lines.model(rows, chart, Context(REGISTRY, "en"))
    assert model.headers == ("Area", "Value", "Unit", "Time")
    assert [line[-1] for line in _texts(model)] == ["2019", "2020"]


def test_numbers_stand_on_their_decimal_point():
    rows = [
        {**forms_test._seen("forest_cover", value, ref_area=area, measure="share"), "series": "named"}
        for area, value in (("110000", 8), ("120000", 22.49), ("130000", 104.5))
    ]
    spec = replace(ZONES.series[0], indicators=("forest_cover",), measures=("share",))
    chart = replace(ZONES, series=(spec,), options={})
    figure = table.draw_table(rows, chart=chart, context=Context(REGISTRY))
    with theme.settings():
        from qingshan.charts.frame import Sheet

        sheet = Sheet.of(Context(REGISTRY))
        points = []
        for row in rows:
            text = next(one for one in figure.findobj(Text) if one.get_gid() == f"label-{row['observation_id']}")
            fraction = text.get_text()[len(text.get_text().partition(".")[0]) :]
            assert text.get_ha() == "right"
            whole = sheet.measure(text.get_text(), text.get_size()) - sheet.measure(fraction, text.get_size())
            wide = sheet.measure(text.get_text(), text.get_size())
            points.append(text.get_position()[0] * sheet.width - wide + whole)
    assert max(points) - min(points) < 0.6


def test_the_rules_are_three_and_none_is_upright():
    figure = _draw(ZONES, forms_test.ZONES)
    rules = [one for one in figure.findobj(Line2D) if one.get_visible()]
    assert [one.get_linewidth() for one in rules] == [table.HEAVY, table.LIGHT, table.HEAVY]
    assert all(len(set(one.get_ydata())) == 1 for one in rules)


def test_bars_are_as_long_as_their_values_in_every_column():
    figure = _draw(ZONES, forms_test.ZONES)
    lengths = {}
    for row in forms_test.ZONES:
        group = next(one for one in figure.findobj(Group) if one.get_gid() == row["observation_id"])
        lengths[row["observation_id"]] = [one.get_width() for one in group.get_children()[1:]]
    per_unit = {round(length[0] / row["obs_value"], 6) for row in forms_test.ZONES
                if (length := lengths[row["observation_id"]])}  # fmt: skip
    assert len(per_unit) == 1
    bare = [row["indicator"] for row in forms_test.ZONES if not lengths[row["observation_id"]]]
    assert bare == ["eco_civilization_zones", "eco_zones_and_bases"]  # nought, and what stands across the columns


def test_bars_of_about_are_hollow_and_the_foot_says_so():
    figure = _draw(ZONES, forms_test.ZONES)
    from matplotlib.colors import to_hex

    about = next(row for row in forms_test.ZONES if row["qualifier"] == "about")
    group = next(one for one in figure.findobj(Group) if one.get_gid() == about["observation_id"])
    assert to_hex(group.get_children()[1].get_facecolor()) == theme.PAPER
    assert any(one.get_text().startswith("空心条") for one in figure.findobj(Text))


def test_the_unit_stands_at_the_top_right_on_screen_and_in_print():
    from qingshan.charts import profiles

    for profile in profiles.PROFILES:
        figure = _draw(ZONES, forms_test.ZONES, profile=profile)
        (unit,) = [one for one in figure.findobj(Text) if one.get_text() == "单位：个"]
        assert unit.get_ha() == "right"


def test_targets_have_the_colour_of_targets():
    figure = _draw(PLAN, forms_test.PLAN)
    labels = [one for one in figure.findobj(Text) if str(one.get_gid()).startswith("label-")]
    assert len(labels) == len(forms_test.PLAN)
    assert {one.get_color() for one in labels} == {theme.TARGET}
