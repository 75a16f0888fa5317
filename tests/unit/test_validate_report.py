"""The pieces of the report: characters that show nothing are shown, and the right place of a quote is marked."""

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingshan.consistency import CONSISTENCY
from qingshan.curate.decisions import Decision
from qingshan.model import CURATED, FIGURES, LOST, OBSERVATIONS, visible
from qingshan.sources import Edition
from qingshan.validate import expected as expected_
from qingshan.validate.expected import field_of
from qingshan.validate.facets import Facets
from qingshan.validate.report import MOST_BYTES, _shares, render
from qingshan.validate.run import Outcome
from qingshan.validate.suite import Rule, Text
from qingshan.validate.tables import Table
from qingshan.validate.verdict import make_verdict
from qingshan.validate.views import NOBODY, Viewer, mark_in_quote, number


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x00", "[U+0000]"),
        ("甲\r\n乙\n\r", "甲␤乙␤[U+000D]"),
        ("\x1b[31m", "[U+001B][31m"),
        ("\x7f\t", "[U+007F] "),
        ("\x85", "[U+0085]"),
        ("\u202e倒", "[U+202E]倒"),
        ("\u2028\u2029", "[U+2028][U+2029]"),
        ("\u2066\u2069\u200b\ufeff", "[U+2066][U+2069][U+200B][U+FEFF]"),
        ("\ud800", "[U+D800]"),
        ("\U000e0041", "[U+E0041]"),
        # what has a shape stays as it is
        ("PM2.5 浓度　３０微克", "PM2.5 浓度　３０微克"),
        ("態(tài)①㎡½²−—", "態(tài)①㎡½²−—"),
        ("<b>&amp;", "<b>&amp;"),
        ("𠮷é", "𠮷é"),
    ],
)
def test_characters_that_show_nothing_are_shown(text, shown):
    assert visible(text) == shown


@given(st.text())
def test_nothing_unseen_is_left_and_nothing_else_changes(text):
    shown = visible(text)

    assert not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in shown)
    assert not any(
        unicodedata.bidirectional(character) in ("RLO", "LRO", "RLI", "LRI", "PDF", "PDI") for character in shown
    )
    assert visible(shown) == shown
    shown.encode("utf-8")


QUOTE = "能耗-25%浓度-25%，重污染天数-90%。"


@pytest.mark.parametrize(
    ("text", "prefix", "suffix", "before"),
    [
        ("-90%", "染天数", "。", "能耗-25%浓度-25%，重污染天数"),
        ("-25%", "文字，能耗", "浓度-25%，", "能耗"),
        ("-25%", "能耗-25%浓度", "，重污染天数", "能耗-25%浓度"),
        ("-25%", "", "，重", "能耗-25%浓度"),
        ("-25%", "", "", "能耗"),
        ("能耗", "", "-25%", ""),
    ],
)
def test_the_right_place_of_a_quote_is_marked(text, prefix, suffix, before):
    marked = mark_in_quote(QUOTE, text, prefix, suffix)

    assert (marked.before, marked.text) == (before, text)
    assert marked.before + marked.text + marked.after == QUOTE


@pytest.mark.parametrize("text", ["-60%", "", "%%"])
def test_a_text_that_is_not_in_the_quote_is_not_marked(text):
    assert mark_in_quote(QUOTE, text, "", "") == mark_in_quote(QUOTE, "", "", "")
    assert mark_in_quote(QUOTE, text, "", "").before == QUOTE


def test_a_quote_as_long_as_a_page_is_cut_around_the_figure():
    marked = mark_in_quote("甲" * 100_000 + "30%" + "乙" * 100_000, "30%", "", "")

    assert marked.text == "30%"
    assert marked.before.startswith("…")
    assert marked.after.endswith("…")
    assert len(marked.before + marked.after) < 400
    assert len(mark_in_quote("甲" * 100_000, "30%", "", "").before) < 400


