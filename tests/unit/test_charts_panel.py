"""The panel of numbers: what stands on each card, how many stand side by side, and what a gap looks like."""

from __future__ import annotations

from pathlib import Path

import pytest
import test_charts_forms as forms_test
from hypothesis import given
from hypothesis import strategies as st

from qingshan.charts import frame, numerals, picking, profiles, save, theme
from qingshan.charts.forms import Context, _panel_cards, form_of, panel
from qingshan.charts.groups import Group
from qingshan.charts.picking import Gap
from qingshan.model import StageError
from qingshan.registry import load_registry

REGISTRY = load_registry(Path(__file__).resolve().parents[2] / "data" / "registry")
PANELS = ["blue_sky_works", "water_soil_works", "waste_pollutants", "carbon_market"]


def _figure(rows, language="zh", *, gaps=(), readings=None, **other):
    context = Context(REGISTRY, language, gaps=tuple(gaps), readings=readings or {}, **other)
    return panel.draw_panel(rows, context=context), context


def _cards(figure):
    """Return gid -> the texts of each card, in drawing order."""
    return {one.get_gid(): [text.get_text() for text in one.texts] for one in figure.findobj(Group) if one.texts}


def _row(indicator="voc_problems_fixed", value=85000, unit="item", **other):
    return forms_test._counted(indicator, value, unit, **other)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("10.3亿千瓦", ("", "10.3", "亿千瓦")),
        ("1.6万余个", ("", "1.6", "万余个")),
        ("近3000万户", ("近", "3000", "万户")),
        ("−25%", ("", "−25", "%")),
        ("下降超10%", ("下降超", "10", "%")),
        ("down over 10%", ("down over", "10", "%")),
        ("about 2 million households", ("about", "2", "million households")),
        ("9亿~16亿吨", ("", "9亿~16", "亿吨")),
        ("1,200–1,500", ("", "1,200–1,500", "")),
        ("约四分之一", ("", "约四分之一", "")),
    ],
)
def test_a_value_is_split_into_words_numeral_and_unit(text, parts):
    assert _panel_cards.split_value(text) == parts


@given(st.from_regex(r"(约|超|over |)[+−]?[1-9][0-9]{0,3}(\.[0-9])?(亿吨|%| million tonnes|)", fullmatch=True))
def test_no_character_of_a_value_is_lost(text):
    assert "".join(_panel_cards.split_value(text)).replace(" ", "") == text.replace(" ", "")


def test_a_card_holds_qualifier_numeral_unit_name_and_date():
    row = _row("rural_clean_heating_households", 3e7, "household", qualifier="nearly")
    figure, _ = _figure([row, _row()], readings={row["observation_id"]: "3000万户"}, width_cm=15.0)
    texts = _cards(figure)[f"label-{row['observation_id']}"]
    assert texts[:3] == ["近", "3000", "万户"]
    assert "".join(texts[3:-1]) == "农村煤改气、煤改电户数"
    assert texts[-1] == "截至2023年12月31日"


@pytest.mark.parametrize(
    ("period", "basis", "said"),
    [
        ("2023-12-31", "as_published", "as of 2023-12-31"),
        ("2023-12-31", "stated", "as of 2023-12-31"),
        ("2023", "stated", "2023"),
        ("2021/2022", "stated", "2021 to 2022"),
    ],
)
def test_the_date_of_a_card(period, basis, said):
    row = _row(time_period=period, time_basis=basis)
    figure, _ = _figure([row], "en")
    assert _cards(figure)[f"label-{row['observation_id']}"][-1] == said


def _shapes(figure, row):
    return next(one for one in figure.findobj(Group) if one.get_gid() == row["observation_id"]).get_children()


def _colour(value):
    from matplotlib.colors import to_hex

    return to_hex(value)


@pytest.mark.parametrize(
    ("other", "inside", "hatch"),
    [({}, panel.COLOUR, None), ({"qualifier": "over"}, theme.PAPER, None), ({"obs_status": "U"}, theme.PAPER, "////")],
)
def test_the_edge_says_how_sure_a_value_is(other, inside, hatch):
    row = _row(**other)
    figure, _ = _figure([row])
    edge = _shapes(figure, row)[1]
    assert (_colour(edge.get_facecolor()), _colour(edge.get_edgecolor()), edge.get_hatch()) == (
        inside, panel.COLOUR, hatch,
    )  # fmt: skip


def test_a_target_never_looks_like_a_result():
    target = _row("model_beautiful_villages", 1500, measure="target", time_period="2021/2025", time_basis="stated")
    figure, _ = _figure([target, _row()])
    shapes = _shapes(figure, target)
    assert [_colour(one.get_edgecolor()) for one in shapes] == [theme.TARGET]  # a frame and no edge of results
    assert shapes[0].get_linestyle() != "-"
    group = next(one for one in figure.findobj(Group) if one.get_gid() == f"label-{target['observation_id']}")
    assert group.texts[-1].get_text() == "目标，2021年至2025年"
    assert {text.get_color() for text in group.texts} == {theme.TARGET, theme.INK}


