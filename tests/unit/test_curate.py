import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingshan import cutoff, review, stages, store
from qingshan.curate import RULE, TABLE_RULE, Anchor, Decision, curate, load_decisions
from qingshan.curate.desk import Word
from qingshan.curate.schema import KEY_FIELDS, READING_FIELDS
from qingshan.model import CURATED, OBSERVATIONS, Figure, LostValue, Workspace, observation_id

ROOT = Path(__file__).parents[2]

FIGURE = Figure(
    source_id="a", start=100, end=106, text="24.02%", value=24.02, unit="%", qualifier="exact", kind="share",
    subject="森林覆盖率", region="全国", period="2021", value_low=24.015, value_high=24.025, quote="全国森林覆盖率为24.02%。",
    prefix="全国森林覆盖率为", suffix="。", period_basis="stated", region_basis="stated",
)  # fmt: skip


def decision(number=1, **said):
    """A decision about FIGURE, with fields of the figure among what is said."""
    changes = tuple((name, said.pop(name)) for name in (*KEY_FIELDS, *READING_FIELDS) if name in said)
    fields = {
        "decision_id": f"d-{number:04d}", "action": "accept", "source_id": "a", "text": "24.02%", "prefix": "森林覆盖率为",
        "suffix": "。", "start": 100, "other": None, "expect": (), "reason": "核对", "by": "demo", "reviewed_by": "",
        "decided_on": "2026-11-23", "where": "d.yml:1",
    }  # fmt: skip
    return Decision(**{**fields, "changes": changes, **said})


def _curate(registry, figures, decisions=(), **given):
    as_of = {"a": "2023-12-31", "b": "2023-12-31"}
    return curate(figures, registry, decisions, edition="2023", as_of=as_of, **given)


def _one(registry, figure, decisions=()):
    (row,) = _curate(registry, [figure], decisions).figures
    return row


def _decisions(tmp_path, registry, text):
    path = Path(tmp_path) / "d.yml"
    path.write_text(text, encoding="utf-8")
    return load_decisions(path, registry, ["a"], name="data/decisions/2023.yml")


ACCEPT = """
- {id: d-0001, action: accept, source_id: a, text: 24.02%, prefix: 森林覆盖率为, suffix: 。, reason: 核对, by: demo, decided_on: 2026-11-23}
"""


def test_the_rule_accepts_what_is_whole_exact_and_dated(registry):
    curated = _curate(registry, [FIGURE])
    (row,), (observation,) = curated.figures, curated.observations
    assert (row.status, row.reason, row.decision_id) == ("accepted", "rule", RULE)
    assert (observation.indicator, observation.ref_area, observation.time_period) == ("forest_cover", "CN", "2021")
    assert (observation.obs_value, observation.unit_measure, observation.time_basis) == (24.02, "percent", "stated")
    assert row.observation_id == observation_id("2023", "forest_cover", "CN", "2021", "", "share", "", "a")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"integrity": "truncated"}, "broken"),
        ({"integrity": "orphan"}, "broken"),
        ({"subject": ""}, "unregistered"),
        ({"subject": "满意度"}, "unregistered"),
        ({"subject": "全省森林覆盖率"}, "inexact"),
        ({"unit": "个"}, "unit"),
        ({"kind": "count"}, "kind"),
        ({"region_basis": ""}, "region"),
        ({"region": "某某新城"}, "region"),
        ({"period": "", "period_basis": ""}, "period"),
        ({"value": 240.2}, "bounds"),
    ],
)
def test_everything_else_waits_for_a_person(registry, change, reason):
    row = _one(registry, replace(FIGURE, **change))
    assert (row.status, row.reason, row.observation_id) == ("undecided", reason, "")