@given(st.text("ab", max_size=30), st.text("ab", min_size=1, max_size=2), st.text("ab", max_size=30))
def test_a_planted_figure_is_marked_where_it_was_planted(before, text, after):
    raw = before + text + after
    start = len(before)
    prefix, suffix = raw[max(0, start - 16) : start], raw[start + len(text) :][:16]

    marked = mark_in_quote(raw, text, prefix, suffix)

    assert marked.before + marked.text + marked.after == raw
    assert marked.before.endswith(prefix)
    assert marked.after.startswith(suffix)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (30.0, "30"),
        (-60.0, "−60"),
        (1213000000.0, "1,213,000,000"),
        (-1234.5, "−1,234.5"),
        (0.125, "0.125"),
        (-0.5, "−0.5"),
        (1234.56789, "1,234.56789"),
        (100000.0, "100,000"),
        (999.0, "999"),
        (float("nan"), ""),
        (float("inf"), "inf"),
    ],
)
def test_values_are_grouped_and_keep_their_digits(value, shown):
    assert number(value) == shown


# what a rule asks, and what a row holds
def _rule(type_, **kwargs):
    return Rule("r", "curated", type_, kwargs, "critical", Text("甲", "a"), Text("乙", "b"))


@pytest.mark.parametrize(
    ("rule", "row", "field", "observed", "expected"),
    [
        (_rule("expect_column_values_to_be_in_set", column="unit", value_set=["%"]), {"unit": "个"}, "unit", "unit “个”", "“%”"),
        (_rule("expect_column_values_to_be_in_set", column="kind", value_set=["level", "share"]), {"kind": ""}, "kind", "kind （空）", "“level”、“share” 之一"),
        (_rule("expect_column_values_to_be_in_set", column="figure_id", value_set={"$PARAMETER": "figure_ids"}), {"figure_id": "a@1"}, "place", "figure_id “a@1”", ""),
        (_rule("expect_column_values_to_be_between", column="value", min_value=0, max_value=100), {"value": 125.5}, "value", "value 125.5", "0 至 100"),
        (_rule("expect_column_values_to_be_between", column="value", max_value=1e6), {"value": float("nan")}, "value", "value （空）", "−∞ 至 1000000"),
        (_rule("expect_column_value_lengths_to_be_between", column="decision_id", min_value=1), {"decision_id": ""}, "decision", "decision_id （空）", "不为空"),
        (_rule("expect_column_value_lengths_to_be_between", column="unit", min_value=1, max_value=3), {"unit": "abcd"}, "unit", "unit “abcd”", "长度 1 至 3"),
        (_rule("expect_column_pair_values_a_to_be_greater_than_b", column_A="value_high", column_B="value", or_equal=True), {"value_high": 1.0, "value": 2.0}, "value", "value_high 1，value 2", "≥ value 2"),
        (_rule("expect_column_values_to_not_be_in_set", column="verdict", value_set=["inconsistent"]), {"verdict": "inconsistent"}, "agreement", "verdict “inconsistent”", "不是 “inconsistent”"),
        (_rule("expect_column_values_to_not_be_null", column="value"), {"value": float("nan")}, "value", "value （空）", "有值"),
        (_rule("expect_text_within_quote", column_list=["text", "quote"]), {"text": "3%", "quote": "乙"}, "place", "text “3%”", ""),
        (_rule("expect_table_row_count_to_equal", value=3), {}, "table", "", ""),
        (_rule("expect_of_theirs", column_list=["own"]), {"own": "乙" * 200}, "own", "", ""),
    ],
)  # fmt: skip
def test_what_was_observed_stands_against_what_was_expected(rule, row, field, observed, expected):
    assert field_of(rule) == field
    assert expected_.observed(rule, row) == observed
    assert expected_.expected(rule, row).zh == expected


def test_a_broad_failure_is_shared_out_and_a_narrow_one_shown_whole():
    assert _shares([3, 50], 50, 600) == [3, 50]
    assert _shares([1000] * 30, 50, 600) == [20] * 30
    assert _shares([1000] * 30 + [5], 50, 600) == [19] * 30 + [5]
    assert _shares([1000] * 30, 50, 10) == [1] * 30, "never none: a rule that fails shows why"
    assert _shares([], 50, 600) == []


# people's words
def _decision(number, action, **more):
    said = dict.fromkeys(Decision.__dataclass_fields__, "") | {
        "start": -1,
        "changes": (),
        "other": None,
        "expect": (),
    }
    return Decision(
        **said | {"decision_id": f"d-{number}", "action": action, "source_id": "s", "reason": f"因{number}"} | more
    )


