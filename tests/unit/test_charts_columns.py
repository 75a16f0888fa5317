"""Columns and stacked columns: breaks, changes, parts that are never scaled, official colours, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
import test_charts_examples as examples
from test_charts_forms import CHARTS, _context, _draw, _picked

from qingshan.charts import telling, theme
from qingshan.charts.forms import columns, form_of, stacked
from qingshan.charts.numerals import figure_texts
from qingshan.model import StageError

COLUMNS, STACKED = "example_columns", "example_stacked"


def _gids(figure):
    return {str(one.get_gid()): one for one in figure.findobj(lambda artist: artist.get_gid() is not None)}


def test_columns_stand_on_zero_and_are_hollow_or_hatched_where_the_value_is():
    gids = _gids(_draw(COLUMNS, _context()))
    by_year = {row["time_period"]: gids[row["observation_id"]] for row in _picked(COLUMNS).rows
               if row["series"] == "value"}  # fmt: skip
    assert {one.get_y() for one in by_year.values()} == {0}
    assert by_year["2023"].get_height() == 89.4
    assert by_year["2017"].get_facecolor() == (1, 1, 1, 1)
    assert by_year["2018"].get_hatch() == theme.HATCH
    assert by_year["2016"].get_hatch() is None


def test_no_change_is_joined_across_a_break_of_scopes():
    lines = [gid for gid in _gids(_draw(COLUMNS, _context())) if gid.startswith("calc-line-")]
    assert sorted(len(gid.split("-")) - 2 for gid in lines) == [2, 3]


def test_a_break_of_scopes_is_a_line_and_told():
    figure = _draw(COLUMNS, _context("en"))
    dashed = [one for axes in figure.axes for one in axes.lines if one.get_linestyle() == "--"]
    assert [list(one.get_xdata()) for one in dashed] == [[2020.5, 2020.5]]
    texts = [text for text, _ in figure_texts(figure)]
    assert "2016 to 2020: network of 1940 state-assessed sections." in texts
    same = [{**row, "scope": "sections-1940"} for row in examples.COLUMNS if row["measure"] == "share"]
    figure = columns.draw_columns(same, context=_context("en"))
    assert not [one for axes in figure.axes for one in axes.lines if one.get_linestyle() == "--"]


def test_without_changes_there_is_no_strip():
    rows = [row for row in examples.COLUMNS if row["measure"] == "share"]
    with_strip, without = (columns.draw_columns(r, chart=CHARTS[COLUMNS], context=_context("en")) for r in
                           (_picked(COLUMNS).rows, [{**row, "series": "value"} for row in rows]))  # fmt: skip
    said = "Change, as the source states it"
    assert said in [text for text, _ in figure_texts(with_strip)]
    assert said not in [text for text, _ in figure_texts(without)]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{"series": "change"}], "no row of the series 'value'"),
        ([{}, {"time_period": "2017", "unit_measure": "tonne"}], "the units percent, tonne"),
        ([{}, {"scope": "sections-972"}], "two columns at 2016"),
    ],
)
def test_what_is_no_column_is_refused(rows, said):
    first = {**examples.COLUMNS[0], "series": "value"}
    with pytest.raises(StageError, match=said):
        columns.draw_columns([{**first, **row} for row in rows], context=_context())


def test_columns_below_zero_hang_from_it():
    rows = [{**row, "obs_value": -row["obs_value"]} for row in examples.COLUMNS if row["time_period"] == "2016"]
    gids = _gids(columns.draw_columns(rows, context=_context()))
    assert gids[rows[0]["observation_id"]].get_height() == -67.8


def test_parts_lie_on_one_another_and_are_never_scaled():
    rows = [row for row in examples.STACKED if row["time_period"] == "2023"][:3]
    figure = stacked.draw_stacked(rows, chart=replace(CHARTS[STACKED], options={}), context=_context())
    gids = _gids(figure)
    patches = [gids[row["observation_id"]] for row in rows]
    assert [one.get_height() for one in patches] == pytest.approx([51.4, 38.0, 8.4])
    assert [one.get_y() for one in patches] == pytest.approx([0, 51.4, 89.4])
    words = telling.words(rows, replace(CHARTS[STACKED], options={}), _context("en"), form_of("stacked"))
    assert "Light grey: what the source does not break down." in words.notes


def test_official_classes_have_their_colours_patterns_and_names():
    rows = _picked(STACKED).rows
    figure = _draw(STACKED, _context())
    gids = _gids(figure)
    hatches = {row["indicator"]: gids[row["observation_id"]].get_hatch() or "" for row in rows}
    assert list(hatches.values()) == [pattern for _, pattern in theme.CLASSES["water"]]
    texts = [text for text, _ in figure_texts(figure)]
    assert set(examples.GRADES.values()) <= set(texts)


def test_every_part_has_its_number():
    gids = _gids(_draw(STACKED, _context("en")))
    assert {f"label-{row['observation_id']}" for row in examples.STACKED} <= gids.keys()


def test_in_a_narrow_picture_a_number_without_room_is_told():
    figure = _draw(STACKED, _context("en", width_cm=8.0))
    gids, texts = _gids(figure), " ".join(text for text, _ in figure_texts(figure))
    for row in examples.STACKED:
        assert f"label-{row['observation_id']}" in gids or f"{row['obs_value']:g}%" in texts


def _spoiled(**other):
    return [{**examples.STACKED[0], **other}, *examples.STACKED[1:5]]


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        (_spoiled(unit_measure="tonne"), {}, "no share in percent"),
        (_spoiled(obs_value=-1.0), {}, "no share in percent"),
        (_spoiled(obs_value=60.0, obs_value_low=59.5), {"classes": "water"}, "at least 113.* percent of their whole"),
        (_spoiled(), {"classes": "sea"}, "no official classes 'sea'; there are: air, water"),
        (_spoiled(), {"classes": "air"}, "5 parts, but 6 classes"),
        (_spoiled(), {}, "5 parts, but 4 colours"),
    ],
)
def test_what_does_not_make_a_whole_is_refused(rows, options, said):
    with pytest.raises(StageError, match=said):
        stacked.draw_stacked(rows, chart=replace(CHARTS[STACKED], options=options), context=_context())