def test_two_values_of_one_key_wait_and_two_equal_ones_meet(registry):
    other = replace(FIGURE, start=200, end=206)
    same = _curate(registry, [FIGURE, other])
    assert [link[2] for link in same.links] == ["primary", "repeats"]
    assert len(same.observations) == 1
    differing = _curate(registry, [FIGURE, replace(other, value=23.04, text="23.04%")])
    assert {row.reason for row in differing.figures} == {"conflict"}
    assert not differing.observations


def test_a_person_accepts_what_the_rule_may_not(registry, tmp_path):
    figure = replace(FIGURE, period="", period_basis="")
    curated = _curate(registry, [figure], _decisions(tmp_path, registry, ACCEPT))
    (observation,) = curated.observations
    assert (observation.time_period, observation.time_basis, observation.decision_id) == (
        "2023-12-31",
        "as_published",
        "d-0001",
    )


def test_the_last_word_wins(registry, tmp_path):
    text = ACCEPT.replace("accept", "reject")
    withdrawn = text + text.replace("d-0001", "d-0002").replace("reject", "withdraw")
    assert _one(registry, FIGURE, _decisions(tmp_path, registry, withdrawn)).decision_id == RULE
    again = withdrawn + text.replace("d-0001", "d-0003")
    assert _one(registry, FIGURE, _decisions(tmp_path, registry, again)).decision_id == "d-0003"


CHANGES = [
    # (entry, what the figure becomes, what the observation says)
    ({"action": "accept", "period": "2020"}, {"period": "2020"}, {"time_period": "2020", "time_basis": "decided"}),
    ({"action": "override", "value": "42.02"}, {"value": 42.02}, {"obs_value": 42.02, "original_value": 24.02, "obs_value_low": 42.015}),
    ({"action": "override", "qualifier": "over"}, {"value": 24.02}, {"obs_value_low": 24.02, "obs_value_high": math.inf}),
    ({"action": "override", "region": "河北"}, {"region": "河北"}, {"ref_area": "130000", "time_basis": "stated"}),
    ({"action": "indicator", "indicator": "forest_cover"}, {"indicator": "forest_cover"}, {"time_basis": "stated"}),
]  # fmt: skip


@pytest.mark.parametrize(("said", "figure", "observation"), CHANGES)
def test_what_a_decision_changes(registry, said, figure, observation):
    curated = _curate(registry, [FIGURE], [decision(**said)])
    (row,), (made,) = curated.figures, curated.observations
    assert (row.status, row.reason, row.decision_id, made.decision_id) == ("accepted", "decision", "d-0001", "d-0001")
    assert {name: getattr(row.figure, name) for name in figure} == figure
    assert {name: getattr(made, name) for name in observation} == observation
    changed = {name for name in figure if getattr(FIGURE, name) != figure[name]} - {"indicator"}
    assert (set(json.loads(row.original)) if row.original else set()) >= changed


def test_an_override_keeps_what_was_read(registry):
    row = _one(registry, FIGURE, [decision(action="override", value="240", unit="个", indicator="forest_cover")])
    assert json.loads(row.original) == {"value": 24.02, "unit": "%"}
    kept = _curate(registry, [FIGURE], [decision(action="accept")])
    assert kept.figures[0].original == ""
    assert math.isnan(kept.observations[0].original_value)


def test_a_person_accepts_what_is_broken_and_a_rule_does_not(registry):
    broken = replace(FIGURE, integrity="truncated", unit="")
    assert _one(registry, broken).status == "undecided"
    row = _one(registry, broken, [decision(action="accept")])
    assert (row.status, row.reason, row.decision_id) == ("undecided", "unit", "d-0001")
    assert _one(registry, broken, [decision(action="override", unit="%")]).status == "accepted"
    orphan = replace(FIGURE, integrity="orphan", subject="")
    assigned = [decision(action="indicator", indicator="forest_cover")]
    assert _one(registry, orphan, assigned).reason == "broken"
    assert _one(registry, orphan, [*assigned, decision(2, action="accept")]).status == "accepted"


