"""Every form and every declared chart, in both languages and profiles and many widths: what a picture must never do."""

from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
import test_charts_examples as examples
import test_charts_support as support

from qingshan.charts import declared, forms, make, numerals, picking, profiles, save, theme
from qingshan.charts.forms import Context
from qingshan.model import OBSERVATIONS, StageError
from qingshan.registry import load_registry

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = examples.REGISTRY
DECLARED = declared.load_charts(ROOT / "data" / "registry", load_registry(ROOT / "data" / "registry"))
CHARTS = {**DECLARED, **examples.CHARTS}  # forms that no declared chart needs are drawn of made-up rows
TARGETS = ("pm25_annual_mean", "microgram_per_cubic_metre")


def _seen(indicator, value, **other):
    spread = {"obs_value_low": value - 0.5, "obs_value_high": value + 0.5}
    return OBSERVATIONS.row(support.observation(indicator, value, **{**spread, **other}))


def _pm25(value, year, *, scope="", measure="level", **other):
    other = {"unit_measure": "microgram_per_cubic_metre", "source_id": "series", **other}
    return _seen("pm25_annual_mean", value, time_period=year, scope=scope, measure=measure, **other)


PM25 = [
    _pm25(72, "2013", scope="cities-74;gas-standard"),
    _pm25(36, "2019", scope="cities-337;gas-actual"),
    _pm25(33, "2020", scope="cities-337;gas-actual"),
    _pm25(30, "2021", scope="cities-339;gas-actual"),
    _pm25(29, "2022", scope="cities-339;gas-actual", qualifier="about"),
    _pm25(30, "2023", scope="cities-339;gas-actual", obs_status="U"),
    _pm25(35, "2020", source_id="plan", obs_status="E"),
    _pm25(67.5, "2013", source_id="report"),
    _pm25(-10, "2025", base_period="2020", measure="target_change", source_id="plan", unit_measure="percent"),
    _pm25(28, "2027", measure="target", source_id="plan", qualifier="at_most"),
    _pm25(25, "2035", measure="target", source_id="plan", qualifier="at_most"),
    _seen("pm25_who_interim_target_1", 35, time_period="2021", ref_area="WORLD", source_id="who",
          unit_measure="microgram_per_cubic_metre"),
]  # fmt: skip
CHANGES = [
    _seen(name, float(value), time_period="2022", base_period="2013", measure="change")
    for name, value in zip(CHARTS["decoupling"].indicators, range(-96, 170, 21), strict=False)
]


def _counted(indicator, value, unit, **other):
    return _seen(indicator, value, unit_measure=unit, **{"measure": "count", "time_basis": "as_published",
                                                         "time_period": "2023-12-31", **other})  # fmt: skip


PLAN = [
    *(
        _pm25(value, "2025", ref_area=area, base_period="2020", measure="target_change", unit_measure="percent",
              source_id="plan")
        for area, value in (("CN", -10), ("QS-JJJ-ZB", -20), ("QS-FW", -15))
    ),
    _pm25(32, "2025", ref_area="110000", measure="target", qualifier="at_most", source_id="plan"),
    _seen("heavy_pollution_days_share", 1, time_period="2025", measure="target", qualifier="at_most", source_id="plan"),
    *(
        _seen(name, -10, time_period="2025", base_period="2020", measure="target_change", qualifier="at_least",
              source_id="plan")
        for name in ("nox_emissions", "voc_emissions")
    ),
]  # fmt: skip
SKY = [
    _counted("coal_power_ultra_low_capacity", 1.03e9, "kilowatt", measure="level"),
    _counted("steel_ultra_low_capacity", 4.2e8, "tonne", measure="level", time_basis="stated"),
    _counted("steel_key_works_capacity", 4e8, "tonne", measure="level", obs_status="U"),
    _counted("rural_clean_heating_households", 3e7, "household", qualifier="nearly"),
    _counted("loose_coal_households", 2e6, "household", qualifier="about", time_period="2023", time_basis="stated"),
    _counted("voc_problems_fixed", 85000, "item"),
]
WATER = [
    _seen("surface_water_good_share", 89.4, measure="share", scope="sections-3641", source_id="series"),
    _seen("surface_water_worse_than_v_share", 0.7, measure="share", scope="sections-3641", source_id="series"),
    _counted("industrial_parks_sewage", 1200, "enterprise"),
    _counted("villages_renovated", 16000, "item", qualifier="over"),
    _counted("model_beautiful_villages", 1500, "item", measure="target", qualifier="about", time_period="2021/2025"),
    _seen("urban_sewage_capacity", -12.5, measure="change", base_period="2020"),
]
WASTE = [
    _counted("waste_free_provinces", 15, "item"),
    _counted("chemicals_surveyed", 4000, "species", qualifier="over"),
    _counted("new_pollutants_controlled", 14, "kind"),
]
MARKET = [
    _counted("carbon_market_key_emitters", 2257, "enterprise", time_period="2021/2022", time_basis="stated"),
    _counted("carbon_market_covered_emissions", 5e9, "tonne", measure="level", qualifier="over"),
    _counted("carbon_market_compliance_rate", 99, "percent", measure="share", qualifier="over"),
]
ZONES = [
    *(_counted("eco_civilization_zones", value, "item", ref_area=area)
      for area, value in (("120000", 4), ("370000", 25), ("420000", 126), ("640000", 0))),
    *(_counted("two_mountains_bases", value, "item", ref_area=area, qualifier="about")
      for area, value in (("150000", 5), ("370000", 9))),
    _counted("eco_zones_and_bases", 14, "item", ref_area="130000", time_period="2022", time_basis="stated"),
]  # fmt: skip