def _curated(name, **more):
    return {column.name: "" for column in CURATED.columns} | {"figure_id": name, "source_id": "s", "text": "3%"} | more


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([{"status": "accepted", "decision_id": "d-1"}], ["d-1"]),
        ([{"status": "accepted", "decision_id": "rule:whole-exact@1"}], []),
        ([{"status": "undecided", "decision_id": "d-1"}], []),  # reopened: shown elsewhere, and no word that stands
        ([{"status": "undecided", "note": "因2"}], ["d-2"]),
        ([{"status": "undecided", "note": "另一条"}], []),
        ([{"status": "accepted", "decision_id": "d-1", "note": "因2"}], ["d-1", "d-2"]),
        # of a comparison of two
        ([{"status": "accepted", "decision_id": "d-1"}, {"status": "accepted", "decision_id": "rule:a@1"}], []),
        ([{"status": "accepted", "decision_id": "d-1"}, {"status": "accepted", "decision_id": "d-1"}], ["d-1"]),
        ([{"status": "accepted", "decision_id": "d-1"}, {"note": "因2"}], ["d-2"]),
    ],
)
def test_only_a_persons_word_that_stands_is_shown_beside_a_failure(rows, found):
    curated = [_curated(f"s@{number}", **row) for number, row in enumerate(rows)]
    tables = {
        "figures": Table(FIGURES, tuple(FIGURES.names), ()),
        "curated": Table(CURATED, tuple(CURATED.names), tuple(curated)),
    }
    edition = Edition("2023", "2023", {"zh": "", "en": ""}, "candidate", "", "", "", {}, ())
    viewer = Viewer(tables, edition, NOBODY, [_decision(1, "accept"), _decision(2, "flag", text="3%")])
    row = curated[0]
    if len(rows) > 1:
        row = {"figure_ids": " ".join([*(one["figure_id"] for one in curated), "w@1"]), "witnesses": "w@1"}

    assert [word.decision_id for word in viewer.words_on(row)] == found


# the filters
def test_every_place_is_filed_under_its_province_in_official_order(registry):
    filters = Facets(registry, {"r": Text("甲", "a")})
    for region in ("杭州市", "浙江省", "全国", "330100", "某个园区", "", "北京市"):
        filters.marks({"region": region, "indicator": "forest_cover"}, field="value", rule="r", states=("new",))
    options = filters.options()

    assert [(option.label.zh, option.rows) for option in options["region"]] == [
        ("全国", 1), ("北京市", 1), ("浙江省", 3), ("其他地区", 1), ("地区不明", 1),
    ]  # fmt: skip
    assert [(option.label.zh, option.rows) for option in options["theme"]] == [("生态保护", 7)]
    assert [(option.label.zh, option.rows) for option in options["state"]] == [("新出现", 7)]
    assert all(re.fullmatch(r"[rftgs]\d+", option.mark) for found in options.values() for option in found)


# size
def test_five_thousand_figures_that_all_fail_stay_under_two_megabytes():
    rows = tuple(
        dict.fromkeys(FIGURES.names, "<&\u202e>甲")
        | {"figure_id": f"s@{n}-{n + 3}", "source_id": "s", "text": "30%", "value": 30.0, "quote": '<"&乙\u202e' * 90 + f"30%{n}"}
        for n in range(5_000)
    )  # fmt: skip
    curated = tuple({**row, "status": "undecided", "reason": "unit"} for row in rows)
    tables = {
        "figures": Table(FIGURES, tuple(FIGURES.names), rows),
        "curated": Table(CURATED, tuple(CURATED.names), curated),
        **{c.name: Table(c, tuple(c.names), ()) for c in (OBSERVATIONS, LOST, CONSISTENCY)},
    }
    outcomes = [
        Outcome(replace(_rule("expect_column_values_to_not_be_null", column="unit"), name=f"r{n}"), "failed", 5_000, tuple(range(5_000)))
        for n in range(60)
    ]  # fmt: skip
    judged = make_verdict(outcomes, tables, rows_shown=50)
    edition = Edition("2023", "2023", {"zh": "", "en": ""}, "candidate", "", "", "", {}, ())
    page = render(judged, outcomes, tables, edition, rows_shown=50)

    assert len(page.encode()) <= MOST_BYTES
    assert page.count("共 5000 行") == 61, "every list says how many there are"
    assert page.count('<li class="fl') >= 60