def test_a_flag_changes_nothing_and_is_shown(registry):
    row = _one(registry, FIGURE, [decision(action="flag", reason="数据待核")])
    assert (row.status, row.decision_id, row.note) == ("accepted", RULE, "数据待核")
    both = [decision(action="reject"), decision(2, action="flag", reason="数据待核")]
    assert (_one(registry, FIGURE, both).status, _one(registry, FIGURE, both).note) == ("rejected", "数据待核")


CELL = replace(FIGURE, indicator="forest_cover", subject="", rules="table=targets")


@pytest.mark.parametrize(
    ("change", "status", "reason"),
    [
        ({}, "accepted", "rule"),
        ({"indicator": ""}, "undecided", "unregistered"),
        ({"integrity": "truncated"}, "undecided", "broken"),
        ({"value": 240.2}, "undecided", "bounds"),
        ({"unit": "个"}, "undecided", "unit"),
        ({"period": "", "period_basis": ""}, "undecided", "period"),
    ],
)
def test_a_mapped_cell_is_accepted_by_its_own_rule(registry, change, status, reason):
    row = _one(registry, replace(CELL, **change))
    assert (row.status, row.reason) == (status, reason)
    assert row.decision_id == (TABLE_RULE if status == "accepted" else "")


def test_a_text_never_passes_by_the_rule_for_tables(registry):
    prose = replace(CELL, subject="满意度", rules="number=arabic")
    assert (_one(registry, prose).reason, _one(registry, prose).figure.indicator) == ("unregistered", "")


OTHER = replace(FIGURE, start=200, end=206, text="23.04%", value=23.04, prefix="另据统计森林覆盖率", suffix="，比上年")


def _other(number=2, **said):
    return decision(number, text="23.04%", prefix="另据统计森林覆盖率", suffix="，", **said)


def test_a_persons_word_settles_a_conflict_and_two_words_make_one(registry):
    status = {row.figure.text: (row.status, row.reason) for row in _curate(registry, [FIGURE, OTHER]).figures}
    assert status == {"24.02%": ("undecided", "conflict"), "23.04%": ("undecided", "conflict")}
    one = _curate(registry, [FIGURE, OTHER], [_other(action="accept")])
    assert [row.reason for row in one.figures] == ["conflict", "decision"]
    assert [made.obs_value for made in one.observations] == [23.04]
    two = _curate(registry, [FIGURE, OTHER], [decision(action="accept"), _other(action="accept")])
    assert [(row.reason, row.decision_id) for row in two.figures] == [("conflict", "d-0001"), ("conflict", "d-0002")]
    assert not two.observations
    rejected = _curate(registry, [FIGURE, OTHER], [_other(action="reject")])
    assert [row.status for row in rejected.figures] == ["accepted", "rejected"]


def test_over_and_exact_do_not_say_the_same(registry):
    over = replace(OTHER, text="24.02%", value=24.02, qualifier="over")
    assert {row.reason for row in _curate(registry, [FIGURE, over]).figures} == {"conflict"}


def test_a_merged_figure_meets_the_one_it_was_merged_into(registry):
    into = Anchor("a", "24.02%", "森林覆盖率为")
    merged = _curate(registry, [FIGURE, OTHER], [_other(action="merge", other=into)])
    first, second = merged.figures
    assert first.observation_id == second.observation_id
    assert [(row.status, row.decision_id) for row in merged.figures] == [("accepted", RULE), ("accepted", "d-0002")]
    assert [link[2] for link in merged.links] == ["primary", "repeats"]
    assert [made.obs_value for made in merged.observations] == [24.02]
    nowhere = _curate(registry, [FIGURE, OTHER], [decision(action="reject"), _other(action="merge", other=into)])
    assert [row.reason for row in nowhere.figures] == ["decision", "unmerged"]
    circle = [_other(action="merge", other=into), decision(action="merge", other=Anchor("a", "23.04%"))]
    assert {row.reason for row in _curate(registry, [FIGURE, OTHER], circle).figures} == {"unmerged"}
    lost_target = _curate(registry, [FIGURE, OTHER], [_other(action="merge", other=Anchor("a", "99%"))])
    assert [stale.why for stale in lost_target.stale] == ["other"]
    assert lost_target.figures[1].reason == "reopened"