def _share(indicator, value, **other):
    return _seen(
        indicator, value, **{"time_period": "2023-12-31", "measure": "share", "time_basis": "as_published", **other}
    )


RENEWABLES = [
    _seen("renewable_capacity", 1.213e9, time_period="2022-12-31", unit_measure="kilowatt"),
    _share("renewable_capacity_share", 47.3, time_period="2022-12-31"),
    _share("nonfossil_share", 17.5, time_period="2022-12-31", time_basis="stated"),
    _share("nonfossil_share", 20, time_period="2025", measure="target", qualifier="about", time_basis="stated"),
]
_OPEN = {"obs_value_high": float("inf"), "qualifier": "over"}
STEEL = [
    _seen("steel_capacity_retired", 3e8, time_period="2023-12-31", unit_measure="tonne", obs_status="U"),
    _seen("steel_ultra_low_capacity", 4.2e8, time_period="2023-12-31", unit_measure="tonne"),
    _seen("steel_key_works_capacity", 4e8, time_period="2023-12-31", unit_measure="tonne", **_OPEN),
]
_INVENTORY = {"2003": 18.21, "2008": 20.36, "2013": 21.63, "2018": 22.96}
FOREST = [
    *(_share("forest_cover", value, time_period=year, scope="forest-inventory", time_basis="stated")
      for year, value in _INVENTORY.items()),
    _share("forest_cover", 23.04, time_period="2020", scope="forest-plan-base", time_basis="stated"),
    _share("forest_cover", 24.02, time_period="2021", scope="forest-land-survey", time_basis="stated"),
    _share("forest_cover", 24.1, time_period="2025", measure="target", scope="forest-plan-base", time_basis="stated"),
    _share("forest_cover", 24.1, time_period="2025", measure="target", time_basis="stated", source_id="report"),
    _share("forest_cover", 8, time_period="1949", qualifier="about", time_basis="stated"),
]  # fmt: skip
PROTECTED = [
    _share("land_red_line_share", 30, obs_value_low=30, **_OPEN),
    _share("protected_area_land_share", 18, qualifier="about", obs_status="E"),
    _share("protected_ecosystem_types_share", 90, obs_value_low=80, obs_value_high=95),
    _share("wetland_protection_rate", 55, time_period="2025", measure="target", time_basis="stated"),
    _share("strictly_protected_land_share", 22.49, ref_area="320000"),
    _share("important_species_protected_share", 85, ref_area="530000", obs_status="U"),
    _share("typical_ecosystems_protected_share", 100, ref_area="530000"),
]
# rows for every declared chart: a new chart is added here
CASES = {
    "pm25": PM25,
    "decoupling": CHANGES,
    "plan_targets": PLAN,
    "blue_sky_works": SKY,
    "water_soil_works": WATER,
    "waste_pollutants": WASTE,
    "carbon_market": MARKET,
    "zones_bases": ZONES,
    "renewables": RENEWABLES,
    "steel": STEEL,
    "forest": FOREST,
    "protected": PROTECTED,
    **examples.ROWS,
}
ALL = pytest.mark.parametrize("name", list(CHARTS))
BOTH = pytest.mark.parametrize("language", ["zh", "en"])


def _context(language="zh", **other):
    named = {
        key: ("测试署 · Test office", f"测试{key} · Test {key}") for key in ("src-a", "series", "plan", "report", "who")
    }
    edition = {"zh": "测试版2023", "en": "Test edition 2023"}
    return Context(REGISTRY, language, **{"sources": named, "edition": edition, "demonstration": True, **other})


