"""What each of the twelve charts finds in the demonstration edition, and which values the source lost.

The rows are written by hand from the report's clean text (`demo/clean.txt`) and the registered tables. A value that a
lost line took stands here as lost, cut or without its subject: a chart names it as missing and never guesses it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from qingshan import stages, store
from qingshan.model import CURATED, LOST, OBSERVATIONS, Workspace

ROOT = Path(__file__).resolve().parents[1]
REPORT, SERIES, TARGETS, WHO = "qs-demo-2023", "national-series", "targets", "who-guideline"
END = "2023-12-31"  # the day to which the report dates what it gives no period

# chart -> indicator, reference area, period, measure, scope, source, value, unit, qualifier
ROWS = {
    1: [
        ("car_ownership", "CN", "2013/2022", "change", "", REPORT, 165, "percent", "exact"),
        ("gdp", "CN", "2013/2022", "change", "", REPORT, 106, "percent", "exact"),
        ("crude_steel_output", "CN", "2013/2022", "change", "", REPORT, 25, "percent", "exact"),
        ("energy_consumption", "CN", "2013/2022", "change", "", REPORT, 29, "percent", "exact"),
        ("water_use", "CN", "2013/2022", "change", "", REPORT, -3, "percent", "exact"),
        ("energy_intensity", "CN", "2013/2022", "change", "", REPORT, -25, "percent", "exact"),
        ("carbon_intensity", "CN", "2013/2022", "change", "", REPORT, -23, "percent", "exact"),
        ("surface_water_good_share", "CN", "2013/2022", "change", "", REPORT, 23, "percent", "exact"),
        ("heavy_pollution_days_share", "CN", "2013/2022", "change", "", REPORT, -90, "percent", "exact"),
        ("surface_water_worse_than_v_share", "CN", "2013/2022", "change", "", REPORT, -92, "percent", "exact"),
        ("so2_annual_mean", "CN", "2013/2022", "change", "", REPORT, -78, "percent", "exact"),
        ("pm25_annual_mean", "CN", "2013/2022", "change", "", REPORT, -60, "percent", "exact"),
    ],
    2: [
        ("pm25_annual_mean", "CN", "2013", "level", "", REPORT, 67.5, "microgram_per_cubic_metre", "exact"),
        ("pm25_annual_mean", "CN", "2022", "level", "", REPORT, 29, "microgram_per_cubic_metre", "exact"),
        ("pm25_annual_mean", "CN", "2023", "level", "", REPORT, 30, "microgram_per_cubic_metre", "exact"),
        ("pm25_annual_mean", "CN", "2013", "level", "cities-74;gas-standard", SERIES, 72,
         "microgram_per_cubic_metre", "exact"),
        ("pm25_annual_mean", "CN", "2019", "level", "cities-337;gas-actual", SERIES, 36,
         "microgram_per_cubic_metre", "exact"),
        ("pm25_annual_mean", "CN", "2020", "level", "cities-337;gas-actual", SERIES, 33,
         "microgram_per_cubic_metre", "exact"),
        ("pm25_annual_mean", "CN", "2021", "level", "cities-339;gas-actual", SERIES, 30,
         "microgram_per_cubic_metre", "exact"),
        ("pm25_annual_mean", "CN", "2022", "level", "cities-339;gas-actual", SERIES, 29,
         "microgram_per_cubic_metre", "exact"),
        ("pm25_annual_mean", "CN", "2023", "level", "cities-339;gas-actual", SERIES, 30,
         "microgram_per_cubic_metre", "exact"),
        ("pm25_annual_mean", "CN", "2020", "level", "", TARGETS, 35, "microgram_per_cubic_metre", "exact"),
        ("pm25_annual_mean", "CN", "2025", "target_change", "", REPORT, -10, "percent", "exact"),
        ("pm25_annual_mean", "CN", "2027", "target", "", REPORT, 28, "microgram_per_cubic_metre", "at_most"),
        ("pm25_annual_mean", "CN", "2027", "target", "", TARGETS, 28, "microgram_per_cubic_metre", "at_most"),
        ("pm25_annual_mean", "CN", "2035", "target", "", REPORT, 25, "microgram_per_cubic_metre", "at_most"),
        ("pm25_annual_mean", "CN", "2035", "target", "", TARGETS, 25, "microgram_per_cubic_metre", "at_most"),
        ("pm25_who_interim_target_1", "WORLD", "2021", "level", "", WHO, 35, "microgram_per_cubic_metre", "exact"),
    ],
    3: [
        ("pm25_annual_mean", "CN", "2025", "target_change", "", REPORT, -10, "percent", "exact"),
        ("pm25_annual_mean", "QS-JJJ-ZB", "2025", "target_change", "", REPORT, -20, "percent", "exact"),
        ("pm25_annual_mean", "QS-FW", "2025", "target_change", "", REPORT, -15, "percent", "exact"),
        ("pm25_annual_mean", "110000", "2025", "target", "", REPORT, 32, "microgram_per_cubic_metre", "at_most"),
        ("heavy_pollution_days_share", "CN", "2025", "target", "", REPORT, 1, "percent", "at_most"),
        ("nox_emissions", "CN", "2025", "target_change", "", TARGETS, -10, "percent", "at_least"),
        ("voc_emissions", "CN", "2025", "target_change", "", TARGETS, -10, "percent", "at_least"),
    ],
    4: [
        ("renewable_capacity", "CN", "2022-12-31", "level", "", REPORT, 1_213_000_000, "kilowatt", "exact"),
        ("renewable_capacity_share", "CN", "2022-12-31", "share", "", REPORT, 47.3, "percent", "exact"),
        ("nonfossil_share", "CN", "2022-12-31", "share", "", REPORT, 17.5, "percent", "exact"),
        ("nonfossil_share", "CN", "2025", "target", "", REPORT, 20, "percent", "about"),
        ("nonfossil_share", "CN", "2025", "target", "", TARGETS, 20, "percent", "about"),
    ],
    5: [
        ("steel_capacity_retired", "CN", END, "level", "", REPORT, 300_000_000, "tonne", "exact"),
        ("steel_ultra_low_capacity", "CN", END, "level", "", REPORT, 420_000_000, "tonne", "exact"),
        ("steel_key_works_capacity", "CN", END, "level", "", REPORT, 400_000_000, "tonne", "exact"),
    ],
    6: [
        ("coal_power_ultra_low_capacity", "CN", END, "level", "", REPORT, 1_030_000_000, "kilowatt", "exact"),
        ("steel_ultra_low_capacity", "CN", END, "level", "", REPORT, 420_000_000, "tonne", "exact"),
        ("steel_key_works_capacity", "CN", END, "level", "", REPORT, 400_000_000, "tonne", "exact"),
        ("rural_clean_heating_households", "CN", END, "count", "", REPORT, 30_000_000, "household", "nearly"),
        ("loose_coal_households", "CN", "2023", "count", "", REPORT, 2_000_000, "household", "about"),
        ("voc_problems_fixed", "CN", END, "count", "", REPORT, 85_000, "item", "exact"),
    ],
    7: [
        ("industrial_parks_sewage", "CN", END, "count", "", REPORT, 1200, "enterprise", "exact"),
        ("rivers_bays_model_cases", "CN", "2023", "count", "", REPORT, 50, "item", "exact"),
        ("villages_renovated", "CN", END, "count", "", REPORT, 16_000, "item", "over"),
        ("rural_black_water_treated", "CN", END, "count", "", REPORT, 800, "item", "over"),
        ("model_beautiful_villages", "CN", "2021/2025", "target", "", REPORT, 1500, "item", "about"),
        ("surface_water_good_share", "CN", "2023", "share", "sections-3641", SERIES, 89.4, "percent", "exact"),
        ("surface_water_worse_than_v_share", "CN", "2023", "share", "sections-3641", SERIES, 0.7, "percent", "exact"),
        ("coastal_water_good_share", "CN", "2023", "share", "coastal-area", SERIES, 85, "percent", "exact"),
    ],
    8: [
        ("waste_free_provinces", "CN", END, "count", "", REPORT, 15, "item", "exact"),
        ("chemicals_survey_industries", "CN", END, "count", "", REPORT, 122, "item", "exact"),
        ("chemicals_surveyed", "CN", END, "count", "", REPORT, 4000, "species", "over"),
        ("new_pollutants_controlled", "CN", END, "count", "", REPORT, 14, "kind", "exact"),
        ("new_pollutants_phased_out", "CN", END, "count", "", REPORT, 8, "kind", "exact"),
    ],
    9: [
        ("forest_cover", "CN", "1949", "share", "", REPORT, 8, "percent", "about"),
        ("forest_cover", "CN", "2003", "share", "forest-inventory", SERIES, 18.21, "percent", "exact"),
        ("forest_cover", "CN", "2008", "share", "forest-inventory", SERIES, 20.36, "percent", "exact"),
        ("forest_cover", "CN", "2013", "share", "forest-inventory", SERIES, 21.63, "percent", "exact"),
        ("forest_cover", "CN", "2018", "share", "forest-inventory", SERIES, 22.96, "percent", "exact"),
        ("forest_cover", "CN", "2020", "share", "forest-plan-base", SERIES, 23.04, "percent", "exact"),
        ("forest_cover", "CN", "2021", "share", "forest-land-survey", SERIES, 24.02, "percent", "exact"),
        ("forest_cover", "CN", "2021", "share", "", REPORT, 24.02, "percent", "exact"),
        ("forest_cover", "CN", "2025", "target", "", REPORT, 24.1, "percent", "exact"),
        ("forest_cover", "CN", "2025", "target", "forest-plan-base", TARGETS, 24.1, "percent", "exact"),
    ],
    10: [
        ("land_red_line_share", "CN", END, "share", "", REPORT, 30, "percent", "over"),
        ("marine_red_line_area", "CN", END, "level", "", REPORT, 150_000, "square_kilometre", "at_least"),
        ("protected_area_land_share", "CN", END, "share", "", REPORT, 18, "percent", "about"),
        ("protected_ecosystem_types_share", "CN", END, "share", "", REPORT, 90, "percent", "exact"),
        ("protected_wild_populations_share", "CN", END, "share", "", REPORT, 74, "percent", "exact"),
        ("wetland_protection_rate", "CN", "2025", "target", "", TARGETS, 55, "percent", "exact"),
        ("strictly_protected_land_share", "320000", END, "share", "", REPORT, 22.49, "percent", "exact"),
        ("typical_ecosystems_protected_share", "530000", END, "share", "", REPORT, 90, "percent", "exact"),
        ("important_species_protected_share", "530000", END, "share", "", REPORT, 85, "percent", "exact"),
    ],
    11: [
        ("carbon_market_coverage_share", "CN", END, "share", "", REPORT, 45, "percent", "exact"),
        ("carbon_market_key_emitters", "CN", "2021/2022", "count", "", REPORT, 2257, "enterprise", "exact"),
        ("carbon_market_covered_emissions", "CN", "2021/2022", "level", "", REPORT, 5_000_000_000, "tonne", "over"),
        ("carbon_market_compliance_rate", "CN", "2021/2022", "share", "", REPORT, 99, "percent", "over"),
        ("climate_finance_pilots", "CN", END, "count", "", REPORT, 23, "item", "exact"),
    ],
    12: [
        ("eco_civilization_zones", "120000", END, "count", "", REPORT, 4, "item", "exact"),
        ("eco_civilization_zones", "370000", END, "count", "", REPORT, 25, "item", "exact"),
        ("eco_civilization_zones", "420000", END, "count", "", REPORT, 26, "item", "exact"),
        ("eco_civilization_zones", "530000", END, "count", "", REPORT, 15, "item", "exact"),
        ("two_mountains_bases", "370000", END, "count", "", REPORT, 9, "item", "exact"),
        ("two_mountains_bases", "420000", END, "count", "", REPORT, 7, "item", "exact"),
        ("two_mountains_bases", "530000", END, "count", "", REPORT, 7, "item", "exact"),
        ("two_mountains_bases", "640000", END, "count", "", REPORT, 5, "item", "exact"),
        ("eco_zones_and_bases", "130000", "2022", "count", "", REPORT, 14, "item", "exact"),
        ("eco_zones_and_bases_new", "130000", "2022", "count", "", REPORT, 5, "item", "exact"),
        ("eco_zones_and_bases_new", "QS-XPCC", "2022", "count", "", REPORT, 4, "item", "exact"),
        ("eco_civilization_counties", "140000", END, "count", "", REPORT, 10, "county", "exact"),
        ("provincial_eco_zones", "140000", END, "count", "", REPORT, 12, "item", "exact"),
        ("provincial_eco_zones_prefectures", "540000", END, "count", "", REPORT, 5, "item", "exact"),
        ("provincial_eco_zones_counties", "540000", END, "count", "", REPORT, 9, "item", "exact"),
    ],
}  # fmt: skip

# what the report announces and a lost line took: chart, indicator, subject, region, period
LOST_VALUES = (
    (7, "surface_water_good_share", "地表水优良水质断面比例", "全国", "2023"),
    (7, "coastal_water_good_share", "近岸海域水质优良（一、二类）面积比例", "全国", "2023"),
    (10, "wetland_protection_rate", "湿地保护率", "全国", "2025"),
    (11, "carbon_market_volume_so_far", "碳排放配额的累计成交量", "全国", "2023-06-30"),
    (0, "good_air_days_share", "地级及以上城市空气质量优良天数比例", "全国", "2023"),
)
# numbers that lost their unit, their subject or their region: chart, the indicators it may not have from the report
# (all of them, or of one area), the number as it stands
WAITING = (
    (3, ("nox_emissions", "voc_emissions"), "10%"),  # one number of two substances
    (4, ("hydro_capacity", "wind_capacity", "solar_capacity"), "3"),
    (6, ("old_vehicles_retired",), "3000萬輛"),
    (7, ("township_water_source_zones",), "1.9"),
    (7, ("urban_sewage_capacity",), "一倍"),
    (7, ("soil_monitoring_sites",), "8"),
    (8, ("waste_free_projects",), "3200餘個"),
    (8, ("waste_free_investment",), "1萬億元"),
)


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Workspace:
    """The demonstration edition after its third stage, in a workspace of its own."""
    made = Workspace(tmp_path_factory.mktemp("demonstration"))
    for folder in ("raw", "registry", "decisions"):
        shutil.copytree(ROOT / "data" / folder, made.root / "data" / folder)
    stages.read(made, "2023")
    stages.extract(made, "2023")
    stages.curate(made, "2023")
    return made


@pytest.fixture(scope="module")
def observations(edition):
    return store.read_table(edition.work("2023", "curate", "observations.csv"), OBSERVATIONS)


@pytest.fixture(scope="module")
def curated(edition):
    return store.read_table(edition.work("2023", "curate", "curated.csv"), CURATED)


@pytest.fixture(scope="module")
def lost(edition):
    return store.read_table(edition.work("2023", "extract", "lost.csv"), LOST)


def test_the_twelve_are_twelve():
    assert sorted(ROWS) == list(range(1, 13))
    assert len({row[0] for row in ROWS[1]}) == 12
    assert all(len(row) == 9 for rows in ROWS.values() for row in rows)


@pytest.mark.parametrize("chart", ROWS)
def test_a_chart_finds_what_it_draws(chart, observations):
    key = ("indicator", "ref_area", "time_period", "measure", "scope", "source_id")
    held = {tuple(o[name] for name in key): (o["obs_value"], o["unit_measure"], o["qualifier"]) for o in observations}
    assert len(held) == len(observations)  # the key tells all observations of the demonstration apart
    assert {row[:6]: held.get(row[:6]) for row in ROWS[chart]} == {row[:6]: row[6:] for row in ROWS[chart]}


def test_the_provinces_have_no_other_count_of_zones_or_bases(observations):
    counted = {row[0] for row in ROWS[12]}
    held = {(o["indicator"], o["ref_area"]) for o in observations if o["indicator"] in counted}
    assert held == {row[:2] for row in ROWS[12]}


def test_counts_without_a_period_are_as_published(observations):
    dated = {(o["time_period"], o["time_basis"]) for o in observations if o["indicator"] in {r[0] for r in ROWS[12]}}
    assert dated == {(END, "as_published"), ("2022", "stated")}


@pytest.mark.parametrize(("chart", "indicator", "subject", "region", "period"), LOST_VALUES)
def test_what_the_source_lost_is_listed_and_not_published(
    chart, indicator, subject, region, period, lost, observations
):
    assert (subject, region, period) in {(row["subject"], row["region"], row["period"]) for row in lost}
    measure = "target" if indicator == "wetland_protection_rate" else None
    said = [
        o["quote"]
        for o in observations
        if (o["source_id"], o["indicator"], o["time_period"]) == (REPORT, indicator, period)
        and measure in (None, o["measure"])
    ]
    assert not said


def test_no_other_value_is_lost(lost):
    assert sorted(row["subject"] for row in lost) == sorted(subject for _, _, subject, _, _ in LOST_VALUES)


@pytest.mark.parametrize(("chart", "indicators", "text"), WAITING)
def test_a_cut_number_waits_and_no_chart_has_it(chart, indicators, text, curated, observations):
    waiting = [row for row in curated if row["source_id"] == REPORT and row["text"] == text]
    assert "undecided" in {row["status"] for row in waiting}
    assert not [o for o in observations if o["source_id"] == REPORT and o["indicator"] in indicators]


def test_the_zones_whose_region_was_lost_are_nobodys(curated, observations):
    """The paragraph before lost its end, so 全区 is read as Ningxia's; the numbers are another region's."""
    cut = [row for row in curated if "基地3個" in row["quote"] and row["text"] in ("9個", "3個")]
    assert [(row["status"], bool(row["note"])) for row in cut] == [("undecided", True)] * 2
    assert not [o for o in observations if o["ref_area"] == "650000" and "eco" in o["indicator"]]


def test_what_waits_is_little_and_decisions_all_hold(curated, edition):
    curated = [row for row in curated if row["source_id"] in (REPORT, "national-series", "targets", "who-guideline")]
    counts = {status: sum(row["status"] == status for row in curated) for status in ("accepted", "rejected")}
    assert (counts, len(curated)) == ({"accepted": 165, "rejected": 40}, 221)
    stale = edition.work("2023", "curate", "stale_decisions.csv").read_text(encoding="utf-8").splitlines()
    assert len(stale) == 1  # its heading
