from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingshan.curate import RULE, curate, load_decisions
from qingshan.model import Figure, InputError, observation_id

FIGURE = Figure(
    source_id="a", start=100, end=106, text="24.02%", value=24.02, unit="%", qualifier="exact", kind="share",
    subject="森林覆盖率", region="全国", period="2021", value_low=24.015, value_high=24.025, quote="全国森林覆盖率为24.02%。",
    prefix="全国森林覆盖率为", suffix="。", period_basis="stated", region_basis="stated",
)  # fmt: skip


def _curate(registry, figures, decisions=()):
    return curate(figures, registry, decisions, edition="2023", as_of={"a": "2023-12-31"})


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


def test_a_decision_follows_its_text_and_lets_go_when_it_changes(registry, tmp_path):
    decisions = _decisions(tmp_path, registry, ACCEPT.replace("accept", "reject"))
    moved = replace(FIGURE, start=900, end=906)
    assert _one(registry, moved, decisions).status == "rejected"
    assert _one(registry, replace(FIGURE, text="24.03%"), decisions).status == "accepted"
    assert _one(registry, replace(FIGURE, prefix="广东森林覆盖率是"), decisions).status == "accepted"
    twice = _curate(registry, [FIGURE, moved], decisions)
    assert {row.status for row in twice.figures} == {"accepted"}


def test_the_last_word_wins(registry, tmp_path):
    text = ACCEPT.replace("accept", "reject")
    withdrawn = text + text.replace("d-0001", "d-0002").replace("reject", "withdraw")
    assert _one(registry, FIGURE, _decisions(tmp_path, registry, withdrawn)).decision_id == RULE
    again = withdrawn + text.replace("d-0001", "d-0003")
    assert _one(registry, FIGURE, _decisions(tmp_path, registry, again)).decision_id == "d-0003"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ACCEPT.replace("source_id: a", "source_id: b"), "unknown source 'b'"),
        (ACCEPT.replace("accept", "acept"), "'acept' \\(did you mean 'accept'\\?\\)"),
        (
            ACCEPT.replace("by: demo", "by: demo, indicator: forest_cove"),
            "unknown indicator 'forest_cove' \\(did you mean 'forest_cover'",
        ),
        (ACCEPT + ACCEPT, "id 'd-0001' again"),
        (ACCEPT.replace("reason: 核对, ", ""), "no 'reason'"),
        (ACCEPT.replace("decided_on: 2026-11-23", "decided_on: yesterday"), "in the form YYYY-MM-DD"),
        ("- {id: d-0001\n", "malformed YAML"),
    ],
)
def test_a_wrong_decision_is_named_with_its_line(registry, tmp_path, text, message):
    with pytest.raises(InputError, match=message) as caught:
        _decisions(tmp_path, registry, text)
    assert str(caught.value).startswith("data/decisions/2023.yml:")


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