@pytest.mark.parametrize(("value", "is_up"), [(12.5, True), (-12.5, False)])
def test_a_change_points_its_way(value, is_up):
    row = forms_test._seen("urban_sewage_capacity", value, measure="change", base_period="2020")
    figure, _ = _figure([row])
    corners = _shapes(figure, row)[-1].get_xy()
    tip, foot = corners[2][1], corners[0][1]
    assert bool(tip < foot) is is_up  # y is downwards


def test_the_bar_of_a_share_is_as_long_as_the_share():
    row = forms_test._seen("carbon_market_coverage_share", 45, measure="share")
    figure, _ = _figure([row])
    track, bar = _shapes(figure, row)[-2:]
    assert bar.get_width() == pytest.approx(track.get_width() * 0.45)


@pytest.mark.parametrize(
    ("reason", "said"),
    [("lost", "来源缺失"), ("cut", "来源残缺，数字不完整"), ("waiting", "待判定"), ("unnamed", "来源残缺，所指不明")],
)
def test_what_was_lost_or_waits_has_an_empty_card_with_its_reason(reason, said):
    chart = forms_test.CHARTS["carbon_market"]
    gap = Gap("carbon_market_volume_so_far", "CN", "", reason)
    figure, _ = _figure_of(chart, forms_test.MARKET, [gap])
    texts = _cards(figure)[None]
    assert texts[0] == _panel_cards.DASH
    assert "".join(texts[1:-1]) == "全国碳市场配额累计成交量"
    assert texts[-1] == said


@pytest.mark.parametrize("reason", ["unstated", "unused"])
def test_what_no_source_mentions_has_no_card(reason):
    chart = forms_test.CHARTS["carbon_market"]
    figure, _ = _figure_of(chart, forms_test.MARKET, [Gap("carbon_market_volume_so_far", "CN", "", reason)])
    assert None not in _cards(figure)


def _figure_of(chart, rows, gaps, **other):
    form = form_of(chart.form)
    picked = picking.pick(rows, chart, REGISTRY, form)
    context = Context(REGISTRY, gaps=tuple(gaps), **other)
    return form.draw(picked.rows, chart=chart, context=context), picked


def test_a_gap_stands_where_its_value_would():
    chart = forms_test.CHARTS["blue_sky_works"]
    figure, _ = _figure_of(chart, forms_test.SKY, [Gap("old_vehicles_retired", "CN", "", "lost")])
    gids = [one.get_gid() for one in figure.findobj(Group) if one.texts]
    assert gids.index(None) == list(chart.series[0].indicators).index("old_vehicles_retired")


@pytest.mark.parametrize(
    ("width", "sizes", "count"),
    [(24.0, [6], 3), (24.0, [7], 4), (24.0, [3, 4, 4], 4), (24.0, [1], 1), (15.0, [5], 3), (8.0, [7], 2)],
)
def test_the_grid_follows_the_width(width, sizes, count):
    with theme.settings():
        sheet = frame.Sheet.of(Context(REGISTRY, profile=profiles.WEB, width_cm=width))
    assert _panel_cards.columns(sheet, sizes) == count


@pytest.mark.parametrize("name", PANELS)
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("profile", profiles.PROFILES, ids=lambda one: one.name)
@pytest.mark.parametrize("width", [8.0, 15.0, 24.0])
def test_the_texts_of_a_card_stay_in_its_frame(name, language, profile, width):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = forms_test._draw(name, forms_test._context(language, profile=profile, width_cm=width))
    with theme.settings():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        groups = figure.findobj(Group)
        shapes, texts = [one for one in groups if not one.texts], [one for one in groups if one.texts]
        assert len(shapes) == len(texts) > 2
        for shape, group in zip(shapes, texts, strict=True):
            box = shape.get_children()[0].get_window_extent(renderer)
            for text in group.texts:
                own = text.get_window_extent(renderer)
                assert box.x0 <= own.x0 < own.x1 <= box.x1, text.get_text()
                assert box.y0 <= own.y0 < own.y1 <= box.y1, text.get_text()


def test_a_number_and_its_unit_are_checked_as_one():
    row = _row("coal_power_ultra_low_capacity", 1.03e9, "kilowatt", measure="level")
    figure, context = _figure([row], readings={row["observation_id"]: "10.3亿千瓦"})
    known = numerals.sourced([row], context)
    numerals.check_figure(figure, known)
    group = next(one for one in figure.findobj(Group) if one.texts)
    group.texts[1].set_text("万千瓦")  # the numeral of another number
    with pytest.raises(StageError, match=r"10\.3"):
        numerals.check_figure(figure, known)


def test_both_groups_of_a_card_lead_to_its_observation():
    row = _row()
    svg = save.render_svg(_figure([row])[0], "x").decode()
    assert svg.count(f'data-observation="{row["observation_id"]}"') == 2


def test_one_number_is_no_panel():
    assert form_of("panel").least == 2
