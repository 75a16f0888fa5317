"""Why a value that a chart would show is not there: lost, cut off, without its subject, waiting, or never stated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import test_charts_forms as forms_test

from qingshan.charts import picking
from qingshan.charts.declared import SeriesSpec
from qingshan.charts.forms import form_of
from qingshan.charts.picking import Evidence
from qingshan.registry import load_registry

REGISTRY = load_registry(Path(__file__).resolve().parents[2] / "data" / "registry")


def _curated(**other):
    return {
        "indicator": "", "kind": "count", "status": "undecided", "region": "全国", "period": "", "unit": "个",
        "integrity": "whole", "note": "", "reason": "inexact", "region_basis": "stated", **other,
    }  # fmt: skip


def _gaps(series, *curated):
    chart = replace(forms_test.CHARTS["blue_sky_works"], series=(series,))
    return picking.pick([], chart, REGISTRY, form_of("panel"), Evidence(list(curated), [])).gaps


VEHICLES = SeriesSpec("works", ("old_vehicles_retired",), ("count",))
SEWAGE = SeriesSpec("works", ("urban_sewage_capacity",), ("level", "change"))


@pytest.mark.parametrize(
    ("series", "row", "reason"),
    [
        (VEHICLES, _curated(indicator="old_vehicles_retired"), "waiting"),
        (VEHICLES, _curated(indicator="old_vehicles_retired", status="rejected"), "unused"),
        (VEHICLES, _curated(indicator="old_vehicles_retired", kind="level", unit="", integrity="truncated"), "cut"),
        (VEHICLES, _curated(indicator="gdp", unit="辆", reason="kind", note="所指不明"), "unnamed"),
        (VEHICLES, _curated(unit="辆", reason="unregistered", note="所指不明"), "unnamed"),
        (VEHICLES, _curated(unit="辆", reason="unregistered"), "unstated"),  # nobody said that its subject is lost
        (VEHICLES, _curated(unit="户", reason="unregistered", note="所指不明"), "unstated"),
        (VEHICLES, _curated(unit="辆", reason="unregistered", note="所指不明", status="rejected"), "unstated"),
        (VEHICLES, _curated(unit="辆", reason="kind", note="所指不明", region="北京市"), "unstated"),
        (SEWAGE, _curated(unit="倍", kind="change", integrity="orphan"), "unnamed"),
        (SEWAGE, _curated(unit="倍", kind="change"), "unstated"),
        (VEHICLES, _curated(unit="倍", kind="change", integrity="orphan"), "unstated"),
    ],
)
def test_the_reason(series, row, reason):
    assert [gap.reason for gap in _gaps(series, row)] == [reason]


ZONES = SeriesSpec("named", ("eco_civilization_zones",), ("count",), ("120000", "640000"), quiet=True)


def test_a_quiet_series_names_only_what_was_lost_or_waits():
    row = _curated(indicator="eco_civilization_zones", region="天津市")
    assert [(gap.area, gap.reason) for gap in _gaps(ZONES, row)] == [("120000", "waiting")]
    assert _gaps(ZONES) == ()


def test_a_flagged_value_whose_place_was_only_inherited_is_no_place_s():
    row = _curated(
        indicator="eco_civilization_zones", region="宁夏回族自治区", region_basis="inherited", note="地名不明"
    )
    (gap,) = _gaps(ZONES, row)
    assert (gap.area, gap.reason) == ("", "waiting")
    assert picking.sentences([gap], REGISTRY, "zh") == ("国家生态文明建设示范区，某地（地名缺失）：读到的数值待判定。",)
    stated = {**row, "region_basis": "stated"}
    assert [gap.area for gap in _gaps(ZONES, stated)] == ["640000"]


def test_every_reason_has_its_words():
    from qingshan.charts.wording import WORDS

    assert WORDS["zh"].keys() == WORDS["en"].keys()
    for own in WORDS.values():
        assert own["reasons"].keys() == {"lost", "cut", "unnamed", "waiting", "unused", "unstated"}
        assert own["short_reasons"].keys() == {"lost", "cut", "unnamed", "waiting"}
