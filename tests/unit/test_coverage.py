"""Coverage of the official indicators: one reason for each gap, and no value without an observation."""

from __future__ import annotations

import dataclasses
import json

import pytest
import test_charts_support as support
from hypothesis import given
from hypothesis import strategies as st

from qingshan import coverage, stages
from qingshan.coverage import COVERAGE, OFFICIAL_IDS, REASONS, STATUSES, cover
from qingshan.model import CURATED, LOST, OBSERVATIONS
from qingshan.store import read_table

WATER = "good_water_share"


def _registry():
    """Return the chart tests' registry with two official indicators of 22."""
    plain = support.registry()
    official = {"pm25_annual_mean": "BC01", WATER: "BC04"}
    return dataclasses.replace(
        plain,
        indicators={
            name: dataclasses.replace(indicator, official_id=official.get(name, ""))
            for name, indicator in plain.indicators.items()
        },
    )


REGISTRY = _registry()


def _seen(indicator=WATER, **other):
    return OBSERVATIONS.row(support.observation(indicator, 89.4, **{"measure": "share", **other}))


def _figure(status, indicator=WATER):
    made = support.figure_and_observation("比例89%", "89%", 89.0, indicator, unit="percent", kind="share")
    return {**support.curated_rows([made])[0], "status": status, "observation_id": "", "decision_id": ""}


def _lost(subject="地表水优良断面比例"):
    return {
        "source_id": "src-a",
        "position": 41,
        "subject": subject,
        "region": "全国",
        "period": "2023",
        "quote": "比例為",
    }


CHANGE = {"measure": "change", "time_period": "2022", "base_period": "2013"}
TARGET = {"measure": "target", "time_period": "2025"}


def _of(official_id, observations=(), curated=(), lost=(), year=2023):
    rows = cover(REGISTRY, list(observations), list(curated), list(lost), year=year)
    return next(row for row in rows if row["official_id"] == official_id)


@pytest.mark.parametrize(
    ("observations", "curated", "lost", "status", "reason"),
    [
        ([_seen()], [], [], "value", "observed"),
        ([_seen(time_period="2021")], [], [], "value", "observed"),
        ([_seen(time_period="2023-12-31", time_basis="as_published")], [], [], "value", "observed"),
        ([_seen(), _seen(**CHANGE)], [], [_lost()], "value", "observed"),
        ([], [], [_lost()], "mentioned but lost", "lost"),
        ([_seen(**CHANGE)], [], [_lost()], "mentioned but lost", "lost"),
        ([_seen(**CHANGE)], [], [], "change only", "change"),
        ([_seen(measure="change", time_period="2013/2022", base_period="2013")], [], [], "change only", "change"),
        ([_seen(time_period="2020-12-31")], [], [], "proxy", "earlier"),
        ([_seen(ref_area="640000")], [], [], "proxy", "other_area"),
        ([_seen(**TARGET)], [], [], "absent", "target"),
        ([_seen(**{**TARGET, "time_period": "2023"})], [], [], "absent", "target"),
        ([_seen(**TARGET)], [_figure("undecided")], [], "absent", "waiting"),
        ([_seen(time_period="2024")], [], [], "absent", "unmentioned"),
        ([], [_figure("undecided")], [], "absent", "waiting"),
        ([], [_figure("rejected")], [], "absent", "rejected"),
        ([], [_figure("undecided", "forest_cover")], [], "absent", "unmentioned"),
        ([], [], [_lost("近岸海域优良断面比例")], "absent", "unmentioned"),
        ([_seen("pm25_annual_mean")], [], [], "absent", "unmentioned"),
    ],
)
def test_each_gap_has_its_reason(observations, curated, lost, status, reason):
    row = _of("BC04", observations, curated, lost)
    assert (row["status"], row["reason"]) == (status, reason)
    assert (row["reason_zh"], row["reason_en"]) == REASONS[reason]


def test_a_value_names_its_observation_and_the_last_year_counts():
    old, new, other = _seen(time_period="2022"), _seen(), _seen(source_id="src-b")
    row = _of("BC04", [old, new, other])
    assert row["observation_ids"] == f"{new['observation_id']};{other['observation_id']}"
    assert row["time_period"] == "2023"


def test_a_lost_value_is_named_by_its_place_and_a_waiting_figure_by_its_id():
    figure = _figure("undecided")
    row = _of("BC04", [_seen(**CHANGE)], [figure], [_lost()])
    assert row["lost"] == "src-a@41"
    assert row["waiting"] == figure["figure_id"]
    assert row["observation_ids"]


def test_all_official_indicators_have_a_row_in_official_order():
    rows = cover(REGISTRY, [], [], [], year=2023)
    assert tuple(row["official_id"] for row in rows) == OFFICIAL_IDS
    assert (len(rows), OFFICIAL_IDS[0], OFFICIAL_IDS[-1]) == (22, "BC01", "BC22")
    assert sum(row["reason"] == "unregistered" for row in rows) == 20
    assert [row["label_en"] for row in rows if row["indicator"] == WATER] == ["Share of good surface water sections"]


