"""What the chart of changes shows and says, on twelve rows made for the test."""

from __future__ import annotations

import pytest
import test_charts_support as support

from qingshan.charts import frame, numerals, picking, profiles, save, selection, telling, values
from qingshan.charts.forms import changes
from qingshan.charts.wording import WORDS

REGISTRY = support.registry()
CHART = support.decoupling()


def _draw(rows, language="zh", **other):
    chosen = selection.changes_rows(rows, REGISTRY)
    return changes.draw_changes(chosen, chart=CHART, context=support.context(language, **other))


def _texts(figure):
    return [text.replace("\n", "") for text, _ in numerals.figure_texts(figure)]


def _bars(figure):
    return {patch.get_gid(): patch for patch in figure.axes[0].patches}


def test_every_change_is_a_bar_with_its_id_and_length():
    rows = support.twelve()
    bars = _bars(_draw(rows))
    assert {key: bar.get_width() for key, bar in bars.items()} == {r["observation_id"]: r["obs_value"] for r in rows}


def test_labels_and_values_stand_in_both_languages():
    for language in ("zh", "en"):
        texts = _texts(_draw(support.twelve(), language))
        for row in support.twelve():
            assert any(values.label(row, language, REGISTRY).replace(" ", "") in t.replace(" ", "") for t in texts)
        assert {"+165%", "−60%", "−3%"} <= set(texts)


def test_groups_in_order_and_largest_rise_first():
    rows = selection.changes_rows(support.twelve(), REGISTRY)
    assert [row["indicator"] for row in rows][:5] == ["civil_vehicles", "gdp", "energy_use", "crude_steel", "water_use"]
    assert [row["indicator"] for row in rows][-1] == "worse_than_v"


@pytest.mark.parametrize(
    "other",
    [
        {"measure": "level"},
        {"measure": "target_change"},
        {"base_period": ""},
        {"time_basis": "as_published"},
        {"unit_measure": "percentage_point"},
        {"indicator": "forest_cover"},
        {"indicator": "unknown"},
        {"ref_area": "640000"},
        {"base_period": "2015"},
        {"time_period": "2021"},
    ],
)
def test_anything_but_a_common_relative_change_is_left_out(other):
    fields = {"indicator": "gdp", **other}
    stray = support.change(fields.pop("indicator"), 7.0, **fields)
    rows = selection.changes_rows([*support.twelve(), stray], REGISTRY)
    assert len(rows) == 12
    assert 7.0 not in {row["obs_value"] for row in rows}


def test_an_interval_in_the_period_counts_as_base_and_end():
    rows = support.twelve()
    rows[0] = support.change("civil_vehicles", 165.0, time_period="2013/2022")
    rows[1] = support.change("gdp", 106.0, time_period="2013/2022", base_period="")
    assert len(selection.changes_rows(rows, REGISTRY)) == 12


def test_row_order_does_not_matter():
    rows = support.twelve()
    assert save.render_svg(_draw(rows[::-1])) == save.render_svg(_draw(rows))


def test_title_states_ranges_and_names_the_exception():
    rows = selection.changes_rows(support.twelve(), REGISTRY)
    assert selection.finding(rows, REGISTRY, "zh") == "压力指标上升25%至165%（用水总量除外），污染指标下降60%至92%"
    assert selection.finding(rows, REGISTRY, "en") == (
        "Pressures rose by 25% to 165% (except water use) while pollution fell by 60% to 92%"
    )


def test_title_says_about_when_a_value_is_not_exact():
    rows = [{**row, "qualifier": "over"} if row["indicator"] == "gdp" else row for row in support.twelve()]
    assert "上升约25%至165%" in selection.finding(selection.changes_rows(rows, REGISTRY), REGISTRY, "zh")


def test_title_claims_nothing_that_two_exceptions_contradict():
    rows = [
        {**row, "obs_value": 5.0} if row["indicator"] in ("pm25_annual_mean", "so2_annual_mean") else row
        for row in support.twelve()
    ]
    assert selection.finding(selection.changes_rows(rows, REGISTRY), REGISTRY, "en") == (
        "Pressures rose by 25% to 165% (except water use)"
    )


