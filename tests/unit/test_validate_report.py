"""The pieces of the report: characters that show nothing are shown, and the right place of a quote is marked."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingshan.model import visible
from qingshan.validate.views import mark_in_quote, number


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
