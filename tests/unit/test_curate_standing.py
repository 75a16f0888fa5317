"""Where decisions hold when the text moves or changes, and what is reopened when they do not."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingshan.curate import Anchor, Decision, decided_figures, settle
from qingshan.curate.writing import anchor_at
from qingshan.model import Figure

RAW = "全省森林覆盖率为24.02%。自然保护地约占18%，湿地占8%；另有18%的海域。"


def figures_of(raw, source_id="a"):
    """Every percentage of a text as a figure."""
    import re

    return [
        Figure(source_id, m.start(), m.end(), m.group(), float(m.group()[:-1]), "%", "exact", "share",
               prefix=raw[max(0, m.start() - 16) : m.start()], suffix=raw[m.end() : m.end() + 16])
        for m in re.finditer(r"\d+(?:\.\d+)?%", raw)
    ]  # fmt: skip


def decision(number, action, anchor, start=-1, **said):
    fields = {"changes": (), "other": None, "expect": (), "reviewed_by": "", **said}
    return Decision(
        f"d-{number:04d}", action, anchor.source_id, anchor.text, anchor.prefix, anchor.suffix, start,
        reason="核对", by="demo", decided_on="2026-11-23", where=f"d.yml:{number}", **fields,
    )  # fmt: skip


def decide_all(raw=RAW, action="reject", **said):
    return [
        decision(number, action, anchor_at(raw, "a", figure.start, figure.end), figure.start, **said)
        for number, figure in enumerate(figures_of(raw), 1)
    ]


def _settle(registry, decisions, raw, figures=None, **given):
    return settle(decisions, figures_of(raw) if figures is None else figures, registry, raws={"a": raw}, **given)


def _standing(settled):
    """text@nth -> (decision, is it reopened) of every figure something stands for."""
    return {
        figure.start: (standing.verdict.decision_id, standing.is_reopened)
        for figure in settled.figures
        if (standing := settled.standing.get(figure.figure_id)) and standing.verdict
    }


@given(st.text("森林湿地。，\n", max_size=30), st.text("森林湿地。，\n", max_size=30))
@settings(deadline=None)
def test_decisions_move_with_their_text(registry, before, after):
    moved = before + RAW + after
    settled = _settle(registry, decide_all(), moved)
    shift = len(before)
    assert _standing(settled) == {f.start + shift: (f"d-{n:04d}", False) for n, f in enumerate(figures_of(RAW), 1)}
    assert settled.stale == ()


@given(st.integers(0, len(RAW) - 1), st.sampled_from("某，9"))
@settings(deadline=None)
def test_a_changed_character_never_lets_a_decision_hold_in_a_place_with_other_words(registry, at, char):
    raw = RAW[:at] + char + RAW[at + 1 :]
    settled = _settle(registry, decide_all(), raw)
    by_id = {d.decision_id: d for d in decide_all()}
    stale = {one.decision.decision_id for one in settled.stale}
    held = {name for name, is_reopened in _standing(settled).values() if not is_reopened}
    assert stale | held == by_id.keys()
    assert not stale & held
    for figure in settled.figures:
        standing = settled.standing.get(figure.figure_id)
        if standing and not standing.is_reopened:
            assert standing.verdict.fits(figure, raw)


CHANGES = [
    # (what the source says now, which decisions are stale and why, which texts are reopened)
    (RAW.replace("24.02%", "24.03%"), {"d-0001": "none"}, {"24.03%"}),
    (RAW.replace("覆盖率为", "覆盖率约"), {"d-0001": "none"}, {"24.02%"}),
    (RAW.replace("湿地占8%", ""), {"d-0002": "none", "d-0003": "none", "d-0004": "none"}, {"18%"}),
    (RAW + RAW, {f"d-000{n}": "several" for n in (1, 2, 3, 4)}, {"24.02%", "18%", "8%"}),
    ("另一份没有数字的报告", {f"d-000{n}": "none" for n in (1, 2, 3, 4)}, set()),
]


@pytest.mark.parametrize(("raw", "stale", "reopened"), CHANGES)
def test_what_no_longer_fits_one_place_is_reopened(registry, raw, stale, reopened):
    settled = _settle(registry, decide_all(), raw)
    assert {one.decision.decision_id: one.why for one in settled.stale} == stale
    names = {name for one in settled.stale for name in one.figure_ids}
    assert {figure.text for figure in settled.figures if figure.figure_id in names} == reopened
    assert all(settled.standing[name].is_reopened for name in names)


def test_the_offset_is_only_a_hint(registry):
    first = figures_of(RAW)[0]
    short = decision(1, "reject", Anchor("a", "18%"), start=figures_of(RAW)[1].start)
    settled = _settle(registry, [short], RAW)
    assert [one.why for one in settled.stale] == ["several"]  # although one of them stands exactly there
    assert len(settled.stale[0].figure_ids) == 2
    elsewhere = decision(1, "reject", anchor_at(RAW, "a", first.start, first.end), start=9999)
    assert _standing(_settle(registry, [elsewhere], RAW)) == {first.start: ("d-0001", False)}


def test_without_the_raw_text_the_figures_own_context_serves(registry):
    assert decided_figures(decide_all(), figures_of(RAW)).keys() == {"d-0001", "d-0002", "d-0003", "d-0004"}
    assert all(decided_figures(decide_all(), figures_of("前言。" + RAW)).values())
    assert decided_figures(decide_all(), figures_of(RAW, "b")) == dict.fromkeys(
        ["d-0001", "d-0002", "d-0003", "d-0004"]
    )


def test_twins_in_one_text_are_told_apart_by_longer_words(registry):
    raw = "".join(f"{name}。{'同一句话里的增长为18%，其余不变。' * 2}" for name in "甲乙")
    decisions = decide_all(raw)
    assert max(len(d.prefix) for d in decisions) > 16
    assert len(_standing(_settle(registry, decisions, raw))) == 4


@pytest.mark.parametrize(
    ("expect", "holds"),
    [
        ((("value", "24.020"),), True),
        ((("value", "24.02"), ("unit", "%"), ("kind", "share"), ("integrity", "whole")), True),
        ((("value", "2402"),), False),
        ((("region", "河北省"),), False),
    ],
)
def test_a_guard_that_fails_reopens(registry, expect, holds):
    settled = _settle(registry, [replace(decide_all()[0], expect=expect)], RAW)
    assert [one.why for one in settled.stale] == ([] if holds else ["expect"])
    assert _standing(settled) == {figures_of(RAW)[0].start: ("d-0001", not holds)}


def _first(number, action, text="24.02%", **said):
    start = RAW.index(text)
    return decision(number, action, anchor_at(RAW, "a", start, start + len(text)), start, **said)


LAST_WORDS = [
    # (actions in order, the word that stands)
    (["accept", "reject"], "d-0002"),
    (["reject", "accept", "reject"], "d-0003"),
    (["reject", "withdraw"], None),
    (["reject", "withdraw", "reject"], "d-0003"),
    (["reject", "flag"], "d-0001"),
    (["flag"], None),
    (["withdraw"], None),
    (["withdraw", "accept"], "d-0002"),
]


@pytest.mark.parametrize(("actions", "stands"), LAST_WORDS)
def test_the_last_word_wins(registry, actions, stands):
    settled = _settle(registry, [_first(number, action) for number, action in enumerate(actions, 1)], RAW)
    (verdict,) = [standing.verdict for standing in settled.standing.values()] or [None]
    assert (verdict and verdict.decision_id) == stands


def test_a_withdraw_in_other_words_about_the_same_figure_counts(registry):
    short = decision(2, "withdraw", Anchor("a", "24.02%"))
    assert _standing(_settle(registry, [_first(1, "reject"), short], RAW)) == {}


def test_an_indicator_stays_assigned_until_it_is_withdrawn(registry):
    assigned = _first(1, "indicator", changes=(("indicator", "forest_cover"),))
    (standing,) = _settle(registry, [assigned, _first(2, "accept")], RAW).standing.values()
    assert (standing.verdict.action, standing.indicator) == ("accept", "forest_cover")
    (standing,) = _settle(registry, [assigned, _first(2, "withdraw"), _first(3, "accept")], RAW).standing.values()
    assert standing.indicator == ""


def test_a_later_word_answers_a_reopened_figure(registry):
    raw = RAW.replace("24.02%", "24.03%")
    (figure, *_) = figures_of(raw)
    now = anchor_at(raw, "a", figure.start, figure.end)
    for action in ("accept", "reject", "withdraw"):
        settled = _settle(registry, [_first(1, "reject"), decision(2, action, now)], raw)
        assert settled.stale == ()
        assert not settled.standing[figure.figure_id].is_reopened
    earlier = _settle(registry, [decision(1, "accept", now), _first(2, "reject")], raw)
    assert [one.figure_ids for one in earlier.stale] == [()]  # listed, but a guess overrules no one
    assert _standing(earlier) == {figure.start: ("d-0001", False)}


def test_a_stale_decision_is_taken_back_by_its_own_words(registry):
    raw = RAW.replace("24.02%", "24.03%")
    settled = _settle(registry, [_first(1, "reject"), _first(2, "withdraw")], raw)
    assert (settled.stale, dict(settled.standing)) == ((), {})


def test_stale_flags_reopen_nothing(registry):
    settled = _settle(registry, [_first(1, "flag")], RAW.replace("24.02%", "24.03%"))
    assert [(one.why, one.figure_ids) for one in settled.stale] == [("none", ())]
    assert dict(settled.standing) == {}


def test_a_figure_cut_otherwise_by_the_reader_is_reopened(registry):
    start = RAW.index("24.02%")
    wider = Figure("a", start - 1, start + 6, "为24.02%", 24.02, "%", "exact", "share",
                   prefix=RAW[: start - 1][-16:], suffix=RAW[start + 6 :][:16])  # fmt: skip
    settled = _settle(registry, [_first(1, "reject")], RAW, figures=[wider])
    assert _standing(settled) == {start - 1: ("d-0001", True)}


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["accept", "reject", "withdraw", "flag"])), max_size=12))
@settings(deadline=None)
def test_appending_changes_nothing_but_the_figure_it_names(registry, words):
    places = figures_of(RAW)

    def said(number, place, action):
        return decision(number, action, anchor_at(RAW, "a", places[place].start, places[place].end))

    decisions = [said(number, place, action) for number, (place, action) in enumerate(words, 1)]
    before = _standing(_settle(registry, decisions, RAW))
    after = _standing(_settle(registry, [*decisions, said(99, 0, "reject")], RAW))
    assert after.pop(places[0].start) == ("d-0099", False)
    before.pop(places[0].start, None)
    assert before == after