RAW = "前言。\n2021年全国森林覆盖率为24.02%。自然保护地面积占一成八。\n末行。"


def _at(text, **said):
    start = RAW.index(text)
    place = {
        "start": start,
        "end": start + len(text),
        "text": text,
        "prefix": RAW[:start][-16:],
        "suffix": RAW[start + len(text) :][:16],
    }
    return replace(FIGURE, **{**place, **said})  # fmt: skip


def _added(number=1, **said):
    said = {
        "value": "18",
        "unit": "%",
        "kind": "share",
        "region": "全国",
        "indicator": "protected_area_land_share",
        **said,
    }
    return decision(number, action="add", text="一成八", prefix="面积占", suffix="。", **said)


def test_a_figure_the_reader_missed_is_added_at_its_place(registry):
    curated = _curate(registry, [_at("24.02%")], [_added()], raws={"a": RAW})
    (figure,) = curated.added
    assert RAW[figure.start : figure.end] == figure.text == "一成八"
    assert (figure.value, figure.value_low, figure.value_high) == (18, 17.5, 18.5)
    assert (figure.quote, figure.locator) == ("自然保护地面积占一成八。", "line 2")
    assert curated.count("accepted") == 2
    assert curated.observations[-1].time_basis == "as_published"
    assert curated.figures[-1].original == ""
    withdrawn = _added(2)
    withdrawn = replace(withdrawn, action="withdraw", changes=())
    gone = _curate(registry, [_at("24.02%")], [_added(), withdrawn], raws={"a": RAW})
    assert (len(gone.figures), gone.stale) == (1, ())


@pytest.mark.parametrize(
    ("raw", "figures", "why"),
    [
        (RAW.replace("一成八", "一成九"), (), "none"),
        (RAW + "面积占一成八。", (), "several"),
        (RAW, ("八",), "overlap"),
        ("", (), "none"),
    ],
)
def test_an_added_figure_without_one_place_is_stale(registry, raw, figures, why):
    curated = _curate(registry, [_at(text) for text in figures], [_added()], raws={"a": raw})
    assert [stale.why for stale in curated.stale] == [why]
    assert not curated.added
    assert {row.reason for row in curated.figures} == ({"reopened"} if figures else set())


def test_once_the_reader_finds_it_the_addition_speaks_about_that_figure(registry):
    curated = _curate(registry, [_at("一成八", value=80, indicator="")], [_added()], raws={"a": RAW})
    assert not curated.added
    assert [(row.status, row.figure.value) for row in curated.figures] == [("accepted", 18)]
    assert json.loads(curated.figures[0].original)["value"] == 80


def test_a_lost_value_is_filled_from_another_source(registry):
    lost = [LostValue("a", 6, "森林覆盖率", "全国", "2021", "森林覆盖率为")]
    other = replace(FIGURE, source_id="b", period="", period_basis="")
    fill = decision(action="fill", text="覆盖率为", prefix="", suffix="", other=Anchor("b", "24.02%"))
    curated = _curate(registry, [other], [fill], lost=lost)
    (made,) = curated.observations
    assert (made.source_id, made.decision_id) == ("b", "d-0001")
    (filled,) = curated.fills
    assert (filled.source_id, filled.position, filled.observation_id) == ("a", 6, made.observation_id)
    for gone in (
        _curate(registry, [other], [fill]),
        _curate(registry, [other], [fill], lost=[*lost, replace(lost[0], position=60)]),
    ):
        assert (gone.fills, len(gone.stale), gone.count("undecided")) == ((), 1, 1)
    assert [s.why for s in _curate(registry, [FIGURE], [fill], lost=lost).stale] == ["other"]


