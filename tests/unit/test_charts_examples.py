"""Made-up tables for the forms that no declared chart needs; holds no tests itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import test_charts_support as support

from qingshan.charts.declared import ChartSpec, SeriesSpec
from qingshan.model import OBSERVATIONS
from qingshan.registry import load_registry

_REGISTRY = load_registry(Path(__file__).resolve().parents[2] / "data" / "registry")
GRADES = {"grade_one": "Ⅰ—Ⅱ类", "grade_three": "Ⅲ类", "grade_four": "Ⅳ类", "grade_five": "Ⅴ类", "grade_worse": "劣Ⅴ类"}
_ENGLISH = ("Grades I–II", "Grade III", "Grade IV", "Grade V", "worse than Grade V")
_SHARE = _REGISTRY.indicators["surface_water_good_share"]
REGISTRY = replace(
    _REGISTRY,
    indicators={
        **_REGISTRY.indicators,
        **{
            name: replace(_SHARE, indicator_id=name, label={"zh": zh, "en": en}, aliases=(zh,))
            for (name, zh), en in zip(GRADES.items(), _ENGLISH, strict=True)
        },
    },
)


def seen(indicator, value, **other):
    spread = {"obs_value_low": value - 0.05, "obs_value_high": value + 0.05}
    return OBSERVATIONS.row(support.observation(indicator, value, **{**spread, **other}))


_YEARS = {
    "2016": 67.8,
    "2017": 67.9,
    "2018": 71.0,
    "2019": 74.9,
    "2020": 83.4,
    "2021": 84.9,
    "2022": 87.9,
    "2023": 89.4,
}
_RISES = {"2018": 4.6, "2019": 5.5, "2020": 11.3, "2022": 3.5, "2023": 1.7}
COLUMNS = [
    seen(
        "surface_water_good_share", value, time_period=year, measure="share", obs_status="U" if year == "2018" else "A",
        scope="sections-1940" if year < "2021" else "sections-3641", qualifier="about" if year == "2017" else "exact",
    )
    for year, value in _YEARS.items()
] + [
    seen(
        "surface_water_good_share", value, time_period=year, base_period=str(int(year) - 1), measure="change",
        scope="sections-1940" if year < "2021" else "sections-3641",
    )
    for year, value in _RISES.items()
]  # fmt: skip
_PARTS = {
    "2021": (46.0, 38.9, 11.8, 2.1, 1.2),
    "2022": (50.1, 37.8, 9.7, 1.7, 0.7),
    "2023": (51.4, 38.0, 8.4, 1.5, 0.7),
}
STACKED = [
    seen(name, value, time_period=year, measure="share", scope="sections-3641")
    for year, listed in _PARTS.items()
    for name, value in zip(GRADES, listed, strict=True)
]
ROWS = {"example_columns": COLUMNS, "example_stacked": STACKED}
CHARTS = {
    "example_columns": ChartSpec(
        "example_columns", "columns", "pollution", {"zh": "地表水优良断面比例", "en": "Good surface water sections"},
        (
            SeriesSpec("value", ("surface_water_good_share",), ("share",), periods=tuple(_YEARS)),
            SeriesSpec("change", ("surface_water_good_share",), ("change",)),
        ),
    ),
    "example_stacked": ChartSpec(
        "example_stacked", "stacked", "pollution", {"zh": "地表水水质类别", "en": "Grades of surface water"},
        (SeriesSpec("share", tuple(GRADES), ("share",)),), options={"classes": "water"},
    ),
}  # fmt: skip