MEASURES = st.sampled_from(["level", "count", "share", "change", "target", "target_change"])
OBSERVED = st.builds(
    lambda indicator, measure, year, area: _seen(indicator, measure=measure, time_period=year, ref_area=area),
    st.sampled_from([WATER, "pm25_annual_mean", "forest_cover"]),
    MEASURES,
    st.sampled_from(["2013", "2022", "2023-12-31", "2013/2023", "2030"]),
    st.sampled_from(["CN", "640000"]),
)


@given(
    st.lists(OBSERVED, max_size=6),
    st.lists(st.builds(_figure, st.sampled_from(["undecided", "rejected"])), max_size=2),
    st.lists(st.builds(_lost), max_size=2),
)
def test_no_row_claims_more_than_the_tables_hold(observations, curated, lost):
    by_id = {row["observation_id"]: row for row in observations}
    for row in cover(REGISTRY, observations, curated, lost, year=2023):
        assert row["status"] in STATUSES
        assert row["reason"] in REASONS
        named = [by_id[key] for key in row["observation_ids"].split(";") if key]
        assert {seen["indicator"] for seen in named} <= {row["indicator"]}
        if row["status"] == "value":
            assert named
            assert all(seen["ref_area"] == "CN" for seen in named)
            assert all(seen["measure"] in ("level", "count", "share") for seen in named)
        if row["status"] in ("change only", "proxy"):
            assert named
        assert (row["status"] == "mentioned but lost") <= bool(row["lost"])


def test_it_is_written_beside_the_report_only(tmp_path):
    workspace = support.write_workspace(tmp_path, support.pairs())
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    path = coverage.write(workspace, "2023")
    assert {one for one in tmp_path.rglob("*") if one.is_file()} - before == {path}
    assert path.parent == workspace.report("2023").parent
    assert [row["official_id"] for row in read_table(path, COVERAGE)] == list(OFFICIAL_IDS)
    assert coverage.build(workspace, "2023") == read_table(path, COVERAGE)


def _decision(number, figure, indicator):
    return {
        "id": f"d-{number:04}", "action": "accept", "source_id": figure["source_id"], "text": figure["text"],
        "prefix": figure["prefix"][-8:], "suffix": figure["suffix"][:8], "indicator": indicator, "period": "2023",
        "reason": "The year is not stated beside it.", "by": "demo", "decided_on": "2024-03-02",
    }  # fmt: skip


@pytest.fixture(scope="module")
def real(real_report, tmp_path_factory):
    """The real report read, extracted and curated, with a person's word on two figures whose year it does not state."""
    from qingshan.register import NewSource, add_source, init_workspace

    workspace = init_workspace(tmp_path_factory.mktemp("coverage") / "ws")
    new = NewSource(
        "2023", "real-2023", "美丽中国在行动2023", "scraped copy", year="2023", area="全国", as_of="2023-12-31"
    )
    add_source(workspace, real_report, new)
    stages.read(workspace, "2023")
    figures = {(row["text"], row["unit"]): row for row in stages.extract(workspace, "2023").to_dict("records")}
    decisions = [
        _decision(1, figures["18%", "%"], "protected_area_land_share"),
        _decision(2, figures["24.02%", "%"], "forest_cover"),
    ]
    path = workspace.decisions_file("2023")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(decisions, ensure_ascii=False), encoding="utf-8")
    stages.curate(workspace, "2023")
    return workspace


@pytest.mark.parametrize(
    ("official_id", "status"),
    [
        ("BC01", "value"),
        ("BC04", "mentioned but lost"),
        ("BC05", "change only"),
        ("BC12", "value"),
        ("BC15", "value"),
        ("BC02", "absent"),
    ],
)
def test_the_real_report(real, official_id, status):
    row = next(row for row in coverage.build(real, "2023") if row["official_id"] == official_id)
    assert row["status"] == status
    known = {row["observation_id"] for row in read_table(real.work("2023", "curate", "observations.csv"), OBSERVATIONS)}
    assert {key for key in row["observation_ids"].split(";") if key} <= known
    if status == "mentioned but lost":
        places = {
            f"{row['source_id']}@{row['position']}"
            for row in read_table(real.work("2023", "extract", "lost.csv"), LOST)
        }
        assert set(row["lost"].split(";")) <= places


def test_what_waits_in_the_real_report_stands_in_its_tables(real):
    known = {row["figure_id"]: row for row in read_table(real.work("2023", "curate", "curated.csv"), CURATED)}
    waiting = [key for row in coverage.build(real, "2023") for key in row["waiting"].split(";") if key]
    assert waiting
    assert {known[key]["status"] for key in waiting} == {"undecided"}