def test_title_of_an_incomplete_set_speaks_of_what_is_shown():
    rows = [row for row in support.twelve() if row["indicator"] not in ("pm25_annual_mean", "so2_annual_mean")]
    picked = picking.pick(rows, CHART, REGISTRY, changes.FORM)
    known = CHART.indicators
    assert selection.finding(picked.rows, REGISTRY, "zh", known=known) == (
        "压力指标上升25%至165%（用水总量除外），图中污染指标下降90%至92%"
    )
    assert selection.finding(picked.rows, REGISTRY, "en", known=known).endswith(
        "while the pollution shown fell by 90% to 92%"
    )
    missing = picking.sentences(picked.gaps, REGISTRY, "zh")
    assert missing == ("PM₂.₅年均浓度：来源未述。", "二氧化硫年均浓度：来源未述。")
    context = support.context(missing={"zh": missing})
    figure = changes.draw_changes(picked.rows, chart=CHART, context=context)
    assert "未列入：PM₂.₅年均浓度：来源未述；二氧化硫年均浓度：来源未述。" in _texts(figure)
    numerals.check_figure(figure, numerals.sourced(picked.rows, context, CHART))


def test_title_without_a_finding_names_place_and_period():
    rows = [support.change("gdp", 5.0), support.change("pm25_annual_mean", 5.0)]
    assert selection.finding(rows, REGISTRY, "en") == "China: changes from 2013 to 2022"
    assert selection.finding(rows, REGISTRY, "zh") == "全国：2013年至2022年的变化"


def test_two_rows_of_one_indicator_are_told_apart():
    rows = [*support.twelve(), support.change("gdp", 107.0, source_id="src-b")]
    names = selection.labels(selection.changes_rows(rows, REGISTRY), REGISTRY, "zh")
    assert {name for name in names.values() if name.startswith("国内生产总值")} == {
        "国内生产总值 (src-a)", "国内生产总值 (src-b)",
    }  # fmt: skip


def test_what_is_not_exact_is_hollow_and_explained():
    rows = [{**row, "qualifier": "over"} if row["indicator"] == "gdp" else row for row in support.twelve()]
    figure = _draw(rows)
    hollow = {key for key, bar in _bars(figure).items() if bar.get_facecolor()[:3] == (1.0, 1.0, 1.0)}
    assert hollow == {row["observation_id"] for row in rows if row["indicator"] == "gdp"}
    assert WORDS["zh"]["hollow"] in _texts(figure)
    assert WORDS["zh"]["hollow"] not in _texts(_draw(support.twelve()))


def test_marks():
    assert any("送审稿" in text for text in _texts(_draw(support.twelve())))
    assert not any("示范" in text for text in _texts(_draw(support.twelve())))
    assert any("not an official source" in text for text in _texts(_draw(support.twelve(), "en", demonstration=True)))
    assert not any("送审稿" in text for text in _texts(_draw(support.twelve(), for_review=False)))
    signed = _texts(_draw(support.twelve(), "en", demonstration=True, for_review=False))
    assert [text for text in signed if "For review" in text or "not an official source" in text] == [
        "Demonstration text, not an official source"
    ]


@pytest.mark.parametrize(
    ("title", "zh", "en"),
    [
        ("公报2023", "来源：署《公报2023》", "Source: 署, 公报2023"),
        ("《公报2023》", "来源：署《公报2023》", "Source: 署, 《公报2023》"),
        ("a\u202eb", "来源：署《a[U+202E]b》", "Source: 署, a[U+202E]b"),
    ],
)
def test_source_line(title, zh, en):
    lines = [selection.source_line(support.twelve(), {"src-a": ("署", title)}, language) for language in ("zh", "en")]
    assert lines == [zh, en]
    assert selection.source_line(support.twelve(), {}, "zh") == ""


@pytest.mark.parametrize(
    ("numbers", "ticks"),
    [
        ([165.0, -92.0], [-50, 0, 50, 100, 150]),
        ([3.0, 5.0], [0, 1, 2, 3, 4, 5]),
        ([-7.5, -1.0], [-6, -4, -2, 0]),
        ([0.4], [0]),
        ([1200.0, -90.0], [0, 500, 1000]),
    ],
)
def test_ticks_are_round_and_few(numbers, ticks):
    assert frame.tick_values(numbers) == ticks


def test_alt_text_names_every_value():
    rows = selection.changes_rows(support.twelve(), REGISTRY)
    text = telling.words(rows, CHART, support.context("en"), changes.FORM).alt
    assert text.startswith("Horizontal bar chart: Pressures rose by 25% to 165%")
    for value in ("Civil vehicles: +165%", "Water use: −3%", "Share of sections worse than Grade V: −92%"):
        assert value in text


def test_a_table_without_a_declaration_is_drawn_too():
    import pandas as pd

    figure = changes.draw_changes(pd.DataFrame(support.twelve()[:3]), context=support.context("en"))
    assert len(_bars(figure)) == 3


def test_in_print_the_words_stand_outside_the_picture():
    texts = _texts(_draw(support.twelve(), profile=profiles.PRINT))
    assert "单位：%" in texts
    assert "送审稿" in texts
    assert not [text for text in texts if "来源" in text or "压力指标上升" in text]