# the cut-off stands above decisions
def _late(figure):
    return cutoff.is_after_cutoff(figure, "2023-06-30", {"late": "2024"})


LATE = replace(FIGURE, period="2024")
LATE_CELL = replace(CELL, period="2024", integrity="orphan")


@pytest.mark.parametrize(
    ("figure", "decisions"),
    [
        (LATE, []),
        (LATE_CELL, []),
        (LATE, [decision(action="accept")]),
        (LATE, [decision(action="indicator", indicator="forest_cover")]),
        (LATE, [decision(expect=(("value", "1"),))]),
        (LATE, [decision(action="merge", other=Anchor("a", "23.04%"))]),
        (FIGURE, [decision(action="override", period="2025")]),
        (FIGURE, [decision(action="accept", period="2023-07")]),
        (FIGURE, [decision(action="override", period="2025", unit="个")]),
        (replace(FIGURE, period="", period_basis=""), [decision(action="accept")]),  # its source is of 2023-12-31
    ],
)
def test_no_decision_brings_in_what_is_later_than_the_cutoff(registry, figure, decisions):
    curated = _curate(registry, [figure, OTHER], decisions, is_late=_late)
    row, other = curated.figures
    assert (row.status, row.reason, row.decision_id) == ("rejected", "after_cutoff", cutoff.RULE)
    assert (other.status, row.observation_id) == ("accepted", "")
    assert [made.obs_value for made in curated.observations] == [23.04]
    assert [link[1] for link in curated.links] == [other.figure.figure_id]


def test_a_late_figure_can_be_added_filled_or_merged_into_by_nobody(registry):
    added = _curate(registry, [_at("24.02%")], [_added(period="2025")], raws={"a": RAW}, is_late=_late)
    assert [(row.status, row.reason) for row in added.figures] == [("accepted", "rule"), ("rejected", "after_cutoff")]
    assert (len(added.added), len(added.observations)) == (1, 1)
    lost = [LostValue("a", 6, "森林覆盖率", "全国", "2024", "森林覆盖率为")]
    fill = decision(action="fill", text="覆盖率为", prefix="", suffix="", other=Anchor("b", "24.02%"))
    filled = _curate(registry, [replace(LATE, source_id="b")], [fill], lost=lost, is_late=_late)
    assert (filled.fills, filled.observations, filled.count("rejected")) == ((), (), 1)
    merge = _other(action="merge", other=Anchor("a", "24.02%", "森林覆盖率为"))
    merged = _curate(registry, [LATE, OTHER], [merge], is_late=_late)
    assert [row.reason for row in merged.figures] == ["after_cutoff", "unmerged"]


def test_a_decision_on_a_late_figure_is_not_stale_and_a_period_misread_as_late_is_mended(registry):
    flagged = _curate(registry, [LATE], [decision(action="flag", reason="数据待核")], is_late=_late)
    assert (flagged.stale, flagged.figures[0].note) == ((), "数据待核")
    mended = _curate(registry, [LATE], [decision(action="override", period="2021")], is_late=_late)
    assert [made.time_period for made in mended.observations] == ["2021"]
    target = _curate(registry, [replace(FIGURE, kind="target", period="2035")], is_late=_late)
    assert target.figures[0].reason != "after_cutoff"


@pytest.fixture
def closed(tmp_path):
    """A workspace with a shipped table whose edition is closed at the end of 2023."""
    shutil.copytree(ROOT / "data/raw/2023/national-series", tmp_path / "data/raw/2023/national-series")
    head = 'title: {zh: 甲, en: A}\nyear: "2023"\nstatus: demonstration\ndata_cutoff: "2023-12-31"\n'
    (tmp_path / "data/raw/2023/edition.yml").write_text(head, encoding="utf-8")
    return Workspace(tmp_path)


