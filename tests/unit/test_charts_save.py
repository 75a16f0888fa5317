"""SVG bytes, lineage, and the refusal of numerals without a source."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import xml.etree.ElementTree as ET

import matplotlib
import pytest
import test_charts_support as support

from qingshan import charts
from qingshan.charts import card, numerals, save, selection, theme
from qingshan.charts.forms import changes
from qingshan.model import InputError, StageError

REGISTRY = support.registry()
CHART = support.decoupling()
ROWS = selection.changes_rows(support.twelve(), REGISTRY)


def _draw(language="zh", title=""):
    figure = changes.draw_changes(ROWS, chart=CHART, context=support.context(language))
    if title:
        figure.texts[1].set_text(title)
    return figure


def _check(figure, language="zh", **other):
    numerals.check_figure(figure, numerals.sourced(ROWS, support.context(language, **other), CHART))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_generated_texts_hold_sourced_numerals_only(language):
    _check(_draw(language), language)


@pytest.mark.parametrize(
    ("title", "numeral"),
    [
        ("污染下降61%", "61"),
        ("GDP grew by 1,006%", "1,006"),
        ("增长一倍多", "一"),
        ("下降６１％", "６１"),
        ("Down by ½", "½"),
        ("①民用汽车", "①"),
        ("PM10 fell", "10"),
        ("rose 50%", "50"),  # a tick label, but no value
        ("since 2012", "2012"),
    ],
)
def test_a_numeral_without_source_is_refused(title, numeral):
    with pytest.raises(StageError) as error:
        _check(_draw(title=title))
    assert repr(numeral) in str(error.value)
    assert repr(title) in str(error.value)


@pytest.mark.parametrize("title", ["PM2.5年均浓度下降60%", "2013至2022", "no numerals", "下降92.0%"])
def test_a_sourced_numeral_is_allowed(title):
    _check(_draw(title=title))


def test_a_name_broken_over_lines_is_still_a_name():
    named = {"sources": {"src-a": ("测试署", "很长的题目" * 9 + "2047")}, "width_cm": 8}
    _check(changes.draw_changes(ROWS, chart=CHART, context=support.context("en", **named)), "en", **named)


def test_svg_is_inert_and_carries_the_ids():
    data = save.render_svg(_draw())
    root = ET.fromstring(data)
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "defs", "style", "g", "path", "use", "clipPath", "rect"}
    ids = {element.get("id") for element in root.iter()}
    assert {row["observation_id"] for row in support.twelve()} <= ids
    for element in root.iter():
        for name, value in element.attrib.items():
            assert not name.rpartition("}")[2].startswith("on")
            if name.endswith("href"):
                assert value.startswith("#")
    assert b"matplotlib.org" not in data
    assert b"site-packages" not in data
    assert b"<!--" not in data


def test_same_rows_same_bytes_and_no_setting_left_behind():
    before = dict(matplotlib.rcParams)
    first = save.render_svg(_draw())
    assert dict(matplotlib.rcParams) == before
    with matplotlib.rc_context({"font.size": 30, "svg.hashsalt": "other", "axes.grid": True, "lines.linewidth": 9}):
        assert save.render_svg(_draw()) == first


def test_fonts_are_the_shipped_ones():
    from matplotlib import font_manager

    with theme.settings():
        found = [font_manager.findfont(name) for name in (theme.CHINESE_FONT, theme.OTHER_FONT)]
    assert [str(path).rpartition("/")[2] for path in found] == ["NotoSansSC-Regular.ttf", "DejaVuSans.ttf"]


def test_a_missing_glyph_is_an_error():
    with pytest.raises(StageError, match="missing from font"):
        save.render_svg(_draw(title="\U0001f9ff grew"))


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("压力上升，污染下降", 4, ["压力上", "升，污染", "下降"]),
        ("rose by 25% while", 8, ["rose by", "25%", "while"]),
        ("上升25%至165%", 4, ["上升", "25%至", "165%"]),
        ("unbreakableword", 4, ["unbreakableword"]),
        ("", 4, []),
    ],
)
def test_wrap(text, width, lines):
    assert theme.wrap(text, width, len).split("\n") == (lines or [""])


def test_data_csv_holds_the_rows_in_order():
    rows = selection.changes_rows(support.twelve(), REGISTRY)
    read = list(csv.DictReader(io.StringIO(save.data_csv(rows, REGISTRY))))
    assert [row["observation_id"] for row in read] == [row["observation_id"] for row in rows]
    assert read[0]["obs_value"] == "165"
    assert read[0]["label_en"] == "Civil vehicles"


def test_build_writes_charts_lineage_data_and_alt(tmp_path):
    workspace = support.write_workspace(tmp_path, support.pairs())
    folder = workspace.work("2023", "charts")
    folder.mkdir(parents=True)
    (folder / "old.svg").write_text("old")
    made = charts.build(workspace, "2023", width_cm=20)
    assert [(one.name, one.language, one.observations) for one in made] == [
        ("decoupling", "zh", 12), ("decoupling", "en", 12),
    ]  # fmt: skip
    pictures = [f"decoupling.{language}{profile}.{kind}" for language in ("en", "zh") for profile in ("", ".print")
                for kind in ("png", "svg")]  # fmt: skip
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [*pictures, "decoupling.card.json", "decoupling.csv", "decoupling.lineage.json", "summary.json"]
    )
    lineage = json.loads((folder / "decoupling.lineage.json").read_text())
    assert len(lineage["observations"]) == 12
    assert lineage["sha256"]["decoupling.en.svg"] == hashlib.sha256(made[1].path.read_bytes()).hexdigest()
    summary = json.loads((folder / "summary.json").read_text())
    assert summary == {"not_drawn": {}, "text": "1 chart in 2 languages, 12 observations"}
    assert lineage["sha256"].keys() == set(pictures)
    words = card.from_json(json.loads((folder / "decoupling.card.json").read_text()))
    assert (words.number, words.form, words.section) == (1, "changes", "transition")
    assert words.finding["zh"].startswith("压力指标上升")
    assert set(words.observations) == set(lineage["observations"])


@pytest.mark.parametrize("first", [12, 11])
def test_build_with_less_than_two_changes_says_so(tmp_path, first):
    workspace = support.write_workspace(tmp_path, support.pairs()[first:])
    assert charts.build(workspace, "2023") == []
    folder = workspace.work("2023", "charts")
    assert [path.name for path in folder.iterdir()] == ["summary.json"]
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["text"].startswith("no chart")
    assert "not in the source" in summary["not_drawn"]["decoupling"]


def test_internal_sources_are_not_drawn(tmp_path):
    internal = support.source("src-a", access="internal")
    workspace = support.write_workspace(tmp_path, support.pairs(), sources=(internal, support.source("src-b")))
    assert charts.build(workspace, "2023") == []


def test_a_missing_table_is_named(tmp_path):
    workspace = support.write_workspace(tmp_path, support.pairs())
    workspace.work("2023", "curate", "observations.csv").unlink()
    with pytest.raises(InputError, match=r"2023/curate/observations\.csv: found no such file"):
        charts.build(workspace, "2023")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1.2345", "1.23"), ("-0.001", "0"), ("12", "12"), ("12.10", "12.1"), ("1e-05", "0"), ("100.0", "100"),
    ],
)  # fmt: skip
def test_coordinates_are_kept_to_a_hundredth_of_a_point(written, kept):
    assert save._rounded(written, 1, 2) == kept


def test_a_path_loses_its_digits_and_spaces_and_keeps_its_numbers_apart():
    svg = '<path d="M 1.2345 -2.5 \nL 3 4.999 \nz\n"/><g transform="translate(1.23456 -7.8) scale(0.1 -0.1)"/>'
    assert save._short(svg) == '<path d="M1.23 -2.5L3 5z"/><g transform="translate(1.23 -7.8) scale(0.1 -0.1)"/>'
    letter = '<path id="Font-1" d="M 1779 -83 \nQ 1338 -83 1008 185 \nz\n" transform="scale(0.015625)"/>'
    assert save._short(letter) == '<path id="Font-1" d="M111 -5Q84 -5 63 12z" transform="scale(0.25)"/>'


def test_a_letter_without_an_outline_keeps_its_id():
    space = '<path id="Font-20" transform="scale(0.015625)"/>'
    assert save._short(space) == space


def test_rounding_moves_nothing_a_tenth_of_a_pixel(monkeypatch):
    def numbers(svg):
        return [float(one) for path in re.findall(r' d="([^"]*)"(?! transform)', svg)
                for one in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", path)]  # fmt: skip

    figure = _draw()
    short = save.render_svg(figure).decode()
    monkeypatch.setattr(save, "_short", lambda svg: svg)
    long = save.render_svg(figure).decode()
    assert len(short) < 0.8 * len(long)
    pairs = list(zip(numbers(short), numbers(long), strict=True))
    assert len(pairs) > 50
    assert max(abs(one - other) for one, other in pairs) <= 0.075