def _picked(name):
    return picking.pick(CASES[name], CHARTS[name], REGISTRY, forms.form_of(CHARTS[name].form))


def _draw(name, context):
    picked = _picked(name)
    missing = {language: picking.sentences(picked.gaps, REGISTRY, language) for language in ("zh", "en")}
    form = forms.form_of(CHARTS[name].form)
    # what the sources do not give is taken for lost: forms that keep its place free must find room for it
    gaps = tuple(replace(one, reason="lost") for one in picked.gaps)
    context = replace(context, missing=missing, others=picked.others, gaps=gaps)
    return form.draw(picked.rows, chart=CHARTS[name], context=context)


def overlaps(figure):
    """Return pairs of texts that meet, and texts that leave the sheet."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    with theme.settings():
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        renderer = canvas.get_renderer()
        texts = [one for one in figure.findobj(Text) if one.get_visible() and one.get_text().strip()]
        boxes = [(one.get_text(), one.get_window_extent(renderer)) for one in texts]
    sheet = figure.bbox
    found = [
        (text, "leaves the sheet")
        for text, box in boxes
        if box.x0 < sheet.x0 - 1 or box.x1 > sheet.x1 + 1 or box.y0 < sheet.y0 - 1 or box.y1 > sheet.y1 + 1
    ]
    shrunk = [(text, box.shrunk(0.98, 0.8)) for text, box in boxes]
    return found + [(one, other) for (one, a), (other, b) in combinations(shrunk, 2) if a.overlaps(b)]


def test_every_declared_chart_has_rows_here_and_every_form_a_chart():
    assert CASES.keys() == CHARTS.keys()
    assert {chart.form for chart in CHARTS.values()} == set(forms.names())
    # an example only stands in for a form that no declared chart needs
    assert not {chart.form for chart in examples.CHARTS.values()} & {chart.form for chart in DECLARED.values()}


@ALL
@BOTH
@pytest.mark.parametrize("profile", profiles.PROFILES, ids=lambda one: one.name)
@pytest.mark.parametrize("width", [8.0, 11.0, 15.0, 24.0, 40.0])
def test_no_text_meets_another_or_leaves_the_sheet(name, language, profile, width):
    assert overlaps(_draw(name, _context(language, profile=profile, width_cm=width))) == []


def test_the_search_for_overlaps_finds_one():
    figure = _draw("pm25", _context())
    figure.text(0.5, 0.5, "one")
    figure.text(0.5, 0.5, "two")
    figure.text(0.99, 0.5, "outside")
    assert overlaps(figure) == [("outside", "leaves the sheet"), ("one", "two")]


@ALL
@BOTH
def test_every_numeral_has_a_source(name, language):
    picked = _picked(name)
    context = _context(language, others=picked.others)
    numerals.check_figure(_draw(name, context), numerals.sourced(picked.rows, context, CHARTS[name]))


@ALL
def test_every_observation_of_the_card_has_its_mark_and_every_computed_mark_its_lineage(name):
    picked = _picked(name)
    made = make.make(CHARTS[name], picked, _context(), edition="2023", number=3)
    card = json.loads(made.files[f"{name}.card.json"])
    lineage = json.loads(made.files[f"{name}.lineage.json"])
    assert sorted(card["observations"]) == lineage["observations"]
    assert card["number"] == 3
    known = {row["observation_id"] for row in CASES[name]}
    for language in ("zh", "en"):
        for profile in ("", ".print"):
            svg = made.files[f"{name}.{language}{profile}.svg"].decode()
            ids = re.findall(r' id="([^"]+)"', svg)
            assert len(ids) == len(set(ids))
            assert set(card["observations"]) <= set(ids)
            marks = {one for one in ids if one.startswith("calc-")}
            assert marks == lineage["computed"].keys()
            shapes = [one for one in ids if not re.fullmatch(r"(label-)?[0-9a-f]{12}|calc-.*", one)]
            assert all(one.startswith(f"{name}-") for one in shapes)
            assert set(re.findall(r'(?:href="#|url\(#)([^")]+)', svg)) == set(shapes)
    assert all(set(made_of) <= known for made_of in lineage["computed"].values())
    pictures = {file for file in made.files if file.endswith((".svg", ".png"))}
    assert lineage["sha256"].keys() == pictures
    assert len(pictures) == 8


def _contrast(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def _lightness(colour):
    return 116 * (1.05 / _contrast(colour) - 0.05) ** (1 / 3) - 16


def test_declared_colours_have_contrast_on_paper():
    assert min(_contrast(colour) for colour in theme.TEXT_COLOURS) >= 4.5
    assert min(_contrast(colour) for colour in theme.MARK_COLOURS) >= 3
    assert max(_contrast(theme.GRID), _contrast(theme.TRACK)) < 2  # they stay behind
    assert min(_contrast(colour) / _contrast(theme.TRACK) for colour in theme.TEXT_COLOURS) >= 4.5
    assert min(_contrast(colour) / _contrast(theme.TRACK) for colour in (*theme.SERIES, theme.TARGET)) >= 3


@ALL
@pytest.mark.parametrize("profile", profiles.PROFILES, ids=lambda one: one.name)
def test_what_is_drawn_uses_those_colours_only(name, profile):
    from matplotlib.colors import to_hex
    from matplotlib.text import Text

    figure = _draw(name, _context(profile=profile))
    texts = {to_hex(one.get_color()) for one in figure.findobj(Text) if one.get_text().strip()}
    assert texts <= set(theme.TEXT_COLOURS)
    svg = save.render_svg(figure).decode()
    used = set(re.findall(r'(?:fill|stroke)(?:: ?|=")(#[0-9a-f]{6})', svg))
    classes = theme.CLASSES.get(CHARTS[name].options.get("classes", ""), ())
    official = {colour for colour, _ in classes}
    assert used <= {*theme.TEXT_COLOURS, *theme.MARK_COLOURS, theme.PAPER, theme.GRID, theme.TRACK, *official}
    assert official <= used


@pytest.mark.parametrize("together", [tuple(theme.GROUP_COLOURS.values()), theme.SERIES], ids=["groups", "series"])
def test_colours_that_stand_together_differ_in_grey(together):
    assert min(abs(_lightness(a) - _lightness(b)) for a, b in combinations(together, 2)) >= 9


# Machado, Oliveira and Fernandes (2009), severity 1: what is seen, in linear RGB
BLIND = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
}
_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))


def _times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def _seen_as(colour, sight):
    """Return a colour as CIELAB (D65) of what one with that sight sees."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    xyz = _times(_XYZ, [min(1.0, max(0.0, c)) for c in _times(BLIND[sight], linear)])
    x, y, z = (
        t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116
        for t in (v / white for v, white in zip(xyz, (0.95047, 1.0, 1.08883), strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _apart(one, other, sight):
    return math.dist(_seen_as(one, sight), _seen_as(other, sight))


@pytest.mark.parametrize("sight", BLIND)
@pytest.mark.parametrize(
    "together", [tuple(theme.GROUP_COLOURS.values()), (*theme.SERIES, theme.TARGET)], ids=["groups", "series"]
)
def test_colours_that_stand_together_differ_for_every_sight(together, sight):
    """A difference of 10 in CIELAB is seen at a glance; series also have labels, targets shapes of their own."""
    nearest = min((_apart(a, b, sight), a, b) for a, b in combinations((*together, theme.PAPER), 2))
    assert nearest[0] >= 10, nearest


def test_the_simulation_tells_red_and_green_apart_only_in_full_sight():
    assert _apart("#ff0000", "#00ff00", "full") > 150
    assert _apart("#c04040", "#707000", "deuteranopia") < 0.4 * _apart("#c04040", "#707000", "full")


@pytest.mark.parametrize("classes", theme.CLASSES)
def test_official_classes_differ_by_pattern_and_edge_and_not_by_colour_alone(classes):
    patterns = [pattern for _, pattern in theme.CLASSES[classes]]
    assert len(set(patterns)) == len(patterns)
    assert {theme.class_face(index, classes)["edgecolor"] for index in range(len(patterns))} == {theme.INK}


def test_a_missing_glyph_is_an_error():
    named = {"src-a": ("\U0001f9ff", "x")}
    with pytest.raises(StageError, match="missing from font"):
        save.render_png(_draw("decoupling", _context(sources=named)), 72)


SCRIPT = """
import hashlib, sys
sys.path.insert(0, sys.argv[1])
import test_charts_forms as here
from qingshan.charts import make
for name in here.CHARTS:
    made = make.make(here.CHARTS[name], here._picked(name), here._context(), edition="2023", number=1)
    for file, data in made.files.items():
        print(file, hashlib.sha256(data).hexdigest())
"""


def test_the_bytes_are_the_same_in_any_surroundings(tmp_path):
    surroundings = [
        {"TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
        {"TZ": "America/New_York", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "77", "PYTHONUTF8": "1"},
    ]
    said = []
    for index, own in enumerate(surroundings):
        folder = tmp_path / str(index)
        folder.mkdir()
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(Path(__file__).parent)], cwd=folder, env={**os.environ, **own},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        said.append(done.stdout.splitlines())
    assert len(said[0]) == 11 * len(CHARTS)
    assert said[0] == said[1]