def _curated(workspace, *words):
    for word in words:
        review.decide(workspace, word, "2023")
    for stage in (stages.read, stages.extract, stages.curate):
        stage(workspace, "2023")
    return store.read_table(workspace.work("2023", "curate", "curated.csv"), CURATED)


def test_what_people_say_about_late_figures_goes_through_the_stage(closed):
    before = _curated(closed)
    late = next(row for row in before if row["reason"] == "after_cutoff")
    level = next(row for row in before if row["status"] == "accepted" and row["kind"] == "level")
    said = {"reason": "核对", "by": "demo", "decided_on": "2026-11-23"}
    flag = Word(late["figure_id"], "flag", said={}, **said)
    after = _curated(closed, flag, Word(level["figure_id"], "override", said={"period": "2025"}, **said))
    assert not len(stages.stale_decisions(closed, "2023"))
    status = {row["figure_id"]: (row["status"], row["reason"], row["note"]) for row in after}
    assert status[late["figure_id"]] == ("rejected", "after_cutoff", "核对")
    assert status[level["figure_id"]] == ("rejected", "after_cutoff", "")
    assert [row["figure_id"] for row in after] == [row["figure_id"] for row in before]
    observed = store.read_table(closed.work("2023", "curate", "observations.csv"), OBSERVATIONS)
    assert max(row["time_period"] for row in observed) == "2023"


def test_a_printed_month_that_is_none_stops_no_edition():
    assert [cutoff.last_day(p) for p in ("2023-13", "2023-02-30")] == ["2023-13-31", "2023-02-30"]


@given(
    st.lists(
        st.builds(
            lambda start, value, subject, period, integrity: replace(
                FIGURE, start=start, end=start + 6, value=value, subject=subject, period=period,
                period_basis="stated" if period else "", integrity=integrity,
            ),
            st.integers(0, 9999), st.sampled_from([24.02, 23.04]), st.sampled_from(["森林覆盖率", "满意度", ""]),
            st.sampled_from(["2021", ""]), st.sampled_from(["whole", "orphan"]),
        ),
        unique_by=lambda figure: figure.start,
        max_size=12,
    )
)  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_nothing_vanishes(registry, figures):
    curated = _curate(registry, figures)
    assert sum(curated.count(status) for status in ("accepted", "rejected", "undecided")) == len(figures)
    assert [row.figure.figure_id for row in curated.figures] == [figure.figure_id for figure in figures]
    linked = {link[1] for link in curated.links}
    assert linked == {row.figure.figure_id for row in curated.figures if row.status == "accepted"}
    assert all(row.figure.integrity == "whole" for row in curated.figures if row.status == "accepted")


def test_a_person_cannot_accept_a_unit_that_the_indicator_has_not(registry, tmp_path):
    area = replace(FIGURE, unit="公顷", kind="level", value=126000.0)
    decisions = _decisions(tmp_path, registry, ACCEPT.replace("by: demo", "indicator: forest_cover, by: demo"))
    row = _one(registry, area, decisions)
    assert (row.status, row.reason, row.observation_id) == ("undecided", "unit", "")


@pytest.mark.parametrize(
    ("subject", "scope", "rules", "kept"),
    [
        (
            "地下水Ⅰ—Ⅳ类水质点位比例",
            "coastal-sites",
            "number=arabic;table=inferred",
            "",
        ),  # the words are the indicator's name
        ("近岸海域优良水质面积比例", "coastal-area", "", "coastal-area"),
        ("森林覆盖率", "forest-inventory", "", "forest-inventory"),
        ("森林覆盖率", "cities-168", "", "cities-168"),  # said, and not part of the name: a person sees it
        ("没有登记的比例", "coastal-sites", "", "coastal-sites"),
    ],
)
def test_a_scope_is_not_read_from_the_indicators_own_name(registry, subject, scope, rules, kept):
    figure = replace(FIGURE, subject=subject, scope=scope, rules=rules, quote=f"全国{subject}为24.02%。")
    assert _one(registry, figure).figure.scope == kept
